"""One's own account: role in use, password, second factor, signed-in browsers."""

import segno
from flask import Blueprint, make_response, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from matcher.errors import InvalidInputError
from matcher.services import accounts, second_factor, sign_in_sessions
from web.auth import current_actor, current_sign_in, end_session
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, msg
from web.marks import before_second_factor, rate_limited
from web.navigation import NavItem
from web.schemas.accounts import NewPassword, SecondFactor, Switch
from web.session import reading_aside, request_session

bp = Blueprint("account", __name__, url_prefix="/account")

MENU = (
    NavItem(
        "account.home",
        msg("我的账号"),
        None,
        "system",
        hint=msg("换密码，看在哪里登录过"),
        icon="person",
    ),
)

_SECRET = "totp_secret"  # noqa: S105 - the name of a place in the form session


@bp.get("")
@before_second_factor
def home() -> ResponseReturnValue:
    """Show one's own account."""
    return _own_page(blank_form(NewPassword))


def _own_page(form: FormState, status: int = 200) -> ResponseReturnValue:
    with reading_aside() as database:
        sessions = sign_in_sessions.list_sessions(database, current_actor())
    page = render_template("account/home.html", form=form, sessions=sessions, who=current_sign_in())
    return page, status


@bp.get("/switch")
@before_second_factor
def switch_form() -> ResponseReturnValue:
    """Show the roles one may use."""
    places = sign_in_sessions.list_places(request_session(), current_actor())
    return render_template("account/switch.html", places=places, who=current_sign_in())


@bp.post("/switch")
@before_second_factor
def switch() -> ResponseReturnValue:
    """Use another role from now on."""
    wish = read_form(Switch)
    if isinstance(wish, FormErrors):
        return see_other(url_for("account.switch_form"))
    who = current_sign_in()
    sign_in_sessions.switch_place(
        request_session(), who.actor, who.session_id, membership_id=wish.membership
    )
    return see_other(url_for("home.start"))


@bp.post("/password")
@before_second_factor
@rate_limited("10/minute")
def change_password() -> ResponseReturnValue:
    """Change one's own password; every other browser is signed out."""
    wish = read_form(NewPassword)
    if isinstance(wish, FormErrors):
        return _own_page(wish, 422)
    who = current_sign_in()
    try:
        with reading_aside() as database:
            new_hash = accounts.check_new_password(
                database, who.actor, wish.old_password, new=wish.new_password
            )
    except InvalidInputError as error:
        return _own_page(refused_form(NewPassword, error), 422)
    accounts.change_password(request_session(), who.actor, new_hash, keep_session_id=who.session_id)
    toast(gettext("密码已改，其他地方的登录都已退出"))
    return see_other(url_for("account.home"))


@bp.post("/sessions/<int:session_id>/revoke")
@before_second_factor
def revoke(session_id: int) -> ResponseReturnValue:
    """Sign out one browser."""
    who = current_sign_in()
    sign_in_sessions.revoke_session(request_session(), who.actor, session_id)
    if session_id == who.session_id:
        response = make_response(see_other(url_for("sign_in.form")))
        end_session(response)
        return response
    toast(gettext("那一处登录已退出"))
    return see_other(url_for("account.home"))


@bp.get("/second-factor")
@before_second_factor
def second_factor_page() -> ResponseReturnValue:
    """Show the QR picture for the phone's authenticator."""
    who = current_sign_in()
    if who.has_totp:
        return see_other(url_for("account.home"))
    if _SECRET not in session:
        session[_SECRET] = second_factor.new_secret()
    return _second_factor(blank_form(SecondFactor))


def _second_factor(form: FormState, status: int = 200) -> ResponseReturnValue:
    who = current_sign_in()
    secret = str(session[_SECRET])
    picture = segno.make(second_factor.setup_address(secret, who.login), error="m")
    drawn = picture.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True)
    page = render_template(
        "account/second_factor.html",
        form=form,
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        picture=Markup(drawn),  # noqa: S704 - drawn by segno from our own text, holds no markup of it
        who=who,
    )
    return page, status


@bp.post("/second-factor")
@before_second_factor
@rate_limited("20/minute")
def second_factor_check() -> ResponseReturnValue:
    """Keep the second factor once the phone has shown a right code."""
    if _SECRET not in session:
        return see_other(url_for("account.second_factor_page"))
    wish = read_form(SecondFactor)
    if isinstance(wish, FormErrors):
        return _second_factor(wish, 422)
    try:
        second_factor.set_up(
            request_session(), current_actor(), str(session[_SECRET]), code=wish.code
        )
    except InvalidInputError as error:
        return _second_factor(
            FormErrors(SecondFactor, request.form, refused_form(SecondFactor, error).errors), 422
        )
    session.pop(_SECRET)
    toast(gettext("动态口令已设好，下次登录要用"))
    return see_other(url_for("home.start"))
