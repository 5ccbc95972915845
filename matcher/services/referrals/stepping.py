"""The one place that changes the state of a referral (推荐): checks the table, writes the step and the trail."""

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.referrals import PENDING, ReferralState, ReferralVia
from matcher.models.referrals import Referral, ReferralStep
from matcher.policy.referral_steps import may_follow
from matcher.services import audit
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.referrals import going_on, locks
from matcher.services.referrals.answer_days import answer_by
from matcher.services.referrals.sight import SUBJECT, get_referral, require_party
from matcher.services.rows import expect_version

_R = ReferralState


def via_of(actor: Actor) -> ReferralVia:
    """Return through what an actor acts; somebody without an account came by a link."""
    if actor is SYSTEM:
        return ReferralVia.SYSTEM
    if actor.account_id is None:
        return ReferralVia.LINK
    if actor.role is Role.GRADUATE:
        return ReferralVia.SELF
    return ReferralVia.EMPLOYER if actor.role is Role.EMPLOYER else ReferralVia.STAFF


def begin(
    session: Session,
    by: Actor,
    referral_id: int,
    *,
    expected_version: int | None = None,
    all_seats: bool = False,
) -> Referral:
    """Return a referral in sight for a step, locked with its person and seats.

    One that expired for silence goes back to where it stood: a late answer counts, for what is still free.
    """
    require_party(by)
    referral = get_referral(session, by, referral_id)
    referral = locks.lock_referral(session, referral, all_seats=all_seats)
    expect_version(referral, expected_version)
    return referral


def wake(session: Session, by: Actor, referral: Referral, *, ends: bool = False) -> None:
    """Take an expired referral back to where it stood, because somebody answered after all.

    Parameters
    ----------
    ends : whether the answer ends it (a No), which needs no ground to stand on

    Raises
    ------
    RuleBrokenError
        Its ground is gone since, or the person was referred there anew.
    """
    if referral.state is not _R.EXPIRED or referral.ended_state is None:
        return
    may_go_on = ends or going_on.has_ground(session, referral)
    if not may_go_on or going_on.has_twin(session, referral):
        raise going_on.too_late()
    step(session, by, referral, referral.ended_state, facts={"late": True})


def wrong_step(referral: Referral) -> RuleBrokenError:
    """Say that a referral is not where the step would begin."""
    return RuleBrokenError(
        "referral_step_wrong",
        "这条推荐已有别的进展，不能这样办理，请刷新后按当前进展办理。",
        state=referral.state.value,
    )


def expect_state(referral: Referral, *states: ReferralState) -> None:
    """Raise unless a referral is in one of some states."""
    if referral.state not in states:
        raise wrong_step(referral)


def step(
    session: Session,
    by: Actor,
    referral: Referral,
    after: ReferralState,
    *,
    facts: dict[str, Any] | None = None,
    decide_by_on: dt.date | None = None,
) -> ReferralStep:
    """Change the state of a locked referral; what belongs to the old state is cleared.

    Parameters
    ----------
    facts : codes, days and ids; no names and no free words
    decide_by_on : last day for the next word; by the rule of the state if None

    Raises
    ------
    RuleBrokenError
        The table of steps does not allow it.
    """
    require_party(by)
    before = referral.state
    if not may_follow(before, after):
        raise wrong_step(referral)
    now = clock.now()
    if before in PENDING and not after.is_live:
        referral.ended_state = referral.held_state or before
    if after.is_live and not before.is_live:
        referral.ended_state = referral.withdrawal_reason = referral.ended_by_id = None
    referral.held_state = before if after is _R.ON_HOLD else None
    referral.state, referral.asked_at = after, now
    referral.ended_at = None if after.is_live else now
    referral.decide_by_on = decide_by_on or answer_by(session, referral, after)
    return note(session, by, referral, before=before, facts=facts)


def note(
    session: Session,
    by: Actor,
    referral: Referral,
    *,
    before: ReferralState | None,
    facts: dict[str, Any] | None = None,
    action: str | None = None,
) -> ReferralStep:
    """Write a step and the trail; a step that changes no state begins where it ends."""
    require_party(by)
    written = ReferralStep(
        referral_id=referral.id,
        before=before,
        after=referral.state,
        at=clock.now(),
        via=via_of(by),
        by_account_id=by.account_id,
        facts=facts or {},
    )
    session.add(written)
    audit.record(
        session,
        by,
        action or f"referral.{referral.state.value}",
        subject=(SUBJECT, referral.id),
        on_behalf_of=None if by.graduate_id else referral.graduate_id,
        before=before,
        facts=facts or {},
    )
    session.flush()
    return written
