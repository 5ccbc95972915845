"""What the page of a fair's booths shows (展位图): halls with who stands where, who has no booth, what is expected.

The public floor names employers, their trades and booths, and nothing that was counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.booth_plans import BoothChangeKind, HallMark
from matcher.kinds.fairs import FairEmployerState
from matcher.models.accounts import Account
from matcher.models.booth_plans import BoothChange, BoothPlan
from matcher.models.employers import Employer
from matcher.models.fairs import Booth, Fair, FairEmployer, FairHall
from matcher.services.booths.booth_map import label_key
from matcher.services.booths.office import Comer, list_comers, trade_name, trade_of, trades_of
from matcher.services.booths.planning import find_proposed, is_stale
from matcher.services.fairs.sight import LIVE, get_managed
from matcher.services.permissions import Actor

_CHANGES_SHOWN = 10


@dataclass(frozen=True)
class Holder:
    """Who stands at a booth, as everybody may know it."""

    fair_employer_id: int
    public_id: str
    name: str
    trade: str


@dataclass(frozen=True)
class BoothCell:
    """A booth on the drawing."""

    public_id: str
    booth_id: int
    label: str
    column: int
    row: int
    version: int
    is_fixed: bool
    holder: Holder | None


@dataclass(frozen=True)
class HallSheet:
    """A hall as it is drawn."""

    public_id: str
    name: str
    n_columns: int
    n_rows: int
    version: int
    marks: tuple[tuple[int, int, HallMark], ...]
    booths: tuple[BoothCell, ...]

    @property
    def n_free(self) -> int:
        """Booths nobody stands in."""
        return sum(one.holder is None for one in self.booths)


@dataclass(frozen=True)
class Trade:
    """A trade at the fair, with its place in the order colours are given by."""

    code: str
    name: str
    number: int


@dataclass(frozen=True)
class FloorSheet:
    """All halls of a fair with the trades that come."""

    halls: tuple[HallSheet, ...]
    trades: tuple[Trade, ...]

    @property
    def booths(self) -> list[BoothCell]:
        """All booths, by hall and label."""
        return [one for hall in self.halls for one in hall.booths]


@dataclass(frozen=True)
class ComerRow:
    """An employer that comes, with the booths it has."""

    comer: Comer
    booths: tuple[BoothCell, ...]
    is_apart: bool
    """Its booths do not stand side by side."""

    @property
    def n_missing(self) -> int:
        """Booths it still needs."""
        return max(0, self.comer.n_booths - len(self.booths))


@dataclass(frozen=True)
class ChangeRow:
    """One act on booths, with who did it."""

    change: BoothChange
    by_name: str | None
    may_undo: bool


@dataclass(frozen=True)
class PlanSheet:
    """The page of the organiser."""

    fair: Fair
    floor: FloorSheet
    comers: tuple[ComerRow, ...]
    changes: tuple[ChangeRow, ...]
    proposed: BoothPlan | None
    is_stale: bool

    @property
    def may_change(self) -> bool:
        """Say whether the fair is still before its end."""
        return self.fair.state in LIVE

    @property
    def without(self) -> list[ComerRow]:
        """Employers that need a booth, the most crowded first."""
        missing = [row for row in self.comers if row.n_missing]
        return sorted(missing, key=lambda row: (-row.comer.n_visitors, row.comer.id))


def read_plan(session: Session, by: Actor, fair_public_id: str) -> PlanSheet:
    """Return everything the organiser's page shows."""
    fair = get_managed(session, by, fair_public_id, lock=False)
    floor = read_floor(session, fair.id)
    comers = list_comers(session, fair)
    proposed = find_proposed(session, fair)
    return PlanSheet(
        fair=fair,
        floor=floor,
        comers=tuple(_rows(floor, comers)),
        changes=tuple(_changes(session, fair.id)),
        proposed=proposed,
        is_stale=proposed is not None and is_stale(session, fair, proposed, comers),
    )


def read_floor(session: Session, fair_id: int) -> FloorSheet:
    """Return the floor of a fair as everybody may see it; the caller allows it."""
    holders = _holders(session, fair_id)
    by_hall: dict[int, list[BoothCell]] = {}
    for booth in session.scalars(
        sa.select(Booth).where(Booth.fair_id == fair_id).order_by(Booth.id)
    ):
        cell = BoothCell(
            public_id=booth.public_id,
            booth_id=booth.id,
            label=booth.label,
            column=booth.column,
            row=booth.row,
            version=booth.version_id,
            is_fixed=booth.is_fixed,
            holder=holders.get(booth.fair_employer_id or 0),
        )
        by_hall.setdefault(booth.hall_id, []).append(cell)
    halls = session.scalars(
        sa.select(FairHall)
        .where(FairHall.fair_id == fair_id)
        .order_by(FairHall.number, FairHall.id)
    )
    codes = sorted({one.trade for one in holders.values()}, key=lambda code: (code == "", code))
    return FloorSheet(
        halls=tuple(_hall(hall, by_hall.get(hall.id, [])) for hall in halls),
        trades=tuple(Trade(code, trade_name(code), i) for i, code in enumerate(codes)),
    )


def _hall(hall: FairHall, booths: Sequence[BoothCell]) -> HallSheet:
    return HallSheet(
        public_id=hall.public_id,
        name=hall.name,
        n_columns=hall.n_columns,
        n_rows=hall.n_rows,
        version=hall.version_id,
        marks=tuple(
            (int(one["column"]), int(one["row"]), HallMark(one["kind"])) for one in hall.marks
        ),
        booths=tuple(sorted(booths, key=lambda one: label_key(one.label))),
    )


def _holders(session: Session, fair_id: int) -> dict[int, Holder]:
    """Return who stands somewhere or comes for certain, by id."""
    found = (
        sa.select(FairEmployer, Employer)
        .join(Employer, Employer.id == FairEmployer.employer_id)
        .where(
            FairEmployer.fair_id == fair_id,
            sa.or_(
                FairEmployer.state == FairEmployerState.ACCEPTED,
                FairEmployer.id.in_(
                    sa.select(Booth.fair_employer_id).where(Booth.fair_employer_id.is_not(None))
                ),
            ),
        )
        .order_by(FairEmployer.id)
    )
    return {
        row.id: Holder(row.id, row.public_id, employer.name, trade_of(employer.industry))
        for row, employer in session.execute(found)
    }


def _rows(floor: FloorSheet, comers: Sequence[Comer]) -> list[ComerRow]:
    own: dict[int, list[BoothCell]] = {}
    hall_of = {one.booth_id: hall.public_id for hall in floor.halls for one in hall.booths}
    for one in floor.booths:
        if one.holder is not None:
            own.setdefault(one.holder.fair_employer_id, []).append(one)
    order = {code: i for i, code in enumerate(trades_of(comers))}
    rows = [
        ComerRow(comer, tuple(own.get(comer.id, ())), _apart(own.get(comer.id, ()), hall_of))
        for comer in comers
    ]
    return sorted(rows, key=lambda row: (order[row.comer.trade], row.comer.name, row.comer.id))


def _apart(booths: Sequence[BoothCell], hall_of: dict[int, str]) -> bool:
    """Say whether the booths of one employer do not make one line."""
    cells = sorted((one.column, one.row) for one in booths)
    halls = {hall_of[one.booth_id] for one in booths}
    straight = len({c for c, _ in cells}) == 1 or len({r for _, r in cells}) == 1
    length = sum(cells[-1]) - sum(cells[0]) + 1 if cells else 0
    return len(cells) > 1 and not (len(halls) == 1 and straight and length == len(cells))


def _changes(session: Session, fair_id: int) -> list[ChangeRow]:
    """Return the newest acts; one that was taken back, or is a taking back, has no undo."""
    found = (
        sa.select(BoothChange, Account.display_name)
        .outerjoin(Account, Account.id == BoothChange.entered_by_id)
        .where(BoothChange.fair_id == fair_id)
        .order_by(BoothChange.id.desc())
        .limit(_CHANGES_SHOWN)
    )
    rows = list(session.execute(found))
    undone = {row.undoes_id for row, _ in rows}
    fixed_kinds = (BoothChangeKind.UNDONE, BoothChangeKind.RELEASED)
    return [
        ChangeRow(
            row, name, row.kind not in fixed_kinds and row.id not in undone and bool(row.moves)
        )
        for row, name in rows
    ]


def as_planned(sheet: PlanSheet, plan: BoothPlan) -> FloorSheet:
    """Return the floor as a computed plan would have it."""
    holders = {
        row.comer.id: Holder(row.comer.id, row.comer.public_id, row.comer.name, row.comer.trade)
        for row in sheet.comers
    }
    then = {booth: holders.get(employer or 0) for booth, employer in plan.placed}
    halls = tuple(
        replace(
            hall,
            booths=tuple(replace(one, holder=then.get(one.booth_id)) for one in hall.booths),
        )
        for hall in sheet.floor.halls
    )
    return replace(sheet.floor, halls=halls)
