"""The list of approved changes still to be keyed into the national system (全国系统待录入), and on paper.

The values stand in that form's field order; opening them is in the trail. Each is ticked with the day.
"""

import datetime as dt
import json
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.models.households import Household, HouseholdMember
from matcher.models.reviews import RegisterChange
from matcher.services import audit, tasks
from matcher.services.hardship.form_values import Line
from matcher.services.hardship.register_changes import KEY_RULE, PAPER_RULE, SUBJECT, VALUES
from matcher.services.hardship.sight import whole_in_sight
from matcher.services.permissions import Actor, Permission, may, require
from matcher.services.rows import expect_version, first_or_missing, not_found


@dataclass(frozen=True)
class ChangeLine:
    """A change in the list; the holder's name is masked by who shows it."""

    change: RegisterChange
    household: Household
    holder: str | None


def _require_one_of(by: Actor) -> None:
    """Raise unless the actor may edit or approve files."""
    if not may(by, Permission.APPROVE_FILES):
        require(by, Permission.EDIT_FILES)


def list_changes(
    session: Session, by: Actor, *, still_open: bool = True, limit: int = 200, offset: int = 0
) -> list[ChangeLine]:
    """Return the changes of the files in sight, what is due first before the others."""
    _require_one_of(by)
    found = (
        sa.select(RegisterChange, Household, HouseholdMember.name)
        .join(Household, Household.id == RegisterChange.household_id)
        .outerjoin(
            HouseholdMember,
            sa.and_(HouseholdMember.household_id == Household.id, HouseholdMember.is_holder),
        )
        .where(whole_in_sight(by))
    )
    undone = sa.or_(RegisterChange.keyed_on.is_(None), RegisterChange.paper_on.is_(None))
    found = found.where(undone if still_open else ~undone)
    first_due = sa.case(
        (RegisterChange.keyed_on.is_(None), RegisterChange.key_due_on),
        else_=RegisterChange.paper_due_on,
    )
    order = (first_due, RegisterChange.id) if still_open else (RegisterChange.id.desc(),)
    return [
        ChangeLine(row.RegisterChange, row.Household, row.name)
        for row in session.execute(found.order_by(*order).limit(limit).offset(offset))
    ]


def count_changes(session: Session, by: Actor, *, still_open: bool = True) -> int:
    """Return how many changes the list holds: those still to be keyed or put on paper, or the others."""
    _require_one_of(by)
    undone = sa.or_(RegisterChange.keyed_on.is_(None), RegisterChange.paper_on.is_(None))
    found = (
        sa.select(sa.func.count(RegisterChange.id))
        .join(Household, Household.id == RegisterChange.household_id)
        .where(whole_in_sight(by), undone if still_open else ~undone)
    )
    return session.scalars(found).one()


def get_change(
    session: Session, by: Actor, change_id: int, *, lock: bool = False
) -> RegisterChange:
    """Return a change of a file in sight."""
    _require_one_of(by)
    found = (
        sa.select(RegisterChange)
        .join(Household, Household.id == RegisterChange.household_id)
        .where(RegisterChange.id == change_id, whole_in_sight(by))
    )
    return first_or_missing(session, found, lock=lock)


def find_change(session: Session, by: Actor, public_id: str) -> ChangeLine:
    """Return a change of a file in sight by its public id."""
    _require_one_of(by)
    found = (
        sa.select(RegisterChange, Household, HouseholdMember.name)
        .join(Household, Household.id == RegisterChange.household_id)
        .outerjoin(
            HouseholdMember,
            sa.and_(HouseholdMember.household_id == Household.id, HouseholdMember.is_holder),
        )
        .where(RegisterChange.public_id == public_id, whole_in_sight(by))
    )
    row = session.execute(found).first()
    if row is None:
        raise not_found()
    return ChangeLine(row.RegisterChange, row.Household, row.name)


def open_values(session: Session, by: Actor, change_id: int) -> list[Line]:
    """Return the values in the form's order, in the clear, for keying them; it is in the trail."""
    require(by, Permission.REVEAL_NUMBER)
    change = get_change(session, by, change_id)
    audit.record(
        session,
        by,
        "register.opened",
        subject=("household", change.household_id),
        change=change.id,
        reason="录入全国系统",
    )
    lines: list[Line] = json.loads(ring_of(session).decrypt(change.values_cipher, VALUES))
    return lines


def tick_keyed(
    session: Session,
    by: Actor,
    change_id: int,
    on: dt.date,
    *,
    expected_version: int | None = None,
) -> RegisterChange:
    """Tick a change as keyed into the national system on a day."""
    _require_one_of(by)
    change = _ticked(session, by, change_id, on, expected_version)
    if change.keyed_on is not None:
        raise RuleBrokenError("already_ticked", "这一项已经登记过，请刷新页面。")
    change.keyed_on, change.keyed_by_id = on, by.account_id
    tasks.drop_task(session, KEY_RULE, (SUBJECT, change.id))
    _record(session, by, "register.keyed", change, on)
    session.flush()
    return change


def tick_paper(
    session: Session,
    by: Actor,
    change_id: int,
    on: dt.date,
    *,
    expected_version: int | None = None,
) -> RegisterChange:
    """Tick a change as put into the paper file on a day; the file says since when paper is in step."""
    _require_one_of(by)
    change = _ticked(session, by, change_id, on, expected_version)
    if change.paper_on is not None:
        raise RuleBrokenError("already_ticked", "这一项已经登记过，请刷新页面。")
    change.paper_on, change.paper_by_id = on, by.account_id
    household = session.get_one(Household, change.household_id, with_for_update=True)
    household.paper_on = max(on, household.paper_on or on)
    tasks.drop_task(session, PAPER_RULE, (SUBJECT, change.id))
    _record(session, by, "register.papered", change, on)
    session.flush()
    return change


def _ticked(
    session: Session, by: Actor, change_id: int, on: dt.date, expected: int | None
) -> RegisterChange:
    """Return the change, locked, if the day can be."""
    change = get_change(session, by, change_id, lock=True)
    expect_version(change, expected)
    if not change.approved_on <= on <= clock.today():
        words = "日期须在批准之日与今天之间。"
        raise InvalidInputError("tick_day", words, fields={"on": words})
    return change


def _record(session: Session, by: Actor, action: str, change: RegisterChange, on: dt.date) -> None:
    subject = ("household", change.household_id)
    audit.record(session, by, action, subject=subject, change=change.id, on=on)
