"""The screen on the wall (大屏): big figures and announcements for the hall; nobody signs in, nobody is named."""

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.kinds.fair_hall import Audience
from matcher.kinds.fairs import FairState
from matcher.models.fairs import Fair
from matcher.services.fair_hall import announcements
from matcher.services.fair_hall.sight import fair_of_token
from matcher.services.fairs.public import find_public
from web.fair_live_cache import live_figures
from web.marks import public, rate_limited
from web.qr_codes import fair_address, qr_picture
from web.session import request_session
from web.words import fair_hall as words

bp = Blueprint("fair_wall", __name__, url_prefix="/f")

_SHORT_LINES = 8
"""Booths with short queues shown; more is not read while walking by."""


@bp.get("/<token>/wall")
@public
@rate_limited("600/minute")
def show(token: str) -> ResponseReturnValue:
    """Show the wall; a cancelled fair's says that it is off, and nothing else."""
    fair = find_public(request_session(), token)
    address = fair_address(fair.token)
    return render_template(
        "fair_hall/wall.html",
        fair=fair,
        picture=qr_picture(address, address, scale=5),
        words=words,
        **_now(fair),
    )


@bp.get("/<token>/wall/figures")
@public
@rate_limited("3000/minute")
def figures(token: str) -> ResponseReturnValue:
    """Show the figures alone, for the wall that takes them anew."""
    fair = find_public(request_session(), token)
    return render_template("fair_hall/_wall.html", fair=fair, words=words, **_now(fair))


def _now(fair: Fair) -> dict[str, Any]:
    if fair.state is FairState.CANCELLED:
        return {}
    session = request_session()
    day = min(max(clock.today(), fair.first_on), fair.last_on)
    live = live_figures(session, fair.id, day)
    placed = [one for one in live.booths if one.labels]
    return {
        "live": live,
        "short": sorted(placed, key=lambda one: (one.minutes, one.waiting))[:_SHORT_LINES],
        "said": announcements.standing(session, fair.id, Audience.VISITORS),
    }


@bp.get("/<token>/announcements")
@public
@rate_limited("12000/minute")
def said(token: str) -> ResponseReturnValue:
    """Show what visitors are told, for pages that take it anew."""
    session = request_session()
    fair = fair_of_token(session, token)
    return render_template(
        "fair_hall/_polled.html",
        token=token,
        said=announcements.standing(session, fair.id, Audience.VISITORS),
    )
