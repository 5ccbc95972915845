"""Checking a placement (核验): each piece of evidence judged, then verified, doubted or revoked, with reasons.

The checker is never who recorded or uploaded (录入与核验分开). Verifying closes the case and writes the household
member's work in the same transaction; revoking takes both back by correcting steps.
"""

from typing import Any

from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.placements import (
    DoubtReason,
    EvidenceMethod,
    EvidenceVerdict,
    PlacementState,
    RevocationReason,
)
from matcher.models.placements import Placement, PlacementEvidence
from matcher.services.casework.sealed_words import seal
from matcher.services.permissions import Actor, Permission, may, require
from matcher.services.placements import asking, case_effects, household_effects
from matcher.services.placements.evidence import evidence_of, find_evidence
from matcher.services.placements.paper_owners import free_marks
from matcher.services.placements.sight import get_placement
from matcher.services.placements.stepping import note, require_other, step
from matcher.services.placements.submitting import destination_now, standing_proofs

NOTE = "placement_evidence.note"

_P = PlacementState


def _locked(
    session: Session, by: Actor, placement_id: int, expected_version: int | None
) -> Placement:
    return get_placement(session, by, placement_id, lock=True, expected_version=expected_version)


def judge(
    session: Session,
    by: Actor,
    placement_id: int,
    evidence_public_id: str,
    verdict: EvidenceVerdict,
    method: EvidenceMethod,
    *,
    words: str | None = None,
) -> PlacementEvidence:
    """Say what a piece of evidence was found to be, and how; a finding against it needs words."""
    require(by, Permission.CHECK_PLACEMENTS)
    placement = _locked(session, by, placement_id, None)
    require_other(session, by, placement)
    if placement.state not in (_P.CHECKING, _P.DOUBTED):
        raise RuleBrokenError("placement_not_checking", "材料在送核以后、核实以前核验。")
    row = find_evidence(session, placement, evidence_public_id)
    if row.withdrawn_at is not None:
        raise RuleBrokenError("evidence_withdrawn", "这份材料已撤回，不用核验。")
    if verdict is not EvidenceVerdict.GOOD and not (words or "").strip():
        said = "请写明哪里不符。"
        raise InvalidInputError("placement_words", said, fields={"words": said})
    row.verdict, row.method = verdict, method
    row.checked_at, row.checked_by_id = clock.now(), by.account_id
    row.note_cipher = seal(session, words, NOTE)
    note(
        session,
        by,
        placement,
        "evidence_judged",
        facts={"evidence": row.id, "verdict": verdict.value, "method": method.value},
    )
    return row


def verify(
    session: Session,
    by: Actor,
    placement_id: int,
    *,
    close_case: bool = True,
    words: str | None = None,
    expected_version: int | None = None,
) -> Placement:
    """Find a placement true: it counts from now on; of one that ended meanwhile nothing else follows.

    Parameters
    ----------
    close_case : close the open case with the reason the destination gives, on the first day if that is to come

    Raises
    ------
    RuleBrokenError
        By who recorded or uploaded; not being checked; no piece found good proves the destination.
    """
    require(by, Permission.CHECK_PLACEMENTS)
    placement = _locked(session, by, placement_id, expected_version)
    require_other(session, by, placement)
    destination = destination_now(placement)
    proofs = standing_proofs(session, placement, destination)
    good = [one for one in proofs if one.verdict is EvidenceVerdict.GOOD]
    if placement.state is _P.CHECKING and (not good or not destination.counts):
        raise RuleBrokenError(
            "placement_unproved",
            "没有一份核为“属实”的材料能证明这个去向。请逐份核验，或退回补材料。",
            wanted=sorted(one.value for one in destination.evidence),
        )
    columns = {"verified_at": clock.now(), "verified_by_id": by.account_id}
    facts: dict[str, Any] = {"evidence": [one.id for one in good]}
    if close_case and placement.is_live:
        waits = case_effects.case_to_close(session, placement)
        facts |= {case_effects.CLOSES: waits} if waits is not None else {}
    step(
        session,
        by,
        placement,
        "verified",
        after=_P.VERIFIED,
        words=words,
        facts=facts,
        columns=columns,
    )
    _follow(session, by, placement, close_case=close_case)
    return placement


def _follow(session: Session, by: Actor, placement: Placement, *, close_case: bool) -> None:
    """Let case and household follow a check, unless the job is over by now."""
    asking.settle(session, by, placement)
    if placement.is_live and close_case:
        case_effects.close_case(session, placement)
    if placement.is_live:
        household_effects.record(session, by, placement)
    session.flush()


def doubt(
    session: Session,
    by: Actor,
    placement_id: int,
    reason: DoubtReason,
    words: str,
    *,
    expected_version: int | None = None,
) -> Placement:
    """Doubt a placement (存疑): it counts no more until it is cleared up and checked again."""
    require(by, Permission.CHECK_PLACEMENTS)
    placement = _locked(session, by, placement_id, expected_version)
    _need_words(words, "请写明为什么存疑。")
    step(
        session,
        by,
        placement,
        "doubted",
        after=_P.DOUBTED,
        reason=reason.value,
        words=words,
        columns={"doubt_reason": reason},
    )
    asking.ask_to_clear_up(session, placement)
    session.flush()
    return placement


def revoke(
    session: Session,
    by: Actor,
    placement_id: int,
    reason: RevocationReason,
    words: str,
    *,
    expected_version: int | None = None,
) -> Placement:
    """Revoke a placement (撤销): what followed from it is taken back by correcting steps, nothing is deleted.

    Before it is sent to be checked, who records may revoke it as well; later only who checks.
    """
    if not may(by, Permission.CHECK_PLACEMENTS):
        require(by, Permission.RECORD_PLACEMENTS)
    placement = _locked(session, by, placement_id, expected_version)
    if placement.state is not _P.REPORTED:
        require(by, Permission.CHECK_PLACEMENTS)
    _need_words(words, "请写明为什么撤销。")
    take_back(session, by, placement, reason, words)
    asking.ask_about_seat(session, placement)
    return placement


def take_back(
    session: Session,
    actor: Actor,
    placement: Placement,
    reason: RevocationReason,
    words: str | None = None,
) -> None:
    """Revoke a placement that is locked, with what followed from it; callers have asked who may."""
    counted = placement.verified_at is not None
    step(
        session,
        actor,
        placement,
        "revoked",
        after=_P.REVOKED,
        reason=reason.value,
        words=words,
        columns={"revocation_reason": reason},
    )
    if reason is RevocationReason.MISTAKE:
        free_marks(session, placement, evidence_of(session, [placement.id]))
    asking.settle(session, actor, placement)
    household_effects.undo(session, placement)
    if counted and placement.closed_case:
        case_effects.reopen_case(session, placement)
    session.flush()


def _need_words(words: str, said: str) -> None:
    if not words.strip():
        raise InvalidInputError("placement_words", said, fields={"words": said})
