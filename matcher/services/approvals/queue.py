"""The queue of approvals (待我办理), and one approval with its whole history as its page shows it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import RuleBrokenError
from matcher.kinds.approvals import ApprovalState, StepKind
from matcher.models.approvals import Approval, ApprovalChain, ApprovalChainStep
from matcher.models.organisations import Union
from matcher.models.publicity import Notice
from matcher.services.approvals import guard, history, placing
from matcher.services.approvals.chains import steps_of
from matcher.services.approvals.effects import rules_of
from matcher.services.approvals.history import TYPED_NOW, ActLine
from matcher.services.approvals.steps import require_turn
from matcher.services.approvals.subject_rules import Heading
from matcher.services.permissions import Actor, Permission, may, require, scope_of
from matcher.services.rows import first_or_missing, not_found


@dataclass(frozen=True)
class QueueRow:
    """One approval in a list."""

    approval: Approval
    heading: Heading
    waits_at: str | None
    """Name of the union whose turn it is."""


@dataclass(frozen=True)
class Queue:
    """A page of a list and how many there are."""

    rows: Sequence[QueueRow]
    total: int


def _in_sight(by: Actor) -> sa.ColumnElement[bool]:
    require(by, Permission.VIEW_FILES)
    return Approval.union_id.in_(scope_of(by).unions())


def _my_turn(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition that the actor's union and role are asked now."""
    kinds = []
    if may(by, Permission.EDIT_FILES):
        kinds += [StepKind.VISIT, StepKind.PUBLICITY]
    if may(by, Permission.APPROVE_FILES):
        kinds.append(StepKind.DECISION)
    hanging = (
        sa.select(Notice.id)
        .where(Notice.approval_id == Approval.id, Notice.state == "running")
        .exists()
    )
    return sa.and_(
        Approval.state == ApprovalState.RUNNING,
        Approval.waits_at_id == by.union_id,
        sa.or_(Approval.is_stopped, Approval.step_kind.in_(kinds)),
        ~hanging,
    )


WHICH = ("mine", "running", "stuck", "ended")
"""Lists of approvals: my turn, on their way, with nobody to act, ended."""


def _which(by: Actor, which: str) -> sa.ColumnElement[bool]:
    if which == "mine":
        return _my_turn(by)
    if which == "stuck":
        return sa.and_(Approval.state == ApprovalState.RUNNING, Approval.is_stuck)
    is_running = Approval.state == ApprovalState.RUNNING
    return is_running if which == "running" else ~is_running


def list_queue(
    session: Session,
    by: Actor,
    which: str = "mine",
    *,
    step: StepKind | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Queue:
    """Return approvals of the actor's part of the tree, what is due first before the others."""
    wanted = [_in_sight(by), _which(by, which)]
    if step is not None:
        wanted.append(Approval.step_kind == step)
    total = session.scalars(sa.select(sa.func.count(Approval.id)).where(*wanted)).one()
    order = (
        (Approval.ended_at.desc(), Approval.id)
        if which == "ended"
        else (Approval.due_on, Approval.id)
    )
    found = (
        sa.select(Approval, Union.name)
        .outerjoin(Union, Union.id == Approval.waits_at_id)
        .where(*wanted)
        .order_by(*order)
        .limit(limit)
        .offset(offset)
    )
    rows = session.execute(found).all()
    headings = _headings(session, [row.Approval for row in rows])
    return Queue(
        [QueueRow(row.Approval, headings[row.Approval.id], row.name) for row in rows], total
    )


def count_queue(session: Session, by: Actor) -> dict[str, int]:
    """Return how many approvals each list holds: the count equals the list."""
    sight = _in_sight(by)
    return {
        which: session.scalars(
            sa.select(sa.func.count(Approval.id)).where(sight, _which(by, which))
        ).one()
        for which in WHICH
    }


def _headings(session: Session, approvals: Sequence[Approval]) -> dict[int, Heading]:
    """Return headings by approval; one query set a kind of subject."""
    found: dict[int, Heading] = {}
    for kind in {one.subject_kind for one in approvals}:
        of_kind = [one for one in approvals if one.subject_kind == kind]
        headings = _of_kind(session, kind, [one.subject_id for one in of_kind])
        found |= {one.id: headings[one.subject_id] for one in of_kind}
    return found


def _of_kind(session: Session, kind: str, ids: Collection[int]) -> dict[int, Heading]:
    rules = rules_of(kind)
    if rules.headings is not None:
        return rules.headings(session, ids)
    told = {one: rules.about(session, one) for one in ids}
    return {
        one: Heading(words=facts.heading, number="", public_id=facts.public_id)
        for one, facts in told.items()
    }


@dataclass(frozen=True)
class StepLine:
    """A step of the chain as the page draws it."""

    step: ApprovalChainStep
    union: str
    """Of the level; where it stands now may be above."""


@dataclass(frozen=True)
class ApprovalView:
    """One approval, whole."""

    approval: Approval
    heading: Heading
    chain: ApprovalChain
    steps: Sequence[StepLine]
    history: Sequence[ActLine]
    waits_at: str | None
    notice: Notice | None
    """The one that hangs, or the newest."""
    may_act: bool
    stand_aside: str | None
    """Code of why the actor may not act although it is their turn."""
    sees_subject: bool
    lines: dict[str, Any]
    """What is applied for, as a notice would say it; never hidden here."""


def find_approval(session: Session, by: Actor, public_id: str) -> Approval:
    """Return an approval the actor may look into: of a subject seen whole, or at its own union."""
    found = sa.select(Approval).where(Approval.public_id == public_id, _in_sight(by))
    approval = first_or_missing(session, found, lock=False)
    sees = rules_of(approval.subject_kind).sees(session, by, approval.subject_id)
    if not sees and approval.waits_at_id != by.union_id:
        raise not_found()
    return approval


def view(session: Session, by: Actor, public_id: str) -> ApprovalView:
    """Return an approval with its chain, its history and whether the actor may act."""
    approval = find_approval(session, by, public_id)
    waits_at = session.get(Union, approval.waits_at_id) if approval.waits_at_id else None
    may_act, why = _may_act(session, by, approval)
    newest = sa.select(Notice).where(Notice.approval_id == approval.id).order_by(Notice.id.desc())
    return ApprovalView(
        approval=approval,
        heading=_headings(session, [approval])[approval.id],
        chain=session.get_one(ApprovalChain, approval.chain_id),
        steps=_steps(session, approval),
        history=history.lines_of(session, approval),
        waits_at=waits_at.name if waits_at else None,
        notice=session.scalar(newest.limit(1)),
        may_act=may_act,
        stand_aside=why,
        sees_subject=rules_of(approval.subject_kind).sees(session, by, approval.subject_id),
        lines=_lines(session, approval),
    )


def _lines(session: Session, approval: Approval) -> dict[str, Any]:
    told = rules_of(approval.subject_kind).about(session, approval.subject_id).lines
    return {**told, "tier": approval.facts.get("tier", told.get("tier"))}


def _steps(session: Session, approval: Approval) -> list[StepLine]:
    path = guard.path_up(session, approval.union_id)
    found = sa.select(Union.id, Union.name).where(Union.id.in_([one.union_id for one in path]))
    names = {row.id: row.name for row in session.execute(found)}
    return [
        StepLine(step, names[path[guard.own_place(path, step.level)].union_id])
        for step in steps_of(session, approval.chain_id)
    ]


def _may_act(session: Session, by: Actor, approval: Approval) -> tuple[bool, str | None]:
    """Say whether the actor may do what is to be done now; if not though it is their turn, why."""
    if approval.state is not ApprovalState.RUNNING or by.union_id != approval.waits_at_id:
        return False, None
    duty = placing.duty_now(session, approval)
    if not any(may(by, permission) for permission in duty.permissions):
        return False, None
    try:
        require_turn(session, by, approval, TYPED_NOW)
    except RuleBrokenError as error:
        return False, error.code
    return True, None


def approvals_of(session: Session, by: Actor, subject: tuple[str, int]) -> list[Approval]:
    """Return the approvals of a subject the actor sees whole, newest first."""
    require(by, Permission.VIEW_FILES)
    kind, subject_id = subject
    if not rules_of(kind).sees(session, by, subject_id):
        raise not_found()
    found = sa.select(Approval).where(
        Approval.subject_kind == kind, Approval.subject_id == subject_id
    )
    return list(session.scalars(found.order_by(Approval.id.desc())))
