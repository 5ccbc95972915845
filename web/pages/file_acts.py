"""Acts on a file (档案操作): paper in step, withdrawing and restoring, taking up, full values, scans, the sheet."""

import io

from flask import Blueprint, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError
from matcher.services.hardship import documents, files, prints, visits
from matcher.services.hardship.file_views import view_file
from matcher.services.permissions import Permission
from matcher.services.reveals import reveal
from web.auth import current_actor
from web.forms import FormErrors, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext
from web.marks import needs
from web.pages.files import file_page
from web.schemas.files import DatedForm, FileReveal, ReasonForm
from web.session import reading_aside, request_session, undo_request
from web.words import file_sections
from web.words.file_sheets import PDF, file_sheet

bp = Blueprint("file_acts", __name__, url_prefix="/files")


def _household_id(public_id: str) -> int:
    """Return the row of a file in sight."""
    with reading_aside() as session:
        return files.find_file(session, current_actor(), public_id).id


def _back(household_id: str) -> ResponseReturnValue:
    return see_other(url_for("files.show", household_id=household_id))


@bp.post("/<household_id>/paper")
@needs(Permission.EDIT_FILES)
def paper(household_id: str) -> ResponseReturnValue:
    """Note that the paper file was brought in step."""
    found = _household_id(household_id)
    wish = read_form(DatedForm)
    if isinstance(wish, FormErrors):
        return file_page(household_id, paper=wish)
    try:
        files.mark_paper(request_session(), current_actor(), found, on=wish.on)
    except InvalidInputError as error:
        undo_request()
        return file_page(household_id, paper=refused_form(DatedForm, error))
    toast(gettext("纸质档案已标为同步"))
    return _back(household_id)


@bp.post("/<household_id>/withdraw")
@needs(Permission.EDIT_FILES)
def withdraw(household_id: str) -> ResponseReturnValue:
    """Withdraw a draft; the toast restores it."""
    found = _household_id(household_id)
    wish = read_form(ReasonForm)
    if isinstance(wish, FormErrors):
        return file_page(household_id, withdrawal=wish)
    files.withdraw_draft(request_session(), current_actor(), found, reason=wish.reason)
    undo = url_for("file_acts.restore", household_id=household_id)
    toast(gettext("档案已撤回"), undo=undo)
    return _back(household_id)


@bp.post("/<household_id>/withdraw-new")
@needs(Permission.EDIT_FILES)
def withdraw_new(household_id: str) -> ResponseReturnValue:
    """Undo the opening of a file, straight from the toast."""
    found = _household_id(household_id)
    files.withdraw_draft(
        request_session(), current_actor(), found, reason=gettext("新建后马上撤销")
    )
    undo = url_for("file_acts.restore", household_id=household_id)
    toast(gettext("档案已撤回"), undo=undo)
    return _back(household_id)


@bp.post("/<household_id>/restore")
@needs(Permission.EDIT_FILES)
def restore(household_id: str) -> ResponseReturnValue:
    """Undo the withdrawal of a draft."""
    files.restore_draft(request_session(), current_actor(), _household_id(household_id))
    toast(gettext("档案已恢复"))
    return _back(household_id)


@bp.post("/<household_id>/take-up")
@needs(Permission.EDIT_CASES)
def take_up(household_id: str) -> ResponseReturnValue:
    """Take up a file that nobody owns."""
    files.take_up(request_session(), current_actor(), _household_id(household_id))
    toast(gettext("您已是这份档案的负责人"))
    return _back(household_id)


@bp.post("/<household_id>/reveal")
@needs(Permission.REVEAL_NUMBER)
def show_value(household_id: str) -> ResponseReturnValue:
    """Show a sealed value in full, once; the reason is written into the trail."""
    session, actor = request_session(), current_actor()
    view = view_file(session, actor, household_id)
    wish = read_form(FileReveal)
    if isinstance(wish, FormErrors):
        return file_page(household_id, reveal=wish)
    words = dict(file_sections.revealable(view)).get(wish.what)
    if words is None:
        told = {"what": gettext("这一项没有登记，请重新选。")}
        return file_page(household_id, reveal=FormErrors(FileReveal, request.form, told))
    kind, row_id, field = wish.what.split(":")
    try:
        if kind == "visit":
            value = visits.read_findings(
                session, actor, view.household.id, int(row_id), reason=wish.reason
            )
        elif kind == "member":
            value = reveal(session, actor, ("member", int(row_id)), field, reason=wish.reason)
        else:
            subject = view.household.id
            value = reveal(session, actor, ("household", subject), field, reason=wish.reason)
    except InvalidInputError as error:
        undo_request()
        return file_page(household_id, reveal=refused_form(FileReveal, error))
    return render_template("files/value.html", view=view, words=words, value=value)


@bp.post("/<household_id>/scans/<public_id>")
@needs(Permission.VIEW_FILES)
def scan(household_id: str, public_id: str) -> ResponseReturnValue:
    """Give the scan of a paper; logged, so it is a POST."""
    found = _household_id(household_id)
    stored, content = documents.read_scan(request_session(), current_actor(), found, public_id)
    return send_file(
        io.BytesIO(content),
        mimetype=stored.media_type,
        download_name=stored.file_name,
        as_attachment=True,
    )


@bp.post("/<household_id>/sheet")
@needs(Permission.VIEW_FILES)
def sheet(household_id: str) -> ResponseReturnValue:
    """Give the file as a sheet to print, masked or in full for a typed reason; logged."""
    session, actor = request_session(), current_actor()
    view = view_file(session, actor, household_id)
    try:
        printed = prints.note_print(
            session,
            actor,
            view.household.id,
            reason=request.form.get("reason", ""),
            in_full=request.form.get("in_full") == "true",
        )
    except InvalidInputError as error:
        undo_request()
        return file_page(household_id, reveal=refused_form(FileReveal, error))
    made = file_sheet(view, printed.numbers, printed.trail)
    return send_file(
        io.BytesIO(made),
        mimetype=PDF,
        download_name=f"file-{view.household.public_id}.pdf",
        as_attachment=True,
    )
