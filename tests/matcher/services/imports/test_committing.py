"""A commit writes everything or nothing, once, and only what was looked at."""

import threading

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import ConflictError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import BatchState, DriveState, EmployerState, ImportKind, Role, SeatClass
from matcher.models.audit import AuditEntry
from matcher.models.drives import Drive, DriveEntry
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.imports import ImportRow
from matcher.models.postings import Posting, Seat
from matcher.services.imports.batches import create_batch, get_batch
from matcher.services.imports.committing import commit_batch
from matcher.services.imports.staging import stage_batch
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.matcher.services.imports.taking_in import (
    GRADUATES,
    POSTINGS,
    graduate,
    grids,
    posting,
    stage,
    state_of,
    take_in,
)


def _count(factory: SessionFactory, model: type) -> int:
    with reading(factory) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_nothing_is_written_before_the_commit(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    stage(session_factory, manager, ImportKind.POSTINGS, drive_id, POSTINGS, posting("A1"))

    assert _count(session_factory, Posting) == 0
    assert _count(session_factory, Employer) == 0


def test_a_posting_brings_its_employer_as_pending_and_its_seats(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    take_in(session_factory, manager, ImportKind.POSTINGS, drive_id, POSTINGS, posting("A1"))

    with reading(session_factory) as session:
        made = session.scalars(sa.select(Posting)).one()
        employer = session.get_one(Employer, made.employer_id)
        seats = session.scalars(sa.select(Seat.seat_class).where(Seat.posting_id == made.id)).all()
    assert employer.state is EmployerState.PENDING
    assert list(seats) == [SeatClass.ORDINARY, SeatClass.ORDINARY]


def test_graduates_enter_the_drive_in_the_order_of_the_sheet(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    rows = [graduate(name) for name in ("王小明", "李小红", "张三")]

    take_in(session_factory, manager, ImportKind.GRADUATES, drive_id, GRADUATES, *rows)

    entered = (
        sa.select(Graduate.name)
        .join(DriveEntry, DriveEntry.graduate_id == Graduate.id)
        .where(DriveEntry.drive_id == drive_id)
        .order_by(DriveEntry.number)
    )
    with reading(session_factory) as session:
        assert session.scalars(entered).all() == ["王小明", "李小红", "张三"]


def test_committing_again_writes_nothing_more(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    batch = take_in(
        session_factory, manager, ImportKind.POSTINGS, drive_id, POSTINGS, posting("A1")
    )

    commit_batch(session_factory, manager, batch)

    assert _count(session_factory, Posting) == 1
    noted = sa.select(AuditEntry.number).where(AuditEntry.action == "import.committed")
    with reading(session_factory) as session:
        assert len(session.scalars(noted).all()) == 1


def test_two_commits_of_one_batch_at_once_write_it_once(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    rows = [posting(f"A{n}", f"岗位{n}") for n in range(30)]
    batch = stage(session_factory, manager, ImportKind.POSTINGS, drive_id, POSTINGS, *rows)
    ready = threading.Barrier(2)
    errors: list[Exception] = []

    def commit() -> None:
        ready.wait(10)
        try:
            commit_batch(session_factory, manager, batch)
        except Exception as error:  # noqa: BLE001 - told by the test's own thread
            errors.append(error)

    threads = [threading.Thread(target=commit) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert errors == []
    assert _count(session_factory, Posting) == 30
    assert state_of(session_factory, batch) is BatchState.COMMITTED


@pytest.mark.parametrize("kind", [ImportKind.POSTINGS, ImportKind.GRADUATES])
def test_two_batches_of_one_file_that_were_staged_together_end_in_a_conflict_and_no_half(
    session_factory: SessionFactory, manager: Actor, drive_id: int, kind: ImportKind
) -> None:
    head, rows = {
        ImportKind.POSTINGS: (POSTINGS, [posting("A1"), posting("A2")]),
        ImportKind.GRADUATES: (GRADUATES, [graduate("王小明"), graduate("李小红")]),
    }[kind]
    model = Posting if kind is ImportKind.POSTINGS else Graduate
    batches = [stage(session_factory, manager, kind, drive_id, head, *rows[:n]) for n in (1, 2)]
    commit_batch(session_factory, manager, batches[0])

    with pytest.raises(ConflictError):
        commit_batch(session_factory, manager, batches[1])

    assert _count(session_factory, model) == 1
    assert state_of(session_factory, batches[1]) is BatchState.STAGED


def test_after_a_conflict_staging_anew_lets_the_rest_in(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    rows = [POSTINGS, posting("A1"), posting("A2")]
    first = stage(session_factory, manager, ImportKind.POSTINGS, drive_id, *rows[:2])
    second = stage(session_factory, manager, ImportKind.POSTINGS, drive_id, *rows)
    commit_batch(session_factory, manager, first)
    with pytest.raises(ConflictError):
        commit_batch(session_factory, manager, second)

    stage_batch(session_factory, second, grids(*rows))
    commit_batch(session_factory, manager, second)

    assert _count(session_factory, Posting) == 2


def test_a_record_that_is_gone_since_the_staging_is_a_conflict(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    row = graduate("王小明")
    take_in(session_factory, manager, ImportKind.GRADUATES, drive_id, GRADUATES, row)
    changed = [*row[:3], "北方民族大学", *row[4:]]
    batch = stage(session_factory, manager, ImportKind.GRADUATES, drive_id, GRADUATES, changed)
    with transaction(session_factory) as session:
        session.execute(sa.delete(Graduate))

    with pytest.raises(ConflictError):
        commit_batch(session_factory, manager, batch)


def test_what_somebody_wrote_between_preview_and_commit_is_not_overwritten(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    row = graduate("王小明")
    take_in(session_factory, manager, ImportKind.GRADUATES, drive_id, GRADUATES, row)
    changed = [*row[:3], "北方民族大学", *row[4:]]
    batch = stage(session_factory, manager, ImportKind.GRADUATES, drive_id, GRADUATES, changed)
    with transaction(session_factory) as session:
        session.scalars(sa.select(Graduate)).one().school = "西北大学"

    with pytest.raises(ConflictError):
        commit_batch(session_factory, manager, batch)

    with reading(session_factory) as session:
        assert session.scalars(sa.select(Graduate)).one().school == "西北大学"


def test_a_batch_staged_anew_while_its_commit_waited_is_not_written_by_half(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    batch = stage(session_factory, manager, ImportKind.POSTINGS, drive_id, POSTINGS, posting("A1"))
    with transaction(session_factory) as session:  # as a staging that has only begun leaves it
        get_batch(session, manager, batch).counts = {}

    with pytest.raises(ConflictError):
        commit_batch(session_factory, manager, batch)

    assert _count(session_factory, Posting) == 0


def test_a_closed_drive_takes_nothing_more(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    batch = stage(session_factory, manager, ImportKind.POSTINGS, drive_id, POSTINGS, posting("A1"))
    with transaction(session_factory) as session:
        session.get_one(Drive, drive_id).state = DriveState.CLOSED

    with pytest.raises(RuleBrokenError):
        commit_batch(session_factory, manager, batch)
    with pytest.raises(RuleBrokenError):
        stage(session_factory, manager, ImportKind.POSTINGS, drive_id, POSTINGS, posting("A1"))

    assert _count(session_factory, Posting) == 0


def test_drafts_are_gone_after_the_commit(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    take_in(session_factory, manager, ImportKind.GRADUATES, drive_id, GRADUATES, graduate())

    with reading(session_factory) as session:
        drafts = session.scalars(sa.select(ImportRow.draft_cipher).order_by(ImportRow.id)).all()
    assert list(drafts) == [None, None]


def test_somebody_elses_batch_answers_like_none_and_a_role_without_the_permission_is_refused(
    session_factory: SessionFactory, manager: Actor, drive_id: int, union: object
) -> None:
    batch = stage(session_factory, manager, ImportKind.POSTINGS, drive_id, POSTINGS, posting("A1"))
    with transaction(session_factory) as session:
        stranger = make_actor(session)
        organiser = make_actor(session, Role.FAIR_ORGANISER)

    with pytest.raises(NotFoundError):
        commit_batch(session_factory, stranger, batch)
    with pytest.raises(NotAllowedError):
        commit_batch(session_factory, organiser, batch)
    with transaction(session_factory) as session, pytest.raises(NotFoundError):
        create_batch(
            session,
            stranger,
            ImportKind.POSTINGS,
            drive_id=drive_id,
            file_name="表.xlsx",
            file_sha256="0" * 64,
        )

    assert _count(session_factory, Posting) == 0
