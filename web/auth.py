"""Who asks: the signed-in account of a request, and the guard before every view.

Every view needs a login unless it is marked `@public`. What a view needs beyond that stands on it as
`@needs(Permission.X)`; the use case checks the same again, since pages are not its only callers.
"""

import logging
from typing import cast

from flask import Flask, Response, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from matcher.db.engine import transaction
from matcher.errors import NotAllowedError
from matcher.services import api_tokens, sign_in_sessions
from matcher.services.permissions import Actor, Permission, may
from matcher.services.sign_in_sessions import SignedIn
from matcher.settings import Settings
from web.marks import before_second_factor, needs, public, rate_limited
from web.problems import wants_problem
from web.session import factory, reading_aside

__all__ = [
    "before_second_factor",
    "current_actor",
    "install",
    "needs",
    "public",
    "rate_limited",
    "signed_in",
]

_log = logging.getLogger(__name__)

COOKIE = "yangguang_session"
_LONGEST_SECONDS = 14 * 24 * 3600
"""The cookie may outlive the session it names; the table decides."""


def signed_in() -> SignedIn | None:
    """Return who is signed in, or None."""
    return cast(SignedIn | None, g.get("signed_in"))


def current_actor() -> Actor:
    """Return who acts; only for views that need a login.

    Raises
    ------
    NotAllowedError
        Nobody is signed in.
    """
    who = signed_in()
    if who is None:
        raise NotAllowedError("not_signed_in", "请先登录。")
    return who.actor


def current_sign_in() -> SignedIn:
    """Return who is signed in; only for views that need a login."""
    who = signed_in()
    if who is None:
        raise NotAllowedError("not_signed_in", "请先登录。")
    return who


def may_act(permission: str) -> bool:
    """Say in a template whether the present role has a permission, by its value."""
    who = signed_in()
    return who is not None and may(who.actor, Permission(permission))


def start_session(response: Response, token: str) -> None:
    """Put a session token into the browser; what the form session held before is dropped."""
    settings = cast(Settings, current_app.config["SETTINGS"])
    session.clear()
    response.set_cookie(
        COOKIE,
        token,
        max_age=_LONGEST_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.secure_cookies,
        path="/",
    )


def end_session(response: Response) -> None:
    """Take the session token out of the browser."""
    session.clear()
    response.delete_cookie(COOKIE, path="/")


def _load() -> None:
    """Find out who is signed in, by the cookie."""
    g.signed_in = None
    if request.endpoint == "static":
        return
    if wants_problem():
        _load_token()
        return
    token = request.cookies.get(COOKIE)
    if not token:
        return
    with reading_aside() as database:
        g.signed_in = sign_in_sessions.find_signed_in(database, token)


def _load_token() -> None:
    """Find out whose API token a request of a program bears."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return
    with reading_aside() as database:
        g.signed_in = api_tokens.find_bearer(database, token.strip())


def _guard() -> ResponseReturnValue | None:
    """Ask for a login, the second factor and the permission of the view."""
    _load()
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or getattr(view, "is_public", False) or request.endpoint == "static":
        return None
    who = signed_in()
    if who is None:
        return _ask_to_sign_in()
    if who.needs_totp and not getattr(view, "before_second_factor", False):
        return redirect(url_for("account.second_factor_page"), 303)
    wanted = getattr(view, "needs", ())
    if wanted and not any(may(who.actor, permission) for permission in wanted):
        raise NotAllowedError("not_allowed", "当前角色不能看这一页，请切换角色或联系管理员。")
    return None


def _ask_to_sign_in() -> ResponseReturnValue:
    """Send a person to the sign-in page and back afterwards; tell a program what is missing."""
    if wants_problem():
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer"))
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    address = url_for("sign_in.form", next=back)
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": url_for("sign_in.form")})
    return redirect(address, 303)


def _touch(response: Response) -> Response:
    """Note at most every five minutes that the session is in use, once the answer has been sent.

    Reading a page must not wait for the write lock, so this happens when the response closes.
    """
    who = signed_in()
    if who is not None and who.session_id and sign_in_sessions.is_stale(who):
        sessions, number = factory(), who.session_id

        def write() -> None:
            try:
                with transaction(sessions) as database:
                    sign_in_sessions.touch_session(database, number)
            except SQLAlchemyError:
                _log.info("session %s: last use not noted", number)

        response.call_on_close(write)
    return response


def install(app: Flask) -> None:
    """Guard every view of the application."""
    app.before_request(_guard)
    app.after_request(_touch)
