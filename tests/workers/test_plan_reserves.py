"""Kept seats from plan to plan: opened for one plan they are kept again for the next, until somebody agreed."""

import datetime as dt
from collections import Counter

import numpy as np
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.allocation.rules import HARDSHIP
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import SeatClass
from matcher.kinds.plan_runs import PublishedAs
from matcher.kinds.plans import SeatedAs
from matcher.models.audit import AuditEntry
from matcher.models.drives import DriveEntry
from matcher.models.graduates import Graduate
from matcher.models.plans import PlanPublication, PlanRelease, PlanRun, PlanSeat
from matcher.models.postings import Seat
from matcher.models.referrals import Referral, SeatHold
from matcher.services.permissions import SYSTEM
from matcher.services.plans import proposals, publications
from matcher.services.referrals import sending
from tests.factories.plan_rows import add_pin
from tests.factories.plans import (
    held_proposals,
    make_planned_drive,
    plan,
    planner_of,
    publish,
    read_drive_market,
    seats_of,
)
from tests.factories.ranked_drives import drain, rank


@pytest.fixture
def opened_drive(session_factory: SessionFactory) -> int:
    """A drive with kept seats and nobody they are kept for: a plan opens them."""
    with transaction(session_factory) as session:
        drive_id = make_planned_drive(session).id
        session.execute(sa.update(Graduate).values(household_id=None))
        kept = sa.select(Seat.posting_id).where(Seat.seat_class != SeatClass.ORDINARY)
        ordinary = Seat.seat_class == SeatClass.ORDINARY
        session.execute(sa.delete(Seat).where(ordinary, Seat.posting_id.in_(kept)))
    rank(session_factory, drive_id)
    return drive_id


def test_a_seat_opened_for_a_plan_counts_as_kept_until_somebody_agreed_to_it(
    session_factory: SessionFactory, opened_drive: int
) -> None:
    before, _ = read_drive_market(session_factory, opened_drive)
    publish(session_factory, plan(session_factory, opened_drive))
    with reading(session_factory) as session:
        released = session.scalars(
            sa.select(Referral.id)
            .join(SeatHold, SeatHold.referral_id == Referral.id)
            .join(PlanRelease, PlanRelease.seat_id == SeatHold.seat_id)
            .order_by(Referral.id)
        ).all()
    assert released

    after, _ = read_drive_market(session_factory, opened_drive)
    with transaction(session_factory) as session:
        sending.agree(session, planner_of(session, opened_drive), released[0])
    agreed, _ = read_drive_market(session_factory, opened_drive)

    assert np.array_equal(after.market.seats, before.market.seats)
    assert agreed.market.seats[:, HARDSHIP].sum() == before.market.seats[:, HARDSHIP].sum() - 1


def test_the_next_publication_keeps_again_what_it_does_not_open_itself(
    session_factory: SessionFactory, opened_drive: int
) -> None:
    first = publish(session_factory, plan(session_factory, opened_drive))
    with transaction(session_factory) as session:
        opened = _opened(session, first)
        assert opened
        gone = min(opened)
        for person, posting in seats_of(session_factory, first).items():
            if posting == gone:
                add_pin(session, opened_drive, person, posting)

    second = publish(session_factory, plan(session_factory, opened_drive))

    with reading(session_factory) as session:
        live = session.scalars(sa.select(PlanRelease).where(PlanRelease.returned_at.is_(None)))
        assert {row.plan_id for row in live} == {second.id}
        now_open = sa.select(Seat.posting_id).where(Seat.exhausted_on.is_not(None))
        assert Counter(session.scalars(now_open)) == _opened(session, second)
        assert _refused(session) == []
    assert held_proposals(session_factory) == seats_of(session_factory, second)


def test_who_holds_a_seat_that_is_kept_again_holds_another_of_the_posting(
    session_factory: SessionFactory, opened_drive: int
) -> None:
    first = publish(session_factory, plan(session_factory, opened_drive))
    with transaction(session_factory) as session:
        # Only the holders stay, with an ordinary seat more at each posting: nothing need be opened any more.
        opened = _opened(session, first)
        stay = [one for one, spot in seats_of(session_factory, first).items() if spot in opened]
        for posting_id in opened:
            session.add(Seat(posting_id=posting_id, number=9, seat_class=SeatClass.ORDINARY))
        for person, spot in seats_of(session_factory, first).items():
            for other in opened.keys() - {spot} if person in stay else ():
                add_pin(session, opened_drive, person, other)
        leaves = DriveEntry.graduate_id.not_in(stay)
        session.execute(sa.update(DriveEntry).where(leaves).values(left_at=clock.now()))

    second = publish(session_factory, plan(session_factory, opened_drive))

    with reading(session_factory) as session:
        assert not _opened(session, second)
        now_open = sa.select(Seat.id).where(Seat.exhausted_on.is_not(None))
        assert session.scalars(now_open).all() == []
        again = sa.select(AuditEntry.subject_id).where(AuditEntry.action == "seat.kept_again")
        assert len(session.scalars(again).all()) == sum(opened.values())
        assert _refused(session) == []
    assert held_proposals(session_factory) == seats_of(session_factory, second)


def test_everybody_finds_a_seat_held_although_some_are_admitted_everywhere(
    session_factory: SessionFactory,
) -> None:
    with transaction(session_factory) as session:
        drive_id = make_planned_drive(session, postings=3).id
        for posting_id in session.scalars(sa.select(Seat.posting_id).distinct()).all():
            for number in range(20, 24):
                session.add(
                    Seat(posting_id=posting_id, number=number, seat_class=SeatClass.HARDSHIP)
                )
        session.flush()
        session.execute(
            sa.update(Seat).values(seat_class=SeatClass.HARDSHIP, release_on=dt.date(2099, 1, 1))
        )
    rank(session_factory, drive_id)

    made = publish(session_factory, plan(session_factory, drive_id))

    with reading(session_factory) as session:
        kinds = Counter(session.scalars(sa.select(PlanSeat.kind).where(PlanSeat.rule == "fair")))
        assert kinds[SeatedAs.RELEASED]
        assert kinds[SeatedAs.RESERVED]
        assert _refused(session) == []
    assert held_proposals(session_factory) == seats_of(session_factory, made)


def test_a_publication_taken_back_leaves_no_reserve_open_not_even_of_an_earlier_one(
    session_factory: SessionFactory, opened_drive: int
) -> None:
    publish(session_factory, plan(session_factory, opened_drive))
    second = publish(session_factory, plan(session_factory, opened_drive))
    with transaction(session_factory) as session:
        assert _opened(session, second)
        publications.withdraw_publication(session, SYSTEM, second.public_id)

    drain(session_factory)

    with reading(session_factory) as session:
        still_open = sa.select(Seat.id).where(Seat.exhausted_on.is_not(None))
        assert session.scalars(still_open).all() == []
    assert held_proposals(session_factory) == {}


def test_a_publication_goes_no_further_once_another_plan_is_published(
    session_factory: SessionFactory, opened_drive: int
) -> None:
    first = publish(session_factory, plan(session_factory, opened_drive))
    publish(session_factory, plan(session_factory, opened_drive))

    with transaction(session_factory) as session:
        session.execute(sa.delete(PlanPublication).where(PlanPublication.plan_id == first.id))
        assert proposals.make_proposals(session, first.id) == 0


def _opened(session: Session, made: PlanRun) -> Counter[int]:
    """Count by posting the seats a plan gives to everybody."""
    return Counter(
        session.scalars(
            sa.select(PlanSeat.posting_id).where(
                PlanSeat.plan_id == made.id,
                PlanSeat.rule == "fair",
                PlanSeat.kind == SeatedAs.RELEASED,
            )
        )
    )


def _refused(session: Session) -> list[str | None]:
    return list(
        session.scalars(
            sa.select(PlanPublication.refusal_code).where(
                PlanPublication.published_as == PublishedAs.REFUSED
            )
        )
    )
