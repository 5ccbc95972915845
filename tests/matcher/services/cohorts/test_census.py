"""The census freezes who counts and how they stood; it is taken once, and nothing later rewrites it."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import DriveState, HardshipTier, Role
from matcher.kinds.casework import SurveyDestination, SurveyStanding
from matcher.kinds.cohorts import CohortActKind, CohortStanding, LeaveReason, StandingBasis
from matcher.kinds.household_facts import SchoolLevel
from matcher.kinds.households import FileState
from matcher.kinds.placements import PlacementState
from matcher.models.cohorts import Census, CohortAct, CohortHouseholdAct
from matcher.models.drives import Drive, DriveEntry
from matcher.models.graduates import Graduate
from matcher.models.household_lives import MemberSchooling
from matcher.models.households import Household
from matcher.models.organisations import Union
from matcher.models.surveys import SurveyPerson, SurveyRound, SurveyVisit
from matcher.services.cohorts import census
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive, make_entry
from tests.factories.people import make_graduate, make_household, make_member
from tests.factories.placements import make_placement
from tests.matcher.services.cohorts.cohort_drive import manager, union
from tests.support.noon import TODAY, on_the_day_read

FIXTURES = (on_the_day_read,)
pytestmark = pytest.mark.usefixtures("on_the_day_read")
WORLD = (manager, union)


@pytest.fixture
def drive(session: Session, union: Union) -> Drive:
    return make_drive(
        session, union, opens_on=TODAY - dt.timedelta(days=30), census_on=TODAY, name="甲"
    )


def _person(session: Session, drive: Drive, **household: object) -> Graduate:
    """Enter a graduate of a hardship household of the drive's union."""
    union = session.get_one(Union, drive.union_id)
    home = make_household(session, union, **household)  # type: ignore[arg-type] # by name
    graduate = make_graduate(session, union, household=home, graduates_on=drive.opens_on)
    make_entry(session, drive, graduate)
    return graduate


def _acts(session: Session) -> dict[int, CohortAct]:
    found = session.scalars(sa.select(CohortAct).order_by(CohortAct.id))
    return {act.graduate_id: act for act in found}


def test_whoever_has_a_hardship_file_in_force_is_counted_and_nobody_else(
    session: Session, manager: Actor, drive: Drive
) -> None:
    deep = _person(session, drive, tier=HardshipTier.DEEP)
    flagged = _person(session, drive, tier=HardshipTier.NONE, zero_employment=True)
    _person(session, drive, tier=HardshipTier.NONE)
    _person(session, drive, state=FileState.DRAFT)
    _person(session, drive, is_open=False, state=FileState.EXITED)
    make_entry(session, drive, make_graduate(session, session.get_one(Union, drive.union_id)))

    taken = census.take_census(session, manager, drive.id)

    acts = _acts(session)
    assert set(acts) == {deep.id, flagged.id}
    assert (taken.n_people, taken.n_not_counted) == (2, 4)
    assert acts[deep.id].tier is HardshipTier.DEEP
    assert acts[flagged.id].is_zero_employment
    assert {act.kind for act in acts.values()} == {CohortActKind.COUNTED}
    assert {act.since_on for act in acts.values()} == {TODAY}


def test_a_family_lifted_out_later_still_counts_as_it_was(
    session: Session, manager: Actor, drive: Drive
) -> None:
    graduate = _person(session, drive, tier=HardshipTier.DEEP)
    census.take_census(session, manager, drive.id)
    home = session.get_one(Household, graduate.household_id)
    home.tier, home.is_open, home.state = HardshipTier.NONE, False, FileState.EXITED
    session.flush()

    with pytest.raises(RuleBrokenError) as refused:
        census.take_census(session, manager, drive.id)

    assert refused.value.code == "census_taken"
    assert _acts(session)[graduate.id].tier is HardshipTier.DEEP
    assert session.scalar(sa.select(sa.func.count(CohortAct.id))) == 1


def test_it_is_not_taken_before_its_day_nor_without_one(
    session: Session, manager: Actor, drive: Drive
) -> None:
    drive.census_on = TODAY + dt.timedelta(days=1)
    with pytest.raises(RuleBrokenError) as early:
        census.take_census(session, manager, drive.id)
    drive.census_on = None
    with pytest.raises(RuleBrokenError) as none:
        census.take_census(session, manager, drive.id)

    assert (early.value.code, none.value.code) == ("census_too_early", "census_no_day")


def test_only_who_manages_the_drive_of_that_union_takes_it(
    session: Session, union: Union, drive: Drive
) -> None:
    caseworker = make_actor(session, Role.CASEWORKER, union=union)
    stranger = make_actor(session, Role.DRIVE_MANAGER)

    with pytest.raises(NotAllowedError):
        census.take_census(session, caseworker, drive.id)
    with pytest.raises(NotFoundError):
        census.take_census(session, stranger, drive.id)
    with pytest.raises(NotFoundError):
        census.preview_census(session, stranger, drive.id)


def test_the_night_takes_every_census_whose_day_is_over_once(
    session: Session, union: Union, drive: Drive
) -> None:
    yesterday = TODAY - dt.timedelta(days=1)
    due = make_drive(session, union, census_on=yesterday)
    make_drive(session, union, census_on=yesterday, state=DriveState.CLOSED)
    make_drive(session, union, census_on=yesterday, state=DriveState.PREPARING)

    n_first, n_second = census.take_due_censuses(session), census.take_due_censuses(session)

    assert (n_first, n_second) == (1, 0)
    assert [one.drive_id for one in session.scalars(sa.select(Census))] == [due.id]
    assert session.scalar(sa.select(Census.taken_by_id)) is None


def test_graduates_of_earlier_years_are_marked(
    session: Session, manager: Actor, drive: Drive
) -> None:
    this_year, earlier = _person(session, drive), _person(session, drive)
    earlier.graduates_on = dt.date(drive.opens_on.year - 1, 12, 31)
    this_year.graduates_on = dt.date(drive.opens_on.year, 1, 1)

    census.take_census(session, manager, drive.id)

    acts = _acts(session)
    assert acts[earlier.id].is_earlier_year
    assert not acts[this_year.id].is_earlier_year


def _heard(
    session: Session, drive: Drive, graduate: Graduate, said: SurveyDestination, *, year: int = 0
) -> SurveyPerson:
    home = session.get_one(Household, graduate.household_id)
    member = make_member(session, home, graduate_id=graduate.id)
    year = year or drive.opens_on.year
    found = sa.select(SurveyRound).where(SurveyRound.year == year)
    one = session.scalar(found) or SurveyRound(
        union_id=drive.union_id, year=year, from_on=TODAY, to_on=TODAY, created_at=clock.now()
    )
    session.add(one)
    session.flush()
    visit = SurveyVisit(
        round_id=one.id, household_id=home.id, union_id=home.union_id, created_at=clock.now()
    )
    session.add(visit)
    session.flush()
    person = SurveyPerson(
        visit_id=visit.id,
        member_id=member.id,
        standing=SurveyStanding.GRADUATE,
        destination=said,
        entered_at=clock.now(),
    )
    session.add(person)
    session.flush()
    return person


def test_standing_is_what_the_survey_of_the_year_heard(
    session: Session, manager: Actor, drive: Drive
) -> None:
    signed, seeking, silent = (_person(session, drive) for _ in range(3))
    line = _heard(session, drive, signed, SurveyDestination.SIGNED)
    _heard(session, drive, seeking, SurveyDestination.SEEKING)
    _heard(session, drive, silent, SurveyDestination.SIGNED, year=drive.opens_on.year - 1)

    census.take_census(session, manager, drive.id)

    acts = _acts(session)
    assert acts[signed.id].standing is CohortStanding.SIGNED
    assert acts[signed.id].standing_basis is StandingBasis.SURVEY
    assert acts[signed.id].standing_source_id == line.id
    assert acts[seeking.id].standing is CohortStanding.SEEKING
    assert acts[silent.id].standing is CohortStanding.UNKNOWN


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, CohortStanding.SIGNED),
        ({"destination_code": "80"}, CohortStanding.FURTHER_STUDY),
        ({"is_helped": True}, CohortStanding.UNKNOWN),
        ({"is_outcome": False}, CohortStanding.UNKNOWN),
        ({"state": PlacementState.REPORTED}, CohortStanding.UNKNOWN),
        ({"started_on": TODAY + dt.timedelta(days=9)}, CohortStanding.UNKNOWN),
        (
            {"started_on": TODAY + dt.timedelta(days=9), "signed_on": TODAY},
            CohortStanding.SIGNED,
        ),
    ],
)
def test_without_the_survey_a_verified_placement_of_ones_own_from_before_says_it(
    session: Session,
    manager: Actor,
    drive: Drive,
    changes: dict[str, object],
    expected: CohortStanding,
) -> None:
    graduate = _person(session, drive)
    make_placement(session, graduate, **({"state": PlacementState.VERIFIED} | changes))

    census.take_census(session, manager, drive.id)

    assert _acts(session)[graduate.id].standing is expected


def test_a_late_census_counts_who_left_since_and_says_that_they_left(
    session: Session, manager: Actor, drive: Drive
) -> None:
    drive.census_on = TODAY - dt.timedelta(days=10)
    gone, before = _person(session, drive), _person(session, drive)
    for person, days in ((gone, 4), (before, 12)):
        _leave(session, person, days)

    taken = census.take_census(session, manager, drive.id)

    acts = _acts(session)
    assert set(acts) == {gone.id}
    assert taken.n_people == 1
    assert acts[gone.id].kind is CohortActKind.LEFT
    assert acts[gone.id].reason is LeaveReason.MOVED
    assert acts[gone.id].left_on == TODAY - dt.timedelta(days=4)


def _leave(session: Session, person: Graduate, days: int) -> None:
    entry = session.scalars(sa.select(DriveEntry).where(DriveEntry.graduate_id == person.id)).one()
    entry.left_at = clock.now() - dt.timedelta(days=days)
    entry.left_reason = "moved"
    session.flush()


def test_households_and_their_children_at_school_are_frozen_too(
    session: Session, manager: Actor, drive: Drive, union: Union
) -> None:
    home = make_household(session, union)
    running, over, ahead = (make_member(session, home) for _ in range(3))
    days = dt.timedelta(days=1)
    for member, entered, ended in (
        (running, TODAY - 400 * days, None),
        (over, TODAY - 400 * days, TODAY),
        (ahead, TODAY + days, None),
    ):
        session.add(
            MemberSchooling(
                member_id=member.id,
                school="中学",
                level=SchoolLevel.BACHELOR,
                entered_on=entered,
                ended_on=ended,
                entered_at=clock.now(),
            )
        )
    make_household(session, make_union(session))
    session.flush()

    taken = census.take_census(session, manager, drive.id)

    rows = session.scalars(sa.select(CohortHouseholdAct)).all()
    assert [(row.household_id, row.n_in_school) for row in rows] == [(home.id, 1)]
    assert taken.n_households == 1


def test_the_preview_counts_what_is_then_taken(
    session: Session, manager: Actor, drive: Drive
) -> None:
    people = [_person(session, drive) for _ in range(3)]
    _heard(session, drive, people[0], SurveyDestination.SIGNED)
    _person(session, drive, tier=HardshipTier.NONE)

    seen = census.preview_census(session, manager, drive.id)
    taken = census.take_census(session, manager, drive.id)

    assert (seen.n_people, seen.n_not_counted) == (taken.n_people, taken.n_not_counted) == (3, 1)
    assert seen.n_needing_help == 2
    assert seen.n_households == taken.n_households == 3
