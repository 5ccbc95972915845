"""Filings of a fair (报批记录): applied, answered, taken back.

A permit that was given sets the approved number of its sessions (核准人数) in the same transaction. At most one filing
of a rule waits for an answer; the index holds it. A row is never deleted: one entered by mistake is taken back.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.fairs.permit_rules import PermitRule, rules_in
from matcher.kinds.fair_paperwork import DutyKind, FilingOutcome
from matcher.models.fair_paperwork import FairFiling
from matcher.models.fairs import Fair
from matcher.services import audit
from matcher.services.fair_guests import bookings
from matcher.services.fairs import snapshots
from matcher.services.fairs.sessions import sessions_of, set_approved
from matcher.services.fairs.sight import get_managed
from matcher.services.permissions import Actor
from matcher.services.rows import expect_version, first_or_missing, unique_or


@dataclass(frozen=True, kw_only=True)
class FilingInput:
    """What is entered when something was handed in."""

    rule: str
    authority: str
    filed_on: dt.date


@dataclass(frozen=True, kw_only=True)
class DecisionInput:
    """What is entered when the answer came.

    Parameters
    ----------
    approved_numbers : people by the session's public number; of a permit that was given
    """

    outcome: FilingOutcome
    decided_on: dt.date
    document_number: str | None = None
    reason: str | None = None
    approved_numbers: Mapping[str, int] | None = None


def file(session: Session, by: Actor, public_id: str, facts: FilingInput) -> FairFiling:
    """Note that a duty was filed, with the fair as it stands now.

    Raises
    ------
    InvalidInputError
        No such duty of this fair, no authority, or a day ahead.
    RuleBrokenError
        A filing of this duty waits for its answer already.
    """
    fair = get_managed(session, by, public_id)
    rule = _rule(fair, facts)
    made = FairFiling(
        fair_id=fair.id,
        rule=rule.code,
        kind=rule.kind,
        authority=facts.authority.strip(),
        filed_on=facts.filed_on,
        outcome=FilingOutcome.PENDING,
        applied_for=snapshots.of_fair(session, fair),
        approved_numbers={},
        entered_at=clock.now(),
        entered_by_id=by.account_id,
    )
    refusal = RuleBrokenError("filing_pending", "这一项已经报上去、还没有答复，先登记答复或撤回。")
    with unique_or(session, refusal):
        session.add(made)
    _audit(session, by, "fair.filed", made)
    return made


def decide(
    session: Session,
    by: Actor,
    public_id: str,
    filing_id: str,
    facts: DecisionInput,
    *,
    expected_version: int | None = None,
) -> FairFiling:
    """Note the answer; a permit sets the approved number of each session and lets those who wait move up.

    Raises
    ------
    InvalidInputError
        A day before filing or ahead, a refusal without reason, a permit without numbers or above the venue.
    RuleBrokenError
        It was answered already, or more people came in than the number allows.
    """
    fair = get_managed(session, by, public_id)
    filing = _filing(session, fair, filing_id)
    expect_version(filing, expected_version)
    if filing.outcome is not FilingOutcome.PENDING:
        raise RuleBrokenError("filing_decided", "这一项已经登记过答复。")
    numbers = dict(facts.approved_numbers or {})
    _check_decision(session, fair, filing, facts)
    filing.outcome, filing.decided_on = facts.outcome, facts.decided_on
    filing.document_number = (facts.document_number or "").strip() or None
    filing.reason = (facts.reason or "").strip() or None
    filing.decided_at, filing.decided_by_id = clock.now(), by.account_id
    if filing.kind is DutyKind.PERMIT and facts.outcome is FilingOutcome.APPROVED:
        filing.approved_numbers = dict(numbers)
        session.flush()
        _apply(session, fair, numbers)
    _audit(session, by, "fair.filing_decided", filing)
    return filing


def withdraw(
    session: Session,
    by: Actor,
    public_id: str,
    filing_id: str,
    *,
    reason: str,
    expected_version: int | None = None,
) -> FairFiling:
    """Take a filing back: entered by mistake, or recalled; numbers a permit gave stay until changed by hand."""
    fair = get_managed(session, by, public_id)
    filing = _filing(session, fair, filing_id)
    expect_version(filing, expected_version)
    if filing.outcome is FilingOutcome.WITHDRAWN:
        raise RuleBrokenError("filing_decided", "这一项已经撤回。")
    if not reason.strip():
        message = "请写明撤回的原因。"
        raise InvalidInputError("fair_filing", message, fields={"reason": message})
    filing.outcome, filing.reason = FilingOutcome.WITHDRAWN, reason.strip()
    filing.decided_on = filing.decided_on or max(clock.today(), filing.filed_on)
    filing.decided_at, filing.decided_by_id = clock.now(), by.account_id
    _audit(session, by, "fair.filing_withdrawn", filing)
    return filing


def _rule(fair: Fair, facts: FilingInput) -> PermitRule:
    fields: dict[str, str] = {}
    rules = rules_in(fair.venue_region or "", fair.first_on)
    rule = next((one for one in rules if one.code == facts.rule), None)
    if rule is None or rule.kind is DutyKind.IN_HAND:
        fields["rule"] = "这场招聘会没有这一项报批，请从列表中选择。"
    if not facts.authority.strip():
        fields["authority"] = "请填写受理单位。"
    if facts.filed_on > clock.today():
        fields["filed_on"] = "还没有到这一天，报上去以后再登记。"
    if fields or rule is None:
        raise InvalidInputError("fair_filing", "报批登记有误，请修改标出的项目。", fields=fields)
    return rule


def _check_decision(session: Session, fair: Fair, filing: FairFiling, facts: DecisionInput) -> None:
    fields: dict[str, str] = {}
    if facts.decided_on < filing.filed_on or facts.decided_on > clock.today():
        fields["decided_on"] = "答复日期要在报送日期和今天之间。"
    allowed = (FilingOutcome.APPROVED, FilingOutcome.REFUSED, FilingOutcome.RECEIVED)
    if facts.outcome not in allowed:
        fields["outcome"] = "请选择办理结果。"
    if facts.outcome is FilingOutcome.REFUSED and not (facts.reason or "").strip():
        fields["reason"] = "请写明不予许可的原因。"
    if filing.kind is DutyKind.PERMIT and facts.outcome is FilingOutcome.RECEIVED:
        fields["outcome"] = "许可要登记同意或不予许可，收件不算许可。"
    if filing.kind is DutyKind.PERMIT and facts.outcome is FilingOutcome.APPROVED:
        fields |= _wrong_permit(session, fair, facts)
    if fields:
        raise InvalidInputError("fair_filing", "答复登记有误，请修改标出的项目。", fields=fields)


def _wrong_permit(session: Session, fair: Fair, facts: DecisionInput) -> dict[str, str]:
    numbers = facts.approved_numbers or {}
    known = {one.public_id for one in sessions_of(session, fair.id)}
    fields: dict[str, str] = {}
    if not (facts.document_number or "").strip():
        fields["document_number"] = "请填写许可决定的文号。"
    if set(numbers) != known or any(number < 1 for number in numbers.values()):
        fields["approved_numbers"] = "请给每一场填写核准人数。"
    elif fair.venue_capacity and any(n > fair.venue_capacity for n in numbers.values()):
        fields["approved_numbers"] = f"场馆只能容纳 {fair.venue_capacity} 人，不能更多。"
    return fields


def _apply(session: Session, fair: Fair, numbers: Mapping[str, int]) -> None:
    for held in sessions_of(session, fair.id):
        set_approved(session, held, numbers[held.public_id])
        bookings.promote(session, held)


def _filing(session: Session, fair: Fair, filing_id: str) -> FairFiling:
    found = sa.select(FairFiling).where(
        FairFiling.public_id == filing_id, FairFiling.fair_id == fair.id
    )
    return first_or_missing(session, found, lock=True)


def _audit(session: Session, by: Actor, act: str, filing: FairFiling) -> None:
    audit.record(
        session,
        by,
        act,
        subject=("fair", filing.fair_id),
        filing=filing.id,
        rule=filing.rule,
        outcome=filing.outcome,
    )
    session.flush()
