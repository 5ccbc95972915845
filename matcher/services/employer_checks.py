"""Checks of employers' papers (单位核验): verified, refused, suspended; who may be ranked today.

The trail keeps who registered and who checked: an office with one clerk may do both, but nobody
checks an employer they themselves act for.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import EmployerState
from matcher.models.accounts import Membership
from matcher.models.employers import Employer, EmployerCheck
from matcher.policy.deadlines import get_deadline
from matcher.services import audit, tasks
from matcher.services.employers import note_postings
from matcher.services.permissions import Actor, Permission, require
from matcher.services.referrals import looks
from matcher.services.rows import expect_version, get_in_scope

RECHECK_RULE = "employer_recheck"
"""Name of the limit in `policy/data/deadlines.csv`, and of the task that a check is due."""

REMIND_DAYS = 14
"""Days before a check lapses that its task opens: time for an employer to send papers again."""


def check_employer(
    session: Session,
    by: Actor,
    employer_id: int,
    *,
    licence_ok: bool,
    authorisation_ok: bool,
    reason: str | None = None,
    file_id: int | None = None,
    expected_version: int | None = None,
) -> EmployerCheck:
    """Record a check of licence (营业执照) and authorisation (委托证明); both make it verified.

    Raises
    ------
    RuleBrokenError
        A refusal without a reason, or the checker acts for this employer.
    """
    require(by, Permission.VERIFY_EMPLOYER)
    employer = get_in_scope(session, by, Employer, employer_id, lock=True)
    expect_version(employer, expected_version)
    _refuse_own(session, by, employer_id)
    passed = licence_ok and authorisation_ok
    if not passed and not (reason or "").strip():
        raise RuleBrokenError("refusal_needs_reason", "不予通过时须写明原因。")
    before = employer.state
    employer.state = EmployerState.VERIFIED if passed else EmployerState.REFUSED
    employer.recheck_due_on = _good_until(employer) if passed else None
    check = EmployerCheck(
        employer_id=employer_id,
        checked_by_id=by.account_id,
        checked_at=clock.now(),
        licence_ok=licence_ok,
        authorisation_ok=authorisation_ok,
        outcome=employer.state,
        reason=reason,
        file_id=file_id,
    )
    session.add(check)
    _record_check(session, by, employer, before)
    if passed:
        tasks.drop_task(session, RECHECK_RULE, ("employer", employer_id))
    note_postings(session, employer_id)
    session.flush()
    if not passed:
        looks.ask_for_departures(session, employer_id=employer_id)
    return check


def _good_until(employer: Employer) -> dt.date:
    """Return the last day of a check made today."""
    today = clock.today()
    return get_deadline(RECHECK_RULE, employer.region_code, today).after(today)


def _record_check(session: Session, by: Actor, employer: Employer, before: EmployerState) -> None:
    audit.record(
        session,
        by,
        "employer.checked",
        subject=("employer", employer.id),
        before=before,
        after=employer.state,
        good_until=employer.recheck_due_on,
    )


def _refuse_own(session: Session, by: Actor, employer_id: int) -> None:
    """Refuse a checker who holds a role at the employer."""
    own = sa.select(Membership.id).where(
        Membership.account_id == by.account_id, Membership.employer_id == employer_id
    )
    if session.scalar(own.limit(1)) is not None:
        raise RuleBrokenError("own_employer", "不能审核自己代表的单位，请由其他人审核。")


def suspend_employer(
    session: Session,
    by: Actor,
    employer_id: int,
    reason: str,
    *,
    expected_version: int | None = None,
) -> Employer:
    """Suspend an employer (停用): from now on neither ranked nor referred; a new check ends it."""
    require(by, Permission.VERIFY_EMPLOYER)
    employer = get_in_scope(session, by, Employer, employer_id, lock=True)
    expect_version(employer, expected_version)
    if not reason.strip():
        raise RuleBrokenError("suspension_needs_reason", "停用单位须写明原因。")
    before, employer.state = employer.state, EmployerState.SUSPENDED
    employer.recheck_due_on = None
    audit.record(
        session,
        by,
        "employer.suspended",
        subject=("employer", employer_id),
        before=before,
        reason=reason,
    )
    note_postings(session, employer_id)
    session.flush()
    looks.ask_for_departures(session, employer_id=employer_id)
    return employer


def rankable_employers(today: dt.date) -> sa.Select[int]:
    """Select the ids of employers that are verified and whose check is still good."""
    return sa.select(Employer.id).where(
        Employer.state == EmployerState.VERIFIED, Employer.recheck_due_on >= today
    )


def why_not_ranked(employer: Employer, today: dt.date) -> str | None:
    """Return the code of why an employer's postings are not ranked today, or None.

    Returns
    -------
    str : employer_pending, employer_refused, employer_suspended or employer_check_expired
    """
    if employer.state is not EmployerState.VERIFIED:
        return f"employer_{employer.state.value}"
    if employer.recheck_due_on is None or employer.recheck_due_on < today:
        return "employer_check_expired"
    return None


def list_checks(session: Session, by: Actor, employer_id: int) -> list[EmployerCheck]:
    """Return the checks of an employer's papers, newest first."""
    require(by, Permission.VIEW_EMPLOYERS)
    get_in_scope(session, by, Employer, employer_id)
    found = sa.select(EmployerCheck).where(EmployerCheck.employer_id == employer_id)
    return list(
        session.scalars(found.order_by(EmployerCheck.checked_at.desc(), EmployerCheck.id.desc()))
    )


_TOLD_FOR = dt.timedelta(days=31)
"""Longer than any holiday: a machine that was off on the day after still tells ranking."""


def _has_lapsed_lately(due_on: dt.date, today: dt.date) -> bool:
    return today - _TOLD_FOR <= due_on < today


def open_recheck_tasks(session: Session, by: Actor) -> int:
    """Open a task for each verified employer whose check lapses soon or has lapsed; run daily.

    A second run changes nothing. Postings of those that lapsed lately are told to ranking, so that
    their lists go without waiting for a new run; lately covers the days an office was shut.

    Returns
    -------
    int : how many employers are due
    """
    require(by, Permission.VERIFY_EMPLOYER)
    today = clock.today()
    horizon = today + dt.timedelta(days=REMIND_DAYS)
    due = (
        sa.select(Employer.id, Employer.union_id, Employer.recheck_due_on)
        .where(Employer.state == EmployerState.VERIFIED, Employer.recheck_due_on <= horizon)
        .order_by(Employer.id)
    )
    found = session.execute(due).all()
    for employer in found:
        tasks.open_task(
            session,
            union_id=employer.union_id,
            rule=RECHECK_RULE,
            subject=("employer", employer.id),
            due_on=employer.recheck_due_on,
        )
        if employer.recheck_due_on is not None and _has_lapsed_lately(
            employer.recheck_due_on, today
        ):
            note_postings(session, employer.id)
    session.flush()
    return len(found)
