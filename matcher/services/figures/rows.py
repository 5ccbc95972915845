"""The rows a figure counts (明细), by the condition that counts them: as many as the figure, or adding up to it."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import NotFoundError
from matcher.identity import mask_name
from matcher.models.graduates import Graduate
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union
from matcher.services.figures.cuts import Cut, get_cut
from matcher.services.figures.families import line_of, maker_of, may_list
from matcher.services.figures.lines import Family, Line
from matcher.services.figures.moments import Moment
from matcher.services.figures.shapes import FigureRow, FigureRows
from matcher.services.permissions import Actor, Permission, require
from matcher.statistics.indicators import Indicator, indicators_by_code

PAGE = 50


def get_indicator(code: str) -> Indicator:
    """Return an indicator by its code, for a use case.

    Raises
    ------
    NotFoundError
        There is none of that code.
    """
    one = indicators_by_code().get(code)
    if one is None:
        raise NotFoundError("not_found", "没有这个指标。")
    return one


def list_rows(
    session: Session,
    by: Actor,
    drive_id: int,
    union_id: int,
    moment: Moment,
    code: str,
    *,
    child_union_id: int | None = None,
    limit: int | None = PAGE,
    offset: int = 0,
) -> FigureRows:
    """Return a slice of the rows of a figure, the newest first; a ratio's are those of its numerator.

    Parameters
    ----------
    child_union_id : only what lies below a direct child; the union's own number takes what is its own
    limit : None takes all of them

    Raises
    ------
    NotFoundError
        Drive, union or indicator is not there or not in sight.
    NotAllowedError
        Rows of money are for who may see the ledger; the figure itself is for all who see figures.
    """
    cut = get_cut(session, by, drive_id, union_id, moment)
    one = get_indicator(code)
    if not may_list(by, code):
        require(by, Permission.VIEW_MONEY)
    each = _rows(cut, one, child_union_id).subquery("figure_rows")
    total, quantity = session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(each.c.quantity), 0)).select_from(
            each
        )
    ).one()
    found = sa.select(each).order_by(
        each.c.happened_on.desc(), each.c.subject_kind, each.c.subject_id.desc()
    )
    chosen = session.execute(found.limit(limit).offset(offset)).all()
    return FigureRows(code, int(total), int(quantity), _named(session, chosen))


def _rows(cut: Cut, one: Indicator, child_union_id: int | None) -> sa.Select[Any]:
    family, reach = maker_of(one)(cut), cut.reach()
    line = line_of(family, one)
    joined = family.rows.join(reach, reach.c.union_id == family.union_id)
    found = sa.select(*_columns(family, line)).select_from(joined).where(line.condition)
    if child_union_id is not None:
        found = found.where(reach.c.bucket_id == child_union_id)
    return found if line.key is None else found.group_by(line.key)


def _columns(family: Family, line: Line) -> list[sa.ColumnElement[Any]]:
    """Return the columns of a row; what is counted once is shown by the first of its rows."""
    kind = (
        sa.literal(line.subject_kind) if isinstance(line.subject_kind, str) else line.subject_kind
    )
    quantity = sa.literal(1) if line.quantity is None else line.quantity
    earlier = sa.false() if line.is_earlier is None else line.is_earlier
    nothing = sa.cast(sa.null(), sa.Text)
    columns: dict[str, sa.ColumnElement[Any]] = {
        "subject_id": line.subject_id,
        "graduate_id": sa.cast(sa.null(), sa.Integer)
        if line.graduate_id is None
        else line.graduate_id,
        "union_id": family.union_id,
        "happened_on": line.on,
        "entered_at": line.entered_at,
        "is_earlier": sa.case((earlier, 1), else_=0),
        "words": nothing if line.words is None else sa.cast(line.words, sa.Text),
    }
    if line.key is not None:
        columns = {name: sa.func.min(column) for name, column in columns.items()}
        kind = kind if isinstance(line.subject_kind, str) else sa.func.min(kind)
    return [
        kind.label("subject_kind"),
        *(column.label(name) for name, column in columns.items()),
        quantity.label("quantity"),
    ]


def _named(session: Session, chosen: Sequence[Any]) -> list[FigureRow]:
    """Put names to rows: three queries however many rows, and a person's name masked."""
    people = _graduates(session, {row.graduate_id for row in chosen})
    named = sa.select(Union.id, Union.name).where(Union.id.in_({row.union_id for row in chosen}))
    unions = {row.id: row.name for row in session.execute(named)}
    files = _households(
        session, {row.subject_id for row in chosen if row.subject_kind == "household"}
    )
    made = []
    for row in chosen:
        public_id, name = people.get(row.graduate_id, (None, None))
        number, holder = (
            files.get(row.subject_id, (None, None))
            if row.subject_kind == "household"
            else (None, None)
        )
        shown = holder if row.subject_kind == "household" else name
        made.append(
            FigureRow(
                subject_kind=row.subject_kind,
                subject_id=row.subject_id,
                graduate_id=row.graduate_id,
                graduate_public_id=public_id,
                name_masked=mask_name(shown) if shown else None,
                union_id=row.union_id,
                union_name=unions.get(row.union_id, ""),
                happened_on=_day(row.happened_on),
                entered_at=row.entered_at,
                quantity=int(row.quantity),
                is_earlier=bool(row.is_earlier),
                number=number,
                words=row.words,
            )
        )
    return made


def _day(value: dt.date | str) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)


def _graduates(session: Session, ids: Collection[int | None]) -> dict[int | None, tuple[str, str]]:
    found = session.execute(
        sa.select(Graduate.id, Graduate.public_id, Graduate.name).where(
            Graduate.id.in_({one for one in ids if one is not None})
        )
    )
    return {graduate_id: (public_id, name) for graduate_id, public_id, name in found}


def _households(session: Session, ids: Collection[int]) -> dict[int, tuple[str, str | None]]:
    if not ids:
        return {}
    holder = (
        sa.select(sa.func.min(HouseholdMember.name))
        .where(HouseholdMember.household_id == Household.id, HouseholdMember.is_holder)
        .correlate(Household)
        .scalar_subquery()
    )
    found = session.execute(
        sa.select(Household.id, Household.file_number, holder).where(Household.id.in_(ids))
    )
    return {household_id: (number, name) for household_id, number, name in found}
