"""Payment lists: another person approves, and what is marked paid twice is booked once."""

import datetime as dt
import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, make_engine, transaction
from matcher.db.engine import session_factory as make_factory
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.keys import KeyRing
from matcher.kinds import Role, TaskState
from matcher.kinds.money import PaymentListState
from matcher.models.audit import AuditEntry
from matcher.models.money import LedgerEntry, PaymentLine, PaymentList
from matcher.models.tasks import Task
from matcher.services.money import (
    cards,
    list_steps,
    list_views,
    lists,
)
from matcher.services.money import (
    paying as marking,
)
from matcher.services.money.lists import LineInput, ListInput
from matcher.services.money.people import Person
from matcher.services.permissions import Actor
from matcher.settings import Settings
from tests.factories.accounts import make_account, make_actor
from tests.factories.money import (
    Paying,
    make_approved_list,
    make_list,
    make_paying,
    make_student,
)
from tests.factories.people import make_graduate


@pytest.fixture
def paying(session: Session) -> Paying:
    return make_paying(session)


def _code(act: Callable[[], object]) -> str:
    with pytest.raises(RuleBrokenError) as refused:
        act()
    return refused.value.code


def test_a_list_goes_from_draft_to_paid_and_each_line_is_an_entry(
    session: Session, paying: Paying
) -> None:
    _, child, _ = make_student(session, paying.office.unit)
    _, other, _ = make_student(session, paying.office.unit)
    made = make_approved_list(session, paying, [child, other])

    marking.mark_paid(session, paying.clerk, made.id, paid_on=clock.today())

    entries = list(session.scalars(sa.select(LedgerEntry).order_by(LedgerEntry.id)))
    assert made.state is PaymentListState.PAID
    assert [one.member_id for one in entries] == [child.id, other.id]
    assert {one.payer_union_id for one in entries} == {paying.clerk.union_id}
    states = set(session.scalars(sa.select(Task.state).where(Task.rule == "payment.approve")))
    assert states == {TaskState.DONE}


def test_nobody_approves_a_list_they_had_a_hand_in(session: Session, paying: Paying) -> None:
    """Made, filled or sent: somebody with both roles is refused by the account, whatever role is in use."""
    _, child, _ = make_student(session, paying.office.unit)
    made = make_list(session, paying, [child])
    list_steps.submit_list(session, paying.clerk, made.id)
    same = Actor(paying.clerk.account_id, Role.APPROVER, union_id=paying.clerk.union_id)

    assert _code(lambda: list_steps.approve_list(session, same, made.id)) == "own_list"
    with pytest.raises(NotAllowedError):
        list_steps.approve_list(session, paying.clerk, made.id)


def test_who_filled_anothers_list_does_not_approve_it(session: Session, paying: Paying) -> None:
    _, child, _ = make_student(session, paying.office.unit)
    made = make_list(session, paying, [])
    helping = Actor(make_account(session).id, Role.CASEWORKER, union_id=paying.clerk.union_id)
    line = LineInput(person=Person(member_id=child.id), amount_fen=100)
    lists.add_line(session, helping, made.id, line)
    list_steps.submit_list(session, paying.clerk, made.id)
    same = Actor(helping.account_id, Role.APPROVER, union_id=helping.union_id)

    assert _code(lambda: list_steps.approve_list(session, same, made.id)) == "own_list"


def test_a_list_on_its_way_is_not_changed_and_returned_it_is(
    session: Session, paying: Paying
) -> None:
    _, child, _ = make_student(session, paying.office.unit)
    made = make_approved_list(session, paying, [child])
    line = lists.lines_of(session, made.id)[0].public_id

    def remove() -> None:
        lists.remove_line(session, paying.clerk, made.id, line)

    assert _code(remove) == "list_not_open"
    list_steps.return_list(session, paying.approver, made.id, reason="金额核对")
    remove()

    assert lists.lines_of(session, made.id) == []
    assert (made.state, made.approved_by_id) == (PaymentListState.RETURNED, None)
    assert _code(lambda: list_steps.submit_list(session, paying.clerk, made.id)) == "list_empty"


def test_a_list_is_paid_only_after_its_approval_and_on_no_day_before(
    session: Session, paying: Paying
) -> None:
    _, child, _ = make_student(session, paying.office.unit)
    made = make_list(session, paying, [child])
    today = clock.today()

    def pay(day: dt.date) -> None:
        marking.mark_paid(session, paying.clerk, made.id, paid_on=day)

    assert _code(lambda: pay(today)) == "list_not_approved"
    list_steps.submit_list(session, paying.clerk, made.id)
    list_steps.approve_list(session, paying.approver, made.id)
    for day in (today - dt.timedelta(days=1), today + dt.timedelta(days=1)):
        with pytest.raises(InvalidInputError):
            pay(day)


def test_a_list_marked_paid_again_books_nothing_more(session: Session, paying: Paying) -> None:
    _, child, _ = make_student(session, paying.office.unit)
    made = make_approved_list(session, paying, [child])

    for _ in range(3):
        marking.mark_paid(session, paying.clerk, made.id, paid_on=clock.today())

    assert session.scalar(sa.select(sa.func.count(LedgerEntry.id))) == 1


def test_of_many_who_mark_a_list_paid_at_once_it_is_booked_once(
    session_factory: SessionFactory, settings: Settings, ring: KeyRing
) -> None:
    with transaction(session_factory) as session:
        paying = make_paying(session)
        people = [make_student(session, paying.office.unit)[1] for _ in range(3)]
        made = make_approved_list(session, paying, people)
    engines = [make_engine(settings.database_url) for _ in range(8)]
    together, ended = threading.Barrier(len(engines)), list[str]()

    def mark(engine: sa.Engine) -> None:
        try:
            with transaction(make_factory(engine, ring, settings)) as own:
                together.wait(60)
                marking.mark_paid(own, paying.clerk, made.id, paid_on=clock.today())
            ended.append("done")
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            ended.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=mark, args=(engine,)) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)

    with session_factory() as session:
        booked = session.scalars(sa.select(LedgerEntry.list_line_id)).all()
        said = session.scalar(
            sa.select(sa.func.count(AuditEntry.number)).where(
                AuditEntry.action == "payment_list.paid"
            )
        )
    for engine in engines:
        engine.dispose()
    assert ended == ["done"] * 8
    assert (len(booked), len(set(booked)), said) == (3, 3, 1)


def test_nobody_is_paid_without_a_card_of_their_own(session: Session, paying: Paying) -> None:
    _, child, _ = make_student(session, paying.office.unit, with_card=False)
    graduate = make_graduate(session, paying.office.county)
    made = make_list(session, paying, [child])

    def submit() -> None:
        list_steps.submit_list(session, paying.clerk, made.id)

    assert _code(submit) == "card_missing"
    lists.remove_line(session, paying.clerk, made.id, lists.lines_of(session, made.id)[0].public_id)
    typed = LineInput(
        person=Person(graduate_id=graduate.id), amount_fen=1, card="6222 0212 3456 7890"
    )
    line = lists.add_line(session, paying.clerk, made.id, typed)
    submit()

    assert line.card_masked is not None
    assert "6222021234567890" not in line.card_masked
    assert cards.full_number(session, line) == "6222021234567890"


def test_an_application_stands_on_one_list_at_most(session: Session, paying: Paying) -> None:
    _, child, _ = make_student(session, paying.office.unit)
    made, second = make_list(session, paying, []), make_list(session, paying, [])
    line = LineInput(
        person=Person(member_id=child.id), amount_fen=1, subject=("entitlement_application", 7)
    )
    lists.add_line(session, paying.clerk, made.id, line)

    def add() -> None:
        lists.add_line(session, paying.clerk, second.id, line)

    assert _code(add) == "line_on_list"
    lists.discard_list(session, paying.clerk, made.id)
    add()

    assert session.scalar(sa.select(sa.func.count(PaymentLine.id))) == 1


def test_others_lists_answer_like_missing_ones(session: Session, paying: Paying) -> None:
    made = make_list(session, paying, [])
    stranger = make_actor(session, Role.CASEWORKER)

    with pytest.raises(NotFoundError):
        list_views.view(session, stranger, made.public_id)
    with pytest.raises(NotFoundError):
        lists.discard_list(session, stranger, made.id)


def test_a_programme_paid_by_others_has_no_list(session: Session, paying: Paying) -> None:
    wish = ListInput(programme="gov_job_search", title="x", year=clock.today().year)

    with pytest.raises(InvalidInputError):
        lists.create_list(session, paying.clerk, wish)


def test_the_list_of_lists_tells_people_and_sums(session: Session, paying: Paying) -> None:
    _, child, _ = make_student(session, paying.office.unit)
    made = make_approved_list(session, paying, [child])
    make_list(session, paying, [])

    found = list_views.list_lists(session, paying.clerk, state=PaymentListState.APPROVED)

    assert [(row.payment_list.id, row.people, row.amount_fen) for row in found.rows] == [
        (made.id, 1, 400_000)
    ]
    assert found.total == 1
    assert session.get_one(PaymentList, made.id).version_id > 1


def test_tuition_aid_is_paid_for_approved_applications_alone(
    session: Session, paying: Paying
) -> None:
    _, child, _ = make_student(session, paying.office.unit)
    wish = ListInput(programme="tuition_aid", title="金秋助学", year=clock.today().year)
    made = lists.create_list(session, paying.clerk, wish)
    line = LineInput(person=Person(member_id=child.id), amount_fen=900_000)

    def add() -> None:
        lists.add_line(session, paying.clerk, made.id, line)

    assert _code(add) == "line_not_applied_for"
    assert not list_views.view(session, paying.clerk, made.public_id).takes_names
