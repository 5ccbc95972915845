"""Typing figures of units without the system (无明细录入): by whoever fills sheets above them, edition by edition.

No rows stand behind such a figure, so it is summed apart at every level. A unit is typed whole, itself with all
below it: never both it and one above or below it, and not one that has people in the figures, whom rows count already.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.models.accounts import Account
from matcher.models.cohorts import CohortAct
from matcher.models.drives import Drive
from matcher.models.organisations import Union, UnionClosure
from matcher.models.sheets import ReportPeriod, TypedFigure
from matcher.services import audit
from matcher.services.permissions import Actor, Permission, require
from matcher.services.reports.sight import PERIOD, get_period, get_unit, own_unit
from matcher.services.reports.units import ReportUnit, is_offline, list_units
from matcher.services.rows import unique_or
from matcher.statistics.checks import CheckFailure, find_failures
from matcher.statistics.indicators import Indicator, indicators_by_code, sheet_indicators

MOST = 10**12
"""No figure of a union is larger; ten thousand million yuan in fen."""
_LONGEST_BASIS = 200


def typed_indicators() -> tuple[Indicator, ...]:
    """Return the lines of the sheet that may be typed, in their order."""
    return tuple(one for one in sheet_indicators() if one.may_be_typed)


def type_figures(
    session: Session,
    by: Actor,
    period_id: int,
    union_id: int,
    *,
    values: Mapping[str, int | None],
    basis: str,
) -> int:
    """Enter figures of one unit by indicator; None takes one back. Return how many changed.

    After the lock it is a correction: the next edition, told beside the frozen figures.

    Parameters
    ----------
    values : in the indicator's own unit, money in fen; what is left out or equal stays as it is
    basis : the paper they stand on

    Raises
    ------
    RuleBrokenError
        The unit has the system or people in the figures, or is typed through another one.
    InvalidInputError
        An indicator that cannot be typed, a number out of range, or no basis; fields are named by indicator.
    """
    require(by, Permission.FILL_SHEETS)
    period = get_period(session, by, period_id, lock=True)
    drive = session.get_one(Drive, period.drive_id)
    get_unit(session, by, drive, union_id)
    _check(values, basis)
    _refuse_unit(session, period, union_id)
    standing = _standing(session, period.id, union_id)
    n_changed = 0
    with unique_or(
        session, RuleBrokenError("typed_meanwhile", "别人刚录入了这家单位，请刷新后再录。")
    ):
        for code, value in values.items():
            before = standing.get(code)
            if value == (before.value if before else None):
                continue
            session.add(
                _next(by, period.id, union_id, code, value=value, basis=basis, before=before)
            )
            n_changed += 1
    if n_changed:
        told = {"union": union_id, "n": n_changed}
        audit.record(session, by, "period.typed", subject=(PERIOD, period.id), **told)
    return n_changed


def _next(
    by: Actor,
    period_id: int,
    union_id: int,
    code: str,
    *,
    value: int | None,
    basis: str,
    before: TypedFigure | None,
) -> TypedFigure:
    return TypedFigure(
        period_id=period_id,
        union_id=union_id,
        code=code,
        edition=before.edition + 1 if before else 1,
        value=value,
        basis=basis.strip(),
        entered_at=clock.now(),
        actor_id=by.account_id,
        replaces_id=before.id if before else None,
    )


def _check(values: Mapping[str, int | None], basis: str) -> None:
    known = indicators_by_code()
    fields: dict[str, str] = {}
    for code, value in values.items():
        if code not in known or not known[code].may_be_typed:
            fields[code] = "这一行由系统算出，不能录入。"
        elif value is not None and not 0 <= value <= MOST:
            fields[code] = "请填 0 以上的整数。"
    said = basis.strip()
    if not said or len(said) > _LONGEST_BASIS:
        fields["basis"] = f"请写数字从哪里来，例如“传真报表 8 月 29 日”，最多 {_LONGEST_BASIS} 字。"
    if fields:
        raise InvalidInputError("typed_input", "录入有误，请修改标出的项目。", fields=fields)


def _refuse_unit(session: Session, period: ReportPeriod, union_id: int) -> None:
    if not is_offline(session, union_id):
        raise RuleBrokenError(
            "typed_has_system", "这家单位在用系统，数字由记录算出，不能手工录入。"
        )
    if has_people(session, period.drive_id, union_id):
        raise RuleBrokenError("typed_has_people", "这家单位已有人在统计人群里，再录入会重复计算。")
    related = sa.or_(
        TypedFigure.union_id.in_(
            sa.select(UnionClosure.ancestor_id).where(
                UnionClosure.descendant_id == union_id, UnionClosure.depth > 0
            )
        ),
        TypedFigure.union_id.in_(
            sa.select(UnionClosure.descendant_id).where(
                UnionClosure.ancestor_id == union_id, UnionClosure.depth > 0
            )
        ),
    )
    of_drive = sa.select(ReportPeriod.id).where(ReportPeriod.drive_id == period.drive_id)
    replaced = sa.select(TypedFigure.replaces_id).where(TypedFigure.replaces_id.is_not(None))
    other = sa.select(TypedFigure.union_id).where(
        TypedFigure.period_id.in_(of_drive),
        related,
        TypedFigure.value.is_not(None),
        TypedFigure.id.not_in(replaced),
    )
    if session.scalar(other.limit(1)) is not None:
        raise RuleBrokenError("typed_twice", "它的上级或下级单位已经录入了数字，再录入会重复计算。")


def has_people(session: Session, drive_id: int, union_id: int) -> bool:
    """Say whether anybody of a union's part of the tree ever stood in the figures of a drive."""
    found = (
        sa.select(CohortAct.id)
        .join(UnionClosure, UnionClosure.descendant_id == CohortAct.union_id)
        .where(CohortAct.drive_id == drive_id, UnionClosure.ancestor_id == union_id)
        .limit(1)
    )
    return session.scalar(found) is not None


def _standing(session: Session, period_id: int, union_id: int) -> dict[str, TypedFigure]:
    """Return the newest edition of each figure of a unit."""
    found = (
        sa.select(TypedFigure)
        .where(TypedFigure.period_id == period_id, TypedFigure.union_id == union_id)
        .order_by(TypedFigure.edition)
    )
    return {one.code: one for one in session.scalars(found)}


@dataclass(frozen=True)
class TypedLine:
    """One figure of a unit as it stands, with who entered it."""

    indicator: Indicator
    figure: TypedFigure | None
    author: str


@dataclass(frozen=True)
class TypedUnit:
    """A unit without the system: its lines, and the cross-checks its figures break."""

    unit: ReportUnit
    lines: list[TypedLine]
    failures: list[CheckFailure]

    @property
    def n_typed(self) -> int:
        """How many figures stand."""
        return sum(1 for one in self.lines if one.figure and one.figure.value is not None)


def list_typed(session: Session, by: Actor, period: ReportPeriod) -> list[TypedUnit]:
    """Return the units of the actor's part of the tree that are typed, with their figures; four queries."""
    require(by, Permission.VIEW_FIGURES)
    drive = session.get_one(Drive, period.drive_id)
    units = [one for one in list_units(session, own_unit(session, by, drive)) if one.is_offline]
    found = (
        sa.select(TypedFigure, sa.func.coalesce(Account.display_name, ""))
        .outerjoin(Account, Account.id == TypedFigure.actor_id)
        .where(TypedFigure.period_id == period.id)
        .where(TypedFigure.union_id.in_([one.union.id for one in units]))
        .order_by(TypedFigure.edition)
    )
    newest = {(row[0].union_id, row[0].code): (row[0], row[1]) for row in session.execute(found)}
    return [_typed_unit(unit, newest) for unit in units]


def _typed_unit(
    unit: ReportUnit, newest: Mapping[tuple[int, str], tuple[TypedFigure, str]]
) -> TypedUnit:
    lines = []
    for one in typed_indicators():
        figure, author = newest.get((unit.union.id, one.code), (None, ""))
        lines.append(TypedLine(one, figure, author))
    values = {one.indicator.code: one.figure.value if one.figure else None for one in lines}
    return TypedUnit(unit, lines, find_failures(values))


def find_unit(session: Session, by: Actor, period: ReportPeriod, public_id: str) -> Union:
    """Return a union of the drive by its public number, within the actor's scope."""
    drive = session.get_one(Drive, period.drive_id)
    union_id = session.scalar(sa.select(Union.id).where(Union.public_id == public_id))
    return get_unit(session, by, drive, union_id or 0)
