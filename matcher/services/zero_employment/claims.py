"""The way of a zero-employment household (零就业家庭): from a clue to recognition, aid, stable work and the end.

The derived state decides what may be done: nobody is declared whose members' facts say no, nothing is verified
while facts are missing. Recognition is a recorded decision of street or HR department; families outside the
official, urban definition get the union's own, decided by somebody else than who entered the claim.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock as time
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.households import FileState
from matcher.kinds.zero_employment import (
    ClaimSource,
    ClaimState,
    Derived,
    RecognitionBasis,
    RecognitionBody,
)
from matcher.models.households import Household
from matcher.models.zero_employment import ClaimAct, RecognitionDecision, ZeroEmploymentClaim
from matcher.services import clocks
from matcher.services.hardship.sight import get_whole
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import expect_version, not_found, unique_or
from matcher.services.zero_employment.derivation import derive_now
from matcher.services.zero_employment.moves import SUBJECT, Doing, log, move, run_clocks

_REFUSALS = {
    "derived_no": "按成员情况推算，这户不属于零就业家庭，不能继续。请先核对成员的就业状况。",
    "derived_unknown": "成员情况还不够，不能判断。请先补齐页面上列出的项目。",
}


def open_claim_of(
    session: Session, household_id: int, *, lock: bool = False
) -> ZeroEmploymentClaim | None:
    """Return the claim of a household that is open."""
    found = sa.select(ZeroEmploymentClaim).where(
        ZeroEmploymentClaim.household_id == household_id, ZeroEmploymentClaim.is_open
    )
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    return session.scalar(found)


def get_claim(
    session: Session, by: Actor, household_id: int, expected_version: int | None = None
) -> ZeroEmploymentClaim:
    """Return the open claim of a household the actor sees whole, both locked."""
    get_whole(session, by, household_id, lock=True)
    claim = open_claim_of(session, household_id, lock=True)
    if claim is None:
        raise not_found()
    expect_version(claim, expected_version)
    return claim


def open_clue(
    session: Session, by: Actor, household_id: int, *, note: str, credited_to_id: int | None = None
) -> ZeroEmploymentClaim:
    """Record a clue (线索): somebody said that nobody of the household works."""
    require(by, Permission.EDIT_FILES)
    household = get_whole(session, by, household_id, lock=True)
    if household.state is not FileState.ACTIVE:
        raise RuleBrokenError("file_not_active", "只有在档的档案可以登记线索，请先完成建档审批。")
    if not note.strip():
        raise InvalidInputError("clue", "请写明线索。", fields={"note": "请写明谁反映、什么情况。"})
    return new_claim(
        session, by, household, ClaimSource.REPORTED, note=note, credited_to_id=credited_to_id
    )


def new_claim(
    session: Session,
    actor: Actor,
    household: Household,
    source: ClaimSource,
    *,
    note: str | None = None,
    credited_to_id: int | None = None,
    follows_id: int | None = None,
) -> ZeroEmploymentClaim:
    """Open a claim at its first state and start its clock; for callers that asked who may.

    Raises
    ------
    RuleBrokenError
        One is open already.
    """
    told, _, _ = derive_now(session, household)
    claim = ZeroEmploymentClaim(
        household_id=household.id,
        union_id=household.union_id,
        source=source,
        basis=RecognitionBasis(told.basis or RecognitionBasis.OFFICIAL),
        state=ClaimState.CLUE,
        entered_at=time.now(),
        is_open=True,
        follows_id=follows_id,
        created_at=time.now(),
        created_by_id=actor.account_id,
    )
    with unique_or(
        session, RuleBrokenError("claim_open", "这户已有一条未结的记录，请在原记录上办理。")
    ):
        session.add(claim)
    log(session, actor, claim, Doing("clue", note=note, credited_to_id=credited_to_id), None)
    run_clocks(session, actor, claim, time.today())
    session.flush()
    return claim


def _require_derived(session: Session, claim: ZeroEmploymentClaim, *, whole: bool) -> None:
    """Raise if the members' facts say no, or, if asked, do not say yes; set whose definition it falls under."""
    household = session.get_one(Household, claim.household_id)
    told, _, _ = derive_now(session, household)
    if told.result == Derived.NO:
        raise RuleBrokenError("derived_no", _REFUSALS["derived_no"], reason=told.reason)
    if whole and (told.result == Derived.UNKNOWN or told.basis is None):
        raise RuleBrokenError("derived_unknown", _REFUSALS["derived_unknown"], ask=list(told.ask))
    if told.basis is not None:
        claim.basis = RecognitionBasis(told.basis)


def declare(
    session: Session,
    by: Actor,
    household_id: int,
    doing: Doing | None = None,
    *,
    expected_version: int | None = None,
) -> ZeroEmploymentClaim:
    """Record that the family declared itself (申报)."""
    require(by, Permission.EDIT_FILES)
    claim = get_claim(session, by, household_id, expected_version)
    _require_derived(session, claim, whole=False)
    move(session, by, claim, ClaimState.DECLARED, doing or Doing("declared"))
    return claim


def send_to_community(
    session: Session,
    by: Actor,
    household_id: int,
    doing: Doing | None = None,
    *,
    expected_version: int | None = None,
) -> ZeroEmploymentClaim:
    """Hand the declaration to the community (社区核实)."""
    require(by, Permission.EDIT_FILES)
    claim = get_claim(session, by, household_id, expected_version)
    move(session, by, claim, ClaimState.VERIFYING, doing or Doing("sent_to_community"))
    return claim


def begin_publicity(
    session: Session,
    by: Actor,
    household_id: int,
    doing: Doing | None = None,
    *,
    expected_version: int | None = None,
) -> ZeroEmploymentClaim:
    """Record that the community found it true and publishes it (公示); every fact must be there by now."""
    require(by, Permission.EDIT_FILES)
    claim = get_claim(session, by, household_id, expected_version)
    _require_derived(session, claim, whole=True)
    move(session, by, claim, ClaimState.PUBLICITY, doing or Doing("publicity_begun"))
    return claim


def send_back(
    session: Session,
    by: Actor,
    household_id: int,
    note: str,
    *,
    expected_version: int | None = None,
) -> ZeroEmploymentClaim:
    """Go one state back before recognition: papers to be amended, or an objection to the notice to be looked into."""
    require(by, Permission.EDIT_FILES)
    claim = get_claim(session, by, household_id, expected_version)
    _require_note(note)
    back = {
        ClaimState.VERIFYING: ClaimState.DECLARED,
        ClaimState.PUBLICITY: ClaimState.VERIFYING,
    }
    if claim.state not in back:
        raise RuleBrokenError("step_not_allowed", "现在的阶段不能退回，请刷新查看最新状态。")
    move(session, by, claim, back[claim.state], Doing("sent_back", note=note))
    return claim


def _require_note(note: str) -> None:
    if not note.strip():
        raise InvalidInputError("note", "请写明原因。", fields={"note": "请写明原因。"})


def reject(
    session: Session,
    by: Actor,
    household_id: int,
    note: str,
    *,
    expected_version: int | None = None,
) -> ZeroEmploymentClaim:
    """End a claim that turned out not to be one (核实不属于), with the reason; only before recognition."""
    require(by, Permission.EDIT_FILES)
    claim = get_claim(session, by, household_id, expected_version)
    _require_note(note)
    move(session, by, claim, ClaimState.NOT_FOUND, Doing("rejected", note=note))
    return claim


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
        _require_derived(session, claim, whole=True)
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
        recorded_at=time.now(),
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
    if facts.decided_on > time.today():
        fields["decided_on"] = "决定日期不能晚于今天。"
    if not facts.body_name.strip():
        fields["body_name"] = "请写明作出决定的单位，例如某街道办事处。"
    if facts.is_granted and not (facts.document_number or "").strip() and facts.file_id is None:
        fields["document_number"] = "请填写认定文书的编号，或上传文书。"
    if not facts.is_granted and not (facts.reason or "").strip():
        fields["reason"] = "不予认定须写明原因。"
    if fields:
        raise InvalidInputError("decision", "认定决定有误，请修改标出的项目。", fields=fields)
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
        raise RuleBrokenError("own_entry", "不能审批自己登记或经办的材料，请由其他人审批。")


def begin_aid(
    session: Session,
    by: Actor,
    household_id: int,
    doing: Doing | None = None,
    *,
    expected_version: int | None = None,
) -> ZeroEmploymentClaim:
    """Begin aid (援助中): measures are agreed; the clocks go on from the day of recognition."""
    require(by, Permission.EDIT_CASES)
    claim = get_claim(session, by, household_id, expected_version)
    if claim.state is not ClaimState.RECOGNISED:
        raise RuleBrokenError(
            "step_not_allowed", "只有刚认定的家庭可以开始援助，请刷新查看最新状态。"
        )
    move(session, by, claim, ClaimState.AIDED, doing or Doing("aid_begun"))
    return claim


def come_back(
    session: Session,
    by: Actor,
    household_id: int,
    note: str,
    *,
    expected_version: int | None = None,
) -> ZeroEmploymentClaim:
    """Take a household that was set apart back into aid: it was found, or wishes to work again."""
    require(by, Permission.EDIT_CASES)
    claim = get_claim(session, by, household_id, expected_version)
    _require_note(note)
    if claim.state is not ClaimState.SET_APART:
        raise RuleBrokenError("step_not_allowed", "这户没有另列退出，请刷新查看最新状态。")
    claim.reopened_on = time.today()
    move(session, by, claim, ClaimState.AIDED, Doing("came_back", note=note))
    return claim


def confirm_stable(
    session: Session,
    by: Actor,
    household_id: int,
    note: str,
    *,
    expected_version: int | None = None,
) -> ZeroEmploymentClaim:
    """Confirm by a call-back that the work holds (稳定); not before its clock's last day."""
    require(by, Permission.EDIT_CASES)
    claim = get_claim(session, by, household_id, expected_version)
    _require_note(note)
    running = clocks.running_clock(session, "zero_employment.stable", (SUBJECT, household_id))
    if running is not None and time.today() < running.due_on:
        raise RuleBrokenError(
            "not_stable_yet",
            f"稳定期到 {running.due_on.month} 月 {running.due_on.day} 日才满，到期回访后再确认。",
            due_on=running.due_on.isoformat(),
        )
    move(session, by, claim, ClaimState.STABLE, Doing("stable", note=note))
    return claim


def finish(
    session: Session,
    by: Actor,
    household_id: int,
    note: str,
    *,
    expected_version: int | None = None,
) -> ZeroEmploymentClaim:
    """End a claim with stable work (退出)."""
    require(by, Permission.EDIT_CASES)
    claim = get_claim(session, by, household_id, expected_version)
    _require_note(note)
    move(session, by, claim, ClaimState.EXITED, Doing("finished", note=note))
    return claim
