"""A person's fairs in the copy of the own data (参会记录): asked, answered, came, the route, what booths could read."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.fair_guests import ShownField
from matcher.models.fair_guests import FairRoute
from matcher.models.fair_visitors import FairTicket, FairVisitor
from matcher.models.fairs import Fair, FairSession
from matcher.services.fair_guests.own_views import stops_of


def visits_of(session: Session, graduate_id: int) -> list[dict[str, Any]]:
    """Return a person's visits, ready for JSON; the caller has checked whose they are."""
    found = (
        sa.select(FairVisitor, Fair)
        .join(Fair, Fair.id == FairVisitor.fair_id)
        .where(FairVisitor.graduate_id == graduate_id, FairVisitor.forgotten_at.is_(None))
        .order_by(Fair.first_on, Fair.id)
    )
    return [_visit(session, visitor, fair) for visitor, fair in session.execute(found)]


def _visit(session: Session, visitor: FairVisitor, fair: Fair) -> dict[str, Any]:
    tickets = (
        sa.select(FairSession.name, FairSession.held_on, FairTicket.admitted_at)
        .join(FairTicket, FairTicket.session_id == FairSession.id)
        .where(FairTicket.visitor_id == visitor.id)
        .order_by(FairSession.held_on, FairSession.begins_minute)
    )
    route = session.scalar(sa.select(FairRoute).where(FairRoute.visitor_id == visitor.id))
    stops = stops_of(session, fair.id, {visitor.id: route.stops} if route else {})
    return {
        "fair": fair.title,
        "first_on": fair.first_on.isoformat(),
        "state": visitor.state.label,
        "answered_at": visitor.answered_at.isoformat() if visitor.answered_at else None,
        "shown": [ShownField(one).label for one in visitor.shown],
        "sessions": [
            {
                "name": row.name,
                "held_on": row.held_on.isoformat(),
                "came_at": row.admitted_at.isoformat() if row.admitted_at else None,
            }
            for row in session.execute(tickets)
        ],
        "route": [f"{one.booth} {one.employer}".strip() for one in stops.get(visitor.id, ())],
    }
