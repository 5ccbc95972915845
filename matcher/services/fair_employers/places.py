"""Booths promised and free (展位名额), and the waiting list (候补) behind them.

Whoever takes or frees booths locks the row of the fair's call first, so that two who want the last one at once
cannot both have it. A waiting employer moves up in the order of waiting; one that asks for more booths than are
free keeps its turn while smaller ones behind it move up, so that no booth stays empty.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.insertion import insert_if_new
from matcher.kinds.fairs import FairEmployerState
from matcher.models.fair_papers import FairCall
from matcher.models.fairs import Booth, Fair, FairEmployer
from matcher.services import audit
from matcher.services.fair_employers import messages
from matcher.services.permissions import SYSTEM

TAKING = (FairEmployerState.APPLIED, FairEmployerState.ACCEPTED)
"""States that hold booths."""


@dataclass(frozen=True)
class Room:
    """Booths of a fair: on offer (None: no limit yet), promised, and how many employers wait."""

    offered: int | None
    taken: int
    n_waiting: int

    @property
    def free(self) -> int | None:
        """Booths nobody was promised; None without a limit."""
        return None if self.offered is None else max(0, self.offered - self.taken)

    def has(self, wanted: int) -> bool:
        """Say whether so many booths are free."""
        return self.free is None or self.free >= wanted


def locked_call(session: Session, fair_id: int) -> FairCall:
    """Return the row of a fair's call, locked; made empty if there is none."""
    insert_if_new(session, FairCall, {"fair_id": fair_id, "version_id": 1})
    found = sa.select(FairCall).where(FairCall.fair_id == fair_id).with_for_update()
    return session.scalars(found.execution_options(populate_existing=True)).one()


def room_of(session: Session, fair_id: int, *, besides: int | None = None) -> Room:
    """Return how many booths are promised, one place left out if asked.

    Parameters
    ----------
    besides : a place whose own booths do not count
    """
    offered = session.scalar(sa.select(FairCall.n_booths).where(FairCall.fair_id == fair_id))
    if offered is None:
        drawn = sa.select(sa.func.count()).select_from(Booth).where(Booth.fair_id == fair_id)
        offered = session.scalar(drawn) or None
    taking: sa.ColumnElement[bool] = FairEmployer.state.in_(TAKING)
    if besides is not None:
        taking = sa.and_(taking, FairEmployer.id != besides)
    taken, waiting = session.execute(
        sa.select(
            sa.func.coalesce(sa.func.sum(sa.case((taking, FairEmployer.n_booths), else_=0)), 0),
            sa.func.count(sa.case((FairEmployer.state == FairEmployerState.WAITING, 1))),
        ).where(FairEmployer.fair_id == fair_id)
    ).one()
    return Room(offered, int(taken), int(waiting))


def waiting_rows(session: Session, fair_id: int) -> list[FairEmployer]:
    """Return who waits, the longest first."""
    found = sa.select(FairEmployer).where(
        FairEmployer.fair_id == fair_id, FairEmployer.state == FairEmployerState.WAITING
    )
    return list(session.scalars(found.order_by(FairEmployer.waiting_since, FairEmployer.id)))


def move_up(session: Session, fair: Fair) -> list[FairEmployer]:
    """Give free booths to who waits, in order, and tell them; the call's row must be locked.

    A second run finds nobody who fits. Returns who moved up.
    """
    session.flush()
    room, moved = room_of(session, fair.id), []
    free = room.free
    for row in waiting_rows(session, fair.id):
        if free is not None and row.n_booths > free:
            continue
        row.state, row.waiting_since = FairEmployerState.APPLIED, None
        row.answered_at = clock.now()
        free = None if free is None else free - row.n_booths
        audit.record(session, SYSTEM, "fair_employer.moved_up", subject=("fair_employer", row.id))
        session.flush()
        messages.tell(session, fair, row, "fair_moved_up", key=f"moved:{row.version_id}")
        moved.append(row)
    return moved
