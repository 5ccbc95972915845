"""What clerks do after somebody reported for work: one files papers and sends them on, another checks them."""

from sqlalchemy.orm import Session

from matcher.kinds.placements import EvidenceKind, EvidenceMethod, EvidenceVerdict, PlacementState
from matcher.models.referrals import Referral
from matcher.services.permissions import Actor
from matcher.services.placements import evidence, reviewing, submitting
from matcher.services.placements.evidence import EvidenceInput
from matcher.services.placements.from_referral import placement_of

_EXPLAINED = "模拟：已电话核对"


def file_papers(session: Session, clerk: Actor, referral_id: int) -> object:
    """Put a proof of employment (用人证明) to the placement and send it to be checked."""
    placement = placement_of(session, session.get_one(Referral, referral_id))
    if placement is None or placement.state is not PlacementState.REPORTED:
        return None
    proof = EvidenceInput(kind=EvidenceKind.EMPLOYMENT_PROOF, content=_paper(placement.id))
    evidence.add_evidence(session, clerk, placement.id, proof)
    return submitting.submit(session, clerk, placement.id, reason=_EXPLAINED)


def check_papers(session: Session, reviewer: Actor, referral_id: int) -> object:
    """Look at the papers and find the placement true."""
    placement = placement_of(session, session.get_one(Referral, referral_id))
    if placement is None or placement.state is not PlacementState.CHECKING:
        return None
    for one in evidence.evidence_of(session, [placement.id]):
        reviewing.judge(
            session,
            reviewer,
            placement.id,
            one.public_id,
            EvidenceVerdict.GOOD,
            EvidenceMethod.CALL,
        )
    return reviewing.verify(session, reviewer, placement.id)


def _paper(number: int) -> bytes:
    """Return the smallest whole PDF, another for each placement."""
    body = (
        f"%PDF-1.4\n1 0 obj<</Type/Page>>endobj\n% proof {number}\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )
    return body.encode()
