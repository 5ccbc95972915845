"""Cases of graduates (帮扶个案): opening, owners, package, closing, and who sees how much of one.

As with files (`hardship.sight`): the own caseload whole, a case of the own union that nobody owns yet whole, the
rest of the district downwards as a line; supervisors see their part of the tree whole. One open case a graduate
is held by a partial unique index.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.casework import CaseClosing
from matcher.models.accounts import Account, Membership
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.organisations import UnionClosure
from matcher.policy import packages
from matcher.services import audit, tasks
from matcher.services.casework.sealed_words import seal
from matcher.services.permissions import Actor, Permission, may, require, scope_of
from matcher.services.rows import expect_version, first_or_missing, get_in_scope, unique_or

SUBJECT = "graduate_case"
"""Kind of subject of a case's tasks and of its entries in the trail."""

NEXT_RULE = "case.next_date"
UNOWNED_RULE = "case.without_owner"
PACKAGE_RULE = "case.package_incomplete"
REPLY_RULE = "case.reply_due"
MEASURE_RULE = "case.measure_due"
RULES = (NEXT_RULE, UNOWNED_RULE, PACKAGE_RULE, REPLY_RULE, MEASURE_RULE)
"""Codes of the rules that make tasks about a case; their words stand in `web/words/task_rules.py`."""


def case_lines_in_sight(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on `GraduateCase` for the cases an actor may see a line of."""
    require(by, Permission.VIEW_CASES)
    return GraduateCase.union_id.in_(scope_of(by).unions())


def whole_case_in_sight(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on `GraduateCase` for the cases an actor sees whole."""
    inside = case_lines_in_sight(by)
    if may(by, Permission.SUPERVISE_CASES):
        return inside
    unowned = sa.and_(GraduateCase.owner_id.is_(None), GraduateCase.union_id == by.union_id)
    own = sa.or_(
        GraduateCase.owner_id == by.account_id, GraduateCase.second_owner_id == by.account_id
    )
    return sa.and_(inside, sa.or_(own, unowned))


def get_case(
    session: Session, by: Actor, case_id: int, *, lock: bool = False, whole: bool = True
) -> GraduateCase:
    """Return a case the actor sees whole (or a line of), locked for changing if asked."""
    seen = whole_case_in_sight(by) if whole else case_lines_in_sight(by)
    found = sa.select(GraduateCase).where(GraduateCase.id == case_id, seen)
    return first_or_missing(session, found, lock=lock)


def find_case(session: Session, by: Actor, public_id: str) -> GraduateCase:
    """Return a case by its public number; it answers like a missing one unless seen whole."""
    seen = whole_case_in_sight(by)
    found = sa.select(GraduateCase).where(GraduateCase.public_id == public_id, seen)
    return first_or_missing(session, found, lock=False)


def get_editable_case(
    session: Session,
    by: Actor,
    case_id: int,
    *,
    closed_too: bool = False,
    expected_version: int | None = None,
) -> GraduateCase:
    """Return a case for changing, locked; a closed one takes nothing but call-backs."""
    require(by, Permission.EDIT_CASES)
    case = get_case(session, by, case_id, lock=True)
    expect_version(case, expected_version)  # first: whoever closed it meanwhile is told by name
    if case.closed_on is not None and not closed_too:
        raise RuleBrokenError(
            "case_closed", "这个个案已结案，只能登记回访。需要继续服务时请重新立案。"
        )
    return case


def case_taken() -> RuleBrokenError:
    """Say that the graduate has an open case already."""
    return RuleBrokenError("case_open_already", "这位毕业生已有在办的个案，请在原个案里继续。")


def open_case(
    session: Session,
    by: Actor,
    graduate_id: int,
    *,
    owner_id: int | None = None,
    opened_on: dt.date | None = None,
    package: str | None = None,
) -> GraduateCase:
    """Open the case of a graduate of the scope; without an owner it is the first task of its union.

    Parameters
    ----------
    owner_id : caseworker who answers for it; None leaves it to be taken up
    package : code of the service package promised, from the day it is opened

    Raises
    ------
    RuleBrokenError
        The graduate has an open case, or the owner is no caseworker of that union.
    """
    require(by, Permission.EDIT_CASES)
    graduate = get_in_scope(session, by, Graduate, graduate_id)
    check_owner(session, owner_id, graduate.union_id)
    day = opened_on or clock.today()
    if day > clock.today():
        raise _wrong("opened_on", "立案日期不能晚于今天。")
    _check_package(package)
    case = GraduateCase(
        union_id=graduate.union_id,
        graduate_id=graduate.id,
        household_id=_open_household(session, graduate),
        owner_id=owner_id,
        package=package,
        package_from_on=day if package else None,
        opened_on=day,
        created_at=clock.now(),
        created_by_id=by.account_id,
    )
    with unique_or(session, case_taken()):
        session.add(case)
    _record(session, by, "case.opened", case, owner=owner_id, package=package)
    _follow_owner(session, case)
    session.flush()
    return case


def _open_household(session: Session, graduate: Graduate) -> int | None:
    found = sa.select(Household.id).where(Household.id == graduate.household_id, Household.is_open)
    return session.scalar(found)


def _wrong(field: str, message: str) -> InvalidInputError:
    return InvalidInputError("case_input", message, fields={field: message})


def _check_package(code: str | None) -> None:
    if code is not None and packages.find_package(code) is None:
        raise _wrong("package", "没有这个服务包，请从列表中选择。")


def eligible_owners(session: Session, union_ids: Sequence[int]) -> list[Account]:
    """Return the caseworkers who may own cases of some unions: of the union or of one above it."""
    above = sa.select(UnionClosure.ancestor_id).where(UnionClosure.descendant_id.in_(union_ids))
    held = sa.select(Membership.account_id).where(
        Membership.role == Role.CASEWORKER,
        Membership.ended_on.is_(None),
        Membership.union_id.in_(above),
    )
    found = sa.select(Account).where(Account.is_active, Account.id.in_(held))
    return list(session.scalars(found.order_by(Account.display_name, Account.id)))


def check_owner(session: Session, owner_id: int | None, union_id: int) -> None:
    """Refuse somebody who is no caseworker of a union or of one above it; None is nobody."""
    if owner_id is None:
        return
    if owner_id not in {one.id for one in eligible_owners(session, [union_id])}:
        raise RuleBrokenError("owner_not_caseworker", "责任人须是本工会或上级工会的帮扶专员。")


def _follow_owner(session: Session, case: GraduateCase) -> None:
    """Let the tasks of a case go with its owner; a case without one is a task itself."""
    session.flush()
    subject = (SUBJECT, case.id)
    if case.owner_id is None:
        tasks.open_task(
            session,
            union_id=case.union_id,
            rule=UNOWNED_RULE,
            subject=subject,
            due_on=case.opened_on,
        )
    else:
        tasks.drop_task(session, UNOWNED_RULE, subject)
    for rule in RULES:
        standing = tasks.find_open_task(session, rule, subject)
        if standing is not None:
            standing.assignee_id = case.owner_id


def set_owners(
    session: Session,
    by: Actor,
    case_id: int,
    *,
    owner_id: int | None,
    second_owner_id: int | None = None,
    expected_version: int | None = None,
) -> GraduateCase:
    """Set who answers for a case and who stands in; taking up an unowned one is the same act.

    An owned case changes hands by a hand-over (移交) or by a supervisor.
    """
    if not may(by, Permission.SUPERVISE_CASES):
        require(by, Permission.EDIT_CASES)
    case = get_case(session, by, case_id, lock=True)
    expect_version(case, expected_version)
    _refuse_closed(case)
    is_new = owner_id != case.owner_id
    if is_new and case.owner_id is not None and not may(by, Permission.SUPERVISE_CASES):
        raise RuleBrokenError("owner_by_hand_over", "已有责任人的个案请通过“移交”转给别人。")
    if owner_id is not None and owner_id == second_owner_id:
        raise _wrong("second_owner_id", "协办人不能与责任人相同。")
    for one in (owner_id, second_owner_id):
        check_owner(session, one, case.union_id)
    before = case.owner_id
    case.owner_id, case.second_owner_id = owner_id, second_owner_id
    _record(session, by, "case.owner_set", case, before=before, owner=owner_id)
    _follow_owner(session, case)
    session.flush()
    return case


def _refuse_closed(case: GraduateCase) -> None:
    if case.closed_on is not None:
        raise RuleBrokenError(
            "case_closed", "这个个案已结案，只能登记回访。需要继续服务时请重新立案。"
        )


def set_package(
    session: Session,
    by: Actor,
    case_id: int,
    package: str | None,
    *,
    from_on: dt.date | None = None,
    expected_version: int | None = None,
) -> GraduateCase:
    """Promise a service package (服务包) from a day on, or none."""
    case = get_editable_case(session, by, case_id, expected_version=expected_version)
    _check_package(package)
    case.package = package
    case.package_from_on = (from_on or clock.today()) if package else None
    _record(session, by, "case.package_set", case, package=package, since=case.package_from_on)
    tasks.drop_task(session, PACKAGE_RULE, (SUBJECT, case.id))
    session.flush()
    return case


def close_case(
    session: Session,
    by: Actor,
    case_id: int,
    reason: CaseClosing,
    *,
    on: dt.date | None = None,
    note: str | None = None,
    expected_version: int | None = None,
) -> GraduateCase:
    """Close a case with a reason; its tasks are no longer needed."""
    case = get_editable_case(session, by, case_id, expected_version=expected_version)
    day = on or clock.today()
    if not case.opened_on <= day <= clock.today():
        raise _wrong("on", "结案日期应在立案之后、今天或以前。")
    if reason is CaseClosing.OTHER and not (note or "").strip():
        raise _wrong("note", "原因选“其他”时请写明情况。")
    case.closed_on, case.closing_reason = day, reason
    case.closing_note_cipher = seal(session, note, "graduate_case.closing_note")
    case.next_on = None
    for rule in RULES:
        tasks.drop_task(session, rule, (SUBJECT, case.id))
    _record(session, by, "case.closed", case, reason=reason, on=day)
    session.flush()
    return case


def last_contact_on(session: Session, case_ids: Sequence[int]) -> dict[int, dt.date | None]:
    """Return the last day each person was reached, for callers that chose the cases in sight."""
    found = sa.select(GraduateCase.id, GraduateCase.last_contact_on).where(
        GraduateCase.id.in_(case_ids)
    )
    return {row.id: row.last_contact_on for row in session.execute(found.order_by(GraduateCase.id))}


def _record(session: Session, by: Actor, action: str, case: GraduateCase, **more: Any) -> None:
    audit.record(session, by, action, subject=(SUBJECT, case.id), graduate=case.graduate_id, **more)
