"""Hand-overs as they are read (交接): one's own, those of a district, and what lies in one; taking one back."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.day import HandOverItemState, HandOverState
from matcher.models.accounts import Account, Membership
from matcher.models.day import HandOver, HandOverItem
from matcher.services import audit
from matcher.services.casework.hand_overs import (
    NOTE,
    get_hand_over,
    in_sight,
    open_items,
    own_subjects,
)
from matcher.services.casework.sealed_words import unseal
from matcher.services.casework.task_subjects import TaskSubject, subjects_of
from matcher.services.permissions import Actor, Permission, may, require, scope_of
from matcher.services.rows import expect_version


@dataclass(frozen=True)
class HandOverLine:
    """One hand-over of a list."""

    row: HandOver
    from_name: str
    to_name: str
    ordered_by: str | None
    n_items: int


@dataclass(frozen=True)
class HandOverSheet:
    """One hand-over with its note and what lies in it."""

    line: HandOverLine
    note: str | None
    items: Sequence[tuple[HandOverItem, TaskSubject | None]]


def list_hand_overs(session: Session, by: Actor, *, limit: int = 50) -> list[HandOverLine]:
    """List the hand-overs in sight, open ones first, then the newest."""
    require(by, Permission.VIEW_CASES)
    closed_last = HandOver.state != HandOverState.OFFERED
    found = _lines().where(in_sight(by)).order_by(closed_last, HandOver.id.desc()).limit(limit)
    return [HandOverLine(*row) for row in session.execute(found)]


def _lines() -> sa.Select[HandOver, str, str, str | None, int]:
    giver, taker, orderer = aliased(Account), aliased(Account), aliased(Account)
    count = (
        sa.select(sa.func.count(HandOverItem.id))
        .where(HandOverItem.hand_over_id == HandOver.id)
        .scalar_subquery()
    )
    return (
        sa.select(
            HandOver,
            sa.func.coalesce(giver.display_name, ""),
            sa.func.coalesce(taker.display_name, ""),
            orderer.display_name,
            count,
        )
        .outerjoin(giver, giver.id == HandOver.from_id)
        .outerjoin(taker, taker.id == HandOver.to_id)
        .outerjoin(orderer, orderer.id == HandOver.ordered_by_id)
    )


def hand_over_sheet(session: Session, by: Actor, public_id: str) -> HandOverSheet:
    """Return one hand-over in sight with its note and the people it is about."""
    row = get_hand_over(session, by, public_id)
    line = HandOverLine(*session.execute(_lines().where(HandOver.id == row.id)).one())
    found = sa.select(HandOverItem).where(HandOverItem.hand_over_id == row.id)
    items = session.scalars(found.order_by(HandOverItem.id)).all()
    subjects = subjects_of(session, by, [_pair(one) for one in items])
    return HandOverSheet(
        line,
        unseal(session, row.note_cipher, NOTE),
        [(one, subjects.get(_pair(one))) for one in items],
    )


def _pair(item: HandOverItem) -> tuple[str, int]:
    if item.household_id is not None:
        return "household", item.household_id
    return "case", item.case_id or 0


def count_waiting(session: Session, by: Actor) -> int:
    """Count the hand-overs that wait for the actor's answer."""
    require(by, Permission.VIEW_CASES)
    found = sa.select(sa.func.count(HandOver.id)).where(
        HandOver.to_id == by.account_id, HandOver.state == HandOverState.OFFERED
    )
    return session.scalar(found) or 0


def withdraw_hand_over(
    session: Session, by: Actor, public_id: str, *, expected_version: int | None = None
) -> HandOver:
    """Take an open hand-over back; its owner's, the orderer's or a supervisor's act.

    Raises
    ------
    RuleBrokenError
        It was answered meanwhile, or the actor is its receiver.
    """
    found = get_hand_over(session, by, public_id, lock=True)
    expect_version(found, expected_version)
    if found.from_id != by.account_id and not may(by, Permission.SUPERVISE_CASES):
        raise RuleBrokenError("hand_over_not_owner", "只有移交人或主管可以撤回，接收人可以退回。")
    if found.state is not HandOverState.OFFERED:
        raise RuleBrokenError("hand_over_closed", "这份交接已经处理过，请看最新的状态。")
    now = clock.now()
    for one in open_items(session, found.id):
        one.state, one.settled_at = HandOverItemState.LAPSED, now
    found.state, found.closed_at, found.closed_by_id = HandOverState.WITHDRAWN, now, by.account_id
    audit.record(session, by, "hand_over.withdrawn", subject=("hand_over", found.id))
    session.flush()
    return found


def receivers(session: Session, by: Actor, owner_id: int | None) -> list[Account]:
    """Return the caseworkers of the actor's part of the tree but the owner, by name."""
    require(by, Permission.VIEW_CASES)
    held = sa.select(Membership.account_id).where(
        Membership.role == Role.CASEWORKER,
        Membership.ended_on.is_(None),
        Membership.union_id.in_(scope_of(by).unions()),
    )
    found = sa.select(Account).where(
        Account.is_active.is_(True), Account.id.in_(held), Account.id != owner_id
    )
    return list(session.scalars(found.order_by(Account.display_name, Account.id)))


def choosable(session: Session, by: Actor, owner_id: int | None) -> list[TaskSubject]:
    """Return what an account may hand over: its open households, then its cases in none of them."""
    households, cases = own_subjects(session, by, owner_id)
    pairs = [("household", one) for one in households] + [("case", one) for one in cases]
    found = subjects_of(session, by, pairs)
    return [found[pair] for pair in pairs if pair in found]
