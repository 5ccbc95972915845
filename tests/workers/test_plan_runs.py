"""Plans as background work: solved by both rules, stored once, told in the trail, replayed to the same hashes."""

import stat
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, settings_of, transaction
from matcher.errors import NotAllowedError, RuleBrokenError, SnapshotError
from matcher.kinds import JobQueue, JobState, Role, RunState, SeatState
from matcher.kinds.plans import PlanRule
from matcher.models.audit import AuditEntry
from matcher.models.plans import PlanCertificate, PlanRun, PlanSeat, PlanUncovered
from matcher.models.postings import Seat
from matcher.models.ranking_runs import RankingRun
from matcher.models.referrals import SeatHold
from matcher.services import audit, jobs
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.plans import runs, storing
from matcher.services.plans.answers import plan_answer
from matcher.services.plans.folders import load_input, load_result, plan_folder, prune_folders
from matcher.services.plans.keeping import needed_folders
from matcher.services.plans.manifests import replay_plan
from matcher.services.plans.solving import solve_rules
from matcher.services.ranking_retention import runs_to_forget
from tests.factories.accounts import make_actor
from tests.factories.plans import plan, plan_row, publish, ranked_drive, seats_of
from tests.factories.ranked_drives import drain, rank
from workers.runner import Runner


def _rows(factory: SessionFactory, plan_id: int) -> list[tuple[Any, ...]]:
    with reading(factory) as session:
        found = sa.select(PlanSeat.__table__).where(PlanSeat.plan_id == plan_id)
        return sorted(tuple(row) for row in session.execute(found))


def test_both_rules_are_solved_and_stored_as_the_solver_says(
    session_factory: SessionFactory,
) -> None:
    made = plan(session_factory, ranked_drive(session_factory))

    assert made.state is RunState.DONE
    with reading(session_factory) as session:
        folder = plan_folder(settings_of(session), made.drive_id, made.input_hash or "")
    given = load_input(folder, check=True)
    for result in solve_rules(given):
        market, seated = given.market, np.flatnonzero(result.edge >= 0)
        people = market.graduates[seated].tolist()
        postings = market.postings[market.posting[result.edge[seated]]].tolist()
        assert seats_of(session_factory, made, result.rule) == dict(
            zip(people, postings, strict=True)
        )
        assert made.figures[result.rule.value]["total"]["seated"] == len(people)
        assert load_result(folder, result.rule).result_hash(market) == result.result_hash(market)
    assert {made.fair_hash, made.most_hash} == {
        one.result_hash(given.market) for one in solve_rules(given)
    }


def test_every_guaranteed_person_has_a_seat_or_a_certificate(
    session_factory: SessionFactory,
) -> None:
    drive_id = ranked_drive(session_factory)
    with transaction(session_factory) as session:
        few = session.scalars(sa.select(Seat.posting_id).distinct()).all()
        keep = few[0]
        session.execute(sa.delete(Seat).where(Seat.posting_id != keep))

    made = plan(session_factory, drive_id)

    with reading(session_factory) as session:
        proofs = session.scalars(sa.select(PlanCertificate)).all()
        without = session.scalars(sa.select(PlanUncovered)).all()
    assert made.figures["fair"]["uncovered"] == sum(proof.n_short for proof in proofs)
    assert without
    for row in without:
        proof = next(one for one in proofs if one.component == row.component)
        assert row.graduate_id in np.frombuffer(proof.graduates, "<i4")
        assert proof.n_people == proof.n_seats + proof.n_short


def test_a_job_delivered_again_leaves_one_result_on_the_market_of_the_first(
    session_factory: SessionFactory,
) -> None:
    drive_id = ranked_drive(session_factory)
    made = plan(session_factory, drive_id)
    before = _rows(session_factory, made.id)
    with transaction(session_factory) as session:
        again = session.get_one(PlanRun, made.id)
        again.state = RunState.RUNNING
        # The market changed meanwhile: the plan stays what it was of.
        session.execute(sa.delete(Seat).where(Seat.number == 1))
        jobs.enqueue(session, runs.SOLVE, {"plan_id": made.id}, queue=JobQueue.BATCH)

    drain(session_factory)

    after = plan_row(session_factory, made.id)
    assert (after.input_hash, after.fair_hash) == (made.input_hash, made.fair_hash)
    assert _rows(session_factory, made.id) == before


def test_whoever_notes_the_market_first_decides_what_a_plan_is_of(
    sqlite_factory: SessionFactory,
) -> None:
    drive_id = ranked_drive(sqlite_factory)
    with transaction(sqlite_factory) as session:
        asked = runs.request_plan(session, SYSTEM, drive_id)
        assert storing.begin_plan(session, asked.id)
        begun = asked.started_at
        assert storing.begin_plan(session, asked.id)
        assert asked.started_at == begun  # before the market was read, whoever reads it again
        first = storing.note_market(session, asked.id, storing.NotedMarket("a" * 64, 1, {}))
        second = storing.note_market(session, asked.id, storing.NotedMarket("b" * 64, 2, {}))

        assert first == second == "a" * 64
        assert (asked.input_hash, asked.as_of_change) == ("a" * 64, 1)
        runs.stop_plan(session, SYSTEM, asked.public_id)
        assert storing.note_market(session, asked.id, storing.NotedMarket("c" * 64, 3, {})) is None
        assert not storing.begin_plan(session, asked.id)


def test_a_second_delivery_after_the_end_changes_nothing(session_factory: SessionFactory) -> None:
    made = plan(session_factory, ranked_drive(session_factory))
    with transaction(session_factory) as session:
        job = jobs.enqueue(session, runs.SOLVE, {"plan_id": made.id}, queue=JobQueue.BATCH)

    assert Runner(session_factory).run(job.id) is JobState.DONE

    with reading(session_factory) as session:
        told = sa.select(sa.func.count()).where(AuditEntry.action == "plan.computed")
        assert session.scalar(told) == 1


def test_a_dry_run_keeps_who_is_left_without_and_who_would_lose_a_seat_as_a_plan_does(
    sqlite_factory: SessionFactory,
) -> None:
    drive_id = ranked_drive(sqlite_factory)
    promised = seats_of(sqlite_factory, publish(sqlite_factory, plan(sqlite_factory, drive_id)))
    with transaction(sqlite_factory) as session:
        kept = session.scalar(sa.select(sa.func.min(Seat.posting_id)))
        session.execute(sa.delete(SeatHold))
        left = sa.case((Seat.posting_id == kept, SeatState.OPEN), else_=SeatState.CLOSED)
        session.execute(sa.update(Seat).values(state=left))

    told = []
    for is_dry in (True, False):
        made = plan(sqlite_factory, drive_id, is_dry=is_dry)
        with reading(sqlite_factory) as session:
            told.append(plan_answer(session, session.get_one(PlanRun, made.id)))

    dry, real = told
    assert dry.shifts
    assert len(dry.shifts) <= len(promised)
    assert dry.certificate
    assert len(dry.uncovered) == dry.fair.uncovered > 0
    assert (dry.certificate, dry.uncovered, dry.shifts) == (
        real.certificate,
        real.uncovered,
        real.shifts,
    )
    assert dry.seats is None
    assert real.seats


def test_a_dry_run_keeps_figures_and_nobodys_seat(sqlite_factory: SessionFactory) -> None:
    made = plan(sqlite_factory, ranked_drive(sqlite_factory), is_dry=True)

    assert made.state is RunState.DONE
    assert made.figures["fair"]["total"]["seated"] > 0
    assert not _rows(sqlite_factory, made.id)
    with reading(sqlite_factory) as session:
        assert not (settings_of(session).data / "plans").exists()
    with transaction(sqlite_factory) as session, pytest.raises(RuleBrokenError):
        runs.choose_rule(session, SYSTEM, made.public_id, PlanRule.FAIR)


def test_two_requests_at_a_time_make_one_plan_and_a_stopped_one_stores_nothing(
    sqlite_factory: SessionFactory,
) -> None:
    drive_id = ranked_drive(sqlite_factory)
    with transaction(sqlite_factory) as session:
        first = runs.request_plan(session, SYSTEM, drive_id)
        second = runs.request_plan(session, SYSTEM, drive_id)
        runs.stop_plan(session, SYSTEM, first.public_id)
    drain(sqlite_factory)

    assert first.id == second.id
    assert plan_row(sqlite_factory, first.id).state is RunState.CANCELLED
    assert not _rows(sqlite_factory, first.id)


def test_a_drive_without_a_run_has_no_plan(sqlite_factory: SessionFactory) -> None:
    drive_id = ranked_drive(sqlite_factory)
    with transaction(sqlite_factory) as session:
        session.execute(sa.update(RankingRun).values(state=RunState.FAILED))

    with transaction(sqlite_factory) as session, pytest.raises(RuleBrokenError) as refused:
        runs.request_plan(session, SYSTEM, drive_id)
    assert refused.value.code == "plan_no_run"


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.FAIR_ORGANISER, Role.ADMINISTRATOR])
def test_only_who_manages_the_drive_asks_for_a_plan(
    sqlite_factory: SessionFactory, role: Role
) -> None:
    with transaction(sqlite_factory) as session:
        account = make_actor(session, role)
        with pytest.raises(NotAllowedError):
            runs.request_plan(session, Actor(account.account_id, role, union_id=1), 1)


def test_the_manifest_stands_in_the_trail_and_replays_to_the_same_hashes(
    session_factory: SessionFactory,
) -> None:
    made = plan(session_factory, ranked_drive(session_factory))

    with reading(session_factory) as session:
        replay = replay_plan(session, made.id)
        told = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "plan.computed")
        ).one()
        assert audit.verify_trail(session).first_bad is None
    assert replay.equal
    manifest = told.details["manifest"]
    assert manifest["fair_hash"] == made.fair_hash
    assert manifest["lottery_commitment"] == made.lottery_commitment
    assert manifest["parameters"] == made.parameters
    assert manifest["code_version"] == made.code_version
    assert set(manifest["libraries"]) == {"numba", "numpy", "ortools"}


def test_a_row_that_was_tampered_with_does_not_replay_equal_to_itself(
    sqlite_factory: SessionFactory,
) -> None:
    """What is compared is the chained manifest: whoever writes another hash into the row gains nothing."""
    made = plan(sqlite_factory, ranked_drive(sqlite_factory))
    with transaction(sqlite_factory) as session:
        session.get_one(PlanRun, made.id).fair_hash = "0" * 64

    with reading(sqlite_factory) as session:
        assert replay_plan(session, made.id).stored["fair_hash"] == made.fair_hash


def test_a_damaged_folder_is_never_replayed_and_its_files_are_their_owners_alone(
    sqlite_factory: SessionFactory,
) -> None:
    made = plan(sqlite_factory, ranked_drive(sqlite_factory))
    with reading(sqlite_factory) as session:
        folder = plan_folder(settings_of(session), made.drive_id, made.input_hash or "")
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    victim = folder / "market_wish.npy"
    content = bytearray(victim.read_bytes())
    content[-1] ^= 1
    victim.write_bytes(content)

    with reading(sqlite_factory) as session, pytest.raises(SnapshotError):
        replay_plan(session, made.id)


def test_folders_go_when_no_plan_needs_them_and_the_run_a_plan_cites_keeps_its_lists(
    sqlite_factory: SessionFactory,
) -> None:
    drive_id = ranked_drive(sqlite_factory)
    first = plan(sqlite_factory, drive_id)
    with transaction(sqlite_factory) as session:
        # No referral of it cites the run by itself.
        published = session.get_one(PlanRun, first.id)
        published.chosen_rule, published.published_at = PlanRule.FAIR, first.created_at
    rank(sqlite_factory, drive_id)
    with reading(sqlite_factory) as session:
        settings = settings_of(session)
        later = first.created_at.replace(year=first.created_at.year + 1)
        assert needed_folders(session, later) == {(drive_id, first.input_hash)}
        assert first.ranking_run_id not in runs_to_forget(session, later)
    with transaction(sqlite_factory) as session:
        session.get_one(PlanRun, first.id).withdrawn_at = later
    second = plan(sqlite_factory, drive_id)
    with reading(sqlite_factory) as session:
        needed = needed_folders(session, later)
        assert first.ranking_run_id in runs_to_forget(session, later)
    assert needed == {(drive_id, second.input_hash)}
    assert prune_folders(settings, needed, later) == (first.input_hash != second.input_hash)
    assert plan_folder(settings, drive_id, second.input_hash or "").exists()
