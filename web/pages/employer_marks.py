"""Marks of an employer (单位标识): setting one and withdrawing it, on the employer's page."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.services import employer_marks
from matcher.services.employer_marks import MarkInput
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.employer_page import employer_page
from web.forms import FormErrors, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, translated
from web.marks import needs
from web.schemas.cohorts import MarkForm
from web.session import request_session, undo_request

bp = Blueprint("employer_marks", __name__, url_prefix="/employers/<int:employer_id>/marks")


@bp.post("")
@needs(Permission.VERIFY_EMPLOYER)
def add(employer_id: int) -> ResponseReturnValue:
    """Mark an employer, or change the days or the source of its mark."""
    wish = read_form(MarkForm)
    if isinstance(wish, FormErrors):
        return employer_page(employer_id, mark=wish)
    facts = MarkInput(wish.kind, wish.from_on, wish.source, wish.until_on)
    try:
        employer_marks.set_mark(request_session(), current_actor(), employer_id, facts)
    except InvalidInputError as error:
        undo_request()
        return employer_page(employer_id, mark=refused_form(MarkForm, error))
    except RuleBrokenError as error:
        undo_request()
        said = FormErrors(MarkForm, request.form, {"": translated(error.message)})
        return employer_page(employer_id, mark=said)
    toast(gettext("单位标识已登记"))
    return see_other(url_for("employers.show", employer_id=employer_id))


@bp.post("/<int:mark_id>/withdraw")
@needs(Permission.VERIFY_EMPLOYER)
def withdraw(employer_id: int, mark_id: int) -> ResponseReturnValue:
    """Withdraw a mark that was entered by mistake."""
    employer_marks.withdraw_mark(request_session(), current_actor(), employer_id, mark_id)
    toast(gettext("单位标识已撤下"))
    return see_other(url_for("employers.show", employer_id=employer_id))
