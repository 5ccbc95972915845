"""Hand-over of a caseload: nothing moves before it is accepted, then everything moves at once."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.casework import NeedKind, RequestSource
from matcher.kinds.day import HandOverItemState, HandOverState
from matcher.models.clocks import Clock, ClockEvent
from matcher.models.day import HandOver, HandOverItem
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.help_requests import HelpRequest
from matcher.models.households import Household
from matcher.models.organisations import Union
from matcher.models.outbox import OutboxMessage
from matcher.models.tasks import Task
from matcher.services.casework import hand_over_lists, hand_overs
from matcher.services.casework.sealed_words import seal
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.day import make_case, make_colleague, make_family, make_task


@pytest.fixture
def union(session: Session) -> Union:
    return make_union(session)


@pytest.fixture
def giver(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.CASEWORKER, union=union)


@pytest.fixture
def taker(session: Session, giver: Actor) -> Actor:
    return make_colleague(session, giver)


def _clock(session: Session, union: Union, subject: tuple[str, int], owner: Actor) -> Clock:
    row = Clock(
        rule="zero_employment.first_referral",
        subject_kind=subject[0],
        subject_id=subject[1],
        union_id=union.id,
        owner_union_id=union.id,
        owner_id=owner.account_id,
        started_on=clock.today(),
        due_on=clock.today(),
        amber_on=clock.today(),
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def _offer(
    session: Session,
    giver: Actor,
    taker: Actor,
    *households: Household,
    cases: list[int] | None = None,
) -> HandOver:
    return hand_overs.offer_caseload(
        session,
        giver,
        taker.account_id or 0,
        household_ids=[one.id for one in households],
        case_ids=cases or [],
        note="我调去北区，这几户请你接",
    )


def _items(session: Session, offered: HandOver) -> list[HandOverItem]:
    found = sa.select(HandOverItem).where(HandOverItem.hand_over_id == offered.id)
    return list(session.scalars(found.order_by(HandOverItem.id)))


def _owner(session: Session, household: Household) -> int | None:
    session.expire_all()
    return session.scalar(sa.select(Household.owner_id).where(Household.id == household.id))


def test_what_is_accepted_moves_with_cases_tasks_clocks_and_leads(
    session: Session, union: Union, giver: Actor, taker: Actor
) -> None:
    household, graduate = make_family(session, union, giver)
    case = make_case(session, graduate, giver, second_owner_id=taker.account_id)
    tasks = [
        make_task(session, union, subject, owner=giver)
        for subject in (
            ("household", household.id),
            ("graduate_case", case.id),
            ("graduate", graduate.id),
        )
    ]
    kept, _ = make_family(session, union, giver)
    other = make_task(session, union, ("household", kept.id), owner=giver)
    running = _clock(session, union, ("household", household.id), giver)
    lead = HelpRequest(
        union_id=union.id,
        case_id=case.id,
        source=RequestSource.COUNTER,
        kind=NeedKind.JOB,
        words_cipher=seal(session, "想找工作", "help_request.words"),
        received_at=clock.now(),
        owner_id=giver.account_id,
        due_on=clock.today(),
        created_at=clock.now(),
    )
    session.add(lead)
    offered = _offer(session, giver, taker, household)
    assert _owner(session, household) == giver.account_id

    moved = hand_overs.settle_hand_over(
        session, taker, offered.public_id, [one.id for one in _items(session, offered)]
    )

    assert (moved.n_households, moved.n_cases, moved.n_tasks, moved.n_clocks) == (1, 1, 3, 1)
    assert _owner(session, household) == taker.account_id
    assert _owner(session, kept) == giver.account_id
    stands = session.get_one(GraduateCase, case.id)
    assert (stands.owner_id, stands.second_owner_id) == (taker.account_id, None)
    assert {session.get_one(Task, one.id).assignee_id for one in tasks} == {taker.account_id}
    assert session.get_one(Task, other.id).assignee_id == giver.account_id
    assert session.get_one(Clock, running.id).owner_id == taker.account_id
    assert session.scalar(sa.select(sa.func.count(ClockEvent.id))) == 1
    assert session.get_one(HelpRequest, lead.id).owner_id == taker.account_id
    assert offered.state is HandOverState.ACCEPTED


def test_a_part_is_accepted_and_the_rest_declined_with_the_reason(
    session: Session, union: Union, giver: Actor, taker: Actor
) -> None:
    first, _ = make_family(session, union, giver)
    second, _ = make_family(session, union, giver)
    offered = _offer(session, giver, taker, first, second)
    wanted = [one.id for one in _items(session, offered) if one.household_id == first.id]

    with pytest.raises(InvalidInputError):
        hand_overs.settle_hand_over(session, taker, offered.public_id, wanted)
    hand_overs.settle_hand_over(session, taker, offered.public_id, wanted, reason="我已经有四十户")

    assert _owner(session, first) == taker.account_id
    assert _owner(session, second) == giver.account_id
    assert offered.state is HandOverState.PARTLY
    states = {one.household_id: (one.state, one.reason) for one in _items(session, offered)}
    assert states == {
        first.id: (HandOverItemState.ACCEPTED, None),
        second.id: (HandOverItemState.DECLINED, "我已经有四十户"),
    }


def test_a_case_outside_the_own_households_is_handed_over_by_itself(
    session: Session, union: Union, giver: Actor, taker: Actor
) -> None:
    household, graduate = make_family(session, union, giver)
    inside = make_case(session, graduate, giver)
    _, other = make_family(session, union)
    alone = make_case(session, other, giver)
    households, cases = hand_overs.own_subjects(session, giver, giver.account_id)
    assert (households, cases) == ([household.id], [alone.id])
    offered = _offer(session, giver, taker, cases=cases)

    hand_overs.settle_hand_over(
        session, taker, offered.public_id, [one.id for one in _items(session, offered)]
    )

    session.expire_all()
    assert session.get_one(GraduateCase, alone.id).owner_id == taker.account_id
    assert session.get_one(GraduateCase, inside.id).owner_id == giver.account_id


def test_a_household_lies_in_one_open_offer_and_again_after_it_is_taken_back(
    session: Session, union: Union, giver: Actor, taker: Actor
) -> None:
    household, _ = make_family(session, union, giver)
    offered = _offer(session, giver, taker, household)
    with pytest.raises(RuleBrokenError):
        _offer(session, giver, taker, household)

    hand_over_lists.withdraw_hand_over(session, giver, offered.public_id)

    _offer(session, giver, taker, household)
    with pytest.raises(RuleBrokenError):
        hand_overs.settle_hand_over(session, taker, offered.public_id, [], reason="不接")


def test_what_changed_hands_meanwhile_does_not_move(
    session: Session, union: Union, giver: Actor, taker: Actor
) -> None:
    household, _ = make_family(session, union, giver)
    offered = _offer(session, giver, taker, household)
    third = make_colleague(session, giver)
    household.owner_id = third.account_id
    session.flush()

    moved = hand_overs.settle_hand_over(
        session, taker, offered.public_id, [one.id for one in _items(session, offered)]
    )

    assert moved.n_households == 0
    assert _owner(session, household) == third.account_id
    assert _items(session, offered)[0].state is HandOverItemState.LAPSED


def test_only_the_receiver_answers_and_others_do_not_see_it(
    session: Session, union: Union, giver: Actor, taker: Actor
) -> None:
    household, _ = make_family(session, union, giver)
    offered = _offer(session, giver, taker, household)
    third = make_colleague(session, giver)
    items = [one.id for one in _items(session, offered)]

    with pytest.raises(RuleBrokenError):
        hand_overs.settle_hand_over(session, giver, offered.public_id, items)
    with pytest.raises(NotFoundError):
        hand_overs.settle_hand_over(session, third, offered.public_id, items)
    with pytest.raises(RuleBrokenError):
        hand_over_lists.withdraw_hand_over(session, taker, offered.public_id)
    assert hand_over_lists.count_waiting(session, taker) == 1
    assert hand_over_lists.list_hand_overs(session, third) == []
    sheet = hand_over_lists.hand_over_sheet(session, taker, offered.public_id)
    assert sheet.note == "我调去北区，这几户请你接"


def test_a_supervisor_orders_it_with_a_reason_and_the_receiver_still_accepts(
    session: Session, union: Union, giver: Actor, taker: Actor
) -> None:
    household, _ = make_family(session, union, giver)
    supervisor = make_actor(session, Role.APPROVER, union=union)
    stranger = make_actor(session, Role.APPROVER)
    wish = {"household_ids": [household.id], "note": "陈姐休产假"}
    people = (giver.account_id or 0, taker.account_id or 0)

    with pytest.raises(NotAllowedError):
        hand_overs.order_hand_over(session, taker, *people, **wish)
    with pytest.raises(InvalidInputError):
        hand_overs.order_hand_over(session, stranger, *people, **wish)
    offered = hand_overs.order_hand_over(session, supervisor, *people, **wish)
    assert _owner(session, household) == giver.account_id
    hand_overs.settle_hand_over(
        session, taker, offered.public_id, [one.id for one in _items(session, offered)]
    )

    assert offered.ordered_by_id == supervisor.account_id
    assert _owner(session, household) == taker.account_id
    told = session.execute(sa.select(OutboxMessage.template, OutboxMessage.account_id)).all()
    assert set(map(tuple, told)) == {
        ("hand_over_offered", taker.account_id),
        ("hand_over_settled", giver.account_id),
        ("hand_over_settled", supervisor.account_id),
    }


def test_a_receiver_must_be_a_caseworker_of_that_union_or_above(
    session: Session, union: Union, giver: Actor
) -> None:
    household, _ = make_family(session, union, giver)
    far = make_actor(session, Role.CASEWORKER)
    reviewer = make_actor(session, Role.REVIEWER, union=union)

    for one in (far, reviewer, giver):
        with pytest.raises(InvalidInputError):
            _offer(session, giver, one, household)


def test_nobody_offers_what_is_not_their_own(
    session: Session, union: Union, giver: Actor, taker: Actor
) -> None:
    household, _ = make_family(session, union, giver)

    with pytest.raises(InvalidInputError):
        _offer(session, taker, giver, household)
    assert session.scalar(sa.select(sa.func.count(Graduate.id))) == 1
