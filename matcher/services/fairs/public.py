"""The public page of a fair (公开页面): read by anybody with the link, so nothing about a person is in it.

What is shown are the fair's own words, its sessions, the employers that were accepted and their posts, by trade.
A fair in preparation answers like none. The fingerprint changes whenever anything on the page does.
"""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.fairs.permits import ON_SITE
from matcher.kinds.fairs import FairEmployerState, FairState
from matcher.models.employers import Employer
from matcher.models.fairs import Booth, Fair, FairEmployer, FairHall, FairPosting, FairSession
from matcher.models.organisations import Union
from matcher.models.postings import Posting
from matcher.services.booths import views
from matcher.services.booths.views import BoothCell, FloorSheet
from matcher.services.fair_employers.posts import still_shown
from matcher.services.fair_employers.sight import STOPPED
from matcher.services.fair_guests import bookings
from matcher.services.fairs import moves
from matcher.services.fairs.moves import Moves
from matcher.services.fairs.sessions import sessions_of
from matcher.services.rows import first_or_missing
from matcher.vocabulary.industries import load_industries

SHOWN = (FairState.ANNOUNCED, FairState.CLOSED, FairState.CANCELLED)
"""States in which a fair has a public page."""


@dataclass(frozen=True)
class PublicEmployer:
    """An employer as the page shows it, with its booths and posts."""

    name: str
    about: str | None
    trade: str
    """Letter of the trade; empty if it is not known."""
    is_labour_dispatch: bool
    booths: list[str]
    postings: list[Posting]


@dataclass(frozen=True)
class PublicTrade:
    """The employers of a trade, by name."""

    code: str
    employers: list[PublicEmployer]
    n_wanted: int


@dataclass(frozen=True)
class PublicFair:
    """All the page shows."""

    fair: Fair
    union_name: str
    sessions: Sequence[FairSession]
    trades: list[PublicTrade]
    n_employers: int
    n_postings: int
    n_wanted: int
    is_over: bool
    takes_visitors: bool
    full: frozenset[int]
    """Sessions where who registers now waits; of none, who or how many."""
    moves: Moves
    """What was announced otherwise before; empty once it is over or cancelled."""

    @property
    def has_door(self) -> bool:
        """Return whether there is a hall to come to."""
        return self.fair.channel in ON_SITE


def find_public(session: Session, token: str) -> Fair:
    """Return the fair of a public address.

    Raises
    ------
    NotFoundError
        There is none, or it is in preparation.
    """
    found = sa.select(Fair).where(Fair.token == token, Fair.state.in_(SHOWN))
    return first_or_missing(session, found, lock=False)


def takes_visitors(session: Session, fair: Fair) -> bool:
    """Say whether somebody may register now: announced, and a session is still to come or going on."""
    if fair.state is not FairState.ANNOUNCED:
        return False
    return bool(open_sessions(session, fair))


def open_sessions(session: Session, fair: Fair) -> list[FairSession]:
    """Return the sessions one may still come to."""
    local = clock.in_china(clock.now())
    now = (local.date(), local.hour * 60 + local.minute)
    return [one for one in sessions_of(session, fair.id) if (one.held_on, one.ends_minute) > now]


def full_now(session: Session, fair: Fair) -> frozenset[int]:
    """Return the sessions one may still come to where who registers now is put on the waiting list."""
    if fair.state is not FairState.ANNOUNCED:
        return frozenset()
    return bookings.full_sessions(session, fair) & {one.id for one in open_sessions(session, fair)}


def read_public(session: Session, fair: Fair) -> PublicFair:
    """Return what the page shows, in a handful of queries."""
    employers = _employers(session, fair)
    by_trade: dict[str, list[PublicEmployer]] = defaultdict(list)
    for one in employers:
        by_trade[one.trade].append(one)
    trades = [
        PublicTrade(code, by_trade[code], _wanted(by_trade[code]))
        for code in sorted(by_trade, key=lambda code: (not code, code))
    ]
    return PublicFair(
        fair=fair,
        union_name=session.get_one(Union, fair.union_id).name,
        sessions=sessions_of(session, fair.id),
        trades=trades,
        n_employers=len(employers),
        n_postings=sum(len(one.postings) for one in employers),
        n_wanted=_wanted(employers),
        is_over=fair.last_on < clock.today(),
        takes_visitors=takes_visitors(session, fair),
        full=full_now(session, fair),
        moves=moves_of(session, fair),
    )


def moves_of(session: Session, fair: Fair) -> Moves:
    """Return what was announced otherwise before, while the fair is still to come."""
    if fair.state is not FairState.ANNOUNCED or fair.last_on < clock.today():
        return Moves()
    return moves.of_fair(session, fair, moves.since(fair))


def _wanted(employers: Sequence[PublicEmployer]) -> int:
    return sum(posting.headcount for one in employers for posting in one.postings)


def _employers(session: Session, fair: Fair) -> list[PublicEmployer]:
    found = sa.select(FairEmployer.id, Employer).join(
        Employer, Employer.id == FairEmployer.employer_id
    )
    rows = session.execute(
        found.where(
            FairEmployer.fair_id == fair.id,
            FairEmployer.state == FairEmployerState.ACCEPTED,
            Employer.state.not_in(STOPPED),
        ).order_by(Employer.name, FairEmployer.id)
    ).all()
    booths = _booths(session, fair)
    postings = _postings(session, fair)
    return [
        PublicEmployer(
            name=employer.name,
            about=employer.about,
            trade=_trade(employer),
            is_labour_dispatch=employer.is_labour_dispatch,
            booths=booths.get(number, []),
            postings=postings.get(number, []),
        )
        for number, employer in rows
    ]


def _trade(employer: Employer) -> str:
    return load_industries().section_of(employer.industry or "") or ""


def _booths(session: Session, fair: Fair) -> dict[int, list[str]]:
    found = sa.select(Booth.fair_employer_id, Booth.label).where(
        Booth.fair_id == fair.id, Booth.fair_employer_id.is_not(None)
    )
    labels: dict[int, list[str]] = defaultdict(list)
    for number, label in session.execute(found.order_by(Booth.hall_id, Booth.row, Booth.column)):
        labels[number or 0].append(label)
    return labels


def read_floor(session: Session, fair: Fair) -> FloorSheet:
    """Return the halls as the page draws them: who stands somewhere without being accepted is not named."""
    floor = views.read_floor(session, fair.id)
    found = (
        sa.select(FairEmployer.id)
        .join(Employer, Employer.id == FairEmployer.employer_id)
        .where(
            FairEmployer.fair_id == fair.id,
            FairEmployer.state == FairEmployerState.ACCEPTED,
            Employer.state.not_in(STOPPED),
        )
    )
    accepted = set(session.scalars(found))
    halls = tuple(
        replace(hall, booths=tuple(_shown(one, accepted) for one in hall.booths))
        for hall in floor.halls
    )
    trades = {one.holder.trade for hall in halls for one in hall.booths if one.holder is not None}
    return FloorSheet(halls, tuple(one for one in floor.trades if one.code in trades))


def _shown(cell: BoothCell, accepted: set[int]) -> BoothCell:
    named = cell.holder is not None and cell.holder.fair_employer_id in accepted
    return cell if named else replace(cell, holder=None)


def _postings(session: Session, fair: Fair) -> dict[int, list[Posting]]:
    found = (
        sa.select(FairPosting.fair_employer_id, Posting)
        .join(Posting, Posting.id == FairPosting.posting_id)
        .join(FairEmployer, FairEmployer.id == FairPosting.fair_employer_id)
        .join(Fair, Fair.id == FairEmployer.fair_id)
        .where(FairEmployer.fair_id == fair.id, *still_shown())
        .order_by(Posting.title, Posting.id)
    )
    shown: dict[int, list[Posting]] = defaultdict(list)
    for number, posting in session.execute(found):
        shown[number].append(posting)
    return shown


def fingerprint(session: Session, fair: Fair) -> str:
    """Return what changes whenever the page does: versions and counts of all rows shown, full sessions, the time.

    The day and half hour are in it since registration closes when the last session ends.
    """
    of_fair = FairEmployer.fair_id == fair.id
    parts = (
        sa.select(sa.func.count(FairEmployer.id), sa.func.sum(FairEmployer.version_id)).where(
            of_fair
        ),
        sa.select(sa.func.count(Employer.id), sa.func.sum(Employer.version_id))
        .join(FairEmployer, FairEmployer.employer_id == Employer.id)
        .where(of_fair),
        sa.select(
            sa.func.count(Posting.id), sa.func.sum(Posting.version_id), sa.func.sum(FairPosting.id)
        )
        .join(FairPosting, FairPosting.posting_id == Posting.id)
        .join(FairEmployer, FairEmployer.id == FairPosting.fair_employer_id)
        .where(of_fair),
        sa.select(sa.func.count(Booth.id), sa.func.sum(Booth.version_id)).where(
            Booth.fair_id == fair.id
        ),
        sa.select(sa.func.count(FairHall.id), sa.func.sum(FairHall.version_id)).where(
            FairHall.fair_id == fair.id
        ),
    )
    seen = [tuple(session.execute(part).one()) for part in parts]
    held = [
        (one.name, one.held_on, one.begins_minute, one.ends_minute, one.opens_minutes_before)
        for one in sessions_of(session, fair.id)
    ]
    local = clock.in_china(clock.now())
    full = sorted(full_now(session, fair))
    text = repr((fair.id, fair.version_id, fair.state.value, seen, held, full, _half_hour(local)))
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _half_hour(local: dt.datetime) -> tuple[dt.date, int]:
    return local.date(), (local.hour * 60 + local.minute) // 30
