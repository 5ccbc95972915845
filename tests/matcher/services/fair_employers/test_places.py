"""Booths are promised once, the waiting list moves up by itself and in order, and the last booth goes to one."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    RuleBrokenError,
)
from matcher.fairs.booth_grid import GridWish
from matcher.kinds import EmployerState, Role
from matcher.kinds.fairs import FairEmployerState
from matcher.models.fair_papers import FairCall
from matcher.models.fairs import Booth, Fair, FairEmployer
from matcher.models.organisations import Union
from matcher.models.outbox import OutboxMessage
from matcher.services.booths import halls
from matcher.services.fair_employers import applying, calls
from matcher.services.fair_employers.applying import Application
from matcher.services.fair_employers.calls import CallInput
from matcher.services.fair_employers.places import room_of
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.fair_papers import make_call
from tests.factories.fairs import make_booth, make_fair, make_fair_employer, make_hall
from tests.factories.postings import make_employer

_S = FairEmployerState


def _agents(session: Session, union: Union, count: int) -> list[Actor]:
    return [
        make_actor(session, Role.EMPLOYER, employer=make_employer(session, union))
        for _ in range(count)
    ]


def _apply(session: Session, by: Actor, fair: Fair, n_booths: int = 1) -> FairEmployer:
    return applying.apply(session, by, fair.public_id, Application(n_booths=n_booths))


def test_who_comes_when_no_booth_is_free_waits_and_moves_up_in_order(
    session: Session, union: Union, fair: Fair, call: FairCall
) -> None:
    first, second, third, fourth = _agents(session, union, 4)
    rows = [_apply(session, one, fair) for one in (first, second, third, fourth)]
    assert [row.state for row in rows] == [_S.APPLIED, _S.APPLIED, _S.WAITING, _S.WAITING]

    applying.leave_own(session, first, fair.public_id)

    assert [row.state for row in rows] == [_S.WITHDRAWN, _S.APPLIED, _S.APPLIED, _S.WAITING]
    told = session.scalars(sa.select(OutboxMessage.template)).all()
    assert told == ["fair_moved_up"]


def test_who_asks_for_more_than_is_free_keeps_its_turn_and_holds_nobody_up(
    session: Session, union: Union, fair: Fair, call: FairCall
) -> None:
    first, second, large, small = _agents(session, union, 4)
    rows = [_apply(session, one, fair) for one in (first, second)]
    rows += [_apply(session, large, fair, 2), _apply(session, small, fair)]

    applying.leave_own(session, first, fair.public_id)

    assert [row.state for row in rows[2:]] == [_S.WAITING, _S.APPLIED]
    applying.leave_own(session, second, fair.public_id)
    assert rows[2].state is _S.WAITING
    applying.leave_own(session, small, fair.public_id)
    assert rows[2].state is _S.APPLIED


def test_a_newcomer_goes_behind_who_waits_even_if_its_one_booth_were_free(
    session: Session, union: Union, fair: Fair, call: FairCall
) -> None:
    first, large, small = _agents(session, union, 3)
    _apply(session, first, fair)
    waits = _apply(session, large, fair, 2)

    came = _apply(session, small, fair)

    assert waits.state is _S.WAITING
    assert came.state is _S.APPLIED, "nobody before it fits, so no booth stays empty"
    assert room_of(session, fair.id).free == 0


def test_the_last_booth_goes_to_one_of_many_who_ask_at_once(
    session_factory: SessionFactory,
) -> None:
    with transaction(session_factory) as session:
        union = make_union(session)
        fair = make_fair(session, make_drive(session, union), state="announced")
        make_call(session, fair, n_booths=1)
        agents, fair_id, public_id = _agents(session, union, 8), fair.id, fair.public_id

    def ask(agent: Actor) -> None:
        with transaction(session_factory) as session:
            applying.apply(session, agent, public_id, Application())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, agents))

    with reading(session_factory) as session:
        states = session.scalars(
            sa.select(FairEmployer.state).where(FairEmployer.fair_id == fair_id)
        ).all()
    assert sorted(states) == [_S.APPLIED, *[_S.WAITING] * 7]


def test_without_a_number_the_plan_of_the_halls_says_how_many_booths_there_are(
    session: Session, union: Union, fair: Fair
) -> None:
    make_call(session, fair, n_booths=None)
    assert room_of(session, fair.id).free is None
    hall = make_hall(session, fair)

    make_booth(session, hall)

    assert room_of(session, fair.id).free == 1


def test_who_leaves_gives_its_booths_back(
    session: Session, union: Union, fair: Fair, call: FairCall, agent: Actor
) -> None:
    row = _apply(session, agent, fair)
    booth = make_booth(session, make_hall(session, fair), row, is_fixed=True)

    applying.leave_own(session, agent, fair.public_id, reason="人手不够")

    session.refresh(booth)
    assert (booth.fair_employer_id, booth.is_fixed, row.reason) == (None, False, "人手不够")
    again = applying.leave_own(session, agent, fair.public_id)
    assert again.state is _S.WITHDRAWN


def test_more_booths_on_offer_go_to_who_waits(
    session: Session, union: Union, fair: Fair, call: FairCall, organiser: Actor
) -> None:
    rows = [_apply(session, one, fair) for one in _agents(session, union, 3)]
    assert rows[2].state is _S.WAITING

    calls.set_call(session, organiser, fair.public_id, CallInput(n_booths=3))

    assert rows[2].state is _S.APPLIED
    with pytest.raises(InvalidInputError) as refused:
        calls.set_call(session, organiser, fair.public_id, CallInput(n_booths=2))
    assert "n_booths" in refused.value.details["fields"]  # type: ignore[operator]


def test_booths_drawn_for_a_hall_go_to_who_waits(
    session: Session, union: Union, fair: Fair, organiser: Actor
) -> None:
    make_call(session, fair, n_booths=None)
    hall = make_hall(session, fair)
    make_booth(session, hall)
    rows = [_apply(session, one, fair) for one in _agents(session, union, 3)]
    assert [one.state for one in rows] == [_S.APPLIED, _S.WAITING, _S.WAITING]

    halls.fill_hall(
        session, organiser, fair.public_id, hall_public_id=hall.public_id, wish=GridWish(most=1)
    )

    assert [one.state for one in rows] == [_S.APPLIED, _S.APPLIED, _S.WAITING]


def test_words_for_employers_tell_nothing_of_anybody(
    session: Session, fair: Fair, organiser: Actor
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        calls.set_call(session, organiser, fair.public_id, CallInput(words="零就业家庭专场"))

    assert "words" in refused.value.details["fields"]  # type: ignore[operator]


def test_who_comes_may_ask_for_more_only_while_booths_are_free(
    session: Session, fair: Fair, call: FairCall, agent: Actor
) -> None:
    row = _apply(session, agent, fair)
    _apply(session, agent, fair, 2)
    assert row.n_booths == 2

    with pytest.raises(RuleBrokenError) as refused:
        _apply(session, agent, fair, 3)

    assert refused.value.code == "fair_booths_gone"


def test_after_the_last_day_only_who_applied_may_change(
    session: Session, fair: Fair, agent: Actor, union: Union
) -> None:
    call = make_call(session, fair)
    row = _apply(session, agent, fair)
    call.apply_until = fair.first_on.replace(year=fair.first_on.year - 1)
    session.flush()

    changed = applying.apply(session, agent, fair.public_id, Application(n_interviewers=2))

    assert changed is row
    with pytest.raises(RuleBrokenError) as refused:
        _apply(session, _agents(session, union, 1)[0], fair)
    assert refused.value.code == "fair_apply_over"


def test_a_fair_of_others_and_a_draft_are_not_there(
    session: Session, fair: Fair, agent: Actor, union: Union
) -> None:
    elsewhere = make_fair(session, state="announced")
    draft = make_fair(session, make_drive(session, union))

    for hidden in (elsewhere, draft):
        with pytest.raises(NotFoundError):
            _apply(session, agent, hidden)


def test_a_stopped_unit_and_a_graduate_cannot_apply(
    session: Session, fair: Fair, union: Union, organiser: Actor
) -> None:
    stopped = make_employer(session, union, state=EmployerState.SUSPENDED)

    with pytest.raises(RuleBrokenError) as refused:
        _apply(session, make_actor(session, Role.EMPLOYER, employer=stopped), fair)

    assert refused.value.code == "employer_not_verified"
    with pytest.raises(NotAllowedError):
        _apply(session, organiser, fair)


def test_two_who_write_on_the_same_place_are_told(
    session: Session, fair: Fair, call: FairCall, agent: Actor
) -> None:
    row = _apply(session, agent, fair)

    with pytest.raises(ConflictError):
        applying.apply(
            session,
            agent,
            fair.public_id,
            Application(n_staff=3),
            expected_version=row.version_id - 1,
        )


def test_an_organiser_writes_down_what_an_employer_said_on_paper(
    session: Session, fair: Fair, call: FairCall, organiser: Actor
) -> None:
    row = make_fair_employer(session, fair, state=_S.INVITED)

    applying.enter_for(session, organiser, fair.public_id, row.public_id, Application(n_booths=2))

    assert (row.state, row.n_booths) == (_S.APPLIED, 2)
    applying.leave_for(session, organiser, fair.public_id, row.public_id, reason="来电退出")
    assert row.state is _S.WITHDRAWN
    assert session.scalars(sa.select(Booth.id)).all() == []
