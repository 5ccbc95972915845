"""Who comes, for those who organise a fair (参会名单): masked names, totals, and nothing that tells who heard when.

Rows stand in an order drawn by lot. While invitations are on their way, single answers of invited people are not
shown: only totals. No class, no tier, no time of answering is read here, whatever the role.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.identity import mask_name
from matcher.kinds import EducationLevel
from matcher.kinds.fair_guests import BookingState
from matcher.kinds.fairs import VisitorKind, VisitorState
from matcher.models.fair_guests import FairBooking, FairBookingCount
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Fair, FairSession
from matcher.models.graduates import Graduate, GraduateMajor
from matcher.services.fair_guests import bookings, inviting
from matcher.services.fairs.sight import get_managed
from matcher.services.permissions import Actor


@dataclass(frozen=True)
class GuestLine:
    """A visitor in a list: masked, without any time."""

    public_id: str
    name: str
    kind: VisitorKind
    state: VisitorState
    school: str
    major: str
    education: EducationLevel | None


@dataclass(frozen=True)
class GuestPage:
    """A page of the list; `is_held_back`: invited people are left out until everybody has heard."""

    rows: Sequence[GuestLine]
    total: int
    is_held_back: bool


@dataclass(frozen=True)
class SessionPlaces:
    """Places of a session: how many may book, have booked, wait, came."""

    held: FairSession
    most: int | None
    n_booked: int
    n_waiting: int


def counts(session: Session, by: Actor, public_id: str) -> Mapping[VisitorState, int]:
    """Return how many visitors stand where; totals alone."""
    fair = get_managed(session, by, public_id, lock=False)
    found = (
        sa.select(FairVisitor.state, sa.func.count())
        .where(FairVisitor.fair_id == fair.id)
        .group_by(FairVisitor.state)
        .order_by(FairVisitor.state)
    )
    return {row[0]: row[1] for row in session.execute(found)}


def places(session: Session, by: Actor, public_id: str) -> list[SessionPlaces]:
    """Return the places of all sessions by time."""
    fair = get_managed(session, by, public_id, lock=False)
    waiting = (
        sa.select(FairBooking.session_id, sa.func.count().label("n"))
        .where(FairBooking.state == BookingState.WAITING)
        .group_by(FairBooking.session_id)
        .subquery()
    )
    found = (
        sa.select(FairSession, FairBookingCount.n_booked, waiting.c.n)
        .outerjoin(FairBookingCount, FairBookingCount.session_id == FairSession.id)
        .outerjoin(waiting, waiting.c.session_id == FairSession.id)
        .where(FairSession.fair_id == fair.id)
        .order_by(FairSession.held_on, FairSession.begins_minute)
    )
    return [
        SessionPlaces(held, bookings.places_of(session, fair, held), booked or 0, line or 0)
        for held, booked, line in session.execute(found)
    ]


def list_guests(
    session: Session,
    by: Actor,
    public_id: str,
    *,
    state: VisitorState | None = None,
    kind: VisitorKind | None = None,
    limit: int = 50,
    offset: int = 0,
) -> GuestPage:
    """List visitors, masked, in an order drawn by lot; three queries however many there are."""
    fair = get_managed(session, by, public_id, lock=False)
    out_of_sight = inviting.in_sight(session, fair.id)
    kept = [*_kept(fair, state, kind), *out_of_sight]
    total = session.scalar(sa.select(sa.func.count()).select_from(FairVisitor).where(*kept)) or 0
    rows = session.execute(
        _lines().where(*kept).order_by(FairVisitor.public_id).limit(limit).offset(offset)
    ).all()
    return GuestPage([_line(row) for row in rows], total, bool(out_of_sight))


def _kept(
    fair: Fair, state: VisitorState | None, kind: VisitorKind | None
) -> list[sa.ColumnElement[bool]]:
    kept = [FairVisitor.fair_id == fair.id]
    if state is not None:
        kept.append(FairVisitor.state == state)
    if kind is not None:
        kept.append(FairVisitor.kind == kind)
    return kept


def _lines() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            FairVisitor.public_id,
            FairVisitor.kind,
            FairVisitor.state,
            FairVisitor.name_masked,
            FairVisitor.school,
            FairVisitor.major_text,
            FairVisitor.education,
            Graduate.name.label("graduate_name"),
            Graduate.school.label("graduate_school"),
            Graduate.education.label("graduate_education"),
            GraduateMajor.name.label("graduate_major"),
        )
        .outerjoin(Graduate, Graduate.id == FairVisitor.graduate_id)
        .outerjoin(
            GraduateMajor,
            sa.and_(GraduateMajor.graduate_id == Graduate.id, GraduateMajor.position == 1),
        )
    )


def _line(row: Any) -> GuestLine:
    name = mask_name(row.graduate_name) if row.graduate_name else row.name_masked or "*"
    return GuestLine(
        public_id=row.public_id,
        name=name,
        kind=row.kind,
        state=row.state,
        school=row.graduate_school or row.school or "",
        major=row.graduate_major or row.major_text or "",
        education=row.graduate_education or row.education,
    )
