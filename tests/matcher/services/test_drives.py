"""A drive commits its lottery, keeps its revisions, and gives every number once."""

import datetime as dt
import hashlib
import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, transaction
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import (
    DriveState,
    EmployerState,
    HardshipTier,
    PostingState,
    Role,
    SeatClass,
)
from matcher.kinds.cohorts import LeaveReason
from matcher.models.drives import Drive, DriveEntry, DriveRevision
from matcher.models.ranking_runs import RankingChange
from matcher.ranking.parameters import DriveParameters
from matcher.services import drive_entries, drives
from matcher.services.drive_home import drive_home
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive, make_entry
from tests.factories.people import make_graduate, make_household
from tests.factories.postings import make_employer, make_posting


@pytest.fixture
def manager(session: Session) -> Actor:
    return make_actor(session, Role.DRIVE_MANAGER)


def _create(session: Session, by: Actor, **changes: object) -> Drive:
    fields: dict[str, object] = {
        "union_id": by.union_id,
        "name": "阳光就业 2026",
        "neutral_name": "2026 毕业生招聘活动",
        "opens_on": dt.date(2026, 7, 1),
        "closes_on": dt.date(2026, 9, 30),
    }
    return drives.create_drive(session, by, **(fields | changes))  # type: ignore[arg-type]


def test_the_lottery_is_committed_before_and_revealed_after(
    session: Session, manager: Actor
) -> None:
    drive = _create(session, manager)
    drives.open_drive(session, manager, drive.id)

    with pytest.raises(RuleBrokenError) as sealed:
        drives.reveal_lottery(session, manager, drive.id)
    drives.close_drive(session, manager, drive.id)
    key = drives.reveal_lottery(session, manager, drive.id)

    assert sealed.value.code == "lottery_sealed"
    assert hashlib.sha256(bytes.fromhex(key)).hexdigest() == drive.lottery_commitment
    assert bytes.fromhex(key) not in drive.lottery_key_cipher


def test_two_drives_never_draw_the_same_key(session: Session, manager: Actor) -> None:
    first, second = _create(session, manager), _create(session, manager, name="另一个")

    assert first.lottery_commitment != second.lottery_commitment


def test_targets_come_with_their_source(session: Session, manager: Actor) -> None:
    drive = _create(session, manager)

    assert drive.targets["placed"]["percent"] == 60
    assert drive.targets["zero_employment"]["percent"] == 100
    assert "2018" in drive.targets["placed"]["source"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"neutral_name": "困难家庭毕业生招聘会"}, "neutral_name"),
        ({"neutral_name": "零就业专场"}, "neutral_name"),
        ({"closes_on": dt.date(2026, 6, 1)}, "closes_on"),
        ({"name": ""}, "name"),
    ],
)
def test_a_drive_that_tells_or_ends_too_soon_is_refused(
    session: Session, manager: Actor, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        _create(session, manager, **changes)

    assert list(refused.value.details["fields"]) == [field]  # type: ignore[call-overload]  # a dict


def test_new_parameters_are_a_new_revision_and_the_old_one_stays(
    session: Session, manager: Actor
) -> None:
    drive = _create(session, manager)

    drives.revise_parameters(session, manager, drive.id, DriveParameters(equal_width=50))

    kept = sa.select(DriveRevision.revision, DriveRevision.parameters)
    widths = {n: p["equal_width"] for n, p in session.execute(kept)}
    assert widths == {1: 200, 2: 50}
    assert drives.get_parameters(session, drive).equal_width == 50
    assert session.scalars(sa.select(RankingChange.side)).all() == ["many"]


def test_steps_of_a_drive_are_not_skipped(session: Session, manager: Actor) -> None:
    drive = _create(session, manager)

    with pytest.raises(RuleBrokenError):
        drives.close_drive(session, manager, drive.id)
    drives.open_drive(session, manager, drive.id)
    with pytest.raises(RuleBrokenError):
        drives.open_drive(session, manager, drive.id)
    drives.close_drive(session, manager, drive.id)
    with pytest.raises(RuleBrokenError) as closed:
        drives.revise_parameters(session, manager, drive.id, DriveParameters())

    assert closed.value.code == "drive_closed"


def test_a_county_sees_the_drive_of_its_city_but_does_not_manage_it(session: Session) -> None:
    city = make_union(session)
    county, sister = make_union(session, city), make_union(session, city)
    drive = make_drive(session, city)
    sisters = make_drive(session, sister)
    below = make_actor(session, Role.DRIVE_MANAGER, union=county)

    assert drives.list_drives(session, below) == [drive]
    assert drives.list_open_drives(session, county.id) == [drive]
    with pytest.raises(NotFoundError):
        drives.open_drive(session, below, drive.id)
    with pytest.raises(NotFoundError):
        drives.get_drive(session, below, sisters.id)


def test_a_number_is_kept_through_leaving_and_coming_back(session: Session) -> None:
    union = make_union(session)
    worker = make_actor(session, Role.CASEWORKER, union=union)
    drive = make_drive(session, union)
    people = [make_graduate(session, union).id for _ in range(3)]

    first = drive_entries.enter_graduates(session, worker, drive.id, people[:2])
    drive_entries.leave_drive(session, worker, drive.id, people[0], reason=LeaveReason.FOUND_WORK)
    second = drive_entries.enter_graduates(session, worker, drive.id, [*people, people[0]])

    assert (first.entered, first.returned, first.already) == (2, 0, 0)
    assert (second.entered, second.returned, second.already) == (1, 1, 1)
    entries = sa.select(DriveEntry.graduate_id, DriveEntry.number, DriveEntry.left_at)
    rows = sorted(session.execute(entries).all(), key=lambda row: row.number)
    assert [tuple(row) for row in rows] == [(p, n, None) for n, p in enumerate(people, 1)]


def test_entering_at_once_gives_no_number_twice(session_factory: SessionFactory) -> None:
    with transaction(session_factory) as session:
        union = make_union(session)
        worker = make_actor(session, Role.CASEWORKER, union=union)
        drive_id = make_drive(session, union).id
        groups = [[make_graduate(session, union).id for _ in range(3)] for _ in range(4)]
    together = threading.Barrier(4)

    def enter(ids: list[int]) -> None:
        together.wait()
        with transaction(session_factory) as session:
            drive_entries.enter_graduates(session, worker, drive_id, ids)

    threads = [threading.Thread(target=enter, args=(ids,)) for ids in groups]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with session_factory() as session:
        numbers = session.scalars(sa.select(DriveEntry.number)).all()
    assert sorted(numbers) == list(range(1, 13))


def test_all_enter_or_nobody(session: Session) -> None:
    city = make_union(session)
    county = make_union(session, city)
    worker = make_actor(session, Role.CASEWORKER, union=county)
    drive = make_drive(session, city)
    mine, sisters = (
        make_graduate(session, county),
        make_graduate(session, make_union(session, city)),
    )

    with pytest.raises(NotFoundError):
        drive_entries.enter_graduates(session, worker, drive.id, [mine.id, sisters.id])
    entered = drive_entries.enter_graduates(session, worker, drive.id, [mine.id])

    assert entered.entered == 1


def test_nobody_enters_a_closed_drive(session: Session) -> None:
    union = make_union(session)
    worker = make_actor(session, Role.CASEWORKER, union=union)
    drive = make_drive(session, union, state=DriveState.CLOSED)

    with pytest.raises(RuleBrokenError):
        drive_entries.enter_graduates(session, worker, drive.id, [make_graduate(session, union).id])


def test_entering_does_not_spoil_the_managers_form(session: Session) -> None:
    union = make_union(session)
    manager = make_actor(session, Role.DRIVE_MANAGER, union=union)
    drive = make_drive(session, union)
    seen = drive.version_id
    graduate = make_graduate(session, union)

    drive_entries.enter_graduates(session, manager, drive.id, [graduate.id])

    drives.revise_parameters(session, manager, drive.id, DriveParameters(), expected_version=seen)


def test_the_home_page_counts_what_is_there_in_a_constant_number_of_queries(
    session: Session,
) -> None:
    union = make_union(session)
    manager = make_actor(session, Role.DRIVE_MANAGER, union=union)
    drive = make_drive(session, union)
    good, lapsed = (
        make_employer(session, union),
        make_employer(session, union, recheck_due_on=dt.date(2026, 1, 1)),
    )
    make_posting(session, drive, good, headcount=3, reserved={SeatClass.HARDSHIP: 1})
    make_posting(session, drive, lapsed, incomplete=["工作内容"])
    make_posting(session, drive, good, state=PostingState.DRAFT, incomplete=["有效期限"])
    make_posting(session, drive, good, state=PostingState.CLOSED, incomplete=["有效期限"])
    household = make_household(session, union, tier=HardshipTier.DEEP)
    make_entry(session, drive, make_graduate(session, union, household=household))
    make_entry(session, drive, make_graduate(session, union, is_confirmed=False))
    statements: list[str] = []
    sa.event.listen(session.get_bind(), "before_cursor_execute", lambda *a: statements.append(a[2]))

    home = drive_home(session, manager, drive.id)

    assert len(statements) <= 7
    assert home.postings == {
        PostingState.PUBLISHED: 2,
        PostingState.DRAFT: 1,
        PostingState.CLOSED: 1,
    }
    assert (home.n_rankable, home.n_incomplete) == (1, 2)
    assert home.seats is not None
    assert (home.seats.ordinary, home.seats.hardship, home.n_seats) == (4, 1, 5)
    assert (home.n_graduates, home.n_unconfirmed, home.n_left) == (2, 1, 0)
    assert (home.employers, home.n_checks_expired) == ({EmployerState.VERIFIED: 2}, 1)
    assert home.last_run is None


def test_an_organiser_of_fairs_sees_seats_without_classes_and_changes_nothing(
    session: Session,
) -> None:
    union = make_union(session)
    organiser = make_actor(session, Role.FAIR_ORGANISER, union=union)
    drive = make_drive(session, union)
    make_posting(session, drive, reserved={SeatClass.ZERO_EMPLOYMENT: 1})

    home = drive_home(session, organiser, drive.id)

    assert (home.n_seats, home.seats) == (2, None)
    with pytest.raises(NotAllowedError):
        drives.open_drive(session, organiser, drive.id)
