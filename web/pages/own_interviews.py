"""An employer's own interviews (面试安排): by time alone, what each person agreed to show; who came, in one tap."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from matcher.services.interviews import own_views
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.i18n import msg
from web.marks import needs
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.session import request_session

bp = Blueprint("own_interviews", __name__, url_prefix="/my/interviews")

_ON_A_PAGE = 100
"""As many as an employer sees in a day and more: a day is printed whole."""

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
    part = requested_slice(_ON_A_PAGE)
    found = own_views.employer_list(
        request_session(), current_actor(), limit=part.limit, offset=part.offset
    )
    return render_template("interviews/own.html", rows=found.rows, pager=page_of(part, found.total))
