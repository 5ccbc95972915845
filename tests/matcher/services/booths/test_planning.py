"""The computed plan: asked for once, kept with its figures, taken whole while nothing changed, and taken back."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import ConflictError, NotAllowedError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.booth_plans import BoothPlanState, PlanScope
from matcher.models.booth_plans import BoothPlan
from matcher.models.fairs import Booth
from matcher.models.organisations import Union
from matcher.services.booths import placing, planning, progress, views
from matcher.services.booths.booth_map import booth_map
from matcher.services.booths.office import list_comers
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.booths import FloorRows, make_floor


def _compute(
    session: Session, by: Actor, floor: FloorRows, scope: PlanScope = PlanScope.ALL
) -> BoothPlan:
    given = planning.read(session, by, floor.fair.public_id, scope)
    return planning.keep(session, by, given, *planning.compute(given))


def _held(session: Session, floor: FloorRows) -> dict[str, int | None]:
    found = sa.select(Booth.label, Booth.fair_employer_id).where(Booth.fair_id == floor.fair.id)
    return dict(session.execute(found.order_by(Booth.id)).all())


def test_a_plan_is_asked_for_once_while_it_waits(
    session: Session, organiser: Actor, floor: FloorRows
) -> None:
    first = planning.ask(session, organiser, floor.fair.public_id, PlanScope.ALL)
    again = planning.ask(session, organiser, floor.fair.public_id, PlanScope.ALL)

    assert first.id == again.id
    found = progress.newest(session, organiser, floor.fair)
    assert found is not None
    assert found.public_id == first.public_id


def test_without_booths_or_employers_there_is_nothing_to_plan(
    session: Session, organiser: Actor, floor: FloorRows
) -> None:
    for one in floor.employers:
        one.state = "applied"  # type: ignore[assignment]
    session.flush()

    with pytest.raises(RuleBrokenError, match="还没有确认参会"):
        planning.ask(session, organiser, floor.fair.public_id, PlanScope.ALL)
    session.execute(sa.delete(Booth))
    with pytest.raises(RuleBrokenError, match="还没有展位"):
        planning.ask(session, organiser, floor.fair.public_id, PlanScope.ALL)


def test_a_plan_changes_nothing_until_it_is_taken(
    session: Session, organiser: Actor, floor: FloorRows
) -> None:
    plan = _compute(session, organiser, floor)

    assert set(_held(session, floor).values()) == {None}
    assert plan.figures["present"] is None
    assert plan.figures["proposed"]["n_placed"] == 6
    assert plan.figures["in_order"]["n_placed"] == 6
    planning.accept(session, organiser, floor.fair.public_id, plan.public_id)
    assert {one for one in _held(session, floor).values() if one} == {
        one.id for one in floor.employers
    }
    with pytest.raises(RuleBrokenError):
        planning.accept(session, organiser, floor.fair.public_id, plan.public_id)


def test_the_same_floor_has_the_same_plan(
    session: Session, organiser: Actor, floor: FloorRows
) -> None:
    first, again = (_compute(session, organiser, floor) for _ in range(2))

    assert first.placed == again.placed
    assert first.figures == again.figures
    assert first.state is BoothPlanState.DROPPED
    assert again.state is BoothPlanState.PROPOSED


def test_a_plan_that_was_taken_is_taken_back_whole(
    session: Session, organiser: Actor, floor: FloorRows
) -> None:
    plan = _compute(session, organiser, floor)
    done = planning.accept(session, organiser, floor.fair.public_id, plan.public_id)

    placing.undo(session, organiser, floor.fair.public_id, done.public_id)

    assert set(_held(session, floor).values()) == {None}


def test_who_has_a_booth_keeps_it_when_only_the_others_are_placed(
    session: Session, organiser: Actor, floor: FloorRows
) -> None:
    floor.booths[4].fair_employer_id = floor.employers[2].id
    floor.booths[7].is_fixed = True
    session.flush()

    for scope, stays in ((PlanScope.WITHOUT_BOOTH, True), (PlanScope.ALL, None)):
        plan = _compute(session, organiser, floor, scope)
        then = dict(plan.placed)
        assert then[floor.booths[7].id] is None
        if stays:
            assert then[floor.booths[4].id] == floor.employers[2].id
        assert sum(one is not None for one in then.values()) == 6


def test_a_plan_is_stale_once_floor_or_employers_change(
    session: Session, organiser: Actor, floor: FloorRows
) -> None:
    plan = _compute(session, organiser, floor)
    assert not views.read_plan(session, organiser, floor.fair.public_id).is_stale
    floor.employers[0].n_interviewers = 9
    session.flush()

    assert views.read_plan(session, organiser, floor.fair.public_id).is_stale
    with pytest.raises(ConflictError):
        planning.accept(session, organiser, floor.fair.public_id, plan.public_id)
    planning.drop(session, organiser, floor.fair.public_id, plan.public_id)
    assert views.read_plan(session, organiser, floor.fair.public_id).proposed is None


def test_expected_people_are_shared_out_over_who_comes(
    session: Session, organiser: Actor, floor: FloorRows
) -> None:
    comers = list_comers(session, floor.fair)

    assert [one.id for one in comers] == [one.id for one in floor.employers]
    assert {one.n_visitors for one in comers} == {200}
    assert [one.trade for one in comers] == ["C", "I", "P", "F", "C", "Q"]
    assert comers[0].hands_wanted > 0
    assert comers[0].wait > comers[3].wait


def test_the_page_says_who_has_what_and_who_nothing(
    session: Session, organiser: Actor, floor: FloorRows
) -> None:
    floor.employers[0].n_booths = 2
    floor.booths[0].fair_employer_id = floor.employers[0].id
    floor.booths[9].fair_employer_id = floor.employers[0].id
    floor.booths[1].fair_employer_id = floor.employers[1].id
    session.flush()

    sheet = views.read_plan(session, organiser, floor.fair.public_id)

    rows = {row.comer.id: row for row in sheet.comers}
    assert rows[floor.employers[0].id].is_apart
    assert not rows[floor.employers[1].id].is_apart
    assert [row.comer.id for row in sheet.without] == [one.id for one in floor.employers[2:]]
    assert sheet.floor.halls[0].n_free == 9
    assert [one.code for one in sheet.floor.trades] == ["C", "F", "I", "P", "Q"]
    plan = _compute(session, organiser, floor)
    then = views.as_planned(sheet, plan)
    assert sum(one.holder is not None for one in then.booths) == 7


def test_the_map_knows_ways_and_holders(
    session: Session, organiser: Actor, floor: FloorRows
) -> None:
    floor.booths[0].fair_employer_id = floor.employers[0].id
    session.flush()
    other = make_floor(session)

    found = booth_map(session, floor.fair.id)

    ids = [one.id for one in floor.booths]
    assert [one.booth_id for one in found.places] == ids
    assert found.booths_of == {floor.employers[0].id: (ids[0],)}
    assert found.steps(ids[0], ids[1]) == found.steps(ids[1], ids[0]) == 1
    assert found.walks.from_door[found.rank[ids[0]]] > 0
    assert found.place(ids[0]).label == "A01"
    assert other.booths[0].id not in found.rank


def test_only_organisers_of_the_fair_see_the_plan(
    session: Session, union: Union, floor: FloorRows
) -> None:
    caseworker = make_actor(session, Role.CASEWORKER, union=union)

    with pytest.raises(NotAllowedError):
        views.read_plan(session, caseworker, floor.fair.public_id)
    with pytest.raises(NotAllowedError):
        progress.newest(session, caseworker, floor.fair)
