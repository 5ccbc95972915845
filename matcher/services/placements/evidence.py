"""Evidence of a placement (证明材料): files looked into by their bytes, numbers sealed, each person's own.

Whose a personal paper is stands in `paper_owners`. Papers that may name several people are noted and alerted of.
Papers of an internship are no proof of employment, whatever they are called, and are refused at the door.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.documents.scans import Scan, look_at
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.placements import EvidenceKind, PlacementState
from matcher.models.files import StoredFile
from matcher.models.placements import Placement, PlacementEvidence
from matcher.policy.destinations import EvidenceRule, load_evidence_rules
from matcher.policy.limits import get_limit
from matcher.services import audit
from matcher.services import files as store
from matcher.services.files import FilePurpose
from matcher.services.permissions import Actor, Permission, require
from matcher.services.placements.paper_owners import free_marks, refuse_reuse
from matcher.services.placements.sight import SUBJECT, get_placement, require_staff
from matcher.services.placements.stepping import note
from matcher.services.referrals.stepping import via_of
from matcher.services.rows import first_or_missing, not_found

NUMBER = "placement_evidence.number"
NUMBERS = "evidence.number"
"""Name of the keyed hash of numbers on papers."""

_MIB = 1024 * 1024
_SHOWN_DIGITS = 4
_SHORTEST_NUMBER = 6

_PROBLEMS = {
    "active": "文件里有脚本、附件或其他会运行的内容，不能收。请打印后扫描，或拍照再传。",
    "closed": "文件加了密码或无法检查，不能收。请去掉密码，或拍照再传。",
    "broken": "文件不完整，请重新扫描或拍照再传。",
}


@dataclass(frozen=True, kw_only=True)
class EvidenceInput:
    """One piece of evidence: a file, a number, or both."""

    kind: EvidenceKind
    content: bytes | None = None
    number: str | None = None
    issued_on: dt.date | None = None


def internship_refused() -> RuleBrokenError:
    """Say that papers of an internship prove no employment, in the rule's words."""
    return RuleBrokenError(
        "internship_no_proof",
        "教育部“四不准”：不准将毕业生顶岗实习、见习证明材料作为就业证明材料。"
        "见习、实习请登记为服务；签了劳动合同以后再登记就业。",
    )


def add_evidence(
    session: Session,
    by: Actor,
    placement_id: int,
    facts: EvidenceInput,
    *,
    expected_version: int | None = None,
) -> PlacementEvidence:
    """Put a piece of evidence to a placement that is not settled.

    Raises
    ------
    RuleBrokenError
        Papers of an internship; a personal paper that is another person's; the placement is settled.
    InvalidInputError
        No file or number, a file of another kind, too large, or with active content.
    """
    require(by, Permission.RECORD_PLACEMENTS)
    placement = get_placement(
        session, by, placement_id, lock=True, expected_version=expected_version
    )
    if facts.kind is EvidenceKind.INTERNSHIP_PAPER:
        raise internship_refused()
    if placement.state in (PlacementState.VERIFIED, PlacementState.REVOKED):
        raise RuleBrokenError(
            "placement_settled", "已核实或已撤销的去向不再收材料；有疑问请先转为存疑。"
        )
    rule = load_evidence_rules()[facts.kind]
    scan, number = _checked(facts, rule, placement.region_code)
    row = PlacementEvidence(
        placement_id=placement.id,
        kind=facts.kind,
        issued_on=facts.issued_on,
        entered_at=clock.now(),
        entered_by_id=by.account_id,
        entered_via=via_of(by),
    )
    _take_file(session, by, row, facts.content, scan)
    _take_number(session, row, number)
    refuse_reuse(session, placement, row, rule)
    session.add(row)
    session.flush()
    kept = {"evidence": row.id, "kind": facts.kind.value, "sha256": row.sha256}
    note(session, by, placement, "evidence_added", facts=kept)
    return row


def _wrong(field: str, message: str) -> InvalidInputError:
    return InvalidInputError("evidence_input", message, fields={field: message})


def _checked(
    facts: EvidenceInput, rule: EvidenceRule, region_code: str | None
) -> tuple[Scan | None, str | None]:
    """Return what the file is and the number as it is kept."""
    number = "".join((facts.number or "").split()).upper() or None
    if rule.needs == "number" and number is None:
        raise _wrong("number", "请填写核验编号。")
    if rule.needs == "file" and not facts.content:
        raise _wrong("content", "请上传扫描件或照片。")
    if not facts.content and number is None:
        raise _wrong("content", "请上传扫描件，或填写编号。")
    if number is not None and len(number) < _SHORTEST_NUMBER:
        raise _wrong("number", "编号太短，请照原件填写完整。")
    if facts.issued_on is not None and facts.issued_on > clock.today():
        raise _wrong("issued_on", "出具日期不能晚于今天。")
    return (_look(facts.content, region_code) if facts.content else None), number


def _look(content: bytes, region_code: str | None) -> Scan:
    most = get_limit("placement.evidence_mb", region_code, clock.today()).value
    if len(content) > most * _MIB:
        raise _wrong("content", f"文件超过 {most} MB，请压缩或分开上传。")
    scan = look_at(content)
    if scan is None:
        raise _wrong("content", "只收 PDF、JPG、PNG 扫描件或照片，请另存后再传。")
    if scan.problem is not None:
        raise _wrong("content", _PROBLEMS[scan.problem])
    return scan


def _take_file(
    session: Session,
    by: Actor,
    row: PlacementEvidence,
    content: bytes | None,
    scan: Scan | None,
) -> None:
    if content is None or scan is None:
        return
    row.sha256 = hashlib.sha256(content).hexdigest()
    row.file_id = store.put_file(
        session,
        by,
        content,
        purpose=FilePurpose.PLACEMENT_PAPER,
        file_name=f"paper-{clock.today():%Y%m%d}.{scan.ending}",
        media_type=scan.media_type,
    ).id


def _take_number(session: Session, row: PlacementEvidence, number: str | None) -> None:
    if number is None:
        return
    ring = ring_of(session)
    row.number_cipher = ring.encrypt(number, NUMBER)
    row.number_index = ring.blind_index(number, NUMBERS)
    row.number_masked = "*" * (len(number) - _SHOWN_DIGITS) + number[-_SHOWN_DIGITS:]


def withdraw_evidence(
    session: Session, by: Actor, placement_id: int, evidence_public_id: str
) -> PlacementEvidence:
    """Take back a piece that was put there by mistake and not judged; it stays on record and proves nothing.

    The paper is nobody's then, so that it can prove whose it is.
    """
    require(by, Permission.RECORD_PLACEMENTS)
    placement = get_placement(session, by, placement_id, lock=True)
    row = find_evidence(session, placement, evidence_public_id)
    if row.verdict is not None or placement.state is PlacementState.VERIFIED:
        raise RuleBrokenError("evidence_judged", "已核验过的材料不能撤回。")
    if row.withdrawn_at is None:
        row.withdrawn_at = clock.now()
        free_marks(session, placement, [row])
        note(session, by, placement, "evidence_withdrawn", facts={"evidence": row.id})
    return row


def find_evidence(session: Session, placement: Placement, public_id: str) -> PlacementEvidence:
    """Return a piece of a placement in sight by its public number."""
    found = sa.select(PlacementEvidence).where(
        PlacementEvidence.public_id == public_id, PlacementEvidence.placement_id == placement.id
    )
    return first_or_missing(session, found, lock=False)


def read_evidence(
    session: Session, by: Actor, placement_id: int, evidence_public_id: str
) -> tuple[StoredFile, bytes]:
    """Return the file of a piece of evidence, and log who read it; not for a read-only session."""
    if by.graduate_id is None:
        require_staff(by)
    placement = get_placement(session, by, placement_id)
    row = find_evidence(session, placement, evidence_public_id)
    stored = session.get(StoredFile, row.file_id) if row.file_id else None
    if stored is None:
        raise not_found()
    content = store.read_content(session, stored)
    audit.record(
        session,
        by,
        "placement.evidence_read",
        subject=(SUBJECT, placement.id),
        evidence=row.id,
        file=stored.id,
    )
    return stored, content


def reveal_number(
    session: Session, by: Actor, placement_id: int, evidence_public_id: str
) -> str | None:
    """Return the number of a piece in full, to be verified at its source, and log who saw it."""
    require_staff(by)
    placement = get_placement(session, by, placement_id)
    row = find_evidence(session, placement, evidence_public_id)
    audit.record(
        session, by, "placement.number_read", subject=(SUBJECT, placement.id), evidence=row.id
    )
    if row.number_cipher is None:
        return None
    return ring_of(session).decrypt(row.number_cipher, NUMBER)


def evidence_of(session: Session, placement_ids: list[int]) -> list[PlacementEvidence]:
    """Return the pieces of placements in sight, oldest first."""
    found = sa.select(PlacementEvidence).where(PlacementEvidence.placement_id.in_(placement_ids))
    return list(session.scalars(found.order_by(PlacementEvidence.id)))
