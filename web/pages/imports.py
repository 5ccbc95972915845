"""The import wizard (导入): 选文件 → 核对列 → 预检结果 → 提交; batches of a drive, undo, refused rows.

The judging, the writing and the undoing are background jobs; every page shows what the batch is
now, so that leaving and coming back loses nothing.
"""

import hashlib
import io
from pathlib import PurePath

from flask import Blueprint, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher.intake import IntakeError, open_table
from matcher.kinds import BatchState, DriveState, ImportKind
from matcher.models.imports import ImportBatch
from matcher.services import drives, files
from matcher.services.files import FilePurpose
from matcher.services.imports import batches, jobs, refused
from matcher.services.imports.recognising import guess_kind
from matcher.services.permissions import Actor, Permission, scope_of
from web.auth import current_actor
from web.choices import directory_names
from web.drive_choice import chosen_drive
from web.forms import FormErrors, FormState, blank_form, read_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs, rate_limited
from web.navigation import NavItem
from web.pages.import_columns import decided_columns, shown_sheets
from web.pages.import_preview import batch_page, said_of_postings
from web.schemas.imports import NewImport
from web.session import factory, reading_aside, request_session

bp = Blueprint("imports", __name__, url_prefix="/imports")

MENU = (
    NavItem(
        "imports.index",
        msg("导入名单"),
        Permission.IMPORT_ROWS,
        "drive",
        hint=msg("导入岗位、单位、毕业生和家庭名册"),
        icon="upload",
    ),
)

_LONGEST_NAME = 120


@bp.get("")
@needs(Permission.IMPORT_ROWS)
def index() -> ResponseReturnValue:
    """List the batches of a drive."""
    choice = chosen_drive()
    session, actor = request_session(), current_actor()
    rows = batches.list_batches(session, actor, choice.drive.id) if choice.drive else []
    return render_template(
        "imports/list.html",
        drive_options=[(one.id, one.name) for one in choice.drives],
        drive=choice.drive,
        batches=rows,
    )


@bp.get("/new")
@needs(Permission.IMPORT_ROWS)
def new() -> ResponseReturnValue:
    """Show the form for a file."""
    asked = request.args
    return _form(
        blank_form(
            NewImport,
            drive=asked.get("drive"),
            kind=asked.get("kind", "auto"),
            issuer=asked.get("issuer"),
            directory=asked.get("directory"),
        )
    )


def _form(form: FormState, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as database:
        open_ones = [
            drive
            for drive in drives.list_drives(database, actor)
            if drive.state is not DriveState.CLOSED
            and scope_of(actor).admits(database, drive.union_id)
        ]
    page = render_template(
        "imports/new.html",
        form=form,
        drives=[(drive.id, drive.name) for drive in open_ones],
        kinds=[("auto", gettext("自动判断")), *((kind.value, label(kind)) for kind in ImportKind)],
        directories=directory_names(),
    )
    return page, status


@bp.post("")
@needs(Permission.IMPORT_ROWS)
@rate_limited("60/minute")
def upload() -> ResponseReturnValue:
    """Keep the file, note the batch, and let its rows be judged."""
    wish = read_form(NewImport)
    if isinstance(wish, FormErrors):
        return _form(wish, 422)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _refused(gettext("请选择一个表格文件。"))
    content, name = sent.read(), PurePath(sent.filename.replace("\\", "/")).name[-_LONGEST_NAME:]
    try:
        kind = _kind(wish.kind, content, name)
    except IntakeError as error:
        return _refused(error.message)
    if kind is None:
        return _refused(gettext("认不出这是什么表，请选择表格内容。"), "kind")
    session, actor = request_session(), current_actor()
    drive = drives.get_drive(session, actor, wish.drive)
    stored = files.put_file(
        session,
        actor,
        content,
        purpose=FilePurpose.UPLOAD,
        file_name=name,
        media_type=sent.mimetype or "application/octet-stream",
        union_id=drive.union_id,
    )
    batch = batches.create_batch(
        session,
        actor,
        kind,
        drive_id=drive.id,
        file_name=name,
        file_sha256=hashlib.sha256(content).hexdigest(),
        file_id=stored.id,
        **_said_of_postings(wish, kind),
    )
    jobs.ask_to_stage(session, actor, batch)
    return see_other(url_for("imports.columns", public_id=batch.public_id))


def _said_of_postings(wish: NewImport, kind: ImportKind) -> dict[str, str]:
    """Return what the form says of postings; nothing where the table turns out to hold something else."""
    if kind is not ImportKind.POSTINGS:
        return {}
    return {"issuer": wish.issuer, "directory": wish.directory}


def _kind(wanted: str, content: bytes, name: str) -> ImportKind | None:
    """Return what the file holds: as chosen, else as its columns say."""
    return guess_kind(open_table(content, name)) if wanted == "auto" else ImportKind(wanted)


def _refused(why: str, field: str = "file") -> ResponseReturnValue:
    return _form(FormErrors(NewImport, request.form, {field: why}), 422)


@bp.get("/<public_id>")
@needs(Permission.IMPORT_ROWS)
def show(public_id: str) -> ResponseReturnValue:
    """Show a batch: its rows and problems, then what to do with it."""
    return batch_page(batches.find_batch(request_session(), current_actor(), public_id))


@bp.get("/<public_id>/columns")
@needs(Permission.IMPORT_ROWS)
def columns(public_id: str) -> ResponseReturnValue:
    """Show how the columns were understood, for correction."""
    session, actor = request_session(), current_actor()
    batch = batches.find_batch(session, actor, public_id)
    job = jobs.latest_job(session, batch)
    if not jobs.is_going_on(job) and batch.state is not BatchState.STAGED:
        return see_other(url_for("imports.show", public_id=public_id))
    if jobs.is_going_on(job) or not batch.counts:
        return batch_page(batch, step=2)
    return render_template(
        "imports/columns.html",
        batch=batch,
        drive=drives.get_drive(session, actor, batch.drive_id or 0),
        sheets=shown_sheets(batch),
        said=said_of_postings(batch),
        twins=batches.list_same_file(session, actor, batch),
    )


@bp.post("/<public_id>/columns")
@needs(Permission.IMPORT_ROWS)
def correct_columns(public_id: str) -> ResponseReturnValue:
    """Remember the corrected columns and judge the rows anew."""
    session, actor = request_session(), current_actor()
    batch = batches.find_batch(session, actor, public_id)
    jobs.ask_to_stage(session, actor, batch)
    for signature, mapping in decided_columns(batch, request.form):
        batches.remember_columns(
            session, actor, batch.id, head_signature=signature, mapping=mapping
        )
    toast(gettext("列的认法已记住，下次同样的表直接用"))
    return see_other(url_for("imports.show", public_id=public_id))


@bp.post("/<public_id>/stage")
@needs(Permission.IMPORT_ROWS)
def stage(public_id: str) -> ResponseReturnValue:
    """Judge the rows anew, after the tables have changed."""
    session, actor, batch = _batch(public_id)
    jobs.ask_to_stage(session, actor, batch)
    return see_other(url_for("imports.show", public_id=public_id))


def _batch(public_id: str) -> tuple[Session, Actor, ImportBatch]:
    """Return session, actor and the batch, locked."""
    session, actor = request_session(), current_actor()
    number = batches.find_batch(session, actor, public_id).id
    return session, actor, batches.get_batch(session, actor, number, lock=True)


@bp.post("/<public_id>/commit")
@needs(Permission.IMPORT_ROWS)
def commit(public_id: str) -> ResponseReturnValue:
    """Let the rows be written, in one transaction."""
    session, actor, batch = _batch(public_id)
    jobs.ask_to_commit(session, actor, batch)
    return see_other(url_for("imports.show", public_id=public_id))


@bp.post("/<public_id>/undo")
@needs(Permission.IMPORT_ROWS)
def undo(public_id: str) -> ResponseReturnValue:
    """Let a committed batch be taken back."""
    session, actor, batch = _batch(public_id)
    jobs.ask_to_undo(session, actor, batch)
    return see_other(url_for("imports.show", public_id=public_id))


@bp.post("/<public_id>/refused")
@needs(Permission.IMPORT_ROWS)
@rate_limited("20/minute")
def refused_rows(public_id: str) -> ResponseReturnValue:
    """Hand out the workbook of rows that were not taken; logged, since it holds people's numbers."""
    actor = current_actor()
    made = refused.make_refused_workbook(factory(), actor, public_id)
    stored = refused.store_refused_workbook(request_session(), actor, made)
    return send_file(
        io.BytesIO(made.content),
        mimetype=refused.XLSX,
        as_attachment=True,
        download_name=stored.file_name,
    )
