"""Placements (去向): the list of a district, the queue of checks, and the page of one."""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import Role
from matcher.kinds.placements import PlacementState
from matcher.policy import destinations
from matcher.services.drives import list_drives
from matcher.services.permissions import Actor, Permission
from matcher.services.placements import alerts, lists
from matcher.services.placements.lists import FLAGS, OBJECTED, UNPROVED, WARNED, PlacementFilter
from web.asked import asked_words
from web.auth import current_actor
from web.fragments import fragment_or_page
from web.i18n import gettext, label, msg, translated
from web.marks import needs
from web.navigation import NavItem
from web.paging import page_of, requested_slice, with_query
from web.placement_page import placement_page
from web.session import request_session
from web.words import placements as words

bp = Blueprint("placements", __name__, url_prefix="/placements")

MENU = (
    NavItem(
        "placements.index",
        msg("就业去向"),
        None,
        "care",
        hint=msg("登记、证明、核验；只有已核的计入"),
        roles=(Role.CASEWORKER, Role.DRIVE_MANAGER, Role.REVIEWER, Role.APPROVER),
        icon="list",
    ),
    NavItem(
        "placements.checking",
        msg("待核去向"),
        Permission.CHECK_PLACEMENTS,
        "care",
        hint=msg("别人登记的去向，逐份核验材料"),
    ),
)

_EITHER = (Permission.RECORD_PLACEMENTS, Permission.CHECK_PLACEMENTS)
_FLAG_WORDS = {
    WARNED: msg("有提示的"),
    UNPROVED: msg("还没有材料的"),
    OBJECTED: msg("本人说不属实的"),
}


@bp.get("")
@needs(*_EITHER)
def index() -> ResponseReturnValue:
    """List the placements of the district, newest first."""
    session, actor, part = request_session(), current_actor(), requested_slice()
    drives = [(one.id, one.name) for one in list_drives(session, actor)]
    wanted = _wanted(session, actor, dict(drives))
    counts = lists.count_states(session, actor, wanted)
    total = sum(counts.values()) if wanted.state is None else counts[wanted.state]
    found = lists.list_placements(
        session, actor, wanted, limit=part.limit, offset=part.offset, total=total
    )
    return fragment_or_page(
        "placements/_rows.html",
        "placements/list.html",
        rows=found.rows,
        pager=page_of(part, found.total),
        tabs=_tabs(counts, wanted),
        wanted=wanted,
        applied=_applied(wanted, dict(drives)),
        drives=drives,
        flags=[(flag, translated(_FLAG_WORDS[flag])) for flag in FLAGS],
        codes=[(one.qualified, f"{one.code} {one.name}") for one in _offered()],
        alert=request.args.get("alert", ""),
        words=words,
    )


def _offered() -> list[destinations.Destination]:
    return destinations.offered(clock.today())


def _wanted(session: Session, actor: Actor, drives: dict[int, str]) -> PlacementFilter:
    """Return what the address asks for; nonsense narrows nothing, an anomaly out of sight is missing."""
    args = request.args
    state, flag, drive = args.get("state", ""), args.get("flag", ""), args.get("drive", type=int)
    alert, ids = args.get("alert", ""), None
    if alert:
        found = alerts.get_alert(session, actor, alert)
        ids = tuple(int(one) for one in found.facts.get("placements", []))
    return PlacementFilter(
        state=PlacementState(state) if state in set(PlacementState) else None,
        flag=flag if flag in FLAGS else "",
        mine=args.get("owner") == "me",
        counts=args.get("counts") == "yes",
        drive_id=drive if drive in drives else None,
        destination=args.get("code", ""),
        words=asked_words("q"),
        ids=ids,
    )


def _tabs(counts: dict[PlacementState, int], wanted: PlacementFilter) -> list[dict[str, Any]]:
    tabs: list[dict[str, Any]] = [
        {
            "label": gettext("全部"),
            "address": with_query(state=None, page=None),
            "count": sum(counts.values()),
            "current": wanted.state is None,
        }
    ]
    return tabs + [
        {
            "label": label(state),
            "address": with_query(state=state.value, page=None),
            "count": counts[state],
            "current": wanted.state is state,
        }
        for state in PlacementState
    ]


def _applied(wanted: PlacementFilter, drives: dict[int, str]) -> list[tuple[str, str]]:
    list_name, _, code = wanted.destination.partition(":")
    tags = [
        (translated(_FLAG_WORDS[wanted.flag]) if wanted.flag else "", "flag"),
        (gettext("我负责的") if wanted.mine else "", "owner"),
        (gettext("计入的") if wanted.counts else "", "counts"),
        (drives[wanted.drive_id] if wanted.drive_id else "", "drive"),
        (destinations.name_of(list_name, code) if wanted.destination else "", "code"),
        (gettext("一条线索里的") if wanted.ids is not None else "", "alert"),
        (gettext("含有：%(words)s", words=wanted.words) if wanted.words else "", "q"),
    ]
    return [(said, field) for said, field in tags if said]


@bp.get("/checking")
@needs(Permission.CHECK_PLACEMENTS)
def checking() -> ResponseReturnValue:
    """List what others sent to be checked, the earliest day first."""
    session, actor, part = request_session(), current_actor(), requested_slice()
    found = lists.checking_queue(session, actor, limit=part.limit, offset=part.offset)
    return render_template(
        "placements/checking.html",
        rows=found.rows,
        pager=page_of(part, found.total),
        overdue=lists.n_overdue(session, actor),
        words=words,
    )


@bp.get("/<public_id>")
@needs(*_EITHER)
def show(public_id: str) -> ResponseReturnValue:
    """Show one placement: what is recorded, its evidence, its checks, and what may come next."""
    return placement_page(public_id)
