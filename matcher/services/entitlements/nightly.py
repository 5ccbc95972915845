"""What runs each night for entitlements: last days that came near, applications too late or paid meanwhile, the list.

Every part finds its tasks and states standing when it runs again, so a second run changes nothing.
"""

import datetime as dt
from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import TaskState
from matcher.kinds.entitlements import EntitlementAnswer, EntitlementState
from matcher.kinds.money import Payer
from matcher.models.entitlements import EntitlementApplication
from matcher.models.graduate_cases import GraduateCase
from matcher.models.tasks import Task
from matcher.policy.deadlines import get_deadline
from matcher.policy.entitlements import load_catalogue
from matcher.policy.limits import get_limit
from matcher.policy.programmes import get_programme
from matcher.services import tasks
from matcher.services.entitlements import paying, september
from matcher.services.entitlements.answers import Overview, computed
from matcher.services.entitlements.calendar import Due, open_offer
from matcher.services.entitlements.sight import load_claimants
from matcher.services.entitlements.tracking import BEFORE_HANDING_IN, follow_due, log
from matcher.services.permissions import Actor, Permission, require

CLOSING_RULE = "entitlement.closing."
"""Beginning of the rule of an entitlement nobody applied for whose last day is near; its code follows."""

SEPTEMBER_RULE = "entitlement.september"
_CASE, _MEMBER = "graduate_case", "member"
_AT_ONCE = 500
"""People computed in one transaction: a second or two on one core."""


def settle(session: Session, by: Actor) -> int:
    """Lead applications to 发放 that the ledger shows as paid (union money); returns how many."""
    require(by, Permission.FOLLOW_ENTITLEMENTS)
    union_paid = [
        code
        for code, one in load_catalogue().entitlements.items()
        if one.programme and get_programme(one.programme).payer is Payer.UNION
    ]
    rows = session.scalars(
        sa.select(EntitlementApplication)
        .where(
            EntitlementApplication.entitlement.in_(union_paid),
            EntitlementApplication.state.in_([s for s in EntitlementState if s.is_live]),
        )
        .order_by(EntitlementApplication.id)
        .with_for_update()
    ).all()
    n_settled = 0
    for row in rows:
        entry = paying.paid_by(session, row)
        if entry is None:
            continue
        before, row.state = row.state, EntitlementState.PAID
        row.paid_on, row.amount_fen, row.year = entry.happened_on, entry.amount_fen, entry.year
        session.flush()
        log(
            session,
            by,
            row,
            "moved",
            before=before,
            happened_on=entry.happened_on,
            amount_fen=entry.amount_fen,
            facts={"entry": entry.id},
        )
        n_settled += 1
    return n_settled


def expire(session: Session, by: Actor) -> int:
    """End applications whose last day passed before they were handed in; they can be begun anew with a reason."""
    require(by, Permission.FOLLOW_ENTITLEMENTS)
    rows = session.scalars(
        sa.select(EntitlementApplication)
        .where(
            EntitlementApplication.state.in_(BEFORE_HANDING_IN),
            EntitlementApplication.due_on < clock.today(),
        )
        .order_by(EntitlementApplication.id)
        .with_for_update()
    ).all()
    for row in rows:
        before, row.state = row.state, EntitlementState.EXPIRED
        session.flush()
        log(session, by, row, "moved", before=before, facts={"due_on": str(row.due_on)})
    return len(rows)


def warn(session: Session, by: Actor) -> int:
    """Open the tasks of applications whose last day came near; returns how many were new."""
    require(by, Permission.FOLLOW_ENTITLEMENTS)
    rows = session.scalars(
        sa.select(EntitlementApplication)
        .where(
            EntitlementApplication.state.in_(BEFORE_HANDING_IN),
            EntitlementApplication.due_on.is_not(None),
        )
        .order_by(EntitlementApplication.id)
    ).all()
    return sum(follow_due(session, row) for row in rows)


PARTS = {"n_settled": settle, "n_expired": expire, "n_warned": warn}
"""Parts of the night that are one transaction each, in order."""


def open_cases(session: Session, by: Actor) -> Iterator[list[int]]:
    """Return the open cases in pieces that are computed at once."""
    require(by, Permission.FOLLOW_ENTITLEMENTS)
    ids = session.scalars(
        sa.select(GraduateCase.id).where(GraduateCase.closed_on.is_(None)).order_by(GraduateCase.id)
    ).all()
    return iter([list(ids[at : at + _AT_ONCE]) for at in range(0, len(ids), _AT_ONCE)])


def closing(session: Session, by: Actor, case_ids: Sequence[int]) -> int:
    """Keep the tasks of entitlements that close soon in step, for some open cases; returns how many were new."""
    require(by, Permission.FOLLOW_ENTITLEMENTS)
    cases = {
        row.graduate_id: row
        for row in session.scalars(
            sa.select(GraduateCase).where(
                GraduateCase.id.in_(case_ids), GraduateCase.closed_on.is_(None)
            )
        )
    }
    people = load_claimants(session, graduate_ids=sorted(cases))
    standing = _standing(session, case_ids)
    today, n_new = clock.today(), 0
    until = today + dt.timedelta(days=get_deadline("entitlement.warning", None, today).value)
    for one in computed(session, people):
        case = cases[one.person.graduate_id or 0]
        near = {due.code: due for due in _near(one, until)}
        for code, task in standing.get(case.id, {}).items():
            if code not in near or task.due_on != near[code].closes_on:
                tasks.close_task(session, task.id, TaskState.DROPPED)
        for code, due in near.items():
            known = standing.get(case.id, {}).get(code)
            if known is None or known.due_on != due.closes_on:
                _open_closing(session, case, due)
                n_new += 1
    _drop_gone(session)
    return n_new


def _near(one: Overview, until: dt.date) -> list[Due]:
    found = (open_offer(one.person, offered, until) for offered in one.offered)
    return [due for due in found if due is not None]


def _standing(session: Session, case_ids: Sequence[int]) -> dict[int, dict[str, Task]]:
    rows = session.scalars(
        sa.select(Task)
        .where(
            Task.rule.startswith(CLOSING_RULE),
            Task.subject_kind == _CASE,
            Task.subject_id.in_(case_ids),
            Task.state == TaskState.OPEN,
        )
        .order_by(Task.id)
    )
    found: dict[int, dict[str, Task]] = {}
    for task in rows:
        found.setdefault(task.subject_id, {})[task.rule.removeprefix(CLOSING_RULE)] = task
    return found


def _open_closing(session: Session, case: GraduateCase, due: Due) -> None:
    result = due.answer.result if due.answer else EntitlementAnswer.UNKNOWN
    tasks.open_task(
        session,
        union_id=case.union_id,
        rule=CLOSING_RULE + due.code,
        subject=(_CASE, case.id),
        due_on=due.closes_on,
        facts={"entitlement": due.code, "answer": result.value},
        assignee_id=case.owner_id,
    )


def _drop_gone(session: Session) -> None:
    """Drop the tasks of cases that were closed meanwhile."""
    closed = sa.select(GraduateCase.id).where(GraduateCase.closed_on.is_not(None))
    rows = session.scalars(
        sa.select(Task.id).where(
            Task.rule.startswith(CLOSING_RULE),
            Task.subject_kind == _CASE,
            Task.subject_id.in_(closed),
            Task.state == TaskState.OPEN,
        )
    )
    for task_id in rows.all():
        tasks.close_task(session, task_id, TaskState.DROPPED)


def september_tasks(session: Session, by: Actor) -> int:
    """Keep a task for each child of the list nobody follows yet; out of season all of them are dropped."""
    require(by, Permission.FOLLOW_ENTITLEMENTS)
    today = clock.today()
    standing = {
        task.subject_id: task
        for task in session.scalars(
            sa.select(Task).where(Task.rule == SEPTEMBER_RULE, Task.state == TaskState.OPEN)
        )
    }
    waiting = _waiting(session, by, today) if september.in_season(today) else []
    for member_id, task in standing.items():
        if member_id not in {child.person.member_id for child in waiting}:
            tasks.close_task(session, task.id, TaskState.DROPPED)
    n_new = 0
    for child in waiting:
        if child.person.member_id in standing:
            continue
        n_new += 1
        tasks.open_task(
            session,
            union_id=child.person.union_id,
            rule=SEPTEMBER_RULE,
            subject=(_MEMBER, child.person.member_id or 0),
            due_on=_list_due(child, today),
            facts={"year": september.list_year(today)},
            assignee_id=child.person.owner_id,
        )
    return n_new


def _waiting(session: Session, by: Actor, today: dt.date) -> list[september.Child]:
    found = september.list_children(session, by, september.list_year(today), waiting=True)
    return [
        child
        for child in found.rows
        if child.person.member_id is not None
        and child.offered is not None
        and child.offered.answer.result is not EntitlementAnswer.NO
    ]


def _list_due(child: september.Child, today: dt.date) -> dt.date:
    """Return when the list should be worked off: soon after it is drawn, never after the last day."""
    first = dt.date(today.year, get_limit(september.FIRST_MONTH, None, today).value, 1)
    due = max(get_deadline(SEPTEMBER_RULE, None, today).after(first), today)
    closes_on = child.offered.answer.closes_on if child.offered else None
    return min(due, closes_on) if closes_on else due
