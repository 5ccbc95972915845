"""Closing a fair (结束招聘会): who stayed away, the report with its last day, intents to follow, one service event."""

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.fairs.permit_rules import PermitRule, rules_in
from matcher.kinds import JobQueue, TaskState
from matcher.kinds.fairs import FairEmployerState, FairState
from matcher.models.employers import Employer
from matcher.models.fair_contacts import FairContact
from matcher.models.fair_reports import FairPresence, FairReport
from matcher.models.fairs import Fair, FairEmployer
from matcher.models.organisations import Union
from matcher.policy.deadlines import get_deadline
from matcher.services import audit, jobs, tasks
from matcher.services.calendar import Deadline, add_working_days
from matcher.services.casework.due_dates import due_after
from matcher.services.fair_reports import events, figures
from matcher.services.fair_reports.opening import open_follows
from matcher.services.fair_reports.sight import FAIR, find_report, get_fair, get_report, is_over
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import expect_version, not_found

REPORT_RULE = "fair.report"
"""Limit of the report, and rule of the task that asks for it."""
CLOSE_RULE = "fair.close"
ASK_JOB = "fairs.ask_after"


def close_fair(
    session: Session,
    by: Actor,
    public_id: str,
    *,
    stayed_away: Collection[str] = (),
    expected_version: int | None = None,
) -> FairReport:
    """Close a fair that was held; a second closing changes nothing and returns the report.

    Parameters
    ----------
    stayed_away : public ids of the confirmed employers that did not come

    Raises
    ------
    RuleBrokenError
        The fair is not over, or was never announced.
    InvalidInputError
        An employer that talked to visitors is said to have stayed away.
    """
    fair = get_fair(session, by, public_id, wants=Permission.MANAGE_FAIRS, lock=True)
    standing = find_report(session, fair.id)
    if is_over(fair) and standing is not None:
        return standing
    expect_version(fair, expected_version)
    if fair.state is not FairState.ANNOUNCED:
        raise RuleBrokenError("fair_not_held", "只有公布过的招聘会才能结束。")
    if fair.last_on > clock.today():
        raise RuleBrokenError("fair_not_over", "招聘会还没有办完，最后一天起才能结束。")
    for place in _places(session, fair, stayed_away):
        _note(session, by, fair, place, came=False)
    fair.state, fair.closed_at = FairState.CLOSED, clock.now()
    report = _open_report(session, by, fair)
    session.flush()
    audit.record(session, by, "fair.closed", subject=(FAIR, fair.id), absent=len(stayed_away))
    open_follows(session, fair)
    events.write_event(session, by, fair)
    tasks.drop_task(session, CLOSE_RULE, (FAIR, fair.id))
    tasks.open_task(
        session,
        union_id=fair.union_id,
        rule=REPORT_RULE,
        subject=(FAIR, fair.id),
        due_on=report.due_on,
        assignee_id=by.account_id,
    )
    ask = {"fair_id": fair.id}
    jobs.enqueue(session, ASK_JOB, ask, queue=JobQueue.BATCH, unique_key=f"{ASK_JOB}:{fair.id}")
    session.flush()
    return report


def _open_report(session: Session, by: Actor, fair: Fair) -> FairReport:
    due, source = due_of(session, fair)
    report = FairReport(
        fair_id=fair.id,
        due_on=due.day,
        due_is_known=due.is_known,
        due_source=source,
        opened_at=clock.now(),
        opened_by_id=by.account_id,
    )
    session.add(report)
    return report


def recount_due(session: Session, fair: Fair) -> None:
    """Move the last day of a report that was not handed in, where a notice or a correction changed the calendar."""
    report = find_report(session, fair.id, lock=True)
    if report is None or report.handed_in_on is not None:
        return
    due, source = due_of(session, fair)
    if (report.due_on, report.due_is_known) == (due.day, due.is_known):
        return
    report.due_on, report.due_is_known, report.due_source = due.day, due.is_known, source
    task = tasks.find_open_task(session, REPORT_RULE, (FAIR, fair.id))
    if task is not None:
        task.due_on = due.day
    session.flush()


def rule_after(session: Session, fair: Fair) -> PermitRule | None:
    """Return the region's rule of reporting after a fair; None where no rule asks for a report."""
    region = fair.venue_region or session.get_one(Union, fair.union_id).region_code or ""
    return next((one for one in rules_in(region, fair.first_on) if one.is_after), None)


def due_of(session: Session, fair: Fair) -> tuple[Deadline, str]:
    """Return the last day of the report and where it is written; the product's own days where no rule asks."""
    rule = rule_after(session, fair)
    if rule is not None:
        if rule.works:
            return add_working_days(session, fair.last_on, rule.days), rule.source
        return Deadline(fair.last_on + dt.timedelta(days=rule.days), is_known=True), rule.source
    limit = get_deadline(REPORT_RULE, fair.venue_region, fair.last_on)
    return due_after(session, REPORT_RULE, fair.union_id, fair.last_on), limit.source


def _places(session: Session, fair: Fair, public_ids: Collection[str]) -> list[FairEmployer]:
    if not public_ids:
        return []
    found = sa.select(FairEmployer).where(
        FairEmployer.fair_id == fair.id,
        FairEmployer.public_id.in_(sorted(public_ids)),
        FairEmployer.state == FairEmployerState.ACCEPTED,
    )
    places = list(session.scalars(found.order_by(FairEmployer.id)))
    if len(places) != len(set(public_ids)):
        raise not_found()
    return places


def note_presence(
    session: Session, by: Actor, public_id: str, place_id: str, *, came: bool
) -> None:
    """Note after the closing that an employer came or stayed away; the figures and the event follow."""
    fair = get_fair(session, by, public_id, wants=Permission.MANAGE_FAIRS, lock=True)
    get_report(session, fair)
    (place,) = _places(session, fair, [place_id])
    stays_away = session.scalar(figures.absent(fair).where(FairEmployer.id == place.id))
    if came == (stays_away is None):
        return
    _note(session, by, fair, place, came=came)
    events.write_event(session, by, fair)
    session.flush()


def _note(session: Session, by: Actor, fair: Fair, place: FairEmployer, *, came: bool) -> None:
    met = sa.select(FairContact.id).where(FairContact.fair_employer_id == place.id).limit(1)
    if not came and session.scalar(met) is not None:
        name = session.scalars(
            sa.select(Employer.name).where(Employer.id == place.employer_id)
        ).one()
        message = f"{name}有洽谈记录，不能记成未到会。"
        raise InvalidInputError("fair_presence", message, fields={"stayed_away": message})
    session.add(
        FairPresence(
            fair_employer_id=place.id,
            came=came,
            happened_on=fair.first_on,
            entered_at=clock.now(),
            by_account_id=by.account_id,
        )
    )
    session.flush()
    subject = ("fair_employer", place.id)
    audit.record(session, by, "fair.presence_noted", subject=subject, came=came)


def refresh(session: Session, by: Actor, fair: Fair) -> None:
    """Bring up to date what a closed fair's records lead to; harmless however often."""
    require(by, Permission.MANAGE_FAIRS)
    if is_over(fair) and find_report(session, fair.id) is not None:
        _note_who_talked(session, by, fair)
        open_follows(session, fair)
        events.write_event(session, by, fair)


def _note_who_talked(session: Session, by: Actor, fair: Fair) -> None:
    """Note that an employer came after all, where a sheet of paper tells later whom it talked to."""
    talked = sa.select(FairContact.fair_employer_id).where(FairContact.fair_id == fair.id)
    there = figures.absent(fair).where(FairEmployer.id.in_(talked))
    found = sa.select(FairEmployer).where(FairEmployer.id.in_(there)).order_by(FairEmployer.id)
    for place in session.scalars(found).all():
        _note(session, by, fair, place, came=True)


def remind_to_close(session: Session, today: dt.date) -> int:
    """Open the task to close each fair that is over and was not; return how many there are."""
    found = sa.select(Fair).where(Fair.state == FairState.ANNOUNCED, Fair.last_on < today)
    fairs = list(session.scalars(found.order_by(Fair.id)))
    for fair in fairs:
        due = due_after(session, CLOSE_RULE, fair.union_id, fair.last_on).day
        subject = (FAIR, fair.id)
        tasks.open_task(
            session, union_id=fair.union_id, rule=CLOSE_RULE, subject=subject, due_on=due
        )
    return len(fairs)


def finish_report_task(session: Session, by: Actor, fair: Fair) -> None:
    """Close the report's task because it was handed in."""
    require(by, Permission.MANAGE_FAIRS)
    standing = tasks.find_open_task(session, REPORT_RULE, (FAIR, fair.id))
    if standing is not None:
        tasks.close_task(session, standing.id, TaskState.DONE, by_account_id=by.account_id)
