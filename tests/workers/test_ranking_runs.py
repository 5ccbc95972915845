"""Runs of a drive: exact, stored once, replayed to the same bytes, on both databases."""

import datetime as dt

import numpy as np
import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, settings_of, transaction
from matcher.errors import SnapshotError
from matcher.kinds import (
    Channel,
    ConsentPurpose,
    EmployerState,
    ListSide,
    PostingState,
    RunState,
    Verdict,
)
from matcher.models.consents import Consent, ConsentText
from matcher.models.drives import Drive, DriveEntry
from matcher.models.employers import Employer
from matcher.models.postings import Posting
from matcher.models.ranking_runs import RankedList, RankingChunk, RankingRun
from matcher.ranking.parameters import DriveParameters
from matcher.services import ranking_chunks
from matcher.services.consents import seed_consent_texts
from matcher.services.drives import lottery_key
from matcher.services.permissions import SYSTEM
from matcher.services.ranking_facts import graduate_facts, posting_facts
from matcher.services.ranking_replay import replay_run
from matcher.services.ranking_runs import current_run, request_run, run_progress, stop_run
from matcher.services.ranking_snapshots import read_key, snapshot_folder
from matcher.vocabulary.majors import MajorRef
from matcher.vocabulary.requirements import LeafIndex
from tests.factories.ranked_drives import drain, make_ranked_drive, rank
from tests.oracles.ranking import World


@pytest.fixture
def drive_id(session_factory: SessionFactory) -> int:
    with transaction(session_factory) as session:
        return make_ranked_drive(session).id


_RULES = {
    "major": "leaf",
    "class": "class",
    "any": "any",
    "open_ended_class": "",
    "open_ended_gate": "",
}
"""The reader's rules that occur here, as the oracle calls them; answers to be confirmed need none."""


def _world(factory: SessionFactory, drive_id: int) -> World:
    with reading(factory) as session:
        drive = session.get_one(Drive, drive_id)
        return World(
            list(graduate_facts(session, drive_id)),
            list(posting_facts(session, drive_id, clock.today())),
            DriveParameters(),
            _answer,
            lottery_key(session, drive),
        )


def _answer(requirement: str, leaf: MajorRef) -> tuple[Verdict, str]:
    answers = LeafIndex((leaf,)).compile(read_key(requirement))
    return (answers[0][1], _RULES[answers[0][2]]) if answers else (Verdict.NO, "")


def _stored(factory: SessionFactory, run_id: int) -> dict[tuple[ListSide, int], list[int]]:
    with reading(factory) as session:
        rows = session.scalars(sa.select(RankedList).where(RankedList.run_id == run_id)).all()
    return {
        (row.side, row.subject_id): np.frombuffer(row.partners, dtype="<i4").tolist()
        for row in rows
    }


def test_everybody_of_the_drive_gets_a_list_and_reserved_seats_a_second_one(
    session_factory: SessionFactory, drive_id: int
) -> None:
    run_id = rank(session_factory, drive_id)

    lists = _stored(session_factory, run_id)
    sides = [side for side, _ in lists]
    assert sides.count(ListSide.GRADUATE) == 24
    assert sides.count(ListSide.POSTING_ORDINARY) == 12
    assert sides.count(ListSide.POSTING_RESERVED) == 4


def test_both_directions_list_the_same_pairs_as_long_as_nothing_is_cut_off(
    session_factory: SessionFactory, drive_id: int
) -> None:
    lists = _stored(session_factory, rank(session_factory, drive_id))

    of_postings = {
        (partner, subject)
        for (side, subject), partners in lists.items()
        if side is ListSide.POSTING_ORDINARY
        for partner in partners
    }
    of_graduates = {
        (subject, partner)
        for (side, subject), partners in lists.items()
        if side is ListSide.GRADUATE
        for partner in partners
    }
    assert of_postings == of_graduates
    assert of_postings


def test_a_run_replays_to_the_same_bytes(session_factory: SessionFactory, drive_id: int) -> None:
    run_id = rank(session_factory, drive_id)

    with reading(session_factory) as session:
        report = replay_run(session, run_id)

    assert report.equal


def test_a_damaged_snapshot_is_never_replayed(
    session_factory: SessionFactory, drive_id: int
) -> None:
    run_id = rank(session_factory, drive_id)
    with reading(session_factory) as session:
        run = session.get_one(RankingRun, run_id)
        folder = snapshot_folder(settings_of(session), drive_id, run.snapshot_hash or "")
    victim = next(folder.glob("graduate_city.npy"))
    content = bytearray(victim.read_bytes())
    content[-1] ^= 1
    victim.write_bytes(content)

    with reading(session_factory) as session, pytest.raises(SnapshotError):
        replay_run(session, run_id)


def test_two_requests_at_a_time_make_one_run(
    session_factory: SessionFactory, drive_id: int
) -> None:
    with transaction(session_factory) as session:
        first = request_run(session, SYSTEM, drive_id).id
    with transaction(session_factory) as session:
        second = request_run(session, SYSTEM, drive_id).id

    assert first == second


def test_a_chunk_done_twice_leaves_what_doing_it_once_leaves(
    session_factory: SessionFactory, drive_id: int
) -> None:
    run_id = rank(session_factory, drive_id)
    before = _stored(session_factory, run_id)
    with transaction(session_factory) as session:
        chunk = session.scalars(sa.select(RankingChunk).order_by(RankingChunk.side)).first()
        assert chunk is not None
        session.get_one(RankingRun, run_id).state = RunState.RUNNING
        chunk.done_at = None
        ranking_chunks.jobs.enqueue(
            session,
            ranking_chunks.RANK_CHUNK,
            {"run_id": run_id, "side": chunk.side.value, "row_start": chunk.row_start},
            queue=ranking_chunks.JobQueue.BATCH,
        )

    ran = drain(session_factory)

    assert ran.count(ranking_chunks.FINISH) == 1
    assert _stored(session_factory, run_id) == before


def test_a_stopped_run_stores_nothing_and_the_drive_keeps_its_last_one(
    session_factory: SessionFactory, drive_id: int
) -> None:
    first = rank(session_factory, drive_id)
    with transaction(session_factory) as session:
        second = request_run(session, SYSTEM, drive_id).id
    with transaction(session_factory) as session:
        stop_run(session, SYSTEM, second)

    drain(session_factory)

    with reading(session_factory) as session:
        run = current_run(session, drive_id)
        assert run is not None
        assert run.id == first
        assert run_progress(session, second).state is RunState.CANCELLED
    assert not _stored(session_factory, second)


@pytest.mark.parametrize(
    ("state", "due"),
    [
        (EmployerState.PENDING, None),
        (EmployerState.SUSPENDED, dt.date(2099, 1, 1)),
        (EmployerState.VERIFIED, dt.date(2020, 1, 1)),
    ],
)
def test_postings_of_unverified_suspended_or_expired_employers_are_not_ranked(
    sqlite_factory: SessionFactory, state: EmployerState, due: dt.date | None
) -> None:
    with transaction(sqlite_factory) as session:
        drive_id = make_ranked_drive(session).id
        employer = session.scalars(sa.select(Employer).order_by(Employer.id)).first()
        assert employer is not None
        employer.state, employer.recheck_due_on = state, due

    lists = _stored(sqlite_factory, rank(sqlite_factory, drive_id))

    with reading(sqlite_factory) as session:
        own = set(session.scalars(sa.select(Posting.id).where(Posting.employer_id == employer.id)))
    assert own
    assert not own & {subject for side, subject in lists if side is not ListSide.GRADUATE}


@pytest.mark.parametrize(
    "changes",
    [
        {"state": PostingState.BLOCKED},
        {"state": PostingState.DRAFT},
        {"closes_on": dt.date(2026, 1, 1)},
    ],
)
def test_postings_that_are_blocked_drafts_or_past_their_day_are_not_ranked(
    sqlite_factory: SessionFactory, changes: dict[str, object]
) -> None:
    with transaction(sqlite_factory) as session:
        drive_id = make_ranked_drive(session).id
        posting = session.scalars(sa.select(Posting).order_by(Posting.id)).first()
        assert posting is not None
        posting.valid_from = dt.date(2025, 1, 1)
        for name, value in changes.items():
            setattr(posting, name, value)

    lists = _stored(sqlite_factory, rank(sqlite_factory, drive_id))

    assert (ListSide.POSTING_ORDINARY, posting.id) not in lists


def test_who_withdrew_consent_to_ranking_is_on_no_list_and_who_gave_it_again_is(
    sqlite_factory: SessionFactory,
) -> None:
    with transaction(sqlite_factory) as session:
        drive_id = make_ranked_drive(session).id
        seed_consent_texts(session)
        text_id = session.scalars(
            sa.select(ConsentText.id).where(ConsentText.purpose == ConsentPurpose.RANKING)
        ).first()
        first, second = session.scalars(
            sa.select(DriveEntry.graduate_id).order_by(DriveEntry.id).limit(2)
        ).all()
        given = {
            "purpose": ConsentPurpose.RANKING,
            "text_id": text_id,
            "given_at": clock.now(),
            "given_through": Channel.SELF,
        }
        for graduate_id in (first, second):
            session.add(Consent(graduate_id=graduate_id, withdrawn_at=clock.now(), **given))
        session.add(Consent(graduate_id=second, **given))

    lists = _stored(sqlite_factory, rank(sqlite_factory, drive_id))

    assert (ListSide.GRADUATE, first) not in lists
    assert all(
        first not in partners
        for side, partners in lists.items()
        if side[0] is not ListSide.GRADUATE
    )
    assert (ListSide.GRADUATE, second) in lists


def test_stored_lists_equal_the_slow_oracle(session_factory: SessionFactory, drive_id: int) -> None:
    lists = _stored(session_factory, rank(session_factory, drive_id))

    world = _world(session_factory, drive_id)

    for posting in world.postings:
        expected = world.list_of_posting(posting, ListSide.POSTING_ORDINARY)
        assert lists[ListSide.POSTING_ORDINARY, posting.id] == expected
    for graduate in world.graduates:
        assert lists[ListSide.GRADUATE, graduate.id] == world.list_of_graduate(graduate)
