"""The copy of the own data tells all of a person's fairs, and of nobody else's."""

import json

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import Role
from matcher.models.fair_guests import FairRoute
from matcher.models.graduates import Graduate
from matcher.services.consents import seed_consent_texts
from matcher.services.fair_guests import forgetting, own_copy
from matcher.services.fair_hall import people
from matcher.services.own_data import own_data
from tests.factories.accounts import make_actor
from tests.factories.fair_hall import make_hall_world
from tests.factories.fair_met import graduate_visitor, met
from tests.factories.people import make_graduate, make_household


def test_a_copy_tells_ticket_route_booths_notes_and_who_opened_the_number(session: Session) -> None:
    seed_consent_texts(session)
    world = make_hall_world(session)
    visitor = graduate_visitor(world)
    contact = met(world, visitor)
    stop = {"fair_employer": world.place.id, "postings": [world.posting.id], "reasons": []}
    session.query(FairRoute).one().stops = [stop]
    ticket = world.ticket(visitor)
    ticket.admitted_at = clock.now()
    people.reveal_phone(session, world.agent, world.place.public_id, contact.public_id)
    session.commit()
    graduate = session.get_one(Graduate, visitor.graduate_id or 0)

    visit = own_data(session, make_actor(session, Role.GRADUATE, graduate=graduate))["fairs"][0]

    assert visit["fair"] == world.fair.title
    assert visit["state"] == "会来"
    assert "姓名" in "".join(visit["shown"])
    assert visit["sessions"][0]["came_at"] == ticket.admitted_at.isoformat()
    assert len(visit["route"]) == 1
    (booth,) = visit["booths"]
    assert (booth["note"], booth["posting"]) == ("很合适", world.posting.title)
    assert [one["action"] for one in booth["opened"]] == ["number.revealed"]
    assert len(booth["interviews"]) == 1
    assert [one["number"] for one in visit["queues"]] == [1]


def test_a_copy_tells_nothing_of_others_and_nothing_of_a_household(session: Session) -> None:
    seed_consent_texts(session)
    world = make_hall_world(session)
    met(world, graduate_visitor(world))
    other = make_graduate(session, household=make_household(session, zero_employment=True))
    world.visitor(other)

    (visit,) = own_copy.visits_of(session, other.id)

    assert (visit["booths"], visit["queues"], visit["sessions"]) == ([], [], [])
    assert "零就业" not in json.dumps(visit, ensure_ascii=False)


def test_a_forgotten_visit_is_in_no_copy(session: Session) -> None:
    seed_consent_texts(session)
    world = make_hall_world(session)
    visitor = graduate_visitor(world)
    graduate_id = visitor.graduate_id or 0

    forgetting.forget(session, visitor)

    assert own_copy.visits_of(session, graduate_id) == []
