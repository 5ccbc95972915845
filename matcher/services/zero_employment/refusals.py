"""Refused referrals (拒绝推荐): each says post, days, reason and the person's words, and is checked by a second person.

Three of them can end aid and cost the family 低保, so only a refusal of a post found suitable counts, and what was
suitable is told point by point.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.zero_employment import ClaimState, StatutoryRefusalReason
from matcher.models.households import HouseholdMember
from matcher.models.zero_employment import ReferralRefusal, ZeroEmploymentClaim
from matcher.services import audit, clocks
from matcher.services.permissions import Actor, Permission, may, require
from matcher.services.rows import first_or_missing
from matcher.services.zero_employment.claims import get_claim
from matcher.services.zero_employment.moves import SUBJECT, Doing, log
from matcher.services.zero_employment.steps import FIRST_REFERRAL

CHECK_POINTS = ("pay", "distance", "work", "hours", "health", "care")
"""What a suitability check looks at: pay lawful and usual there, way, kind of work, hours, health, care at home."""

_WORDS = "referral_refusal.words"


@dataclass(frozen=True, kw_only=True)
class RefusalInput:
    """What was offered and what the person said."""

    member_id: int
    post_title: str
    employer_name: str
    referred_on: dt.date
    refused_on: dt.date
    reason: StatutoryRefusalReason
    words: str
    posting_id: int | None = None


def record_refusal(
    session: Session,
    by: Actor,
    household_id: int,
    facts: RefusalInput,
    *,
    expected_version: int | None = None,
) -> ReferralRefusal:
    """Record that a member refused a post; it counts only after its check.

    Raises
    ------
    InvalidInputError
        Something is missing, or the days are out of order.
    """
    require(by, Permission.EDIT_CASES)
    claim = get_claim(session, by, household_id, expected_version)
    if claim.state not in (ClaimState.RECOGNISED, ClaimState.AIDED):
        raise RuleBrokenError("not_aided", "只有援助中的家庭可以登记拒绝推荐。")
    _check(session, claim, facts)
    made = ReferralRefusal(
        claim_id=claim.id,
        member_id=facts.member_id,
        posting_id=facts.posting_id,
        post_title=facts.post_title.strip(),
        employer_name=facts.employer_name.strip(),
        referred_on=facts.referred_on,
        refused_on=facts.refused_on,
        reason=facts.reason,
        words_cipher=ring_of(session).encrypt(facts.words.strip(), _WORDS),
        recorded_by_id=by.account_id,
        recorded_at=clock.now(),
    )
    session.add(made)
    session.flush()
    told = {"refusal": made.id, "member": made.member_id}
    log(session, by, claim, Doing("refusal", facts.refused_on, facts=told), claim.state)
    clocks.stop_clock(
        session,
        rule=FIRST_REFERRAL,
        subject=(SUBJECT, household_id),
        on=facts.referred_on,
        outcome="referred",
        actor_id=by.account_id,
    )
    session.flush()
    return made


def _check(session: Session, claim: ZeroEmploymentClaim, facts: RefusalInput) -> None:
    fields: dict[str, str] = {}
    member = session.get(HouseholdMember, facts.member_id)
    if member is None or member.household_id != claim.household_id:
        fields["member_id"] = "请选择这户的一位成员。"
    for name in ("post_title", "employer_name"):
        if not getattr(facts, name).strip():
            fields[name] = "请写明推荐的岗位和单位。"
    if not facts.words.strip():
        fields["words"] = "请记下本人的原话。"
    if facts.refused_on > clock.today():
        fields["refused_on"] = "拒绝日期不能晚于今天。"
    if facts.refused_on < facts.referred_on:
        fields["refused_on"] = "拒绝日期不能早于推荐日期。"
    if fields:
        raise InvalidInputError("refusal_input", "拒绝记录有误，请修改标出的项目。", fields=fields)


def check_refusal(
    session: Session,
    by: Actor,
    household_id: int,
    refusal_id: int,
    *,
    points: dict[str, bool],
    note: str,
) -> ReferralRefusal:
    """Check whether the refused post was suitable (合适性核查); every point must hold; never by who recorded it.

    Raises
    ------
    RuleBrokenError
        The checker recorded it, or it was checked before.
    InvalidInputError
        A point was left out, or nothing said of how it was checked.
    """
    if not may(by, Permission.SUPERVISE_CASES):
        require(by, Permission.EDIT_CASES)
    claim = get_claim(session, by, household_id)
    found = sa.select(ReferralRefusal).where(
        ReferralRefusal.id == refusal_id, ReferralRefusal.claim_id == claim.id
    )
    refusal = first_or_missing(session, found, lock=True)
    if refusal.recorded_by_id == by.account_id:
        raise RuleBrokenError("own_refusal_check", "合适性须由登记人以外的人核查。")
    if refusal.checked_at is not None:
        raise RuleBrokenError("refusal_checked", "这条拒绝记录已核查过。")
    if set(points) != set(CHECK_POINTS) or not note.strip():
        raise InvalidInputError(
            "refusal_check_input", "请逐项核查并写明依据。", fields={"note": "请写明怎样核查的。"}
        )
    refusal.is_suitable, refusal.checks = all(points.values()), dict(points)
    refusal.check_note, refusal.checked_by_id = note.strip(), by.account_id
    refusal.checked_at = clock.now()
    told = {"refusal": refusal.id, "is_suitable": refusal.is_suitable}
    log(session, by, claim, Doing("refusal_checked", facts=told), claim.state)
    session.flush()
    return refusal


def counted_refusals(session: Session, claim: ZeroEmploymentClaim) -> list[ReferralRefusal]:
    """Return the refusals that count: of a suitable post, since the household was last counted."""
    since = claim.reopened_on or claim.recognised_on or dt.date.min
    found = sa.select(ReferralRefusal).where(
        ReferralRefusal.claim_id == claim.id,
        ReferralRefusal.is_suitable.is_(True),
        ReferralRefusal.refused_on >= since,
    )
    return list(session.scalars(found.order_by(ReferralRefusal.refused_on, ReferralRefusal.id)))


def refusals_of(session: Session, claim_id: int) -> list[ReferralRefusal]:
    """Return all refusals of a claim, the newest first."""
    found = sa.select(ReferralRefusal).where(ReferralRefusal.claim_id == claim_id)
    order = (ReferralRefusal.refused_on.desc(), ReferralRefusal.id.desc())
    return list(session.scalars(found.order_by(*order)))


def read_words(session: Session, by: Actor, household_id: int, refusal_id: int) -> str:
    """Return what the person said, to who sees the household whole; the trail keeps that it was read."""
    require(by, Permission.VIEW_CASES)
    claim = get_claim(session, by, household_id)
    found = sa.select(ReferralRefusal).where(
        ReferralRefusal.id == refusal_id, ReferralRefusal.claim_id == claim.id
    )
    refusal = first_or_missing(session, found, lock=False)
    audit.record(
        session, by, "refusal.words_read", subject=(SUBJECT, household_id), refusal=refusal.id
    )
    return ring_of(session).decrypt(refusal.words_cipher, _WORDS)
