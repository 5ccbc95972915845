"""The published plan as a caseworker reads it (我的人的席位): own people with a seat, and own people without one.

Somebody is one's own by the case of the graduate, alone or with a second owner, or by the household.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.referrals import PENDING
from matcher.models.drives import DriveEntry
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.plans import PlanPublication, PlanRun, PlanSeat
from matcher.models.referrals import Referral
from matcher.services.drives import get_drive
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.plans.seat_lists import Place, places
from matcher.services.plans.standing import last_publication
from matcher.services.quality.people import persons
from matcher.services.ranked_people import Person
from matcher.services.referrals.having_job import has_job


@dataclass(frozen=True)
class MySeat:
    """One person with the proposal the published plan made, if it made one.

    Parameters
    ----------
    waits : nobody of the staff has let the person be asked yet
    """

    person: Person
    place: Place | None
    wish_place: int | None
    referral: Referral | None
    waits: bool


@dataclass(frozen=True)
class MySeats:
    """People of one reader in a drive's published plan.

    Parameters
    ----------
    plan : None if the drive has none published
    """

    plan: PlanRun | None
    rows: Sequence[MySeat]
    total: int
    n_waiting: int
    n_without: int


def my_seats(
    session: Session,
    by: Actor,
    drive_id: int,
    *,
    everybody: bool,
    group: str,
    limit: int,
    offset: int,
) -> MySeats:
    """Return people of a drive with their seats in what was published last; those to be confirmed first.

    Parameters
    ----------
    everybody : all of the scope, not one's own alone
    group : `waiting` for proposals to be confirmed, `without` for people without a seat; else all
    """
    require(by, Permission.REFER)
    require(by, Permission.VIEW_GRADUATES)
    drive = get_drive(session, by, drive_id)
    plan = session.get(PlanRun, session.scalar(sa.select(last_publication(drive.id))) or 0)
    if plan is None:
        return MySeats(None, (), 0, 0, 0)
    ids = list(session.scalars(_people(by, drive.id, everybody=everybody)))
    made = _made(session, plan, set(ids))
    busy = set(session.scalars(_under_way(drive.id)))
    ids = [one for one in ids if one in made or one not in busy]
    order = {
        "waiting": [one for one in ids if one in made and made[one].waits],
        "without": [one for one in ids if one not in made],
    }
    others = [one for one in ids if one in made and not made[one].waits]
    wanted = order.get(group, [*order["waiting"], *others, *order["without"]])
    some = wanted[offset : offset + limit]
    return MySeats(
        plan=plan,
        rows=_rows(session, by, some, made),
        total=len(wanted),
        n_waiting=len(order["waiting"]),
        n_without=len(order["without"]),
    )


def _people(by: Actor, drive_id: int, *, everybody: bool) -> sa.Select[int]:
    """Select whom the plan may be told of: of the scope, and one's own unless all are wanted."""
    found = (
        sa.select(DriveEntry.graduate_id)
        .join(Graduate, Graduate.id == DriveEntry.graduate_id)
        .where(
            DriveEntry.drive_id == drive_id,
            DriveEntry.left_at.is_(None),
            Graduate.union_id.in_(scope_of(by).unions()),
        )
        .order_by(DriveEntry.graduate_id)
    )
    jobless = found.where(~has_job(DriveEntry.graduate_id))
    if everybody:
        return jobless
    owners = (GraduateCase.owner_id, GraduateCase.second_owner_id)
    cases = sa.select(GraduateCase.graduate_id).where(
        sa.or_(*(one == by.account_id for one in owners))
    )
    households = sa.select(Household.id).where(Household.owner_id == by.account_id)
    return jobless.where(Graduate.id.in_(cases) | Graduate.household_id.in_(households))


def _under_way(drive_id: int) -> sa.Select[int]:
    """Select who has a referral that goes on: without a seat of the plan such people wait for that one."""
    return (
        sa.select(Referral.graduate_id)
        .where(Referral.drive_id == drive_id, Referral.state.in_(sorted(PENDING)))
        .distinct()
    )


@dataclass(frozen=True)
class _Made:
    """What a publication made of one person's seat."""

    posting_id: int
    wish_place: int
    referral_id: int | None
    waits: bool


def _made(session: Session, plan: PlanRun, ids: set[int]) -> dict[int, _Made]:
    rows = session.execute(
        sa.select(
            PlanSeat.graduate_id,
            PlanSeat.posting_id,
            PlanSeat.wish_rank,
            PlanPublication.referral_id,
            PlanPublication.confirmed_at,
        )
        .join(
            PlanPublication,
            sa.and_(
                PlanPublication.plan_id == PlanSeat.plan_id,
                PlanPublication.graduate_id == PlanSeat.graduate_id,
            ),
        )
        .where(
            PlanSeat.plan_id == plan.id,
            PlanSeat.rule == plan.chosen_rule,
            PlanPublication.referral_id.is_not(None),
        )
    )
    return {
        row.graduate_id: _Made(
            row.posting_id, row.wish_rank, row.referral_id, row.confirmed_at is None
        )
        for row in rows
        if row.graduate_id in ids
    }


def _rows(session: Session, by: Actor, ids: Sequence[int], made: dict[int, _Made]) -> list[MySeat]:
    seen = persons(session, by, ids)
    found = [made[one] for one in ids if one in made]
    known = places(session, {one.posting_id for one in found})
    numbers = [one.referral_id for one in found]
    referrals = {
        row.id: row for row in session.scalars(sa.select(Referral).where(Referral.id.in_(numbers)))
    }
    rows = []
    for one in ids:
        if one not in seen:
            continue
        own = made.get(one)
        referral = referrals.get(own.referral_id or 0) if own else None
        rows.append(
            MySeat(
                person=seen[one],
                place=known.get(own.posting_id) if own else None,
                wish_place=own.wish_place if own else None,
                referral=referral,
                waits=bool(own and own.waits),
            )
        )
    return rows
