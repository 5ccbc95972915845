"""Who may act at a step, and who must not (利益冲突): asked in the use case, never in a page.

Nobody approves what they entered, changed or visited; nobody decides at two steps; nobody visits, re-checks or
decides where their own enterprise is spoken of. An office where nobody is left hands the step to the next union
above; only where nobody up to the top is left, it waits, and says who has to be appointed.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds.approvals import LEVEL_OF_UNION, StepKind, StepLevel
from matcher.models.accounts import Account, Membership
from matcher.models.approvals import AccountInterest, Approval, ApprovalAct
from matcher.models.employers import Employer
from matcher.models.organisations import Union, UnionClosure
from matcher.services.approvals.effects import rules_of
from matcher.services.permissions import GRANTS, Permission


@dataclass(frozen=True)
class Place:
    """A union on the way from the subject's union to the top."""

    union_id: int
    level: StepLevel


@dataclass(frozen=True)
class Duty:
    """What is to be done: by whose permission, and how strict the guard is."""

    permissions: frozenset[Permission]
    attests: bool
    """Whoever does it vouches for what the file says: own enterprise keeps them out."""
    decides: bool
    """It approves: who entered the subject or decided before is kept out too."""


RECHECK = Duty(
    frozenset({Permission.EDIT_FILES, Permission.APPROVE_FILES}), attests=True, decides=True
)
"""The re-check after an objection: by somebody who did not enter it."""


def duty_of(kind: StepKind, permission: str) -> Duty:
    """Return what a step asks for."""
    return Duty(
        frozenset({Permission(permission)}),
        attests=kind is not StepKind.PUBLICITY,
        decides=kind is StepKind.DECISION,
    )


def path_up(session: Session, union_id: int) -> list[Place]:
    """Return the open unions from one up to the top, itself first."""
    found = session.execute(
        sa.select(Union.id, Union.kind)
        .join(UnionClosure, UnionClosure.ancestor_id == Union.id)
        .where(UnionClosure.descendant_id == union_id, Union.closed_on.is_(None))
        .order_by(UnionClosure.depth)
    )
    return [Place(row.id, LEVEL_OF_UNION[row.kind]) for row in found]


def own_place(path: list[Place], level: StepLevel) -> int:
    """Return where on the path a level stands: the first at least as high, else the top."""
    fitting = (n for n, place in enumerate(path) if place.level.rank >= level.rank)
    return next(fitting, len(path) - 1)


def kept_out(session: Session, approval: Approval, duty: Duty) -> dict[int, str]:
    """Return the accounts a duty is closed to, each with the code of why."""
    about = rules_of(approval.subject_kind).about(session, approval.subject_id)
    out: dict[int, str] = {}
    if duty.attests:
        out |= dict.fromkeys(interested_in(session, about.units), "own_enterprise")
    if duty.decides:
        out |= dict.fromkeys(_decided(session, approval.id), "decided_before")
        entered = about.entered_by | set(approval.entered_by_ids)
        out |= dict.fromkeys(entered, "own_entry")
    return out


def interested_in(session: Session, units: Iterable[str]) -> list[int]:
    """Return who declared an interest in one of the enterprises, or acts for one here as its agent."""
    keys = {fold_unit(unit) for unit in units if unit.strip()}
    if not keys:
        return []
    declared = sa.select(AccountInterest.account_id).where(
        AccountInterest.ended_on.is_(None),
        sa.or_(AccountInterest.unit_key.in_(keys), AccountInterest.credit_code.in_(keys)),
    )
    acting = (
        sa.select(Membership.account_id)
        .join(Employer, Employer.id == Membership.employer_id)
        .where(
            sa.or_(Membership.ended_on.is_(None), Membership.ended_on > clock.today()),
            sa.or_(Employer.name.in_(set(units)), Employer.credit_code.in_(keys)),
        )
    )
    return [*session.scalars(declared), *session.scalars(acting)]


def fold_unit(name: str) -> str:
    """Return the name of a unit as it is compared: full width, blanks and brackets do not matter."""
    plain = unicodedata.normalize("NFKC", name).upper()
    return "".join(sign for sign in plain if sign.isalnum())


def _decided(session: Session, approval_id: int) -> set[int]:
    """Return who stands behind a deciding act of this approval, typed or credited."""
    rows = session.execute(
        sa.select(ApprovalAct.actor_id, ApprovalAct.credited_to_id).where(
            ApprovalAct.approval_id == approval_id, ApprovalAct.is_deciding
        )
    )
    return {one for row in rows for one in row if one is not None}


def who_may(session: Session, union_id: int, duty: Duty, out: Iterable[int]) -> list[int]:
    """Return the accounts that may do a duty at a union today."""
    roles = [role for role, granted in GRANTS.items() if granted & duty.permissions]
    found = (
        sa.select(Membership.account_id)
        .join(Account, Account.id == Membership.account_id)
        .where(
            Membership.union_id == union_id,
            Membership.role.in_(roles),
            sa.or_(Membership.ended_on.is_(None), Membership.ended_on > clock.today()),
            Account.is_active,
            Account.id.not_in(list(out)),
        )
    )
    return sorted(set(session.scalars(found)))


_WORDS = {
    "own_entry": "本人录入、修改或走访过这份材料，不能再审批，请由其他人办理。",
    "decided_before": "本人已在前面的步骤作过决定，这一步须由其他人办理。",
    "own_enterprise": "材料涉及与本人有利益关系的单位，须回避，请由其他人办理。",
}


def refuse_kept_out(
    session: Session, approval: Approval, duty: Duty, accounts: Iterable[int | None]
) -> None:
    """Raise RuleBrokenError if one of the accounts has to stand aside (回避)."""
    out = kept_out(session, approval, duty)
    for account_id in accounts:
        if account_id is not None and account_id in out:
            code = out[account_id]
            raise RuleBrokenError(code, _WORDS[code])
