"""From run to run (前后衔接): who would not keep the seat proposed last, and why; two plans compared.

Who is in no market any more because the seat is theirs by now (agreed to, or settled) loses nothing and is left out;
of everybody else outside it the reason says what keeps them out today.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.allocation.plan_changes import Change, plan_changes
from matcher.allocation.plan_result import PlanResult
from matcher.db.engine import settings_of
from matcher.kinds.plans import ChangeReason, PinKind, PlanRule
from matcher.models.plans import PlanRun, PlanSeat
from matcher.models.referrals import Referral
from matcher.services.permissions import Actor
from matcher.services.plans.folders import PlanInput, load_result, open_input, plan_folder
from matcher.services.plans.runs import check_usable, managed_plan
from matcher.services.plans.standing import provisional_referrals, seats_taken, why_absent


@dataclass(frozen=True, slots=True)
class Promise:
    """A proposal of the last publication that nobody has answered."""

    graduate_id: int
    referral_id: int
    posting_id: int


@dataclass(frozen=True, slots=True)
class Shift:
    """A promise that would not be kept, what becomes of the person instead, and why."""

    promise: Promise
    change: Change


def promises_of(session: Session, drive_id: int) -> list[Promise]:
    """Return what a drive's last publication proposed and nobody answered, by graduate; one query."""
    rows = session.execute(
        sa.select(Referral.graduate_id, Referral.id, Referral.posting_id)
        .where(Referral.id.in_(provisional_referrals(drive_id)))
        .order_by(Referral.graduate_id, Referral.id)
    )
    return [Promise(*row) for row in rows]


def shifts_of(
    given: PlanInput,
    result: PlanResult,
    promises: Sequence[Promise],
    absent: Mapping[int, ChangeReason],
) -> list[Shift]:
    """Hold a result against the promises of the last publication.

    Parameters
    ----------
    absent : who takes no part today, and why (`standing.why_absent`)
    """
    by_person = {one.graduate_id: one for one in promises}
    last = {one.graduate_id: one.posting_id for one in promises}
    return [
        Shift(by_person[change.graduate], change)
        for change in _told(_changes(given, result, last), absent)
        if change.graduate in by_person
    ]


def _told(changes: Iterable[Change], absent: Mapping[int, ChangeReason]) -> list[Change]:
    """Say of people outside the market why they are."""
    return [
        replace(change, reason=absent.get(change.graduate, change.reason))
        if change.reason is ChangeReason.LEFT
        else change
        for change in changes
    ]


_BY_ORDER = (ChangeReason.OUTRANKED, ChangeReason.MORE_SEATED)


def _changes(given: PlanInput, result: PlanResult, last: dict[int, int]) -> list[Change]:
    """Compare, and say where a person decided and not the order: pairs ruled out, and those fixed instead."""
    pairs = {kind: set[tuple[int, int | None]]() for kind in PinKind}
    for pin in given.pins:
        pairs[pin.kind].add((pin.graduate, pin.posting))
    return [
        replace(change, reason=_by_hand(change, pairs[PinKind.PIN], pairs[PinKind.FORBID]))
        for change in plan_changes(given.market, result, last)
    ]


def _by_hand(
    change: Change, fixed: set[tuple[int, int | None]], forbidden: set[tuple[int, int | None]]
) -> ChangeReason:
    if (change.graduate, change.now) in fixed:
        return ChangeReason.FIXED
    if (change.graduate, change.before) in forbidden:
        return ChangeReason.FORBIDDEN
    is_taken = any((one, change.before) in fixed for one in change.instead)
    return (
        ChangeReason.FIXED_FOR_OTHERS if is_taken and change.reason in _BY_ORDER else change.reason
    )


def compare_plans(
    session: Session, by: Actor, public_id: str, rule: PlanRule, other_public_id: str
) -> list[Change]:
    """Say who sits elsewhere in a plan than in an earlier one of the drive, by the rule that one chose, and why.

    Raises
    ------
    SnapshotError
        The folder of the plan is gone: who sits where is known, but not why.
    """
    plan = managed_plan(session, by, public_id, lock=False)
    other = managed_plan(session, by, other_public_id, lock=False)
    check_usable(plan)
    check_usable(other)
    folder = plan_folder(settings_of(session), plan.drive_id, plan.input_hash or "")
    given, result = open_input(folder), load_result(folder, rule)
    last = seats_by_person(session, other, other.chosen_rule or rule)
    taken = seats_taken(session, plan.drive_id)
    changes = _told(_changes(given, result, last), why_absent(session, plan.drive_id))
    inside = set(given.market.graduates.tolist())
    return [
        change
        for change in changes
        if change.graduate in inside or (change.graduate, change.before) not in taken
    ]


def seats_by_person(session: Session, plan: PlanRun, rule: PlanRule) -> dict[int, int]:
    """Return who sits where in a plan by one rule; callers have checked who asks."""
    rows = session.execute(
        sa.select(PlanSeat.graduate_id, PlanSeat.posting_id).where(
            PlanSeat.plan_id == plan.id, PlanSeat.rule == rule
        )
    )
    return {row.graduate_id: row.posting_id for row in rows}
