"""Asking for lists of people (申请导出名单): the name list of a drive, a school's submission."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.people_rights import ExportKind
from matcher.kinds.sheet_exports import NameField
from matcher.services.people_rights import exports, people_exports
from matcher.services.people_rights.people_exports import PeopleWish
from matcher.services.people_rights.people_lists import PeopleFilter
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label
from web.marks import needs, rate_limited
from web.schemas.people_rights import PeopleExportForm
from web.session import reading_aside, request_session
from web.sheet_choice import chosen_branch

bp = Blueprint("people_exports", __name__, url_prefix="/people-exports")

_USUAL = (
    NameField.UNION,
    NameField.HOLDER,
    NameField.NAME,
    NameField.EDUCATION,
    NameField.SCHOOL,
    NameField.MAJOR,
    NameField.YEARS,
    NameField.TIER,
)
"""Columns ticked at first: those of a name list sent up, no numbers."""


@bp.get("/new")
@needs(Permission.EXPORT_FILES)
def new() -> ResponseReturnValue:
    """Show the form for a request."""
    asked = request.args.get("kind", "")
    kind = ExportKind.SCHOOL if asked == ExportKind.SCHOOL else ExportKind.NAME_LIST
    return _form(
        blank_form(
            PeopleExportForm,
            kind=kind.value,
            drive=request.args.get("drive", ""),
            union=request.args.get("union", ""),
            fields=[one.value for one in _USUAL],
        )
    )


def _form(form: FormState, status: int = 200) -> ResponseReturnValue:
    with reading_aside() as session:
        choice = chosen_branch(session, current_actor())
    if choice is None:
        return render_template("drives/list.html", drives=[]), status
    page = render_template(
        "exports/people.html",
        form=form,
        choice=choice,
        kinds=[(one.value, label(one)) for one in people_exports.KINDS],
        columns=[
            (one.value, label(one), gettext("完整显示，用途确实需要才选"))
            if one.is_sensitive
            else (one.value, label(one))
            for one in NameField
        ],
        grounds=[(one.value, label(one)) for one in exports.GROUNDS],
        today=clock.today(),
    )
    return page, status


@bp.post("")
@needs(Permission.EXPORT_FILES)
@rate_limited("30/minute")
def create() -> ResponseReturnValue:
    """Ask for a list of people."""
    wish = read_form(PeopleExportForm)
    if isinstance(wish, FormErrors):
        return _form(wish, 422)
    asked = PeopleWish(
        kind=wish.kind,
        people=PeopleFilter(wish.drive, wish.union, wish.as_of),
        purpose=wish.purpose,
        fields=wish.fields,
        recipient=wish.recipient,
        recipient_contact=wish.recipient_contact,
        basis=wish.basis,
    )
    try:
        made = people_exports.request_people(request_session(), current_actor(), asked)
    except (InvalidInputError, RuleBrokenError) as error:
        known = error if isinstance(error, InvalidInputError) else _as_input(error)
        return _form(refused_form(PeopleExportForm, known), 422)
    toast(gettext("申请已提交，等待审批"))
    return see_other(url_for("exports.show", public_id=made.public_id))


def _as_input(error: RuleBrokenError) -> InvalidInputError:
    return InvalidInputError(error.code, error.message, fields={"": error.message})
