"""A made-up market of any size straight in a database (规模测试): for measuring, never for demonstrations.

Rows go in by bulk inserts and past the use cases: nothing is audited and nobody has a phone or an identity number.
A drive of its own holds them. The same seed gives the same rows.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import Channel, ConsentPurpose, UnionKind
from matcher.models.consents import Consent
from matcher.models.drives import Drive, DriveEntry
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate, GraduateMajor, Intent
from matcher.models.households import Household
from matcher.models.organisations import Union
from matcher.models.postings import Posting, Seat
from matcher.services.consents import current_text, seed_consent_texts
from matcher.services.drives import create_drive, open_drive
from matcher.services.organisations import create_union
from matcher.services.permissions import SYSTEM
from seeds.market_rows import (
    EMPLOYER_POSTINGS,
    GraduateRows,
    PostingRows,
    Row,
    employer_rows,
    graduate_rows,
    posting_rows,
)

T = TypeVar("T")

_AT_ONCE = 5_000
"""Rows of a side in one transaction."""
_UNION = "GM001"
_DAYS = 120


def fill_market(factory: SessionFactory, *, graduates: int, postings: int, seed: int = 1) -> int:
    """Insert a market with a drive of its own and return the drive's id."""
    with transaction(factory) as session:
        drive = _drive(session, f"规模测试 {graduates}×{postings}，种子 {seed}，序号")
        drive_id, union_id = drive.id, drive.union_id
        count = max(1, postings // EMPLOYER_POSTINGS)
        rows = employer_rows(count, union_id=union_id, now=clock.now(), seed=seed)
        employers = _insert(session, Employer, rows)
    offers = posting_rows(
        0, postings, drive_id=drive_id, employers=employers, now=clock.now(), seed=seed
    )
    for some_offers in _batches(offers):
        with transaction(factory) as session:
            _insert_postings(session, some_offers)
    people = graduate_rows(
        0, graduates, union_id=union_id, drive_id=drive_id, now=clock.now(), seed=seed
    )
    number = 1
    for some_people in _batches(people):
        with transaction(factory) as session:
            _insert_graduates(session, some_people, drive_id, number)
        number += len(some_people)
    with transaction(factory) as session:
        drive = session.get_one(Drive, drive_id)
        drive.next_entry_number, drive.next_posting_number = graduates + 1, postings + 1
    _analyse(factory)
    return drive_id


def _batches(rows: Iterator[T]) -> Iterator[list[T]]:
    while some := list(islice(rows, _AT_ONCE)):
        yield some


def _drive(session: Session, name: str) -> Drive:
    """Make an open drive of a union of its own."""
    union = session.scalar(sa.select(Union).where(Union.code == _UNION))
    if union is None:
        union = create_union(session, SYSTEM, code=_UNION, name="规模测试", kind=UnionKind.CITY)
    today = clock.today()
    before = session.scalar(sa.select(sa.func.count(Drive.id)).where(Drive.union_id == union.id))
    drive = create_drive(
        session,
        SYSTEM,
        union_id=union.id,
        name=f"{name} {(before or 0) + 1}",
        neutral_name="毕业生就业服务",
        opens_on=today,
        closes_on=today.fromordinal(today.toordinal() + _DAYS),
    )
    open_drive(session, SYSTEM, drive.id)
    return drive


def _insert(session: Session, table: Any, rows: Iterable[Row]) -> list[int]:
    """Insert rows and return their ids in the same order.

    The ids are taken beforehand: asking for them back, in order, takes longer than all else.
    """
    values = list(rows)
    ids = _new_ids(session, table.__table__, len(values))
    _put(session, table, [{"id": id_, **row} for id_, row in zip(ids, values, strict=True)])
    return ids


def _new_ids(session: Session, table: sa.Table, count: int) -> list[int]:
    """Take the next numbers of a table; on SQLite the transaction holds the only writer's lock."""
    if session.get_bind().dialect.name == "postgresql":
        sequence = sa.func.pg_get_serial_sequence(table.name, "id")
        numbers = sa.select(sa.func.nextval(sequence)).select_from(
            sa.func.generate_series(1, count)
        )
        return list(session.scalars(numbers))
    last = session.scalar(sa.select(sa.func.max(table.c.id))) or 0
    return list(range(last + 1, last + 1 + count))


def _put(session: Session, table: Any, values: list[Row]) -> None:
    """Insert rows as the table's plain columns, past the mapped classes.

    Because something is asked back, psycopg is given many rows a statement and not one.
    """
    wanted = sa.insert(table.__table__)
    if session.get_bind().dialect.name == "postgresql":
        wanted = wanted.returning(sa.literal_column("1"))
    if values:
        session.execute(wanted, values)


def _insert_postings(session: Session, some: Iterable[PostingRows]) -> None:
    offers = list(some)
    ids = _insert(session, Posting, (one.posting for one in offers))
    seats = [
        {"posting_id": id_, **seat}
        for id_, one in zip(ids, offers, strict=True)
        for seat in one.seats
    ]
    _put(session, Seat, seats)


def _insert_graduates(
    session: Session, some: Iterable[GraduateRows], drive_id: int, number: int
) -> None:
    """Insert graduates with what hangs on them; entries are numbered from `number` on."""
    people, now = list(some), clock.now()
    households = iter(_insert(session, Household, _households(people)))
    ids = _insert(
        session,
        Graduate,
        (
            one.graduate | {"household_id": next(households) if one.household else None}
            for one in people
        ),
    )
    majors = [
        {"graduate_id": id_, **major}
        for id_, one in zip(ids, people, strict=True)
        for major in one.majors
    ]
    _put(session, GraduateMajor, majors)
    intents = [{"graduate_id": id_, **one.intent} for id_, one in zip(ids, people, strict=True)]
    _put(session, Intent, intents)
    entries = [
        {"drive_id": drive_id, "graduate_id": id_, "number": at, "entered_at": now}
        for at, id_ in enumerate(ids, number)
    ]
    _put(session, DriveEntry, entries)
    _agree(session, ids)


def _agree(session: Session, ids: Iterable[int]) -> None:
    """Record that everybody agreed to the service: else nobody could be referred, or be given a seat by a plan."""
    seed_consent_texts(session)
    text = current_text(session, ConsentPurpose.SERVICE, clock.today())
    agreed = {
        "purpose": ConsentPurpose.SERVICE,
        "text_id": text.id,
        "given_at": clock.now(),
        "given_through": Channel.PAPER,
    }
    _put(session, Consent, [{"graduate_id": id_, **agreed} for id_ in ids])


def _households(people: Iterable[GraduateRows]) -> Iterator[Row]:
    return (one.household for one in people if one.household is not None)


def _analyse(factory: SessionFactory) -> None:
    """Tell the database's planner how large the tables became."""
    with factory.kw["bind"].connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")
