"""What a night asks for before and after fairs (每晚): expired papers, reminders, tasks, and forgetting.

Each fair is looked at in a transaction of its own; a second run finds it done.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.fair_papers import FairPaperKind, FairPaperState
from matcher.kinds.fairs import FairEmployerState
from matcher.models.fair_papers import FairPaper
from matcher.models.fairs import Fair, FairEmployer
from matcher.models.files import StoredFile
from matcher.policy.deadlines import get_deadline
from matcher.services import audit, tasks
from matcher.services.fair_employers.packs import expire_papers, packs_of
from matcher.services.fair_employers.reminding import remind_due
from matcher.services.fair_employers.sight import call_of
from matcher.services.fairs.sight import LIVE
from matcher.services.permissions import SYSTEM, Actor, Permission, require

NIGHT_JOB = "fairs.employers_night"
CHECK_RULE = "fair.papers_to_check"
LATE_RULE = "fair.employers_late"
AGENT_FORGOTTEN = "fair_agent_forgotten"
PAPERS_KEPT = "fair_papers_kept"


def open_fairs(session: Session, by: Actor) -> list[int]:
    """Return the fairs before which employers come and go."""
    require(by, Permission.MANAGE_FAIRS)
    found = sa.select(Fair.id).where(Fair.state.in_(LIVE), Fair.last_on >= clock.today())
    return list(session.scalars(found.order_by(Fair.id)))


def look_at(session: Session, by: Actor, fair_id: int) -> bool:
    """Do what one fair asks for tonight; return whether anything was said or expired."""
    require(by, Permission.MANAGE_FAIRS)
    fair = session.get_one(Fair, fair_id)
    n_expired = expire_papers(session, fair)
    told = remind_due(session, fair)
    _see_to_checking(session, fair)
    _see_to_late(session, fair)
    session.flush()
    return bool(n_expired or told.n_answers or told.n_papers or told.n_eve)


def _see_to_checking(session: Session, fair: Fair) -> None:
    """Keep the task open while papers wait to be looked at."""
    waiting = session.scalar(
        sa.select(FairPaper.id)
        .join(FairEmployer, FairEmployer.id == FairPaper.fair_employer_id)
        .where(FairEmployer.fair_id == fair.id, FairPaper.state == FairPaperState.HANDED_IN)
        .limit(1)
    )
    call = call_of(session, fair.id)
    until = call.papers_until if call is not None and call.papers_until else fair.first_on
    subject = ("fair", fair.id)
    if waiting is None:
        tasks.drop_task(session, CHECK_RULE, subject)
        return
    tasks.open_task(session, union_id=fair.union_id, rule=CHECK_RULE, subject=subject, due_on=until)


def _see_to_late(session: Session, fair: Fair) -> None:
    """Keep the task open while employers owe papers after their day."""
    call = call_of(session, fair.id)
    is_late = False
    if call is not None and call.papers_until is not None and call.papers_until < clock.today():
        rows = session.scalars(
            sa.select(FairEmployer.id).where(
                FairEmployer.fair_id == fair.id,
                FairEmployer.state.in_((FairEmployerState.APPLIED, FairEmployerState.ACCEPTED)),
            )
        ).all()
        is_late = any(pack.wanted for pack in packs_of(session, fair, rows).values())
    subject = ("fair", fair.id)
    if not is_late:
        tasks.drop_task(session, LATE_RULE, subject)
        return
    tasks.open_task(
        session, union_id=fair.union_id, rule=LATE_RULE, subject=subject, due_on=fair.first_on
    )


def over_fairs(session: Session, by: Actor) -> list[int]:
    """Return the fairs that are over and still have something to forget."""
    require(by, Permission.MANAGE_FAIRS)
    held = sa.or_(
        FairPaper.file_id.is_not(None),
        FairPaper.name_cipher.is_not(None),
        FairPaper.number_cipher.is_not(None),
    )
    found = (
        sa.select(Fair.id)
        .join(FairEmployer, FairEmployer.fair_id == Fair.id)
        .join(FairPaper, FairPaper.fair_employer_id == FairEmployer.id)
        .where(Fair.last_on < clock.today(), held)
        .distinct()
    )
    return list(session.scalars(found.order_by(Fair.id)))


def forget(session: Session, by: Actor, fair_id: int) -> bool:
    """Erase agents' names, numbers and pictures when their time is over, and all papers when theirs is.

    What was seen, by whom and when stays in the ledger. A second run finds nothing.
    """
    require(by, Permission.MANAGE_FAIRS)
    fair, today = session.get_one(Fair, fair_id), clock.today()
    n_gone = 0
    for rule, agents_only in ((AGENT_FORGOTTEN, True), (PAPERS_KEPT, False)):
        if get_deadline(rule, fair.venue_region, fair.last_on).after(fair.last_on) < today:
            n_gone += _erase(session, fair, agents_only=agents_only)
    return n_gone > 0


def _erase(session: Session, fair: Fair, *, agents_only: bool) -> int:
    found = (
        sa.select(FairPaper)
        .join(FairEmployer, FairEmployer.id == FairPaper.fair_employer_id)
        .where(FairEmployer.fair_id == fair.id, FairPaper.forgotten_at.is_(None))
        .order_by(FairPaper.id)
    )
    if agents_only:
        found = found.where(FairPaper.kind == FairPaperKind.AGENT)
    rows = list(session.scalars(found))
    files = [paper.file_id for paper in rows if paper.file_id is not None]
    for paper in rows:
        paper.file_id = paper.name_cipher = paper.number_cipher = None
        paper.name_masked = paper.number_masked = None
        paper.forgotten_at = clock.now()
    session.flush()
    session.execute(sa.delete(StoredFile).where(StoredFile.id.in_(files)))
    if rows:
        audit.record(
            session, SYSTEM, "fair_paper.forgotten", subject=("fair", fair.id), papers=len(rows)
        )
    return len(rows)
