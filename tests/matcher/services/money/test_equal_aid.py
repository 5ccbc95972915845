"""Equal aid on payment lists (重复帮扶): it waits for a person's decision, and is never refused by itself."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.money import DuplicateAnswer, PaymentListState
from matcher.models.money import LedgerEntry, PaymentList
from matcher.services.money import (
    list_steps,
    list_views,
    lists,
)
from matcher.services.money import (
    paying as marking,
)
from matcher.services.money.people import Person
from tests.factories.accounts import make_actor
from tests.factories.money import (
    Paying,
    make_approved_list,
    make_entry,
    make_list,
    make_paying,
    make_student,
)


@pytest.fixture
def paying(session: Session) -> Paying:
    return make_paying(session)


def _code(act: Callable[[], object]) -> str:
    with pytest.raises(RuleBrokenError) as refused:
        act()
    return refused.value.code


def test_equal_aid_from_another_hand_waits_for_a_decision_and_is_never_refused_by_itself(
    session: Session, paying: Paying
) -> None:
    _, child, _ = make_student(session, paying.office.unit)
    elsewhere = make_actor(session, Role.CASEWORKER)
    make_entry(session, elsewhere, Person(member_id=child.id), programme="civil_affairs")
    made = make_list(session, paying, [child])
    line = list_views.view(session, paying.clerk, made.public_id).lines[0]

    assert line.same.waits

    def submit() -> None:
        list_steps.submit_list(session, paying.clerk, made.id)

    assert _code(submit) == "duplicate_undecided"
    lists.decide_duplicate(
        session,
        paying.clerk,
        made.id,
        line.line.public_id,
        answer=DuplicateAnswer.PAY,
        reason="民政救助不足以解困",
    )
    submit()

    assert made.state is PaymentListState.SUBMITTED


def test_aid_that_came_after_the_decision_asks_for_another(
    session: Session, paying: Paying
) -> None:
    _, child, _ = make_student(session, paying.office.unit)
    person = Person(member_id=child.id)
    make_entry(session, paying.clerk, person, programme="civil_affairs")
    made = make_list(session, paying, [child])
    line = lists.lines_of(session, made.id)[0]
    for _ in range(2):
        lists.decide_duplicate(
            session,
            paying.clerk,
            made.id,
            line.public_id,
            answer=DuplicateAnswer.PAY,
            reason="两项不重复",
        )

    make_entry(session, paying.clerk, person, programme="hr_aid")

    assert (
        _code(lambda: list_steps.submit_list(session, paying.clerk, made.id))
        == "duplicate_undecided"
    )


def test_stopped_by_the_decision_somebody_leaves_the_list(session: Session, paying: Paying) -> None:
    _, child, _ = make_student(session, paying.office.unit)
    make_entry(session, paying.clerk, Person(member_id=child.id), programme="civil_affairs")
    made = make_list(session, paying, [child])
    line = lists.lines_of(session, made.id)[0]

    lists.decide_duplicate(
        session,
        paying.clerk,
        made.id,
        line.public_id,
        answer=DuplicateAnswer.STOP,
        reason="民政已足额救助",
    )

    assert lists.lines_of(session, made.id) == []


def test_aid_that_was_reversed_is_no_equal_aid(session: Session, paying: Paying) -> None:
    _, child, _ = make_student(session, paying.office.unit)
    entry = make_entry(session, paying.clerk, Person(member_id=child.id), programme="hr_aid")
    made = make_list(session, paying, [child])
    session.add(
        LedgerEntry(
            payer=entry.payer,
            programme=entry.programme,
            union_id=entry.union_id,
            member_id=entry.member_id,
            year=entry.year,
            purpose=entry.purpose,
            amount_fen=-entry.amount_fen,
            source="reversal",
            reversal_reason="returned",
            happened_on=clock.today(),
            entered_at=clock.now(),
            reverses_id=entry.id,
        )
    )
    session.flush()

    list_steps.submit_list(session, paying.clerk, made.id)

    assert made.state is PaymentListState.SUBMITTED


def _decide(session: Session, paying: Paying, made: PaymentList) -> None:
    for line in lists.lines_of(session, made.id):
        lists.decide_duplicate(
            session,
            paying.clerk,
            made.id,
            line.public_id,
            answer=DuplicateAnswer.PAY,
            reason="情况属实，两笔都发",
        )


def test_who_stands_on_another_list_under_way_waits_for_a_decision_once(
    session: Session, paying: Paying
) -> None:
    _, child, _ = make_student(session, paying.office.unit)
    first, second = make_list(session, paying, [child]), make_list(session, paying, [child])

    def submit() -> None:
        list_steps.submit_list(session, paying.clerk, second.id)

    list_steps.submit_list(session, paying.clerk, first.id)
    assert _code(submit) == "duplicate_undecided"
    _decide(session, paying, second)
    submit()
    list_steps.approve_list(session, paying.approver, first.id)
    marking.mark_paid(session, paying.clerk, first.id, paid_on=clock.today())
    list_steps.approve_list(session, paying.approver, second.id)

    assert second.state is PaymentListState.APPROVED, "the decision knew of what the first pays"


def test_twice_on_one_list_waits_for_a_decision(session: Session, paying: Paying) -> None:
    _, child, _ = make_student(session, paying.office.unit)
    made = make_list(session, paying, [child, child])

    def submit() -> None:
        list_steps.submit_list(session, paying.clerk, made.id)

    assert _code(submit) == "duplicate_undecided"
    waits = [one.same.waits for one in list_views.view(session, paying.clerk, made.public_id).lines]
    assert waits == [False, True]
    _decide(session, paying, made)
    submit()

    assert list_views.view(session, paying.clerk, made.public_id).waiting == 0


def test_equal_aid_booked_after_the_list_was_sent_stops_the_approval(
    session: Session, paying: Paying
) -> None:
    _, child, _ = make_student(session, paying.office.unit)
    made = make_list(session, paying, [child])
    list_steps.submit_list(session, paying.clerk, made.id)
    make_entry(session, paying.clerk, Person(member_id=child.id), programme="civil_affairs")

    def approve() -> None:
        list_steps.approve_list(session, paying.approver, made.id)

    assert _code(approve) == "duplicate_undecided"
    list_steps.return_list(session, paying.approver, made.id, reason="另有民政救助")
    _decide(session, paying, made)
    list_steps.submit_list(session, paying.clerk, made.id)
    approve()

    assert made.state is PaymentListState.APPROVED


def test_what_a_list_paid_is_no_equal_aid_beside_itself(session: Session, paying: Paying) -> None:
    _, child, _ = make_student(session, paying.office.unit)
    made = make_approved_list(session, paying, [child])
    marking.mark_paid(session, paying.clerk, made.id, paid_on=clock.today())

    found = list_views.view(session, paying.clerk, made.public_id)

    assert (found.waiting, list(found.lines[0].same.entries)) == (0, [])
