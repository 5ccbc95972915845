"""Anomalies are computed from rows, open them, and are settled with a note by somebody else."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.placements import (
    AlertFinding,
    AlertKind,
    AlertState,
    PlacementEnd,
    PlacementState,
)
from matcher.models.organisations import Union
from matcher.models.placements import Placement, PlacementAlert
from matcher.services.permissions import Actor
from matcher.services.placements import alerts
from tests.factories.accounts import make_account, make_actor, make_union
from tests.factories.drives import make_drive, make_entry
from tests.factories.people import make_graduate
from tests.factories.placements import make_evidence, make_placement
from tests.factories.postings import make_employer

_K = AlertKind


@pytest.fixture
def union(session: Session) -> Union:
    return make_union(session)


@pytest.fixture
def manager(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.DRIVE_MANAGER, union=union)


def _many(session: Session, union: Union, n: int, **changes: object) -> list[Placement]:
    return [make_placement(session, make_graduate(session, union), **changes) for _ in range(n)]


def _found(session: Session, kind: AlertKind) -> PlacementAlert | None:
    alerts.look(session)
    return session.scalar(sa.select(PlacementAlert).where(PlacementAlert.kind == kind))


def _rows(alert: PlacementAlert | None) -> list[int]:
    assert alert is not None
    return list(alert.facts["placements"])


def test_a_jump_in_the_last_days_before_the_lock_is_seen(session: Session, union: Union) -> None:
    drive = make_drive(
        session,
        union,
        opens_on=clock.today() - dt.timedelta(days=60),
        closes_on=clock.today() + dt.timedelta(days=1),
    )
    earlier = clock.now() - dt.timedelta(days=40)
    _many(session, union, 12, drive_id=drive.id, recorded_at=earlier)
    late = _many(session, union, 9, drive_id=drive.id)
    assert _found(session, _K.LATE_JUMP) is None

    late += _many(session, union, 1, drive_id=drive.id)

    assert _rows(_found(session, _K.LATE_JUMP)) == [one.id for one in late]


def test_a_target_hit_exactly_is_seen_and_one_more_is_not(session: Session, union: Union) -> None:
    drive = make_drive(session, union, targets={"placed": {"percent": 60, "source": "测试"}})
    people = [make_graduate(session, union) for _ in range(20)]
    for one in people:
        make_entry(session, drive, one)
    for one in people[:12]:
        make_placement(session, one, drive_id=drive.id, state=PlacementState.VERIFIED)

    alert = _found(session, _K.TARGET_EXACT)

    assert alert is not None
    assert (alert.facts["n"], alert.facts["of"]) == (12, 20)
    session.delete(alert)
    make_placement(session, people[12], drive_id=drive.id, state=PlacementState.VERIFIED)
    assert _found(session, _K.TARGET_EXACT) is None


def test_a_target_is_of_people_however_many_jobs_they_had(session: Session, union: Union) -> None:
    drive = make_drive(session, union, targets={"placed": {"percent": 60, "source": "测试"}})
    people = [make_graduate(session, union) for _ in range(20)]
    for one in people:
        make_entry(session, drive, one)
    for one in people[:12]:
        make_placement(session, one, drive_id=drive.id, state=PlacementState.VERIFIED)
    before = clock.today() - dt.timedelta(days=90)
    ended = {"started_on": before, "ended_on": before, "end_reason": PlacementEnd.QUIT}
    make_placement(session, people[0], drive_id=drive.id, state=PlacementState.VERIFIED, **ended)

    alert = _found(session, _K.TARGET_EXACT)

    assert alert is not None
    assert (alert.facts["n"], len(_rows(alert))) == (12, 13)


def test_a_reused_paper_is_seen_by_each_union_with_its_own_rows_only(
    session: Session, union: Union
) -> None:
    elsewhere = make_union(session)
    here, there = _many(session, union, 1)[0], _many(session, elsewhere, 1)[0]
    for one in (here, there):
        make_evidence(session, one, sha256="ab" * 32)

    alerts.look(session)

    rows = session.scalars(sa.select(PlacementAlert).order_by(PlacementAlert.union_id)).all()
    assert [(one.union_id, one.facts["placements"], one.facts["n"]) for one in rows] == [
        (union.id, [here.id], 2),
        (elsewhere.id, [there.id], 2),
    ]


def test_one_phone_of_many_graduates_is_seen(session: Session, union: Union) -> None:
    same = [make_graduate(session, union, phone="13909510000") for _ in range(3)]
    rows = [make_placement(session, one).id for one in same]

    assert _rows(_found(session, _K.PHONE_SHARED)) == rows


def test_one_licence_of_many_start_ups_is_seen(session: Session, union: Union) -> None:
    _many(session, union, 2, destination_code="75")
    assert _found(session, _K.LICENCE_SHARED) is None

    _many(session, union, 1, destination_code="75")

    assert len(_rows(_found(session, _K.LICENCE_SHARED))) == 3


def test_many_hires_on_one_day_are_seen(session: Session, union: Union) -> None:
    employer = make_employer(session, union, size_text="10人以下")
    _many(session, union, 6, employer_id=employer.id)

    assert len(_rows(_found(session, _K.HIRES_ON_DAY))) == 6


def test_many_by_one_clerk_on_one_day_and_past_warnings_are_seen(
    session: Session, union: Union
) -> None:
    clerk = make_account(session)
    _many(session, union, 15, recorded_by_id=clerk.id)
    _many(session, union, 5, recorded_by_id=clerk.id, warnings=["credit_code_missing"])

    busy = _found(session, _K.CLERK_DAY)
    warned = _found(session, _K.WARNINGS_PASSED)

    assert busy is not None
    assert (busy.about_account_id, len(_rows(busy)), len(_rows(warned))) == (clerk.id, 20, 5)


def test_revoked_rows_raise_nothing(session: Session, union: Union) -> None:
    for one in _many(session, union, 3, destination_code="75"):
        one.state = PlacementState.REVOKED
        one.revocation_reason = "mistake"
    session.flush()

    assert _found(session, _K.LICENCE_SHARED) is None


def test_settled_with_a_note_and_open_again_only_when_it_grows(
    session: Session, union: Union, manager: Actor
) -> None:
    _many(session, union, 3, destination_code="75")
    alert = _found(session, _K.LICENCE_SHARED)
    assert alert is not None

    with pytest.raises(InvalidInputError):
        alerts.settle(session, manager, alert.public_id, AlertFinding.EXPLAINED, " ")
    alerts.settle(session, manager, alert.public_id, AlertFinding.EXPLAINED, "三人合伙，查过章程")
    assert alerts.look(session) == 0
    session.refresh(alert)
    assert alert.state is AlertState.SETTLED

    _many(session, union, 1, destination_code="75")
    alerts.look(session)
    session.refresh(alert)
    assert alert.state is AlertState.OPEN


def test_nobody_settles_what_is_about_the_own_entries(
    session: Session, union: Union, manager: Actor
) -> None:
    _many(session, union, 20, recorded_by_id=manager.account_id)
    alert = _found(session, _K.CLERK_DAY)
    assert alert is not None

    with pytest.raises(RuleBrokenError) as refused:
        alerts.settle(session, manager, alert.public_id, AlertFinding.EXPLAINED, "当天补录")

    assert refused.value.code == "alert_own"


def test_only_supervisors_of_the_own_part_of_the_tree_see_them(
    session: Session, union: Union, manager: Actor
) -> None:
    _many(session, union, 3, destination_code="75")
    alert = _found(session, _K.LICENCE_SHARED)
    assert alert is not None

    assert len(alerts.list_alerts(session, manager)[0]) == 1
    with pytest.raises(NotFoundError):
        alerts.get_alert(session, make_actor(session, Role.DRIVE_MANAGER), alert.public_id)
    with pytest.raises(NotAllowedError):
        alerts.list_alerts(session, make_actor(session, Role.CASEWORKER, union=union))
