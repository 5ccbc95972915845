"""Who counts in a drive, as a list (统计人群名单): since when, how they stood, who left and why, who is left out.

The counts above the list are those of the list; what figures make of them is `services.figures`.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher import clock
from matcher.identity import mask_name
from matcher.kinds.labelled import Labelled
from matcher.models.cohorts import CohortAct
from matcher.models.drives import Drive, DriveEntry
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union, UnionClosure
from matcher.services.cohorts import log
from matcher.services.drives import seen_drives
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import first_or_missing


class CohortView(Labelled):
    """Which people of a drive a list shows."""

    COUNTED = "counted", "计入统计"
    NEED_HELP = "need", "需援助"
    EARLIER = "earlier", "往届"
    JOINED = "joined", "后来列入"
    LEFT = "left", "已离开"
    CORRECTED = "corrected", "有更正"
    OUTSIDE = "outside", "不计入统计"


@dataclass(frozen=True)
class CohortRow:
    """One person; `act` is None for who is in the drive and not counted."""

    graduate_public_id: str
    name_masked: str
    union_name: str
    act: CohortAct | None
    entered_at: dt.datetime | None


@dataclass(frozen=True)
class CohortPage:
    """A slice of one view, and how many each view has."""

    rows: list[CohortRow]
    total: int
    counts: dict[CohortView, int]


def seen_drive(session: Session, by: Actor, drive_id: int) -> Drive:
    """Return a drive whose figures the actor may see."""
    require(by, Permission.VIEW_FIGURES)
    require(by, Permission.VIEW_HARDSHIP)
    found = sa.select(Drive).where(Drive.id == drive_id, Drive.id.in_(seen_drives(by)))
    return first_or_missing(session, found, lock=False)


def list_cohort(
    session: Session,
    by: Actor,
    drive_id: int,
    *,
    view: CohortView = CohortView.COUNTED,
    union_id: int | None = None,
    limit: int = 50,
    offset: int = 0,
) -> CohortPage:
    """Return the people of a drive in the actor's part of the tree, by union and number; four queries.

    Parameters
    ----------
    union_id : only this union and those below it
    """
    seen_drive(session, by, drive_id)
    counts = _counts(session, by, drive_id, union_id)
    if view is CohortView.OUTSIDE:
        rows = _outside_rows(session, by, drive_id, union_id, limit=limit, offset=offset)
    else:
        kept = _kept(by, drive_id, union_id, CohortAct.union_id)
        found = (
            sa.select(CohortAct, Graduate.public_id, Graduate.name, Union.name)
            .join(Graduate, Graduate.id == CohortAct.graduate_id)
            .join(Union, Union.id == CohortAct.union_id)
            .where(CohortAct.id.in_(log.newest_ids(drive_id)), *kept, _views()[view])
            .order_by(CohortAct.union_id, CohortAct.graduate_id)
        )
        rows = [
            CohortRow(public_id, mask_name(name), union_name, act, act.entered_at)
            for act, public_id, name, union_name in session.execute(
                found.limit(limit).offset(offset)
            )
        ]
    return CohortPage(rows, counts[view], counts)


def _views() -> dict[CohortView, sa.ColumnElement[bool]]:
    """Return the condition on somebody's newest row for each view of people who were ever counted."""
    inside = log.counts_on(clock.today())
    settled = ("signed", "further_study")
    return {
        CohortView.COUNTED: inside,
        CohortView.NEED_HELP: sa.and_(inside, CohortAct.standing.not_in(settled)),
        CohortView.EARLIER: sa.and_(inside, CohortAct.is_earlier_year),
        CohortView.JOINED: sa.and_(
            inside,
            sa.exists().where(
                _other.drive_id == CohortAct.drive_id,
                _other.graduate_id == CohortAct.graduate_id,
                _other.kind == "joined",
            ),
        ),
        CohortView.LEFT: CohortAct.left_on.is_not(None),
        CohortView.CORRECTED: sa.exists().where(
            _other.drive_id == CohortAct.drive_id,
            _other.graduate_id == CohortAct.graduate_id,
            _other.kind == "corrected",
        ),
    }


_other = aliased(CohortAct)


def _kept(by: Actor, drive_id: int, union_id: int | None, union: Any) -> list[Any]:
    kept = [union.in_(scope_of(by).unions())]
    if union_id is not None:
        below = sa.select(UnionClosure.descendant_id).where(UnionClosure.ancestor_id == union_id)
        kept.append(union.in_(below))
    return kept


def _counts(
    session: Session, by: Actor, drive_id: int, union_id: int | None
) -> dict[CohortView, int]:
    views = _views()
    row = session.execute(
        sa.select(*(sa.func.count(sa.case((condition, 1))) for condition in views.values())).where(
            CohortAct.id.in_(log.newest_ids(drive_id)),
            *_kept(by, drive_id, union_id, CohortAct.union_id),
        )
    ).one()
    counts = dict(zip(views, (int(n) for n in row), strict=True))
    outside = _outside(by, drive_id, union_id).with_only_columns(sa.func.count())
    return counts | {CohortView.OUTSIDE: session.scalar(outside.order_by(None)) or 0}


def _outside(
    by: Actor, drive_id: int, union_id: int | None
) -> sa.Select[str, str, str, dt.datetime]:
    """Select people in the drive who are not counted: their family has no file in force."""
    counted = sa.exists().where(
        CohortAct.drive_id == drive_id, CohortAct.graduate_id == DriveEntry.graduate_id
    )
    return (
        sa.select(Graduate.public_id, Graduate.name, Union.name, DriveEntry.entered_at)
        .select_from(DriveEntry)
        .join(Graduate, Graduate.id == DriveEntry.graduate_id)
        .join(Union, Union.id == Graduate.union_id)
        .where(
            DriveEntry.drive_id == drive_id,
            DriveEntry.left_at.is_(None),
            ~counted,
            *_kept(by, drive_id, union_id, Graduate.union_id),
        )
        .order_by(Graduate.union_id, Graduate.id)
    )


def _outside_rows(
    session: Session,
    by: Actor,
    drive_id: int,
    union_id: int | None,
    *,
    limit: int,
    offset: int,
) -> list[CohortRow]:
    found = _outside(by, drive_id, union_id).limit(limit).offset(offset)
    return [
        CohortRow(public_id, mask_name(name), union_name, None, entered_at)
        for public_id, name, union_name, entered_at in session.execute(found)
    ]
