"""Places lent to scanners without network (离线名额): set aside before, used up or given back after.

With `places` the only code that moves the counters of a session, each by one conditional update. A lent place is taken
from what the doors may give out, so that the approved number holds exactly while nobody can ask anybody.
"""

from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.models.fair_visitors import DoorLoan
from matcher.models.fairs import FairSession

_SESSIONS, _LOANS = (cast(sa.Table, model.__table__) for model in (FairSession, DoorLoan))
_ROW, _LOAN = _SESSIONS.c, _LOANS.c


def set_aside(session: Session, session_id: int, n: int, capacity: int | None) -> bool:
    """Take so many places out of what the doors give out; False if there are not so many."""
    conditions = [_ROW.approved_number >= _ROW.n_entered + _ROW.n_set_aside + n]
    if capacity is not None:
        conditions.append(_ROW.n_inside + _ROW.n_set_aside + n <= capacity)
    return _moved(session, session_id, *conditions, n_set_aside=_ROW.n_set_aside + n)


def give_back(session: Session, session_id: int, n: int) -> None:
    """Put places back that were lent and not used."""
    _moved(session, session_id, n_set_aside=_ROW.n_set_aside - n)


def count_lent(session: Session, session_id: int, *, n_used: int, n_more_inside: int) -> None:
    """Count people who came in on lent places, and by how many more or fewer the hall is filled now."""
    inside = _ROW.n_inside + n_more_inside
    _moved(
        session,
        session_id,
        n_set_aside=_ROW.n_set_aside - n_used,
        n_entered=_ROW.n_entered + n_used,
        n_inside=sa.case((inside > 0, inside), else_=0),
    )


def count_one_more(session: Session, session_id: int, *, was_set_aside: bool) -> bool:
    """Count somebody who came in besides, on a place set aside or on a free one; False if there is none left."""
    one = 1 if was_set_aside else 0
    return _moved(
        session,
        session_id,
        sa.or_(
            _ROW.approved_number.is_(None),
            _ROW.n_entered + _ROW.n_set_aside - one < _ROW.approved_number,
        ),
        n_set_aside=_ROW.n_set_aside - one,
        n_entered=_ROW.n_entered + 1,
        n_inside=_ROW.n_inside + 1,
    )


def settle_loan(session: Session, loan_id: int) -> int:
    """Close a loan and put back what it did not use; how many that was, 0 if it was closed before."""
    row = session.execute(
        sa.update(_LOANS)
        .where(_LOAN.id == loan_id, _LOAN.settled_at.is_(None))
        .values(settled_at=clock.now())
        .returning(_LOAN.session_id, _LOAN.n_lent, _LOAN.n_used)
    ).one_or_none()
    if row is None:
        return 0
    n = int(row.n_lent - row.n_used)
    if n:
        give_back(session, row.session_id, n)
    return n


def _moved(
    session: Session,
    session_id: int,
    *conditions: sa.ColumnElement[bool],
    **values: sa.ColumnElement[int],
) -> bool:
    changed = session.execute(
        sa.update(_SESSIONS).where(_ROW.id == session_id, *conditions).values(**values)
    )
    return bool(changed.rowcount == 1)  # type: ignore[attr-defined] # of an UPDATE it is there
