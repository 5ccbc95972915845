"""Phases have days in order; what is locked or counted is not moved any more."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from matcher.errors import ConflictError, InvalidInputError, NotFoundError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.cohorts import PhaseKind
from matcher.models.drives import Drive
from matcher.models.organisations import Union
from matcher.services import drive_phases
from matcher.services.drive_phases import PhaseInput
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.cohorts import fields_of, make_census
from tests.factories.drives import make_drive
from tests.support.noon import TODAY, on_the_day_read

FIXTURES = (on_the_day_read,)
pytestmark = pytest.mark.usefixtures("on_the_day_read")
_DAY = dt.timedelta(days=1)


@pytest.fixture
def drive(session: Session) -> Drive:
    return make_drive(
        session, make_union(session), opens_on=TODAY - 40 * _DAY, closes_on=TODAY + 60 * _DAY
    )


@pytest.fixture
def manager(session: Session, drive: Drive) -> Actor:
    return make_actor(session, Role.DRIVE_MANAGER, union=session.get_one(Union, drive.union_id))


def _union_of(session: Session, by: Actor) -> Union:
    return session.get_one(Union, by.union_id)


def _phases(survey_locks: dt.date | None = None) -> list[PhaseInput]:
    return [
        PhaseInput(PhaseKind.SURVEY, TODAY - 40 * _DAY, TODAY - 20 * _DAY, survey_locks),
        PhaseInput(PhaseKind.CARRY_OUT, TODAY - 20 * _DAY, TODAY + 20 * _DAY, TODAY + 25 * _DAY),
        PhaseInput(PhaseKind.SUMMING_UP, TODAY + 20 * _DAY, TODAY + 40 * _DAY),
    ]


def test_the_phase_of_a_day_is_known(session: Session, manager: Actor, drive: Drive) -> None:
    made = drive_phases.set_phases(session, manager, drive.id, _phases(), census_on=TODAY)

    assert [phase.kind for phase in made] == list(PhaseKind)
    assert drive.census_on == TODAY
    for days, kind in (
        (-30, PhaseKind.SURVEY),
        (-20, PhaseKind.CARRY_OUT),
        (0, PhaseKind.CARRY_OUT),
    ):
        found = drive_phases.find_phase_on(session, drive.id, TODAY + days * _DAY)
        assert found is not None
        assert found.kind is kind
    assert drive_phases.find_phase_on(session, drive.id, TODAY + 50 * _DAY) is None


def test_days_out_of_order_are_refused_at_their_fields(
    session: Session, manager: Actor, drive: Drive
) -> None:
    wrong = [
        PhaseInput(PhaseKind.SURVEY, TODAY, TODAY - _DAY),
        PhaseInput(PhaseKind.CARRY_OUT, TODAY - 2 * _DAY, TODAY, TODAY - _DAY),
        PhaseInput(PhaseKind.SUMMING_UP, TODAY, TODAY),
    ]

    with pytest.raises(InvalidInputError) as refused:
        drive_phases.set_phases(session, manager, drive.id, wrong, census_on=drive.closes_on + _DAY)

    assert fields_of(refused.value) == {
        "survey_until",
        "carry_out_from",
        "carry_out_locks",
        "census_on",
    }


def test_a_locked_phase_is_not_moved_and_the_others_are(
    session: Session, manager: Actor, drive: Drive
) -> None:
    locked = TODAY - _DAY
    drive_phases.set_phases(session, manager, drive.id, _phases(locked))
    moved = _phases(locked)
    moved[2] = PhaseInput(PhaseKind.SUMMING_UP, TODAY + 22 * _DAY, TODAY + 50 * _DAY)

    after = drive_phases.set_phases(session, manager, drive.id, moved)
    with pytest.raises(RuleBrokenError) as refused:
        drive_phases.set_phases(session, manager, drive.id, _phases(TODAY + _DAY))

    assert after[2].until_on == TODAY + 50 * _DAY
    assert refused.value.code == "phase_locked"


def test_the_census_day_stands_once_the_census_was_taken(
    session: Session, manager: Actor, drive: Drive
) -> None:
    drive_phases.set_phases(session, manager, drive.id, _phases(), census_on=TODAY)
    make_census(session, drive)

    with pytest.raises(RuleBrokenError) as refused:
        drive_phases.set_phases(session, manager, drive.id, _phases(), census_on=TODAY - _DAY)

    assert refused.value.code == "census_taken"


def test_a_form_of_yesterday_does_not_overwrite(
    session: Session, manager: Actor, drive: Drive
) -> None:
    seen = drive.version_id
    drive_phases.set_phases(session, manager, drive.id, _phases(), census_on=TODAY)

    with pytest.raises(ConflictError):
        drive_phases.set_phases(session, manager, drive.id, _phases(), expected_version=seen)


def test_a_lower_union_reads_the_phases_and_sets_none(session: Session, drive: Drive) -> None:
    county = make_union(session, session.get_one(Union, drive.union_id))
    below = make_actor(session, Role.DRIVE_MANAGER, union=county)

    assert drive_phases.list_phases(session, below, drive.id) == []
    with pytest.raises(NotFoundError):
        drive_phases.set_phases(session, below, drive.id, _phases())
    with pytest.raises(NotFoundError):
        drive_phases.list_phases(session, make_actor(session), drive.id)


def test_the_days_of_the_notice_are_offered_inside_the_drive(
    session: Session, manager: Actor
) -> None:
    found = drive_phases.suggest_phases(
        session,
        manager,
        make_drive(
            session,
            _union_of(session, manager),
            opens_on=dt.date(2026, 7, 1),
            closes_on=dt.date(2026, 8, 28),
        ).id,
    )

    assert [(one.kind, one.from_on, one.until_on) for one in found] == [
        (PhaseKind.SURVEY, dt.date(2026, 7, 1), dt.date(2026, 8, 10)),
        (PhaseKind.CARRY_OUT, dt.date(2026, 8, 10), dt.date(2026, 8, 25)),
        (PhaseKind.SUMMING_UP, dt.date(2026, 8, 25), dt.date(2026, 8, 28)),
    ]
    assert found[0].locks_on == dt.date(2026, 8, 13)
    assert all("银川" in one.source for one in found)
