"""Visitors of a fair in plain words (参会): where they stand, why a booth fits, what a booth may read."""

from collections.abc import Mapping, Sequence

from matcher.kinds.fair_guests import BookingState, ShownField, StopReason
from matcher.kinds.fairs import VisitorKind, VisitorState
from matcher.models.fairs import FairSession
from matcher.services.fair_guests.own_sessions import OwnSession
from matcher.services.fair_guests.own_views import OwnVisit, Stop
from web.i18n import gettext, label, msg
from web.words.fairs import minute, session_line

_STATES: Mapping[VisitorState, tuple[str, str]] = {
    VisitorState.INVITED: (msg("等你答复"), "hold"),
    VisitorState.COMING: (msg("会来"), "done"),
    VisitorState.WAITING: (msg("候补"), "on"),
    VisitorState.DECLINED: (msg("不来"), "line"),
    VisitorState.CANCELLED: (msg("已取消"), "line"),
}

_LISTED: Mapping[VisitorState, str] = {VisitorState.INVITED: msg("未答复")}
"""What those who organise read where the visitor is spoken to otherwise."""

_HELP: Mapping[ShownField, str] = {
    ShownField.NAME: msg("不选，展位看到的是张*"),
    ShownField.PHONE: msg("不选，单位联系不到你，只能当场谈"),
    ShownField.SCHOOL: "",
    ShownField.MAJOR: "",
    ShownField.EDUCATION: "",
    ShownField.RESUME: msg("一页纸，里面有学历、专业和自己写的话"),
}


def state_of(state: VisitorState) -> tuple[str, str]:
    """Return words and look of a visitor's own chip."""
    words, look = _STATES[state]
    return gettext(words), look


def listed_state(state: VisitorState) -> tuple[str, str]:
    """Return words and look of a visitor's chip in lists of those who organise."""
    words = _LISTED.get(state, _STATES[state][0])
    return gettext(words), _STATES[state][1]


def state_options() -> list[tuple[str, str]]:
    """Return the states as choices of a filter."""
    return [(one.value, listed_state(one)[0]) for one in VisitorState]


def kind_options() -> list[tuple[str, str]]:
    """Return where visitors come from as choices of a filter."""
    return [(one.value, label(one)) for one in VisitorKind]


def shown_options() -> list[tuple[str, str, str]]:
    """Return what a booth may read as choices with their help."""
    return [
        (one.value, label(one), gettext(_HELP[one]) if _HELP[one] else "") for one in ShownField
    ]


def session_options(found: Sequence[OwnSession]) -> list[tuple[str, str, str]]:
    """Return the sessions still open as choices; one that is booked out says so."""
    return [
        (one.held.public_id, session_line(one.held), _standing(one)) for one in found if one.is_open
    ]


def chosen_sessions(found: Sequence[OwnSession]) -> list[str]:
    """Return the sessions a visitor holds a place in, or in the line; the only one if nothing is chosen yet."""
    held = [one.held.public_id for one in found if one.state is not None]
    open_ = [one.held.public_id for one in found if one.is_open]
    return held or (open_ if len(open_) == 1 else [])


def _standing(one: OwnSession) -> str:
    if one.state is BookingState.WAITING:
        return gettext("候补第 %(n)s 位", n=one.ahead + 1)
    return gettext("已留名额") if one.state is BookingState.BOOKED else ""


def reasons(found: Sequence[StopReason]) -> str:
    """Return why a booth fits, in a line."""
    if not found:
        return gettext("岗位适合你")
    return "，".join(label(one) for one in found)


def arrival(visit: OwnVisit) -> str:
    """Return when it is best to come; empty where nothing speaks for a time."""
    at = visit.arrives_at
    return gettext("建议 %(time)s 左右到，这时排队少。", time=minute(at)) if at is not None else ""


def place_of(stop: Stop, halls: int) -> str:
    """Return where a booth stands; the hall only where there are several."""
    if not stop.booth:
        return gettext("展位待定")
    return f"{stop.hall} {stop.booth}" if halls > 1 else stop.booth


def hours(held: FairSession) -> str:
    """Return day and hours of a session."""
    return session_line(held)
