"""Who takes part in a drive (参加活动): entering, leaving, and the numbers given out.

A number is given once and never changes: it makes the lottery (decisions.md 7). The counters are moved
by one statement each, so that two who enter at once never share a number, and without touching the
version a manager's form is compared with.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import DriveState
from matcher.kinds.cohorts import LeaveReason
from matcher.models.drives import Drive, DriveEntry
from matcher.models.graduates import Graduate
from matcher.models.organisations import UnionClosure
from matcher.services import audit, ranking_changes
from matcher.services.cohorts import joining, log
from matcher.services.graduates import get_editable
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.referrals import looks
from matcher.services.rows import first_or_missing, not_found

_CHUNK = 5_000
"""Ids of one statement; SQLite takes 32,766 parameters."""

_ONE_BY_ONE = 200
"""More changes at once than this are quicker caught up by a new run than by overlays."""


@dataclass(frozen=True)
class EntryReport:
    """What entering many came to."""

    entered: int
    returned: int
    """Had left, and are back under their old number."""
    already: int


def take_numbers(
    session: Session, drive_id: int, side: Literal["entry", "posting"], count: int = 1
) -> int:
    """Give out consecutive numbers of a drive and return the first; the drive stays locked till commit."""
    column = Drive.next_entry_number if side == "entry" else Drive.next_posting_number
    after = session.scalar(
        sa.update(Drive)
        .where(Drive.id == drive_id)
        .values({column: column + count})
        .returning(column),
        execution_options={"synchronize_session": False},
    )
    if after is None:
        raise not_found()
    return int(after) - count


def enter_graduates(
    session: Session, by: Actor, drive_id: int, graduate_ids: Sequence[int]
) -> EntryReport:
    """Enter graduates of the drive's union and those below it, in the order given; all or nobody.

    Raises
    ------
    NotFoundError
        The drive, or one of the graduates, is not the actor's or not of the drive's union.
    RuleBrokenError
        The drive is closed.
    """
    require(by, Permission.EDIT_GRADUATES)
    drive = _seen_drive(session, by, drive_id)
    wanted = list(dict.fromkeys(graduate_ids))
    _require_own(session, by, drive, wanted)
    known = _known_entries(session, drive_id, wanted)
    back = [entry for entry in known.values() if entry.left_at is not None]
    for entry in back:
        entry.left_at = entry.left_reason = None
    new = [number for number in wanted if number not in known]
    if new:
        first = take_numbers(session, drive_id, "entry", len(new))
        rows = [
            {
                "drive_id": drive_id,
                "graduate_id": graduate_id,
                "number": first + place,
                "entered_at": clock.now(),
            }
            for place, graduate_id in enumerate(new)
        ]
        session.execute(sa.insert(DriveEntry), rows)
    report = EntryReport(len(new), len(back), len(wanted) - len(new) - len(back))
    audit.record(
        session,
        by,
        "drive.entered",
        subject=("drive", drive_id),
        entered=report.entered,
        returned=report.returned,
        graduates=[*new, *(entry.graduate_id for entry in back)][:_ONE_BY_ONE],
    )
    _note(session, drive_id, [*new, *(entry.graduate_id for entry in back)])
    session.flush()
    joining.note_entered(session, by, drive, wanted)
    return report


def _seen_drive(session: Session, by: Actor, drive_id: int) -> Drive:
    """Return an unclosed drive of a union in scope or above it, locked: numbers are given out in turn."""
    scope = scope_of(by)
    unions = scope.unions()
    found = sa.select(Drive).where(Drive.id == drive_id)
    if scope.union_id is not None:
        above = sa.select(UnionClosure.ancestor_id).where(
            UnionClosure.descendant_id == scope.union_id
        )
        found = found.where(Drive.union_id.in_(unions.union(above)))
    drive = first_or_missing(session, found, lock=True)
    if drive.state is DriveState.CLOSED:
        raise RuleBrokenError("drive_closed", "活动已结束，不能再加入。")
    return drive


def _require_own(session: Session, by: Actor, drive: Drive, graduate_ids: Sequence[int]) -> None:
    """Raise unless every graduate lies in the actor's scope and below the drive's union."""
    below = sa.select(UnionClosure.descendant_id).where(UnionClosure.ancestor_id == drive.union_id)
    own = 0
    for start in range(0, len(graduate_ids), _CHUNK):
        counted = sa.select(sa.func.count(Graduate.id)).where(
            Graduate.id.in_(graduate_ids[start : start + _CHUNK]),
            Graduate.union_id.in_(scope_of(by).unions()),
            Graduate.union_id.in_(below),
        )
        own += session.scalar(counted) or 0
    if own != len(graduate_ids):
        raise not_found()


def _known_entries(
    session: Session, drive_id: int, graduate_ids: Sequence[int]
) -> dict[int, DriveEntry]:
    known: dict[int, DriveEntry] = {}
    for start in range(0, len(graduate_ids), _CHUNK):
        found = sa.select(DriveEntry).where(
            DriveEntry.drive_id == drive_id,
            DriveEntry.graduate_id.in_(graduate_ids[start : start + _CHUNK]),
        )
        for entry in session.scalars(found.order_by(DriveEntry.id)):
            known[entry.graduate_id] = entry
    return known


def _note(session: Session, drive_id: int, graduate_ids: Sequence[int]) -> None:
    if len(graduate_ids) > _ONE_BY_ONE:
        ranking_changes.note_many(session, drive_id)
        return
    ranking_changes.note_graduates(session, graduate_ids)


def leave_drive(
    session: Session,
    by: Actor,
    drive_id: int,
    graduate_id: int,
    *,
    reason: LeaveReason,
    left_on: dt.date | None = None,
    words: str | None = None,
) -> DriveEntry:
    """Take a graduate out of a drive, by themselves or on behalf; the number is kept for a return.

    After the census the log of the cohort says so too, with what the reason does to the figures.

    Parameters
    ----------
    left_on : first day out, as staff heard of it; None is today
    words : why, in words, for the log of the cohort, sealed

    Raises
    ------
    InvalidInputError
        The day lies ahead, or before the person came.
    """
    get_editable(session, by, graduate_id)
    found = sa.select(DriveEntry).where(
        DriveEntry.drive_id == drive_id, DriveEntry.graduate_id == graduate_id
    )
    entry = first_or_missing(session, found, lock=True)
    if entry.left_at is not None:
        return entry
    _check_day(entry, left_on)
    entry.left_at, entry.left_reason = clock.now(), reason.value
    audit.record(
        session,
        by,
        "drive.left",
        subject=("graduate", graduate_id),
        on_behalf_of=None if by.graduate_id else graduate_id,
        drive=drive_id,
        reason=reason,
    )
    session.flush()
    counted = log.find_newest(session, drive_id, graduate_id)
    if counted is not None:
        joining.note_left(session, by, counted, entry, left_on=left_on, words=words)
    ranking_changes.note_graduate(session, graduate_id)
    looks.ask_for_departures(session, graduate_id=graduate_id)
    return entry


def _check_day(entry: DriveEntry, left_on: dt.date | None) -> None:
    if left_on is None:
        return
    message = ""
    if left_on > clock.today():
        message = "离开日期不能晚于今天。"
    elif left_on < clock.in_china(entry.entered_at).date():
        message = "离开日期不能早于参加活动的日期。"
    if message:
        raise InvalidInputError("leave_input", message, fields={"left_on": message})
