"""Who holds this phone in the hall (本机访客): a token of the visitor, kept in a cookie of the queue pages for the day.

The visitor's page, or a ticket code typed once, sets it; a booth's QR then needs no typing. It is read by the queue
pages alone and opens nothing but them: every booth learns ticket codes, and whoever types one reads the own cookie,
which therefore is not the visitor's link.
"""

from flask import Response, request
from sqlalchemy.orm import Session

from matcher.errors import NotFoundError
from matcher.models.fair_visitors import FairVisitor
from matcher.services.fair_guests import guest_links

COOKIE = "fair_visit"
PATH = "/q"
_SECONDS = 18 * 3600


def remember(response: Response, session: Session, visitor: FairVisitor, *, secure: bool) -> None:
    """Keep on this phone until the night whose it is."""
    response.set_cookie(
        COOKIE,
        guest_links.hall_token_of(session, visitor),
        max_age=_SECONDS,
        path=PATH,
        httponly=True,
        secure=secure,
        samesite="Lax",
    )


def token_of_phone() -> str:
    """Return the token this phone holds, empty if none; nothing is said about whether it is good."""
    return request.cookies.get(COOKIE, "")


def visitor_of_phone(session: Session) -> FairVisitor | None:
    """Return the visitor this phone was used by, None if it is not known or the data were forgotten."""
    token = token_of_phone()
    if not token:
        return None
    try:
        return guest_links.look_in_hall(session, token)
    except NotFoundError:
        return None
