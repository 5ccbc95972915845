"""Factories of floors: a fair with a hall of booths and employers of several trades that come; plain rows."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher import clock
from matcher.fairs.booth_grid import GridWish, grid_cells, next_labels
from matcher.kinds.booth_plans import PlanScope
from matcher.models.booth_plans import BoothChange, BoothPlan
from matcher.models.fairs import Booth, Fair, FairEmployer, FairHall
from matcher.models.organisations import Union
from matcher.services.booths.booth_map import drawn
from tests.factories.fairs import make_fair, make_fair_employer, make_hall
from tests.factories.postings import make_employer

TRADES = ("C39", "I65", "P83", "F51", "C34", "Q84", "G60", "E47")
_NAMES = ("机械制造", "软件科技", "教育服务", "商贸", "电子设备", "医院管理", "物流", "建筑工程")


@dataclass(frozen=True)
class FloorRows:
    """A fair with its hall, booths and the employers that come."""

    fair: Fair
    hall: FairHall
    booths: list[Booth]
    employers: list[FairEmployer]


def make_floor(
    session: Session, fair: Fair | None = None, *, n_booths: int = 12, n_employers: int = 6
) -> FloorRows:
    """Insert a hall with rows of empty booths, and employers with one to four people each."""
    fair = fair or make_fair(session)
    hall = make_hall(
        session,
        fair,
        name="一号厅",
        n_columns=14,
        n_rows=max(8, 4 + n_booths // 8),
        marks=[{"column": 7, "row": max(8, 4 + n_booths // 8) - 1, "kind": "entrance"}],
    )
    cells = grid_cells(drawn(hall), [], GridWish(most=n_booths))
    assert len(cells) == n_booths
    booths = [
        Booth(fair_id=fair.id, hall_id=hall.id, label=label, column=column, row=row)
        for (column, row), label in zip(cells, next_labels("A", n_booths, []), strict=True)
    ]
    session.add_all(booths)
    union = session.get_one(Union, fair.union_id)
    employers = []
    for n in range(n_employers):
        trade = n % len(TRADES)
        name = f"宁夏{'甲乙丙丁戊己庚辛壬癸'[n // len(TRADES) % 10]}{_NAMES[trade]}有限公司"
        employer = make_employer(session, union, name=name, industry=TRADES[trade])
        employers.append(make_fair_employer(session, fair, employer, n_interviewers=1 + n % 4))
    session.flush()
    return FloorRows(fair, hall, booths, employers)


def make_plan(session: Session, rows: FloorRows) -> BoothPlan:
    """Insert a plan that waits to be taken, out of date by its digest."""
    plan = BoothPlan(
        fair_id=rows.fair.id,
        scope=PlanScope.ALL,
        digest="another",
        placed=[[booth.id, None] for booth in rows.booths],
        figures={"present": None, "in_order": None, "proposed": None},
        computed_at=clock.now(),
    )
    session.add(plan)
    session.flush()
    return plan


def make_change(session: Session, rows: FloorRows, kind: str = "placed") -> BoothChange:
    """Insert an act on the first booth that changed nothing of it."""
    change = BoothChange(
        fair_id=rows.fair.id,
        kind=kind,
        moves=[[rows.booths[0].id, None, None]],
        entered_at=clock.now(),
    )
    session.add(change)
    session.flush()
    return change
