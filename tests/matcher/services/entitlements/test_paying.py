"""Money of entitlements: in the ledger of who pays and once, and the same purpose from two hands waits for a person."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.entitlements import EntitlementState
from matcher.kinds.money import DuplicateAnswer, Payer
from matcher.models.entitlements import EntitlementApplication
from matcher.models.money import LedgerEntry
from matcher.models.tasks import Task
from matcher.services.entitlements import applications, lists, nightly, paying, tracking
from matcher.services.entitlements.applications import StepInput
from matcher.services.money import ledger
from matcher.services.money import lists as payment_lists
from matcher.services.money.ledger import EntryInput
from matcher.services.money.lists import ListInput
from matcher.services.money.people import Person
from tests.factories.entitlements import make_application, offered
from tests.matcher.services.entitlements.conftest import World

_S = EntitlementState


def _open_tasks(session: Session, rule: str) -> list[Task]:
    found = sa.select(Task).where(Task.rule == rule, Task.state == "open").order_by(Task.id)
    return list(session.scalars(found))


def _entries(session: Session) -> list[tuple[Payer, str, int]]:
    rows = session.scalars(sa.select(LedgerEntry).order_by(LedgerEntry.id))
    return [(row.payer, row.programme, row.amount_fen) for row in rows]


def _lead(
    session: Session, world: World, row: EntitlementApplication, *states: EntitlementState
) -> None:
    for state in states:
        wish = StepInput(
            to=state, amount_fen=150_000 if state is _S.PAID else None, words="按规定办理"
        )
        applications.move(session, world.worker, row.id, wish)


def test_government_money_is_booked_once_and_reclaimed_by_an_entry(
    session: Session, world: World
) -> None:
    row = make_application(session, world.worker, world.graduate)
    _lead(session, world, row, _S.SUBMITTED, _S.PUBLICITY)
    assert _entries(session) == []
    assert _open_tasks(session, tracking.DUE_RULE) == []

    _lead(session, world, row, _S.PAID)
    assert _entries(session) == [(Payer.GOVERNMENT, "gov_job_search", 150_000)]
    assert lists.read_whole(session, world.worker, row.public_id).entry is not None
    _lead(session, world, row, _S.RECLAIMED)

    assert _entries(session) == [
        (Payer.GOVERNMENT, "gov_job_search", 150_000),
        (Payer.GOVERNMENT, "gov_job_search", -150_000),
    ]


def test_nothing_is_paid_without_a_sum_or_on_a_day_to_come(session: Session, world: World) -> None:
    row = make_application(session, world.worker, world.graduate)
    _lead(session, world, row, _S.SUBMITTED)
    late = clock.today() + dt.timedelta(days=1)

    for wish in (
        StepInput(to=_S.PAID),
        StepInput(to=_S.PAID, amount_fen=-5),
        StepInput(to=_S.PAID, amount_fen=5, happened_on=late),
        StepInput(to=_S.REFUSED),
    ):
        with pytest.raises(InvalidInputError):
            applications.move(session, world.worker, row.id, wish)
    assert _entries(session) == []


def test_union_money_is_paid_by_its_list_and_never_by_hand(session: Session, world: World) -> None:
    row = make_application(session, world.worker, world.graduate, "union_job_seeking")
    _lead(session, world, row, _S.SUBMITTED)
    with pytest.raises(RuleBrokenError) as refusal:
        _lead(session, world, row, _S.PAID)
    assert refusal.value.code == "entitlement_paid_by_list"
    made = payment_lists.create_list(
        session, world.worker,
        ListInput(programme="union_job_search", title="第一批", year=clock.today().year),
    )  # fmt: skip
    paying.put_on_list(session, world.worker, row.id, made.id, amount_fen=16_400)
    with pytest.raises(RuleBrokenError):
        paying.put_on_list(session, world.worker, row.id, made.id, amount_fen=16_400)
    _book_line(session, world, row, made.id)

    assert nightly.settle(session, world.worker) == 1
    assert nightly.settle(session, world.worker) == 0

    assert row.state is _S.PAID
    assert row.amount_fen == 16_400
    assert _entries(session) == [(Payer.UNION, "union_job_search", 16_400)]


def _book_line(session: Session, world: World, row: EntitlementApplication, list_id: int) -> None:
    """Book what marking the list paid books."""
    (line,) = payment_lists.lines_of(session, list_id)
    entry = EntryInput(
        programme="union_job_search", union_id=world.union.id, person=paying.person_of(row),
        year=clock.today().year, amount_fen=line.amount_fen, happened_on=clock.today(),
        subject=(tracking.SUBJECT, row.id), list_line_id=line.id, once_key=f"payment_line:{line.id}",
    )  # fmt: skip
    ledger.book(session, world.worker, entry)


def test_the_same_purpose_and_year_from_another_hand_waits_for_a_person(
    session: Session, world: World
) -> None:
    row = make_application(session, world.worker, world.graduate)
    _lead(session, world, row, _S.SUBMITTED)
    other = EntryInput(
        programme="union_job_search", union_id=world.union.id,
        person=Person(graduate_id=world.graduate.id), year=clock.today().year,
        amount_fen=10_000, happened_on=clock.today(),
    )  # fmt: skip
    ledger.record(session, world.worker, other)
    assert lists.read_whole(session, world.worker, row.public_id).same.waits

    with pytest.raises(RuleBrokenError) as refusal:
        _lead(session, world, row, _S.PAID)
    assert refusal.value.code == "same_aid_waits"
    paying.decide_same(
        session, world.worker, row.id, DuplicateAnswer.PAY, "两笔钱来源不同，可以都领"
    )
    _lead(session, world, row, _S.PAID)

    assert row.state is _S.PAID
    assert len(_entries(session)) == 2


def test_a_decision_not_to_pay_holds_until_it_is_changed(session: Session, world: World) -> None:
    row = make_application(session, world.worker, world.graduate)
    _lead(session, world, row, _S.SUBMITTED)
    with pytest.raises(RuleBrokenError):
        paying.decide_same(session, world.worker, row.id, DuplicateAnswer.STOP, "没有什么可决定的")
    other = EntryInput(
        programme="union_job_search", union_id=world.union.id,
        person=Person(graduate_id=world.graduate.id), year=clock.today().year,
        amount_fen=10_000, happened_on=clock.today(),
    )  # fmt: skip
    ledger.record(session, world.worker, other)
    paying.decide_same(session, world.worker, row.id, DuplicateAnswer.STOP, "同一事项，不再发")

    with pytest.raises(RuleBrokenError) as refusal:
        _lead(session, world, row, _S.PAID)
    assert refusal.value.code == "same_aid_stopped"


def test_what_was_had_once_in_a_life_is_known_from_the_ledger(
    session: Session, world: World
) -> None:
    row = make_application(session, world.worker, world.graduate)
    session.execute(sa.text("DELETE FROM entitlement_fact WHERE code = 'received.job_seeking'"))
    _lead(session, world, row, _S.SUBMITTED, _S.PAID)

    again = offered(session, world.worker, world.graduate, "job_seeking")
    assert again.answer.result.value == "no"
    _lead(session, world, row, _S.RECLAIMED)

    assert (
        offered(session, world.worker, world.graduate, "job_seeking").answer.result.value
        == "unknown"
    )
