"""Halls and booths of a fair one may change: found by their public ids, the fair locked first.

Whoever changes a floor holds the lock of its fair, so that two organisers never undo one another's half.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import RuleBrokenError
from matcher.kinds.fairs import FairEmployerState
from matcher.models.fairs import Booth, Fair, FairEmployer, FairHall
from matcher.services.fairs.sight import get_managed, require_live
from matcher.services.permissions import Actor
from matcher.services.rows import first_or_missing

FAIR = "fair"
"""Under which the trail keeps what is done to the floor."""


def open_floor(session: Session, by: Actor, fair_public_id: str) -> Fair:
    """Return a fair whose floor may be changed, locked."""
    fair = get_managed(session, by, fair_public_id)
    require_live(fair)
    return fair


def get_hall(session: Session, fair: Fair, public_id: str, *, lock: bool = True) -> FairHall:
    """Return a hall of a fair."""
    found = sa.select(FairHall).where(FairHall.fair_id == fair.id, FairHall.public_id == public_id)
    return first_or_missing(session, found, lock=lock)


def get_booth(session: Session, fair: Fair, public_id: str) -> Booth:
    """Return a booth of a fair, locked."""
    found = sa.select(Booth).where(Booth.fair_id == fair.id, Booth.public_id == public_id)
    return first_or_missing(session, found, lock=True)


def get_coming(session: Session, fair: Fair, public_id: str) -> FairEmployer:
    """Return an employer of a fair that comes for certain.

    Raises
    ------
    RuleBrokenError
        It does not come, or is not sure to.
    """
    found = sa.select(FairEmployer).where(
        FairEmployer.fair_id == fair.id, FairEmployer.public_id == public_id
    )
    employer = first_or_missing(session, found, lock=False)
    if employer.state is not FairEmployerState.ACCEPTED:
        raise RuleBrokenError("booth_employer_not_coming", "这家单位还没有确认参会，不能安排展位。")
    return employer


def booths_of_fair(session: Session, fair_id: int) -> list[Booth]:
    """Return all booths of a fair, by id, fresh."""
    found = sa.select(Booth).where(Booth.fair_id == fair_id).order_by(Booth.id)
    return list(session.scalars(found.execution_options(populate_existing=True)))
