"""The seats one change would open are counted exactly, of this moment, for the classes that admit the person."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role, SeatClass, SeatState, Verdict
from matcher.models.drives import Drive, DriveEntry
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.postings import Posting, Seat
from matcher.policy.seat_admission import admits
from matcher.ranking.compiler import product_compiler
from matcher.ranking.explain import explain_pair
from matcher.ranking.facts import GraduateFacts
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.snapshot import build_snapshot
from matcher.ranking.what_if import Change, ChangeKind, changed
from matcher.services import postings, seats
from matcher.services.permissions import Actor
from matcher.services.ranking_facts import graduate_facts, posting_facts
from matcher.services.ranking_snapshots import read_key
from matcher.services.training import openings
from tests.factories.accounts import make_actor, make_union
from tests.factories.cases import make_case
from tests.factories.people import make_graduate
from tests.factories.placements import make_placement
from tests.factories.postings import make_posting
from tests.factories.ranked_drives import make_ranked_drive, rank
from tests.factories.training import make_course


def slowly_open(session: Session, drive: Drive, people: list[GraduateFacts]) -> set[int]:
    """Rank a changed person separately: facts, snapshot, every pair explained."""
    offers = list(posting_facts(session, drive.id, clock.today()))
    found: set[int] = set()
    for person in people:
        snapshot = build_snapshot(
            [person],
            offers,
            DriveParameters(),
            compile_leaves=product_compiler(read_key),
            lottery_key=b"any",
        )
        found |= {
            int(snapshot.postings.id[row])
            for row in range(len(offers))
            if explain_pair(snapshot, 0, row).verdict is Verdict.YES
        }
    return found


def slowly_count(session: Session, ids: set[int], rank_: int) -> int:
    rows = session.scalars(sa.select(Seat).where(Seat.state == SeatState.OPEN)).all()
    today = clock.today()
    return sum(
        admits(seat.seat_class, seat.release_on, rank_, today)
        for seat in rows
        if seat.posting_id in ids
    )


def compare(session: Session, by: Actor, drive: Drive) -> int:
    """Compare every change of every graduate of a drive with the slow way; return how many added seats."""
    people = list(graduate_facts(session, drive.id))
    added = 0
    for person in people[:8]:
        found = openings.openings_of(session, by, person.id)
        assert found is not None
        before = slowly_open(session, drive, [person])
        assert found.n_seats == slowly_count(session, before, person.priority_rank)
        market = openings.open_market(session, drive, [person])
        lines = {line.change: line for line in found.lines}
        for change in openings.changes_for(market, person, []):
            after = slowly_open(session, drive, [person, changed(person, change)])
            expected = slowly_count(session, after - before, person.priority_rank)
            line = lines.get(change)
            assert (line.n_seats if line else 0) == expected, change
            added += expected > 0
    return added


@pytest.fixture
def drive(session_factory: SessionFactory) -> Drive:
    """Make a drive in which postings ask for certificates."""
    with transaction(session_factory) as session:
        drive = make_ranked_drive(session, graduates=12, postings=10)
        for number, posting in enumerate(session.scalars(sa.select(Posting).order_by(Posting.id))):
            posting.certificates = ["电工证"] if number % 2 else []
        return drive


def manager_of(session: Session, drive: Drive) -> Actor:
    return make_actor(session, Role.DRIVE_MANAGER, union=session.get_one(Union, drive.union_id))


def test_without_a_run_with_one_and_after_changes_it_equals_ranking_each_change_separately(
    session_factory: SessionFactory, drive: Drive
) -> None:
    with transaction(session_factory) as session:
        by = manager_of(session, drive)
        assert compare(session, by, session.get_one(Drive, drive.id)) > 0
    rank(session_factory, drive.id)
    with transaction(session_factory) as session:
        assert compare(session, by, session.get_one(Drive, drive.id)) > 0
        first, second, third = session.scalars(sa.select(Posting.id).order_by(Posting.id)).all()[:3]
        postings.close_posting(session, by, first, reason="取消")
        seats.set_seats(session, by, second, ordinary=9)
        taken = sa.update(Seat).where(Seat.posting_id == third).values(state=SeatState.FILLED)
        session.execute(taken)
        here = session.get_one(Drive, drive.id)
        make_posting(session, here, certificates=["会计证"], region_code="310000")
    with transaction(session_factory) as session:
        assert compare(session, by, session.get_one(Drive, drive.id)) > 0


def test_a_course_stands_at_the_certificate_it_gives_and_kept_seats_count_for_whom_they_admit(
    session: Session,
) -> None:
    drive = make_ranked_drive(session, graduates=0, postings=0)
    union = session.get_one(Union, drive.union_id)
    by = make_actor(session, Role.CASEWORKER, union=union)
    graduate = make_graduate(session, union, intent={"places": ["640100"]})
    session.add(
        DriveEntry(drive_id=drive.id, graduate_id=graduate.id, number=900, entered_at=clock.now())
    )
    make_posting(
        session, drive, headcount=5, certificates=["电工证"], reserved={SeatClass.HARDSHIP: 2}
    )
    course = make_course(session, union)

    found = openings.openings_of(session, by, graduate.id)

    assert found is not None
    assert (found.n_seats, found.n_postings) == (0, 0)
    line = found.lines[0]
    assert line.change == Change(ChangeKind.CERTIFICATE, "电工证")
    assert (line.n_seats, line.n_postings) == (3, 1)
    assert [one.id for one in line.courses] == [course.id]


def test_a_group_is_ranked_by_people_helped_and_leaves_out_who_is_in_no_drive(
    session: Session,
) -> None:
    drive = make_ranked_drive(session, graduates=6, postings=8)
    union = session.get_one(Union, drive.union_id)
    by = make_actor(session, Role.CASEWORKER, union=union)
    for posting in session.scalars(sa.select(Posting)):
        posting.certificates = ["电工证"]
    for graduate in session.scalars(sa.select(Graduate)).all():
        make_case(session, graduate, owner_id=by.account_id)
    alone = make_case(session, make_graduate(session, union), owner_id=by.account_id)
    session.flush()
    ids = openings.without_post(session, by)
    told: list[int] = []

    lines = openings.group_openings(session, by, ids, progress=told.append)

    assert alone.graduate_id in ids
    assert told == [1, 2, 3, 4, 5, 6]
    assert lines[0].change == Change(ChangeKind.CERTIFICATE, "电工证")
    expected = {
        number: {line.change: line.n_seats for line in found.lines}
        for number in ids
        if (found := openings.openings_of(session, by, number)) is not None
    }
    for line in lines:
        assert line.n_seats == sum(one.get(line.change, 0) for one in expected.values())
        assert line.n_people == sum(one.get(line.change, 0) > 0 for one in expected.values())
    assert [line.n_people for line in lines] == sorted(
        (line.n_people for line in lines), reverse=True
    )


def test_an_occupation_opens_nothing_and_says_so(session_factory: SessionFactory) -> None:
    with transaction(session_factory) as session:
        drive = make_ranked_drive(session, graduates=8, postings=8)
        for posting in session.scalars(sa.select(Posting)):
            posting.occupation_code = "2-06-03-00"
        by = manager_of(session, drive)
    with reading(session_factory) as session:
        for person in graduate_facts(session, drive.id):
            found = openings.openings_of(session, by, person.id)
            assert found is not None
            wishes = [one for one in found.lines if one.change.kind is ChangeKind.OCCUPATION]
            assert all(one.n_seats == 0 for one in wishes)
            assert sum(one.n_wished for one in wishes) == found.n_seats


@pytest.mark.parametrize("code", ["70", "71", "72"])
def test_who_is_recorded_as_waiting_for_work_has_no_post(session: Session, code: str) -> None:
    union = make_union(session)
    by = make_actor(session, Role.CASEWORKER, union=union)
    waiting, working = make_graduate(session, union), make_graduate(session, union)
    for graduate in (waiting, working):
        make_case(session, graduate, owner_id=by.account_id)
    make_placement(session, waiting, destination_code=code, is_outcome=False)
    make_placement(session, working)

    assert openings.without_post(session, by) == [waiting.id]
