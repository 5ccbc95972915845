"""Making a file of a sheet (生成统计表文件): counted or frozen figures, written by the writer of its kind, then kept.

The actor is who asked, in the role of the asking: a role that ended makes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.documents.sheet_files import sheet_docx, sheet_xlsx
from matcher.documents.sheet_forms import SheetForm
from matcher.documents.sheet_pdfs import compile_sheet
from matcher.documents.template_errors import TemplateError
from matcher.documents.template_filling import fill_template
from matcher.errors import RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.sheet_exports import SheetFileKind, SheetFileState
from matcher.models.drives import Drive
from matcher.models.sheet_templates import SheetFile, SheetTemplate
from matcher.models.sheets import Sheet
from matcher.services import audit, files
from matcher.services.askers import standing_actor
from matcher.services.figures.moments import Moment, moment_of
from matcher.services.files import FilePurpose
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.sheet_exports.filling import LiveSource, fill_values
from matcher.services.sheet_exports.forms import filled_form, live_form
from matcher.services.sheet_exports.templates import XLSX, bindings_of, content_of

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ENDINGS = {
    SheetFileKind.WORKBOOK: (".xlsx", XLSX),
    SheetFileKind.PDF: (".pdf", "application/pdf"),
    SheetFileKind.TEMPLATE: (".xlsx", XLSX),
    SheetFileKind.SUMMARY: (".docx", _DOCX),
}


@dataclass(frozen=True)
class MadeFile:
    """A file's content, the hash of its figures, and the cells nothing was there for."""

    content: bytes
    digest: str
    left_empty: tuple[str, ...] = ()


def asker_of(session: Session, file: SheetFile) -> Actor:
    """Return who asked, if the role still stands."""
    return standing_actor(
        session,
        file.asked_by_id,
        Role(file.role),
        union_id=file.asker_union_id,
        subject_id=file.id,
    )


def make_file(
    session: Session, file: SheetFile, *, counted: Callable[[], None] = lambda: None
) -> MadeFile:
    """Return the content of a file; reads only.

    Parameters
    ----------
    counted : called once the figures are there and only writing is left
    """
    by = asker_of(session, file)
    sheet = session.get_one(Sheet, file.sheet_id) if file.sheet_id else None
    moment = moment_of_file(session, file)
    form = (
        filled_form(session, by, sheet)
        if sheet is not None
        else live_form(session, by, file.drive_id, file.union_id, moment)
    )
    counted()
    if file.kind is SheetFileKind.TEMPLATE:
        source = sheet or LiveSource(file.drive_id, file.union_id, moment)
        return _filled(session, by, file, form, source=source)
    write = {
        SheetFileKind.WORKBOOK: sheet_xlsx,
        SheetFileKind.PDF: compile_sheet,
        SheetFileKind.SUMMARY: sheet_docx,
    }[file.kind]
    return MadeFile(write(form), form.digest)


def moment_of_file(session: Session, file: SheetFile) -> Moment:
    """Return the moment of live figures: those known when the file was asked for."""
    drive = session.get_one(Drive, file.drive_id)
    if file.as_of is not None:
        return moment_of(session, drive, file.as_of)
    asked_on = clock.in_china(file.asked_at).date()
    return moment_of(session, drive, asked_on, known_at=file.asked_at)


def _filled(
    session: Session, by: Actor, file: SheetFile, form: SheetForm, *, source: LiveSource | Sheet
) -> MadeFile:
    template = session.get_one(SheetTemplate, file.template_id)
    bindings = bindings_of(template)
    filling = fill_values(session, by, source, form, bindings)
    try:
        made = fill_template(content_of(session, template), bindings, filling)
    except TemplateError as error:
        raise RuleBrokenError(error.code, error.message) from error
    left = (*made.missing, *made.skipped)
    return MadeFile(made.content, form.digest, tuple(f"{one.sheet}!{one.ref}" for one in left))


def keep_file(session: Session, file_id: int, made: MadeFile) -> SheetFile:
    """Store a file that was made and let it be fetched; making it twice keeps the first."""
    file = session.get_one(SheetFile, file_id, with_for_update=True)
    if file.state is not SheetFileState.WAITING:
        return file
    ending, media_type = _ENDINGS[file.kind]
    stored = files.put_file(
        session,
        asker_of(session, file),
        made.content,
        purpose=FilePurpose.SHEET_FILE,
        file_name=f"sheet-{file.id:06d}{ending}",
        media_type=media_type,
        union_id=file.union_id,
    )
    file.file_id, file.made_at, file.expires_at = stored.id, clock.now(), stored.expires_at
    file.digest, file.left_empty = made.digest, list(made.left_empty)
    file.state = SheetFileState.READY
    audit.record(
        session,
        SYSTEM,
        "sheet_file.made",
        subject=("sheet_file", file.id),
        kind=file.kind,
        digest=made.digest,
    )
    session.flush()
    return file


def fail_file(session: Session, file_id: int, code: str) -> None:
    """Note that a file cannot be made, with the code of the reason; one that stands is left."""
    session.execute(
        sa.update(SheetFile)
        .where(SheetFile.id == file_id, SheetFile.state == SheetFileState.WAITING)
        .values(state=SheetFileState.FAILED, problem=code)
        .execution_options(synchronize_session=False)
    )
