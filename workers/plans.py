"""Plans in the background (安置方案): make the market, solve it by both rules, store who sits where; publish.

Bodies read, compute, then store; nothing is computed while a write transaction is open.
"""

import time
from typing import Any

from matcher import clock
from matcher.db.engine import SessionFactory, reading, settings_of, transaction
from matcher.kinds import JobQueue
from matcher.models.drives import Drive
from matcher.models.plans import PlanRun
from matcher.models.ranking_runs import RankingRun
from matcher.services.plans import proposals, publications, releases, runs, storing
from matcher.services.plans.folders import (
    PlanInput,
    load_input,
    plan_folder,
    prune_folders,
    save_input,
    save_result,
)
from matcher.services.plans.keeping import needed_folders
from matcher.services.plans.markets import make_market, read_market
from matcher.services.plans.parameters import PlanParameters
from matcher.services.plans.pins import kept_pins
from matcher.services.plans.seat_rows import seat_rows
from matcher.services.plans.shifts import promises_of, shifts_of
from matcher.services.plans.solutions import Solution, solve
from matcher.services.plans.standing import why_absent
from matcher.services.plans.storing import NotedMarket, PlanEnd
from matcher.settings import Settings
from workers.runner import JobContext, JobStoppedError, job

_STEPS = 5
"""Read, make the market, solve, store seats, end."""


@job(runs.SOLVE, queue=JobQueue.BATCH)
def solve_plan(context: JobContext, *, plan_id: int) -> dict[str, Any]:
    """Make a plan of a drive; a second run finds its market noted, solves it again and stores the very same."""
    context.checkpoint(0, _STEPS)
    started = time.perf_counter()
    given = _given(context, plan_id)
    if given is None:
        return {}
    made_at = time.perf_counter()
    context.checkpoint(2)
    with reading(context.session_factory) as session:
        plan = session.get_one(PlanRun, plan_id)
        promises, settings = promises_of(session, plan.drive_id), settings_of(session)
        absent = why_absent(session, plan.drive_id) if promises else {}
    solution = solve(given, lambda: context.checkpoint(2))
    context.checkpoint(3)
    if not plan.is_dry:
        _keep_results(settings, plan, given, solution)
        _store_seats(context, plan_id, given, solution)
    context.checkpoint(4)
    seconds = {"market": made_at - started, "solving": time.perf_counter() - made_at}
    end = PlanEnd(
        fair=solution.fair.summary,
        most=solution.most.summary,
        certificate=solution.certificate,
        shifts={
            one.result.rule: shifts_of(given, one.result, promises, absent)
            for one in (solution.fair, solution.most)
        },
        figures=solution.figures | {"seconds": {k: round(v, 3) for k, v in seconds.items()}},
        code_version=solution.code_version,
    )
    with transaction(context.session_factory) as session:
        storing.finish_plan(session, plan_id, end)
    context.progress(_STEPS)
    return {"fair": solution.fair.summary.result_hash, "most": solution.most.summary.result_hash}


def _given(context: JobContext, plan_id: int) -> PlanInput | None:
    """Return what a plan is solved from: noted before, or made now; None if it was stopped or is done."""
    factory = context.session_factory
    with transaction(factory) as session:
        if not storing.begin_plan(session, plan_id):
            return None
    with reading(factory) as session:
        plan, settings = session.get_one(PlanRun, plan_id), settings_of(session)
    if plan.input_hash is not None and not plan.is_dry:
        return load_input(plan_folder(settings, plan.drive_id, plan.input_hash))
    given, noted = _made(factory, plan)
    context.checkpoint(1)
    if not plan.is_dry:
        save_input(given, plan_folder(settings, plan.drive_id, noted.input_hash))
    with transaction(factory) as session:
        told = storing.note_market(session, plan_id, noted)
    if told is None:
        return None
    if told != noted.input_hash and not plan.is_dry:
        return load_input(plan_folder(settings, plan.drive_id, told))
    return given


def _made(factory: SessionFactory, plan: PlanRun) -> tuple[PlanInput, NotedMarket]:
    parameters = PlanParameters.from_dict(plan.parameters)
    with reading(factory) as session:
        drive = session.get_one(Drive, plan.drive_id)
        run = session.get_one(RankingRun, plan.ranking_run_id)
        read = read_market(session, drive, run, parameters)
    made = make_market(read, parameters)
    given = PlanInput(made.market, made.provisional, kept_pins(made.market, read.pins), parameters)
    noted = NotedMarket(given.input_hash(), read.rows.as_of_change, made.figures)
    return given, noted


def _keep_results(settings: Settings, plan: PlanRun, given: PlanInput, solution: Solution) -> None:
    folder = plan_folder(settings, plan.drive_id, given.input_hash())
    for one in (solution.fair, solution.most):
        save_result(one.result, folder)


def _store_seats(context: JobContext, plan_id: int, given: PlanInput, solution: Solution) -> None:
    for one in (solution.fair, solution.most):
        for some in storing.chunks(seat_rows(given, one.result)):
            with transaction(context.session_factory) as session:
                stands = storing.store_seats(session, plan_id, one.result.rule, some)
            if not stands or context.should_stop():
                raise JobStoppedError


@job("plans.old_folders", queue=JobQueue.BATCH)
def forget_folders(context: JobContext) -> dict[str, Any]:
    """Delete folders no kept plan needs; a second run is harmless: it finds none left."""
    with reading(context.session_factory) as session:
        needed, settings = needed_folders(session, clock.now()), settings_of(session)
    return {"n_removed": prune_folders(settings, needed, clock.now())}


@job(publications.PUBLISH, queue=JobQueue.BATCH)
def publish(context: JobContext, *, plan_id: int) -> dict[str, Any]:
    """Make the proposals and holds of a published plan; a second run goes on where the rows say the first stopped."""
    factory, done = context.session_factory, 0
    with reading(factory) as session:
        broken = proposals.broken_promises(session, plan_id)
        postings = releases.postings_to_open(session, plan_id)
        seats = proposals.count_left(session, plan_id)
    total = len(broken) + len(postings) + seats
    for one in broken:
        with transaction(factory) as session:
            context.require_lease(session)
            proposals.break_promise(session, plan_id, one)
        done += 1
        context.checkpoint(done, total)
    for posting_id in postings:
        with transaction(factory) as session:
            context.require_lease(session)
            releases.open_seats(session, plan_id, posting_id)
        done += 1
        context.checkpoint(done, total)
    while made := _propose_some(context, plan_id):
        done += made
        context.checkpoint(done, total)
    with transaction(factory) as session:
        return proposals.finish_publication(session, plan_id)


def _propose_some(context: JobContext, plan_id: int) -> int:
    with reading(context.session_factory) as session:
        ahead = proposals.judge_next(session, plan_id)
    with transaction(context.session_factory) as session:
        context.require_lease(session)
        return proposals.make_proposals(session, plan_id, ahead)


@job(publications.TAKE_BACK, queue=JobQueue.BATCH)
def take_back(context: JobContext, *, plan_id: int) -> dict[str, Any]:
    """Take the unsent proposals of a withdrawn publication back; a second run finds those that are left."""
    factory, done = context.session_factory, 0
    with reading(factory) as session:
        unsent = proposals.unsent(session, plan_id)
        postings = releases.opened_postings(session, plan_id)
    total = len(unsent) + len(postings)
    n_taken = n_kept = 0
    for referral_id in unsent:
        with transaction(factory) as session:
            n_taken += proposals.take_back_unsent(session, plan_id, referral_id)
        done += 1
        context.checkpoint(done, total)
    for posting_id in postings:
        with transaction(factory) as session:
            n_kept += releases.keep_again(session, plan_id, posting_id)
        done += 1
        context.checkpoint(done, total)
    return {"n_taken_back": n_taken, "n_kept_again": n_kept}
