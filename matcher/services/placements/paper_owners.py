"""Whose a personal paper is (材料归属): its mark, the hash of its file or number, belongs to one graduate.

A personal paper (三方协议, contract, 核验编号 …) for another is refused, by a table whose key is the mark. What was put
to the wrong person by mistake is freed, so that it can prove the right one. No use cases: callers asked who may.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.insertion import insert_if_new
from matcher.errors import RuleBrokenError
from matcher.kinds.placements import RevocationReason
from matcher.models.placements import EvidenceOwner, Placement, PlacementEvidence
from matcher.policy.destinations import EvidenceRule


def refuse_reuse(
    session: Session, placement: Placement, row: PlacementEvidence, rule: EvidenceRule
) -> None:
    """Refuse a personal paper that is another person's; the owner of a mark is whoever came first.

    A file two people may share has no owner, but one that already is somebody's own is not shared either.
    """
    for mark in filter(None, (row.sha256, row.number_index)):
        owner = _owner(session, mark, placement.graduate_id if rule.is_personal else None)
        if owner not in (None, placement.graduate_id):
            raise RuleBrokenError(
                "evidence_of_another",
                "同一份材料或编号已用于另一人的去向，不能再用。请核对是否传错；有疑问请告诉主管。",
                kind=row.kind.value,
                mark=mark,
            )


def _owner(session: Session, mark: str, claimant_id: int | None) -> int | None:
    """Return whose a mark is, locked against being freed; the claimant's if it was nobody's."""
    while True:
        values = {"mark": mark, "graduate_id": claimant_id, "since_at": clock.now()}
        if claimant_id and insert_if_new(session, EvidenceOwner, values) is not None:
            return claimant_id
        found = sa.select(EvidenceOwner.graduate_id).where(EvidenceOwner.mark == mark)
        owner = session.scalar(found.with_for_update())
        if owner is not None or claimant_id is None:
            return owner  # None for a claimant: it was freed meanwhile, and is claimed anew


def free_marks(session: Session, placement: Placement, rows: Iterable[PlacementEvidence]) -> None:
    """Let papers put to a person by mistake prove who they belong to, unless another piece of the person stands.

    No use case: callers have withdrawn the pieces or revoked the placement as a mistake.
    """
    session.flush()
    for mark in [one for row in rows for one in (row.sha256, row.number_index) if one]:
        owned = sa.select(EvidenceOwner).where(
            EvidenceOwner.mark == mark, EvidenceOwner.graduate_id == placement.graduate_id
        )
        owner = session.scalar(owned.with_for_update())
        if owner is not None and not _stands(session, placement.graduate_id, mark):
            session.delete(owner)
            session.flush()


def _stands(session: Session, graduate_id: int, mark: str) -> bool:
    """Say whether a piece of a person that was no mistake bears a mark."""
    found = (
        sa.select(PlacementEvidence.id)
        .join(Placement, Placement.id == PlacementEvidence.placement_id)
        .where(
            Placement.graduate_id == graduate_id,
            Placement.revocation_reason.is_distinct_from(RevocationReason.MISTAKE),
            PlacementEvidence.withdrawn_at.is_(None),
            sa.or_(PlacementEvidence.sha256 == mark, PlacementEvidence.number_index == mark),
        )
    )
    return session.scalar(found.limit(1)) is not None
