"""Figures of training (培训数字): people and person-times in all and by course, each leading to its list."""

import datetime as dt

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from matcher import clock
from matcher.kinds.training import CourseKind
from matcher.services.permissions import Permission
from matcher.services.training import figures
from matcher.services.training.figures import WHATS, Period, What
from web.auth import current_actor
from web.i18n import gettext, label, msg
from web.marks import needs
from web.paging import page_of, requested_slice
from web.session import reading_aside

bp = Blueprint("training_figures", __name__, url_prefix="/training/figures")

WORDS: dict[What, str] = {
    "began": msg("参加"),
    "ordered": msg("参加订单班"),
    "finished": msg("结业"),
    "certified": msg("取证"),
    "hired": msg("培训后就业"),
}
"""What is counted, by its name in addresses."""


@bp.get("")
@needs(Permission.MANAGE_TRAINING)
def index() -> ResponseReturnValue:
    """Show the sums of a period, in all and by course."""
    period, part = asked_period(request.args), requested_slice()
    with reading_aside() as database:
        actor = current_actor()
        found = figures.by_course(database, actor, period, limit=part.limit, offset=part.offset)
        return render_template(
            "training/figures.html",
            sums=figures.figures(database, actor, period),
            rows=found.rows,
            pager=page_of(part, found.total),
            period=period,
            whats=[(what, gettext(WORDS[what])) for what in WHATS],
            kinds=[(one.value, label(one)) for one in CourseKind],
        )


def asked_period(args: MultiDict[str, str]) -> Period:
    """Return the days and the kind an address asks for; without days this year up to today."""
    today, kind = clock.today(), args.get("kind", "")
    until = _day(args.get("until", "")) or today
    return Period(
        since=_day(args.get("since", "")) or dt.date(until.year, 1, 1),
        until=until,
        kind=CourseKind(kind) if kind in set(CourseKind) else None,
    )


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def asked_what(args: MultiDict[str, str]) -> What | None:
    """Return which number's list an address asks for."""
    return next((what for what in WHATS if what == args.get("counted")), None)
