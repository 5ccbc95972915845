"""Anomalies computed from placements (异常线索的计算): each names the rows it was computed from, and blames nobody.

Every rule reads rows and returns what it found; writing and settling is in `alerts`. Thresholds are dated data.
"""

import datetime as dt
import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.placements import AlertKind, DestinationGroup, PlacementState
from matcher.models.drives import Drive, DriveEntry
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.placements import Placement, PlacementEvidence
from matcher.policy.deadlines import get_deadline
from matcher.policy.destinations import load_destinations
from matcher.policy.limits import get_limit
from matcher.services.placements.counting import counted
from matcher.services.placements.warnings import crowds

_STANDING = Placement.state != PlacementState.REVOKED


@dataclass(frozen=True)
class Found:
    """One anomaly as computed: of which union, what makes it the same again, and its rows."""

    union_id: int
    kind: AlertKind
    key: str
    placements: tuple[int, ...]
    facts: dict[str, Any] = field(default_factory=dict)
    about_account_id: int | None = None


def _limit(rule: str) -> int:
    return get_limit(rule, None, clock.today()).value


def find_all(session: Session) -> Iterable[Found]:
    """Compute every rule over all rows; a constant number of queries and one for each crowded day."""
    for rule in (
        _late_jumps,
        _shared_evidence,
        _shared_phones,
        _shared_licences,
        _crowded_days,
        _exact_targets,
        _busy_clerks,
        _warned_clerks,
    ):
        yield from rule(session)


def _late_jumps(session: Session) -> Iterable[Found]:
    """Placements recorded in the last days before a drive's last day, against all of it."""
    days, least = (
        get_deadline("alert.last_days", None, clock.today()).value,
        _limit("alert.jump_least"),
    )
    percent = _limit("alert.jump_percent")
    for drive in session.scalars(sa.select(Drive).order_by(Drive.id)):
        first = drive.closes_on - dt.timedelta(days=days)
        if not first <= clock.today():
            continue
        rows = session.execute(
            sa.select(Placement.id, Placement.recorded_at).where(
                Placement.drive_id == drive.id, _STANDING
            )
        ).all()
        late = [
            row.id
            for row in rows
            if first < clock.in_china(row.recorded_at).date() <= drive.closes_on
        ]
        if len(late) >= least and len(late) * 100 >= percent * len(rows):
            facts = {"n": len(late), "of": len(rows), "days": days, "drive": drive.id}
            yield Found(
                drive.union_id, AlertKind.LATE_JUMP, f"drive:{drive.id}", tuple(late), facts
            )


def _shared_evidence(session: Session) -> Iterable[Found]:
    """The same file with placements of several people."""
    people = sa.func.count(sa.distinct(Placement.graduate_id))
    shared = (
        sa.select(PlacementEvidence.sha256)
        .join(Placement, Placement.id == PlacementEvidence.placement_id)
        .where(PlacementEvidence.withdrawn_at.is_(None), PlacementEvidence.sha256.is_not(None))
        .group_by(PlacementEvidence.sha256)
        .having(people > 1)
    )
    found = (
        sa.select(PlacementEvidence.sha256, Placement.union_id, Placement.id, Placement.graduate_id)
        .join(Placement, Placement.id == PlacementEvidence.placement_id)
        .where(PlacementEvidence.sha256.in_(shared), PlacementEvidence.withdrawn_at.is_(None))
        .order_by(Placement.id)
    )
    yield from _grouped(session, found, AlertKind.EVIDENCE_REUSED, least=2)


def key_of(mark: str) -> str:
    """Return the key of an anomaly about a mark: the mark itself does not stand there."""
    return hashlib.sha256(mark.encode()).hexdigest()[:32]


def _grouped(
    session: Session,
    found: sa.Select[str | None, int, int, int],
    kind: AlertKind,
    *,
    least: int,
) -> Iterable[Found]:
    """Return one anomaly a mark and union from rows of (mark, union, placement, graduate)."""
    rows: dict[Any, list[tuple[int, int, int]]] = defaultdict(list)
    for mark, union_id, placement_id, graduate_id in session.execute(found):
        rows[mark].append((union_id, placement_id, graduate_id))
    for mark, of_mark in rows.items():
        people = {graduate for _, _, graduate in of_mark}
        if len(people) < least:
            continue
        key = key_of(str(mark))
        for union_id in sorted({union for union, _, _ in of_mark}):
            own = tuple(dict.fromkeys(one for union, one, _ in of_mark if union == union_id))
            facts = {"n": len(people), "own": len(own)}
            yield Found(union_id, kind, key, own, facts)


def _shared_phones(session: Session) -> Iterable[Found]:
    """One phone of many graduates with placements: who would confirm them is one person."""
    found = (
        sa.select(Graduate.phone_index, Placement.union_id, Placement.id, Placement.graduate_id)
        .join(Graduate, Graduate.id == Placement.graduate_id)
        .where(_STANDING, Graduate.phone_index.in_(_crowded_phones()))
        .order_by(Placement.id)
    )
    yield from _grouped(session, found, AlertKind.PHONE_SHARED, least=_limit("alert.phone_people"))


def _crowded_phones() -> sa.Select[str | None]:
    return (
        sa.select(Graduate.phone_index)
        .where(Graduate.phone_index.is_not(None))
        .group_by(Graduate.phone_index)
        .having(sa.func.count() >= _limit("alert.phone_people"))
    )


def _shared_licences(session: Session) -> Iterable[Found]:
    """One credit code under the start-ups of many people."""
    codes = [one.code for one in load_destinations() if one.group is DestinationGroup.BUSINESS]
    found = (
        sa.select(Placement.credit_code, Placement.union_id, Placement.id, Placement.graduate_id)
        .where(_STANDING, Placement.credit_code.is_not(None), Placement.destination_code.in_(codes))
        .order_by(Placement.id)
    )
    yield from _grouped(
        session, found, AlertKind.LICENCE_SHARED, least=_limit("alert.licence_people")
    )


def _crowded_days(session: Session) -> Iterable[Found]:
    """More hires of one employer on one day than its size and its seats explain."""
    many = (
        sa.select(Placement.employer_id, Placement.started_on, sa.func.count())
        .where(_STANDING, Placement.employer_id.is_not(None))
        .group_by(Placement.employer_id, Placement.started_on)
        .having(sa.func.count() > _limit("placement.hires_on_day"))
    )
    for employer_id, day, number in session.execute(many.order_by(Placement.employer_id)).all():
        region = session.scalar(sa.select(Employer.region_code).where(Employer.id == employer_id))
        if not crowds(session, number, employer_id, region):
            continue
        rows = session.execute(
            sa.select(Placement.id, Placement.union_id).where(
                Placement.employer_id == employer_id, Placement.started_on == day, _STANDING
            )
        ).all()
        for union_id in sorted({row.union_id for row in rows}):
            own = tuple(row.id for row in rows if row.union_id == union_id)
            facts = {"n": number, "day": day.isoformat(), "employer": employer_id}
            yield Found(
                union_id, AlertKind.HIRES_ON_DAY, f"{employer_id}:{day.isoformat()}", own, facts
            )


def _exact_targets(session: Session) -> Iterable[Found]:
    """A drive whose counted people are exactly the smallest number that reaches its target."""
    least = _limit("alert.target_least")
    for drive in session.scalars(sa.select(Drive).order_by(Drive.id)):
        share = (drive.targets.get("placed") or {}).get("percent")
        people = session.scalar(
            sa.select(sa.func.count()).where(
                DriveEntry.drive_id == drive.id, DriveEntry.left_at.is_(None)
            )
        )
        if not share or not people or people < least:
            continue
        rows = session.execute(
            sa.select(Placement.id, Placement.graduate_id)
            .where(Placement.drive_id == drive.id, counted())
            .order_by(Placement.id)
        ).all()
        placed = len({row.graduate_id for row in rows})  # people (人), as the target
        if placed == math.ceil(people * share / 100):
            ids = [row.id for row in rows]
            facts = {"n": placed, "of": people, "percent": share, "drive": drive.id}
            yield Found(
                drive.union_id, AlertKind.TARGET_EXACT, f"drive:{drive.id}", tuple(ids), facts
            )


def _by_clerk(
    session: Session, since: dt.datetime, *, warned: bool
) -> sa.Select[int | None, int, int, dt.datetime]:
    found = sa.select(
        Placement.recorded_by_id, Placement.union_id, Placement.id, Placement.recorded_at
    ).where(Placement.recorded_by_id.is_not(None), _STANDING, Placement.recorded_at >= since)
    if warned:
        found = found.where(sa.cast(Placement.warnings, sa.Text) != "[]")
    return found.order_by(Placement.id)


def _busy_clerks(session: Session) -> Iterable[Found]:
    """Many placements recorded by one account on one day, of the last month."""
    least, since = _limit("alert.clerk_day"), clock.now() - dt.timedelta(days=31)
    rows: dict[tuple[int | None, int, dt.date], list[int]] = defaultdict(list)
    for clerk, union_id, one, at in session.execute(_by_clerk(session, since, warned=False)):
        rows[clerk, union_id, clock.in_china(at).date()].append(one)
    for (clerk, union_id, day), ids in rows.items():
        if len(ids) >= least:
            facts = {"n": len(ids), "day": day.isoformat()}
            key = f"{clerk}:{day.isoformat()}"
            yield Found(union_id, AlertKind.CLERK_DAY, key, tuple(ids), facts, clerk)


def _warned_clerks(session: Session) -> Iterable[Found]:
    """Many placements one account recorded although something was warned of."""
    window = get_deadline("alert.warnings_window", None, clock.today()).value
    least = _limit("alert.warnings_passed")
    since = clock.now() - dt.timedelta(days=window)
    rows: dict[tuple[int | None, int], list[int]] = defaultdict(list)
    for clerk, union_id, one, _ in session.execute(_by_clerk(session, since, warned=True)):
        rows[clerk, union_id].append(one)
    for (clerk, union_id), ids in rows.items():
        if len(ids) >= least:
            facts = {"n": len(ids), "days": window}
            key = f"{clerk}:{clock.today():%Y-%m}"
            yield Found(union_id, AlertKind.WARNINGS_PASSED, key, tuple(ids), facts, clerk)
