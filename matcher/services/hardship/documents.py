"""Papers of a file (档案材料) with their validity; scans lie in the encrypted store, reading one is logged."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotFoundError
from matcher.kinds.household_facts import PaperKind
from matcher.models.files import StoredFile
from matcher.models.household_facts import HouseholdDocument
from matcher.models.households import Household
from matcher.services import audit
from matcher.services import files as store
from matcher.services.files import FilePurpose
from matcher.services.hardship import changes, parts
from matcher.services.hardship.sight import get_whole
from matcher.services.permissions import Actor, Permission, require

MEDIA_TYPES = {
    "application/pdf": (b"%PDF-", "pdf"),
    "image/jpeg": (b"\xff\xd8\xff", "jpg"),
    "image/png": (b"\x89PNG", "png"),
}
"""What a scan may be: by media type, the first bytes and the ending of the stored name."""

SOON_DAYS = 30
"""A paper that runs out within this many days is shown as running out."""


@dataclass(frozen=True, kw_only=True)
class DocumentInput:
    """A paper: kind, of whom, issued and good until when."""

    kind: PaperKind
    member_id: int | None = None
    issuer: str | None = None
    issued_on: dt.date | None = None
    valid_until: dt.date | None = None
    is_original_seen: bool = False
    note: str | None = None


@dataclass(frozen=True)
class Scan:
    """A file that was uploaded."""

    content: bytes
    media_type: str


DOCUMENT_FIELDS = (*DocumentInput.__dataclass_fields__, "file_id")


def record_document(
    session: Session,
    by: Actor,
    household_id: int,
    facts: DocumentInput,
    scan: Scan | None = None,
    credit: changes.Credit = changes.NO_CREDIT,
) -> HouseholdDocument:
    """Record a paper, with a scan if there is one; possible while the file is on its way through the approval."""
    household = parts.open_for_change(session, by, household_id, during_approval=True)
    row = HouseholdDocument(household_id=household.id, **_checked(session, household, facts))
    if scan is not None:
        row.file_id = _store(session, by, household, scan).id
    parts.add(session, by, household, row, DOCUMENT_FIELDS, credit)
    return row


def change_document(
    session: Session,
    by: Actor,
    household_id: int,
    row_id: int,
    facts: DocumentInput,
    scan: Scan | None = None,
    *,
    seen: Mapping[str, str] | None = None,
) -> HouseholdDocument:
    """Correct a paper; a new scan takes the place of the one that stands."""
    household = parts.open_for_change(session, by, household_id, during_approval=True)
    row = parts.get_part(session, household, HouseholdDocument, row_id)
    values = _checked(session, household, facts)
    if scan is not None:
        values["file_id"] = _store(session, by, household, scan).id
    parts.change(session, by, household, row, values, seen=seen)
    return row


def _checked(session: Session, household: Household, facts: DocumentInput) -> dict[str, Any]:
    if facts.member_id is not None:
        parts.get_member(session, household, facts.member_id)
    wrong = {}
    if facts.issued_on is not None and facts.issued_on > clock.today():
        wrong["issued_on"] = "出具日期不能晚于今天。"
    if facts.issued_on and facts.valid_until and facts.valid_until < facts.issued_on:
        wrong["valid_until"] = "有效期不能早于出具日期。"
    if wrong:
        raise InvalidInputError("document", "材料信息有误，请改正标出的项目。", fields=wrong)
    return asdict(facts)


def _store(session: Session, by: Actor, household: Household, scan: Scan) -> StoredFile:
    """Put a scan into the encrypted store under a neutral name."""
    magic, ending = MEDIA_TYPES.get(scan.media_type, (b"", ""))
    if not magic or not scan.content.startswith(magic):
        said = "只收 PDF、JPG、PNG 扫描件，请另存后再传。"
        raise InvalidInputError("scan_type", said, fields={"scan": said})
    return store.put_file(
        session,
        by,
        scan.content,
        purpose=FilePurpose.HOUSEHOLD_PAPER,
        file_name=f"paper-{clock.today():%Y%m%d}.{ending}",
        media_type=scan.media_type,
        union_id=household.union_id,
    )


def read_scan(
    session: Session, by: Actor, household_id: int, public_id: str
) -> tuple[StoredFile, bytes]:
    """Return the scan of a paper of a file seen whole, and log who read it."""
    require(by, Permission.VIEW_FILES)
    household = get_whole(session, by, household_id)
    found = (
        sa.select(StoredFile)
        .join(HouseholdDocument, HouseholdDocument.file_id == StoredFile.id)
        .where(
            HouseholdDocument.public_id == public_id,
            HouseholdDocument.household_id == household.id,
        )
    )
    stored = session.scalar(found)
    if stored is None:
        raise NotFoundError("not_found", "没有这份扫描件。")
    content = store.read_content(session, stored)
    audit.record(
        session, by, "household.paper_read", subject=("household", household.id), file=stored.id
    )
    return stored, content


def documents_of(session: Session, household_id: int) -> list[HouseholdDocument]:
    """Return the papers of a file in sight, by kind, newest first."""
    found = sa.select(HouseholdDocument).where(HouseholdDocument.household_id == household_id)
    return list(
        session.scalars(
            found.order_by(
                HouseholdDocument.kind,
                HouseholdDocument.issued_on.desc(),
                HouseholdDocument.id.desc(),
            )
        )
    )


def stands(document: HouseholdDocument, today: dt.date) -> str:
    """Say how a paper stands: good, soon (runs out), over, or open (no end)."""
    if document.valid_until is None:
        return "open"
    if document.valid_until < today:
        return "over"
    is_soon = document.valid_until <= today + dt.timedelta(days=SOON_DAYS)
    return "soon" if is_soon else "good"
