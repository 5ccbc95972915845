"""Sessions and their approved numbers: never below who came in, never above what was permitted."""

import datetime as dt
import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import InvalidInputError, NotFoundError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.fair_paperwork import FilingOutcome
from matcher.kinds.fairs import FairState
from matcher.models.fairs import Fair, FairSession
from matcher.models.jobs import Job
from matcher.models.organisations import Union
from matcher.services.fairs import filings, sessions, telling
from matcher.services.fairs.filings import DecisionInput, FilingInput
from matcher.services.fairs.sessions import SessionInput
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.cohorts import fields_of
from tests.factories.drives import make_drive
from tests.factories.fairs import make_fair, make_session, make_ticket, make_visitor


def _world(session: Session, **changes: object) -> tuple[Actor, Fair]:
    union = make_union(session)
    fair = make_fair(session, make_drive(session, union), **changes)
    return make_actor(session, Role.FAIR_ORGANISER, union=union), fair


def _facts(fair: Fair, **changes: object) -> SessionInput:
    fields: dict[str, object] = {
        "name": "上午场",
        "held_on": fair.first_on,
        "begins_minute": 540,
        "ends_minute": 720,
        "approved_number": 500,
    }
    return SessionInput(**(fields | changes))  # type: ignore[arg-type] # by field


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"held_on": dt.date(2020, 1, 1)}, "held_on"),
        ({"ends_minute": 540}, "ends_minute"),
        ({"name": " "}, "name"),
        ({"name": "困难家庭场"}, "name"),
        ({"approved_number": 2001}, "approved_number"),
        ({"approved_number": 1000}, "approved_number"),
        ({"opens_minutes_before": 200}, "opens_minutes_before"),
    ],
)
def test_a_session_that_cannot_be_is_refused(
    session: Session, wrong: dict[str, object], field: str
) -> None:
    by, fair = _world(session)

    with pytest.raises(InvalidInputError) as refused:
        sessions.add_session(session, by, fair.public_id, _facts(fair, **wrong))

    assert fields_of(refused.value) == {field}


@pytest.mark.parametrize("state", [FairState.DRAFT, FairState.ANNOUNCED])
def test_a_number_may_be_open_until_the_fair_is_announced(
    session: Session, state: FairState
) -> None:
    by, fair = _world(session, state=state)
    held = make_session(session, fair, begins_minute=800, ends_minute=900)
    open_ = _facts(fair, approved_number=None)
    later = _facts(fair, approved_number=None, begins_minute=800, ends_minute=900)

    for act in (
        lambda: sessions.add_session(session, by, fair.public_id, open_),
        lambda: sessions.change_session(session, by, fair.public_id, held.public_id, later),
    ):
        if state is FairState.DRAFT:
            assert act().approved_number is None
            continue
        with pytest.raises(InvalidInputError) as refused:
            act()
        assert fields_of(refused.value) == {"approved_number"}


def test_two_sessions_are_not_at_the_same_time(session: Session) -> None:
    by, fair = _world(session)
    sessions.add_session(session, by, fair.public_id, _facts(fair))

    with pytest.raises(InvalidInputError):
        sessions.add_session(
            session, by, fair.public_id, _facts(fair, begins_minute=700, ends_minute=800)
        )
    after = sessions.add_session(
        session, by, fair.public_id, _facts(fair, begins_minute=720, ends_minute=800)
    )

    assert [one.id for one in sessions.sessions_of(session, fair.id)][-1] == after.id


def test_a_number_never_falls_below_who_came_in_or_has_a_lent_place(session: Session) -> None:
    by, fair = _world(session)
    held = make_session(session, fair, n_entered=30, n_inside=10, n_set_aside=5)

    with pytest.raises(RuleBrokenError, match="名额"):
        sessions.change_session(
            session, by, fair.public_id, held.public_id, _facts(fair, approved_number=34)
        )
    changed = sessions.change_session(
        session, by, fair.public_id, held.public_id, _facts(fair, approved_number=35)
    )

    assert changed.approved_number == 35


def test_a_session_somebody_came_to_keeps_its_time(session: Session) -> None:
    by, fair = _world(session)
    held = make_session(session, fair, n_entered=1, n_inside=1)

    with pytest.raises(RuleBrokenError):
        sessions.change_session(
            session, by, fair.public_id, held.public_id, _facts(fair, begins_minute=500)
        )


def test_a_session_that_moves_twice_is_told_twice(session: Session) -> None:
    by, fair = _world(session, state=FairState.ANNOUNCED)
    held = make_session(session, fair)

    for begins in (500, 520):
        wish = _facts(fair, begins_minute=begins)
        sessions.change_session(session, by, fair.public_id, held.public_id, wish)

    told = sa.select(sa.func.count(Job.id)).where(Job.name == telling.JOB)
    assert session.scalar(told) == 2


def test_a_session_with_a_ticket_is_not_removed(session: Session) -> None:
    by, fair = _world(session)
    held, free = (
        make_session(session, fair),
        make_session(session, fair, begins_minute=780, ends_minute=900),
    )
    make_ticket(session, make_visitor(session, fair), held)

    with pytest.raises(RuleBrokenError):
        sessions.remove_session(session, by, fair.public_id, held.public_id)
    sessions.remove_session(session, by, fair.public_id, free.public_id)

    assert [one.id for one in sessions.sessions_of(session, fair.id)] == [held.id]


def test_a_permit_sets_the_numbers_of_its_sessions_and_no_more_can_be_set(
    session: Session,
) -> None:
    by, fair = _world(session, expected_people=1500)
    held = make_session(session, fair, approved_number=None)
    filing = filings.file(
        session,
        by,
        fair.public_id,
        FilingInput(rule="large_event", authority="县公安局", filed_on=clock.today()),
    )
    given = DecisionInput(
        outcome=FilingOutcome.APPROVED,
        decided_on=clock.today(),
        document_number="1 号",
        approved_numbers={held.public_id: 1500},
    )

    filings.decide(session, by, fair.public_id, filing.public_id, given)

    assert held.approved_number == 1500
    with pytest.raises(InvalidInputError, match="场次有误"):
        sessions.change_session(
            session, by, fair.public_id, held.public_id, _facts(fair, approved_number=1501)
        )
    sessions.change_session(
        session, by, fair.public_id, held.public_id, _facts(fair, approved_number=1400)
    )


def test_who_organises_elsewhere_finds_no_fair(session: Session) -> None:
    _, fair = _world(session)
    stranger = make_actor(session, Role.FAIR_ORGANISER, union=make_union(session))

    with pytest.raises(NotFoundError):
        sessions.add_session(session, stranger, fair.public_id, _facts(fair))


def test_a_lower_number_and_people_coming_in_at_once_never_meet_above_it(
    session_factory: SessionFactory,
) -> None:
    """The rule is the update's own condition: whichever comes second is refused, and the check never breaks."""
    with transaction(session_factory) as session:
        by, fair = _world(session)
        held = make_session(session, fair, approved_number=10, n_entered=5, n_inside=5)
        number, public_id, held_id = held.id, fair.public_id, held.public_id
        facts = _facts(fair, approved_number=6)
    together = threading.Barrier(2)

    def enter() -> None:
        together.wait()
        for _ in range(5):
            with transaction(session_factory) as session:
                session.execute(
                    sa.update(FairSession)
                    .where(
                        FairSession.id == number,
                        FairSession.n_entered < FairSession.approved_number,
                    )
                    .values(n_entered=FairSession.n_entered + 1, n_inside=FairSession.n_inside + 1)
                )

    def lower() -> None:
        together.wait()
        try:
            with transaction(session_factory) as session:
                sessions.change_session(session, by, public_id, held_id, facts)
        except RuleBrokenError:
            pass

    both = [threading.Thread(target=one) for one in (enter, lower)]
    for one in both:
        one.start()
    for one in both:
        one.join()

    with reading(session_factory) as session:
        row = session.get_one(FairSession, number)
        assert row.approved_number is not None
        assert row.n_entered <= row.approved_number
        assert session.get_one(Union, by.union_id) is not None
