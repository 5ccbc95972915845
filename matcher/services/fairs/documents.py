"""Papers of a fair (招聘会材料): scans beside a part of the safety plan or a filing, each reading logged."""

from collections import defaultdict

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.documents.scans import Scan, look_at
from matcher.errors import InvalidInputError
from matcher.kinds.fair_paperwork import PlanPart
from matcher.models.fair_paperwork import FairDocument, FairFiling
from matcher.models.fairs import Fair
from matcher.models.files import StoredFile
from matcher.policy.limits import get_limit
from matcher.services import audit, files
from matcher.services.drives import is_telling
from matcher.services.fairs.sight import get_managed
from matcher.services.files import FilePurpose
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.rows import first_or_missing

_MIB = 1024 * 1024
_LONGEST_NAME = 60


def documents_of(session: Session, fair_id: int) -> dict[str, list[FairDocument]]:
    """Return the papers of a fair that were not removed, by part of the plan or public number of the filing."""
    found = (
        sa.select(FairDocument, FairFiling.public_id)
        .outerjoin(FairFiling, FairFiling.id == FairDocument.filing_id)
        .where(FairDocument.fair_id == fair_id, FairDocument.removed_at.is_(None))
        .order_by(FairDocument.id)
    )
    papers: dict[str, list[FairDocument]] = defaultdict(list)
    for paper, filing in session.execute(found):
        papers[filing or paper.part or ""].append(paper)
    return papers


def add_document(
    session: Session,
    by: Actor,
    public_id: str,
    *,
    content: bytes,
    name: str,
    part: PlanPart | None = None,
    filing_id: str | None = None,
) -> FairDocument:
    """Keep a scan beside a part of the plan or a filing.

    Raises
    ------
    InvalidInputError
        No name, or one that tells somebody's circumstances; a file of another kind, too large, with active content.
    """
    fair = get_managed(session, by, public_id, lock=False)
    filing = _filing(session, fair, filing_id) if filing_id else None
    scan = _checked(fair, content, name)
    stored = files.put_file(  # by the house: the store asks who may hand in an employer's papers
        session,
        SYSTEM,
        content,
        purpose=FilePurpose.FAIR_PAPER,
        file_name=f"fair-document-{clock.today():%Y%m%d}.{scan.ending}",
        media_type=scan.media_type,
        union_id=fair.union_id,
    )
    made = FairDocument(
        fair_id=fair.id,
        part=None if filing else part,
        filing_id=filing.id if filing else None,
        file_id=stored.id,
        name=name.strip(),
        added_at=clock.now(),
        added_by_id=by.account_id,
    )
    session.add(made)
    session.flush()
    _audit(session, by, "fair.paper_added", made)
    return made


def remove_document(session: Session, by: Actor, public_id: str, document_id: str) -> None:
    """Take a paper off; the row stays and says when."""
    made = _document(session, by, public_id, document_id)
    made.removed_at = clock.now()
    _audit(session, by, "fair.paper_removed", made)


def read_document(
    session: Session, by: Actor, public_id: str, document_id: str
) -> tuple[StoredFile, bytes]:
    """Return a paper's file, and log who read it; not for a read-only session."""
    made = _document(session, by, public_id, document_id)
    stored = session.get_one(StoredFile, made.file_id)
    content = files.read_content(session, stored)
    _audit(session, by, "fair.paper_read", made)
    return stored, content


def _checked(fair: Fair, content: bytes, name: str) -> Scan:
    words = name.strip()
    most = get_limit("fair.paper_mb", fair.venue_region, clock.today()).value
    scan = look_at(content) if content else None
    wrong: dict[str, str] = {}
    if not words or len(words) > _LONGEST_NAME or is_telling(words):
        wrong["name"] = "请写明这是什么材料，60 字以内，不写困难、零就业、帮扶等字样。"
    if len(content) > most * _MIB:
        wrong["content"] = f"文件超过 {most} MB，请压缩或分开上传。"
    elif scan is None:
        wrong["content"] = "只收 PDF、JPG、PNG 扫描件或照片，请另存后再传。"
    elif scan.problem is not None:
        wrong["content"] = "文件打不开、不完整或带有会运行的内容，请重新扫描后再传。"
    if wrong or scan is None:
        raise InvalidInputError("fair_document", "材料没有收下。", fields=wrong)
    return scan


def _filing(session: Session, fair: Fair, filing_id: str) -> FairFiling:
    found = sa.select(FairFiling).where(
        FairFiling.public_id == filing_id, FairFiling.fair_id == fair.id
    )
    return first_or_missing(session, found, lock=False)


def _document(session: Session, by: Actor, public_id: str, document_id: str) -> FairDocument:
    fair = get_managed(session, by, public_id, lock=False)
    found = sa.select(FairDocument).where(
        FairDocument.public_id == document_id,
        FairDocument.fair_id == fair.id,
        FairDocument.removed_at.is_(None),
    )
    return first_or_missing(session, found, lock=True)


def _audit(session: Session, by: Actor, act: str, made: FairDocument) -> None:
    audit.record(session, by, act, subject=("fair", made.fair_id), document=made.id)
    session.flush()
