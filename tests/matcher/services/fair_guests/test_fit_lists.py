"""Other booths that fit: beside the route, best first, forty at most, and never an employer one hides from."""

import pytest
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.fairs import FairEmployerState
from matcher.models.fair_guests import FairRoute
from matcher.models.fair_visitors import FairVisitor
from matcher.models.referrals import HiddenEmployer
from matcher.services.fair_guests import demand, fit_lists, own_views, routing
from matcher.services.fair_guests.own_views import Stop
from tests.factories.fair_guests import GuestWorld, make_guest_world, make_lists
from tests.factories.fairs import make_visitor


def _others(session: Session, visitor: FairVisitor) -> list[int]:
    return [one.fair_employer_id for one in _stops(session, visitor)]


def _stops(session: Session, visitor: FairVisitor) -> tuple[Stop, ...]:
    return fit_lists.other_fits(session, own_views.own_visit(session, visitor))


def _visitor(session: Session, world: GuestWorld, route: list[int] | None = None) -> FairVisitor:
    visitor = make_visitor(session, world.fair, world.graduates[0])
    stops = [
        {"fair_employer": world.employers[n].id, "postings": [world.postings[n].id], "reasons": []}
        for n in route or []
    ]
    session.add(FairRoute(visitor_id=visitor.id, stops=stops, made_at=clock.now()))
    session.flush()
    return visitor


def test_booths_of_the_route_are_left_out_and_the_others_come_in_the_order_of_the_list(
    session: Session,
) -> None:
    world = make_guest_world(session, lists=False)
    order = [world.postings[n].id for n in (2, 0, 3, 1)]
    make_lists(session, world.drive, {world.graduates[0].id: order})

    visitor = _visitor(session, world, route=[0])

    assert _others(session, visitor) == [world.employers[n].id for n in (2, 3, 1)]


def test_an_employer_one_hides_from_or_that_withdrew_is_not_told(session: Session) -> None:
    world = make_guest_world(session)
    visitor = _visitor(session, world)
    hidden, gone = world.employers[0], world.employers[1]
    session.add(
        HiddenEmployer(
            graduate_id=world.graduates[0].id, employer_id=hidden.employer_id, hidden_at=clock.now()
        )
    )
    gone.state = FairEmployerState.WITHDRAWN
    session.flush()

    assert set(_others(session, visitor)) == {one.id for one in world.employers[2:]}


def test_forty_at_most_and_three_posts_each(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_guest_world(session)
    monkeypatch.setattr(fit_lists, "_MOST", 3)

    found = _stops(session, _visitor(session, world))

    assert len(found) == 3
    assert all(len(one.postings) <= 3 for one in found)


def test_who_is_not_of_the_drive_or_not_ranked_reads_none(session: Session) -> None:
    world = make_guest_world(session)
    outside = make_visitor(session, world.fair)
    unranked = make_visitor(session, world.fair, world.graduates[-1])

    assert _others(session, outside) == []
    assert _others(session, unranked) == []


def test_who_fits_is_whoever_has_a_post_at_an_employer_not_hidden_from(session: Session) -> None:
    world = make_guest_world(session)
    hides = world.graduates[0].id
    session.add_all(
        HiddenEmployer(graduate_id=hides, employer_id=one.employer_id, hidden_at=clock.now())
        for one in world.employers
    )
    session.flush()

    found = routing.who_fits(session, world.fair.id)

    assert found == set(routing.fits_of(session, world.fair.id))
    assert found
    assert hides not in found


def test_a_graduate_counts_once_for_an_employer_and_only_posts_shown_count(
    session: Session,
) -> None:
    world = make_guest_world(session, lists=False)
    shown = [one.id for one in world.postings]
    people = [one.id for one in world.graduates[:2]]
    make_lists(session, world.drive, {people[0]: [*shown, shown[-1] + 900], people[1]: shown[:1]})

    found = demand.expected_by_employer(session, world.fair.id)

    own = demand.postings_of(session, world.fair.id)
    assert found[own[shown[0]]] == 2
    assert set(found.values()) <= {0, 1, 2}
    assert sum(found.values()) == len(set(own.values())) + 1
