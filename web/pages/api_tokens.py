"""Tokens of the JSON API (接口令牌): one's own, each for the role in use; a token is shown once."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from matcher.services.api_tokens import issue_token, list_tokens, revoke_token
from matcher.services.permissions import Permission
from web.auth import current_actor, current_sign_in
from web.forms import Form, FormErrors, FormState, blank_form, read_form
from web.fragments import see_other, toast
from web.i18n import gettext, msg
from web.marks import needs, rate_limited
from web.navigation import NavItem
from web.session import reading_aside, request_session

bp = Blueprint("api_tokens", __name__, url_prefix="/account/tokens")

MENU = (
    NavItem(
        "api_tokens.index",
        msg("接口令牌"),
        Permission.USE_API,
        "system",
        hint=msg("让别的程序读写岗位"),
    ),
)


class NewToken(Form):
    """A token for the role in use."""

    name: str = Field(
        title=msg("给谁用"), description=msg("如：人事系统。以后凭它认出是哪一个"), max_length=40
    )


@bp.get("")
@needs(Permission.USE_API)
def index() -> ResponseReturnValue:
    """Show one's own live tokens."""
    return _page(blank_form(NewToken))


def _page(form: FormState, status: int = 200) -> ResponseReturnValue:
    with reading_aside() as session:
        tokens = list_tokens(session, current_actor())
    return render_template("api_tokens/list.html", form=form, tokens=tokens), status


@bp.post("")
@needs(Permission.USE_API)
@rate_limited("10/minute")
def create() -> ResponseReturnValue:
    """Make a token and show it this once."""
    wish = read_form(NewToken)
    if isinstance(wish, FormErrors):
        return _page(wish, 422)
    who = current_sign_in()
    token = issue_token(
        request_session(), who.actor, wish.name, membership_id=who.membership_id or 0
    )
    return render_template("api_tokens/made.html", name=wish.name, token=token)


@bp.post("/<int:token_id>/revoke")
@needs(Permission.USE_API)
def revoke(token_id: int) -> ResponseReturnValue:
    """End one of one's own tokens."""
    revoke_token(request_session(), current_actor(), token_id)
    toast(gettext("令牌已停用"))
    return see_other(url_for("api_tokens.index"))
