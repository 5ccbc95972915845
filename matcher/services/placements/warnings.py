"""What looks wrong with a placement but may be right (提示): each is shown, and goes on only with a reason.

Computed from the row before it is written and again before it is checked; rows of other unions count, but only
their number is told.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.identity import credit_code_problem
from matcher.kinds import SeatState
from matcher.kinds.placements import DestinationGroup, PlacementState, PlacementWarning
from matcher.models.employers import Employer
from matcher.models.placements import Placement, PlacementEvidence
from matcher.models.postings import Posting, Seat
from matcher.policy import destinations
from matcher.policy.deadlines import get_deadline
from matcher.policy.destinations import Destination, load_destinations
from matcher.policy.internships import sounds_like_internship
from matcher.policy.limits import get_limit
from matcher.policy.plausibility import is_implausible, size_of

_W = PlacementWarning
_WITH_CODE = frozenset({DestinationGroup.UNIT, DestinationGroup.BUSINESS})


def find_warnings(
    session: Session, row: Placement, destination: Destination
) -> list[PlacementWarning]:
    """Return what to show of a placement, written already or not."""
    found = [*_of_code(row, destination), *_of_contract(row, destination)]
    if destination.grade == destinations.UNCONFIRMED:
        found.append(_W.CODE_UNCONFIRMED)
    if sounds_like_internship(row.job_title):
        found.append(_W.INTERNSHIP_WORDS)
    if destination.group is DestinationGroup.BUSINESS and _shares_licence(session, row):
        found.append(_W.LICENCE_SHARED)
    if destination.group is DestinationGroup.UNIT and _crowds_day(session, row):
        found.append(_W.HIRES_ON_DAY)
    if sa.inspect(row).persistent and shared_marks(session, row):
        found.append(_W.EVIDENCE_SHARED)
    return found


def _of_code(row: Placement, destination: Destination) -> list[PlacementWarning]:
    if row.credit_code is None:
        return [_W.CREDIT_CODE_MISSING] if destination.group in _WITH_CODE else []
    return [_W.CREDIT_CODE_CHECK] if credit_code_problem(row.credit_code) else []


def _of_contract(row: Placement, destination: Destination) -> list[PlacementWarning]:
    """A written contract within a month of the first day (劳动合同法 art. 10)."""
    if destination.group is not DestinationGroup.UNIT:
        return []
    last = get_deadline("placement.contract", row.region_code, row.started_on).after(row.started_on)
    signed: dt.date | None = row.signed_on or row.contract_from_on
    if signed is not None:
        return [_W.CONTRACT_LATE] if signed > last else []
    return [_W.CONTRACT_LATE if clock.today() > last else _W.CONTRACT_MISSING]


def _others(row: Placement) -> sa.ColumnElement[bool]:
    """Placements of other people that were not revoked."""
    return sa.and_(
        Placement.state != PlacementState.REVOKED, Placement.graduate_id != row.graduate_id
    )


def _shares_licence(session: Session, row: Placement) -> bool:
    if row.credit_code is None:
        return False
    codes = [one.code for one in load_destinations() if one.group is DestinationGroup.BUSINESS]
    found = sa.select(sa.func.count(sa.distinct(Placement.graduate_id))).where(
        Placement.credit_code == row.credit_code,
        Placement.destination_code.in_(codes),
        _others(row),
    )
    limit = get_limit("placement.licence_people", row.region_code, clock.today())
    return (session.scalar(found) or 0) + 1 > limit.value


def _crowds_day(session: Session, row: Placement) -> bool:
    if row.employer_id is None and row.credit_code is None:
        return False
    same = (
        Placement.employer_id == row.employer_id
        if row.employer_id is not None
        else Placement.credit_code == row.credit_code
    )
    found = sa.select(sa.func.count()).where(
        same, Placement.started_on == row.started_on, _others(row)
    )
    n_others = session.scalar(found) or 0
    return crowds(session, n_others + 1, row.employer_id, row.region_code)


def crowds(
    session: Session, n_on_day: int, employer_id: int | None, region_code: str | None
) -> bool:
    """Say whether so many hires of one employer on one day are implausible for its size and its seats."""
    today = clock.today()
    least = get_limit("placement.hires_on_day", region_code, today).value
    if n_on_day <= least:
        return False
    size_text = session.scalar(sa.select(Employer.size_text).where(Employer.id == employer_id))
    seats = (
        sa.select(sa.func.count())
        .select_from(Seat)
        .join(Posting, Posting.id == Seat.posting_id)
        .where(Posting.employer_id == employer_id, Seat.state != SeatState.CLOSED)
    )
    return is_implausible(
        n_on_day,
        least=least,
        percent=get_limit("placement.hires_size_percent", region_code, today).value,
        size=size_of(size_text),
        n_seats=session.scalar(seats) or 0,
    )


def shared_marks(session: Session, row: Placement) -> list[str]:
    """Return the hashes of a placement's standing evidence that another person's placement shows too."""
    own = sa.select(PlacementEvidence.sha256).where(
        PlacementEvidence.placement_id == row.id,
        PlacementEvidence.withdrawn_at.is_(None),
        PlacementEvidence.sha256.is_not(None),
    )
    found = (
        sa.select(PlacementEvidence.sha256)
        .join(Placement, Placement.id == PlacementEvidence.placement_id)
        .where(
            PlacementEvidence.sha256.in_(own),
            PlacementEvidence.withdrawn_at.is_(None),
            Placement.graduate_id != row.graduate_id,
        )
        .distinct()
    )
    return [one for one in session.scalars(found) if one is not None]
