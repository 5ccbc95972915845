"""What a graduate may apply for (我能申请的): names, last days, papers, where to go; no reasons, no status."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from matcher.documents.calendar_file import DayEvent
from matcher.services.entitlements import own
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.i18n import gettext, msg
from web.marks import needs, rate_limited
from web.navigation import NavItem
from web.pages.entitlements import calendar_response
from web.session import reading_aside, request_session

bp = Blueprint("own_entitlements", __name__, url_prefix="/me/entitlements")

MENU = (
    NavItem(
        "own_entitlements.index",
        msg("我能申请的"),
        Permission.ANSWER_OWN_REFERRALS,
        "own",
        hint=msg("补贴和项目，哪天截止，带什么材料"),
    ),
)


@bp.get("")
@needs(Permission.ANSWER_OWN_REFERRALS)
def index() -> ResponseReturnValue:
    """Show what the reader may apply for and what is on its way."""
    found = own.own_entitlements(request_session(), current_actor())
    return render_template("own_entitlements/index.html", found=found)


@bp.post("/calendar")
@needs(Permission.ANSWER_OWN_REFERRALS)
@rate_limited("20/minute")
def take_calendar() -> ResponseReturnValue:
    """Give the reader's last days as a calendar file."""
    actor = current_actor()
    with reading_aside() as database:
        found = own.own_entitlements(database, actor)
    events = [
        DayEvent(f"{one.code}@own", one.closes_on, gettext("%(name)s 最后一天", name=one.name))
        for one in found.offers
        if one.closes_on is not None
    ]
    events += [
        DayEvent(f"{one.public_id}@own", one.due_on, gettext("%(name)s 最后一天", name=one.name))
        for one in found.applications
        if one.due_on is not None and one.state.is_live
    ]
    own.note_calendar(request_session(), actor, len(events))
    return calendar_response(gettext("我的期限"), events)
