"""Chains of approval (审批链): which one holds for a union, and a union's setting of its own.

The nearest union upwards that set a chain decides; where none did, the default of the dated data. A new setting
is a new edition; approvals that run keep the edition they began with.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.base import new_public_id
from matcher.db.insertion import insert_if_new
from matcher.errors import InvalidInputError
from matcher.kinds.approvals import StepKind
from matcher.models.approvals import ApprovalChain, ApprovalChainStep
from matcher.models.organisations import Union, UnionClosure
from matcher.policy.chains import ChainStep, chain_names, default_chain
from matcher.policy.deadlines import load_deadlines
from matcher.services import audit
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import not_found

STEP_PERMISSIONS = {
    StepKind.VISIT: Permission.EDIT_FILES,
    StepKind.PUBLICITY: Permission.EDIT_FILES,
    StepKind.DECISION: Permission.APPROVE_FILES,
}
"""Who may act at a step; a default of the dated data may name another permission."""


def chain_for(session: Session, name: str, union_id: int) -> ApprovalChain:
    """Return the chain that holds for a union today: its own, the nearest above, or the default."""
    return _set_by_a_union(session, name, union_id) or _default(session, name, union_id)


def _set_by_a_union(session: Session, name: str, union_id: int) -> ApprovalChain | None:
    """Return the chain the union or the nearest above it set."""
    return session.scalar(
        sa.select(ApprovalChain)
        .join(UnionClosure, UnionClosure.ancestor_id == ApprovalChain.union_id)
        .where(
            UnionClosure.descendant_id == union_id,
            ApprovalChain.subject_chain == name,
            ApprovalChain.replaced_at.is_(None),
        )
        .order_by(UnionClosure.depth)
        .limit(1)
    )


def _default(session: Session, name: str, union_id: int) -> ApprovalChain:
    """Return the default as a row; whoever needs it first writes it."""
    default = default_chain(name, session.get_one(Union, union_id).region_code, clock.today())
    standing = sa.select(ApprovalChain).where(ApprovalChain.policy_code == default.code)
    found = session.scalar(standing)
    if found is not None:
        return found
    values = {
        "public_id": new_public_id(),
        "subject_chain": name,
        "policy_code": default.code,
        "edition": 1,
        "source": default.source,
        "created_at": clock.now(),
    }
    made = insert_if_new(session, ApprovalChain, values)
    if made is None:
        return session.scalars(standing).one()
    _add_steps(session, made.id, default.steps)
    return made


def _add_steps(session: Session, chain_id: int, steps: Sequence[ChainStep]) -> None:
    for position, step in enumerate(steps, start=1):
        row = ApprovalChainStep(
            chain_id=chain_id,
            position=position,
            kind=step.kind,
            level=step.level,
            permission=step.permission,
            limit_rule=step.limit_rule,
        )
        session.add(row)
    session.flush()


def steps_of(session: Session, chain_id: int) -> list[ApprovalChainStep]:
    """Return the steps of a chain in order."""
    found = sa.select(ApprovalChainStep).where(ApprovalChainStep.chain_id == chain_id)
    return list(session.scalars(found.order_by(ApprovalChainStep.position)))


def chain_in_force(session: Session, by: Actor, name: str, union_id: int) -> list[ChainStep]:
    """Return the steps that hold for a union of the actor's scope, without writing anything."""
    require(by, Permission.SET_CHAINS)
    if name not in chain_names() or not scope_of(by).admits(session, union_id):
        raise not_found()
    standing = _set_by_a_union(session, name, union_id)
    if standing is None:
        above = session.get_one(Union, union_id)
        return list(default_chain(name, above.region_code, clock.today()).steps)
    return [
        ChainStep(step.kind, step.level, step.permission, step.limit_rule)
        for step in steps_of(session, standing.id)
    ]


def own_editions(session: Session, by: Actor, name: str, union_id: int) -> list[ApprovalChain]:
    """Return a union's own editions of a chain, newest first."""
    require(by, Permission.SET_CHAINS)
    if not scope_of(by).admits(session, union_id):
        raise not_found()
    found = sa.select(ApprovalChain).where(
        ApprovalChain.union_id == union_id, ApprovalChain.subject_chain == name
    )
    return list(session.scalars(found.order_by(ApprovalChain.edition.desc())))


def set_chain(
    session: Session,
    by: Actor,
    name: str,
    steps: Sequence[ChainStep],
    *,
    union_id: int,
    source: str,
) -> ApprovalChain:
    """Set a union's own chain; what runs keeps the edition it began with.

    Raises
    ------
    InvalidInputError
        No decision in it, levels that go down, an unknown limit, or nothing said of where it is written.
    """
    require(by, Permission.SET_CHAINS)
    if name not in chain_names() or not scope_of(by).admits(session, union_id):
        raise not_found()
    _check(steps, source)
    union = session.get_one(Union, union_id, with_for_update=True)
    editions = own_editions(session, by, name, union_id)
    for one in editions:
        if one.replaced_at is None:
            one.replaced_at = clock.now()
    session.flush()
    chain = ApprovalChain(
        union_id=union.id,
        subject_chain=name,
        edition=editions[0].edition + 1 if editions else 1,
        source=source.strip(),
        created_at=clock.now(),
        created_by_id=by.account_id,
    )
    session.add(chain)
    session.flush()
    _add_steps(session, chain.id, steps)
    told = [f"{step.kind}:{step.level}:{step.limit_rule}" for step in steps]
    about = {"chain": name, "union": union_id, "edition": chain.edition, "steps": told}
    audit.record(session, by, "chain.set", subject=("approval_chain", chain.id), about=about)
    return chain


def _check(steps: Sequence[ChainStep], source: str) -> None:
    fields: dict[str, str] = {}
    if not source.strip():
        fields["source"] = "请写明依据，例如某通知的文号。"
    if not any(step.kind is StepKind.DECISION for step in steps):
        fields["steps"] = "审批链至少要有一个审批步骤。"
    deciding = [step.level.rank for step in steps if step.kind is StepKind.DECISION]
    if deciding != sorted(deciding) or len(set(deciding)) != len(deciding):
        fields["steps"] = "审批步骤须逐级向上，每级一次。"
    if any(step.kind is StepKind.VISIT for step in steps[1:]):
        fields["steps"] = "走访须是第一步。"
    known = {limit.rule for limit in load_deadlines()}
    if any(step.limit_rule not in known for step in steps):
        fields["steps"] = "办理期限须从期限表中选择。"
    if fields:
        raise InvalidInputError("chain_steps", "审批链有误，请修改标出的项目。", fields=fields)
