"""Verifying many employers at once (批量核验): the pending ones of a drive, on one stated ground."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.services import employer_batches
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.drive_choice import needed_drive
from web.forms import FormErrors, FormState, blank_form, read_form
from web.fragments import see_other, toast
from web.i18n import ngettext
from web.marks import needs
from web.schemas.employers import BatchCheck
from web.session import reading_aside, request_session

bp = Blueprint("employer_batches", __name__, url_prefix="/employers")


@bp.get("/check-many")
@needs(Permission.VERIFY_EMPLOYER)
def check_many_form() -> ResponseReturnValue:
    """Show the form that verifies all pending employers of a drive on one ground."""
    return _check_many(blank_form(BatchCheck, drive=request.args.get("drive", "")))


def _check_many(form: FormState, status: int = 200) -> ResponseReturnValue:
    drive = needed_drive()
    with reading_aside() as database:
        pending = employer_batches.pending_employers(database, current_actor(), drive.id)
    page = render_template(
        "employers/check_many.html", form=form, drive=drive, n_pending=len(pending)
    )
    return page, status


@bp.post("/check-many")
@needs(Permission.VERIFY_EMPLOYER)
def check_many() -> ResponseReturnValue:
    """Verify the pending employers of a drive; each gets a check of its own."""
    wish = read_form(BatchCheck)
    if isinstance(wish, FormErrors):
        return _check_many(wish, 422)
    drive = needed_drive()
    session, actor = request_session(), current_actor()
    pending = employer_batches.pending_employers(session, actor, drive.id)
    n = employer_batches.check_many(session, actor, pending, reason=wish.reason)
    toast(ngettext("%(num)d 家单位已核验", "%(num)d 家单位已核验", n))
    return see_other(url_for("employers.index", drive=drive.id))
