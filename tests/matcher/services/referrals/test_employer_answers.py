"""An employer's answers: each by its rule, one or many, by itself or recorded by staff."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import ConsentPurpose, Role, SeatClass, SeatState, TaskState
from matcher.kinds.referrals import HoldEnd, ReferralState, RefusalReason
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.help_requests import Pairing
from matcher.models.postings import Posting, Seat
from matcher.models.referrals import Referral, ReferralStep, SeatHold
from matcher.models.tasks import Task
from matcher.services.casework.sealed_words import unseal
from matcher.services.permissions import Actor
from matcher.services.referrals import case_work, employer_answers, employer_batches, keeping
from matcher.services.referrals.employer_batches import Invite, Offer, PutOff, Refuse
from tests.factories.accounts import make_actor
from tests.factories.drives import make_drive
from tests.factories.people import make_household
from tests.factories.postings import make_employer, make_posting
from tests.factories.referrals import make_consent, make_referable, make_referral

_R = ReferralState


@pytest.fixture
def drive(session: Session) -> Drive:
    return make_drive(session)


@pytest.fixture
def worker(session: Session, drive: Drive) -> Actor:
    account = make_actor(session, Role.CASEWORKER)
    return Actor(account.account_id, Role.CASEWORKER, union_id=drive.union_id)


@pytest.fixture
def employer(session: Session) -> Actor:
    return make_actor(session, Role.EMPLOYER, employer=make_employer(session))


@pytest.fixture
def posting(session: Session, drive: Drive, employer: Actor) -> Posting:
    return make_posting(session, drive, employer_id=employer.employer_id, headcount=2)


def _in(days: int) -> dt.date:
    return clock.today() + dt.timedelta(days=days)


def _states(session: Session, posting: Posting) -> list[SeatState]:
    found = sa.select(Seat.state).where(Seat.posting_id == posting.id).order_by(Seat.number)
    return list(session.scalars(found))


def test_an_invitation_names_the_day_and_a_new_day_asks_for_attendance_anew(
    session: Session, posting: Posting, employer: Actor
) -> None:
    referral = make_referral(session, posting)

    employer_answers.invite(session, employer, referral.id, on=_in(0), note="下午两点，找王主任")
    employer_answers.note_attendance(session, employer, referral.id, attended=False)
    employer_answers.invite(session, employer, referral.id, on=_in(3))

    assert (referral.state, referral.interview_on) == (_R.INTERVIEW, _in(3))
    assert (referral.has_attended, referral.interview_words) == (None, None)
    assert referral.decide_by_on is not None
    assert referral.decide_by_on > _in(3)
    steps = session.scalars(sa.select(ReferralStep.facts).order_by(ReferralStep.id)).all()
    assert {"attended": False} in steps
    with pytest.raises(RuleBrokenError, match="还没到面试日期"):
        employer_answers.note_attendance(session, employer, referral.id, attended=True)


def test_the_first_answer_gives_the_answering_time(
    session: Session, posting: Posting, employer: Actor
) -> None:
    referral = make_referral(session, posting)
    employer_answers.invite(session, employer, referral.id, on=_in(0))
    first = referral.employer_answered_at

    employer_answers.offer(session, employer, referral.id)

    assert first is not None
    assert referral.employer_answered_at == first


def test_an_offer_holds_the_seat_held_for_the_person_else_a_free_one(
    session: Session, posting: Posting, employer: Actor
) -> None:
    held, other = make_referral(session, posting, seat=True), make_referral(session, posting)

    for one in (held, other):
        employer_answers.offer(session, employer, one.id, reports_on=_in(10))

    holds = session.scalars(sa.select(SeatHold).order_by(SeatHold.id)).all()
    assert [hold.referral_id for hold in holds] == [held.id, other.id]
    assert {hold.until_on for hold in holds} == {held.decide_by_on}
    assert _states(session, posting) == [SeatState.OFFERED, SeatState.OFFERED]
    assert held.reports_on == _in(10)


def test_no_more_is_offered_than_there_are_seats(
    session: Session, posting: Posting, employer: Actor
) -> None:
    make_referral(session, posting, state=_R.OFFERED, seat=True)
    make_referral(session, posting, state=_R.IN_POST)
    third = make_referral(session, posting)

    with pytest.raises(RuleBrokenError) as refused:
        employer_answers.offer(session, employer, third.id)

    assert (refused.value.code, refused.value.details["seats"]) == ("offers_too_many", 2)


@pytest.mark.parametrize("is_supported", [False, True])
def test_what_an_employer_gets_for_an_offer_says_nothing_of_the_class_of_seats(
    session: Session, drive: Drive, employer: Actor, is_supported: bool
) -> None:
    """The one seat left is kept for some people: the answer is the same, the union finds a seat today."""
    kept = make_posting(
        session,
        drive,
        employer_id=employer.employer_id,
        headcount=1,
        reserved={SeatClass.HARDSHIP: 1},
    )
    household = make_household(session) if is_supported else None
    referral = make_referral(session, kept, make_referable(session, drive, household=household))

    employer_answers.offer(session, employer, referral.id)

    assert referral.state is _R.OFFERED
    asked = session.scalars(sa.select(Task).where(Task.rule == case_work.NO_SEAT_RULE)).all()
    assert [task.subject_id for task in asked] == ([] if is_supported else [referral.id])
    assert _states(session, kept) == [SeatState.OFFERED if is_supported else SeatState.OPEN]


def test_the_union_finds_a_seat_for_an_offer_without_one_and_the_task_goes(
    session: Session, drive: Drive, employer: Actor, worker: Actor
) -> None:
    own = {"employer_id": employer.employer_id, "reserved": {SeatClass.HARDSHIP: 1}}
    kept = make_posting(session, drive, headcount=1, **own)  # type: ignore[arg-type]  # by name
    referral = make_referral(session, kept)
    employer_answers.offer(session, employer, referral.id)
    with pytest.raises(RuleBrokenError):
        keeping.keep_seat(session, worker, referral.id)
    session.scalars(sa.select(Seat)).one().seat_class = SeatClass.ORDINARY

    keeping.keep_seat(session, worker, referral.id)

    task = session.scalars(sa.select(Task).where(Task.rule == case_work.NO_SEAT_RULE)).one()
    session.refresh(task)
    assert task.state is TaskState.DROPPED
    assert _states(session, kept) == [SeatState.OFFERED]


def test_staff_are_told_that_no_seat_admits_the_person(
    session: Session, drive: Drive, worker: Actor
) -> None:
    kept = make_posting(session, drive, headcount=1, reserved={SeatClass.ZERO_EMPLOYMENT: 1})
    referral = make_referral(session, kept)

    with pytest.raises(RuleBrokenError) as refused:
        employer_answers.offer(session, worker, referral.id)

    assert refused.value.code == "seat_none_to_offer"


def test_a_refusal_has_words_for_the_person_and_others_for_the_caseworker(
    session: Session, posting: Posting, employer: Actor
) -> None:
    referral = make_referral(session, posting, seat=True)

    employer_answers.refuse(
        session,
        employer,
        referral.id,
        reason=RefusalReason.SKILL,
        words="谢谢参加",
        note="表达有些紧张",
    )

    sealed = referral.refusal_note_cipher
    assert (referral.state, referral.refusal_words) == (_R.REFUSED, "谢谢参加")
    assert unseal(session, sealed, employer_answers.NOTE_COLUMN) == "表达有些紧张"
    assert session.scalars(sa.select(SeatHold.ended_as)).one() is HoldEnd.REFUSED
    assert _states(session, posting) == [SeatState.OPEN, SeatState.OPEN]


def test_a_decision_put_off_has_a_day_and_goes_on_where_it_stood(
    session: Session, posting: Posting, employer: Actor
) -> None:
    referral = make_referral(session, posting, state=_R.INTERVIEW)

    for day in (_in(0), _in(400)):
        with pytest.raises(InvalidInputError):
            employer_answers.hold(session, employer, referral.id, decide_on=day)
    employer_answers.hold(session, employer, referral.id, decide_on=_in(5))
    assert (referral.state, referral.held_state, referral.decide_by_on) == (
        _R.ON_HOLD,
        _R.INTERVIEW,
        _in(5),
    )
    employer_answers.resume(session, employer, referral.id)

    assert (referral.state, referral.held_state) == (_R.INTERVIEW, None)


def test_who_is_paired_with_a_person_does_not_choose_them(
    session: Session, posting: Posting, employer: Actor, worker: Actor
) -> None:
    referral = make_referral(session, posting)
    other = make_actor(session, Role.EMPLOYER, employer=make_employer(session))
    colleague = Actor(other.account_id, Role.EMPLOYER, employer_id=posting.employer_id)
    link = Actor(None, Role.EMPLOYER, employer_id=posting.employer_id)
    _pair(session, referral, employer)

    for who in (employer, link):
        with pytest.raises(RuleBrokenError) as refused:
            employer_answers.offer(session, who, referral.id)
        assert refused.value.code == "referral_stand_back"
    employer_answers.invite(session, colleague, referral.id, on=_in(1))
    employer_answers.offer(session, worker, referral.id)

    assert referral.state is _R.OFFERED


def _pair(session: Session, referral: Referral, employer: Actor) -> None:
    person = session.get_one(Graduate, referral.graduate_id)
    consent = make_consent(session, person, ConsentPurpose.PAIRING)
    session.add(
        Pairing(
            union_id=referral.union_id,
            graduate_id=person.id,
            employer_id=employer.employer_id,
            partner_id=employer.account_id,
            consent_id=consent.id,
            agreed_help="改简历",
            rhythm_days=30,
            started_on=clock.today(),
            created_at=clock.now(),
        )
    )
    session.flush()


def test_nobody_answers_for_another_employer_and_no_person_for_an_employer(
    session: Session, posting: Posting, employer: Actor
) -> None:
    foreign = make_referral(session)
    referral = make_referral(session, posting)
    person = Actor(None, Role.GRADUATE, graduate_id=referral.graduate_id)

    with pytest.raises(NotFoundError):
        employer_answers.offer(session, employer, foreign.id)
    with pytest.raises(NotAllowedError):
        employer_answers.offer(session, person, referral.id)


def test_many_are_answered_each_by_itself_and_the_last_seats_are_not_offered_twice(
    session: Session, posting: Posting, employer: Actor
) -> None:
    people = [make_referral(session, posting) for _ in range(3)]
    foreign, over = make_referral(session), make_referral(session, posting, state=_R.DECLINED)
    asked = [foreign.id, over.id, *(one.id for one in people)]

    outcomes = employer_batches.answer_many(session, employer, asked, Offer())

    codes = [one.refusal.code if one.refusal else None for one in outcomes]
    assert codes == ["not_found", "referral_step_wrong", None, None, "offers_too_many"]
    assert [one.referral_id for one in outcomes] == asked
    assert [one.state for one in people] == [_R.OFFERED, _R.OFFERED, _R.SENT]
    assert _states(session, posting) == [SeatState.OFFERED, SeatState.OFFERED]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Invite(on=dt.date(2030, 1, 1)), _R.INTERVIEW),
        (Refuse(RefusalReason.FILLED, words="感谢"), _R.REFUSED),
        (PutOff(decide_on=dt.date(2030, 1, 1)), _R.SENT),
    ],
)
def test_one_answer_for_many(
    session: Session, posting: Posting, employer: Actor, answer: Invite | Refuse | PutOff, state: _R
) -> None:
    people = [make_referral(session, posting) for _ in range(2)]

    outcomes = employer_batches.answer_many(session, employer, [one.id for one in people], answer)

    assert {one.state for one in people} == {state}
    assert all((one.words is None) == (state is not _R.SENT) for one in outcomes)
