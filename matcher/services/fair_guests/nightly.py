"""What a night does for visitors of fairs: a reminder the day before, calls opened and settled, places moved up."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.fair_guests import BookingState
from matcher.kinds.fairs import FairState
from matcher.models.fair_guests import FairBooking
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Fair, FairSession
from matcher.services.fair_guests import bookings, calls_before, telling


def remind(session: Session) -> int:
    """Remind everybody with a place in a session of tomorrow, once."""
    day = clock.today() + dt.timedelta(days=1)
    found = (
        sa.select(FairVisitor)
        .join(FairBooking, FairBooking.visitor_id == FairVisitor.id)
        .join(FairSession, FairSession.id == FairBooking.session_id)
        .join(Fair, Fair.id == FairVisitor.fair_id)
        .where(Fair.state == FairState.ANNOUNCED, FairSession.held_on == day)
        .where(FairBooking.state == BookingState.BOOKED, FairVisitor.forgotten_at.is_(None))
        .order_by(FairVisitor.public_id)
        .distinct()
    )
    return sum(telling.tell_eve(session, one, day) for one in session.scalars(found).all())


def move_up(session: Session) -> int:
    """Give places that came free in any way (a higher approved number) to those who wait."""
    found = (
        sa.select(FairSession)
        .join(Fair, Fair.id == FairSession.fair_id)
        .where(Fair.state == FairState.ANNOUNCED, FairSession.held_on >= clock.today())
        .where(
            FairSession.id.in_(
                sa.select(FairBooking.session_id).where(FairBooking.state == BookingState.WAITING)
            )
        )
        .order_by(FairSession.fair_id, FairSession.id)
    )
    return sum(len(bookings.promote(session, one)) for one in session.scalars(found).all())


STEPS = (
    ("n_settled", calls_before.settle_calls),
    ("n_calls", calls_before.open_calls),
    ("n_moved_up", move_up),
    ("n_reminded", remind),
)
"""Steps of the night, each a transaction of its own; who moves up is reminded the same night, not by a second run."""
