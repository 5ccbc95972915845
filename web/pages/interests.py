"""Enterprises one must not certify for (利益关系申报): one's own declaration; administrators see all and end them."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.approvals import InterestKind
from matcher.services.approvals import interests
from matcher.services.permissions import Permission, may
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.schemas.approvals import InterestForm
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("interests", __name__, url_prefix="/interests")

_WHO = (Permission.VIEW_FILES, Permission.MANAGE_ACCOUNTS)

MENU = (
    NavItem(
        "interests.index",
        msg("利益关系"),
        Permission.VIEW_FILES,
        "own",
        hint=msg("申报与本人有利益关系的单位，审批时回避"),
    ),
)


@bp.get("")
@needs(*_WHO)
def index() -> ResponseReturnValue:
    """Show the standing declarations and the form for one's own."""
    return _page()


def _page(form: FormState | None = None) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as session:
        page = render_template(
            "chains/interests.html",
            rows=interests.list_interests(session, actor),
            form=form or blank_form(InterestForm),
            kinds=[(one.value, label(one)) for one in InterestKind],
            may_end=may(actor, Permission.MANAGE_ACCOUNTS),
        )
    return page, 422 if form else 200


@bp.post("")
@needs(*_WHO)
def declare() -> ResponseReturnValue:
    """Declare an enterprise."""
    wish = read_form(InterestForm)
    if isinstance(wish, FormErrors):
        return _page(wish)
    try:
        interests.declare(request_session(), current_actor(), **wish.model_dump())
    except InvalidInputError as error:
        undo_request()
        return _page(refused_form(InterestForm, error))
    except RuleBrokenError as error:
        undo_request()
        refused = InvalidInputError(error.code, error.message, fields={"unit_name": error.message})
        return _page(refused_form(InterestForm, refused))
    toast(gettext("已申报，涉及这个单位的走访、复核、审批由其他人办理"))
    return see_other(url_for("interests.index"))


@bp.post("/<int:interest_id>/end")
@needs(Permission.MANAGE_ACCOUNTS)
def end(interest_id: int) -> ResponseReturnValue:
    """End a declaration."""
    interests.end_interest(request_session(), current_actor(), interest_id)
    toast(gettext("已解除"))
    return see_other(url_for("interests.index"))
