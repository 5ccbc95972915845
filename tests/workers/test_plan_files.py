"""The file to verify: it says what was pinned, and its hashes stand in the chained trail."""

import json

import pytest
import sqlalchemy as sa

from matcher.allocation.bare_plan import bare_hash
from matcher.allocation.checker import check_plan
from matcher.cli.plan_solve import solve_bare
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds.plans import PinKind, PlanRule
from matcher.models.audit import AuditEntry
from matcher.models.plans import PlanRun
from matcher.services.permissions import SYSTEM
from matcher.services.plans import pins
from matcher.services.plans.exports import verifiable_plan
from matcher.services.plans.manifests import replay_plan
from tests.factories.plans import plan, ranked_drive, seats_of


@pytest.fixture
def made(sqlite_factory: SessionFactory) -> PlanRun:
    """A plan with one pair fixed and one ruled out."""
    drive_id = ranked_drive(sqlite_factory)
    first, second, *_ = sorted(seats_of(sqlite_factory, plan(sqlite_factory, drive_id)).items())
    with transaction(sqlite_factory) as session:
        for (person, posting), kind in ((first, PinKind.PIN), (second, PinKind.FORBID)):
            pins.set_pin(
                session,
                SYSTEM,
                drive_id,
                graduate_id=person,
                posting_id=posting,
                kind=kind,
                reason="本人书面要求",
            )
    return plan(sqlite_factory, drive_id)


@pytest.mark.parametrize("rule", PlanRule)
def test_whoever_holds_the_file_finds_all_its_hashes_in_the_trail(
    sqlite_factory: SessionFactory, made: PlanRun, rule: PlanRule
) -> None:
    with reading(sqlite_factory) as session:
        written = verifiable_plan(session, session.get_one(PlanRun, made.id), rule)
        entries = sa.select(AuditEntry).where(AuditEntry.action == "plan.computed")
        (entry,) = [one for one in session.scalars(entries) if one.subject_id == made.id]
    told = json.loads(json.dumps(written))
    hashes = entry.details["manifest"]["file_hashes"]

    assert hashes["instance"] == told["plan"]["instance_hash"] == bare_hash(told["instance"])
    assert hashes["pins"] == told["plan"]["pins_hash"] == bare_hash(told["plan"]["pins"])
    assert hashes[rule] == told["plan"]["result_hash"] == bare_hash(told["plan"]["seats"])


def test_pinned_people_keep_their_seats_in_the_file_and_the_pins_stand_beside_them(
    sqlite_factory: SessionFactory, made: PlanRun
) -> None:
    taken = seats_of(sqlite_factory, made)
    with reading(sqlite_factory) as session:
        told = verifiable_plan(session, session.get_one(PlanRun, made.id), PlanRule.FAIR)

    written = {int(one): seat["posting"] for one, seat in told["plan"]["seats"].items()}
    assert written == taken
    assert set(written) <= {one["id"] for one in told["instance"]["graduates"]}
    fixed, forbidden = sorted(told["plan"]["pins"], key=lambda one: one["kind"], reverse=True)
    assert (fixed["kind"], written[fixed["graduate"]]) == ("pin", fixed["posting"])
    assert written.get(forbidden["graduate"]) != forbidden["posting"]


def test_a_replay_makes_the_hashes_of_the_files_again(
    sqlite_factory: SessionFactory, made: PlanRun
) -> None:
    with reading(sqlite_factory) as session:
        replay = replay_plan(session, made.id)

    assert replay.equal
    assert {"file_instance", "file_pins", "file_fair", "file_most"} <= set(replay.stored)
    assert None not in replay.stored.values()


@pytest.mark.parametrize("rule", PlanRule)
def test_a_plan_with_pins_is_verified_as_it_was_published(
    sqlite_factory: SessionFactory, made: PlanRun, rule: PlanRule
) -> None:
    with reading(sqlite_factory) as session:
        written = verifiable_plan(session, session.get_one(PlanRun, made.id), rule)
    told = json.loads(json.dumps(written))
    found = check_plan(told["instance"], told["plan"])

    assert [one for one in found.checks if one.met is False] == []
    assert {one.name: one.met for one in found.checks}["pins_hash"]
    again = solve_bare(told["instance"], rule, told["plan"]["pins"])
    assert again.result_hash == told["plan"]["result_hash"]
    told["plan"]["pins"].pop()
    assert not check_plan(told["instance"], told["plan"]).is_good
