"""Pairing a scanner (配对验票终端): whoever opens the link reads for which door it is, and pairs by the button alone.

Phones and mail programs open every link they see; a link that paired by being opened would be used up by them.
"""

from http import HTTPStatus

from flask import make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import NotFoundError
from matcher.services.doors import devices
from web.door_pages.devices import remember
from web.i18n import translated
from web.link_pages import check_form_token, link_blueprint
from web.marks import public, rate_limited
from web.session import reading_aside, request_session

bp = link_blueprint("door_pairing", __name__, "/door/pair")


@bp.errorhandler(NotFoundError)
def _of_no_use(error: NotFoundError) -> ResponseReturnValue:
    page = render_template("door/not_paired.html", message=translated(error.message))
    return make_response(page, HTTPStatus.NOT_FOUND)


@bp.get("/<token>")
@public
@rate_limited("300/minute")
def show(token: str) -> ResponseReturnValue:
    """Say which door a link is for; changes nothing."""
    with reading_aside() as session:
        device, fair = devices.look_at_link(session, token)
        return render_template("door/pair.html", device=device, fair=fair)


@bp.post("/<token>")
@public
@rate_limited("120/minute")
def pair(token: str) -> ResponseReturnValue:
    """Pair this browser; the link is used up."""
    check_form_token()
    _, own = devices.pair(request_session(), token)
    response = make_response(redirect(url_for("door.show"), 303))
    remember(response, own)
    return response
