"""Factories of targets: a city with two counties in the middle of a drive, people counted, served and placed."""

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import DriveState, HardshipTier, Role
from matcher.kinds.cohorts import CohortActKind, CohortStanding, LeaveReason, StandingBasis
from matcher.kinds.placements import PlacementState
from matcher.kinds.referrals import ReferralVia
from matcher.models.cohorts import Census, CohortAct
from matcher.models.drives import Drive
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.placements import PlacementStep
from matcher.policy.destinations import CURRENT_LIST
from matcher.policy.targets import suggested_targets
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.cases import make_act, make_case
from tests.factories.drives import make_drive, make_entry
from tests.factories.people import make_graduate, make_household
from tests.factories.placements import make_placement

DAY = dt.timedelta(days=1)
_COURSE = 30 * DAY
"""How long a drive of the factories has been going on, and how long it will."""


@dataclass
class Town:
    """A city with two counties, its drive half over, and who works there."""

    city: Union
    counties: tuple[Union, Union]
    drive: Drive
    manager: Actor
    caseworker: Actor
    people: list[Graduate] = field(default_factory=list)


def make_town(session: Session) -> Town:
    """Insert the town with the targets of the programme and nobody counted yet."""
    city = make_union(session, name="滨州市总工会")
    first = make_union(session, city, name="滨城区总工会")
    second = make_union(session, city, name="沾化区总工会")
    today = clock.today()
    drive = make_drive(
        session,
        city,
        opens_on=today - _COURSE,
        closes_on=today + _COURSE,
        targets=suggested_targets(today),
    )
    take_census(session, drive)
    return Town(
        city,
        (first, second),
        drive,
        manager=make_actor(session, Role.DRIVE_MANAGER, union=city),
        caseworker=make_actor(session, Role.CASEWORKER, union=city),
    )


def take_census(session: Session, drive: Drive) -> Census:
    """Insert the census of a drive as taken on its first day."""
    census = Census(
        drive_id=drive.id,
        counted_on=drive.opens_on,
        taken_at=_noon(drive.opens_on),
        n_people=0,
        n_households=0,
        n_not_counted=0,
        digest="0" * 64,
    )
    session.add(census)
    session.flush()
    return census


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), tzinfo=clock.CHINA)


def count_in(
    session: Session,
    drive: Drive,
    union: Union,
    *,
    zero_employment: bool = False,
    earlier_year: bool = False,
    standing: CohortStanding = CohortStanding.SEEKING,
    since: dt.date | None = None,
    left: tuple[dt.date, LeaveReason, bool] | None = None,
    **person: object,
) -> Graduate:
    """Insert a graduate of a union who is counted since the census, or since a later day, with a case.

    Parameters
    ----------
    left : first day out, why, and whether that takes the person out of the denominators
    """
    household = make_household(session, union, zero_employment=zero_employment)
    graduate = make_graduate(session, union, household=household, **person)  # type: ignore[arg-type] # fields by name
    make_entry(session, drive, graduate)
    since = since or drive.opens_on
    first = CohortAct(
        drive_id=drive.id,
        graduate_id=graduate.id,
        kind=CohortActKind.COUNTED if since == drive.opens_on else CohortActKind.JOINED,
        union_id=union.id,
        household_id=household.id,
        tier=HardshipTier.RELATIVE,
        is_zero_employment=zero_employment,
        is_earlier_year=earlier_year,
        standing=standing,
        standing_basis=StandingBasis.NOTHING,
        since_on=since,
        counts_out=False,
        happened_on=since,
        entered_at=_noon(since),
    )
    session.add(first)
    session.flush()
    if left is not None:
        session.add(_leaving(first, *left))
    make_case(session, graduate)
    session.flush()
    return graduate


def _leaving(first: CohortAct, on: dt.date, reason: LeaveReason, counts_out: bool) -> CohortAct:
    kept = (
        *("drive_id", "graduate_id", "union_id", "household_id", "tier", "is_zero_employment"),
        *("is_earlier_year", "standing", "standing_basis", "since_on"),
    )
    return CohortAct(
        **{name: getattr(first, name) for name in kept},
        kind=CohortActKind.LEFT,
        replaces_id=first.id,
        left_on=on,
        reason=reason,
        counts_out=counts_out,
        happened_on=on,
        entered_at=_noon(on),
    )


def serve(
    session: Session,
    by: Actor,
    graduate: Graduate,
    on: dt.date,
    *,
    entered_at: dt.datetime | None = None,
) -> None:
    """Insert a service of that day, credited to somebody, entered at noon unless told otherwise."""
    case = session.query(GraduateCase).filter_by(graduate_id=graduate.id).one()
    make_act(
        session,
        case,
        happened_on=on,
        entered_at=entered_at or _noon(on),
        actor_id=by.account_id,
        credited_to_id=by.account_id,
    )


def place(
    session: Session,
    graduate: Graduate,
    on: dt.date,
    state: PlacementState = PlacementState.VERIFIED,
) -> None:
    """Insert a job begun on a day that the union helped to, with its steps entered at noon of that day."""
    placement = make_placement(
        session,
        graduate,
        state=state,
        started_on=on,
        signed_on=on,
        recorded_at=_noon(on),
        is_helped=True,
    )
    facts = {
        "destination": f"{CURRENT_LIST}:11",
        "is_helped": True,
        "is_outcome": True,
        "signed_on": on.isoformat(),
        "started_on": on.isoformat(),
    }
    told = {"recorded": (None, PlacementState.REPORTED, facts)}
    if state is PlacementState.VERIFIED:
        told["verified"] = (PlacementState.REPORTED, state, {})
    for act, (before, after, said) in told.items():
        session.add(
            PlacementStep(
                placement_id=placement.id,
                act=act,
                before=before,
                after=after,
                at=_noon(on),
                via=ReferralVia.STAFF,
                facts=said,
            )
        )
    session.flush()


def make_year_before(session: Session, town: Town) -> Drive:
    """Insert the city's drive of the year before, closed, with its census."""
    year = dt.timedelta(days=365)
    before = make_drive(
        session,
        town.city,
        opens_on=town.drive.opens_on - year,
        closes_on=town.drive.closes_on - year,
        state=DriveState.CLOSED,
        targets=town.drive.targets,
    )
    take_census(session, before)
    return before


def fill_town(session: Session, town: Town) -> None:
    """Count ten people of the first county and four of the second; serve some, place some, one of each sort."""
    first, second = town.counties
    drive, by, start = town.drive, town.caseworker, town.drive.opens_on
    people = [count_in(session, drive, first, earlier_year=n == 9) for n in range(10)]
    people += [count_in(session, drive, second, zero_employment=n < 2) for n in range(4)]
    for n, one in enumerate(people[:8]):
        serve(session, by, one, start + n * DAY)
    for n, one in enumerate(people[:5]):
        place(session, one, start + (8 + 2 * n) * DAY)
    place(session, people[5], start + 20 * DAY, PlacementState.REPORTED)
    serve(session, by, people[10], start + 3 * DAY)
    place(session, people[10], start + 10 * DAY)
    count_in(session, drive, first, standing=CohortStanding.SIGNED)
    count_in(session, drive, second, standing=CohortStanding.FURTHER_STUDY)
    count_in(session, drive, first, left=(start + 5 * DAY, LeaveReason.DUPLICATE, True))
    town.people = people
