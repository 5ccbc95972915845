"""Tuition aid in sums and on paper: the statistics sheet (附件1), the form (附件3), the name list (附件4)."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.services.permissions import Permission
from matcher.services.tuition import papers, statistics
from web.auth import current_actor
from web.i18n import msg
from web.marks import needs, rate_limited
from web.navigation import NavItem
from web.pages.money import union_choices, year_choices
from web.pages.payment_papers import sent
from web.session import request_session

bp = Blueprint("tuition_papers", __name__, url_prefix="/tuition")

MENU = (
    NavItem(
        "tuition_papers.sheet",
        msg("金秋助学统计表"),
        Permission.VIEW_MONEY,
        "aid",
        hint=msg("各工会申请、批准、发放的人数和金额"),
    ),
)


def _asked_year() -> int:
    return request.values.get("year", type=int) or clock.today().year


@bp.get("/sheet")
@needs(Permission.VIEW_MONEY)
def sheet() -> ResponseReturnValue:
    """Show the statistics sheet of a school year."""
    session, actor, year = request_session(), current_actor(), _asked_year()
    union_id = request.args.get("union", type=int)
    found = statistics.tuition_sheet(session, actor, year, union_id)
    return render_template(
        "tuition/sheet.html",
        sheet=found,
        heads=papers.HEADS,
        lines=[papers.cells(line) for line in found.lines],
        total=papers.cells(found.total),
        years=year_choices(),
        unions=union_choices(session, actor),
        chosen={"year": str(year), "union": request.args.get("union", "")},
        layout=papers.OWN_LAYOUT,
    )


@bp.post("/sheet")
@needs(Permission.VIEW_MONEY)
@rate_limited("30/minute")
def print_sheet() -> ResponseReturnValue:
    """Give the statistics sheet to print."""
    union_id = request.values.get("union", type=int)
    made = papers.print_sheet(request_session(), current_actor(), _asked_year(), union_id)
    return sent(made)


@bp.post("/names")
@needs(Permission.VIEW_FILES)
@rate_limited("30/minute")
def print_names() -> ResponseReturnValue:
    """Give the name list of a school year to print; logged."""
    return sent(papers.print_names(request_session(), current_actor(), _asked_year()))


@bp.post("/<public_id>/form")
@needs(Permission.VIEW_FILES)
def print_form(public_id: str) -> ResponseReturnValue:
    """Give the approval form of one application to print; logged."""
    return sent(papers.print_form(request_session(), current_actor(), public_id))
