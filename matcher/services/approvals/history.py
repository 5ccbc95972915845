"""The history of an approval (审批记录): appended, never changed; who typed, for whom, whose work it was."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.errors import InvalidInputError
from matcher.kinds.approvals import ActKind
from matcher.models.accounts import Account
from matcher.models.approvals import Approval, ApprovalAct
from matcher.models.organisations import Union
from matcher.services.permissions import Actor

_COMMENT = "approval_act.comment"


@dataclass(frozen=True, kw_only=True)
class Credit:
    """When an act happened, for whom it was typed, and whose work it was, if not of who typed it."""

    happened_on: dt.date | None = None
    on_behalf_of_id: int | None = None
    credited_to_id: int | None = None


TYPED_NOW = Credit()


def add_act(
    session: Session,
    actor: Actor,
    approval: Approval,
    kind: ActKind,
    *,
    comment: str | None = None,
    credit: Credit = TYPED_NOW,
    is_deciding: bool = False,
    position: int | None = None,
) -> ApprovalAct:
    """Append an entry by whoever acts; its comment is sealed. The product itself has no account."""
    today = clock.today()
    if credit.happened_on is not None and credit.happened_on > today:
        words = "日期不能晚于今天。"
        raise InvalidInputError("day_in_future", words, fields={"happened_on": words})
    words = (comment or "").strip()
    act = ApprovalAct(
        approval_id=approval.id,
        position=approval.position if position is None else position,
        kind=kind,
        is_deciding=is_deciding,
        happened_on=credit.happened_on or today,
        entered_at=clock.now(),
        actor_id=actor.account_id,
        on_behalf_of_id=credit.on_behalf_of_id,
        credited_to_id=credit.credited_to_id,
        union_id=approval.waits_at_id,
        comment_cipher=ring_of(session).encrypt(words, _COMMENT) if words else None,
    )
    session.add(act)
    session.flush()
    return act


@dataclass(frozen=True)
class ActLine:
    """An entry as people read it; names of accounts, comment in the clear."""

    act: ApprovalAct
    actor: str | None
    on_behalf_of: str | None
    credited_to: str | None
    union: str | None
    comment: str | None


def lines_of(session: Session, approval: Approval) -> list[ActLine]:
    """Return the history of an approval in order; for callers that checked the sight."""
    found = sa.select(ApprovalAct).where(ApprovalAct.approval_id == approval.id)
    acts = list(session.scalars(found.order_by(ApprovalAct.id)))
    people = {
        one for act in acts for one in (act.actor_id, act.on_behalf_of_id, act.credited_to_id)
    }
    names = _names(session, {one for one in people if one is not None})
    unions = {act.union_id for act in acts if act.union_id is not None}
    where = sa.select(Union.id, Union.name).where(Union.id.in_(unions))
    places = {row.id: row.name for row in session.execute(where)}
    ring = ring_of(session)
    return [
        ActLine(
            act=act,
            actor=names.get(act.actor_id or 0),
            on_behalf_of=names.get(act.on_behalf_of_id or 0),
            credited_to=names.get(act.credited_to_id or 0),
            union=places.get(act.union_id or 0),
            comment=ring.decrypt(act.comment_cipher, _COMMENT) if act.comment_cipher else None,
        )
        for act in acts
    ]


def _names(session: Session, ids: set[int]) -> dict[int, str]:
    found = sa.select(Account.id, Account.display_name).where(Account.id.in_(ids))
    return {row.id: row.display_name for row in session.execute(found)}
