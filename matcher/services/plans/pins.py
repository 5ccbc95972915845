"""Pins (人工指定): a drive manager fixes a pair or rules it out, with the reason; the next plan is solved around it.

Whether a fixed pair can be kept is seen when the plan is solved: the answer names every pin that stands in the way.
What contradicts itself is refused here already.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher import clock
from matcher.allocation.market import Market
from matcher.allocation.pins import Pin
from matcher.db.engine import ring_of
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import DriveState
from matcher.kinds.plans import PinKind
from matcher.kinds.referrals import LIVE, ReferralState
from matcher.models.accounts import Account
from matcher.models.drives import Drive, DriveEntry
from matcher.models.plans import PlanPin
from matcher.models.postings import Posting
from matcher.models.referrals import Referral
from matcher.services import audit
from matcher.services.drives import get_managed
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.plans.runs import require_planner
from matcher.services.rows import first_or_missing, not_found, unique_or

REASON_COLUMN = "plan_pin.reason"
"""Associated data of the encrypted reason."""

SUBJECT = "plan_pin"
_LEAST_WORDS = 4


def set_pin(
    session: Session,
    by: Actor,
    drive_id: int,
    *,
    graduate_id: int,
    posting_id: int,
    kind: PinKind,
    reason: str,
) -> PlanPin:
    """Fix a pair of a drive, or rule it out, from the next plan on.

    Raises
    ------
    RuleBrokenError
        The drive is closed, the pair is pinned already, the person is fixed elsewhere, or the person agreed to the
        pair that is to be ruled out and the employer has it.
    """
    require_planner(by)
    drive = get_managed(session, by, drive_id)
    if drive.state is DriveState.CLOSED:
        raise RuleBrokenError("drive_closed", "活动已结束，不能再固定或排除。")
    if len(reason.strip()) < _LEAST_WORDS:
        words = "原因至少 4 个字。"
        raise InvalidInputError("plan_pin_reason", "请写明原因。", fields={"reason": words})
    _check_pair(session, drive.id, graduate_id, posting_id)
    if kind is PinKind.PIN:
        _refuse_elsewhere(session, drive.id, graduate_id, posting_id)
    else:
        _refuse_under_way(session, graduate_id, posting_id)
    pin = PlanPin(
        drive_id=drive.id,
        graduate_id=graduate_id,
        posting_id=posting_id,
        kind=kind,
        reason_cipher=ring_of(session).encrypt(reason.strip(), REASON_COLUMN),
        made_at=clock.now(),
        made_by_id=by.account_id,
    )
    with unique_or(session, _pinned_already(graduate_id, posting_id)):
        session.add(pin)
    _note(session, by, "plan.pinned", pin)
    return pin


def _check_pair(session: Session, drive_id: int, graduate_id: int, posting_id: int) -> None:
    entered = sa.select(DriveEntry.id).where(
        DriveEntry.drive_id == drive_id,
        DriveEntry.graduate_id == graduate_id,
        DriveEntry.left_at.is_(None),
    )
    offered = sa.select(Posting.id).where(Posting.id == posting_id, Posting.drive_id == drive_id)
    if session.scalar(entered) is None or session.scalar(offered) is None:
        raise not_found()


def _refuse_elsewhere(session: Session, drive_id: int, graduate_id: int, posting_id: int) -> None:
    """Refuse a second posting for somebody who is fixed at one."""
    other = session.scalar(
        sa.select(PlanPin.posting_id).where(
            PlanPin.drive_id == drive_id,
            PlanPin.graduate_id == graduate_id,
            PlanPin.posting_id != posting_id,
            PlanPin.kind == PinKind.PIN,
            PlanPin.lifted_at.is_(None),
        )
    )
    if other is not None:
        raise RuleBrokenError(
            "plan_pin_elsewhere",
            f"毕业生 {graduate_id} 已固定在岗位 {other}，不能再固定在岗位 {posting_id}；请先解除原来的固定。",
            graduate_id=graduate_id,
            posting_ids=[other, posting_id],
        )


def _refuse_under_way(session: Session, graduate_id: int, posting_id: int) -> None:
    """Refuse to rule out what is settled, or what the person agreed to: a plan never moves it."""
    goes_on = session.scalar(
        sa.select(Referral.id).where(
            Referral.graduate_id == graduate_id,
            Referral.posting_id == posting_id,
            Referral.state.in_(sorted(LIVE - {ReferralState.PROPOSED})),
            Referral.left_on.is_(None),
        )
    )
    if goes_on is not None:
        raise RuleBrokenError(
            "plan_pin_under_way",
            f"毕业生 {graduate_id} 与岗位 {posting_id} 的推荐（{goes_on} 号）本人已同意并送出，方案不会改动它，"
            "不能排除；确需停止的，请先在推荐中撤回。",
            graduate_id=graduate_id,
            posting_id=posting_id,
            referral_id=goes_on,
        )


def _pinned_already(graduate_id: int, posting_id: int) -> RuleBrokenError:
    return RuleBrokenError(
        "plan_pin_already",
        f"毕业生 {graduate_id} 与岗位 {posting_id} 已经固定或排除；请先解除，再重新指定。",
        graduate_id=graduate_id,
        posting_id=posting_id,
    )


def lift_pin(session: Session, by: Actor, pin_id: int) -> PlanPin:
    """Lift a pin; a second time changes nothing."""
    require_planner(by)
    found = (
        sa.select(PlanPin)
        .join(Drive, Drive.id == PlanPin.drive_id)
        .where(PlanPin.id == pin_id, Drive.union_id.in_(scope_of(by).unions()))
    )
    pin = first_or_missing(session, found, lock=True)
    if pin.lifted_at is None:
        pin.lifted_at, pin.lifted_by_id = clock.now(), by.account_id
        _note(session, by, "plan.pin_lifted", pin)
    return pin


def _note(session: Session, by: Actor, action: str, pin: PlanPin) -> None:
    audit.record(
        session,
        by,
        action,
        subject=("drive", pin.drive_id),
        pin=pin.id,
        kind=pin.kind.value,
        graduate_id=pin.graduate_id,
        posting_id=pin.posting_id,
    )
    session.flush()


@dataclass(frozen=True)
class PinView:
    """A pin with its reason in words and who set and lifted it."""

    pin: PlanPin
    reason: str
    made_by: str
    lifted_by: str


def list_pins(
    session: Session, by: Actor, drive_id: int, *, are_lifted: bool = False
) -> list[PinView]:
    """Return the pins of a drive the actor manages that stand, or those that were lifted; newest first."""
    require_planner(by)
    require(by, Permission.VIEW_GRADUATES)
    maker, lifter = aliased(Account), aliased(Account)
    stands = PlanPin.lifted_at.is_(None)
    found = (
        sa.select(PlanPin, maker.display_name, lifter.display_name.label("lifted_by"))
        .join(Drive, Drive.id == PlanPin.drive_id)
        .outerjoin(maker, maker.id == PlanPin.made_by_id)
        .outerjoin(lifter, lifter.id == PlanPin.lifted_by_id)
        .where(
            PlanPin.drive_id == drive_id,
            Drive.union_id.in_(scope_of(by).unions()),
            ~stands if are_lifted else stands,
        )
        .order_by(PlanPin.lifted_at.desc(), PlanPin.id.desc())
    )
    ring = ring_of(session)
    return [
        PinView(
            pin=pin,
            # Emptied when the person's record was made anonymous.
            reason=ring.decrypt(pin.reason_cipher, REASON_COLUMN) if pin.reason_cipher else "",
            made_by=made_by or "",
            lifted_by=lifted_by or "",
        )
        for pin, made_by, lifted_by in session.execute(found)
    ]


def live_pins(session: Session, drive_id: int) -> tuple[Pin, ...]:
    """Return the pins of a drive that stand, as the solver takes them; callers have checked who asks."""
    rows = session.execute(
        sa.select(PlanPin.kind, PlanPin.graduate_id, PlanPin.posting_id)
        .where(PlanPin.drive_id == drive_id, PlanPin.lifted_at.is_(None))
        .order_by(PlanPin.graduate_id, PlanPin.posting_id)
    )
    return tuple(Pin(kind, graduate_id, posting_id) for kind, graduate_id, posting_id in rows)


def kept_pins(market: Market, pins: tuple[Pin, ...]) -> tuple[Pin, ...]:
    """Leave out pins that say nothing any more: of people who have a job or left, and what is forbidden is gone.

    A fixed pair whose posting has no free seat stays: whoever solves the plan is told so.
    """
    if not pins:
        return ()
    people, offers = set(market.graduates.tolist()), set(market.postings.tolist())
    return tuple(
        pin
        for pin in pins
        if pin.graduate in people and (pin.kind is PinKind.PIN or pin.posting in offers)
    )
