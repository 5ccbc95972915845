"""What comes to be known after the closing: late comers are asked, last days move, corrected reports keep what was."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.fairs import FairState
from matcher.models.calendar import CalendarDay
from matcher.models.fair_guests import FairRoute
from matcher.models.fair_reports import FairAsk, FairSurveyAnswer
from matcher.models.fair_visitors import FairVisitor
from matcher.models.jobs import Job
from matcher.models.tasks import Task
from matcher.services.consents import seed_consent_texts
from matcher.services.fair_reports import asking, closing, figures, keeping, nights, reporting
from matcher.services.fair_sheets import batches
from matcher.services.fair_sheets.entering import enter_batch
from matcher.services.permissions import Actor
from tests.factories.fair_after import HeldFair, come_in, make_contact, make_held_fair
from tests.factories.fair_paper import contact_line, sign_in_line, typed_book

_LONG_AGO = dt.timedelta(days=740)


@pytest.fixture
def made(session: Session) -> HeldFair:
    seed_consent_texts(session)
    return make_held_fair(session, n_visitors=1)


def _ask_jobs(session: Session) -> list[str | None]:
    found = sa.select(Job.unique_key).where(Job.name == closing.ASK_JOB).order_by(Job.id)
    return list(session.scalars(found))


def test_who_comes_to_be_known_after_the_closing_is_asked_by_the_night_once(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    closing.close_fair(session, organiser, made.fair.public_id)
    for one in asking.places_to_ask(session, made.fair):
        asking.ask_place(session, one)
    for one in asking.visitors_to_ask(session, made.fair):
        asking.ask_visitor(session, one)
    nights.follow_up(session, made.fair.id)
    assert len(_ask_jobs(session)) == 1

    late = come_in(session, made)
    for _ in range(2):
        nights.follow_up(session, made.fair.id)

    assert len(_ask_jobs(session)) == 2
    assert asking.visitors_to_ask(session, made.fair) == [late.id]
    assert session.scalar(sa.select(sa.func.count(FairAsk.id))) == len(made.places) + 1


def test_the_last_day_moves_with_the_calendar_until_the_report_is_handed_in(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    report = closing.close_fair(session, organiser, made.fair.public_id)
    due = report.due_on
    session.add(CalendarDay(day=due, is_working=False, source="更正"))
    session.flush()

    nights.follow_up(session, made.fair.id)

    assert report.due_on > due
    task = session.scalars(sa.select(Task).where(Task.rule == closing.REPORT_RULE)).one()
    assert task.due_on == report.due_on
    moved = report.due_on
    reporting.hand_in(
        session, organiser, made.fair.public_id, handed_in_on=clock.today(), handed_to="人社局"
    )
    session.add(CalendarDay(day=moved, is_working=False, source="更正"))
    session.flush()
    nights.follow_up(session, made.fair.id)
    assert report.due_on == moved


def test_a_corrected_report_keeps_what_was_handed_in_before(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    report = closing.close_fair(session, organiser, made.fair.public_id)
    handed = {"handed_in_on": clock.today(), "handed_to": "区人社局"}
    reporting.hand_in(session, organiser, made.fair.public_id, **handed)  # type: ignore[arg-type] # by name
    first = report.digest
    come_in(session, made)
    assert reporting.read_report(session, organiser, made.fair.public_id).changed["people"] == 1

    reporting.hand_in(session, organiser, made.fair.public_id, **handed)  # type: ignore[arg-type] # by name

    (before,) = report.earlier
    assert (before["digest"], before["figures"]["people"]) == (first, 1)
    assert (report.figures["people"], report.digest == first) == (2, False)


def test_an_employer_noted_as_absent_came_if_paper_tells_whom_it_met(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    away = made.places[0]
    closing.close_fair(session, organiser, made.fair.public_id, stayed_away=[away.public_id])
    assert figures.count_all(session, made.fair)["units"] == 2
    signed = sign_in_line(made.fair, 1, "", "张三", "", "", "", "", "是")
    book = typed_book([signed], [contact_line(made.fair, 1, signed[0], "是")])

    batch = batches.stage(session, organiser, made.fair.public_id, book, "补录.xlsx")
    enter_batch(session, organiser, made.fair.public_id, batch.public_id)

    counted = figures.count_all(session, made.fair, (*figures.REPORT, *figures.BESIDE))
    assert (counted["units"], counted["absent"], counted["resumes"]) == (3, 0, 1)


def test_a_fair_nobody_closed_is_forgotten_too_and_nothing_of_a_person_is_left(
    session: Session, made: HeldFair
) -> None:
    visitor = made.visitors[0]
    make_contact(session, made.places[0], visitor, note_cipher=b"x")
    session.add(FairRoute(visitor_id=visitor.id, stops=[], made_at=clock.now()))
    made.fair.first_on = made.fair.last_on = clock.today() - _LONG_AGO
    session.flush()

    assert keeping.fairs_to_forget(session) == [made.fair.id]
    keeping.forget(session, made.fair.id)

    assert keeping.fairs_to_forget(session) == []
    assert session.scalars(sa.select(FairRoute.id)).all() == []


def test_words_are_forgotten_where_every_visitor_was_before(
    session: Session, made: HeldFair
) -> None:
    session.execute(sa.update(FairVisitor).values(forgotten_at=clock.now()))
    session.add(
        FairSurveyAnswer(
            fair_id=made.fair.id,
            side="visitor",
            channel="open",
            answered_on=clock.today(),
            edition="1",
            words_cipher=b"x",
        )
    )
    made.fair.state = FairState.CANCELLED
    made.fair.first_on = made.fair.last_on = clock.today() - _LONG_AGO
    session.flush()

    assert keeping.fairs_to_forget(session) == [made.fair.id]
    keeping.forget(session, made.fair.id)
    assert keeping.fairs_to_forget(session) == []


def test_the_nights_leave_a_fair_alone_whose_ledger_is_over(
    session: Session, made: HeldFair, organiser: Actor
) -> None:
    closing.close_fair(session, organiser, made.fair.public_id)
    assert nights.fairs_followed(session) == [made.fair.id]

    made.fair.first_on = made.fair.last_on = clock.today() - _LONG_AGO
    session.flush()

    assert nights.fairs_followed(session) == []
