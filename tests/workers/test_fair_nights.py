"""Nights before and after fairs by their jobs: run twice they leave what once leaves; one fair holds up no other."""

import datetime as dt

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import RuleBrokenError
from matcher.kinds import JobState, Role
from matcher.kinds.fair_guests import BookingState
from matcher.kinds.fair_hall import ContactState
from matcher.kinds.fairs import FairState, VisitorKind
from matcher.models.fair_guests import FairBooking
from matcher.models.fair_reports import FairAsk, FairFollow
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Fair
from matcher.models.organisations import Union
from matcher.models.outbox import OutboxMessage
from matcher.models.tasks import Task
from matcher.services import jobs
from matcher.services.consents import seed_consent_texts
from matcher.services.fair_guests import telling
from matcher.services.fair_guests.registering import VisitorInput, consent_text, register_visitor
from matcher.services.fair_reports import asking, closing, nights
from matcher.services.permissions import SYSTEM
from tests.factories.accounts import make_actor
from tests.factories.fair_after import HeldFair, come_in, make_contact, make_held_fair
from tests.factories.fairs import make_fair, make_session
from tests.factories.jobs import job_row
from workers import fair_guests, fair_reports, outbox, schedule
from workers.runner import Runner

BODIES = (fair_guests, fair_reports, outbox)
"""Modules whose import registers the bodies that are run here."""

_DAY = dt.timedelta(days=1)


def _run(factory: SessionFactory, name: str, **arguments: int) -> dict[str, object]:
    line = next((one for one in schedule.LINES if one.job == name), schedule.LINES[0])
    with transaction(factory) as session:
        job_id = jobs.enqueue(session, name, arguments, queue=line.queue).id
    assert Runner(factory).run(job_id) is JobState.DONE
    return job_row(factory, job_id).result or {}


def _closed(factory: SessionFactory) -> int:
    """Insert a closed fair with an intent that is late and a visitor with a telephone; return its number."""
    with transaction(factory) as session:
        made = make_held_fair(session, n_visitors=0)
        visitor = come_in(session, made, phone="13912345678")
        make_contact(session, made.places[0], visitor, ContactState.INTENT)
        union = session.get_one(Union, made.fair.union_id)
        by = make_actor(session, Role.FAIR_ORGANISER, union=union)
        closing.close_fair(session, by, made.fair.public_id)
        session.execute(sa.update(FairFollow).values(due_on=clock.today() - _DAY))
        return made.fair.id


def _old(factory: SessionFactory) -> HeldFair:
    with transaction(factory) as session:
        old = make_held_fair(session, n_visitors=2, state=FairState.CLOSED)
        old.fair.first_on = old.fair.last_on = clock.today() - 800 * _DAY
    return old


def test_the_night_after_run_twice_leaves_what_once_leaves(session_factory: SessionFactory) -> None:
    _closed(session_factory)
    _old(session_factory)
    with transaction(session_factory) as session:
        make_held_fair(session, n_visitors=0)

    first = _run(session_factory, "fairs.after_night")
    with reading(session_factory) as session:
        once = sorted(session.scalars(sa.select(Task.rule)))
    second = _run(session_factory, "fairs.after_night")

    assert first == {"n_to_close": 1, "n_followed": 1, "n_forgotten": 1}
    assert second == {"n_to_close": 1, "n_followed": 1, "n_forgotten": 0}
    with reading(session_factory) as session:
        assert sorted(session.scalars(sa.select(Task.rule))) == once
        assert {closing.CLOSE_RULE, nights.INTENTS_RULE} <= set(once)
        forgotten = sa.select(sa.func.count(FairVisitor.id)).where(
            FairVisitor.forgotten_at.is_not(None)
        )
        assert session.scalar(forgotten) == 2


def test_a_fair_a_rule_stands_against_keeps_no_other_from_being_followed_or_forgotten(
    session_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, _good = _closed(session_factory), _closed(session_factory)
    _old(session_factory)
    follow_up = nights.follow_up

    def refuse(session: object, fair_id: int) -> dict[str, int]:
        if fair_id == bad:
            raise RuleBrokenError("busy", "x")
        return follow_up(session, fair_id)  # type: ignore[arg-type] # as it was called

    monkeypatch.setattr(nights, "follow_up", refuse)

    found = _run(session_factory, "fairs.after_night")

    assert found == {"n_to_close": 0, "n_followed": 1, "n_forgotten": 1}


def test_both_sides_are_asked_once_however_often_the_job_runs(
    session_factory: SessionFactory,
) -> None:
    fair_id = _closed(session_factory)

    found = [_run(session_factory, closing.ASK_JOB, fair_id=fair_id) for _ in range(2)]

    assert found == [{"n_places": 3, "n_visitors": 1}, {"n_places": 0, "n_visitors": 0}]
    with reading(session_factory) as session:
        assert session.scalar(sa.select(sa.func.count(FairAsk.id))) == 4
        sent = sa.select(sa.func.count(OutboxMessage.id)).where(
            OutboxMessage.template == asking.TEMPLATE
        )
        assert session.scalar(sent) == 1


def test_the_night_before_reminds_and_moves_up_once(session_factory: SessionFactory) -> None:
    with transaction(session_factory) as session:
        seed_consent_texts(session)
        fair = make_fair(session, state=FairState.ANNOUNCED, first_on=clock.today() + _DAY)
        held = make_session(session, fair, approved_number=1)
        for n in range(3):
            facts = VisitorInput(
                name="张三丰", phone=f"138{n:08}", consent_text_id=consent_text(session).id
            )
            register_visitor(
                session,
                SYSTEM,
                session.get_one(Fair, fair.id),
                facts,
                kind=VisitorKind.REGISTERED,
                session_ids=[held.id],
            )
        held.approved_number = 2  # 120 % of 2 are two places

    first, second = (_run(session_factory, "fair_guests.night") for _ in range(2))

    assert first == {"n_settled": 0, "n_calls": 0, "n_reminded": 2, "n_moved_up": 1}
    assert second == dict.fromkeys(first, 0)
    with reading(session_factory) as session:
        booked = sa.select(sa.func.count(FairBooking.id)).where(
            FairBooking.state == BookingState.BOOKED
        )
        assert session.scalar(booked) == 2
        told = session.scalars(sa.select(OutboxMessage.template)).all()
        assert (told.count(telling.EVE), told.count(telling.MOVED_UP)) == (2, 1)
