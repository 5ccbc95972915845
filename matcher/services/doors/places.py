"""Places of a session (名额): each taken by one conditional update, so that the door never lets in one too many.

Two doors that ask for the last place at once meet in the database: the second update finds the condition false. The
approved number (核准人数) counts everybody once; the hall's capacity counts who is inside now. Places lent to scanners
without network (`n_set_aside`) are taken already.
"""

from dataclasses import dataclass
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.fair_visitors import DoorLoan
from matcher.models.fairs import FairSession

_SESSIONS = cast(sa.Table, FairSession.__table__)
_LOANS = cast(sa.Table, DoorLoan.__table__)
_ROW, _LOAN = _SESSIONS.c, _LOANS.c
_COUNTS = (_ROW.approved_number, _ROW.n_entered, _ROW.n_inside, _ROW.n_set_aside)


@dataclass(frozen=True, slots=True)
class Counts:
    """How full a session is.

    `left` is None where no number was approved; it leaves out what is lent to scanners offline.
    """

    n_entered: int
    n_inside: int
    left: int | None


def counts_of(
    approved_number: int | None, n_entered: int, n_inside: int, n_set_aside: int
) -> Counts:
    """Return the counts of a session's row."""
    left = None if approved_number is None else approved_number - n_entered - n_set_aside
    return Counts(n_entered, n_inside, left)


def read_counts(session: Session, session_id: int) -> Counts:
    """Return how full a session is now."""
    row = session.execute(sa.select(*_COUNTS).where(_ROW.id == session_id)).one()
    return counts_of(*row)


def take_place(session: Session, session_id: int, capacity: int | None) -> Counts | None:
    """Take a place for somebody who comes in the first time; None if there is none."""
    below = sa.or_(
        _ROW.approved_number.is_(None), _ROW.n_entered + _ROW.n_set_aside < _ROW.approved_number
    )
    return _moved(
        session, session_id, below, *_room(capacity), n_entered=_ROW.n_entered + 1, n_inside=_MORE
    )


def lock_own_loan(session: Session, device_id: int, session_id: int) -> None:
    """Lock the places lent to a scanner, always before the session's row: else two would wait in turn."""
    session.execute(sa.select(_LOAN.id).where(*_own(device_id, session_id)).with_for_update())


def take_own_place(session: Session, device_id: int, session_id: int) -> Counts | None:
    """Take one of the places lent to this very scanner, where no other is left; None if it has none."""
    used = session.execute(
        sa.update(_LOANS)
        .where(*_own(device_id, session_id), _LOAN.n_used < _LOAN.n_lent)
        .values(n_used=_LOAN.n_used + 1)
        .returning(_LOAN.id)
    ).first()
    if used is None:
        return None
    return _moved(
        session,
        session_id,
        _ROW.n_set_aside > 0,
        n_set_aside=_ROW.n_set_aside - 1,
        n_entered=_ROW.n_entered + 1,
        n_inside=_MORE,
    )


def has_loan(device_id: int) -> sa.ColumnElement[bool]:
    """Say in a query of sessions whether this scanner has places of the session lent to it."""
    return sa.exists().where(
        _LOAN.device_id == device_id,
        _LOAN.session_id == _ROW.id,
        _LOAN.settled_at.is_(None),
    )


def _own(device_id: int, session_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _LOAN.device_id == device_id,
        _LOAN.session_id == session_id,
        _LOAN.settled_at.is_(None),
    )


def come_back(session: Session, session_id: int, capacity: int | None) -> Counts | None:
    """Let somebody in again who was counted before; None if the hall holds no more."""
    return _moved(session, session_id, *_room(capacity), n_inside=_MORE)


def leave(session: Session, session_id: int) -> Counts:
    """Let somebody out; the count of who is inside never falls below none."""
    fewer = sa.case((_ROW.n_inside > 0, _ROW.n_inside - 1), else_=0)
    changed = sa.update(_SESSIONS).where(_ROW.id == session_id)
    row = session.execute(changed.values(n_inside=fewer).returning(*_COUNTS)).one()
    return counts_of(*row)


_MORE = _ROW.n_inside + 1


def _room(capacity: int | None) -> tuple[sa.ColumnElement[bool], ...]:
    return () if capacity is None else (_ROW.n_inside + _ROW.n_set_aside < capacity,)


def _moved(
    session: Session,
    session_id: int,
    *conditions: sa.ColumnElement[bool],
    **values: sa.ColumnElement[int],
) -> Counts | None:
    changed = sa.update(_SESSIONS).where(_ROW.id == session_id, *conditions)
    row = session.execute(changed.values(**values).returning(*_COUNTS)).one_or_none()
    return None if row is None else counts_of(*row)
