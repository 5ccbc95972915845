"""The nightly clocks of what is kept (保存期限): batch by batch, each run finding what the last one left.

Ten years after its exit a file is made anonymous with its people; two years after the last service the texts of a
case, and the record of a graduate no file speaks of; half a year after sending the address of a message. Counts
live on, since rows, days and closed lists stay.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import MessageState
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.outbox import OutboxMessage
from matcher.models.people_rights import AnonymisedRow
from matcher.policy.deadlines import add_months, get_deadline
from matcher.services.people_rights import anonymising, keeping

BATCH = 200
"""Rows of one transaction: a second of work, so that the office never waits for it."""

LOGS_RULE = "keep_logs"


def _not_yet(kind: str, column: sa.SQLColumnExpression[int]) -> sa.ColumnElement[bool]:
    known = sa.select(AnonymisedRow.subject_id).where(AnonymisedRow.subject_kind == kind)
    return column.not_in(known)


def _is_over(rule: str, region: str | None, since: dt.date) -> dt.date | None:
    """Return the last day of a time to keep that is over, or None while it runs."""
    until = get_deadline(rule, region, clock.today()).after(since)
    return until if until < clock.today() else None


def anonymise_files(session: Session, after_id: int = 0) -> tuple[int, int | None]:
    """Make the next closed files anonymous whose ten years are over.

    Returns
    -------
    tuple : how many were, and the id to go on after; None at the end
    """
    found = (
        sa.select(Household)
        .where(Household.is_open.is_(False), Household.id > after_id)
        .where(_not_yet("household", Household.id))
        .order_by(Household.id)
        .limit(BATCH)
    )
    rows = list(session.scalars(found))
    ids = [household.id for household in rows]
    n_done = 0
    for household in rows:
        until = keeping.file_ends_on(household)
        if until is None or keeping.household_kept(session, household) is not None:
            continue
        anonymising.anonymise_household(session, household.id, keeping.FILE_RULE, until)
        n_done += 1
    return n_done, ids[-1] if ids else None


def anonymise_ledgers(session: Session, after_id: int = 0) -> tuple[int, int | None]:
    """Empty the texts of the next closed cases whose two years are over."""
    found = (
        sa.select(GraduateCase.id, GraduateCase.closed_on)
        .where(GraduateCase.closed_on.is_not(None), GraduateCase.id > after_id)
        .where(_not_yet("graduate_case", GraduateCase.id))
        .order_by(GraduateCase.id)
        .limit(BATCH)
    )
    rows = session.execute(found).all()
    n_done = 0
    for row in rows:
        until = _is_over(keeping.LEDGER_RULE, None, row.closed_on)
        if until is not None:
            anonymising.anonymise_case(session, row.id, keeping.LEDGER_RULE, until)
            n_done += 1
    return n_done, rows[-1].id if rows else None


def anonymise_graduates(session: Session, after_id: int = 0) -> tuple[int, int | None]:
    """Make the next graduates anonymous whom no file and no clock of service keeps any more."""
    earliest = add_months(
        clock.today(), -get_deadline(keeping.LEDGER_RULE, None, clock.today()).value
    )
    start = dt.datetime.combine(earliest, dt.time(), tzinfo=clock.CHINA)
    found = (
        sa.select(Graduate)
        .where(Graduate.id > after_id, Graduate.created_at < start)
        .where(_not_yet("graduate", Graduate.id))
        .order_by(Graduate.id)
        .limit(BATCH)
    )
    rows = list(session.scalars(found))
    ids = [graduate.id for graduate in rows]
    n_done = 0
    for graduate in rows:
        served = keeping.last_served_on(session, graduate)
        if served is None or keeping.graduate_kept(session, graduate.id) is not None:
            continue
        anonymising.anonymise_graduate(session, graduate.id, keeping.LEDGER_RULE, served)
        n_done += 1
    return n_done, ids[-1] if ids else None


def logs_end(now: dt.datetime) -> dt.datetime:
    """Return the instant before which logs may go."""
    months = get_deadline(LOGS_RULE, None, clock.in_china(now).date()).value
    day = add_months(clock.in_china(now).date(), -months)
    return dt.datetime.combine(day, dt.time(), tzinfo=clock.CHINA)


def empty_messages(session: Session) -> int:
    """Take addresses and contents out of messages settled half a year ago; their keys stay. Return how many."""
    done = session.scalars(
        sa.update(OutboxMessage)
        .where(
            OutboxMessage.state != MessageState.WAITING,
            OutboxMessage.created_at < logs_end(clock.now()),
            sa.or_(OutboxMessage.address_cipher.is_not(None), OutboxMessage.template != ""),
        )
        .values(address_cipher=None, secret_cipher=None, parameters={}, template="")
        .returning(OutboxMessage.id),
        execution_options={"synchronize_session": False},
    ).all()
    return len(done)
