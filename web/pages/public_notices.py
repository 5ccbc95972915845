"""The page of a publicity by link (公示链接): without sign-in, for its days only, kept by nobody.

It says what the printed sheet says. No search engine and no archive is to keep it; when the last day is past it is
gone (410), like one that never was (404) for whoever guesses.
"""

from flask import Blueprint, Response, make_response, render_template
from flask.typing import ResponseReturnValue

from matcher.models.organisations import Union
from matcher.services.approvals import notice_views
from web.marks import public, rate_limited
from web.session import request_session
from web.words.approvals import tier_of

bp = Blueprint("public_notices", __name__, url_prefix="/n")

_KEEP_OUT = {
    "X-Robots-Tag": "noindex, nofollow, noarchive, nosnippet",
    "Cache-Control": "no-store",
}


@bp.get("/<token>")
@public
@rate_limited("60/minute")
def show(token: str) -> ResponseReturnValue:
    """Show what hangs under a link today."""
    session = request_session()
    found = notice_views.read_by_link(session, token)
    if found is None:
        over = notice_views.is_over(session, token)
        return _answer(render_template("notices/gone.html"), 410 if over else 404)
    page = render_template(
        "notices/public.html",
        notice=found,
        tier=tier_of(found.lines),
        union=session.get_one(Union, found.union_id).name,
    )
    return _answer(page, 200)


def _answer(page: str, status: int) -> Response:
    response = make_response(page, status)
    response.headers.update(_KEEP_OUT)
    return response
