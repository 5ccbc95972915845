"""Recognition (认定): a recorded decision of street or HR department on a household; the clock of aid counts from it.

Families outside the official, urban definition (农民工) get the union's own, labelled so, decided by somebody else
than who entered or handled the claim.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.zero_employment import ClaimState, RecognitionBasis, RecognitionBody
from matcher.models.zero_employment import ClaimAct, RecognitionDecision, ZeroEmploymentClaim
from matcher.services.permissions import Actor, Permission, require
from matcher.services.zero_employment.claims import get_claim, require_derived
from matcher.services.zero_employment.moves import Doing, move


@dataclass(frozen=True, kw_only=True)
class DecisionInput:
    """A decision on recognition, as its paper says it."""

    body: RecognitionBody
    body_name: str
    is_granted: bool
    decided_on: dt.date
    document_number: str | None = None
    file_id: int | None = None
    reason: str | None = None


def record_decision(
    session: Session,
    by: Actor,
    household_id: int,
    facts: DecisionInput,
    *,
    expected_version: int | None = None,
) -> RecognitionDecision:
    """Record the decision on recognition (认定); the clock of aid counts from its day.

    Raises
    ------
    RuleBrokenError
        The wrong body for the basis, or the union's own decision by who entered the claim.
    InvalidInputError
        A day in the future or before the claim, no paper named, a refusal without reason.
    """
    is_own = facts.body is RecognitionBody.UNION
    require(by, Permission.APPROVE_FILES if is_own else Permission.EDIT_FILES)
    claim = get_claim(session, by, household_id, expected_version)
    _check_decision(claim, facts)
    if is_own:
        _refuse_own_claim(session, by, claim)
    if facts.is_granted:
        require_derived(session, claim, whole=True)
    made = RecognitionDecision(
        claim_id=claim.id,
        body=facts.body,
        body_name=facts.body_name.strip(),
        is_granted=facts.is_granted,
        decided_on=facts.decided_on,
        document_number=(facts.document_number or "").strip() or None,
        file_id=facts.file_id,
        reason=(facts.reason or "").strip() or None,
        recorded_by_id=by.account_id,
        recorded_at=clock.now(),
    )
    session.add(made)
    if facts.is_granted:
        claim.recognised_on = facts.decided_on
    to = ClaimState.RECOGNISED if facts.is_granted else ClaimState.NOT_FOUND
    act = "recognised" if facts.is_granted else "not_recognised"
    session.flush()
    doing = Doing(act, happened_on=facts.decided_on, note=facts.reason, facts={"decision": made.id})
    move(session, by, claim, to, doing)
    return made


def _check_decision(claim: ZeroEmploymentClaim, facts: DecisionInput) -> None:
    fields: dict[str, str] = {}
    if facts.decided_on > clock.today():
        fields["decided_on"] = "决定日期不能晚于今天。"
    if not facts.body_name.strip():
        fields["body_name"] = "请写明作出决定的单位，例如某街道办事处。"
    if facts.is_granted and not (facts.document_number or "").strip() and facts.file_id is None:
        fields["document_number"] = "请填写认定文书的编号，或上传文书。"
    if not facts.is_granted and not (facts.reason or "").strip():
        fields["reason"] = "不予认定须写明原因。"
    if fields:
        raise InvalidInputError(
            "recognition_input", "认定决定有误，请修改标出的项目。", fields=fields
        )
    own_basis = claim.basis is RecognitionBasis.UNION_OWN
    if own_basis != (facts.body is RecognitionBody.UNION):
        raise RuleBrokenError(
            "wrong_body",
            "城市居民家庭由街道或人社部门认定；不在官方范围的家庭只能作工会口径认定。",
            basis=claim.basis.value,
        )


def _refuse_own_claim(session: Session, by: Actor, claim: ZeroEmploymentClaim) -> None:
    """Refuse who entered or declared the claim: nobody approves what they entered."""
    acted = sa.select(ClaimAct.id).where(
        ClaimAct.claim_id == claim.id,
        sa.or_(
            ClaimAct.actor_id == by.account_id,
            ClaimAct.on_behalf_of_id == by.account_id,
            ClaimAct.credited_to_id == by.account_id,
        ),
    )
    if session.scalar(acted.limit(1)) is not None:
        raise RuleBrokenError("own_claim", "不能审批自己登记或经办的材料，请由其他人审批。")
