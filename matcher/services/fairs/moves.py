"""What was told of a fair before it moved (变更前的时间地点), so that pages can point at what differs now.

A change that is told leaves a row with what stood until then, in the transaction of the change. A reader is shown the
first thing told since the reader could know, beside what holds now; what was put back in between is not shown.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.fairs.permits import ON_SITE
from matcher.kinds.cohorts import EventChannel
from matcher.models.fairs import Fair, FairMove, FairSession

Said = TypeVar("Said")


@dataclass(frozen=True)
class Hours:
    """When a session is; minutes count from midnight in China."""

    held_on: dt.date
    begins_minute: int
    ends_minute: int


@dataclass(frozen=True)
class Days:
    """First and last day of a fair."""

    first_on: dt.date
    last_on: dt.date


@dataclass(frozen=True)
class Changed(Generic[Said]):
    """What was told at first, what holds now, and on which day of China that was changed last."""

    before: Said
    now: Said
    on: dt.date


@dataclass(frozen=True)
class Moves:
    """What differs for a reader; nothing of it is said where nothing differs.

    Parameters
    ----------
    sessions : by time, with the session as it is now
    days : of the whole fair, for who reads of all of it
    place : venue and its address, empty for a fair without a hall
    online : where to take part online, empty if that is no longer possible; one that was added is no change
    """

    sessions: tuple[tuple[FairSession, Changed[Hours]], ...] = ()
    days: Changed[Days] | None = None
    place: Changed[str] | None = None
    online: Changed[str] | None = None

    def __bool__(self) -> bool:
        """Say whether anything differs."""
        return bool(self.sessions or self.days or self.place or self.online)


@dataclass(frozen=True)
class _OfFair:
    first_on: dt.date
    last_on: dt.date
    channel: EventChannel
    venue_name: str | None
    venue_address: str | None
    online_address: str | None

    @property
    def days(self) -> Days:
        return Days(self.first_on, self.last_on)

    @property
    def place(self) -> str:
        if self.channel not in ON_SITE:
            return ""
        return " ".join(filter(None, (self.venue_name, self.venue_address)))

    @property
    def online(self) -> str:
        return self.online_address or "" if self.channel is not EventChannel.ON_SITE else ""


@dataclass(frozen=True)
class Standing:
    """Time and place of a fair and its sessions at one moment."""

    fair: _OfFair
    sessions: dict[int, Hours]


def standing(session: Session, fair: Fair) -> Standing:
    """Return time and place as they stand, to be held against what a change makes of them."""
    found = sa.select(
        FairSession.id, FairSession.held_on, FairSession.begins_minute, FairSession.ends_minute
    ).where(FairSession.fair_id == fair.id)
    hours = {row[0]: Hours(*row[1:]) for row in session.execute(found.order_by(FairSession.id))}
    return Standing(_of_fair(fair), hours)


def keep(session: Session, fair: Fair, before: Standing) -> None:
    """Write down what was told before wherever it differs now; what stayed the same leaves no row."""
    now, at = standing(session, fair), clock.now()
    if now.fair != before.fair:
        session.add(FairMove(fair_id=fair.id, moved_at=at, **asdict(before.fair)))
    for number, hours in before.sessions.items():
        if number in now.sessions and now.sessions[number] != hours:
            session.add(
                FairMove(
                    fair_id=fair.id,
                    session_id=number,
                    moved_at=at,
                    first_on=hours.held_on,
                    last_on=hours.held_on,
                    begins_minute=hours.begins_minute,
                    ends_minute=hours.ends_minute,
                )
            )
    session.flush()


def since(fair: Fair, *known_at: dt.datetime | None) -> dt.datetime:
    """Return since when a reader could know of a fair: its announcement, or being asked or registered before it."""
    return min(filter(None, (fair.announced_at or fair.created_at, *known_at)))


def of_fair(session: Session, fair: Fair, known_since: dt.datetime) -> Moves:
    """Return what differs for who reads of all of it; a session that only went along with the days is not named."""
    told = _told(session, fair, known_since)
    days = _changed([(one.moved_at, _of_row(one).days) for one in told.get(None, ())], _days(fair))
    held = _sessions(session, fair)
    moved = _moved(told, held)
    if days is not None:
        moved = [one for one in moved if not _went_along(one[1], days)]
    if len(moved) == len(held) and held:
        days = None  # every session says its own day
    return Moves(tuple(moved), days, *_places(told, fair))


def of_sessions(
    session: Session, fair: Fair, known_since: dt.datetime, session_ids: Collection[int]
) -> Moves:
    """Return what differs for who comes to these sessions: their times and the place, no other session's."""
    told = _told(session, fair, known_since)
    held = [one for one in _sessions(session, fair) if one.id in session_ids]
    return Moves(tuple(_moved(told, held)), None, *_places(told, fair))


def _told(
    session: Session, fair: Fair, known_since: dt.datetime
) -> dict[int | None, list[FairMove]]:
    found = sa.select(FairMove).where(FairMove.fair_id == fair.id, FairMove.moved_at >= known_since)
    told: dict[int | None, list[FairMove]] = {}
    for one in session.scalars(found.order_by(FairMove.id)):
        told.setdefault(one.session_id, []).append(one)
    return told


def _sessions(session: Session, fair: Fair) -> Sequence[FairSession]:
    found = sa.select(FairSession).where(FairSession.fair_id == fair.id)
    order = (FairSession.held_on, FairSession.begins_minute, FairSession.id)
    return session.scalars(found.order_by(*order)).all()


def _moved(
    told: dict[int | None, list[FairMove]], held: Sequence[FairSession]
) -> list[tuple[FairSession, Changed[Hours]]]:
    found = []
    for one in held:
        rows = [(row.moved_at, _hours_of(row)) for row in told.get(one.id, ())]
        changed = _changed(rows, Hours(one.held_on, one.begins_minute, one.ends_minute))
        if changed is not None:
            found.append((one, changed))
    return found


def _places(
    told: dict[int | None, list[FairMove]], fair: Fair
) -> tuple[Changed[str] | None, Changed[str] | None]:
    rows = [(one.moved_at, _of_row(one)) for one in told.get(None, ())]
    now = _of_fair(fair)
    place = _changed([(at, one.place) for at, one in rows], now.place)
    online = _changed([(at, one.online) for at, one in rows], now.online)
    return place, online if online is not None and online.before else None


def _changed(told: Sequence[tuple[dt.datetime, Said]], now: Said) -> Changed[Said] | None:
    """Hold what was told, each until its moment, against what holds now; None if it is as it was told at first."""
    if not told or told[0][1] == now:
        return None
    then = [*(said for _, said in told[1:]), now]
    at = max(moment for (moment, said), after in zip(told, then, strict=True) if said != after)
    return Changed(told[0][1], now, clock.in_china(at).date())


def _went_along(hours: Changed[Hours], days: Changed[Days]) -> bool:
    """Say whether a session moved by as many days as the fair and keeps its hours."""
    minutes = [(one.begins_minute, one.ends_minute) for one in (hours.before, hours.now)]
    by_days = hours.now.held_on - hours.before.held_on
    return minutes[0] == minutes[1] and by_days == days.now.first_on - days.before.first_on


def _of_fair(fair: Fair) -> _OfFair:
    return _OfFair(**{name: getattr(fair, name) for name in _OfFair.__dataclass_fields__})


def _of_row(row: FairMove) -> _OfFair:
    return _OfFair(**{name: getattr(row, name) for name in _OfFair.__dataclass_fields__})


def _hours_of(row: FairMove) -> Hours:
    return Hours(row.first_on, row.begins_minute or 0, row.ends_minute or 0)


def _days(fair: Fair) -> Days:
    return Days(fair.first_on, fair.last_on)
