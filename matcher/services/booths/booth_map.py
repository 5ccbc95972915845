"""The map of a fair's booths (展位图): where each stands, who has it, how many steps lie between.

Others read the floor through this alone: routes of visitors, the public page, the queue at a booth. It reads and
checks nobody's right to read; what it says of employers stands on the wall of the hall.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.fairs.floor import Cell, Hall, Spot, Walks, measure
from matcher.kinds.booth_plans import HallMark
from matcher.models.fairs import Booth, FairHall


@dataclass(frozen=True)
class BoothPlace:
    """A booth on the map."""

    booth_id: int
    label: str
    hall_id: int
    hall_name: str
    column: int
    row: int
    fair_employer_id: int | None
    is_fixed: bool


@dataclass(frozen=True)
class BoothMap:
    """All booths of a fair, by order of halls and label; walking is measured when first asked for."""

    halls: tuple[Hall, ...]
    places: tuple[BoothPlace, ...]

    @cached_property
    def walks(self) -> Walks:
        """Steps between booths, in the order of `places`."""
        spots = [Spot(one.hall_id, one.column, one.row) for one in self.places]
        return measure(self.halls, spots)

    @cached_property
    def rank(self) -> dict[int, int]:
        """Return where each booth stands in `places`, by id."""
        return {one.booth_id: i for i, one in enumerate(self.places)}

    @cached_property
    def booths_of(self) -> dict[int, tuple[int, ...]]:
        """Return the booths of each employer, by id of `fair_employer`."""
        found: dict[int, list[int]] = {}
        for one in self.places:
            if one.fair_employer_id is not None:
                found.setdefault(one.fair_employer_id, []).append(one.booth_id)
        return {employer: tuple(ids) for employer, ids in found.items()}

    def place(self, booth_id: int) -> BoothPlace:
        """Return a booth by its id."""
        return self.places[self.rank[booth_id]]

    def steps(self, booth_id: int, other_id: int) -> int:
        """Return the steps between two booths; a step is three metres."""
        return int(self.walks.between[self.rank[booth_id], self.rank[other_id]])


def booth_map(session: Session, fair_id: int) -> BoothMap:
    """Return the map of a fair; empty of booths as long as none are drawn."""
    halls = list(
        session.scalars(
            sa.select(FairHall)
            .where(FairHall.fair_id == fair_id)
            .order_by(FairHall.number, FairHall.id)
        )
    )
    names = {hall.id: hall.name for hall in halls}
    order = {hall.id: i for i, hall in enumerate(halls)}
    booths = session.scalars(sa.select(Booth).where(Booth.fair_id == fair_id).order_by(Booth.id))
    placed = sorted(booths, key=lambda one: (order[one.hall_id], label_key(one.label), one.id))
    return BoothMap(
        halls=tuple(drawn(hall) for hall in halls),
        places=tuple(
            BoothPlace(
                booth_id=one.id,
                label=one.label,
                hall_id=one.hall_id,
                hall_name=names[one.hall_id],
                column=one.column,
                row=one.row,
                fair_employer_id=one.fair_employer_id,
                is_fixed=one.is_fixed,
            )
            for one in placed
        ),
    )


def drawn(hall: FairHall) -> Hall:
    """Return a hall as the pure floor knows it, under its id."""
    return Hall(hall.id, hall.n_columns, hall.n_rows, marks_of(hall.marks))


def marks_of(marks: list[dict[str, Any]]) -> tuple[tuple[Cell, HallMark], ...]:
    """Return the marks of a hall as cells and kinds."""
    return tuple(((int(one["column"]), int(one["row"])), HallMark(one["kind"])) for one in marks)


def label_key(label: str) -> tuple[str, int, str]:
    """Return what labels are ordered by: letters, then number, so that A2 stands before A10."""
    letters = label.rstrip("0123456789")
    digits = label[len(letters) :]
    return letters, int(digits or 0), label
