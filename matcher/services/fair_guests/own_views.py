"""What visitors read of their own visit (我的参会): where they stand, ticket, route with reasons.

The same for everybody, whatever their circumstances: nothing of priority, waves or class is read here.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.fairs.permits import ON_SITE
from matcher.identity import mask_name
from matcher.kinds.fair_guests import BookingState, ShownField, StopReason
from matcher.kinds.fairs import FairEmployerState, FairState, VisitorState
from matcher.models.drives import DriveEntry
from matcher.models.employers import Employer
from matcher.models.fair_guests import FairRoute
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Booth, Fair, FairEmployer, FairHall, FairPosting
from matcher.models.graduates import Graduate
from matcher.models.postings import Posting
from matcher.services.fair_guests import answers
from matcher.services.fair_guests.own_sessions import OwnSession, own_sessions
from matcher.services.fairs import moves
from matcher.services.fairs.moves import Moves
from matcher.services.permissions import Actor, Permission, require


@dataclass(frozen=True)
class Stop:
    """A booth on the way: where, who, which posts, why."""

    booth: str
    hall: str
    employer: str
    postings: tuple[str, ...]
    reasons: tuple[StopReason, ...]
    fair_employer_id: int
    employer_id: int


@dataclass(frozen=True)
class OwnVisit:
    """A visitor's own page."""

    visitor: FairVisitor
    fair: Fair
    name: str
    """Masked: phones and paper are shared."""
    sessions: tuple[OwnSession, ...]
    stops: tuple[Stop, ...]
    made_at: dt.datetime | None
    arrive_minutes: int | None
    shown: frozenset[ShownField]
    is_open: bool
    moves: Moves
    """What was announced otherwise of the sessions the visitor comes to, of all while there is none; and the place."""

    @property
    def state(self) -> VisitorState:
        """Return how the visitor stands."""
        return self.visitor.state

    @property
    def has_come(self) -> bool:
        """Return whether the visitor was let in at a session: the hall comes before the ticket then."""
        return any(one.has_come for one in self.sessions)

    @property
    def has_door(self) -> bool:
        """Return whether there is a hall to come to, and a door where the ticket is scanned."""
        return self.fair.channel in ON_SITE

    @property
    def arrives_at(self) -> int | None:
        """Minute of the day at which it is best to come, in the first session booked; None once it has passed."""
        booked = [one.held for one in self.sessions if one.state is BookingState.BOOKED]
        if not booked or self.arrive_minutes is None or not self.stops:
            return None
        best, now = booked[0].begins_minute + self.arrive_minutes, clock.in_china(clock.now())
        is_past = (booked[0].held_on, best) < (now.date(), now.hour * 60 + now.minute)
        return None if is_past else best


def own_visit(session: Session, visitor: FairVisitor) -> OwnVisit:
    """Return a visitor's page; the caller has checked whose it is. About ten queries."""
    fair = session.get_one(Fair, visitor.fair_id)
    route = session.scalar(sa.select(FairRoute).where(FairRoute.visitor_id == visitor.id))
    stops = stops_of(session, fair.id, {visitor.id: route.stops} if route else {})
    sessions = tuple(own_sessions(session, visitor))
    return OwnVisit(
        visitor=visitor,
        fair=fair,
        name=masked_name(session, visitor),
        sessions=sessions,
        stops=stops.get(visitor.id, ()),
        made_at=route.made_at if route else None,
        arrive_minutes=route.arrive_minutes if route else None,
        shown=frozenset(ShownField(one) for one in visitor.shown),
        is_open=answers.is_open(session, fair),
        moves=_moves(session, visitor, fair, sessions),
    )


def _moves(
    session: Session, visitor: FairVisitor, fair: Fair, sessions: Sequence[OwnSession]
) -> Moves:
    if fair.state is not FairState.ANNOUNCED or fair.last_on < clock.today():
        return Moves()
    known_since = moves.since(fair, visitor.created_at)
    own = {one.held.id for one in sessions if one.state is not None}
    if own:
        return moves.of_sessions(session, fair, known_since, own)
    return moves.of_fair(session, fair, known_since)


def masked_name(session: Session, visitor: FairVisitor) -> str:
    """Return a visitor's masked name."""
    if visitor.graduate_id is None:
        return visitor.name_masked or "*"
    return mask_name(session.get_one(Graduate, visitor.graduate_id).name)


def full_name(session: Session, visitor: FairVisitor) -> str:
    """Return a visitor's name in full, for the person and the person's own caseworker."""
    if visitor.graduate_id is not None:
        return session.get_one(Graduate, visitor.graduate_id).name
    if not visitor.name_cipher:
        return "*"
    return ring_of(session).decrypt(visitor.name_cipher, "fair_visitor.name")


def own_visits(session: Session, by: Actor) -> list[tuple[FairVisitor, Fair]]:
    """List the actor's own visits, the next fair first, those over last."""
    require(by, Permission.VISIT_FAIRS)
    found = (
        sa.select(FairVisitor, Fair)
        .join(Fair, Fair.id == FairVisitor.fair_id)
        .where(FairVisitor.graduate_id == by.graduate_id, FairVisitor.graduate_id.is_not(None))
        .where(Fair.state != FairState.DRAFT, FairVisitor.forgotten_at.is_(None))
        .order_by(Fair.last_on < clock.today(), Fair.first_on, Fair.id)
    )
    return [(row[0], row[1]) for row in session.execute(found)]


def other_fairs(session: Session, by: Actor) -> list[Fair]:
    """List announced fairs of the actor's drives the actor is no visitor of yet."""
    require(by, Permission.VISIT_FAIRS)
    drives = sa.select(DriveEntry.drive_id).where(
        DriveEntry.graduate_id == by.graduate_id, DriveEntry.left_at.is_(None)
    )
    there = sa.select(FairVisitor.fair_id).where(
        FairVisitor.graduate_id == by.graduate_id, FairVisitor.graduate_id.is_not(None)
    )
    found = sa.select(Fair).where(
        Fair.state == FairState.ANNOUNCED,
        Fair.last_on >= clock.today(),
        Fair.drive_id.in_(drives),
        Fair.id.not_in(there),
    )
    return list(session.scalars(found.order_by(Fair.first_on, Fair.id)))


def stops_of(
    session: Session, fair_id: int, routes: dict[int, list[dict[str, Any]]]
) -> dict[int, tuple[Stop, ...]]:
    """Return stored routes as they are read now, by visitor: employers that withdrew since are left out."""
    employers = sorted({one["fair_employer"] for stops in routes.values() for one in stops})
    postings = sorted({n for stops in routes.values() for one in stops for n in one["postings"]})
    places = _places(session, employers)
    titles = _titles(session, employers, postings)
    return {
        visitor: tuple(
            _stop(one, places[one["fair_employer"]], titles)
            for one in stops
            if one["fair_employer"] in places
        )
        for visitor, stops in routes.items()
    }


def _stop(
    one: dict[str, Any], place: tuple[str, str, str, int], titles: dict[tuple[int, int], str]
) -> Stop:
    employer = one["fair_employer"]
    named = [titles[employer, n] for n in one["postings"] if (employer, n) in titles]
    return Stop(
        booth=place[0],
        hall=place[1],
        employer=place[2],
        postings=tuple(dict.fromkeys(named)),
        reasons=tuple(StopReason(code) for code in one["reasons"]),
        fair_employer_id=employer,
        employer_id=place[3],
    )


def _places(session: Session, employers: Sequence[int]) -> dict[int, tuple[str, str, str, int]]:
    """Return label of the first booth, hall, name and id of each employer that still comes."""
    found = (
        sa.select(
            FairEmployer.id,
            FairEmployer.employer_id,
            Booth.label,
            FairHall.name,
            Employer.name.label("employer"),
        )
        .join(Employer, Employer.id == FairEmployer.employer_id)
        .outerjoin(Booth, Booth.fair_employer_id == FairEmployer.id)
        .outerjoin(FairHall, FairHall.id == Booth.hall_id)
        .where(FairEmployer.id.in_(employers))
        .where(FairEmployer.state == FairEmployerState.ACCEPTED)
        .order_by(FairHall.number.desc(), Booth.label.desc())
    )
    return {
        row.id: (row.label or "", row.name or "", row.employer, row.employer_id)
        for row in session.execute(found)
    }


def _titles(
    session: Session, employers: Sequence[int], postings: Sequence[int]
) -> dict[tuple[int, int], str]:
    found = (
        sa.select(FairPosting.fair_employer_id, Posting.id, Posting.title)
        .join(Posting, Posting.id == FairPosting.posting_id)
        .where(FairPosting.fair_employer_id.in_(employers), Posting.id.in_(postings))
        .order_by(Posting.id)
    )
    return {(row.fair_employer_id, row.id): row.title for row in session.execute(found)}
