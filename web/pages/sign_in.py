"""Signing in and out: name and password, second factor, phone and code, language.

All pages before the sign-in carry the neutral name: an employer's clerk and a graduate see them too.
"""

from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.services import (
    accounts,
    phone_codes,
    second_factor,
    sign_in,
    sign_in_sessions,
)
from web.auth import current_sign_in, end_session, signed_in, start_session
from web.forms import FormErrors, blank_form, read_form, refused_form
from web.fragments import see_other
from web.i18n import LANGUAGE_COOKIE, gettext
from web.marks import before_second_factor, public, rate_limited
from web.schemas.accounts import Language, PhoneCode, PhoneNumber, SecondFactor, SignIn
from web.session import own_transaction, reading_aside

bp = Blueprint("sign_in", __name__)

_PENDING = "pending_sign_in"
_PHONE = "pending_phone"
_PENDING_SECONDS = 300
"""Between password and second factor."""

_YEAR_SECONDS = 365 * 24 * 3600


def local_address(wish: str | None) -> str:
    """Return an address of this site to go to, the start page for anything else."""
    if not wish or not wish.startswith("/") or wish.startswith(("//", "/\\")):
        return url_for("home.start")
    parts = urlsplit(wish)
    return wish if not parts.scheme and not parts.netloc else url_for("home.start")


def _seconds() -> int:
    return int(clock.now().timestamp())


@bp.get("/sign-in")
@public
def form() -> ResponseReturnValue:
    """Show the form for name and password."""
    if signed_in() is not None:
        return redirect(url_for("home.start"), 303)
    return render_template(
        "sign_in/password.html", form=blank_form(SignIn, next=request.args.get("next"))
    )


@bp.post("/sign-in")
@public
@rate_limited("30/minute;300/hour")
def check() -> ResponseReturnValue:
    """Check name and password; sign in, or ask for the second factor."""
    wish = read_form(SignIn)
    if isinstance(wish, FormErrors):
        return render_template("sign_in/password.html", form=wish), 422
    with reading_aside() as database:
        found = sign_in.check_password(database, wish.login, wish.password)
    if found.locked_until is not None:
        return _refused(SignIn, gettext("错得太多，账号暂时锁定，请过一会儿再试。"))
    if not found.matches or found.account_id is None:
        if found.account_id is not None:
            with own_transaction() as database:
                sign_in.note_failure(database, found.account_id)
        return _refused(SignIn, gettext("登录名或密码不对。连错 5 次会暂时锁定。"))
    if found.needs_code:
        session.clear()
        session[_PENDING] = [found.account_id, _seconds(), local_address(wish.next)]
        return see_other(url_for("sign_in.code_form"))
    return _enter(found.account_id, wish.next, new_hash=found.new_hash)


def _refused(model: type[SignIn], message: str) -> ResponseReturnValue:
    """Show the form again with what was typed, but never the password."""
    wrong = FormErrors(model, request.form, {"login": message})
    return render_template("sign_in/password.html", form=wrong), 422


def _enter(account_id: int, wish: str | None, *, new_hash: str | None = None) -> Response:
    """Open a session and go where the person wanted."""
    with own_transaction() as database:
        token = sign_in.open_session(database, account_id, new_hash=new_hash)
    response = make_response(redirect(local_address(wish), 303))
    start_session(response, token)
    return response


def _pending() -> tuple[int, str] | None:
    """Return the account that has passed the password a moment ago, and where it wants to go."""
    kept = session.get(_PENDING)
    if not isinstance(kept, list) or _seconds() - int(kept[1]) > _PENDING_SECONDS:
        return None
    return int(kept[0]), str(kept[2])


@bp.get("/sign-in/code")
@public
def code_form() -> ResponseReturnValue:
    """Show the form for the second factor."""
    if _pending() is None:
        return redirect(url_for("sign_in.form"), 303)
    return render_template("sign_in/code.html", form=blank_form(SecondFactor))


@bp.post("/sign-in/code")
@public
@rate_limited("30/minute;300/hour")
def check_code() -> ResponseReturnValue:
    """Check the second factor; wrong ones count like wrong passwords."""
    pending = _pending()
    if pending is None:
        return see_other(url_for("sign_in.form"))
    wish = read_form(SecondFactor)
    if isinstance(wish, FormErrors):
        return render_template("sign_in/code.html", form=wish), 422
    account_id, address = pending
    with own_transaction() as database:
        locked = sign_in.lock_of(database, account_id)
        right = locked is None and second_factor.accept_code(database, account_id, wish.code)
        if not right and locked is None:
            locked = sign_in.note_failure(database, account_id)
    if right:
        return _enter(account_id, address)
    message = gettext("口令不对或已用过，等下一个 6 位数字。")
    if locked is not None:
        message = gettext("错得太多，账号暂时锁定，请过一会儿再试。")
    wrong = FormErrors(SecondFactor, {}, {"code": message})
    return render_template("sign_in/code.html", form=wrong), 422


@bp.get("/sign-in/phone")
@public
def phone_form() -> ResponseReturnValue:
    """Show the form for a phone number."""
    return render_template("sign_in/phone.html", form=blank_form(PhoneNumber))


@bp.post("/sign-in/phone")
@public
@rate_limited("6/minute;60/hour")
def send_code() -> ResponseReturnValue:
    """Send a code to a phone; the answer is the same whether the number is known or not."""
    wish = read_form(PhoneNumber)
    if isinstance(wish, FormErrors):
        return render_template("sign_in/phone.html", form=wish), 422
    try:
        with own_transaction() as database:
            phone_codes.send_code(database, wish.phone)
    except InvalidInputError as error:
        wrong = refused_form(PhoneNumber, error)
        return render_template("sign_in/phone.html", form=wrong), 422
    except RuleBrokenError as error:
        wrong = FormErrors(PhoneNumber, request.form, {"phone": gettext(error.message)})
        return render_template("sign_in/phone.html", form=wrong), 409
    session[_PHONE] = wish.phone
    return see_other(url_for("sign_in.phone_code_form"))


@bp.get("/sign-in/phone/code")
@public
def phone_code_form() -> ResponseReturnValue:
    """Show the form for the code that was sent."""
    if _PHONE not in session:
        return redirect(url_for("sign_in.phone_form"), 303)
    return render_template(
        "sign_in/phone_code.html", form=blank_form(PhoneCode), phone=str(session[_PHONE])
    )


@bp.post("/sign-in/phone/code")
@public
@rate_limited("20/minute;100/hour")
def check_phone_code() -> ResponseReturnValue:
    """Check the code; sign in, or register the phone the first time."""
    phone = session.get(_PHONE)
    if not isinstance(phone, str):
        return see_other(url_for("sign_in.phone_form"))
    wish = read_form(PhoneCode)
    if isinstance(wish, FormErrors):
        return render_template("sign_in/phone_code.html", form=wish, phone=phone), 422
    account_id = None
    with own_transaction() as database:
        if phone_codes.accept_code(database, phone, wish.code):
            account_id = phone_codes.account_of(database, phone)
    if account_id is not None:
        return _enter(account_id, None)
    message = gettext("验证码不对或已过期。错 5 次后请重新获取。")
    wrong = FormErrors(PhoneCode, {}, {"code": message})
    return render_template("sign_in/phone_code.html", form=wrong, phone=phone), 422


@bp.post("/sign-out")
@before_second_factor
def leave() -> ResponseReturnValue:
    """End this session."""
    who = current_sign_in()
    with own_transaction() as database:
        sign_in_sessions.revoke_session(database, who.actor, who.session_id)
    response = make_response(see_other(url_for("sign_in.form")))
    end_session(response)
    return response


@bp.post("/language")
@public
def language() -> ResponseReturnValue:
    """Read in another language from now on."""
    wish = read_form(Language)
    response = make_response(see_other(local_address(request.form.get("next"))))
    if isinstance(wish, FormErrors):
        return response
    who = signed_in()
    if who is not None:
        with own_transaction() as database:
            accounts.set_language(database, who.actor, wish.language)
    response.set_cookie(
        LANGUAGE_COOKIE, wish.language, max_age=_YEAR_SECONDS, httponly=True, samesite="Lax"
    )
    return response
