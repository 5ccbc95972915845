"""What a scanner takes along for the time without network (离线名额): lent, shown too big, closed, taken back.

A scanner closes a loan on its own side before it says so here: if the answer is lost on the way, it lets nobody in on
places that were lent to somebody else since. Whoever takes a loan back from afar (收回) takes the risk that the
scanner used it: what it then brings home beyond is a conflict, never a number too high.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import NotFoundError
from matcher.models.fair_visitors import DoorDevice, DoorLoan
from matcher.models.fairs import Fair, FairSession
from matcher.policy.limits import get_limit
from matcher.services import audit
from matcher.services.doors.devices import Scanner
from matcher.services.doors.lent_places import set_aside, settle_loan
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import first_or_missing


@dataclass(frozen=True, slots=True)
class Lent:
    """Places a scanner may give out without asking; `is_too_big`: it should close the loan and ask for less."""

    public_id: str
    n_left: int
    is_too_big: bool


def lend(
    session: Session, scanner: Scanner, held: FairSession, fair: Fair, *, closed: frozenset[str]
) -> Lent | None:
    """Return the scanner's loan of a session: the one it has, or a new one after it closed the last.

    Parameters
    ----------
    closed : public ids of loans the scanner uses no more

    Returns
    -------
    None where no number was approved (nobody is counted out), or nothing is left to lend
    """
    mine = sa.select(DoorLoan).where(
        DoorLoan.device_id == scanner.id,
        DoorLoan.session_id == held.id,
        DoorLoan.settled_at.is_(None),
    )
    loan = session.scalar(mine.with_for_update().execution_options(populate_existing=True))
    if loan is not None and loan.public_id in closed:
        settle_loan(session, loan.id)
        loan = None
    session.refresh(held)
    n = _fitting(held, fair, 0 if loan is None else loan.n_lent - loan.n_used)
    if loan is not None:
        left = loan.n_lent - loan.n_used
        return Lent(loan.public_id, left, is_too_big=left > n or (left == 0 and n > 0))
    if n < 1 or not set_aside(session, held.id, n, fair.venue_capacity):
        return None
    loan = DoorLoan(device_id=scanner.id, session_id=held.id, n_lent=n, lent_at=clock.now())
    session.add(loan)
    session.flush()
    return Lent(loan.public_id, n, is_too_big=False)


def _fitting(held: FairSession, fair: Fair, own: int) -> int:
    """Return how many places a scanner may hold: a part of what is left, the part of the others taken off."""
    if held.approved_number is None:
        return 0
    on, region = held.held_on, fair.venue_region
    most = get_limit("door.loan_places", region, on).value
    percent = get_limit("door.loan_percent", region, on).value
    left = held.approved_number - held.n_entered
    if fair.venue_capacity is not None:
        left = min(left, fair.venue_capacity - held.n_inside)
    others = held.n_set_aside - own
    return max(0, min(most, left * percent // 100 - others))


def take_back(session: Session, by: Actor, fair_id: int, loan_public_id: str) -> int:
    """Take a loan back from a scanner that is lost or broken (收回名额); how many places came back.

    Raises
    ------
    NotFoundError
        No such loan in the actor's scope, or it was settled already.
    """
    require(by, Permission.MANAGE_FAIRS)
    found = (
        sa.select(DoorLoan)
        .join(DoorDevice, DoorDevice.id == DoorLoan.device_id)
        .join(Fair, Fair.id == DoorDevice.fair_id)
        .where(
            DoorLoan.public_id == loan_public_id,
            Fair.id == fair_id,
            Fair.union_id.in_(scope_of(by).unions()),
        )
        .with_for_update(of=DoorLoan)
    )
    loan = first_or_missing(session, found, lock=False)
    if loan.settled_at is not None:
        raise NotFoundError("door_loan_settled", "这批离线名额已经收回或还清了。")
    n = settle_loan(session, loan.id)
    audit.record(session, by, "door_loan.taken_back", subject=("fair", fair_id), loan=loan.id, n=n)
    session.flush()
    return n
