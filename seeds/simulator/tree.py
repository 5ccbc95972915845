"""The town's unions (工会组织): a city, its counties, unions at the grass roots, and families spread over them.

The sheets are taken in by the city, as its roster is; afterwards every household, with its graduates, is put under
the union that keeps its file. Nothing is drawn by chance, so that a drive of one seed stays the same drive.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import UnionKind
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.services.organisations import create_union
from matcher.services.permissions import SYSTEM

CITY = "371600"
_COUNTIES = (
    ("371602", "模拟滨城区总工会", ("模拟纺织厂工会", "模拟机械厂工会")),
    ("371681", "模拟邹平市总工会", ("模拟铝业公司工会", "模拟服装厂工会")),
    ("371625", "模拟博兴县总工会", ("模拟厨具厂工会",)),
)
_ELSEWHERE = 19
"""Of so many graduates one is looked after by another union than the family's."""


def found_unions(session: Session) -> tuple[int, ...]:
    """Make the tree; return the ids of its unions, the city first, every union after the one above it."""
    city = _union(session, CITY, "模拟市总工会", UnionKind.CITY)
    made = [city]
    for code, name, below in _COUNTIES:
        county = _union(session, code, name, UnionKind.COUNTY, above=city)
        made.append(county)
        for number, unit in enumerate(below):
            own = f"{code}{number + 1:03d}"
            made.append(_union(session, own, unit, UnionKind.GRASSROOTS, above=county))
    return tuple(made)


def _union(
    session: Session, code: str, name: str, kind: UnionKind, *, above: int | None = None
) -> int:
    return create_union(
        session,
        SYSTEM,
        code=code,
        name=name,
        kind=kind,
        parent_id=above,
        region_code=code[: len(CITY)],
    ).id


def spread(session: Session, unions: tuple[int, ...]) -> None:
    """Put households with their graduates, graduates of no household, and employers under the unions in turn.

    A few graduates are put elsewhere than their family: two unions then name the same household.
    """
    _in_turn(session, Household, unions)
    _in_turn(session, Employer, unions)
    family = sa.select(Household.union_id).where(Household.id == Graduate.household_id)
    moved = sa.update(Graduate).values(union_id=family.scalar_subquery())
    session.execute(moved.where(Graduate.household_id.is_not(None)), execution_options=_BLIND)
    _in_turn(session, Graduate, unions, Graduate.household_id.is_(None))
    _in_turn(session, Graduate, unions, Graduate.id % _ELSEWHERE == 0)


_BLIND = {"synchronize_session": False}


def _in_turn(
    session: Session,
    table: type[Household] | type[Employer] | type[Graduate],
    unions: tuple[int, ...],
    *which: sa.ColumnElement[bool],
) -> None:
    for place, union_id in enumerate(unions):
        moved = sa.update(table).where(table.id % len(unions) == place, *which)
        session.execute(moved.values(union_id=union_id), execution_options=_BLIND)
