"""The board shows every household once, counts what it shows, and asks as few questions for two hundred as for two."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock as time
from matcher.errors import NotAllowedError
from matcher.kinds import Role
from matcher.kinds.casework import ActOutcome, ServiceKind
from matcher.kinds.clocks import ClockState
from matcher.kinds.households import WorkStatus
from matcher.kinds.zero_employment import ClaimState
from matcher.models.graduate_cases import GraduateCase, ServiceAct
from matcher.models.organisations import Union
from matcher.services.permissions import Actor
from matcher.services.zero_employment import board
from matcher.services.zero_employment.board import BoardFilter
from matcher.services.zero_employment.consequences import refresh
from tests.factories.accounts import make_actor, make_union
from tests.factories.people import make_graduate
from tests.factories.zero_employment import DAY, bring_to, make_jobless, make_people, make_work


@pytest.fixture
def city(session: Session, today: list[dt.date]) -> Union:
    return make_union(session)


@pytest.fixture
def manager(session: Session, city: Union) -> Actor:
    return make_actor(session, Role.DRIVE_MANAGER, union=city)


def _fill(session: Session, union: Union) -> None:
    clerk = make_people(session, union)["clerk"]
    for state in (ClaimState.CLUE, ClaimState.VERIFYING, ClaimState.AIDED, ClaimState.AIDED):
        household, _ = make_jobless(session, union, owner_id=clerk.account_id)
        bring_to(session, clerk, household, state)
    household, (member,) = make_jobless(session, union)
    bring_to(session, clerk, household, ClaimState.AIDED)
    make_work(session, member, WorkStatus.EMPLOYED, DAY)
    refresh(session, household.id)


def test_figures_cards_and_districts_are_one_list(
    session: Session, city: Union, manager: Actor
) -> None:
    for _ in range(2):
        _fill(session, make_union(session, make_union(session, city), kind="grassroots"))

    seen = board.read_board(session, manager)
    whole = seen.figures

    assert len(seen.cards) == seen.n_shown == whole.total == 10
    assert (whole.before, whole.recognised, whole.uncleared) == (4, 6, 6)
    assert len(seen.districts) == 2
    for name in board.SHOWN:
        part = board.read_board(session, manager, BoardFilter(show=name))
        assert len(part.cards) == part.n_shown == getattr(whole, name), name
        counts = [getattr(one, name) for one in seen.districts.values()]
        assert sum(counts) == getattr(whole, name), name
    for district_id, figures in seen.districts.items():
        part = board.read_board(session, manager, BoardFilter(district_id=district_id))
        assert part.figures == figures
        assert part.n_shown == figures.total


def test_a_part_of_the_cards_is_read_and_all_are_counted(
    session: Session, city: Union, manager: Actor
) -> None:
    _fill(session, city)

    part = board.read_board(session, manager, limit=2, offset=4)

    assert (len(part.cards), part.n_shown, part.figures.total) == (1, 5, 5)


def test_a_card_names_its_district_its_clock_and_who_answers(
    session: Session, city: Union, manager: Actor, today: list[dt.date]
) -> None:
    county = make_union(session, city)
    people = make_people(session, county)
    household, _ = make_jobless(session, county, owner_id=people["clerk"].account_id)
    make_graduate(session, county, household=household)
    bring_to(session, people["clerk"], household, ClaimState.AIDED)

    (card,) = board.read_board(session, manager).cards

    assert card.nearest is not None
    assert (card.district_id, card.nearest.owner_id) == (county.id, people["clerk"].account_id)
    assert card.nearest.rule == "zero_employment.first_referral"
    assert card.clock is ClockState.ON_TIME
    assert card.n_graduates == 1
    today[0] = DAY + dt.timedelta(days=10)
    (card,) = board.read_board(session, manager).cards
    assert card.clock is ClockState.OVERDUE


def test_where_nothing_was_tried_for_too_long_the_card_says_so(
    session: Session, city: Union, manager: Actor, today: list[dt.date]
) -> None:
    people = make_people(session, city)
    household, _ = make_jobless(session, city)
    bring_to(session, people["clerk"], household, ClaimState.AIDED)
    graduate = make_graduate(session, city, household=household)
    case = GraduateCase(
        union_id=city.id,
        graduate_id=graduate.id,
        household_id=household.id,
        opened_on=DAY,
        created_at=time.now(),
    )
    session.add(case)
    session.flush()
    today[0] = DAY + dt.timedelta(days=14)
    assert board.read_board(session, manager).cards[0].is_quiet
    assert board.read_board(session, manager).figures.quiet == 1

    act = ServiceAct(
        case_id=case.id,
        union_id=city.id,
        kind=ServiceKind.RECOMMENDATION,
        happened_on=DAY + dt.timedelta(days=3),
        entered_at=time.now(),
        outcome=ActOutcome.DONE,
    )
    session.add(act)
    session.flush()

    assert not board.read_board(session, manager).cards[0].is_quiet


def test_a_card_of_somebody_elses_caseload_is_a_line_only(
    session: Session, city: Union, manager: Actor
) -> None:
    people = make_people(session, city)
    for owner in ("clerk", "other"):
        household, _ = make_jobless(session, city, owner_id=people[owner].account_id)
        bring_to(session, people[owner], household, ClaimState.CLUE)

    seen = [one.is_whole for one in board.read_board(session, people["clerk"]).cards]

    assert sorted(seen) == [False, True]
    assert all(one.is_whole for one in board.read_board(session, manager).cards)


def test_others_see_nothing(session: Session, city: Union, manager: Actor) -> None:
    _fill(session, make_union(session))

    assert board.read_board(session, manager).cards == ()
    for role in (Role.FAIR_ORGANISER, Role.REVIEWER, Role.ADMINISTRATOR):
        with pytest.raises(NotAllowedError):
            board.read_board(session, make_actor(session, role, union=city))


def _queries(session: Session, act: Callable[[], object]) -> int:
    said: list[str] = []

    def note(_c: object, _cu: object, statement: str, *_: object) -> None:
        said.append(statement)

    engine = session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", note)
    act()
    sa.event.remove(engine, "before_cursor_execute", note)
    return len(said)


def test_many_households_take_as_many_queries_as_few(
    session: Session, city: Union, manager: Actor
) -> None:
    _fill(session, city)
    few = _queries(session, lambda: board.read_board(session, manager))
    for _ in range(4):
        _fill(session, make_union(session, city))
    many = _queries(session, lambda: board.read_board(session, manager))

    assert few == many <= 9
