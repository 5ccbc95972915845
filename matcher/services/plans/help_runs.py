"""What would help, as background work (做什么能有用): asked for, worked out on the plan's market, kept, read.

The rows of people and postings are those of the moment it is worked out; seats, pins and who has none are the plan's.
Who makes plans reads all of it, a caseworker the lines of own people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.allocation.help import Help
from matcher.allocation.market import Market
from matcher.allocation.pins import pinned
from matcher.allocation.rules import PlanRules
from matcher.db.engine import settings_of
from matcher.kinds import JobQueue, JobState
from matcher.kinds.plans import PinKind, PlanRule
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.jobs import Job
from matcher.models.organisations import Union
from matcher.models.plan_help import PlanHelp
from matcher.models.plans import PlanRun, PlanUncovered
from matcher.models.ranking_runs import RankingRun
from matcher.ranking.facts import GraduateFacts
from matcher.ranking.places import NO_CITY, city_key, is_province
from matcher.services import audit, jobs
from matcher.services.drives import get_drive
from matcher.services.permissions import SYSTEM, Actor, Permission, require
from matcher.services.plans.folders import PlanInput, load_input, plan_folder
from matcher.services.plans.help_asking import HelpInput
from matcher.services.plans.help_solving import help_of_market, people_in_reach
from matcher.services.plans.live_rows import live_rows
from matcher.services.plans.runs import SUBJECT, check_usable, managed_plan
from matcher.services.plans.standing import last_publication, standing_of
from matcher.services.ranking_facts import graduate_facts
from matcher.services.rows import get_in_scope

HELP = "plans.help"
"""Name of the job."""

_AT_ONCE = 500


def request_help(session: Session, by: Actor, public_id: str) -> PlanHelp:
    """Ask what would help beside a plan; if it is on its way already, that is returned.

    Raises
    ------
    RuleBrokenError
        The plan is not done, or a dry run.
    """
    plan = managed_plan(session, by, public_id)
    check_usable(plan)
    row = session.get(PlanHelp, plan.id) or PlanHelp(plan_id=plan.id)
    if is_on_its_way(session, row):
        return row
    drive = session.get_one(Drive, plan.drive_id)
    job = jobs.enqueue(
        session,
        HELP,
        {"plan_id": plan.id},
        queue=JobQueue.BATCH,
        unique_key=f"{HELP}:{plan.id}",
        union_id=drive.union_id,
        created_by_id=by.account_id,
    )
    row.job_id, row.asked_at, row.asked_by_id = job.id, clock.now(), by.account_id
    session.add(row)
    audit.record(session, by, "plan.help_requested", subject=(SUBJECT, plan.id))
    session.flush()
    return row


def is_on_its_way(session: Session, row: PlanHelp) -> bool:
    """Say whether a table is being made; callers have checked who asks."""
    job = session.get(Job, row.job_id, populate_existing=True) if row.job_id else None
    return job is not None and job.state in (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, eq=False)
class HelpPlan:
    """What of a plan the table rests on, with the coverage it is asked of."""

    plan: PlanRun
    given: PlanInput
    asked_of: Help


def help_plan(session: Session, plan_id: int) -> tuple[PlanRun, PlanInput]:
    """Open a plan whose table is to be made.

    Raises
    ------
    SnapshotError
        The plan's folder is gone.
    """
    plan = session.get_one(PlanRun, plan_id)
    folder = plan_folder(settings_of(session), plan.drive_id, plan.input_hash or "")
    return plan, load_input(folder)


def cover(plan: PlanRun, given: PlanInput) -> HelpPlan:
    """Cover what the pins of a plan leave; needs no database."""
    market, rules = _left(given)
    return HelpPlan(plan, given, help_of_market(market, rules))


def _left(given: PlanInput) -> tuple[Market, PlanRules]:
    rules = given.parameters.rules
    market = pinned(given.market, rules, given.pins).market if given.pins else given.market
    return market, rules


def read_input(session: Session, found: HelpPlan) -> HelpInput:
    """Read the rows the table is worked out from, as they stand now."""
    plan = found.plan
    drive = session.get_one(Drive, plan.drive_id)
    run = session.get_one(RankingRun, plan.ranking_run_id)
    uncovered = sa.select(PlanUncovered.graduate_id).where(PlanUncovered.plan_id == plan.id)
    asked = sorted(set(session.scalars(uncovered)))
    reach = sorted({*people_in_reach(found.asked_of), *asked})
    people: dict[int, GraduateFacts] = {}
    for start in range(0, len(reach), _AT_ONCE):
        some = reach[start : start + _AT_ONCE]
        people |= {one.id: one for one in graduate_facts(session, drive.id, some)}
    ended = map(tuple, standing_of(session, drive.id).ruled_out.tolist())
    pins = found.given.pins
    forbidden = {(pin.graduate, pin.posting) for pin in pins if pin.kind is PinKind.FORBID}
    return HelpInput(
        asked_of=found.asked_of,
        snapshot=live_rows(session, drive, run).snapshot,
        people=people,
        asked=asked,
        ruled_out=frozenset({*ended, *forbidden}),
        home=_home(session, drive),
    )


def _home(session: Session, drive: Drive) -> str:
    """Return the code of the city of a drive's union; empty if it stands for a province or nothing is known."""
    region = session.get_one(Union, drive.union_id).region_code
    key = city_key(region) if region else NO_CITY
    return "" if key == NO_CITY or is_province(key) else f"{key:06d}"


def store_help(session: Session, plan_id: int, lines: dict[str, Any]) -> None:
    """Keep a table in place of the one before."""
    row = session.get_one(PlanHelp, plan_id, with_for_update=True, populate_existing=True)
    row.lines, row.made_at = lines, clock.now()
    counts = {name: lines[name] for name in ("n_short", "n_reached", "n_solved")}
    audit.record(session, SYSTEM, "plan.help_made", subject=(SUBJECT, plan_id), **counts)
    session.flush()


@dataclass(frozen=True)
class HelpState:
    """A table and how far it is.

    Parameters
    ----------
    row : None if nobody asked
    state : of its job; None if there is none any more
    """

    plan: PlanRun
    row: PlanHelp | None
    state: JobState | None
    done: int
    total: int


def help_of(session: Session, by: Actor, public_id: str) -> HelpState:
    """Return what would help beside a plan, for who makes plans."""
    plan = managed_plan(session, by, public_id, lock=False)
    row = session.get(PlanHelp, plan.id, populate_existing=True)
    job = session.get(Job, row.job_id, populate_existing=True) if row and row.job_id else None
    if job is None:
        return HelpState(plan, row, None, 0, 0)
    return HelpState(plan, row, job.state, job.done_units, job.total_units)


@dataclass(frozen=True)
class PersonHelp:
    """What would help one person.

    Parameters
    ----------
    lines : single changes, or two together, those that seat most first
    n_asked : how many changes were tried
    """

    lines: Sequence[Mapping[str, Any]]
    n_asked: int


@dataclass(frozen=True)
class PublishedHelp:
    """What the table of the plan a drive published last says of one person.

    Parameters
    ----------
    is_made : whether there is a table at all
    person : None if the person was not asked about: it has a seat, or none was guaranteed
    """

    is_made: bool
    person: PersonHelp | None


def help_for(session: Session, by: Actor, drive_id: int, graduate_id: int) -> PublishedHelp:
    """Return what would help one graduate of the scope, by the plan its drive published last."""
    require(by, Permission.REFER)
    require(by, Permission.VIEW_HARDSHIP)
    get_in_scope(session, by, Graduate, graduate_id)
    drive = get_drive(session, by, drive_id)
    plan = session.scalar(sa.select(PlanRun).where(PlanRun.id == last_publication(drive.id)))
    row = session.get(PlanHelp, plan.id) if plan is not None else None
    if plan is None or row is None or row.made_at is None:
        return PublishedHelp(is_made=False, person=None)
    found = people_of(session, plan, row, graduate_id)
    return PublishedHelp(is_made=True, person=found.get(graduate_id))


def people_of(
    session: Session, plan: PlanRun, row: PlanHelp, graduate_id: int | None = None
) -> dict[int, PersonHelp]:
    """Return by graduate what would help those whom the plan leaves without a seat by the rule chosen.

    The table holds people without a seat by either rule, so that another choice needs no other table. Callers have
    checked who asks.

    Parameters
    ----------
    graduate_id : one person; None for all
    """
    uncovered = sa.select(PlanUncovered.graduate_id).where(
        PlanUncovered.plan_id == plan.id,
        PlanUncovered.rule == (plan.chosen_rule or PlanRule.FAIR),
        sa.true() if graduate_id is None else PlanUncovered.graduate_id == graduate_id,
    )
    without = set(session.scalars(uncovered))
    return {
        one["graduate"]: PersonHelp(one["lines"], one["n_asked"])
        for one in row.lines.get("people", [])
        if one["graduate"] in without
    }
