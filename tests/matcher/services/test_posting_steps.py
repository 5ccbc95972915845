"""What a posting offered is read from its log: a row whenever it changed, and only then."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from matcher.kinds import PostingState, Role, SeatClass, UnitKind
from matcher.models.postings import Posting
from matcher.models.service_events import PostingStep
from matcher.services import employers, pledges, posting_steps, postings, public_welfare, seats
from matcher.services.employers import EmployerInput
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.posting_drafts import PostingInput, create_posting, update_posting
from matcher.services.seat_fitting import Pledge
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.postings import make_employer, make_posting


def _steps(session: Session, posting_id: int) -> list[PostingStep]:
    found = sa.select(PostingStep).where(PostingStep.posting_id == posting_id)
    return list(session.scalars(found.order_by(PostingStep.id)))


def _manager(session: Session) -> tuple[Actor, Posting]:
    """Return a manager and a draft of the own drive, made by the use case."""
    union = make_union(session)
    by = make_actor(session, Role.DRIVE_MANAGER, union=union)
    employer = make_employer(session, union, unit_kind=UnitKind.PRIVATE)
    facts = PostingInput(title="出纳", headcount=3)
    made = create_posting(
        session, by, facts, drive_id=make_drive(session, union).id, employer_id=employer.id
    )
    return by, made.posting


def test_every_change_of_seats_state_or_kind_writes_a_row(session: Session) -> None:
    by, posting = _manager(session)

    seats.set_seats(session, by, posting.id, ordinary=2, hardship=2)
    pledges.set_pledge(session, by, posting.id, Pledge(1))
    public_welfare.set_public_welfare(session, by, posting.public_id, is_public_welfare=True)
    postings.close_posting(session, by, posting.id, reason="filled")

    steps = _steps(session, posting.id)
    assert [step.act for step in steps] == [
        "created",
        "seats_set",
        "pledged",
        "public_welfare_set",
        "closed",
    ]
    assert [(step.n_seats, step.n_reserved, step.n_pledged) for step in steps] == [
        (3, 0, 0),
        (4, 2, 2),
        (4, 1, 1),
        (4, 1, 1),
        (4, 1, 1),
    ]
    assert [step.is_public_welfare for step in steps] == [False, False, False, True, True]
    assert (steps[-1].before, steps[-1].after) == (PostingState.DRAFT, PostingState.CLOSED)
    assert {step.by_account_id for step in steps} == {by.account_id}


def test_what_changes_nothing_that_is_offered_writes_no_row(session: Session) -> None:
    by, posting = _manager(session)

    update_posting(session, by, posting.id, PostingInput(title="出纳", headcount=3, duties="记账"))
    n_written = posting_steps.note(session, by, [posting.id], "again")

    assert n_written == 0
    assert len(_steps(session, posting.id)) == 1


def test_an_employer_that_becomes_state_owned_changes_its_postings_from_then_on(
    session: Session,
) -> None:
    by, posting = _manager(session)
    facts = EmployerInput(name="某公司", unit_kind=UnitKind.STATE_OWNED)

    employers.update_employer(session, by, posting.employer_id, facts)

    steps = _steps(session, posting.id)
    assert [step.unit_kind for step in steps] == [UnitKind.PRIVATE, UnitKind.STATE_OWNED]


def test_many_are_noted_at_once_and_withdrawn_seats_are_left_out(session: Session) -> None:
    drive = make_drive(session)
    made = [
        make_posting(session, drive, headcount=3, reserved={SeatClass.HARDSHIP: 2})
        for _ in range(3)
    ]

    n_written = posting_steps.note(session, SYSTEM, [one.id for one in made], "imported")

    assert n_written == 3
    assert {step.n_reserved for one in made for step in _steps(session, one.id)} == {2}


def test_a_posting_taken_away_by_an_undone_import_keeps_its_rows(session: Session) -> None:
    posting = make_posting(session)
    posting_steps.note(session, SYSTEM, [posting.id], "imported")

    posting_steps.note_removed(session, SYSTEM, [posting.id])
    session.delete(session.get_one(Posting, posting.id, options=[selectinload(Posting.seats)]))
    session.flush()

    steps = _steps(session, posting.id)
    assert [(step.act, step.n_seats) for step in steps] == [("imported", 2), ("removed", 0)]
    assert steps[-1].after is PostingState.CLOSED


def test_an_employer_does_not_name_its_own_posting_one_of_public_welfare(session: Session) -> None:
    union = make_union(session)
    employer = make_employer(session, union)
    agent = make_actor(session, Role.EMPLOYER, employer=employer)
    facts = PostingInput(title="保洁", is_public_welfare=True)

    made = create_posting(session, agent, facts, drive_id=make_drive(session, union).id)

    assert not made.posting.is_public_welfare
