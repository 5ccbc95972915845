"""Made-up courses, interviews, call-backs for `yangguang bench lists`, as many as people; questions about all postings.

Rows are written table by table, after those of referrals and placements.
"""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.base import new_public_id
from matcher.db.engine import SessionFactory, transaction
from matcher.kinds.follow_ups import CallBackState, SeatOutcomeKind, SeatSurveyState
from matcher.kinds.referrals import ReferralState
from matcher.kinds.training import CourseKind, CoursePayer, TrainingRefusal, TrainingState
from matcher.models.employers import Employer
from matcher.models.follow_ups import CallBack, SeatOutcome, SeatSurvey
from matcher.models.graduate_cases import GraduateCase
from matcher.models.interviews import Interview, InterviewDay, InterviewSlot
from matcher.models.placements import Placement
from matcher.models.postings import Posting
from matcher.models.referrals import Referral
from matcher.models.training import Course, TrainingProvider, TrainingReferral
from matcher.services.interviews.days import moment_of
from web.bench_people import insert_rows

_COURSES = 600
_DAYS = 200
_NINE = 9 * 60
_MINUTES = 5
_ROOMS = 40
_IN_A_DAY = 60
_T = TrainingState
_STATES = (
    _T.PROPOSED,
    _T.ACCEPTED,
    _T.ATTENDING,
    _T.FINISHED,
    _T.CERTIFIED,
    _T.WAITING,
    _T.REFUSED,
)
_HELD = (_T.PROPOSED, _T.ACCEPTED, _T.ATTENDING)


def make_services(factory: SessionFactory, union_id: int) -> None:
    """Give everybody with a case two courses, everybody invited an interview, every placement a call-back."""
    with transaction(factory) as session:
        _train(session, union_id)
    with transaction(factory) as session:
        _interview(session, union_id)
    with transaction(factory) as session:
        _call_back(session, union_id)
        _survey(session, union_id)
    with transaction(factory) as session:
        session.execute(sa.text("ANALYZE"))


def _train(session: Session, union_id: int) -> None:
    courses = _courses(session, union_id)
    now, today = clock.now(), clock.today()
    cases = session.execute(
        sa.select(GraduateCase.graduate_id, GraduateCase.id).order_by(GraduateCase.id)
    ).all()
    numbered = [(n, which, row) for n, row in enumerate(cases) for which in (0, 1)]
    states = {(n, which): _STATES[(n + 3 * which) % len(_STATES)] for n, which, _ in numbered}
    insert_rows(
        session,
        TrainingReferral,
        (
            {
                "public_id": new_public_id(),
                "course_id": courses[(n + 7 * which) % len(courses)],
                "graduate_id": graduate_id,
                "union_id": union_id,
                "case_id": case_id,
                "state": states[n, which],
                "proposed_at": now,
                "asked_at": now,
                "agreed_at": now,
                "queued_at": now if states[n, which] is _T.WAITING else None,
                "decide_by_on": today + dt.timedelta(days=n % 30 - 10)
                if states[n, which] is _T.PROPOSED
                else None,
                "refusal_reason": TrainingRefusal.OTHER if states[n, which] is _T.REFUSED else None,
                "version_id": 1,
            }
            for n, which, (graduate_id, case_id) in numbered
        ),
    )


def _courses(session: Session, union_id: int) -> Sequence[int]:
    now, today = clock.now(), clock.today()
    employer_id = session.scalar(sa.select(sa.func.min(Employer.id)))
    provider = TrainingProvider(union_id=union_id, name="某职业培训学校", created_at=now)
    session.add(provider)
    session.flush()
    return insert_rows(
        session,
        Course,
        (
            {
                "public_id": new_public_id(),
                "union_id": union_id,
                "provider_id": provider.id,
                "kind": CourseKind.SKILL,
                "title": f"第{n}期电工班",
                "trade": "电工",
                "starts_on": today + dt.timedelta(days=n % 90 - 60),
                "ends_on": today + dt.timedelta(days=n % 90),
                "places": 400,
                "cost_fen": 280_000,
                "payer": CoursePayer.UNION,
                "employer_id": employer_id if n % 3 == 0 else None,
                "promised_posts": 5 if n % 3 == 0 else 0,
                "created_at": now,
                "version_id": 1,
            }
            for n in range(_COURSES)
        ),
    )


def _interview(session: Session, union_id: int) -> None:
    """Book everybody who is invited, so many to a day, in rooms of one employer."""
    invited = session.execute(
        sa.select(Referral.id, Referral.graduate_id, Referral.employer_id, Referral.drive_id)
        .where(Referral.state == ReferralState.INTERVIEW)
        .order_by(Referral.id)
    ).all()
    if not invited:
        return
    days = _days(session, union_id, invited[0].drive_id)
    times = [
        moment_of(held_on, _NINE + (n // _ROOMS) * _MINUTES)
        for n, (_, held_on) in _with_days(days, len(invited))
    ]
    slots = insert_rows(
        session,
        InterviewSlot,
        (
            {
                "public_id": new_public_id(),
                "day_id": days[place % len(days)][0],
                "employer_id": one.employer_id,
                "room": place // len(days) % _ROOMS + 1,
                "begins_at": begins,
                "ends_at": begins + dt.timedelta(minutes=_MINUTES),
            }
            for place, (one, begins) in enumerate(zip(invited, times, strict=True))
        ),
    )
    _book(session, slots, invited, times)


def _book(
    session: Session,
    slots: Sequence[int],
    invited: Sequence[sa.Row[int, int, int, int]],
    times: Sequence[dt.datetime],
) -> None:
    insert_rows(
        session,
        Interview,
        (
            {
                "public_id": new_public_id(),
                "slot_id": slot,
                "referral_id": one.id,
                "graduate_id": one.graduate_id,
                "begins_at": begins,
                "booked_at": clock.now(),
                "version_id": 1,
            }
            for slot, one, begins in zip(slots, invited, times, strict=True)
        ),
    )


def _with_days(
    days: Sequence[tuple[int, dt.date]], count: int
) -> list[tuple[int, tuple[int, dt.date]]]:
    """Return for each of so many interviews its place in its day, and the day, in turn."""
    return [(place // len(days), days[place % len(days)]) for place in range(count)]


def _days(session: Session, union_id: int, drive_id: int) -> list[tuple[int, dt.date]]:
    held = [clock.today() + dt.timedelta(days=n) for n in range(_DAYS)]
    made = insert_rows(
        session,
        InterviewDay,
        (
            {
                "public_id": new_public_id(),
                "drive_id": drive_id,
                "union_id": union_id,
                "held_on": on,
                "place": "工会三楼",
                "first_minute": _NINE,
                "slot_minutes": _MINUTES,
                "slots_each": _IN_A_DAY,
                "created_at": clock.now(),
                "version_id": 1,
            }
            for on in held
        ),
    )
    return list(zip(made, held, strict=True))


def _call_back(session: Session, union_id: int) -> None:
    today, now = clock.today(), clock.now()
    placed = session.execute(
        sa.select(Placement.id, Placement.graduate_id).order_by(Placement.id)
    ).all()
    insert_rows(
        session,
        CallBack,
        (
            {
                "public_id": new_public_id(),
                "placement_id": placement_id,
                "graduate_id": graduate_id,
                "union_id": union_id,
                "months": 1,
                "reached_on": today + dt.timedelta(days=n % 60 - 30),
                "due_on": today + dt.timedelta(days=n % 60 - 25),
                "state": CallBackState.DUE,
                "created_at": now,
                "version_id": 1,
            }
            for n, (placement_id, graduate_id) in enumerate(placed)
        ),
    )


def _survey(session: Session, union_id: int) -> None:
    """Ask how the seats of every posting were filled; every other one is answered."""
    today, now = clock.today(), clock.now()
    postings = session.execute(
        sa.select(Posting.id, Posting.employer_id, Posting.headcount).order_by(Posting.id)
    ).all()
    surveys = insert_rows(
        session,
        SeatSurvey,
        (
            {
                "public_id": new_public_id(),
                "posting_id": one.id,
                "employer_id": one.employer_id,
                "union_id": union_id,
                "seats": one.headcount,
                "closed_on": today - dt.timedelta(days=n % 60 + 14),
                "ask_on": today - dt.timedelta(days=n % 60),
                "due_on": today + dt.timedelta(days=5 - n % 60),
                "state": SeatSurveyState.ANSWERED if n % 2 else SeatSurveyState.ASKED,
                "answered_at": now if n % 2 else None,
                "created_at": now,
                "version_id": 1,
            }
            for n, one in enumerate(postings)
        ),
    )
    kinds = list(SeatOutcomeKind)
    insert_rows(
        session,
        SeatOutcome,
        (
            {"survey_id": survey, "number": number, "outcome": kinds[(n + number) % len(kinds)]}
            for n, (survey, one) in enumerate(zip(surveys, postings, strict=True))
            for number in range(1, one.headcount + 1)
            if n % 2
        ),
    )
