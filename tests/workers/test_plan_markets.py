"""The market of a plan: what stands in the lists and may come about today, and nothing else."""

import datetime as dt

import numpy as np
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.allocation.rules import PlanRules
from matcher.db.engine import SessionFactory, transaction
from matcher.errors import RuleBrokenError
from matcher.kinds import ConsentPurpose, Mobility, SeatClass, SeatState
from matcher.kinds.referrals import ReferralState
from matcher.models.consents import Consent
from matcher.models.drives import Drive, DriveEntry
from matcher.models.graduates import Graduate, Intent
from matcher.models.postings import Posting, Seat
from matcher.models.referrals import HiddenEmployer
from matcher.ranking.explain import explain_pair
from matcher.services.plans.markets import DriveMarket, MarketInput
from matcher.services.plans.parameters import PlanParameters
from matcher.services.ranking_changes import note_graduate, note_many, note_posting
from tests.factories.drives import make_entry
from tests.factories.people import make_graduate
from tests.factories.plans import ranked_drive, read_drive_market
from tests.factories.ranked_drives import drain
from tests.factories.referrals import make_consent, make_referral

_R = ReferralState
Pairs = set[tuple[int, int]]


def _pairs(made: DriveMarket) -> Pairs:
    market = made.market
    people = market.graduates[market.graduate_of_edge()].tolist()
    return set(zip(people, market.postings[market.posting].tolist(), strict=True))


def _certain(given: MarketInput) -> Pairs:
    """Every certain pair of a drive's rows, by the explanations."""
    snapshot, found = given.rows.snapshot, set()
    for row, person in enumerate(snapshot.graduates.id.tolist()):
        for other, posting in enumerate(snapshot.postings.id.tolist()):
            if explain_pair(snapshot, row, other).verdict.value == "yes":
                found.add((person, posting))
    return found


def test_pairs_are_the_certain_ones_with_the_points_an_explanation_gives(
    session_factory: SessionFactory,
) -> None:
    made, given = read_drive_market(session_factory, ranked_drive(session_factory))

    assert _pairs(made) == _certain(given)
    market, snapshot = made.market, given.rows.snapshot
    edge = market.n_edges // 2
    row = int(market.graduate_of_edge()[edge])
    told = explain_pair(
        snapshot,
        snapshot.row_of_graduate(int(market.graduates[row])),
        snapshot.row_of_posting(int(market.postings[market.posting[edge]])),
    )
    points = {part.name: part.points for part in told.parts}
    rest = sum(points.values()) - points["text"] - points["major"]
    assert int(market.fit[edge]) == told.fit
    assert int(market.wish[edge]) == rest + points["text"] // 4 + points["major"] // 4


def test_with_short_lists_only_people_guaranteed_a_seat_bring_all_their_postings(
    sqlite_factory: SessionFactory,
) -> None:
    drive_id = ranked_drive(sqlite_factory)
    made, given = read_drive_market(sqlite_factory, drive_id, PlanParameters(list_length=1))

    market = made.market
    guaranteed = set(market.graduates[market.classes == 5].tolist())
    assert guaranteed
    all_pairs, pairs = _certain(given), _pairs(made)
    assert {one for one in all_pairs if one[0] in guaranteed} <= pairs
    assert {one for one in pairs if one[0] not in guaranteed} < {
        one for one in all_pairs if one[0] not in guaranteed
    }


def test_nobody_guaranteed_brings_more_where_nothing_is_guaranteed(
    sqlite_factory: SessionFactory,
) -> None:
    drive_id = ranked_drive(sqlite_factory)
    some, _ = read_drive_market(sqlite_factory, drive_id, PlanParameters(list_length=1))
    none = PlanParameters(rules=PlanRules(guarantee_class=None), list_length=1)

    assert _pairs(read_drive_market(sqlite_factory, drive_id, none)[0]) < _pairs(some)


def _first_pair(factory: SessionFactory, drive_id: int) -> tuple[int, int]:
    return min(_pairs(read_drive_market(factory, drive_id)[0]))


@pytest.mark.parametrize("state", [_R.ACCEPTED, _R.REPORTED, _R.IN_POST])
def test_who_has_a_job_and_the_seat_are_out_of_the_market(
    sqlite_factory: SessionFactory, state: ReferralState
) -> None:
    drive_id = ranked_drive(sqlite_factory)
    person, posting = _first_pair(sqlite_factory, drive_id)
    before, _ = read_drive_market(sqlite_factory, drive_id)
    with transaction(sqlite_factory) as session:
        _refer(session, person, posting, state, seat=True)

    after, _ = read_drive_market(sqlite_factory, drive_id)

    assert person not in after.market.graduates
    assert after.market.seats.sum() == before.market.seats.sum() - 1
    assert after.figures["left_out"]["settled"] == 1


def _refer(
    session: Session, person: int, posting: int, state: ReferralState, *, seat: bool = False
) -> None:
    make_referral(
        session,
        session.get_one(Posting, posting),
        session.get_one(Graduate, person),
        state=state,
        seat=seat,
    )


def test_who_has_a_seat_held_by_hand_is_under_way_and_out(sqlite_factory: SessionFactory) -> None:
    drive_id = ranked_drive(sqlite_factory)
    person, posting = _first_pair(sqlite_factory, drive_id)
    with transaction(sqlite_factory) as session:
        _refer(session, person, posting, _R.PROPOSED, seat=True)

    made, _ = read_drive_market(sqlite_factory, drive_id)

    assert person not in made.market.graduates
    assert made.figures["left_out"]["under_way"] == 1


@pytest.mark.parametrize("state", [_R.REFUSED, _R.DECLINED, _R.FELL_THROUGH])
def test_a_pair_that_ended_in_a_no_is_no_pair_any_more(
    sqlite_factory: SessionFactory, state: ReferralState
) -> None:
    drive_id = ranked_drive(sqlite_factory)
    pair = _first_pair(sqlite_factory, drive_id)
    with transaction(sqlite_factory) as session:
        _refer(session, *pair, state)

    pairs = _pairs(read_drive_market(sqlite_factory, drive_id)[0])

    assert pair not in pairs
    assert pair[0] in {person for person, _ in pairs}


def test_who_hides_from_an_employer_has_no_pair_with_it(sqlite_factory: SessionFactory) -> None:
    drive_id = ranked_drive(sqlite_factory)
    person, posting = _first_pair(sqlite_factory, drive_id)
    with transaction(sqlite_factory) as session:
        employer_id = session.get_one(Posting, posting).employer_id
        session.add(
            HiddenEmployer(graduate_id=person, employer_id=employer_id, hidden_at=clock.now())
        )
        own = sa.select(Posting.id).where(Posting.employer_id == employer_id)
        hidden = {(person, number) for number in session.scalars(own)}

    assert not hidden & _pairs(read_drive_market(sqlite_factory, drive_id)[0])


@pytest.mark.parametrize("purpose", [ConsentPurpose.SERVICE, ConsentPurpose.RANKING, None])
def test_who_withdrew_or_never_gave_consent_is_out(
    sqlite_factory: SessionFactory, purpose: ConsentPurpose | None
) -> None:
    drive_id = ranked_drive(sqlite_factory)
    person, _ = _first_pair(sqlite_factory, drive_id)
    with transaction(sqlite_factory) as session:
        given = session.scalars(sa.select(Consent).where(Consent.graduate_id == person)).one()
        if purpose is ConsentPurpose.RANKING:
            given = make_consent(session, session.get_one(Graduate, person), purpose)
        given.withdrawn_at = clock.now()
        if purpose is None:
            session.delete(given)

    made, _ = read_drive_market(sqlite_factory, drive_id)

    assert person not in made.market.graduates


def test_a_posting_past_its_day_has_no_seat_whether_or_not_the_night_came_by(
    sqlite_factory: SessionFactory,
) -> None:
    drive_id = ranked_drive(sqlite_factory)
    _, posting = _first_pair(sqlite_factory, drive_id)
    with transaction(sqlite_factory) as session:
        session.get_one(Posting, posting).closes_on = clock.today() - dt.timedelta(days=1)

    assert posting not in read_drive_market(sqlite_factory, drive_id)[0].market.postings


def test_kept_seats_past_their_day_are_ordinary_and_held_ones_are_none(
    sqlite_factory: SessionFactory,
) -> None:
    drive_id = ranked_drive(sqlite_factory)
    before, _ = read_drive_market(sqlite_factory, drive_id)
    with transaction(sqlite_factory) as session:
        kept = session.scalars(
            sa.select(Seat).where(Seat.seat_class == SeatClass.HARDSHIP).order_by(Seat.id)
        ).all()
        kept[0].release_on = clock.today()
        kept[1].state = SeatState.CLOSED

    after, _ = read_drive_market(sqlite_factory, drive_id)

    moved = after.market.seats.sum(axis=0) - before.market.seats.sum(axis=0)
    assert moved.tolist() == [1, -2, 0]


def test_a_change_since_the_run_is_in_the_market_though_the_lists_lag(
    sqlite_factory: SessionFactory,
) -> None:
    drive_id = ranked_drive(sqlite_factory)
    with transaction(sqlite_factory) as session:
        posting = session.scalars(sa.select(Posting).order_by(Posting.id)).first()
        assert posting is not None
        posting.requirement = {"混合": "历史学"}
        note_posting(session, posting.id)
        entry = session.scalars(sa.select(DriveEntry).order_by(DriveEntry.id)).first()
        assert entry is not None
        session.get_one(Intent, entry.graduate_id).places = ["110000"]
        note_graduate(session, entry.graduate_id)

    made, given = read_drive_market(sqlite_factory, drive_id)

    assert _pairs(made) <= _certain(given)
    assert posting.id not in {other for _, other in _pairs(made)}
    assert made.figures["changed_since_run"] == 2


def test_who_came_since_the_run_is_in_when_lists_followed(sqlite_factory: SessionFactory) -> None:
    drive_id = ranked_drive(sqlite_factory)
    with transaction(sqlite_factory) as session:
        drive = session.get_one(Drive, drive_id)
        person = make_graduate(session, union_id=drive.union_id)
        make_entry(session, drive, person)
        make_consent(session, person, ConsentPurpose.SERVICE)
        note_graduate(session, person.id)
    drain(sqlite_factory)

    made, given = read_drive_market(sqlite_factory, drive_id)

    assert person.id in made.market.graduates
    assert _pairs(made) == _certain(given)


def test_pairs_to_be_confirmed_are_no_pairs_even_of_people_guaranteed_a_seat(
    sqlite_factory: SessionFactory,
) -> None:
    """Who lists no place and is not free to go anywhere is to be confirmed everywhere (待确认)."""
    drive_id = ranked_drive(sqlite_factory)
    before, _ = read_drive_market(sqlite_factory, drive_id)
    person = int(before.market.graduates[before.market.classes == 5][0])
    assert person in {one for one, _ in _pairs(before)}
    with transaction(sqlite_factory) as session:
        wishes = session.get_one(Intent, person)
        wishes.places, wishes.mobility = [], Mobility.LISTED
        note_graduate(session, person)

    after, given = read_drive_market(sqlite_factory, drive_id)

    snapshot = given.rows.snapshot
    row = snapshot.row_of_graduate(person)
    told = [explain_pair(snapshot, row, other) for other in range(len(snapshot.postings))]
    assert "maybe" in {one.verdict.value for one in told}
    assert person in after.market.graduates
    assert person not in {one for one, _ in _pairs(after)}


def test_after_an_import_a_plan_waits_for_a_new_run(sqlite_factory: SessionFactory) -> None:
    drive_id = ranked_drive(sqlite_factory)
    with transaction(sqlite_factory) as session:
        note_many(session, drive_id)

    with pytest.raises(RuleBrokenError, match="重新排序") as refused:
        read_drive_market(sqlite_factory, drive_id)
    assert refused.value.code == "plan_run_outdated"


def test_keys_are_those_of_the_lists(sqlite_factory: SessionFactory) -> None:
    """What a posting's stored list says of a pair is what its choice goes by."""
    made, _ = read_drive_market(sqlite_factory, ranked_drive(sqlite_factory))
    market = made.market

    order = np.lexsort((-market.ordinary_key, market.posting))
    for posting in range(market.n_postings):
        edges = order[market.posting[order] == posting]
        keys = market.ordinary_key[edges]
        assert (np.diff(keys) < 0).all()
        assert (keys >> 61 == 1).all()
