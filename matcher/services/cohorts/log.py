"""The cohort's log (统计人群变动): reading who counts as of an instant, and writing rows; no use case.

The state known at an instant is everybody's newest row entered before it. Whether somebody counts on a day is read
from that row: counted since `since_on`, and no more from `left_on` where the reason takes out of the denominator.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds.cohorts import CohortActKind
from matcher.models.cohorts import Census, CohortAct, CohortHouseholdAct
from matcher.models.drives import Drive
from matcher.services.cohorts.places import HouseholdPlace, Place, in_slices
from matcher.services.permissions import Actor
from matcher.services.rows import unique_or

CARRIED = (
    "drive_id",
    "graduate_id",
    "union_id",
    "household_id",
    "tier",
    "is_zero_employment",
    "is_earlier_year",
    "standing",
    "standing_basis",
    "standing_source_id",
    "since_on",
    "left_on",
    "reason",
    "counts_out",
)
"""What a row repeats of the one it replaces unless it changes it."""


def newest_ids(drive_id: int, known_at: dt.datetime | None = None) -> sa.Select[int]:
    """Select everybody's newest row known before an instant; None means all that is known."""
    chosen = sa.select(sa.func.max(CohortAct.id)).where(CohortAct.drive_id == drive_id)
    if known_at is not None:
        chosen = chosen.where(CohortAct.entered_at < known_at)
    return chosen.group_by(CohortAct.graduate_id)


def newest_household_ids(drive_id: int, known_at: dt.datetime | None = None) -> sa.Select[int]:
    """Select every household's newest row known before an instant."""
    chosen = sa.select(sa.func.max(CohortHouseholdAct.id)).where(
        CohortHouseholdAct.drive_id == drive_id
    )
    if known_at is not None:
        chosen = chosen.where(CohortHouseholdAct.entered_at < known_at)
    return chosen.group_by(CohortHouseholdAct.household_id)


def counts_on(on: dt.date) -> sa.ColumnElement[bool]:
    """Return the condition on `CohortAct` for people in the denominator on a day (计入分母)."""
    out = sa.and_(CohortAct.counts_out, CohortAct.left_on <= on)
    return sa.and_(CohortAct.since_on <= on, ~sa.func.coalesce(out, sa.false()))


def find_newest(session: Session, drive_id: int, graduate_id: int) -> CohortAct | None:
    """Return somebody's newest row, if the person was ever counted."""
    found = sa.select(CohortAct).where(
        CohortAct.drive_id == drive_id, CohortAct.graduate_id == graduate_id
    )
    return session.scalar(found.order_by(CohortAct.id.desc()).limit(1))


def find_newest_of(
    session: Session, drive_id: int, graduate_ids: Sequence[int]
) -> dict[int, CohortAct]:
    """Return the newest rows of people, by graduate."""
    acts: dict[int, CohortAct] = {}
    for some in in_slices(sorted(set(graduate_ids))):
        found = sa.select(CohortAct).where(
            CohortAct.id.in_(newest_ids(drive_id)), CohortAct.graduate_id.in_(some)
        )
        acts |= {act.graduate_id: act for act in session.scalars(found.order_by(CohortAct.id))}
    return acts


def find_census(session: Session, drive_id: int) -> Census | None:
    """Return the census of a drive, if it was taken."""
    return session.scalar(sa.select(Census).where(Census.drive_id == drive_id))


def begin_people(
    session: Session,
    actor: Actor,
    drive: Drive,
    places: Sequence[Place],
    *,
    kind: CohortActKind,
    since_on: dt.date,
) -> list[dict[str, Any]]:
    """Write first rows of people in one statement; return them as written."""
    now = clock.now()
    rows = [
        {
            **vars(place),
            "drive_id": drive.id,
            "kind": kind,
            "since_on": since_on,
            "counts_out": False,
            "happened_on": since_on,
            "entered_at": now,
            "actor_id": actor.account_id,
        }
        for place in places
    ]
    if rows:
        session.execute(sa.insert(CohortAct), rows)
    return rows


def begin_households(
    session: Session,
    actor: Actor,
    drive: Drive,
    places: Sequence[HouseholdPlace],
    *,
    kind: CohortActKind,
    since_on: dt.date,
) -> list[dict[str, Any]]:
    """Write first rows of households in one statement; return them as written."""
    now = clock.now()
    rows = [
        {
            **vars(place),
            "drive_id": drive.id,
            "kind": kind,
            "since_on": since_on,
            "counts_out": False,
            "happened_on": since_on,
            "entered_at": now,
            "actor_id": actor.account_id,
        }
        for place in places
    ]
    if rows:
        session.execute(sa.insert(CohortHouseholdAct), rows)
    return rows


def follow(
    session: Session,
    actor: Actor,
    before: CohortAct,
    kind: CohortActKind,
    *,
    happened_on: dt.date,
    **changes: Any,
) -> CohortAct:
    """Write the row after another one, with the whole state after it.

    Raises
    ------
    RuleBrokenError
        Somebody else has written the next row meanwhile.
    """
    carried = {name: getattr(before, name) for name in CARRIED}
    act = CohortAct(
        **(carried | changes),
        kind=kind,
        replaces_id=before.id,
        happened_on=happened_on,
        entered_at=clock.now(),
        actor_id=actor.account_id,
    )
    refusal = RuleBrokenError(
        "cohort_changed", "这个人的统计记录刚有变动，请刷新后按最新的一条办理。"
    )
    with unique_or(session, refusal):
        session.add(act)
    return act
