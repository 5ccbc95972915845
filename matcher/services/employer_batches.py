"""Checking many employers at once (批量核验): those of an official table whose source vouches for them.

Each gets a check of its own with the same reason and the same checker, so that the trail says who
vouched for whom; their postings are ranked from the next run on.
"""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import EmployerState
from matcher.models.accounts import Membership
from matcher.models.employers import Employer, EmployerCheck
from matcher.models.postings import Posting
from matcher.policy.deadlines import get_deadline
from matcher.services import audit
from matcher.services.employer_checks import RECHECK_RULE
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.ranking_changes import note_many

_SLICE = 500


def pending_employers(session: Session, by: Actor, drive_id: int) -> Sequence[int]:
    """Return the ids of pending (待核) employers of the scope that post in a drive."""
    require(by, Permission.VERIFY_EMPLOYER)
    posts = sa.select(Posting.id).where(
        Posting.employer_id == Employer.id, Posting.drive_id == drive_id
    )
    chosen = sa.select(Employer.id).where(
        Employer.state == EmployerState.PENDING,
        Employer.union_id.in_(scope_of(by).unions()),
        posts.exists(),
    )
    return session.scalars(chosen.order_by(Employer.id)).all()


def check_many(session: Session, by: Actor, employer_ids: Sequence[int], *, reason: str) -> int:
    """Verify pending employers on one ground; return how many were pending still.

    Parameters
    ----------
    reason : what the clerk looked at, such as the official table they come from

    Raises
    ------
    RuleBrokenError
        No reason, or nobody to answer for it.
    """
    require(by, Permission.VERIFY_EMPLOYER)
    if not reason.strip():
        raise RuleBrokenError("batch_check_needs_reason", "批量核验须写明依据。")
    if by.account_id is None:
        raise RuleBrokenError("check_needs_person", "核验须由一位工作人员署名。")
    checked: list[int] = []
    drives: set[int] = set()
    for start in range(0, len(employer_ids), _SLICE):
        some = _check(session, by, employer_ids[start : start + _SLICE], reason.strip())
        posts = sa.select(Posting.drive_id).distinct().where(Posting.employer_id.in_(some))
        drives.update(session.scalars(posts.order_by(Posting.drive_id)))
        checked += some
    for drive_id in sorted(drives):
        note_many(session, drive_id)
    audit.record(session, by, "employer.checked_many", employers=checked, reason_given=True)
    session.flush()
    return len(checked)


def _own(by: Actor) -> sa.ColumnElement[bool]:
    """Condition: the checker acts for this employer, and may not vouch for it."""
    return (
        sa.select(Membership.id)
        .where(Membership.account_id == by.account_id, Membership.employer_id == Employer.id)
        .exists()
    )


def _check(session: Session, by: Actor, ids: Sequence[int], reason: str) -> list[int]:
    chosen = (
        sa.select(Employer.id, Employer.region_code)
        .where(
            Employer.id.in_(ids),
            Employer.state == EmployerState.PENDING,
            Employer.union_id.in_(scope_of(by).unions()),
            ~_own(by),
        )
        .with_for_update()
    )
    rows = session.execute(chosen.order_by(Employer.id)).all()
    due: dict[dt.date, list[int]] = {}
    today = clock.today()
    for row in rows:
        limit = get_deadline(RECHECK_RULE, row.region_code, today)
        due.setdefault(limit.after(today), []).append(row.id)
    for day, some in due.items():
        session.execute(
            sa.update(Employer)
            .where(Employer.id.in_(some))
            .values(
                state=EmployerState.VERIFIED,
                recheck_due_on=day,
                version_id=Employer.version_id + 1,
            )
            .execution_options(synchronize_session=False)
        )
    verified = [row.id for row in rows]
    if verified:
        _record_checks(session, by, verified, reason)
    return verified


def _record_checks(session: Session, by: Actor, ids: Sequence[int], reason: str) -> None:
    now = clock.now()
    checks = [
        {
            "employer_id": employer_id,
            "checked_by_id": by.account_id,
            "checked_at": now,
            "licence_ok": True,
            "authorisation_ok": True,
            "outcome": EmployerState.VERIFIED,
            "reason": reason,
        }
        for employer_id in ids
    ]
    session.execute(sa.insert(EmployerCheck), checks)
