"""Who holds this phone in the hall (本机访客): the visitor's own link, kept in a cookie of the queue pages for the day.

The visitor's page, or a ticket code typed once, sets it; a booth's QR then needs no typing. It is read by the queue
pages alone, holds the token of the link that the phone has anyway, and ends by itself.
"""

from flask import Response, request
from sqlalchemy.orm import Session

from matcher.errors import NotFoundError
from matcher.models.fair_visitors import FairVisitor
from matcher.services.fair_guests import guest_links

_NAME = "fair_visit"
_SECONDS = 18 * 3600


def remember(response: Response, token: str, *, secure: bool) -> None:
    """Keep a visitor's token on this phone until the night."""
    response.set_cookie(
        _NAME,
        token,
        max_age=_SECONDS,
        path="/q",
        httponly=True,
        secure=secure,
        samesite="Lax",
    )


def visitor_of_phone(session: Session) -> FairVisitor | None:
    """Return the visitor this phone was used by, None if it is not known or the link ended."""
    token = request.cookies.get(_NAME)
    if not token:
        return None
    try:
        return guest_links.look(session, token)
    except NotFoundError:
        return None
