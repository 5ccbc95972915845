"""The hall as the organiser sees it (现场): live figures that come by themselves, and announcements."""

import datetime as dt
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds.fair_hall import Audience
from matcher.models.fairs import Fair
from matcher.services.fair_hall import announcements
from matcher.services.fairs.sight import get_fair, is_over, may_manage
from matcher.services.permissions import Permission
from web.addresses import address_of
from web.asked import asked_day
from web.auth import current_actor
from web.fair_live_cache import live_figures
from web.fair_tabs import around
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label
from web.marks import needs, rate_limited
from web.schemas.fair_hall import AnnouncementForm
from web.session import reading_aside, request_session, undo_request
from web.words import fair_hall as words

bp = Blueprint("fair_live", __name__, url_prefix="/fairs")

_VIEW, _MANAGE = Permission.VIEW_FAIRS, Permission.MANAGE_FAIRS


@bp.get("/<public_id>/live")
@needs(_VIEW)
def show(public_id: str) -> ResponseReturnValue:
    """Show the figures of a day, today where the fair is on, and what was announced."""
    return _page(public_id)


def _page(public_id: str, form: FormState | None = None, status: int = 200) -> ResponseReturnValue:
    with reading_aside() as session:
        fair = get_fair(session, current_actor(), public_id)
        page = render_template(
            "fair_hall/live.html",
            fair=fair,
            days=_days(fair),
            said=announcements.all_said(session, fair.id),
            manages=may_manage(session, current_actor(), fair),
            is_live=fair.state in ("draft", "announced") and not is_over(fair),
            form=form
            or blank_form(AnnouncementForm, audience=Audience.EVERYBODY.value, minutes=30),
            audiences=[(one.value, label(one)) for one in Audience],
            words=words,
            **_figures(fair),
            **around(public_id, "fair_live.show"),
        )
    return page, status


def _figures(fair: Fair) -> dict[str, Any]:
    with reading_aside() as session:
        day = _day(fair)
        return {
            "live": live_figures(session, fair.id, day),
            "day": day,
            "door": address_of("fair_door.show", public_id=fair.public_id),
        }


def _day(fair: Fair) -> dt.date:
    """Return the day asked for, or the nearest to today, within the fair."""
    return min(max(asked_day("day") or clock.today(), fair.first_on), fair.last_on)


def _days(fair: Fair) -> list[dt.date]:
    n_days = (fair.last_on - fair.first_on).days
    return [fair.first_on + dt.timedelta(days=n) for n in range(n_days + 1)]


@bp.get("/<public_id>/live/figures")
@needs(_VIEW)
def figures(public_id: str) -> ResponseReturnValue:
    """Show the figures alone, for the page that takes them anew."""
    fair = get_fair(request_session(), current_actor(), public_id)
    return render_template("fair_hall/_figures.html", fair=fair, words=words, **_figures(fair))


@bp.post("/<public_id>/live/announcements")
@needs(_MANAGE)
@rate_limited("60/minute")
def announce(public_id: str) -> ResponseReturnValue:
    """Say something to the hall."""
    wish = read_form(AnnouncementForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, wish, 422)
    try:
        announcements.announce(
            request_session(),
            current_actor(),
            public_id,
            wish.body,
            audience=wish.audience,
            minutes=wish.minutes,
            is_urgent=wish.is_urgent,
        )
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, refused_form(AnnouncementForm, error), 422)
    toast(gettext("公告已发布，大屏、手机和展位几秒后看到"))
    return see_other(url_for(".show", public_id=public_id))


@bp.post("/<public_id>/live/announcements/<said_id>/withdraw")
@needs(_MANAGE)
@rate_limited("60/minute")
def withdraw(public_id: str, said_id: str) -> ResponseReturnValue:
    """Take an announcement off the screens."""
    announcements.withdraw(request_session(), current_actor(), public_id, said_id)
    toast(gettext("公告已撤下"))
    return see_other(url_for(".show", public_id=public_id))
