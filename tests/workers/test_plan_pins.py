"""Pins: kept in the next plan, priced, lifted; contradictions are told with the records."""

import pytest
import sqlalchemy as sa

from matcher.allocation.rules import PlanRules
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import JobState, RunState
from matcher.kinds.plans import PinKind, PlanRule
from matcher.models.plans import PlanRun, PlanSeat
from matcher.models.postings import Seat
from matcher.services.permissions import SYSTEM
from matcher.services.plans import pins, runs
from matcher.services.plans.parameters import PlanParameters
from tests.factories.plans import plan, plan_row, ranked_drive, read_drive_market, seats_of
from workers.runner import Runner


def test_a_class_with_no_seat_and_pins_that_contradict_end_the_plan_by_name(
    sqlite_factory: SessionFactory,
) -> None:
    drive_id = ranked_drive(sqlite_factory)
    made = plan(sqlite_factory, drive_id)
    (person, posting), *_ = sorted(seats_of(sqlite_factory, made).items())
    with transaction(sqlite_factory) as session:
        pins.set_pin(
            session,
            SYSTEM,
            drive_id,
            graduate_id=person,
            posting_id=posting,
            kind=PinKind.PIN,
            reason="单位指名要人",
        )
        session.execute(sa.delete(Seat).where(Seat.posting_id == posting))
    with transaction(sqlite_factory) as session:
        asked = runs.request_plan(session, SYSTEM, drive_id)
        job_id = asked.job_id
    assert Runner(sqlite_factory).run(job_id or 0) is JobState.FAILED
    with transaction(sqlite_factory) as session:
        for plan_id in runs.dead_plans(session):
            runs.fail_plan(session, plan_id)

    failed = plan_row(sqlite_factory, asked.id)
    assert failed.state is RunState.FAILED
    assert failed.figures["error_code"] == "plan_pins"
    assert str(person) in failed.figures["error_message"]


def test_pins_are_kept_priced_and_lifted(sqlite_factory: SessionFactory) -> None:
    drive_id = ranked_drive(sqlite_factory)
    made = plan(sqlite_factory, drive_id)
    taken = seats_of(sqlite_factory, made)
    person, posting = sorted(taken.items())[0]

    def pinned(kind: PinKind) -> PlanRun:
        with transaction(sqlite_factory) as session:
            pin = pins.set_pin(
                session,
                SYSTEM,
                drive_id,
                graduate_id=person,
                posting_id=posting,
                kind=kind,
                reason="本人书面要求",
            )
        found = plan(sqlite_factory, drive_id)
        with transaction(sqlite_factory) as session:
            assert [view.reason for view in pins.list_pins(session, SYSTEM, drive_id)] == [
                "本人书面要求"
            ]
            pins.lift_pin(session, SYSTEM, pin.id)
        return found

    forbidden, fixed = pinned(PinKind.FORBID), pinned(PinKind.PIN)

    assert seats_of(sqlite_factory, forbidden).get(person) != posting
    assert seats_of(sqlite_factory, fixed)[person] == posting
    (told,) = forbidden.figures["pins"]
    assert (told["graduate_id"], told["posting_id"]) == (person, posting)
    assert set(told) > {"fair", "most"}
    with reading(sqlite_factory) as session:
        seat = session.get_one(PlanSeat, (fixed.id, PlanRule.FAIR, person))
        assert seat.is_pinned
        assert seat.is_full or seat.cutoff_key is None
    assert plan(sqlite_factory, drive_id).input_hash == made.input_hash


def test_pins_that_contradict_are_refused_with_both_records(sqlite_factory: SessionFactory) -> None:
    drive_id = ranked_drive(sqlite_factory)
    taken = sorted(seats_of(sqlite_factory, plan(sqlite_factory, drive_id)).items())
    (person, posting), (_, other) = taken[0], taken[1]

    def pin(posting_id: int, kind: PinKind, reason: str = "单位指名要人") -> None:
        with transaction(sqlite_factory) as session:
            pins.set_pin(
                session,
                SYSTEM,
                drive_id,
                graduate_id=person,
                posting_id=posting_id,
                kind=kind,
                reason=reason,
            )

    pin(posting, PinKind.PIN)
    with pytest.raises(RuleBrokenError, match=f"{person}.*{posting}"):
        pin(posting, PinKind.FORBID)
    with pytest.raises(RuleBrokenError, match=f"{person}.*{posting}.*{other}"):
        pin(other, PinKind.PIN)
    with pytest.raises(InvalidInputError):
        pin(other, PinKind.FORBID, "无")


def test_a_pair_below_the_first_places_of_all_lists_can_be_fixed(
    sqlite_factory: SessionFactory,
) -> None:
    drive_id = ranked_drive(sqlite_factory)
    short = PlanParameters(rules=PlanRules(guarantee_class=None), list_length=1)
    listed, all_of_them = (
        _pairs(sqlite_factory, drive_id, parameters)
        for parameters in (short, PlanParameters(rules=short.rules))
    )
    person, posting = min(all_of_them - listed)
    with transaction(sqlite_factory) as session:
        pins.set_pin(
            session,
            SYSTEM,
            drive_id,
            graduate_id=person,
            posting_id=posting,
            kind=PinKind.PIN,
            reason="单位指名要人",
        )

    assert _pairs(sqlite_factory, drive_id, short) == listed | {(person, posting)}


def _pairs(
    factory: SessionFactory, drive_id: int, parameters: PlanParameters
) -> set[tuple[int, int]]:
    market = read_drive_market(factory, drive_id, parameters)[0].market
    people = market.graduates[market.graduate_of_edge()]
    return set(zip(people.tolist(), market.postings[market.posting].tolist(), strict=True))
