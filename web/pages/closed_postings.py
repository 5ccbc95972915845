"""An employer's own closed postings (结束的岗位): how many of the seats were filled, asked once each."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError
from matcher.services.follow_ups import seat_answers
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, msg
from web.marks import needs
from web.navigation import NavItem
from web.schemas.follow_ups import SeatsForm
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("closed_postings", __name__, url_prefix="/my/closed-postings")

MENU = (
    NavItem(
        "closed_postings.index",
        msg("结束的岗位"),
        Permission.ANSWER_REFERRALS,
        "own",
        hint=msg("岗位结束后，告诉我们各招到几位"),
        icon="log",
    ),
)


@bp.get("")
@needs(Permission.ANSWER_REFERRALS)
def index() -> ResponseReturnValue:
    """List what is asked, and what was answered."""
    return _page(None, "")


def _page(form: FormState | None, of: str, status: int = 200) -> ResponseReturnValue:
    with reading_aside() as database:
        rows = seat_answers.list_surveys(database, current_actor(), is_open=None)
        page = render_template(
            "seat_surveys/own.html", rows=rows, form=form, of=of, blank=blank_form(SeatsForm)
        )
    return page, status


@bp.post("/<public_id>/answer")
@needs(Permission.ANSWER_REFERRALS)
def answer(public_id: str) -> ResponseReturnValue:
    """Take the employer's answer."""
    session, actor = request_session(), current_actor()
    seat_answers.read_survey(session, actor, public_id)
    wish = read_form(SeatsForm)
    if isinstance(wish, FormErrors):
        return _page(wish, public_id, 422)
    version = request.form.get("version", type=int)
    try:
        seat_answers.answer_seats(session, actor, public_id, wish.counts, expected_version=version)
    except InvalidInputError as error:
        undo_request()
        return _page(refused_form(SeatsForm, error), public_id, 422)
    toast(gettext("已记下，谢谢"))
    return see_other(url_for("closed_postings.index"))
