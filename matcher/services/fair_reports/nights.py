"""What a night does after fairs: remind to close, bring hires in step, remind both sides, open the tasks to ask.

The organiser gets one task a fair, the same whoever the visitors are; caseworkers get one a person of theirs. So the
organiser cannot read from the tasks who has a caseworker.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.fairs.outcomes import HIRES
from matcher.kinds import JobQueue
from matcher.kinds.fair_reports import FollowState
from matcher.kinds.fairs import FairState
from matcher.models.fair_reports import FairAsk, FairFollow, FairOutcomeStep, FairReport
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Fair
from matcher.models.graduate_cases import GraduateCase
from matcher.models.tasks import Task
from matcher.policy.deadlines import get_deadline
from matcher.services import jobs, tasks
from matcher.services.casework.due_dates import due_after
from matcher.services.fair_reports import asking, surveys
from matcher.services.fair_reports.closing import ASK_JOB, recount_due, refresh
from matcher.services.fair_reports.following import ASK_RULE, RECORD_RULE
from matcher.services.fair_reports.keeping import kept_until
from matcher.services.fair_reports.linking import link_jobs
from matcher.services.fair_reports.sight import FAIR, FOLLOW
from matcher.services.permissions import SYSTEM

INTENTS_RULE = "fair.intents_open"
REMIND_RULE = "fair.intent_remind"
_UNKNOWN = (FollowState.OPEN, FollowState.DISPUTED)


def fairs_followed(session: Session) -> list[int]:
    """Return the closed fairs whose ledger still runs."""
    found = (
        sa.select(Fair)
        .join(FairReport, FairReport.fair_id == Fair.id)
        .where(Fair.state == FairState.CLOSED)
    )
    today = clock.today()
    fairs = session.scalars(found.order_by(Fair.id))
    return [fair.id for fair in fairs if kept_until(fair) >= today]


def follow_up(session: Session, fair_id: int) -> dict[str, int]:
    """Do the night's work of one closed fair; a second run finds everything standing."""
    fair = session.scalars(sa.select(Fair).where(Fair.id == fair_id).with_for_update()).one()
    refresh(session, SYSTEM, fair)
    recount_due(session, fair)
    _ask_late_comers(session, fair)
    n_linked = link_jobs(session, fair)
    n_reminded = _remind(session, fair)
    n_asked = _ask_caseworkers(session, fair)
    n_to_record = _record_hires(session, fair)
    _tell_organiser(session, fair)
    return {
        "n_linked": n_linked,
        "n_reminded": n_reminded,
        "n_asked": n_asked,
        "n_to_record": n_to_record,
    }


def _ask_late_comers(session: Session, fair: Fair) -> None:
    """Ask by a job who came to be known after the closing, from a sheet of paper or a door without network."""
    if not surveys.is_survey_open(fair):
        return
    if asking.places_to_ask(session, fair) or asking.visitors_to_ask(session, fair):
        key = f"{ASK_JOB}:{fair.id}:{clock.today()}"
        jobs.enqueue(session, ASK_JOB, {"fair_id": fair.id}, queue=JobQueue.BATCH, unique_key=key)


def _remind(session: Session, fair: Fair) -> int:
    """Send the link again to who has an open intent shortly before its day."""
    days = get_deadline(REMIND_RULE, fair.venue_region, clock.today())
    soon = sa.select(FairFollow.fair_employer_id, FairFollow.visitor_id).where(
        FairFollow.fair_id == fair.id,
        FairFollow.state == FollowState.OPEN,
        FairFollow.ended_at.is_(None),
        FairFollow.due_on <= days.after(clock.today()),
        FairFollow.due_on >= clock.today(),
    )
    rows = session.execute(soon).all()
    places, visitors = {row[0] for row in rows}, {row[1] for row in rows}
    found = sa.select(FairAsk).where(
        FairAsk.fair_id == fair.id,
        sa.or_(FairAsk.fair_employer_id.in_(places), FairAsk.visitor_id.in_(visitors)),
    )
    asks = list(session.scalars(found.order_by(FairAsk.id)))
    return sum(asking.send(session, ask, asking.AGAIN) for ask in asks)


def _late(fair: Fair) -> sa.ColumnElement[bool]:
    late = sa.or_(
        FairFollow.state == FollowState.DISPUTED,
        sa.and_(FairFollow.state == FollowState.OPEN, FairFollow.due_on < clock.today()),
    )
    return sa.and_(FairFollow.fair_id == fair.id, FairFollow.ended_at.is_(None), late)


def _with_case(*conditions: sa.ColumnElement[bool]) -> sa.Select[FairFollow, GraduateCase]:
    return (
        sa.select(FairFollow, GraduateCase)
        .join(FairVisitor, FairVisitor.id == FairFollow.visitor_id)
        .join(
            GraduateCase,
            sa.and_(
                GraduateCase.graduate_id == FairVisitor.graduate_id,
                GraduateCase.closed_on.is_(None),
            ),
        )
        .where(*conditions)
        .order_by(FairFollow.id)
    )


def _ask_caseworkers(session: Session, fair: Fair) -> int:
    """Open the caseworker's task for each person of theirs nobody told of in time, or told of differently."""
    found = _unasked(session, ASK_RULE, _with_case(_late(fair)))
    for follow, case in found:
        tasks.open_task(
            session,
            union_id=case.union_id,
            rule=ASK_RULE,
            subject=(FOLLOW, follow.id),
            due_on=due_after(session, ASK_RULE, case.union_id, clock.today()).day,
            assignee_id=case.owner_id,
        )
    return len(found)


def _record_hires(session: Session, fair: Fair) -> int:
    """Open the caseworker's task to put a hire on record (登记去向), until the job stands there."""
    hired = sa.and_(
        FairFollow.fair_id == fair.id,
        FairFollow.state.in_(sorted(HIRES)),
        FairFollow.placement_id.is_(None),
    )
    found = _unasked(session, RECORD_RULE, _with_case(hired))
    for follow, case in found:
        tasks.open_task(
            session,
            union_id=case.union_id,
            rule=RECORD_RULE,
            subject=(FOLLOW, follow.id),
            due_on=due_after(session, RECORD_RULE, case.union_id, clock.today()).day,
            assignee_id=case.owner_id,
        )
    return len(found)


def _unasked(
    session: Session, rule: str, found: sa.Select[FairFollow, GraduateCase]
) -> list[tuple[FairFollow, GraduateCase]]:
    """Return the intents no task of a rule was opened for since something was told of them last.

    A task that was closed without a new word stays closed; a word that came since asks again.
    """
    told = (
        sa.select(sa.func.max(FairOutcomeStep.entered_at))
        .where(FairOutcomeStep.follow_id == FairFollow.id)
        .scalar_subquery()
    )
    asked = sa.exists().where(
        Task.rule == rule,
        Task.subject_kind == FOLLOW,
        Task.subject_id == FairFollow.id,
        Task.created_at >= sa.func.coalesce(told, FairFollow.opened_at),
    )
    return [(row[0], row[1]) for row in session.execute(found.where(~asked))]


def _tell_organiser(session: Session, fair: Fair) -> None:
    """Keep one task a fair while intents are overdue or disputed, and drop it once none is."""
    late = sa.select(sa.func.count()).select_from(FairFollow).where(_late(fair))
    if not session.scalar(late):
        tasks.drop_task(session, INTENTS_RULE, (FAIR, fair.id))
        return
    report = session.scalars(sa.select(FairReport).where(FairReport.fair_id == fair.id)).one()
    tasks.open_task(
        session,
        union_id=fair.union_id,
        rule=INTENTS_RULE,
        subject=(FAIR, fair.id),
        due_on=due_after(session, ASK_RULE, fair.union_id, clock.today()).day,
        assignee_id=report.opened_by_id,
    )
