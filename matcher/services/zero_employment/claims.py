"""The way of a zero-employment household (零就业家庭) from a clue to publicity; `recognition` and `aid` go on.

The derived state decides what may be done: nobody is declared whose members' facts say no, nothing is verified
while facts are missing.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.households import FileState
from matcher.kinds.zero_employment import (
    ClaimSource,
    ClaimState,
    Derived,
    RecognitionBasis,
)
from matcher.models.households import Household
from matcher.models.zero_employment import ZeroEmploymentClaim
from matcher.services.hardship.sight import get_whole
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import expect_version, not_found, unique_or
from matcher.services.zero_employment.derivation import current_state, derive_now, keep
from matcher.services.zero_employment.moves import Doing, log, move, run_clocks


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
        raise InvalidInputError(
            "clue_input", "请写明线索。", fields={"note": "请写明谁反映、什么情况。"}
        )
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
    keep(session, household.id, told, current_state(session, household.id), actor.account_id)
    claim = ZeroEmploymentClaim(
        household_id=household.id,
        union_id=household.union_id,
        source=source,
        basis=RecognitionBasis(told.basis or RecognitionBasis.OFFICIAL),
        state=ClaimState.CLUE,
        entered_at=clock.now(),
        is_open=True,
        follows_id=follows_id,
        created_at=clock.now(),
        created_by_id=actor.account_id,
    )
    with unique_or(
        session, RuleBrokenError("claim_open", "这户已有一条未结的记录，请在原记录上办理。")
    ):
        session.add(claim)
    log(session, actor, claim, Doing("clue", note=note, credited_to_id=credited_to_id), None)
    run_clocks(session, actor, claim, clock.today())
    session.flush()
    return claim


def require_derived(session: Session, claim: ZeroEmploymentClaim, *, whole: bool) -> None:
    """Raise if the members' facts say no, or, if asked, do not say yes; set whose definition it falls under."""
    household = session.get_one(Household, claim.household_id)
    told, _, _ = derive_now(session, household)
    if told.result == Derived.NO:
        raise RuleBrokenError(
            "derived_no",
            "按成员情况推算，这户不属于零就业家庭，不能继续。请先核对成员的就业状况。",
            reason=told.reason,
        )
    if whole and (told.result == Derived.UNKNOWN or told.basis is None):
        raise RuleBrokenError(
            "derived_unknown",
            "成员情况还不够，不能判断。请先补齐页面上列出的项目。",
            ask=list(told.ask),
        )
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
    require_derived(session, claim, whole=False)
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
    require_derived(session, claim, whole=True)
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
    require_note(note)
    back = {
        ClaimState.VERIFYING: ClaimState.DECLARED,
        ClaimState.PUBLICITY: ClaimState.VERIFYING,
    }
    if claim.state not in back:
        raise RuleBrokenError("step_not_allowed", "现在的阶段不能退回，请刷新查看最新状态。")
    move(session, by, claim, back[claim.state], Doing("sent_back", note=note))
    return claim


def require_note(note: str) -> None:
    """Raise unless something is said."""
    if not note.strip():
        raise InvalidInputError("note_missing", "请写明原因。", fields={"note": "请写明原因。"})


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
    require_note(note)
    move(session, by, claim, ClaimState.NOT_FOUND, Doing("rejected", note=note))
    return claim
