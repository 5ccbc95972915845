"""The rows of a figure (指标明细): every figure on a page, a sheet or a chart opens the list it counts."""

import datetime as dt

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.services.figures.branches import find_branch
from matcher.services.figures.cuts import get_drive
from matcher.services.figures.moments import moment_of
from matcher.services.figures.rows import get_indicator, list_rows
from matcher.services.permissions import Permission
from matcher.services.reports.snapshots import moment_of_sheet
from web.asked import asked_day
from web.auth import current_actor
from web.marks import needs
from web.paging import page_of, requested_slice
from web.session import request_session
from web.words import figures as words
from web.words.line_words import code_of_word
from web.words.targets import Place, child_name

bp = Blueprint("figures", __name__)


@bp.get("/drives/<int:drive_id>/figures/<code>")
@needs(Permission.VIEW_FIGURES)
def rows(drive_id: int, code: str) -> ResponseReturnValue:
    """List what a figure counts: of a union's subtree or one child's, at a day, as known then or at another instant."""
    session, actor = request_session(), current_actor()
    drive, one = get_drive(session, actor, drive_id), get_indicator(code_of_word(code))
    branch = find_branch(session, actor, drive, request.args.get("union", type=int))
    as_of, known = asked_day("as_of"), request.args.get("known", "")
    sheet = request.args.get("sheet")
    moment = moment_of(session, drive, as_of, known_at=_known(known))
    if sheet:
        moment, _ = moment_of_sheet(session, actor, sheet)
    child, part = request.args.get("child", type=int), requested_slice()
    found = list_rows(
        session,
        actor,
        drive_id,
        branch.union.id,
        moment,
        one.code,
        child_union_id=child,
        limit=part.limit,
        offset=part.offset,
    )
    return render_template(
        "figures/rows.html",
        drive=drive,
        one=one,
        name=words.indicator_name(one),
        place=Place(drive, branch.union.id, as_of),
        union_name=child_name(branch, child) or branch.union.name,
        total=words.total_words(found.total, found.quantity, one),
        rows=found.rows,
        words=words,
        pager=page_of(part, found.total),
        as_of=words.known_words(clock.in_china(moment.known_at), as_of, known),
        narrowed=child is not None,
    )


def _known(text: str) -> dt.datetime | None:
    """Return the instant asked for; `now` is now, and nothing the end of the day."""
    if text == "now":
        return clock.now()
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return min(at, clock.now()) if at.tzinfo else None
