"""Referrals (推荐) of a union: the list by whose turn it is, and the page of one with its next steps."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher import clock
from matcher.services.drives import list_drives
from matcher.services.permissions import Actor, Permission, may
from matcher.services.posting_lists import find_posting
from matcher.services.referrals import lists, reading
from matcher.services.referrals.groups import ReferralGroup
from matcher.services.referrals.lists import DUES, ReferralFilter, ReferralLine
from web.asked import asked_words
from web.auth import current_actor
from web.fragments import fragment_or_page
from web.i18n import gettext, msg
from web.marks import needs
from web.navigation import NavItem
from web.paging import page_of, requested_slice, with_query
from web.session import reading_aside, request_session
from web.words import referral_reasons
from web.words.referral_next import NextAct, next_act
from web.words.referral_step import Step
from web.words.referral_steps import by_side, steps_for
from web.words.referrals import (
    DUE_WORDS,
    GROUP_WORDS,
    StateWords,
    disclosed_words,
    end_words,
    state_words,
    step_words,
)

bp = Blueprint("referrals", __name__, url_prefix="/referrals")

MENU = (
    NavItem(
        "referrals.index",
        msg("推荐"),
        Permission.VIEW_REFERRALS,
        "care",
        hint=msg("每条推荐走到哪一步，等谁答复"),
        icon="list",
    ),
)


@bp.get("")
@needs(Permission.VIEW_REFERRALS)
def index() -> ResponseReturnValue:
    """List the referrals of the district, those whose day comes first on top."""
    session, actor, part = request_session(), current_actor(), requested_slice()
    drives = list_drives(session, actor)
    wanted = _wanted(session, actor, {drive.id for drive in drives})
    found = lists.list_referrals(session, actor, wanted, limit=part.limit, offset=part.offset)
    return fragment_or_page(
        "referrals/_rows.html",
        "referrals/list.html",
        rows=[_row(one) for one in found.rows],
        pager=page_of(part, found.total),
        tabs=_tabs(found.counts, wanted),
        group=wanted.group,
        applied=_applied(wanted, {drive.id: drive.name for drive in drives}),
        wanted=wanted,
        drives=[(drive.id, drive.name) for drive in drives],
        dues=[(due, gettext(DUE_WORDS[due])) for due in DUES],
        posting=request.args.get("posting", ""),
        end_words=end_words,
        today=clock.today(),
    )


def _row(line: ReferralLine) -> tuple[ReferralLine, StateWords, NextAct | None]:
    """Return a line with where it stands and its next act."""
    told = state_words(line.referral, is_unconfirmed=line.is_unconfirmed)
    return line, told, next_act(line.referral, is_unconfirmed=line.is_unconfirmed)


def _wanted(session: Session, actor: Actor, drives: set[int]) -> ReferralFilter:
    """Return what the address asks for; nonsense narrows nothing, a posting out of sight is missing."""
    args = request.args
    group, due, posting = args.get("group", ""), args.get("due", ""), args.get("posting", "")
    drive = args.get("drive", type=int)
    sees_postings = may(actor, Permission.VIEW_POSTINGS)
    return ReferralFilter(
        group=ReferralGroup(group) if group in set(ReferralGroup) else None,
        due=due if due in DUES else "",
        mine=args.get("owner") == "me",
        posting_id=find_posting(session, actor, posting).posting.id
        if posting and sees_postings
        else None,
        drive_id=drive if drive in drives else None,
        words=asked_words("q"),
    )


def _tabs(counts: dict[ReferralGroup, int], wanted: ReferralFilter) -> list[dict[str, Any]]:
    tabs = [_tab(gettext("全部"), None, sum(counts.values()), wanted)]
    return tabs + [
        _tab(gettext(words), group, counts[group], wanted) for group, words in GROUP_WORDS.items()
    ]


def _tab(
    words: str, group: ReferralGroup | None, count: int, wanted: ReferralFilter
) -> dict[str, Any]:
    return {
        "label": words,
        "address": with_query(group=group.value if group else None, page=None),
        "count": count,
        "current": wanted.group is group,
    }


def _applied(wanted: ReferralFilter, drives: dict[int, str]) -> list[tuple[str, str]]:
    """Return what is on, as (words, field of the query)."""
    tags = [
        (gettext(DUE_WORDS[wanted.due]) if wanted.due else "", "due"),
        (gettext("我负责的") if wanted.mine else "", "owner"),
        (drives[wanted.drive_id] if wanted.drive_id else "", "drive"),
        (gettext("这个岗位") if wanted.posting_id else "", "posting"),
        (gettext("含有：%(words)s", words=wanted.words) if wanted.words else "", "q"),
    ]
    return [(words, field) for words, field in tags if words]


@bp.get("/<public_id>")
@needs(Permission.VIEW_REFERRALS)
def show(public_id: str) -> ResponseReturnValue:
    """Show one referral: where it stands, why it was made, all its steps, and what may come next."""
    actor = current_actor()
    refers = may(actor, Permission.REFER)
    with reading_aside() as database:
        whole = reading.read_referral(database, actor, public_id)
        referral = whole.line.referral
        return render_template(
            "referrals/show.html",
            whole=whole,
            line=whole.line,
            referral=referral,
            words=state_words(referral, is_unconfirmed=whole.line.is_unconfirmed),
            ended=end_words(referral),
            disclosed=disclosed_words(referral.disclosed),
            reasons=referral_reasons.shown(referral.reasons, whole.offer_text),
            timeline=[step_words(one) for one in lists.timeline_of(database, actor, referral.id)],
            sides=by_side(_steps(whole)) if refers else [],
            next=_next(whole) if refers else None,
        )


def _steps(whole: reading.WholeReferral) -> Sequence[Step]:
    referral, has_seat = whole.line.referral, whole.seat is not None
    return steps_for(referral, agrees=whole.agrees, has_seat=has_seat)


def _next(whole: reading.WholeReferral) -> NextAct | None:
    """Return the page's main act; under a consent that stands the referral is sent without asking again.

    A proposal of a plan is confirmed by a button of its own.
    """
    found = None if whole.line.is_unconfirmed else next_act(whole.line.referral)
    if whole.agrees and found is not None and found.step == "agree":
        return NextAct(gettext("送出"), "send")
    return found
