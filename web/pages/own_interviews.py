"""An employer's own interviews (面试安排): by time alone, what each person agreed to show; who came, in one tap."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from matcher.services.interviews import own_views
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.i18n import msg
from web.marks import needs
from web.navigation import NavItem
from web.session import request_session

bp = Blueprint("own_interviews", __name__, url_prefix="/my/interviews")

MENU = (
    NavItem(
        "own_interviews.index",
        msg("面试安排"),
        Permission.ANSWER_REFERRALS,
        "own",
        hint=msg("哪天几点见谁，登记到场"),
        icon="calendar",
    ),
)


@bp.get("")
@needs(Permission.ANSWER_REFERRALS)
def index() -> ResponseReturnValue:
    """List the employer's interviews by day and time."""
    found = own_views.employer_list(request_session(), current_actor())
    return render_template("interviews/own.html", rows=found)
