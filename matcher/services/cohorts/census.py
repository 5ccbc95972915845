"""The census of a drive (统计时点): whom its figures count, frozen once and never taken again.

The nightly job takes it in the night after the census day, a drive manager may take it by hand from that day on.
Taken late it freezes what stands then: the row says when. What is known later is a row of the log.
"""

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import DriveState
from matcher.kinds.cohorts import CohortActKind, CohortStanding
from matcher.models.cohorts import Census
from matcher.models.drives import Drive, DriveEntry
from matcher.services import audit
from matcher.services.cohorts import joining, log
from matcher.services.cohorts.places import Place, read_households, read_places
from matcher.services.drives import get_managed
from matcher.services.permissions import SYSTEM, Actor, Permission, require, scope_of
from matcher.services.rows import first_or_missing, unique_or


@dataclass(frozen=True)
class CensusPreview:
    """What a census taken now would count, and whom it would leave out."""

    n_people: int
    n_earlier: int
    n_zero_employment: int
    n_households: int
    n_in_school: int
    by_standing: dict[CohortStanding, int]
    n_not_counted: int
    """People of the drive without a hardship file."""

    @property
    def n_needing_help(self) -> int:
        """People who need help (需援助): all but who signed or studies on."""
        return sum(n for standing, n in self.by_standing.items() if standing.needs_help)


def preview_census(session: Session, by: Actor, drive_id: int) -> CensusPreview:
    """Count what a census taken now would freeze; nothing is written."""
    require(by, Permission.MANAGE_DRIVE)
    require(by, Permission.VIEW_HARDSHIP)
    found = sa.select(Drive).where(Drive.id == drive_id, Drive.union_id.in_(scope_of(by).unions()))
    drive = first_or_missing(session, found, lock=False)
    on = drive.census_on or clock.today()
    entries = _entries(session, drive, on)
    places = list(read_places(session, drive, [one.graduate_id for one in entries], on).values())
    households = read_households(session, drive, on)
    return CensusPreview(
        n_people=len(places),
        n_earlier=sum(place.is_earlier_year for place in places),
        n_zero_employment=sum(place.is_zero_employment for place in places),
        n_households=len(households),
        n_in_school=sum(place.n_in_school for place in households),
        by_standing=dict(Counter(place.standing for place in places)),
        n_not_counted=len(entries) - len(places),
    )


def take_census(session: Session, by: Actor, drive_id: int) -> Census:
    """Freeze whom a drive's figures count, as of its census day.

    Raises
    ------
    RuleBrokenError
        The drive has no census day, it has not come yet, or the census was taken already.
    """
    require(by, Permission.MANAGE_DRIVE)
    drive = get_managed(session, by, drive_id)
    if drive.census_on is None:
        raise RuleBrokenError("census_no_day", "活动还没有统计时点，请先填写统计时点。")
    if clock.today() < drive.census_on:
        raise RuleBrokenError("census_too_early", "统计时点还没有到，到那天才能固定统计人群。")
    return _take(session, by, drive, drive.census_on)


def take_due_censuses(session: Session) -> int:
    """Take the census of every open drive whose day is over; return how many. A second run takes none."""
    found = (
        sa.select(Drive)
        .where(
            Drive.state == DriveState.OPEN,
            Drive.census_on < clock.today(),
            ~sa.exists().where(Census.drive_id == Drive.id),
        )
        .order_by(Drive.id)
        .with_for_update()
    )
    due = session.scalars(found).all()
    for drive in due:
        _take(session, SYSTEM, drive, drive.census_on or clock.today())
    return len(due)


def _take(session: Session, by: Actor, drive: Drive, on: dt.date) -> Census:
    entries = _entries(session, drive, on)
    places = read_places(session, drive, [one.graduate_id for one in entries], on)
    households = read_households(session, drive, on)
    census = Census(
        drive_id=drive.id,
        counted_on=on,
        taken_at=clock.now(),
        taken_by_id=by.account_id,
        n_people=len(places),
        n_households=len(households),
        n_not_counted=len(entries) - len(places),
        digest="",
    )
    taken = RuleBrokenError("census_taken", "统计人群已经固定，不能再取一次；有误请逐人更正。")
    with unique_or(session, taken):
        session.add(census)
    kind = CohortActKind.COUNTED
    people = log.begin_people(
        session, by, drive, [places[number] for number in sorted(places)], kind=kind, since_on=on
    )
    files = log.begin_households(session, by, drive, households, kind=kind, since_on=on)
    census.digest = digest_of([*people, *files])
    audit.record(
        session,
        by,
        "census.taken",
        subject=("drive", drive.id),
        on=on,
        people=census.n_people,
        households=census.n_households,
        digest=census.digest,
    )
    session.flush()
    _catch_up(session, by, drive, entries, places)
    return census


def _entries(session: Session, drive: Drive, on: dt.date) -> list[DriveEntry]:
    """Return the entries of people who had not left the drive at the end of a day.

    Somebody entered later than the day was of the drive all the same: rosters are typed when there is time for it.
    """
    end = dt.datetime.combine(on + dt.timedelta(days=1), dt.time(), tzinfo=clock.CHINA)
    found = sa.select(DriveEntry).where(
        DriveEntry.drive_id == drive.id,
        sa.or_(DriveEntry.left_at.is_(None), DriveEntry.left_at >= end),
    )
    return list(session.scalars(found.order_by(DriveEntry.graduate_id)))


def _catch_up(
    session: Session,
    by: Actor,
    drive: Drive,
    entries: Iterable[DriveEntry],
    places: dict[int, Place],
) -> None:
    """Write what befell since the day of a census that was taken late: who left."""
    left = {one.graduate_id: one for one in entries if one.left_at and one.graduate_id in places}
    for graduate_id, act in log.find_newest_of(session, drive.id, list(left)).items():
        joining.note_left(session, by, act, left[graduate_id])


def digest_of(rows: Iterable[dict[str, Any]]) -> str:
    """Return the SHA-256 of rows of the log, in the order given; who wrote them when is no part of it."""
    hashed = hashlib.sha256()
    for row in rows:
        said = {
            name: value for name, value in row.items() if name not in ("entered_at", "actor_id")
        }
        hashed.update(json.dumps(said, sort_keys=True, default=str).encode())
        hashed.update(b"\n")
    return hashed.hexdigest()
