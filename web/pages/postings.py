"""Postings of a drive (岗位与排序): the list, and how a posting's major requirement was read.

Who may not see hardship gets another list, of another type: no seat class, no figure of a list.
"""

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from matcher.kinds import PostingState
from matcher.services import posting_lists
from matcher.services.permissions import Permission, may
from matcher.services.posting_lists import PostingFilter, find_posting
from web.asked import asked_member, asked_region, asked_tick, asked_words
from web.auth import current_actor
from web.drive_choice import chosen_drive
from web.fragments import fragment_or_page
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.pages import posting_lists as posting_lists_pages
from web.pages import posting_requirements
from web.paging import page_of, requested_slice
from web.session import request_session
from web.words import gate, places
from web.words.ranked import offer_pay

bp = Blueprint("postings", __name__, url_prefix="/postings")
bp.register_blueprint(posting_lists_pages.bp)
bp.register_blueprint(posting_requirements.bp)

MENU = (
    NavItem(
        "postings.index",
        msg("岗位与排序"),
        Permission.VIEW_POSTINGS,
        "drive",
        hint=msg("查看岗位和席位"),
        icon="list",
    ),
)


def _filter() -> PostingFilter:
    return PostingFilter(
        words=asked_words("q"),
        employer=asked_words("employer"),
        region=asked_region("region"),
        state=asked_member("state", PostingState),
        incomplete=asked_tick("incomplete"),
        undecided=asked_tick("undecided"),
    )


def _applied(wanted: PostingFilter) -> list[tuple[str, str]]:
    """Return what is on, as (words, field of the query)."""
    tags = [
        (gettext("岗位：%(words)s", words=wanted.words), "q", wanted.words),
        (gettext("单位：%(words)s", words=wanted.employer), "employer", wanted.employer),
        (gettext("地点：%(place)s", place=places.region(wanted.region)), "region", wanted.region),
        (gettext("状态：%(state)s", state=label(wanted.state)), "state", wanted.state),
        (gettext("要素不全"), "incomplete", wanted.incomplete),
        (gettext("专业待确认"), "undecided", wanted.undecided),
    ]
    return [(words, name) for words, name, is_on in tags if is_on]


@bp.get("")
@needs(Permission.VIEW_POSTINGS)
def index() -> ResponseReturnValue:
    """Show the postings of a drive."""
    choice = chosen_drive()
    if choice.drive is None:
        return render_template("postings/none.html")
    actor, session = current_actor(), request_session()
    wanted, part = _filter(), requested_slice()
    sees_lists = may(actor, Permission.VIEW_RANKING) and may(actor, Permission.VIEW_HARDSHIP)
    read = posting_lists.list_for_ranking if sees_lists else posting_lists.list_neutral
    found: Any = read(session, actor, choice.drive.id, wanted, limit=part.limit, offset=part.offset)
    return fragment_or_page(
        "postings/_ranked.html" if sees_lists else "postings/_neutral.html",
        "postings/index.html",
        drive=choice.drive,
        drives=choice.drives,
        found=found,
        wanted=wanted,
        applied=_applied(wanted),
        regions=[
            (code, places.region(code))
            for code in posting_lists.places_of(session, actor, choice.drive.id)
        ],
        states=[(state.value, label(state)) for state in PostingState],
        sees_lists=sees_lists,
        pager=page_of(part, found.total),
        not_ranked=gate.not_ranked,
        place_of=places.region,
        pay_of=offer_pay,
    )


@bp.get("/<public_id>/requirement")
@needs(Permission.VIEW_RANKING)
def requirement(public_id: str) -> ResponseReturnValue:
    """Show how a posting's major requirement was read."""
    row = find_posting(request_session(), current_actor(), public_id)
    return posting_requirements.requirement_page(row)
