"""Files of households (档案): the list with its counts, members, one file with its parts, its history.

A page shows names and numbers masked; a file of somebody else's caseload is a line only. Titles and addresses say
nothing of anybody's status.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.kinds import HardshipTier
from matcher.kinds.household_facts import SchoolLevel
from matcher.kinds.households import FileState, HardshipCause, WorkStatus
from matcher.services.hardship import documents, file_lists, member_lists, timeline
from matcher.services.hardship.file_lists import NOBODY, FileCounts, FileFilter
from matcher.services.hardship.file_views import names_of, view_file
from matcher.services.hardship.member_lists import MemberFilter
from matcher.services.permissions import Permission
from web.asked import asked_member, asked_region, asked_tick, asked_words
from web.auth import current_actor
from web.forms import FormState, blank_form
from web.fragments import fragment_or_page
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.schemas.files import DatedForm, FileReveal, Leaving, ReasonForm
from web.session import reading_aside, request_session
from web.words import file_history, file_sections
from web.words.file_tabs import tabs_of

bp = Blueprint("files", __name__, url_prefix="/files")

MENU = (
    NavItem(
        "files.index",
        msg("家庭档案"),
        Permission.VIEW_FILES,
        "care",
        hint=msg("查家庭档案，新建、补充和更正"),
        icon="list",
    ),
)

ORDERS = (
    ("number", msg("按档案编号")),
    ("holder", msg("按户主姓名")),
    ("stale", msg("最久没改的在前")),
    ("newest", msg("最新登记的在前")),
)
_ALL = "all"
_YEAR = dt.timedelta(days=365)


@bp.get("")
@needs(Permission.VIEW_FILES)
def index() -> ResponseReturnValue:
    """List the files in sight; the state is open files unless another is asked for."""
    session, actor, part = request_session(), current_actor(), requested_slice()
    wanted = _wanted()
    found = file_lists.list_files(session, actor, wanted, limit=part.limit, offset=part.offset)
    counts = file_lists.count_files(session, actor)
    owners = file_lists.owners_of_files(session, actor)
    unions = file_lists.unions_of_files(session, actor)
    return fragment_or_page(
        "files/_rows.html",
        "files/list.html",
        rows=found.rows,
        pager=page_of(part, found.total),
        wanted=wanted,
        figures=_figures(counts),
        choices=_choices(owners, unions),
        tags=_tags(wanted, dict(owners), dict(unions)),
        counts=counts,
        state_asked=request.args.get("state", ""),
        owner_asked=request.args.get("owner", ""),
    )


def _wanted() -> FileFilter:
    """Return what the query asks for; nonsense narrows nothing."""
    state = asked_member("state", FileState)
    every = request.args.get("state") == _ALL
    order = request.args.get("order", "number")
    return FileFilter(
        words=asked_words("q"),
        state=state,
        is_open=None if every or state else True,
        tier=asked_member("tier", HardshipTier),
        region=asked_region("region"),
        union_id=request.args.get("union", type=int),
        owner_id=_owner(request.args.get("owner", "")),
        zero_employment=True if asked_tick("home") else None,
        cause=asked_member("cause", HardshipCause),
        is_main_cause=asked_tick("main"),
        unchanged_since=clock.today() - _YEAR if asked_tick("stale") else None,
        order=order if order in dict(ORDERS) else "number",  # type: ignore[arg-type] # one of them
    )


def _owner(text: str) -> int | None:
    if text == "me":
        return current_actor().account_id
    if text == "none":
        return NOBODY
    return int(text) if text.isascii() and text.isdigit() else None


def _figures(counts: FileCounts) -> list[dict[str, Any]]:
    """Return the counts, each with the list it opens."""
    asked = request.args.get("state", "")
    only = {name for name, value in request.args.items() if value and name not in ("page", "order")}
    shown: list[dict[str, Any]] = [
        {
            "label": gettext("有效档案"),
            "value": counts.open,
            "address": url_for("files.index"),
            "current": not only,
            "note": "",
        }
    ]
    for state in (FileState.DRAFT, FileState.IN_APPROVAL, FileState.ACTIVE, FileState.EXITED):
        shown.append(
            {
                "label": label(state),
                "value": counts.by_state.get(state, 0),
                "address": url_for("files.index", state=state.value),
                "current": asked == state.value and only == {"state"},
                "note": "",
            }
        )
    shown.append(
        {
            "label": gettext("没有负责人"),
            "value": counts.unowned,
            "address": url_for("files.index", owner="none"),
            "current": only == {"owner"} and request.args.get("owner") == "none",
            "note": "",
        }
    )
    return shown


def _choices(
    owners: list[tuple[int, str]], unions: list[tuple[int, str]]
) -> dict[str, list[tuple[str, str]]]:
    states = [(one.value, label(one)) for one in FileState]
    people = [("me", gettext("我")), ("none", gettext("没有负责人"))]
    return {
        "state": [*states, (_ALL, gettext("全部状态"))],
        "tier": [(one.value, label(one)) for one in HardshipTier],
        "cause": [(one.value, label(one)) for one in HardshipCause],
        "owner": [*people, *((str(key), name) for key, name in owners)],
        "union": [(str(key), name) for key, name in unions],
        "order": [(key, gettext(words)) for key, words in ORDERS],
    }


def _tags(
    wanted: FileFilter, owners: Mapping[int, str], unions: Mapping[int, str]
) -> list[tuple[str, str]]:
    """Return what is on, as words and the field that takes it off."""
    owner = owners.get(wanted.owner_id or 0, gettext("没有负责人"))
    said = [
        (gettext("含“%(words)s”", words=wanted.words), "q", wanted.words),
        (label(wanted.state), "state", wanted.state),
        (gettext("全部状态"), "state", request.args.get("state") == _ALL),
        (label(wanted.tier), "tier", wanted.tier),
        (gettext("区划 %(code)s", code=wanted.region), "region", wanted.region),
        (unions.get(wanted.union_id or 0, ""), "union", wanted.union_id),
        (owner, "owner", wanted.owner_id is not None),
        (gettext("零就业"), "home", wanted.zero_employment),
        (label(wanted.cause), "cause", wanted.cause),
        (gettext("只看主要原因"), "main", wanted.cause and wanted.is_main_cause),
        (gettext("一年未改"), "stale", wanted.unchanged_since),
    ]
    return [(words, field) for words, field, is_on in said if is_on]


@bp.get("/members")
@needs(Permission.VIEW_FILES)
def members() -> ResponseReturnValue:
    """List the members of the open files in sight."""
    session, actor, part = request_session(), current_actor(), requested_slice()
    wanted = MemberFilter(
        words=asked_words("q"),
        work_status=asked_member("work", WorkStatus),
        school_level=asked_member("school", SchoolLevel),
    )
    found = member_lists.list_members(session, actor, wanted, limit=part.limit, offset=part.offset)
    said = [
        (gettext("姓名以“%(words)s”开头", words=wanted.words), "q", wanted.words),
        (label(wanted.work_status), "work", wanted.work_status),
        (label(wanted.school_level), "school", wanted.school_level),
    ]
    return fragment_or_page(
        "files/_members.html",
        "files/members.html",
        rows=found.rows,
        pager=page_of(part, found.total),
        wanted=wanted,
        works=[(one.value, label(one)) for one in WorkStatus],
        schools=[(one.value, label(one)) for one in SchoolLevel],
        tags=[(words, field) for words, field, is_on in said if is_on],
    )


@bp.get("/<household_id>")
@needs(Permission.VIEW_FILES)
def show(household_id: str) -> ResponseReturnValue:
    """Show a file: whole, or its line."""
    return file_page(household_id)


def file_page(household_id: str, **forms: FormState) -> ResponseReturnValue:
    """Show a file; a form that was sent and refused is shown again with what was typed."""
    actor = current_actor()
    with reading_aside() as session:
        view = view_file(session, actor, household_id)
        page = render_template(
            "files/show.html" if view.is_whole else "files/line.html",
            view=view,
            sections=file_sections.sections_of(view) if view.is_whole else [],
            head=file_sections.head(view),
            tabs=tabs_of(household_id, "files.show"),
            paper=forms.get("paper") or blank_form(DatedForm, on=clock.today()),
            withdrawal=forms.get("withdrawal") or blank_form(ReasonForm),
            reveal=forms.get("reveal") or blank_form(FileReveal, what=request.args.get("what")),
            revealable=file_sections.revealable(view),
            stands={one.id: documents.stands(one, clock.today()) for one in view.documents},
            leaving=blank_form(Leaving, on=clock.today()),
        )
    return page, 422 if forms else 200


@bp.get("/<household_id>/history")
@needs(Permission.VIEW_FILES)
def history(household_id: str) -> ResponseReturnValue:
    """Show who changed which field when, sensitive values masked, and what else was done with the file."""
    session, actor, part = request_session(), current_actor(), requested_slice()
    view = view_file(session, actor, household_id)
    if not view.is_whole:
        return render_template(
            "files/line.html",
            view=view,
            head=file_sections.head(view),
            tabs=tabs_of(household_id, "files.history"),
        )
    found = timeline.list_timeline(session, view.household, limit=part.limit, offset=part.offset)
    names = names_of(session, actor, file_history.accounts_in(found.rows))
    return render_template(
        "files/history.html",
        view=view,
        rows=file_history.lines_of(found.rows, names, view, actor.account_id),
        pager=page_of(part, found.total),
        tabs=tabs_of(household_id, "files.history"),
    )
