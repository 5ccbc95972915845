"""Interview slots at a booth (面试时段): made by the employer, given to people it met, never one twice.

The indexes decide: a slot takes one person, a person starts one interview at a time, a contact has one appointment.
That two slots of different length do not overlap for a person is asked while the visitor is locked.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.fairs.slot_times import SlotTime, slot_times
from matcher.kinds.fair_hall import ContactStepKind, ContactVia
from matcher.kinds.interviews import TAKING, InterviewState
from matcher.models.fair_contacts import FairContact
from matcher.models.fair_queues import FairInterview, FairSlot
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import FairSession
from matcher.models.interviews import Interview, InterviewSlot
from matcher.services.fair_hall.contacts import locked, one_of_place
from matcher.services.fair_hall.sight import OwnPlace, lock_place, own_place
from matcher.services.fair_hall.steps import NewStep, enter
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import first_or_missing, unique_or

MOST = 400
"""Slots of one employer at a fair; more is a slip of the finger."""


@dataclass(frozen=True)
class SlotWish:
    """Slots to make in a session, in minutes of China's day."""

    session: str
    begins: int
    ends: int
    minutes: int
    n_tables: int


def make_slots(session: Session, by: Actor, public_id: str, wish: SlotWish) -> int:
    """Make slots of a session where none stand yet; return how many were made.

    Raises
    ------
    InvalidInputError
        Outside the session's hours, or more than an employer may have.
    """
    require(by, Permission.TAKE_PART_IN_FAIRS)
    place = _not_closed(own_place(session, by, public_id))
    held = first_or_missing(
        session,
        sa.select(FairSession).where(
            FairSession.public_id == wish.session, FairSession.fair_id == place.fair_id
        ),
        lock=False,
    )
    if not held.begins_minute <= wish.begins < wish.ends <= held.ends_minute:
        why = "请填在这一场的开始和结束时间之内。"
        raise InvalidInputError("slots_outside", why, fields={"begins": why})
    lock_place(session, place.id)
    there = _slots(session, place.id)
    taken = [_minutes(one) for one in there if one.session_id == held.id]
    wanted = slot_times(
        wish.begins, wish.ends, minutes=wish.minutes, n_tables=wish.n_tables, taken=taken
    )
    if len(there) + len(wanted) > MOST:
        why = f"一家单位最多 {MOST} 个时段，请少排一些。"
        raise InvalidInputError("slots_too_many", why, fields={"minutes": why})
    for one in wanted:
        session.add(
            FairSlot(
                fair_employer_id=place.id,
                session_id=held.id,
                table_number=one.table_number,
                begins_at=_instant(held.held_on, one.begins),
                ends_at=_instant(held.held_on, one.ends),
            )
        )
    session.flush()
    return len(wanted)


def _not_closed(place: OwnPlace) -> OwnPlace:
    if clock.today() > place.last_on:
        raise RuleBrokenError("fair_hall_closed", "招聘会已经结束，不能再排面试。")
    return place


def _slots(session: Session, place_id: int) -> Sequence[FairSlot]:
    found = sa.select(FairSlot).where(FairSlot.fair_employer_id == place_id)
    return session.scalars(found.order_by(FairSlot.begins_at, FairSlot.table_number)).all()


def _minutes(slot: FairSlot) -> SlotTime:
    begins, ends = clock.in_china(slot.begins_at), clock.in_china(slot.ends_at)
    begins_minute = begins.hour * 60 + begins.minute
    return SlotTime(
        begins_minute,
        begins_minute + int((ends - begins) / dt.timedelta(minutes=1)),
        slot.table_number,
    )


def _instant(day: dt.date, minute: int) -> dt.datetime:
    midnight = dt.datetime.combine(day, dt.time(), tzinfo=clock.CHINA)
    return midnight + dt.timedelta(minutes=minute)


def drop_slot(session: Session, by: Actor, public_id: str, slot_public_id: str) -> None:
    """Take a slot nobody has or had away; gone already, nothing happens.

    Raises
    ------
    RuleBrokenError
        Somebody was given it: cancel the interview first.
    """
    require(by, Permission.TAKE_PART_IN_FAIRS)
    place = _not_closed(own_place(session, by, public_id))
    lock_place(session, place.id)
    slot = session.scalar(_own_slot(place, slot_public_id))
    if slot is None:
        return
    used = sa.select(FairInterview.id).where(FairInterview.slot_id == slot.id).limit(1)
    if session.scalar(used) is not None:
        raise RuleBrokenError("slot_used", "这个时段约过人，不能删除。")
    session.delete(slot)
    session.flush()


def _own_slot(place: OwnPlace, public_id: str) -> sa.Select[FairSlot]:
    return sa.select(FairSlot).where(
        FairSlot.public_id == public_id, FairSlot.fair_employer_id == place.id
    )


def book(
    session: Session, by: Actor, public_id: str, contact_public_id: str, slot_public_id: str
) -> FairInterview:
    """Give a slot to somebody who was met; an appointment they had at this booth moves to it.

    Raises
    ------
    RuleBrokenError
        The slot is taken or over, or the person is elsewhere at that time.
    """
    require(by, Permission.TAKE_PART_IN_FAIRS)
    _lock_person(session, own_place(session, by, public_id), contact_public_id)
    place, contact = locked(session, by, public_id, contact_public_id)
    slot = first_or_missing(session, _own_slot(place, slot_public_id), lock=True)
    if slot.ends_at <= clock.now():
        raise RuleBrokenError("slot_over", "这个时段已经过了，请另选。")
    standing = session.scalar(_booked(contact.id))
    if standing is not None and standing.slot_id == slot.id:
        return standing
    taken = RuleBrokenError("slot_taken", "这个时段已有人，请刷新后另选。")
    if standing is not None:
        standing.state, standing.settled_at = InterviewState.MOVED, clock.now()
        session.flush()
    _refuse_elsewhere(session, contact, slot)
    row = FairInterview(
        slot_id=slot.id,
        contact_id=contact.id,
        visitor_id=contact.visitor_id,
        begins_at=slot.begins_at,
        booked_at=clock.now(),
        booked_by_id=by.account_id,
    )
    with unique_or(session, taken):
        session.add(row)
    return row


def _lock_person(session: Session, place: OwnPlace, contact_public_id: str) -> None:
    """Lock whom a contact is with, always before the contact: whoever is forgotten is locked in that order too."""
    found = one_of_place(place, contact_public_id).with_only_columns(FairContact.visitor_id)
    session.execute(
        sa.select(FairVisitor.id).where(FairVisitor.id.in_(found)).with_for_update(key_share=True)
    ).all()


def _booked(contact_id: int) -> sa.Select[FairInterview]:
    return sa.select(FairInterview).where(
        FairInterview.contact_id == contact_id, FairInterview.state == InterviewState.BOOKED
    )


def _refuse_elsewhere(session: Session, contact: FairContact, slot: FairSlot) -> None:
    """Refuse a time at which the person meets somebody, at this fair or on an interview day."""
    visitor = session.get_one(FairVisitor, contact.visitor_id)
    here = (
        sa.select(FairInterview.id)
        .join(FairSlot, FairSlot.id == FairInterview.slot_id)
        .where(
            FairInterview.visitor_id == visitor.id,
            FairInterview.state.in_(sorted(TAKING)),
            FairSlot.begins_at < slot.ends_at,
            FairSlot.ends_at > slot.begins_at,
        )
    )
    there = (
        sa.select(Interview.id)
        .join(InterviewSlot, InterviewSlot.id == Interview.slot_id)
        .where(
            Interview.graduate_id == visitor.graduate_id,
            Interview.state.in_(sorted(TAKING)),
            InterviewSlot.begins_at < slot.ends_at,
            InterviewSlot.ends_at > slot.begins_at,
        )
    )
    if any(session.scalar(found.limit(1)) is not None for found in (here, there)):
        raise RuleBrokenError("interview_elsewhere", "本人这个时间另有面试，请换一个时段。")


def settle(
    session: Session, by: Actor, public_id: str, contact_public_id: str, to: InterviewState
) -> FairInterview:
    """Say of an appointment that somebody came, did not, or that it is off; who came was interviewed.

    Raises
    ------
    RuleBrokenError
        It was settled before, otherwise.
    """
    require(by, Permission.TAKE_PART_IN_FAIRS)
    _place, contact = locked(session, by, public_id, contact_public_id)
    found = sa.select(FairInterview).where(FairInterview.contact_id == contact.id)
    newest = found.order_by(FairInterview.id.desc()).limit(1)
    row = first_or_missing(session, newest, lock=True)
    if row.state is to:
        return row
    if row.state is not InterviewState.BOOKED:
        raise RuleBrokenError("interview_settled", "这场面试已经登记过，请刷新后再看。")
    row.state, row.settled_at = to, clock.now()
    if to is InterviewState.ATTENDED:
        step = NewStep(
            ContactStepKind.INTERVIEWED,
            f"interview:{row.public_id}",
            clock.now(),
            ContactVia.BOOTH,
            facts={"interview": row.id},
        )
        enter(session, contact, step, account_id=by.account_id)
    session.flush()
    return row
