"""Places in sessions (场次预约) and the line for them (候补): a place is taken by one conditional update.

How many may book is the approved number times a factor (`fair.booking_percent` of `limits.csv`): some who book do not
come. The door counts for itself and never lets in more than the approved number, whatever was booked.

Who books, gives up or moves up does so one after another at a fair (`in_turn`), and locks in this order everywhere, so
that nobody deadlocks on PostgreSQL: counts by session, visitors, bookings, tickets.
"""

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.insertion import insert_if_new
from matcher.errors import InvalidInputError
from matcher.kinds.fair_guests import BookingState
from matcher.kinds.fairs import FairState, VisitorState
from matcher.models.fair_guests import FairBooking, FairBookingCount
from matcher.models.fair_visitors import FairTicket, FairVisitor
from matcher.models.fairs import Fair, FairSession
from matcher.policy.limits import get_limit
from matcher.services.doors.tickets import issue_ticket, revoke_ticket
from matcher.services.fair_guests import telling

LIMIT = "fair.booking_percent"


def places_of(session: Session, fair: Fair, held: FairSession) -> int | None:
    """Return how many may book a session; None without an approved number."""
    if held.approved_number is None:
        return None
    percent = get_limit(LIMIT, fair.venue_region, clock.today()).value
    return held.approved_number * percent // 100


def full_sessions(session: Session, fair: Fair) -> frozenset[int]:
    """Return the sessions where who registers now waits: all places are taken, or somebody waits already."""
    found = (
        sa.select(FairSession, FairBookingCount.n_booked, _waits())
        .outerjoin(FairBookingCount, FairBookingCount.session_id == FairSession.id)
        .where(FairSession.fair_id == fair.id)
    )
    full = set()
    for held, booked, waits in session.execute(found):
        most = places_of(session, fair, held)
        if waits or (most is not None and (booked or 0) >= most):
            full.add(held.id)
    return frozenset(full)


def _waits() -> sa.ColumnElement[bool]:
    return sa.exists().where(
        FairBooking.session_id == FairSession.id, FairBooking.state == BookingState.WAITING
    )


def in_turn(session: Session, fair_id: int) -> None:
    """Wait for one's turn among all who book at a fair; call it before the visitor is locked.

    Sessions are only kept from being removed: the door goes on counting in them meanwhile.
    """
    held = session.scalars(
        sa.select(FairSession)
        .where(FairSession.fair_id == fair_id)
        .order_by(FairSession.id)
        .with_for_update(read=True, key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    for one in held:
        insert_if_new(session, FairBookingCount, {"session_id": one.id, "n_booked": 0})
    session.execute(
        sa.select(FairBookingCount.session_id)
        .where(FairBookingCount.session_id.in_([one.id for one in held]))
        .order_by(FairBookingCount.session_id)
        .with_for_update()
    ).all()


def book(session: Session, visitor: FairVisitor, session_ids: Sequence[int]) -> list[FairBooking]:
    """Let a visitor come to exactly these sessions: a place and a ticket, or a place in the line.

    Sessions not named any more are given up, and whoever waits first moves up. Done twice it changes nothing.

    Raises
    ------
    InvalidInputError
        No session, or one of another fair or over.
    """
    in_turn(session, visitor.fair_id)
    sessions = _sessions(session, visitor.fair_id, session_ids)
    standing = {one.session_id: one for one in bookings_of(session, [visitor.id])}
    left = sorted(set(standing) - {one.id for one in sessions})
    for number in left:
        _end(session, visitor, standing[number])
    made = [_book_one(session, visitor, held, standing.get(held.id)) for held in sessions]
    _set_state(session, visitor, made)
    session.flush()
    _move_up(session, left)
    return made


def give_up(session: Session, visitor: FairVisitor, state: VisitorState) -> None:
    """End all places of a visitor who declines, cancels or is forgotten; who waits first moves up."""
    in_turn(session, visitor.fair_id)
    left = bookings_of(session, [visitor.id])
    for booking in left:
        _end(session, visitor, booking)
    visitor.state, visitor.waiting_since = state, None
    session.flush()
    _move_up(session, [one.session_id for one in left])


def end_unused(session: Session, visitor: FairVisitor, came: Sequence[int]) -> None:
    """End the places a visitor who is forgotten will not use.

    Sessions the visitor came to, and those that are over, stay counted as they are.
    """
    left = [
        one
        for one in bookings_of(session, [visitor.id])
        if one.session_id not in came and not _is_over(session, one.session_id)
    ]
    for booking in left:
        _end(session, visitor, booking)
    session.flush()
    _move_up(session, [one.session_id for one in left])


def _is_over(session: Session, session_id: int) -> bool:
    held = session.get_one(FairSession, session_id)
    now = clock.in_china(clock.now())
    return (held.held_on, held.ends_minute) <= (now.date(), now.hour * 60 + now.minute)


def bookings_of(session: Session, visitor_ids: Iterable[int]) -> list[FairBooking]:
    """List the places visitors hold or wait for, by visitor and time of the session."""
    found = (
        sa.select(FairBooking)
        .join(FairSession, FairSession.id == FairBooking.session_id)
        .where(FairBooking.visitor_id.in_(list(visitor_ids)))
        .where(FairBooking.state != BookingState.ENDED)
        .order_by(FairBooking.visitor_id, FairSession.held_on, FairSession.begins_minute)
    )
    return list(session.scalars(found.execution_options(populate_existing=True)))


def promote(session: Session, held: FairSession) -> list[FairVisitor]:
    """Give free places of a session to those who wait, in order, with a ticket each; return who moved up.

    Nobody moves up, and hears of it, where the session is over or the fair is off.
    """
    moved: list[FairVisitor] = []
    fair = session.get_one(Fair, held.fair_id)
    if fair.state is not FairState.ANNOUNCED or _is_over(session, held.id):
        return moved
    in_turn(session, held.fair_id)
    while (booking := _first_waiting(session, held.id)) is not None:
        if not _take_place(session, fair, held):
            break
        visitor = _locked(session, booking.visitor_id)
        booking.state, booking.waiting_since = BookingState.BOOKED, None
        session.flush()
        issue_ticket(session, visitor.id, held.id)
        visitor.state, visitor.waiting_since = VisitorState.COMING, None
        telling.tell_moved_up(session, visitor, clock.now())
        moved.append(visitor)
    session.flush()
    return moved


def _locked(session: Session, visitor_id: int) -> FairVisitor:
    """Return who moves up, locked before the ticket, as somebody at the door without one is."""
    found = sa.select(FairVisitor).where(FairVisitor.id == visitor_id)
    wanted = found.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalars(wanted).one()


def _move_up(session: Session, session_ids: Sequence[int]) -> None:
    for number in sorted(session_ids):
        promote(session, session.get_one(FairSession, number))


def _sessions(session: Session, fair_id: int, ids: Sequence[int]) -> list[FairSession]:
    wanted = set(ids)
    found = (
        sa.select(FairSession)
        .where(FairSession.fair_id == fair_id, FairSession.id.in_(wanted))
        .order_by(FairSession.held_on, FairSession.begins_minute)
    )
    sessions = list(session.scalars(found))
    if not wanted or len(sessions) != len(wanted):
        message = "请选一个场次。"
        raise InvalidInputError("visitor_input", message, fields={"sessions": message})
    return sessions


def _book_one(
    session: Session, visitor: FairVisitor, held: FairSession, standing: FairBooking | None
) -> FairBooking:
    if standing is not None:
        return standing
    fair = session.get_one(Fair, visitor.fair_id)
    waits = _first_waiting(session, held.id, lock=False) is not None
    taken = not waits and _take_place(session, fair, held)
    state = BookingState.BOOKED if taken else BookingState.WAITING
    values = {"state": state, "waiting_since": None if taken else clock.now()}
    booking = insert_if_new(
        session, FairBooking, {"visitor_id": visitor.id, "session_id": held.id, **values}
    )
    if booking is None:
        booking = _again(session, visitor, held, values)
    if taken:
        issue_ticket(session, visitor.id, held.id)
    return booking


def _again(
    session: Session, visitor: FairVisitor, held: FairSession, values: Mapping[str, object]
) -> FairBooking:
    """Take up a place that was given up before."""
    booking = session.scalars(
        sa.select(FairBooking)
        .where(FairBooking.visitor_id == visitor.id, FairBooking.session_id == held.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if booking.state is not BookingState.ENDED:  # the same answer sent twice at once
        if values["state"] is BookingState.BOOKED:
            _free_place(session, held.id)
        return booking
    for name, value in values.items():
        setattr(booking, name, value)
    session.flush()
    return booking


def _end(session: Session, visitor: FairVisitor, booking: FairBooking) -> None:
    was_booked = booking.state is BookingState.BOOKED
    booking.state, booking.waiting_since = BookingState.ENDED, None
    session.flush()
    if not was_booked:
        return
    _free_place(session, booking.session_id)
    ticket = session.scalar(
        sa.select(FairTicket.id).where(
            FairTicket.visitor_id == visitor.id, FairTicket.session_id == booking.session_id
        )
    )
    if ticket is not None:
        revoke_ticket(session, ticket)


def _set_state(session: Session, visitor: FairVisitor, held: Sequence[FairBooking]) -> None:
    """Say whether the visitor comes, or only waits."""
    waiting = [one.waiting_since for one in held if one.waiting_since is not None]
    if len(waiting) == len(held):
        visitor.state, visitor.waiting_since = VisitorState.WAITING, min(waiting)
    else:
        visitor.state, visitor.waiting_since = VisitorState.COMING, None


def _first_waiting(session: Session, session_id: int, *, lock: bool = True) -> FairBooking | None:
    found = (
        sa.select(FairBooking)
        .where(FairBooking.session_id == session_id, FairBooking.state == BookingState.WAITING)
        .order_by(FairBooking.waiting_since, FairBooking.id)
        .limit(1)
    )
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    return session.scalar(found)


def _take_place(session: Session, fair: Fair, held: FairSession) -> bool:
    """Take one place of a session unless all are taken; two who come at once never get the same one."""
    most = places_of(session, fair, held)
    free = sa.true() if most is None else FairBookingCount.n_booked < most
    taken = session.scalar(
        sa.update(FairBookingCount)
        .where(FairBookingCount.session_id == held.id, free)
        .values(n_booked=FairBookingCount.n_booked + 1)
        .returning(FairBookingCount.session_id)
        .execution_options(synchronize_session=False)
    )
    return taken is not None


def _free_place(session: Session, session_id: int) -> None:
    session.execute(
        sa.update(FairBookingCount)
        .where(FairBookingCount.session_id == session_id)
        .values(n_booked=FairBookingCount.n_booked - 1)
        .execution_options(synchronize_session=False)
    )
