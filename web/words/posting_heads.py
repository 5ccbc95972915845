"""The head and the tabs of a posting's pages, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from sqlalchemy.orm import Session

from matcher.kinds import ListSide
from matcher.models.ranking_runs import RankingRun
from matcher.services.permissions import Actor
from matcher.services.posting_lists import seats_of_posting
from matcher.services.postings import PostingRow
from matcher.services.seats import SeatCounts
from matcher.services.standings import standings
from web.filters import figure
from web.i18n import gettext, label
from web.words import gate, places
from web.words.ranked import offer_pay

SECOND = "b"
"""What an address says for the list of reserved seats: nothing (ui.md: no such word in an address)."""

MAYBE = "c"


@dataclass(frozen=True)
class Tab:
    """A tab as the macro takes it."""

    label: str
    address: str
    count: int | None
    current: bool


@dataclass(frozen=True)
class Head:
    """Facts and tabs of a posting."""

    facts: Sequence[str]
    tabs: Sequence[Tab]
    seats: SeatCounts
    not_ranked: Sequence[str]
    incomplete: Sequence[str]


def head_of(
    session: Session,
    by: Actor,
    row: PostingRow,
    *,
    run: RankingRun | None,
    tab: str,
    n_maybe: int | None = None,
) -> Head:
    """Return head and tabs of a posting; five queries.

    Parameters
    ----------
    run : the one whose lists the tabs count, as the page has it already
    tab : "a" ordinary, "b" reserved, "c" to be confirmed, "requirement"
    """
    posting, employer = row.posting, row.employer
    seats = seats_of_posting(session, by, posting.id)
    counts: dict[ListSide, int | None] = {}
    for side in (ListSide.POSTING_ORDINARY, ListSide.POSTING_RESERVED):
        found = standings(session, run, side, [posting.id]) if run else {}
        counts[side] = found[posting.id].n_listed if posting.id in found else None
    facts = [
        employer.name,
        places.region(posting.region_code or employer.region_code),
        offer_pay(posting),
        gettext("%(level)s及以上", level=label(posting.education_min))
        if posting.education_min
        else gettext("没有写明学历"),
        gettext("普通席位 %(count)s", count=figure(seats.ordinary)),
    ]
    if seats.reserved:
        facts.append(gettext("预留席位 %(count)s", count=figure(seats.reserved)))
    if posting.is_public_welfare:
        facts.append(gettext("公益性岗位"))
    return Head(
        facts=[fact for fact in facts if fact],
        tabs=_tabs(posting.public_id, counts, tab=tab, n_maybe=n_maybe),
        seats=seats,
        not_ranked=[gate.not_ranked(code) for code in row.not_ranked],
        incomplete=[gettext(name) for name in posting.incomplete],
    )


def _tabs(
    public_id: str, counts: dict[ListSide, int | None], *, tab: str, n_maybe: int | None
) -> list[Tab]:
    def to(which: str | None = None) -> str:
        return url_for("postings.list.show", public_id=public_id, list=which)

    ordinary, reserved = counts[ListSide.POSTING_ORDINARY], counts[ListSide.POSTING_RESERVED]
    tabs = [Tab(gettext("普通席位名单"), to(), ordinary, tab == "a")]
    if reserved is not None:
        tabs.append(Tab(gettext("预留席位名单"), to(SECOND), reserved, tab == SECOND))
    tabs.append(Tab(gettext("待确认"), to(MAYBE), n_maybe, tab == MAYBE))
    address = url_for("postings.requirement", public_id=public_id)
    tabs.append(Tab(gettext("岗位要求"), address, None, tab == "requirement"))
    return tabs
