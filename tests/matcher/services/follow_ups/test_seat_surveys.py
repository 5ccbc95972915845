"""Seats of closed postings: asked about two weeks later, one message a night, answered in numbers that add up."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotFoundError, RuleBrokenError
from matcher.kinds import PostingState, Role, SeatClass, TaskState
from matcher.kinds.follow_ups import SeatOutcomeKind, SeatSurveyState
from matcher.kinds.referrals import ReferralState
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.follow_ups import SeatOutcome, SeatSurvey
from matcher.models.organisations import Union
from matcher.models.outbox import OutboxMessage
from matcher.models.postings import Posting
from matcher.models.tasks import Task
from matcher.services import sealing
from matcher.services.follow_ups import seat_answers, seat_surveys
from matcher.services.permissions import SYSTEM, Actor
from tests.factories.accounts import make_actor
from tests.factories.postings import make_posting
from tests.factories.referrals import make_referral

_K = SeatOutcomeKind


def _closed(session: Session, *, days_ago: int = 14, **changes: object) -> Posting:
    """Insert a posting of five seats that lapsed so many days ago, of an employer with a telephone."""
    reserved = {SeatClass.ZERO_EMPLOYMENT: 2}
    posting = make_posting(session, headcount=5, reserved=reserved, **changes)  # type: ignore[arg-type]
    posting.closes_on = clock.today() - dt.timedelta(days=days_ago)
    employer = session.get_one(Employer, posting.employer_id)
    sealing.seal_contact_phone(session, employer, "13900001111")
    session.flush()
    return posting


def _night(session: Session) -> int:
    seat_surveys.note_closed(session, SYSTEM)
    found = seat_surveys.due_employers(session, SYSTEM)
    return sum(seat_surveys.ask_employer(session, SYSTEM, one) for one in found)


def _survey(session: Session, posting: Posting) -> SeatSurvey:
    return session.scalars(sa.select(SeatSurvey).where(SeatSurvey.posting_id == posting.id)).one()


def _employer(session: Session, posting: Posting) -> Actor:
    employer = session.get_one(Employer, posting.employer_id)
    return make_actor(session, Role.EMPLOYER, employer=employer)


def _manager(session: Session, posting: Posting) -> Actor:
    drive = session.get_one(Drive, posting.drive_id)
    union = session.get_one(Union, drive.union_id)
    return make_actor(session, Role.DRIVE_MANAGER, union=union)


@pytest.mark.parametrize(("days", "asked"), [(13, 0), (14, 1), (90, 1)])
def test_an_employer_is_asked_two_weeks_after_the_last_day(
    session: Session, days: int, asked: int
) -> None:
    posting = _closed(session, days_ago=days)
    assert _night(session) == asked
    wanted = SeatSurveyState.ASKED if asked else SeatSurveyState.WAITING
    assert _survey(session, posting).state is wanted


def test_a_posting_closed_early_is_asked_about_two_weeks_after_it_was_found_closed(
    session: Session,
) -> None:
    posting = make_posting(session, state=PostingState.CLOSED)
    assert _night(session) == 0
    assert _survey(session, posting).ask_on == clock.today() + dt.timedelta(days=14)


def test_open_postings_and_imported_ones_without_referrals_are_not_asked_about(
    session: Session,
) -> None:
    make_posting(session)
    _closed(session, source="gd", external_id="7")
    assert _night(session) == 0
    sent = _closed(session, source="gd", external_id="8")
    make_referral(session, sent, state=ReferralState.SENT)
    assert _night(session) == 1


def test_an_employer_gets_one_message_for_all_its_postings_and_once(session: Session) -> None:
    first = _closed(session)
    employer = session.get_one(Employer, first.employer_id)
    _closed(session, drive=session.get_one(Drive, first.drive_id), employer=employer)
    assert _night(session) == 2
    assert _night(session) == 0
    messages = list(session.scalars(sa.select(OutboxMessage)))
    assert [one.parameters["count"] for one in messages] == [2]


def test_silence_opens_a_task_of_the_union_and_the_answer_closes_it(session: Session) -> None:
    posting = _closed(session)
    _night(session)
    survey = _survey(session, posting)
    assert seat_surveys.open_calls(session, SYSTEM) == 0
    survey.due_on = clock.today() - dt.timedelta(days=1)
    session.flush()
    assert seat_surveys.open_calls(session, SYSTEM) == 1
    assert seat_surveys.open_calls(session, SYSTEM) == 0
    task = session.scalars(sa.select(Task).where(Task.rule == "seat_survey.answer")).one()
    assert (task.subject_kind, task.subject_id) == ("posting", posting.id)
    seat_answers.answer_seats(session, _manager(session, posting), survey.public_id, {_K.OTHER: 5})
    session.refresh(task)
    assert task.state is TaskState.DONE


def _move(session: Session, posting: Posting, days: int, *, headcount: int = 5) -> None:
    """Give a posting another last day and another number of seats."""
    posting.closes_on = clock.today() + dt.timedelta(days=days)
    posting.headcount = headcount
    session.flush()


def _surveys(session: Session) -> list[tuple[SeatSurveyState, int]]:
    rows = session.execute(sa.select(SeatSurvey.state, SeatSurvey.seats))
    return [(state, seats) for state, seats in rows]


def test_a_posting_extended_before_it_was_asked_about_is_asked_once_it_is_over(
    session: Session,
) -> None:
    posting = _closed(session, days_ago=13)
    assert _night(session) == 0
    _move(session, posting, 30, headcount=8)
    assert (_night(session), _surveys(session)) == (0, [])
    _move(session, posting, -1, headcount=8)
    assert (_night(session), _surveys(session)) == (0, [(SeatSurveyState.WAITING, 8)])
    assert _survey(session, posting).ask_on == clock.today() + dt.timedelta(days=13)


def test_a_posting_extended_after_it_was_asked_about_is_asked_again_once_it_is_over(
    session: Session,
) -> None:
    posting = _closed(session)
    assert _night(session) == 1
    survey = _survey(session, posting)
    survey.due_on = clock.today() - dt.timedelta(days=1)
    session.flush()
    assert seat_surveys.open_calls(session, SYSTEM) == 1
    _move(session, posting, 30, headcount=8)
    assert (_night(session), _surveys(session)) == (0, [])
    task = session.scalars(sa.select(Task).where(Task.rule == "seat_survey.answer")).one()
    assert task.state is TaskState.DROPPED
    posting.state = PostingState.CLOSED
    session.flush()
    _night(session)
    later = _survey(session, posting)
    later.ask_on = later.due_on = clock.today()
    session.flush()
    assert (_night(session), _surveys(session)) == (1, [(SeatSurveyState.ASKED, 8)])
    later.due_on = clock.today() - dt.timedelta(days=1)
    session.flush()
    assert seat_surveys.open_calls(session, SYSTEM) == 1


def test_an_employer_is_asked_about_the_seats_its_posting_has_by_then(session: Session) -> None:
    posting = _closed(session, days_ago=13)
    _night(session)
    posting.headcount = 7
    survey = _survey(session, posting)
    survey.ask_on = clock.today()
    session.flush()
    assert (_night(session), _surveys(session)) == (1, [(SeatSurveyState.ASKED, 7)])


def test_a_posting_extended_within_the_night_is_not_asked_about(session: Session) -> None:
    posting = _closed(session)
    seat_surveys.note_closed(session, SYSTEM)
    _move(session, posting, 30)
    assert seat_surveys.ask_employer(session, SYSTEM, posting.employer_id) == 0


def test_what_was_answered_stands_though_the_posting_goes_on(session: Session) -> None:
    posting = _closed(session)
    _night(session)
    public_id = _survey(session, posting).public_id
    seat_answers.answer_seats(session, _manager(session, posting), public_id, {_K.OTHER: 5})
    _move(session, posting, 30)
    assert (_night(session), _surveys(session)) == (0, [(SeatSurveyState.ANSWERED, 5)])


def test_the_numbers_must_make_up_the_seats(session: Session) -> None:
    posting = _closed(session)
    _night(session)
    by, survey = _employer(session, posting), _survey(session, posting)
    for counts in ({_K.OTHER: 4}, {_K.OTHER: 6}, {_K.OTHER: 6, _K.REFERRED: -1}):
        with pytest.raises(InvalidInputError):
            seat_answers.answer_seats(session, by, survey.public_id, counts)


def test_known_hires_stand_at_the_outcomes_and_no_outcome_at_a_seat(session: Session) -> None:
    posting = _closed(session)
    hired = make_referral(session, posting, state=ReferralState.IN_POST)
    _night(session)
    by, survey = _employer(session, posting), _survey(session, posting)
    counts = {_K.REFERRED: 2, _K.OTHER: 1, _K.NOT_FILLED: 1, _K.STILL_OPEN: 1}
    seat_answers.answer_seats(session, by, survey.public_id, counts)
    rows = list(session.scalars(sa.select(SeatOutcome).order_by(SeatOutcome.number)))
    assert [row.outcome for row in rows] == [
        _K.REFERRED,
        _K.REFERRED,
        _K.OTHER,
        _K.NOT_FILLED,
        _K.STILL_OPEN,
    ]
    assert [row.referral_id for row in rows] == [hired.id, None, None, None, None]
    assert not any(column.name == "seat_id" for column in SeatOutcome.__table__.columns)
    told = seat_answers.totals(session, _manager(session, posting), posting.drive_id)
    assert told == {_K.REFERRED: 2, _K.OTHER: 1, _K.NOT_FILLED: 1, _K.STILL_OPEN: 1}


def test_an_employer_answers_once_and_staff_may_correct(session: Session) -> None:
    posting = _closed(session)
    _night(session)
    survey, by = _survey(session, posting), _employer(session, posting)
    seat_answers.answer_seats(session, by, survey.public_id, {_K.OTHER: 5})
    with pytest.raises(RuleBrokenError) as refused:
        seat_answers.answer_seats(session, by, survey.public_id, {_K.NOT_FILLED: 5})
    assert refused.value.code == "seats_answered"
    manager = _manager(session, posting)
    seat_answers.answer_seats(session, manager, survey.public_id, {_K.NOT_FILLED: 5})
    kinds = set(session.scalars(sa.select(SeatOutcome.outcome)))
    assert kinds == {_K.NOT_FILLED}


def test_another_employer_and_another_union_find_nothing(session: Session) -> None:
    posting = _closed(session)
    _night(session)
    public_id = _survey(session, posting).public_id
    for by in (_employer(session, make_posting(session)), make_actor(session, Role.CASEWORKER)):
        with pytest.raises(NotFoundError):
            seat_answers.answer_seats(session, by, public_id, {_K.OTHER: 5})
