"""Words of what was told of a fair before it moved (时间、地点有变), for its pages and papers."""

from collections.abc import Callable
from typing import TypeVar

from matcher.services.fairs.moves import Changed, Days, Hours, Moves
from web.filters import day
from web.i18n import gettext
from web.words.fairs import minute

Said = TypeVar("Said")


def title(moves: Moves) -> str:
    """Return what changed, in three words."""
    is_time = bool(moves.sessions or moves.days)
    is_place = bool(moves.place or moves.online)
    if is_time and is_place:
        return gettext("时间、地点有变")
    return gettext("时间有变") if is_time else gettext("地点有变")


def lines(moves: Moves) -> list[str]:
    """Return each change as a sentence: what it was, what it is now, since when."""
    found = []
    if moves.days is not None:
        found.append(_line(gettext("日期"), moves.days, _days))
    found.extend(_line(held.name, changed, _hours) for held, changed in moves.sessions)
    if moves.place is not None:
        found.append(_line(gettext("地点"), moves.place, _place))
    if moves.online is not None:
        found.append(_line(gettext("线上网址"), moves.online, _online))
    return found


def _line(what: str, changed: Changed[Said], words: Callable[[Said], str]) -> str:
    return gettext(
        "%(what)s：原定 %(before)s，现在 %(now)s（%(when)s改）",
        what=what,
        before=words(changed.before),
        now=words(changed.now),
        when=day(changed.on),
    )


def _days(days: Days) -> str:
    if days.first_on == days.last_on:
        return day(days.first_on)
    return gettext("%(from)s 至 %(to)s", **{"from": day(days.first_on), "to": day(days.last_on)})


def _hours(hours: Hours) -> str:
    return f"{day(hours.held_on)} {minute(hours.begins_minute)}—{minute(hours.ends_minute)}"


def _place(place: str) -> str:
    return place or gettext("线上")


def _online(address: str) -> str:
    return address or gettext("不在线上办")
