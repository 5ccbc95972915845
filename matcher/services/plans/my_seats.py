"""The published plan as a caseworker reads it (我的人的席位): own people with a seat, and own people without one.

Somebody is one's own by the case of the graduate, alone or with a second owner, or by the household.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import settings_of
from matcher.errors import SnapshotError
from matcher.models.drives import DriveEntry
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.plans import PlanRun
from matcher.models.referrals import Referral
from matcher.services.drives import get_drive
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.plans.folders import open_input, plan_folder
from matcher.services.plans.posting_names import Place, places
from matcher.services.plans.proposal_rows import (
    Made,
    ended_proposals,
    is_busy,
    proposals_of,
    referrals_of,
    under_way,
)
from matcher.services.plans.standing import last_publication
from matcher.services.quality.people import persons
from matcher.services.ranked_people import Person
from matcher.services.referrals.having_job import has_job


@dataclass(frozen=True)
class MySeat:
    """One person with the proposal the published plan made, if it made one.

    Parameters
    ----------
    place, wish_place : of the seat; of the one that came to nothing if the proposal ended
    referral : the proposal; the last that ended if none goes on
    waits : nobody of the staff has let the person be asked yet
    is_over : there was a proposal of a plan and it ended, so that there is no seat now
    refusal_code : the plan has a seat for the person, but no proposal could be made of it, and why
    took_part : the plan was made for the person as well
    is_busy : has a job, or a referral that goes on, whatever the plan
    """

    person: Person
    place: Place | None
    wish_place: int | None
    referral: Referral | None
    waits: bool
    is_over: bool = False
    refusal_code: str | None = None
    took_part: bool = True
    is_busy: bool = False

    @property
    def has_seat(self) -> bool:
        """Whether a proposal of a plan goes on."""
        return self.referral is not None and not self.is_over


@dataclass(frozen=True)
class MySeats:
    """People of one reader in a drive's published plan.

    Parameters
    ----------
    plan : None if the drive has none published
    n_without : people without a seat now, whether they never had one or it came to nothing
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
    made = proposals_of(session, plan)
    busy = set(session.scalars(under_way(drive.id)))
    order: dict[str, list[int]] = {"waiting": [], "seated": [], "without": []}
    for one in ids:
        own = made.get(one)
        if own is not None and own.goes_on:
            order["waiting" if own.waits else "seated"].append(one)
        elif one not in busy:
            order["without"].append(one)
    chosen = [group] if group in ("waiting", "without") else list(order)
    wanted = [one for name in chosen for one in order[name]]
    some = wanted[offset : offset + limit]
    return MySeats(
        plan=plan,
        rows=_rows(session, by, plan, some, made),
        total=len(wanted),
        n_waiting=len(order["waiting"]),
        n_without=len(order["without"]),
    )


def my_seat(session: Session, by: Actor, drive_id: int, graduate_id: int) -> MySeat | None:
    """Return how one person of the scope stands in what a drive published last; None if nothing is published."""
    require(by, Permission.REFER)
    drive = get_drive(session, by, drive_id)
    plan = session.get(PlanRun, session.scalar(sa.select(last_publication(drive.id))) or 0)
    if plan is None:
        return None
    made = proposals_of(session, plan, graduate_id)
    found = next(iter(_rows(session, by, plan, [graduate_id], made)), None)
    return (
        None if found is None else replace(found, is_busy=is_busy(session, drive.id, graduate_id))
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


def _rows(
    session: Session, by: Actor, plan: PlanRun, ids: Sequence[int], made: Mapping[int, Made]
) -> list[MySeat]:
    seen = persons(session, by, ids)
    own = {one: made[one] for one in ids if one in made}
    live = [one for one, found in own.items() if found.goes_on]
    ended = ended_proposals(session, plan.drive_id, sorted(set(ids) - set(live)))
    referrals = referrals_of(session, [own[one].referral_id or 0 for one in live])
    shown: list[Made | Referral] = [*own.values(), *ended.values()]
    known = places(session, {one.posting_id for one in shown})
    part = _took_part(session, plan, ids)
    return [
        replace(
            _row(seen[one], own.get(one), ended.get(one), known, referrals), took_part=one in part
        )
        for one in ids
        if one in seen
    ]


def _took_part(session: Session, plan: PlanRun, ids: Sequence[int]) -> set[int]:
    """Return for which people a plan was made; all of them once its folder is gone."""
    folder = plan_folder(settings_of(session), plan.drive_id, plan.input_hash or "")
    try:
        market = open_input(folder).market
    except SnapshotError:
        return set(ids)
    return set(np.intersect1d(market.graduates, np.asarray(ids, dtype=np.int64)).tolist())


def _row(
    person: Person,
    own: Made | None,
    over: Referral | None,
    known: Mapping[int, Place],
    referrals: Mapping[int, Referral],
) -> MySeat:
    if own is not None and own.goes_on:
        return MySeat(
            person=person,
            place=known.get(own.posting_id),
            wish_place=own.wish_place,
            referral=referrals.get(own.referral_id or 0),
            waits=own.waits,
        )
    if own is not None and own.refusal_code:
        place = known.get(own.posting_id)
        return MySeat(person, place, None, None, waits=False, refusal_code=own.refusal_code)
    if over is not None:
        place = known.get(over.posting_id)
        return MySeat(person, place, None, over, waits=False, is_over=True)
    return MySeat(person, None, None, None, waits=False)
