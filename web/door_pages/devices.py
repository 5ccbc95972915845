"""Which scanner asks: by the cookie pairing left in its browser, or by a header."""

from flask import Response, current_app, request
from sqlalchemy.orm import Session

from matcher.services.doors.devices import Scanner, scanner_of

COOKIE = "yangguang_door"
HEADER = "X-Door"

_KEPT_SECONDS = 60 * 24 * 3600
"""The cookie may outlive the token it holds; the table decides."""


def door_token() -> str:
    """Return the token a request holds, empty if none."""
    return request.headers.get(HEADER) or request.cookies.get(COOKIE, "")


def paired(session: Session) -> Scanner:
    """Return the scanner that asks; raises NotAllowedError if it is not paired (any more)."""
    return scanner_of(session, door_token())


def remember(response: Response, token: str) -> None:
    """Leave a scanner's token in its browser; no script can read it, and no other site can send it."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=_KEPT_SECONDS,
        httponly=True,
        samesite="Strict",
        secure=current_app.config["SETTINGS"].secure_cookies,
        path="/door",
    )
