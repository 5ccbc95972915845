"""Halls: drawn and filled by their organisers alone, and nothing is drawn over an employer."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from matcher.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    RuleBrokenError,
)
from matcher.fairs.booth_grid import GridWish
from matcher.kinds import Role
from matcher.kinds.fairs import FairState
from matcher.models.fairs import FairHall
from matcher.models.organisations import Union
from matcher.services.booths import halls
from matcher.services.booths.booth_map import booth_map
from matcher.services.booths.halls import HallInput
from matcher.services.booths.sight import booths_of_fair
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.booths import FloorRows

_FACTS = HallInput(name="二号厅", n_columns=10, n_rows=8)


def _draw(session: Session, by: Actor, floor: FloorRows, kind: str, *cells: tuple[int, int]) -> int:
    return halls.draw_cells(
        session,
        by,
        floor.fair.public_id,
        hall_public_id=floor.hall.public_id,
        cells=cells,
        kind=kind,
    )


def test_a_hall_is_added_with_an_entrance_and_filled(
    session: Session, organiser: Actor, floor: FloorRows
) -> None:
    hall = halls.add_hall(session, organiser, floor.fair.public_id, _FACTS)

    n = halls.fill_hall(
        session,
        organiser,
        floor.fair.public_id,
        hall_public_id=hall.public_id,
        wish=GridWish(most=9),
        prefix="b",
    )

    own = [one for one in booth_map(session, floor.fair.id).places if one.hall_id == hall.id]
    assert n == 9
    assert [one.label for one in own] == [f"B{i:02d}" for i in range(1, 10)]
    assert hall.marks == [{"column": 5, "row": 7, "kind": "entrance"}]
    assert hall.number == floor.hall.number + 1


def test_cells_become_booths_marks_and_aisle_again(
    session: Session, organiser: Actor, floor: FloorRows
) -> None:
    assert _draw(session, organiser, floor, "booth", (0, 0), (0, 1)) == 2
    assert _draw(session, organiser, floor, "booth", (0, 0), (0, 1)) == 0
    labels = {(one.column, one.row): one.label for one in booths_of_fair(session, floor.fair.id)}
    assert (labels[(0, 0)], labels[(0, 1)]) == ("A13", "A14")

    assert _draw(session, organiser, floor, "pillar", (0, 0)) == 1
    assert {"column": 0, "row": 0, "kind": "pillar"} in floor.hall.marks
    assert _draw(session, organiser, floor, "exit", (0, 0)) == 1
    assert _draw(session, organiser, floor, "aisle", (0, 0), (0, 1), (7, 7)) == 3
    assert floor.hall.marks == []
    assert len(booths_of_fair(session, floor.fair.id)) == 12


def test_nothing_is_drawn_over_an_employer(
    session: Session, organiser: Actor, floor: FloorRows
) -> None:
    booth = floor.booths[0]
    booth.fair_employer_id = floor.employers[0].id
    session.flush()

    for act in (
        lambda: _draw(session, organiser, floor, "pillar", (booth.column, booth.row)),
        lambda: halls.remove_hall(session, organiser, floor.fair.public_id, floor.hall.public_id),
        lambda: halls.change_hall(
            session,
            organiser,
            floor.fair.public_id,
            hall_public_id=floor.hall.public_id,
            facts=HallInput(name="小", n_columns=1, n_rows=1),
        ),
    ):
        with pytest.raises(RuleBrokenError):
            act()
    assert halls.empty_hall(session, organiser, floor.fair.public_id, floor.hall.public_id) == 11


def test_a_smaller_hall_loses_the_marks_outside(
    session: Session, organiser: Actor, floor: FloorRows
) -> None:
    halls.empty_hall(session, organiser, floor.fair.public_id, floor.hall.public_id)

    changed = halls.change_hall(
        session,
        organiser,
        floor.fair.public_id,
        hall_public_id=floor.hall.public_id,
        facts=HallInput(name="一号厅", n_columns=7, n_rows=5),
        expected_version=floor.hall.version_id,
    )

    assert (changed.n_columns, changed.n_rows, changed.marks) == (7, 5, [])
    halls.remove_hall(session, organiser, floor.fair.public_id, floor.hall.public_id)
    assert session.get(FairHall, floor.hall.id) is None


def test_a_hall_somebody_else_changed_is_not_changed_again(
    session: Session, organiser: Actor, floor: FloorRows
) -> None:
    seen = floor.hall.version_id
    _draw(session, organiser, floor, "pillar", (0, 0))

    with pytest.raises(ConflictError):
        halls.draw_cells(
            session,
            organiser,
            floor.fair.public_id,
            hall_public_id=floor.hall.public_id,
            cells=[(0, 1)],
            kind="pillar",
            expected_version=seen,
        )


@pytest.mark.parametrize(
    "facts",
    [
        HallInput(name=" ", n_columns=5, n_rows=5),
        HallInput(name="厅", n_columns=0, n_rows=5),
        HallInput(name="厅", n_columns=5, n_rows=61),
    ],
)
def test_a_hall_has_a_name_and_a_size(
    session: Session, organiser: Actor, floor: FloorRows, facts: HallInput
) -> None:
    with pytest.raises(InvalidInputError):
        halls.add_hall(session, organiser, floor.fair.public_id, facts)


def test_two_halls_have_two_names(session: Session, organiser: Actor, floor: FloorRows) -> None:
    halls.add_hall(session, organiser, floor.fair.public_id, _FACTS)

    with pytest.raises(RuleBrokenError, match="同名"):
        halls.add_hall(session, organiser, floor.fair.public_id, _FACTS)


def test_cells_outside_and_kinds_unknown_are_refused(
    session: Session, organiser: Actor, floor: FloorRows
) -> None:
    for kind, cell in (("pillar", (99, 0)), ("garden", (0, 0))):
        with pytest.raises(InvalidInputError):
            _draw(session, organiser, floor, kind, cell)


_ACTS: list[Callable[[Session, Actor, FloorRows], object]] = [
    lambda session, by, floor: halls.add_hall(session, by, floor.fair.public_id, _FACTS),
    lambda session, by, floor: _draw(session, by, floor, "pillar", (0, 0)),
    lambda session, by, floor: halls.empty_hall(
        session, by, floor.fair.public_id, floor.hall.public_id
    ),
]


@pytest.mark.parametrize("act", _ACTS)
def test_only_organisers_of_the_fair_draw(
    session: Session,
    union: Union,
    floor: FloorRows,
    act: Callable[[Session, Actor, FloorRows], object],
) -> None:
    stranger = make_actor(session, Role.FAIR_ORGANISER)
    caseworker = make_actor(session, Role.CASEWORKER, union=union)

    with pytest.raises(NotFoundError):
        act(session, stranger, floor)
    with pytest.raises(NotAllowedError):
        act(session, caseworker, floor)


@pytest.mark.parametrize("act", _ACTS)
def test_a_fair_that_is_over_keeps_its_halls(
    session: Session,
    organiser: Actor,
    floor: FloorRows,
    act: Callable[[Session, Actor, FloorRows], object],
) -> None:
    floor.fair.state = FairState.CLOSED
    session.flush()

    with pytest.raises(RuleBrokenError, match="已经结束"):
        act(session, organiser, floor)
