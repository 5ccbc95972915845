"""An employer's own fairs (我的招聘会): invitations, its place, papers, posts, booth; nobody by name.

Who comes is told as one rounded number: neither who was asked nor in what order can be read from it.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.fairs import FairEmployerState, VisitorState
from matcher.models.fair_papers import FairCall
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Fair, FairEmployer, FairSession
from matcher.services.employers import get_employer
from matcher.services.fair_employers.lists import Line, lines_of
from matcher.services.fair_employers.places import Room, room_of
from matcher.services.fair_employers.posts import Offered, offered_posts
from matcher.services.fair_employers.sight import (
    PRESENT,
    Place,
    call_of,
    find_own,
    find_seen_fair,
    is_open,
    seen_fairs,
)
from matcher.services.fairs import moves
from matcher.services.fairs.moves import Moves
from matcher.services.permissions import Actor

_TENS = 10


@dataclass(frozen=True)
class OwnFair:
    """A fair in the list of an employer, with its state there, None where it has no place."""

    fair: Fair
    state: FairEmployerState | None
    apply_until: dt.date | None

    @property
    def is_past(self) -> bool:
        """Whether it was held or called off."""
        return not is_open(self.fair)


@dataclass(frozen=True)
class OwnPage:
    """What an employer reads of one fair.

    Parameters
    ----------
    line : its place with papers, posts and booths; None while it has none
    n_coming : people who said they come, rounded down to tens
    moves : what the employer was told otherwise before, while the fair is still to come
    may_change : whether applications and papers are still taken
    """

    fair: Fair
    call: FairCall | None
    sessions: Sequence[FairSession]
    room: Room
    line: Line | None
    offered: Sequence[Offered]
    n_coming: int
    moves: Moves
    may_change: bool
    may_apply: bool


def list_own(session: Session, by: Actor) -> list[OwnFair]:
    """Return the fairs an employer takes part in or may apply to, the next first, past ones last."""
    found = session.execute(
        sa.select(Fair, FairEmployer.state, FairCall.apply_until)
        .outerjoin(
            FairEmployer,
            sa.and_(FairEmployer.fair_id == Fair.id, FairEmployer.employer_id == by.employer_id),
        )
        .outerjoin(FairCall, FairCall.fair_id == Fair.id)
        .where(Fair.id.in_(seen_fairs(by)))
        .order_by(Fair.first_on, Fair.id)
    )
    rows = [OwnFair(*one) for one in found]
    past = [one for one in rows if one.is_past]
    return [one for one in rows if not one.is_past] + past[::-1]


def read_own(session: Session, by: Actor, fair_public_id: str) -> OwnPage:
    """Return what an employer reads of a fair it may see."""
    fair = find_seen_fair(session, by, fair_public_id)
    row, call = find_own(session, by, fair), call_of(session, fair.id)
    employer = get_employer(session, by, by.employer_id or 0)
    line, offered = None, []
    if row is not None:
        line = lines_of(session, fair, [(row, employer)])[0]
        offered = offered_posts(session, Place(fair, row, employer))
    in_time = call is None or call.apply_until is None or call.apply_until >= clock.today()
    comes = row is not None and row.state in PRESENT
    refused = row is not None and row.state is FairEmployerState.REFUSED
    return OwnPage(
        fair=fair,
        call=call,
        sessions=_sessions(session, fair),
        room=room_of(session, fair.id),
        line=line,
        offered=offered,
        n_coming=_coming(session, fair) if comes else 0,
        moves=_moves(session, fair, row),
        may_change=is_open(fair) and comes,
        may_apply=is_open(fair) and not comes and not refused and in_time,
    )


def _moves(session: Session, fair: Fair, row: FairEmployer | None) -> Moves:
    if not is_open(fair):
        return Moves()
    asked = (row.asked_at or row.created_at,) if row is not None else ()
    return moves.of_fair(session, fair, moves.since(fair, *asked))


def _sessions(session: Session, fair: Fair) -> list[FairSession]:
    found = sa.select(FairSession).where(FairSession.fair_id == fair.id)
    order = (FairSession.held_on, FairSession.begins_minute, FairSession.id)
    return list(session.scalars(found.order_by(*order)))


def _coming(session: Session, fair: Fair) -> int:
    counted = sa.select(sa.func.count()).where(
        FairVisitor.fair_id == fair.id, FairVisitor.state == VisitorState.COMING
    )
    return (session.scalar(counted) or 0) // _TENS * _TENS
