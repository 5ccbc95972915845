"""Halls of a fair (展厅): entering, sizing and removing them, drawing cells, filling them with rows of booths."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.fairs.booth_grid import GridWish, grid_cells, next_labels
from matcher.fairs.floor import Cell
from matcher.kinds.booth_plans import HallMark
from matcher.models.fairs import Booth, Fair, FairHall
from matcher.services import audit
from matcher.services.booths.booth_map import drawn
from matcher.services.booths.sight import FAIR, booths_of_fair, get_hall, open_floor
from matcher.services.fair_employers.places import locked_call, move_up
from matcher.services.fairs.sight import get_managed
from matcher.services.permissions import Actor
from matcher.services.rows import expect_version, unique_or

MOST_CELLS = 60
"""Cells along one side: 180 metres, longer than any hall of a fair."""

BOOTH = "booth"
AISLE = "aisle"
CELL_KINDS = (BOOTH, AISLE, *(mark.value for mark in HallMark))
"""What a cell can be drawn as."""

_SAME_NAME = RuleBrokenError("hall_name_taken", "这场招聘会已有同名的展厅。")


@dataclass(frozen=True, kw_only=True)
class HallInput:
    """What a hall is."""

    name: str
    n_columns: int
    n_rows: int


def add_hall(session: Session, by: Actor, fair_public_id: str, facts: HallInput) -> FairHall:
    """Add an empty hall with an entrance in the middle of its lowest row."""
    fair = open_floor(session, by, fair_public_id)
    _check(facts)
    last = session.scalar(
        sa.select(sa.func.max(FairHall.number)).where(FairHall.fair_id == fair.id)
    )
    door = {
        "column": facts.n_columns // 2,
        "row": facts.n_rows - 1,
        "kind": HallMark.ENTRANCE.value,
    }
    hall = FairHall(
        fair_id=fair.id,
        number=(last or 0) + 1,
        name=facts.name.strip(),
        n_columns=facts.n_columns,
        n_rows=facts.n_rows,
        marks=[door],
    )
    with unique_or(session, _SAME_NAME):
        session.add(hall)
    audit.record(session, by, "hall.added", subject=(FAIR, fair.id), hall=hall.id)
    return hall


def change_hall(
    session: Session,
    by: Actor,
    fair_public_id: str,
    *,
    hall_public_id: str,
    facts: HallInput,
    expected_version: int | None = None,
) -> FairHall:
    """Rename or resize a hall; marks outside the new size go, booths outside stand against it."""
    fair = open_floor(session, by, fair_public_id)
    hall = get_hall(session, fair, hall_public_id)
    expect_version(hall, expected_version)
    _check(facts)
    outside = [
        one.label
        for one in _booths(session, hall)
        if one.column >= facts.n_columns or one.row >= facts.n_rows
    ]
    if outside:
        raise RuleBrokenError(
            "hall_too_small", f"有 {len(outside)} 个展位在新的范围以外，请先移走或删去。"
        )
    with unique_or(session, _SAME_NAME):
        hall.name, hall.n_columns, hall.n_rows = facts.name.strip(), facts.n_columns, facts.n_rows
        hall.marks = [
            mark
            for mark in hall.marks
            if mark["column"] < facts.n_columns and mark["row"] < facts.n_rows
        ]
    audit.record(session, by, "hall.changed", subject=(FAIR, fair.id), hall=hall.id)
    return hall


def _check(facts: HallInput) -> None:
    fields = {}
    if not facts.name.strip():
        fields["name"] = "请填展厅名称。"
    for name, value in (("n_columns", facts.n_columns), ("n_rows", facts.n_rows)):
        if not 1 <= value <= MOST_CELLS:
            fields[name] = f"请填 1 到 {MOST_CELLS}。"
    if fields:
        raise InvalidInputError("hall_input", "展厅有误，请修改标出的项目。", fields=fields)


def remove_hall(session: Session, by: Actor, fair_public_id: str, hall_public_id: str) -> None:
    """Remove a hall with its empty booths; one that somebody stands in stays."""
    fair = open_floor(session, by, fair_public_id)
    hall = get_hall(session, fair, hall_public_id)
    if any(one.fair_employer_id is not None for one in _booths(session, hall)):
        raise RuleBrokenError("hall_not_empty", "展厅里还有单位，请先移出它们的展位。")
    audit.record(session, by, "hall.removed", subject=(FAIR, fair.id), hall=hall.id)
    session.delete(hall)
    session.flush()


def draw_cells(
    session: Session,
    by: Actor,
    fair_public_id: str,
    *,
    hall_public_id: str,
    cells: Sequence[Cell],
    kind: str,
    prefix: str = "A",
    expected_version: int | None = None,
) -> int:
    """Draw cells of a hall as booths, aisle, entrance, exit, pillar or stage; return how many changed.

    Raises
    ------
    RuleBrokenError
        An employer stands in one of them.
    """
    fair = _open_offer(session, by, fair_public_id)
    hall = get_hall(session, fair, hall_public_id)
    expect_version(hall, expected_version)
    changed = _wiped(session, hall, _inside(hall, cells, kind), kind)
    if kind == BOOTH:
        _add_booths(session, fair, hall, changed, prefix)
    elif kind != AISLE:
        new = [{"column": column, "row": row, "kind": kind} for column, row in changed]
        hall.marks = [*hall.marks, *new]
    if changed:
        flag_modified(hall, "marks")
        audit.record(
            session,
            by,
            "hall.drawn",
            subject=(FAIR, fair.id),
            hall=hall.id,
            kind=kind,
            n=len(changed),
        )
    session.flush()
    return len(changed)


def _open_offer(session: Session, by: Actor, fair_public_id: str) -> Fair:
    """Return a fair that may get booths, which go to who waits: its call is locked first, as by whoever applies."""
    locked_call(session, get_managed(session, by, fair_public_id, lock=False).id)
    return open_floor(session, by, fair_public_id)


def _wiped(session: Session, hall: FairHall, inside: Sequence[Cell], kind: str) -> list[Cell]:
    """Make aisle of the cells that are not of a kind yet; return them."""
    booths = {(one.column, one.row): one for one in _booths(session, hall)}
    marks = {(mark["column"], mark["row"]): mark for mark in hall.marks}
    was = {
        cell: BOOTH if cell in booths else marks.get(cell, {}).get("kind", AISLE) for cell in inside
    }
    changed = [cell for cell in inside if was[cell] != kind]
    _remove_booths(session, [booths[cell] for cell in changed if cell in booths])
    hall.marks = [mark for cell, mark in marks.items() if cell not in changed]
    return changed


def _inside(hall: FairHall, cells: Sequence[Cell], kind: str) -> list[Cell]:
    """Return the cells that lie in the hall, each once, in order."""
    inside = sorted(
        {cell for cell in cells if 0 <= cell[0] < hall.n_columns and 0 <= cell[1] < hall.n_rows}
    )
    if kind not in CELL_KINDS or not inside:
        raise InvalidInputError(
            "hall_cells", "请选要画的格子和画成什么。", fields={"kind": "请选格子和画成什么。"}
        )
    return inside


def fill_hall(
    session: Session,
    by: Actor,
    fair_public_id: str,
    *,
    hall_public_id: str,
    wish: GridWish,
    prefix: str = "A",
    expected_version: int | None = None,
) -> int:
    """Fill the free part of a hall with rows of booths; return how many are new."""
    fair = _open_offer(session, by, fair_public_id)
    hall = get_hall(session, fair, hall_public_id)
    expect_version(hall, expected_version)
    taken = [(one.column, one.row) for one in _booths(session, hall)]
    cells = grid_cells(drawn(hall), taken, wish)
    _add_booths(session, fair, hall, cells, prefix)
    if cells:
        flag_modified(hall, "marks")
        audit.record(
            session, by, "hall.filled", subject=(FAIR, fair.id), hall=hall.id, n=len(cells)
        )
    session.flush()
    return len(cells)


def empty_hall(session: Session, by: Actor, fair_public_id: str, hall_public_id: str) -> int:
    """Remove the booths of a hall nobody stands in; return how many."""
    fair = open_floor(session, by, fair_public_id)
    hall = get_hall(session, fair, hall_public_id)
    free = [one for one in _booths(session, hall) if one.fair_employer_id is None]
    _remove_booths(session, free)
    if free:
        flag_modified(hall, "marks")
        audit.record(
            session, by, "hall.emptied", subject=(FAIR, fair.id), hall=hall.id, n=len(free)
        )
    session.flush()
    return len(free)


def _booths(session: Session, hall: FairHall) -> list[Booth]:
    return [one for one in booths_of_fair(session, hall.fair_id) if one.hall_id == hall.id]


def _add_booths(
    session: Session, fair: Fair, hall: FairHall, cells: Sequence[Cell], prefix: str
) -> None:
    used = [one.label for one in booths_of_fair(session, fair.id)]
    labels = next_labels(prefix.strip().upper(), len(cells), used)
    for (column, row), label in zip(cells, labels, strict=True):
        session.add(Booth(fair_id=fair.id, hall_id=hall.id, label=label, column=column, row=row))
    move_up(session, fair)


def _remove_booths(session: Session, booths: Sequence[Booth]) -> None:
    if any(one.fair_employer_id is not None for one in booths):
        raise RuleBrokenError("booth_taken", "格子里有单位的展位，请先移出单位。")
    for one in booths:
        session.delete(one)
    session.flush()
