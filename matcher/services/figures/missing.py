"""Who is still missing from a target (还差的人): the rows of its figure, each with what was done last and by whom.

The list is that of the figure (`rows.list_rows`), so it has as many people as the figure says; what stands beside a
person is read afterwards for the people of one page, in one query a kind.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.casework import ActOutcome, ServiceKind
from matcher.kinds.placements import PlacementState
from matcher.kinds.referrals import ReferralState
from matcher.models.accounts import Account
from matcher.models.graduate_cases import GraduateCase, ServiceAct
from matcher.models.placements import Placement
from matcher.models.referrals import Referral
from matcher.services.casework.cases import whole_case_in_sight
from matcher.services.casework.service_acts import standing_acts
from matcher.services.figures.moments import Moment
from matcher.services.figures.rows import list_rows
from matcher.services.figures.shapes import FigureRow
from matcher.services.figures.targets import TargetCodes
from matcher.services.permissions import Actor, Permission, may


@dataclass(frozen=True, slots=True)
class LastAct:
    """The newest standing service of a person, as it is now."""

    kind: ServiceKind
    outcome: ActOutcome
    happened_on: dt.date


@dataclass(frozen=True, slots=True)
class LastReferral:
    """The newest referral of a person in the drive."""

    public_id: str
    state: ReferralState


@dataclass(frozen=True, slots=True)
class LastPlacement:
    """The newest record of where a person went."""

    public_id: str
    state: PlacementState


@dataclass(frozen=True, slots=True)
class OpenCase:
    """The open case of a person: who answers for it, when the person was reached last, the next day agreed.

    Parameters
    ----------
    is_whole : whether the reader opens it; of others only this line is read, not what was done
    """

    public_id: str
    owner_name: str | None
    last_contact_on: dt.date | None
    next_on: dt.date | None
    is_whole: bool


@dataclass(frozen=True, slots=True)
class MissingPerson:
    """A person a target still waits for, and what stands beside."""

    row: FigureRow
    case: OpenCase | None
    act: LastAct | None
    referral: LastReferral | None
    placement: LastPlacement | None


@dataclass(frozen=True, slots=True)
class MissingPeople:
    """One page of them; `total` is the figure."""

    people: list[MissingPerson]
    total: int


def list_missing(
    session: Session,
    by: Actor,
    drive_id: int,
    union_id: int,
    moment: Moment,
    target: TargetCodes,
    *,
    child_union_id: int | None = None,
    limit: int,
    offset: int = 0,
) -> MissingPeople:
    """Return the people a target still waits for, as the figure counts them, and how each stands now.

    Services and referrals are left out for who may not see them: of a colleague's case only its line is read.

    Raises
    ------
    NotFoundError
        The drive or the union is not the actor's to see.
    """
    found = list_rows(
        session,
        by,
        drive_id,
        union_id,
        moment,
        target.missing,
        child_union_id=child_union_id,
        limit=limit,
        offset=offset,
    )
    ids = [row.graduate_id for row in found.rows if row.graduate_id is not None]
    may_cases, may_referrals = may(by, Permission.VIEW_CASES), may(by, Permission.VIEW_REFERRALS)
    cases = _cases(session, by, ids) if may_cases else {}
    acts = _acts(session, by, ids) if may_cases else {}
    referrals = _referrals(session, drive_id, ids) if may_referrals else {}
    placements = _placements(session, ids)
    people = [
        MissingPerson(
            row=row,
            case=cases.get(row.graduate_id or 0),
            act=acts.get(row.graduate_id or 0),
            referral=referrals.get(row.graduate_id or 0),
            placement=placements.get(row.graduate_id or 0),
        )
        for row in found.rows
    ]
    return MissingPeople(people, found.total)


def _cases(session: Session, by: Actor, ids: Sequence[int]) -> dict[int, OpenCase]:
    rows = session.execute(
        sa.select(
            GraduateCase.graduate_id,
            GraduateCase.public_id,
            Account.display_name,
            GraduateCase.last_contact_on,
            GraduateCase.next_on,
            sa.case((whole_case_in_sight(by), 1), else_=0),
        )
        .outerjoin(Account, Account.id == GraduateCase.owner_id)
        .where(GraduateCase.graduate_id.in_(ids), GraduateCase.closed_on.is_(None))
        .order_by(GraduateCase.id)
    )
    return {
        graduate: OpenCase(public_id, owner, last, next_on, bool(is_whole))
        for graduate, public_id, owner, last, next_on, is_whole in rows
    }


def _acts(session: Session, by: Actor, ids: Sequence[int]) -> dict[int, LastAct]:
    rows = session.execute(
        sa.select(
            GraduateCase.graduate_id, ServiceAct.kind, ServiceAct.outcome, ServiceAct.happened_on
        )
        .join(GraduateCase, GraduateCase.id == ServiceAct.case_id)
        .where(GraduateCase.graduate_id.in_(ids), whole_case_in_sight(by), standing_acts())
        .order_by(ServiceAct.happened_on, ServiceAct.id)
    )
    return {row[0]: LastAct(*row[1:]) for row in rows}


def _referrals(session: Session, drive_id: int, ids: Sequence[int]) -> dict[int, LastReferral]:
    rows = session.execute(
        sa.select(Referral.graduate_id, Referral.public_id, Referral.state)
        .where(Referral.drive_id == drive_id, Referral.graduate_id.in_(ids))
        .order_by(Referral.id)
    )
    return {row[0]: LastReferral(*row[1:]) for row in rows}


def _placements(session: Session, ids: Sequence[int]) -> dict[int, LastPlacement]:
    rows = session.execute(
        sa.select(Placement.graduate_id, Placement.public_id, Placement.state)
        .where(Placement.graduate_id.in_(ids))
        .order_by(Placement.id)
    )
    return {row[0]: LastPlacement(*row[1:]) for row in rows}
