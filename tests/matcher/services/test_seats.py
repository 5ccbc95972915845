"""Seats add up by class, nobody's seat is taken away, and numbers given out at once differ."""

import datetime as dt
import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, transaction
from matcher.errors import (
    InvalidInputError,
    NotAllowedError,
    RuleBrokenError,
)
from matcher.kinds import (
    Role,
    SeatClass,
    SeatState,
)
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.postings import Posting, Seat
from matcher.models.ranking_runs import RankingChange
from matcher.services import posting_drafts, postings, seats
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.posting_forms import draft_posting, posting_input
from tests.factories.postings import make_employer, make_posting


@pytest.fixture
def drive(session: Session) -> Drive:
    return make_drive(session)


@pytest.fixture
def employer(session: Session, drive: Drive) -> Employer:
    return make_employer(session, None, union_id=drive.union_id)


@pytest.fixture
def own(session: Session, employer: Employer) -> Actor:
    return make_actor(session, Role.EMPLOYER, employer=employer)


@pytest.fixture
def manager(session: Session, drive: Drive) -> Actor:
    account = make_actor(session, Role.DRIVE_MANAGER)
    return Actor(account.account_id, Role.DRIVE_MANAGER, union_id=drive.union_id)


def _classes(session: Session, posting: Posting) -> list[SeatClass]:
    found = sa.select(Seat.seat_class).where(Seat.posting_id == posting.id).order_by(Seat.number)
    return list(session.scalars(found))


def test_seats_become_what_the_manager_sets_and_the_headcount_follows(
    session: Session, drive: Drive, manager: Actor
) -> None:
    posting = make_posting(session, drive, headcount=3)
    release = dt.date(2026, 12, 1)

    seats.set_seats(
        session, manager, posting.id, ordinary=2, hardship=1, zero_employment=1, release_on=release
    )
    counts = seats.seat_counts(session, manager, [posting.id])[posting.id]

    assert (counts.ordinary, counts.hardship, counts.zero_employment) == (2, 1, 1)
    assert posting.headcount == 4
    days = session.execute(sa.select(Seat.seat_class, Seat.release_on))
    assert {(kind is SeatClass.ORDINARY, day) for kind, day in days} == {
        (True, None),
        (False, release),
    }
    assert session.scalars(sa.select(RankingChange.subject_id)).all() == [posting.id]


def test_seats_somebody_holds_are_never_taken_away(
    session: Session, drive: Drive, manager: Actor
) -> None:
    posting = make_posting(session, drive, headcount=2, reserved={SeatClass.HARDSHIP: 1})
    held = session.scalars(sa.select(Seat).where(Seat.seat_class == SeatClass.HARDSHIP)).one()
    held.state = SeatState.HELD
    session.flush()

    with pytest.raises(RuleBrokenError) as refused:
        seats.set_seats(session, manager, posting.id, ordinary=5)
    seats.set_seats(session, manager, posting.id, ordinary=0, hardship=1)

    assert refused.value.code == "seats_in_use"
    assert session.scalars(sa.select(Seat.id)).all() == [held.id]


@pytest.mark.parametrize("wanted", [(0, 0, 0), (3, -1, 0)])
def test_there_is_at_least_one_seat_and_never_a_negative_number(
    session: Session, drive: Drive, manager: Actor, wanted: tuple[int, int, int]
) -> None:
    posting = make_posting(session, drive)
    ordinary, hardship, zero = wanted

    with pytest.raises(InvalidInputError):
        seats.set_seats(
            session, manager, posting.id, ordinary=ordinary, hardship=hardship, zero_employment=zero
        )


def test_an_employers_new_headcount_leaves_reserved_seats_alone(
    session: Session, drive: Drive, employer: Employer, own: Actor
) -> None:
    posting = make_posting(session, drive, employer, headcount=3, reserved={SeatClass.HARDSHIP: 2})

    posting_drafts.update_posting(session, own, posting.id, posting_input(headcount=5))
    more = _classes(session, posting)
    posting_drafts.update_posting(session, own, posting.id, posting_input(headcount=2))
    with pytest.raises(RuleBrokenError) as refused:
        posting_drafts.update_posting(session, own, posting.id, posting_input(headcount=1))

    assert sorted(more) == ["hardship"] * 2 + ["ordinary"] * 3
    assert _classes(session, posting) == [SeatClass.HARDSHIP] * 2
    assert refused.value.code == "seats_reserved"
    assert "预留" not in refused.value.message
    assert "困难" not in refused.value.message


def test_employers_and_organisers_see_totals_and_never_classes(
    session: Session, drive: Drive, employer: Employer, own: Actor
) -> None:
    posting = make_posting(session, drive, employer, headcount=3, reserved={SeatClass.HARDSHIP: 2})
    organiser = Actor(own.account_id, Role.FAIR_ORGANISER, union_id=drive.union_id)

    row = postings.get_posting(session, own, posting.id)

    assert row.n_seats == 3
    for by in (own, organiser):
        with pytest.raises(NotAllowedError):
            seats.seat_counts(session, by, [posting.id])
        with pytest.raises(NotAllowedError):
            seats.set_seats(session, by, posting.id, ordinary=1)


def test_numbers_of_postings_made_at_once_differ(session_factory: SessionFactory) -> None:
    with transaction(session_factory) as session:
        union = make_union(session)
        drive = make_drive(session, union)
        actors = [
            make_actor(session, Role.EMPLOYER, employer=make_employer(session, union))
            for _ in range(3)
        ]
    together = threading.Barrier(3)

    def create(by: Actor) -> None:
        together.wait()
        with transaction(session_factory) as session:
            draft_posting(session, by, drive)

    threads = [threading.Thread(target=create, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with session_factory() as session:
        numbers = session.scalars(sa.select(Posting.lottery_number)).all()
    assert sorted(numbers) == [1, 2, 3]
