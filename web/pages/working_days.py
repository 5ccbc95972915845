"""Working days (工作日) of a year, for administrators: as noticed, or corrected with a source."""

import datetime as dt
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.kinds import Role
from matcher.models.calendar import CalendarDay
from matcher.services import calendar
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form
from web.fragments import see_other, toast
from web.i18n import gettext, msg
from web.marks import needs
from web.navigation import NavItem
from web.schemas.working_days import DayCorrection
from web.session import reading_aside, request_session

bp = Blueprint("working_days", __name__, url_prefix="/working-days")

MENU = (
    NavItem(
        "working_days.index",
        msg("工作日"),
        Permission.MANAGE_ACCOUNTS,
        "system",
        hint=msg("按国务院放假通知算期限，可以更正"),
        roles=(Role.ADMINISTRATOR,),
        icon="calendar",
    ),
)

_SATURDAY = 5
_MONTHS = 12
_YEARS_AHEAD = 2


@dataclass(frozen=True)
class ShownDay:
    """One day of the table: its number, whether people work, whether that is out of the ordinary."""

    number: int
    is_working: bool
    is_unusual: bool


@bp.get("")
@needs(Permission.MANAGE_ACCOUNTS)
def index() -> ResponseReturnValue:
    """Show a year."""
    return _year(request.args.get("year", type=int), blank_form(DayCorrection, is_working="no"))


def _year(wanted: int | None, form: FormState, status: int = 200) -> ResponseReturnValue:
    this_year = clock.today().year
    year = min(max(wanted or this_year, this_year - _YEARS_AHEAD), this_year + _YEARS_AHEAD)
    with reading_aside() as database:
        days = calendar.list_year(database, current_actor(), year)
    known = {day.day: day for day in days}
    page = render_template(
        "working_days/year.html",
        form=form,
        year=year,
        years=range(this_year - _YEARS_AHEAD, this_year + _YEARS_AHEAD + 1),
        is_known=bool(days),
        months=[_month(year, month, known) for month in range(1, _MONTHS + 1)],
        unusual=[day for day in days if _is_unusual(day)],
        choices=[("no", gettext("休息")), ("yes", gettext("上班"))],
    )
    return page, status


def _month(year: int, month: int, known: dict[dt.date, CalendarDay]) -> list[ShownDay]:
    first = dt.date(year, month, 1)
    shown = []
    for offset in range(31):
        date = first + dt.timedelta(days=offset)
        if date.month != month:
            break
        day = known.get(date)
        is_working = day.is_working if day else date.weekday() < _SATURDAY
        shown.append(ShownDay(date.day, is_working, is_unusual=bool(day and _is_unusual(day))))
    return shown


def _is_unusual(day: CalendarDay) -> bool:
    """Say whether a day is not as its weekday would have it."""
    return day.is_working != (day.day.weekday() < _SATURDAY)


@bp.post("")
@needs(Permission.MANAGE_ACCOUNTS)
def correct() -> ResponseReturnValue:
    """Set a day by hand, with its source."""
    wish = read_form(DayCorrection)
    if isinstance(wish, FormErrors):
        return _year(None, wish, 422)
    calendar.correct_day(
        request_session(),
        current_actor(),
        wish.day,
        is_working=wish.is_working == "yes",
        source=wish.source,
    )
    toast(gettext("%(day)s 已更正", day=f"{wish.day.month}月{wish.day.day}日"))
    return see_other(url_for("working_days.index", year=wish.day.year))
