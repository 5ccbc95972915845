"""Answers of visitors (来或不来): by link, in the own account, or told to a caseworker; may be changed until it begins.

What booths may read is the visitor's own choice and changed by nobody else; nothing is agreed to unless ticked.
"""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.base import new_public_id
from matcher.db.insertion import insert_if_new
from matcher.errors import RuleBrokenError
from matcher.kinds.fair_guests import ShownField
from matcher.kinds.fairs import FairState, VisitorKind, VisitorState
from matcher.models.drives import DriveEntry
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Fair, FairSession
from matcher.services import audit
from matcher.services.fair_guests import bookings, calls_before, guest_links
from matcher.services.fair_guests.registering import consent_text
from matcher.services.permissions import SYSTEM, Actor, Permission, require
from matcher.services.rows import first_or_missing

SUBJECT = "fair_visitor"


def answer_by_link(session: Session, token: str, sessions: Sequence[str]) -> FairVisitor:
    """Take an answer given by the visitor's link.

    Parameters
    ----------
    sessions : public numbers of the sessions the visitor comes to; none: does not come

    Raises
    ------
    RuleBrokenError
        The fair is over, cancelled, or the visitor was let in already.
    """
    bookings.in_turn(session, guest_links.look(session, token).fair_id)
    return _answer(session, SYSTEM, guest_links.look(session, token, lock=True), sessions)


def answer_own(session: Session, by: Actor, public_id: str, sessions: Sequence[str]) -> FairVisitor:
    """Take a graduate's own answer."""
    bookings.in_turn(session, get_own(session, by, public_id).fair_id)
    return _answer(session, by, get_own(session, by, public_id, lock=True), sessions)


def answer_for(
    session: Session, by: Actor, visitor: FairVisitor, sessions: Sequence[str]
) -> FairVisitor:
    """Take an answer a caseworker was told; `preparing` has checked whose person it is."""
    require(by, Permission.PREPARE_VISITORS)
    answered = _answer(session, by, visitor, sessions)
    calls_before.settle(session, answered, by_account_id=by.account_id)
    return answered


def come(session: Session, by: Actor, fair_public_id: str) -> FairVisitor:
    """Make the actor a visitor of a fair of the own drive without having been asked; once."""
    require(by, Permission.VISIT_FAIRS)
    own = sa.select(DriveEntry.drive_id).where(
        DriveEntry.graduate_id == by.graduate_id, DriveEntry.left_at.is_(None)
    )
    fair = first_or_missing(
        session,
        sa.select(Fair).where(
            Fair.public_id == fair_public_id,
            Fair.state == FairState.ANNOUNCED,
            Fair.drive_id.in_(own),
        ),
        lock=False,
    )
    row = {
        "public_id": new_public_id(),
        "fair_id": fair.id,
        "graduate_id": by.graduate_id,
        "kind": VisitorKind.REGISTERED,
        "state": VisitorState.INVITED,
        "shown": [],
        "created_at": clock.now(),
        "created_by_id": by.account_id,
    }
    made = insert_if_new(session, FairVisitor, row)
    if made is not None:
        audit.record(session, by, "fair_visitor.registered", subject=(SUBJECT, made.id))
        return made
    found = sa.select(FairVisitor).where(
        FairVisitor.fair_id == fair.id, FairVisitor.graduate_id == by.graduate_id
    )
    return session.scalars(found).one()


def show_by_link(session: Session, token: str, fields: Collection[ShownField]) -> FairVisitor:
    """Set what booths may read, as the visitor ticked it on the page of the link."""
    return _show(session, SYSTEM, guest_links.look(session, token, lock=True), fields)


def show_own(
    session: Session, by: Actor, public_id: str, fields: Collection[ShownField]
) -> FairVisitor:
    """Set what booths may read of the actor."""
    return _show(session, by, get_own(session, by, public_id, lock=True), fields)


def get_own(session: Session, by: Actor, public_id: str, *, lock: bool = False) -> FairVisitor:
    """Return the actor's own row of a fair."""
    require(by, Permission.VISIT_FAIRS)
    found = sa.select(FairVisitor).where(
        FairVisitor.public_id == public_id,
        FairVisitor.graduate_id == by.graduate_id,
        FairVisitor.graduate_id.is_not(None),
        FairVisitor.forgotten_at.is_(None),
    )
    return first_or_missing(session, found, lock=lock)


def is_open(session: Session, fair: Fair) -> bool:
    """Say whether answers are still taken: announced, and its last session is not over."""
    return fair.state is FairState.ANNOUNCED and bool(open_sessions(session, fair.id))


def open_sessions(session: Session, fair_id: int) -> list[FairSession]:
    """List the sessions that are not over, by time."""
    now = clock.in_china(clock.now())
    found = (
        sa.select(FairSession)
        .where(FairSession.fair_id == fair_id, FairSession.held_on >= now.date())
        .order_by(FairSession.held_on, FairSession.begins_minute)
    )
    minute = now.hour * 60 + now.minute
    return [
        one
        for one in session.scalars(found)
        if one.held_on > now.date() or one.ends_minute > minute
    ]


def _answer(
    session: Session, by: Actor, visitor: FairVisitor, sessions: Sequence[str]
) -> FairVisitor:
    fair = session.get_one(Fair, visitor.fair_id)
    open_ = {one.public_id: one.id for one in open_sessions(session, fair.id)}
    if fair.state is not FairState.ANNOUNCED or not open_:
        raise RuleBrokenError("fair_takes_nobody", "这场招聘会现在不接收报名。")
    if sessions:
        bookings.book(session, visitor, [open_.get(one, 0) for one in sessions])
    else:
        was_asked = visitor.state is VisitorState.INVITED
        state = VisitorState.DECLINED if was_asked else VisitorState.CANCELLED
        if visitor.state is not VisitorState.DECLINED:
            bookings.give_up(session, visitor, state)
    visitor.answered_at = clock.now()
    audit.record(session, by, "fair_visitor.answered", subject=(SUBJECT, visitor.id))
    session.flush()
    return visitor


def _show(
    session: Session, by: Actor, visitor: FairVisitor, fields: Collection[ShownField]
) -> FairVisitor:
    wanted = [str(one) for one in ShownField if one in fields]
    if wanted != visitor.shown:
        visitor.shown = wanted
        if wanted:
            visitor.consented_at = clock.now()
            visitor.consent_text_id = consent_text(session).id
        audit.record(
            session, by, "fair_visitor.shown", subject=(SUBJECT, visitor.id), fields=wanted
        )
    session.flush()
    return visitor
