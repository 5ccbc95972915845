"""Factories of reporting: a three-level tree with its people, a drive that is over, a period, people in its figures."""

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import HardshipTier, Role
from matcher.kinds.cohorts import CohortActKind, CohortStanding, StandingBasis
from matcher.kinds.sheets import PeriodKind
from matcher.models.cohorts import CohortAct
from matcher.models.drives import Drive
from matcher.models.organisations import Union
from matcher.models.sheets import ReportPeriod, Sheet
from matcher.services.permissions import Actor
from matcher.services.reports import periods
from matcher.services.reports.periods import PeriodInput
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.people import make_graduate, make_household

DAY = dt.timedelta(days=1)


@dataclass
class Tree:
    """A city with two counties that work with the system, and one county that does not."""

    city: Union
    county: Union
    other: Union
    offline: Union
    drive: Drive
    manager: Actor
    approver: Actor
    filler: Actor
    """Grass-roots officer of the county: fills."""
    reviewer: Actor
    """Approver of the county: reviews."""
    people: list[CohortAct] = field(default_factory=list)


def make_tree(session: Session, *, n_people: int = 3) -> Tree:
    """Insert the tree, its drive and people of the county in its figures."""
    city = make_union(session)
    county, other, offline = (make_union(session, city) for _ in range(3))
    today = clock.today()
    drive = make_drive(session, city, opens_on=today - 60 * DAY, closes_on=today + 60 * DAY)
    tree = Tree(
        city,
        county,
        other,
        offline,
        drive,
        manager=make_actor(session, Role.DRIVE_MANAGER, union=city),
        approver=make_actor(session, Role.APPROVER, union=city),
        filler=make_actor(session, Role.GRASSROOTS_OFFICER, union=county),
        reviewer=make_actor(session, Role.APPROVER, union=county),
    )
    make_actor(session, Role.GRASSROOTS_OFFICER, union=other)
    tree.people = [count_person(session, drive, county) for _ in range(n_people)]
    return tree


def count_person(
    session: Session,
    drive: Drive,
    union: Union,
    *,
    entered_at: dt.datetime | None = None,
    standing: CohortStanding = CohortStanding.SEEKING,
) -> CohortAct:
    """Insert a graduate of a union who is counted since thirty days ago."""
    household = make_household(session, union)
    graduate = make_graduate(session, union, household=household)
    since = clock.today() - 30 * DAY
    act = CohortAct(
        drive_id=drive.id,
        graduate_id=graduate.id,
        kind=CohortActKind.JOINED,
        union_id=union.id,
        household_id=household.id,
        tier=HardshipTier.RELATIVE,
        is_zero_employment=False,
        is_earlier_year=False,
        standing=standing,
        standing_basis=StandingBasis.NOTHING,
        since_on=since,
        counts_out=False,
        happened_on=since,
        entered_at=entered_at or clock.now() - DAY,
    )
    session.add(act)
    session.flush()
    return act


def period_input(drive: Drive, **changes: object) -> PeriodInput:
    """Return a period that ended yesterday, due in two days, locked after five."""
    today = clock.today()
    facts: dict[str, object] = {
        "name": "总结报表",
        "kind": PeriodKind.FINAL,
        "from_on": drive.opens_on,
        "until_on": today - DAY,
        "due_on": today + 2 * DAY,
        "locks_on": today + 5 * DAY,
    }
    return PeriodInput(**(facts | changes))  # type: ignore[arg-type] # typed by name


def make_period(session: Session, tree: Tree, **changes: object) -> ReportPeriod:
    """Open a period of the tree's drive by its manager."""
    facts = period_input(tree.drive, **changes)
    return periods.create_period(session, tree.manager, tree.drive.id, facts)


def sheet_of(session: Session, period: ReportPeriod, union: Union) -> Sheet:
    """Return the newest edition of a union's sheet."""
    found = session.query(Sheet).filter_by(period_id=period.id, union_id=union.id)
    return found.order_by(Sheet.edition.desc()).limit(1).one()
