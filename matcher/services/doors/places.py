"""Places of a session (名额): each taken by one conditional update, so that the door never lets in one too many.

Two doors that ask for the last place at once meet in the database: the second update finds the condition false. The
approved number (核准人数) counts everybody once; the hall's capacity counts who is inside now. Places lent to scanners
without network (`n_set_aside`) are taken already. Statements are made once, when this module is read: a hundred scans a
second would spend more on building them than the database on running them.
"""

from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.fair_visitors import DoorLoan
from matcher.models.fairs import FairSession

_SESSIONS = cast(sa.Table, FairSession.__table__)
_LOANS = cast(sa.Table, DoorLoan.__table__)
_ROW, _LOAN = _SESSIONS.c, _LOANS.c
_COUNTS = (_ROW.approved_number, _ROW.n_entered, _ROW.n_inside, _ROW.n_set_aside)

_HELD = sa.bindparam("held", type_=sa.Integer())
_CAPACITY = sa.bindparam("capacity", type_=sa.Integer())
_DEVICE = sa.bindparam("device", type_=sa.Integer())
_MORE = _ROW.n_inside + 1

_IS_BELOW = sa.or_(
    _ROW.approved_number.is_(None), _ROW.n_entered + _ROW.n_set_aside < _ROW.approved_number
)
_HAS_ROOM = sa.or_(_CAPACITY.is_(None), _ROW.n_inside + _ROW.n_set_aside < _CAPACITY)
_OWN = (_LOAN.device_id == _DEVICE, _LOAN.session_id == _HELD, _LOAN.settled_at.is_(None))


def _moving(*conditions: sa.ColumnElement[bool], **values: sa.ColumnElement[int]) -> sa.Executable:
    """Return the update of one session's row under conditions, which gives the new counts."""
    changed = sa.update(_SESSIONS).where(_ROW.id == _HELD, *conditions)
    return changed.values(**values).returning(*_COUNTS)


_READ = sa.select(*_COUNTS).where(_ROW.id == _HELD)
_TAKE = _moving(_IS_BELOW, _HAS_ROOM, n_entered=_ROW.n_entered + 1, n_inside=_MORE)
_COME_BACK = _moving(_HAS_ROOM, n_inside=_MORE)
_LEAVE = _moving(n_inside=sa.case((_ROW.n_inside > 0, _ROW.n_inside - 1), else_=0))
_TAKE_LENT = _moving(
    _ROW.n_set_aside > 0,
    n_set_aside=_ROW.n_set_aside - 1,
    n_entered=_ROW.n_entered + 1,
    n_inside=_MORE,
)
_LOCK_LOAN = sa.select(_LOAN.id).where(*_OWN).with_for_update()
_USE_LOAN = (
    sa.update(_LOANS)
    .where(*_OWN, _LOAN.n_used < _LOAN.n_lent)
    .values(n_used=_LOAN.n_used + 1)
    .returning(_LOAN.id)
)

HAS_LOAN = sa.exists().where(
    _LOAN.device_id == _DEVICE, _LOAN.session_id == _ROW.id, _LOAN.settled_at.is_(None)
)
"""In a query of sessions: whether the scanner `device` has places of the session lent to it."""


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
    return counts_of(*session.connection().execute(_READ, {"held": session_id}).one())


def take_place(session: Session, session_id: int, capacity: int | None) -> Counts | None:
    """Take a place for somebody who comes in the first time; None if there is none."""
    return _moved(session, _TAKE, {"held": session_id, "capacity": capacity})


def come_back(session: Session, session_id: int, capacity: int | None) -> Counts | None:
    """Let somebody in again who was counted before; None if the hall holds no more."""
    return _moved(session, _COME_BACK, {"held": session_id, "capacity": capacity})


def leave(session: Session, session_id: int) -> Counts | None:
    """Let somebody out; the count of who is inside never falls below none."""
    return _moved(session, _LEAVE, {"held": session_id})


def lock_own_loan(session: Session, device_id: int, session_id: int) -> None:
    """Lock the places lent to a scanner, always before the session's row: else two would wait in turn."""
    session.connection().execute(_LOCK_LOAN, {"device": device_id, "held": session_id})


def take_own_place(session: Session, device_id: int, session_id: int) -> Counts | None:
    """Take one of the places lent to this very scanner, where no other is left; None if it has none."""
    whose = {"device": device_id, "held": session_id}
    if session.connection().execute(_USE_LOAN, whose).first() is None:
        return None
    return _moved(session, _TAKE_LENT, {"held": session_id})


def _moved(session: Session, update: sa.Executable, given: dict[str, Any]) -> Counts | None:
    row = session.connection().execute(update, given).one_or_none()
    return None if row is None else counts_of(*row)
