"""The graduate's own destination (我的去向): what the union recorded, and a word on whether it is true."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError
from matcher.kinds.placements import PersonAnswer
from matcher.services.permissions import Permission
from matcher.services.placements import own, sight
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.schemas.placements import ConfirmForm
from web.session import reading_aside, request_session, undo_request
from web.words import placements as words

bp = Blueprint("own_placements", __name__, url_prefix="/me/destination")

MENU = (
    NavItem(
        "own_placements.index",
        msg("我的去向"),
        Permission.ANSWER_OWN_REFERRALS,
        "own",
        hint=msg("工会登记的去向对不对，由你说一句"),
    ),
)


@bp.get("")
@needs(Permission.ANSWER_OWN_REFERRALS)
def index() -> ResponseReturnValue:
    """Show what is recorded of the reader."""
    return _page()


def _page(
    public_id: str = "", form: FormState | None = None, status: int = 200
) -> ResponseReturnValue:
    with reading_aside() as database:
        page = render_template(
            "own_placements/index.html",
            rows=own.own_placements(database, current_actor()),
            refused=public_id,
            form=form or blank_form(ConfirmForm),
            answers=[(one.value, label(one)) for one in PersonAnswer],
            words=words,
        )
    return page, status


@bp.post("/<public_id>")
@needs(Permission.ANSWER_OWN_REFERRALS)
def answer(public_id: str) -> ResponseReturnValue:
    """Take the reader's word; an objection is looked into."""
    session, actor = request_session(), current_actor()
    row = sight.find_placement(session, actor, public_id)
    wish = read_form(ConfirmForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, wish, 422)
    try:
        own.answer(session, actor, row.id, wish.said, wish.words, expected_version=wish.version)
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, refused_form(ConfirmForm, error), 422)
    said = wish.said is PersonAnswer.TRUE
    toast(gettext("已记下属实") if said else gettext("已记下不属实，工会会核查"))
    return see_other(url_for("own_placements.index"))
