"""The figures of a fair's report (报告数字): each a query over the logs, and the same query gives the rows behind it.

The chain 入场 → 投递 → 面试 → 意向 → 录用 → 到岗 is kept apart step by step. What a booth noted counts only of people
who took part, so that intents (people) never exceed people; contacts of anybody else are told as something to mend.
Somebody who came in on another's ticket (a conflict of the door, settled as another person) is a row of the door's log
without a ticket: one more of the people, whom nothing else is known of.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher.fairs.outcomes import HIRES
from matcher.kinds.cohorts import EventChannel
from matcher.kinds.fair_hall import ContactState
from matcher.kinds.fair_reports import FollowState
from matcher.kinds.fairs import EntryKind, FairEmployerState, FairState
from matcher.models.fair_contacts import FairContact
from matcher.models.fair_reports import FairFollow, FairPresence
from matcher.models.fair_visitors import FairEntry, FairTicket
from matcher.models.fairs import Fair, FairEmployer, FairPosting
from matcher.models.postings import Posting


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report.

    Parameters
    ----------
    rows : kind of its rows: employer, posting, visitor, entry, contact, follow
    select : the ids of its rows at a fair
    is_heads : whether a row counts for the people its posting wants (招聘人数), not for one
    nameless : the entries that count as further rows, of people without a ticket
    """

    code: str
    rows: str
    select: Callable[[Fair], sa.Select[int]]
    is_heads: bool = False
    nameless: Callable[[Fair], sa.Select[int]] | None = None


def present(fair: Fair) -> sa.Select[int]:
    """Return the employers that came: confirmed, and nobody noted that they stayed away."""
    return _accepted(fair).where(~_stayed_away())


def absent(fair: Fair) -> sa.Select[int]:
    """Return the employers that had confirmed and stayed away."""
    return _accepted(fair).where(_stayed_away())


def _accepted(fair: Fair) -> sa.Select[int]:
    return sa.select(FairEmployer.id).where(
        FairEmployer.fair_id == fair.id, FairEmployer.state == FairEmployerState.ACCEPTED
    )


def _stayed_away(place: type[FairEmployer] = FairEmployer) -> sa.ColumnElement[bool]:
    noted, later = aliased(FairPresence), aliased(FairPresence)
    newer = sa.exists().where(later.fair_employer_id == noted.fair_employer_id, later.id > noted.id)
    return sa.exists().where(noted.fair_employer_id == place.id, sa.not_(noted.came), ~newer)


def _positions(fair: Fair) -> sa.Select[int]:
    return sa.select(FairPosting.id).where(FairPosting.fair_employer_id.in_(present(fair)))


def _first_shown(fair: Fair) -> sa.Select[int]:
    """Return the postings no earlier fair of the drive showed; of two on one day the one entered first is earlier.

    An employer that stayed away showed nothing.
    """
    earlier, place, shown = aliased(Fair), aliased(FairEmployer), aliased(FairPosting)
    before = sa.or_(
        earlier.first_on < fair.first_on,
        sa.and_(earlier.first_on == fair.first_on, earlier.id < fair.id),
    )
    seen = sa.exists().where(
        shown.posting_id == FairPosting.posting_id,
        shown.fair_employer_id == place.id,
        place.fair_id == earlier.id,
        place.state == FairEmployerState.ACCEPTED,
        ~_stayed_away(place),
        earlier.drive_id == fair.drive_id,
        earlier.state == FairState.CLOSED,
        before,
    )
    return _positions(fair).where(~seen)


def _visits(fair: Fair) -> sa.Select[int]:
    return sa.select(FairEntry.id).where(
        FairEntry.fair_id == fair.id, FairEntry.kind == EntryKind.ENTERED
    )


def _entered(fair_id: int) -> sa.Select[int]:
    return (
        sa.select(FairTicket.visitor_id.label("id"))
        .join(FairEntry, FairEntry.ticket_id == FairTicket.id)
        .where(FairEntry.fair_id == fair_id, FairEntry.kind == EntryKind.ENTERED)
    )


@lru_cache(maxsize=64)
def _took_part(fair_id: int, *, is_online: bool) -> sa.CTE:
    """Return who took part, the same object for the same fair: a query that asks for it ten times makes it once."""
    if not is_online:
        return _entered(fair_id).distinct().cte("took_part")
    talked = sa.select(FairContact.visitor_id.label("id")).where(FairContact.fair_id == fair_id)
    return sa.union(_entered(fair_id), talked).cte("took_part")


def nameless(fair: Fair) -> sa.Select[int]:
    """Return the entries of people without a ticket of their own: each somebody else than everybody who has one."""
    return _visits(fair).where(FairEntry.ticket_id.is_(None))


def people(fair: Fair) -> sa.Select[int]:
    """Return the visitors who took part: let in at the door; at a fair online also who talked to an employer."""
    return sa.select(_those(fair))


def _those(fair: Fair) -> sa.ColumnElement[int]:
    is_online = fair.channel is not EventChannel.ON_SITE
    return _took_part(fair.id, is_online=is_online).c.id


def never_in(fair: Fair) -> sa.Select[int]:
    """Return the people who took part without passing a door: each came once, online."""
    return people(fair).where(_those(fair).not_in(_entered(fair.id)))


def contacts(fair: Fair) -> sa.Select[int]:
    """Return the contacts of people who took part."""
    return sa.select(FairContact.id).where(
        FairContact.fair_id == fair.id, FairContact.visitor_id.in_(people(fair))
    )


def outside_door(fair: Fair) -> sa.Select[int]:
    """Return the contacts of people no door let in: a mistake somewhere, counted nowhere."""
    return sa.select(FairContact.id).where(
        FairContact.fair_id == fair.id, FairContact.visitor_id.not_in(people(fair))
    )


def _of_contacts(condition: sa.ColumnElement[bool]) -> Callable[[Fair], sa.Select[int]]:
    return lambda fair: contacts(fair).where(condition)


def _people_of(condition: sa.ColumnElement[bool]) -> Callable[[Fair], sa.Select[int]]:
    def chosen(fair: Fair) -> sa.Select[int]:
        met = sa.select(FairContact.visitor_id).where(FairContact.fair_id == fair.id, condition)
        return people(fair).where(_those(fair).in_(met))

    return chosen


def _people_followed(states: frozenset[FollowState]) -> Callable[[Fair], sa.Select[int]]:
    def chosen(fair: Fair) -> sa.Select[int]:
        told = sa.select(FairFollow.visitor_id).where(
            FairFollow.fair_id == fair.id,
            FairFollow.state.in_(sorted(states)),
            FairFollow.ended_at.is_(None),
        )
        return people(fair).where(_those(fair).in_(told))

    return chosen


def reached_nobody(fair: Fair) -> sa.Select[int]:
    """Return the people who took part and talked to no employer."""
    met = sa.select(FairContact.visitor_id).where(FairContact.fair_id == fair.id)
    return people(fair).where(_those(fair).not_in(met))


def idle(fair: Fair) -> sa.Select[int]:
    """Return the employers that came and that nobody visited."""
    visited = sa.select(FairContact.fair_employer_id).where(FairContact.fair_id == fair.id)
    return present(fair).where(FairEmployer.id.not_in(visited))


def unused_posts(fair: Fair) -> sa.Select[int]:
    """Return the postings shown that no contact came to an intent for, not even one that was refused later."""
    wanted = sa.select(FairContact.posting_id).where(
        FairContact.fair_id == fair.id, FairContact.posting_id.is_not(None)
    )
    return _positions(fair).where(FairPosting.posting_id.not_in(wanted))


def _follows(*states: FollowState) -> Callable[[Fair], sa.Select[int]]:
    def chosen(fair: Fair) -> sa.Select[int]:
        return sa.select(FairFollow.id).where(
            FairFollow.fair_id == fair.id,
            FairFollow.state.in_(states),
            FairFollow.ended_at.is_(None),
        )

    return chosen


_RESUME = FairContact.resume_at.is_not(None)
_INTERVIEW = FairContact.interviewed_at.is_not(None)
_INTENT = FairContact.state == ContactState.INTENT
_REFUSED = FairContact.state == ContactState.REFUSED

REPORT: tuple[Figure, ...] = (
    Figure("units", "employer", present),
    Figure("positions", "posting", _positions),
    Figure("posts", "posting", _positions, is_heads=True),
    Figure("distinct_posts", "posting", _first_shown, is_heads=True),
    Figure("visits", "entry", _visits),
    Figure("people", "visitor", people, nameless=nameless),
    Figure("resumes", "contact", _of_contacts(_RESUME)),
    Figure("resume_people", "visitor", _people_of(_RESUME)),
    Figure("interviews", "contact", _of_contacts(_INTERVIEW)),
    Figure("interview_people", "visitor", _people_of(_INTERVIEW)),
    Figure("intents", "contact", _of_contacts(_INTENT)),
    Figure("intent_people", "visitor", _people_of(_INTENT)),
    Figure("hires", "visitor", _people_followed(HIRES)),
    Figure("starts", "visitor", _people_followed(frozenset({FollowState.STARTED}))),
)
"""The lines of the report in their order; `visits` are 人次, `people` are people."""

BESIDE: tuple[Figure, ...] = (
    Figure("absent", "employer", absent),
    Figure("idle", "employer", idle),
    Figure("reached_nobody", "visitor", reached_nobody),
    Figure("unused_posts", "posting", unused_posts),
    Figure("outside_door", "contact", outside_door),
    Figure("refusals", "contact", _of_contacts(_REFUSED)),
    Figure("open_follows", "follow", _follows(FollowState.OPEN)),
    Figure("disputed", "follow", _follows(FollowState.DISPUTED)),
)
"""What the suggestions rest on; opened the same way, not part of the report."""

_BY_CODE = {one.code: one for one in (*REPORT, *BESIDE)}


def find_figure(code: str) -> Figure | None:
    """Return a figure by its code."""
    return _BY_CODE.get(code)


def count(session: Session, fair: Fair, figure: Figure) -> int:
    """Return one figure of a fair."""
    return count_all(session, fair, (figure,))[figure.code]


def count_all(session: Session, fair: Fair, figures: tuple[Figure, ...] = REPORT) -> dict[str, int]:
    """Return figures by their codes, all as of one moment: one query."""
    columns = [_number(fair, one).label(one.code) for one in figures]
    row = session.execute(sa.select(*columns)).one()
    return {one.code: int(number or 0) for one, number in zip(figures, row, strict=True)}


def count_rows(session: Session, ids: sa.Select[int]) -> int:
    """Return how many rows a query of ids has."""
    return session.scalar(sa.select(_rows(ids))) or 0


def _number(fair: Fair, figure: Figure) -> sa.ColumnElement[int]:
    ids = figure.select(fair)
    if figure.is_heads:
        heads = sa.select(sa.func.coalesce(sa.func.sum(Posting.headcount), 0))
        shown = heads.join(FairPosting, FairPosting.posting_id == Posting.id)
        return shown.where(FairPosting.id.in_(ids)).scalar_subquery()
    if figure.nameless is not None:
        return _rows(ids) + _rows(figure.nameless(fair))
    return _rows(ids)


def _rows(ids: sa.Select[int]) -> sa.ColumnElement[int]:
    return sa.select(sa.func.count()).select_from(ids.subquery()).scalar_subquery()
