"""A person's own résumé as a PDF (自己的简历): checked, kept encrypted, used or not, taken away.

What acts in a PDF is refused, and so is one that cannot be looked into. Its words are read as far as they are plain:
one that tells an identity number, an address or a status is refused, since it cannot be shortened.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.documents.pdf_reading import ReadPdf, read_pdf
from matcher.errors import InvalidInputError
from matcher.models.files import StoredFile
from matcher.models.graduates import Graduate
from matcher.models.resumes import OwnResume
from matcher.policy.limits import get_limit
from matcher.policy.own_words import tells_too_much
from matcher.services import audit, files
from matcher.services.files import FilePurpose
from matcher.services.graduate_lists import get_readable
from matcher.services.graduates import get_editable
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.rows import not_found

_KILOBYTE = 1024


@dataclass(frozen=True)
class KeptResume:
    """What a person sees of the own PDF."""

    row: OwnResume
    size_bytes: int


def find_own(session: Session, by: Actor, graduate_id: int) -> KeptResume | None:
    """Return the PDF a person brought, None if there is none."""
    graduate = get_readable(session, by, graduate_id)
    found = session.execute(
        sa.select(OwnResume, StoredFile.size_bytes)
        .join(StoredFile, StoredFile.id == OwnResume.file_id)
        .where(OwnResume.graduate_id == graduate.id)
    ).one_or_none()
    return None if found is None else KeptResume(*found)


def upload(session: Session, by: Actor, graduate_id: int, content: bytes) -> OwnResume:
    """Keep a PDF as the person's own résumé, in place of the one before.

    Raises
    ------
    InvalidInputError
        Not a PDF, too large, too long, closed, with something that acts, or telling too much.
    """
    graduate = get_editable(session, by, graduate_id)
    _check(graduate, content)
    stored = files.put_file(  # by the house: a person has no union of the store's, the trail names them below
        session,
        SYSTEM,
        content,
        purpose=FilePurpose.OWN_RESUME,
        file_name="resume.pdf",
        media_type="application/pdf",
        union_id=graduate.union_id,
    )
    _forget(session, graduate.id)
    row = OwnResume(graduate_id=graduate.id, file_id=stored.id, uploaded_at=clock.now())
    session.add(row)
    session.flush()
    _record(session, by, "resume.uploaded", graduate.id, file=stored.id)
    return row


def choose(session: Session, by: Actor, graduate_id: int, *, is_used: bool) -> OwnResume:
    """Say whether employers get the own PDF or the one made from the profile."""
    graduate = get_editable(session, by, graduate_id)
    row = session.get(OwnResume, graduate.id)
    if row is None:
        raise not_found()
    if row.is_used != is_used:
        row.is_used = is_used
        _record(session, by, "resume.chosen", graduate.id, own=is_used)
    session.flush()
    return row


def remove(session: Session, by: Actor, graduate_id: int) -> bool:
    """Take the own PDF away for good; say whether there was one."""
    graduate = get_editable(session, by, graduate_id)
    gone = _forget(session, graduate.id)
    if gone:
        _record(session, by, "resume.removed", graduate.id)
    session.flush()
    return gone


def _forget(session: Session, graduate_id: int) -> bool:
    """Delete the row and the name of its file; the store then sweeps the content."""
    row = session.get(OwnResume, graduate_id)
    if row is None:
        return False
    file_id = row.file_id
    session.delete(row)
    session.flush()
    session.execute(sa.delete(StoredFile).where(StoredFile.id == file_id))
    return True


def _check(graduate: Graduate, content: bytes) -> None:
    today, region = clock.today(), graduate.origin_region
    most = get_limit("resume.kilobytes", region, today).value
    if len(content) > most * _KILOBYTE:
        _refuse("resume_size", f"文件超过 {most // _KILOBYTE} MB，请压缩图片后再传。")
    read = read_pdf(content)
    if not read.is_whole or not read.n_pages:
        _refuse("resume_type", "只收 PDF，请用文字软件“另存为 PDF”后再传。")
    if read.is_closed or read.acting:
        _refuse(
            "resume_active",
            "这个 PDF 带密码、脚本、附件或表单，单位打不开或不安全。请另存为普通 PDF 后再传。",
        )
    _check_words(read, get_limit("resume.pages", region, today).value)


def _check_words(read: ReadPdf, most_pages: int) -> None:
    if read.n_pages > most_pages:
        _refuse("resume_pages", f"简历只放 {most_pages} 页，这个文件有 {read.n_pages} 页。")
    if tells_too_much(read.text):
        _refuse(
            "resume_tells",
            "里面写了证件号码、家庭住址或家庭情况。单位用不着这些，请去掉后再传。",
        )


def _refuse(code: str, said: str) -> None:
    raise InvalidInputError(code, said, fields={"file": said})


def _record(session: Session, by: Actor, action: str, graduate_id: int, **details: object) -> None:
    audit.record(
        session,
        by,
        action,
        subject=("graduate", graduate_id),
        on_behalf_of=None if by.graduate_id else graduate_id,
        **details,
    )
