"""Sending a placement to be checked (送核), and back for papers (退回补材料)."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.placements import EvidenceVerdict, PlacementState
from matcher.models.placements import Placement, PlacementEvidence
from matcher.policy.destinations import Destination, proves
from matcher.services.permissions import Actor, Permission, require
from matcher.services.placements import asking
from matcher.services.placements.facts import destination_of
from matcher.services.placements.recording import accept_warnings
from matcher.services.placements.sight import get_placement
from matcher.services.placements.stepping import require_other, step

_BAD = (EvidenceVerdict.FALSE, EvidenceVerdict.INTERNSHIP)


def submit(
    session: Session,
    by: Actor,
    placement_id: int,
    *,
    reason: str | None = None,
    words: str | None = None,
    expected_version: int | None = None,
) -> Placement:
    """Send a placement to be checked by somebody else.

    Parameters
    ----------
    reason : why it goes on although something is warned of that was not answered yet
    words : what was cleared up, for one that was doubted

    Raises
    ------
    RuleBrokenError
        The destination is no outcome, or nothing is there that could prove it.
    InvalidInputError
        A warning has no reason; a doubt nothing is said about.
    """
    require(by, Permission.RECORD_PLACEMENTS)
    placement = get_placement(
        session, by, placement_id, lock=True, expected_version=expected_version
    )
    destination = destination_now(placement)
    if not destination.counts:
        raise RuleBrokenError(
            "placement_no_outcome", "待就业、暂不就业等去向不计入落实，不用送核；继续在个案里服务。"
        )
    if not standing_proofs(session, placement, destination):
        raise RuleBrokenError(
            "placement_without_evidence",
            "还没有能证明这个去向的材料，请先上传。实习、见习材料不能作为就业证明。",
            wanted=sorted(one.value for one in destination.evidence),
        )
    if placement.state is PlacementState.DOUBTED and not (words or "").strip():
        said = "请写明怎么查清的。"
        raise InvalidInputError("placement_doubt_open", said, fields={"words": said})
    accept_warnings(session, placement, destination, reason)
    step(session, by, placement, "submitted", after=PlacementState.CHECKING, words=words)
    asking.ask_for_check(session, placement)
    asking.ask_person(session, placement)
    session.flush()
    return placement


def destination_now(placement: Placement) -> Destination:
    """Return the destination of a placement as its list has it."""
    return destination_of(
        f"{placement.destination_list}:{placement.destination_code}", placement.started_on
    )


def standing_proofs(
    session: Session, placement: Placement, destination: Destination
) -> list[PlacementEvidence]:
    """Return the pieces that could prove a destination: of a kind that proves it, not withdrawn, not found bad."""
    found = sa.select(PlacementEvidence).where(
        PlacementEvidence.placement_id == placement.id, PlacementEvidence.withdrawn_at.is_(None)
    )
    return [
        one
        for one in session.scalars(found.order_by(PlacementEvidence.id))
        if proves(destination, one.kind) and one.verdict not in _BAD
    ]


def send_back(
    session: Session,
    by: Actor,
    placement_id: int,
    words: str,
    *,
    expected_version: int | None = None,
) -> Placement:
    """Send a placement back because papers are missing or cannot be read; says what is missing."""
    require(by, Permission.CHECK_PLACEMENTS)
    placement = get_placement(
        session, by, placement_id, lock=True, expected_version=expected_version
    )
    require_other(session, by, placement)
    if not words.strip():
        said = "请写明缺什么、怎么补。"
        raise InvalidInputError("placement_words", said, fields={"words": said})
    step(session, by, placement, "sent_back", after=PlacementState.REPORTED, words=words)
    asking.ask_for_evidence(session, placement)
    placement.check_due_on = None
    session.flush()
    return placement
