"""Lists of service events (活动列表) with their totals; the totals are those of all rows the filters keep."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher.kinds.cohorts import EventChannel, EventKind
from matcher.models.accounts import Account
from matcher.models.drives import Drive
from matcher.models.organisations import Union
from matcher.models.service_events import ServiceEvent
from matcher.services.drives import get_drive
from matcher.services.permissions import Actor, Permission, require, scope_of


@dataclass(frozen=True)
class EventRow:
    """One event as it stands, with the address of its first row."""

    event: ServiceEvent
    public_id: str
    union_name: str
    is_corrected: bool


@dataclass(frozen=True)
class EventPage:
    """A slice of events, how many there are, and the sums of all of them."""

    rows: list[EventRow]
    total: int
    n_employers: int
    n_posts: int
    n_distinct_posts: int
    n_visitors: int
    n_intents: int


def list_events(
    session: Session,
    by: Actor,
    drive_id: int,
    *,
    kind: EventKind | None = None,
    channel: EventChannel | None = None,
    union_id: int | None = None,
    from_on: dt.date | None = None,
    until_on: dt.date | None = None,
    limit: int = 50,
    offset: int = 0,
) -> EventPage:
    """Return the events of a drive in the actor's scope that stand, the newest day first; three queries.

    Parameters
    ----------
    union_id : the union that held it
    """
    require(by, Permission.RECORD_EVENTS)
    get_drive(session, by, drive_id)
    kept = [standing(), ServiceEvent.drive_id == drive_id]
    kept.append(ServiceEvent.union_id.in_(scope_of(by).unions()))
    if kind is not None:
        kept.append(ServiceEvent.kind == kind)
    if channel is not None:
        kept.append(ServiceEvent.channel == channel)
    if union_id is not None:
        kept.append(ServiceEvent.union_id == union_id)
    if from_on is not None:
        kept.append(ServiceEvent.until_on >= from_on)
    if until_on is not None:
        kept.append(ServiceEvent.happened_on <= until_on)
    return EventPage(_rows(session, kept, limit, offset), *_totals(session, kept))


def standing() -> sa.ColumnElement[bool]:
    """Return the condition on `ServiceEvent` for rows that stand: not replaced and not void."""
    newer = aliased(ServiceEvent)
    return sa.and_(~ServiceEvent.is_void, ~sa.exists().where(newer.replaces_id == ServiceEvent.id))


def _totals(session: Session, kept: list[sa.ColumnElement[bool]]) -> list[int]:
    counts = (
        ServiceEvent.n_employers,
        ServiceEvent.n_posts,
        ServiceEvent.n_distinct_posts,
        ServiceEvent.n_visitors,
        ServiceEvent.n_intents,
    )
    sums = (sa.func.coalesce(sa.func.sum(count), 0) for count in counts)
    row = session.execute(sa.select(sa.func.count(ServiceEvent.id), *sums).where(*kept)).one()
    return [int(number) for number in row]


def _rows(
    session: Session, kept: list[sa.ColumnElement[bool]], limit: int, offset: int
) -> list[EventRow]:
    first = aliased(ServiceEvent)
    found = (
        sa.select(ServiceEvent, first.public_id, Union.name)
        .join(first, first.id == sa.func.coalesce(ServiceEvent.first_id, ServiceEvent.id))
        .join(Union, Union.id == ServiceEvent.union_id)
        .where(*kept)
        .order_by(ServiceEvent.happened_on.desc(), ServiceEvent.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [
        EventRow(event, public_id, union_name, event.first_id is not None)
        for event, public_id, union_name in session.execute(found)
    ]


@dataclass(frozen=True)
class EventNames:
    """Names shown beside an event's rows: its union, its drive, and accounts by number."""

    union: str
    drive: str
    drive_id: int | None
    accounts: dict[int, str]


def names_of(session: Session, rows: Sequence[ServiceEvent]) -> EventNames:
    """Return the names of what the rows of one event point to; callers have asked who may read them."""
    event = rows[0]
    people = {one for row in rows for one in (row.actor_id, row.credited_to_id) if one is not None}
    found = sa.select(Account.id, Account.display_name).where(Account.id.in_(people))
    drive = session.get(Drive, event.drive_id) if event.drive_id is not None else None
    return EventNames(
        union=session.get_one(Union, event.union_id).name,
        drive=drive.name if drive is not None else "",
        drive_id=event.drive_id,
        accounts=dict(session.execute(found.order_by(Account.id)).all()),
    )
