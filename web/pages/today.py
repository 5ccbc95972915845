"""The caseworker's day (今日待办): what is due and overdue, by which rule, one click to the act; a sheet to print."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.models.accounts import Account
from matcher.services.casework import day_panels, hand_over_lists, today
from matcher.services.casework.day_panels import CaseloadSize
from matcher.services.casework.today import When
from matcher.services.figures.branches import find_present_drive
from matcher.services.permissions import Permission, may
from web.addresses import address_of
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import fragment_or_page, see_other, toast, wants_fragment
from web.i18n import gettext, msg, translated
from web.marks import needs
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.schemas.day import Deferral
from web.session import reading_aside, request_session
from web.words.day import (
    WHENS,
    done_words,
    limit_words,
    subject_words,
    task_words,
    today_address,
)
from web.words.target_lines import target_lines

bp = Blueprint("today", __name__, url_prefix="/today")

MENU = (
    NavItem(
        "today.index",
        msg("今日待办"),
        Permission.VIEW_FILES,
        "today",
        hint=msg("今天到期和超期的事，按规则生成"),
        icon="calendar",
    ),
)

_SHEET_ROWS = 100
"""A sheet of the day: nobody does more, and it fits four pages."""

_TABS = (When.NOW, When.WEEK, When.ALL, When.UNCLAIMED)


@bp.get("")
@needs(Permission.VIEW_FILES)
def index() -> ResponseReturnValue:
    """Show what is due, one's own or a colleague's for a supervisor."""
    session, actor = request_session(), current_actor()
    colleague = today.whose_day(session, actor, request.args.get("who"))
    account_id = colleague.id if colleague else actor.account_id
    when = _when(request.args.get("when", ""))
    counts = today.count_tasks(session, actor, account_id=account_id)
    wanted = requested_slice()
    found = today.list_tasks(
        session, actor, when, account_id=account_id, limit=wanted.limit, offset=wanted.offset
    )
    return fragment_or_page(
        "today/_rows.html",
        "today/index.html",
        rows=[task_words(row) for row in found.rows],
        pager=page_of(wanted, found.total),
        when=when,
        when_words=translated(WHENS[when]),
        colleague=colleague,
        today=clock.today(),
        **_goals(),
        **_head(counts, when, colleague),
        **_panels(account_id, colleague),
    )


def _goals() -> dict[str, Any]:
    """Return the targets of the drive that goes on, in one line each; a fragment of the list needs none."""
    session, actor = request_session(), current_actor()
    if wants_fragment() or not may(actor, Permission.VIEW_FIGURES):
        return {"goal_drive": None, "target_lines": []}
    drive = find_present_drive(session, actor)
    return {"goal_drive": drive, "target_lines": target_lines(drive) if drive else []}


def _when(text: str) -> When:
    return When(text) if text in set(When) else When.NOW


def _head(counts: dict[When, int], when: When, colleague: Account | None) -> dict[str, Any]:
    """Return the figures on top and the tabs over the list, each with the address of its list."""
    who = colleague.public_id if colleague else None

    def item(one: When) -> dict[str, Any]:
        return {
            "label": translated(WHENS[one]),
            "value": counts[one],
            "count": counts[one],
            "note": "",
            "address": today_address(one, who),
            "current": one is when,
        }

    tabs = [one for one in _TABS if one is not When.UNCLAIMED or colleague is None]
    return {
        "figures": [item(one) for one in (When.OVERDUE, When.TODAY, When.TOMORROW)],
        "tabs": [item(one) for one in tabs],
    }


def _panels(account_id: int | None, colleague: Account | None) -> dict[str, Any]:
    """Return what stands beside the list, and the figures of the caseload with their lists."""
    session, actor = request_session(), current_actor()
    owner = colleague.id if colleague else "me"
    families = day_panels.families_without_work(session, actor, account_id)
    near = day_panels.near_limits(session, actor, account_id)
    done = day_panels.done_today(session, actor, account_id)
    size = day_panels.caseload_size(session, actor, account_id)
    missing = day_panels.count_incomplete(session, actor, account_id)
    return {
        "size": size,
        "n_waiting": hand_over_lists.count_waiting(session, actor)
        if may(actor, Permission.VIEW_CASES) and colleague is None
        else 0,
        "caseload": _caseload(families.total, missing, size, account_id, owner),
        "families": [(subject_words(one.subject), one.due_on) for one in families.rows],
        "n_families": families.total,
        "near": [
            (subject_words(one.subject), one.due_on, limit_words(one.rule)) for one in near.rows
        ],
        "n_near": near.total,
        "board": address_of("board.index"),
        "done": [(one.at, done_words(one)) for one in done],
    }


def _caseload(
    n_families: int, missing: int, size: CaseloadSize, account_id: int | None, owner: int | str
) -> list[dict[str, Any]]:
    """Return the figures of a caseload with the lists they open."""
    return [
        _figure(
            msg("零就业家庭"),
            n_families,
            address_of("files.index", owner=account_id, home="yes"),
            gettext("户"),
        ),
        _figure(
            msg("服务没做够"),
            missing,
            address_of("cases.index", owner=owner, package="missing"),
            gettext("/ %(n)s 人", n=size.n_cases),
        ),
        _figure(
            msg("还没有服务记录"),
            size.n_without_act,
            address_of("cases.index", owner=owner, served="none"),
            gettext("人"),
        ),
        _figure(
            msg("没有人负责"),
            size.n_without_owner,
            address_of("cases.index", owner="none"),
            gettext("人"),
        ),
    ]


def _figure(words: str, value: int, address: str, note: str) -> dict[str, Any]:
    return {
        "label": translated(words),
        "value": value,
        "address": address,
        "note": note,
        "current": False,
    }


@bp.get("/sheet")
@needs(Permission.VIEW_FILES)
def sheet() -> ResponseReturnValue:
    """Show the sheet of the day for printing (今日单): numbers and masked names, neutral words only."""
    session, actor = request_session(), current_actor()
    found = today.list_tasks(session, actor, When.NOW, limit=_SHEET_ROWS)
    rows = [task_words(row) for row in found.rows]
    return render_template("today/sheet.html", rows=rows, total=found.total, today=clock.today())


@bp.post("/<public_id>/claim")
@needs(Permission.EDIT_FILES)
def claim(public_id: str) -> ResponseReturnValue:
    """Take up a task nobody owes yet."""
    today.claim_task(request_session(), current_actor(), public_id)
    toast(gettext("已认领，在您的待办里"))
    return see_other(today_address(When.UNCLAIMED))


@bp.get("/<public_id>/defer")
@needs(Permission.EDIT_FILES)
def defer_form(public_id: str) -> ResponseReturnValue:
    """Show the form that puts a task off."""
    return _deferral(public_id, blank_form(Deferral))


def _deferral(public_id: str, form: FormState, status: int = 200) -> ResponseReturnValue:
    with reading_aside() as database:
        row = today.task_row(database, current_actor(), public_id)
        page = render_template("today/defer.html", form=form, one=task_words(row))
    return page, status


@bp.post("/<public_id>/defer")
@needs(Permission.EDIT_FILES)
def defer(public_id: str) -> ResponseReturnValue:
    """Put a task off with a reason."""
    wish = read_form(Deferral)
    if isinstance(wish, FormErrors):
        return _deferral(public_id, wish, 422)
    try:
        today.defer_task(request_session(), current_actor(), public_id, wish.to, wish.reason)
    except InvalidInputError as error:
        return _deferral(public_id, refused_form(Deferral, error), 422)
    toast(gettext("已改期，原因记下了"))
    return see_other(url_for("today.index"))
