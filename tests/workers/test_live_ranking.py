"""The live lane: after any change every list is what a full run would give, whatever dies on the way."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, reading, settings_of, transaction
from matcher.kinds import EmployerState, ListSide, MajorLevel, PostingState
from matcher.models.drives import Drive, DriveEntry
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate, Intent
from matcher.models.organisations import Union
from matcher.models.postings import Posting
from matcher.models.ranking_runs import RankingRun
from matcher.services.ranking_changes import (
    FOLLOW,
    note_graduate,
    note_lapsed_postings,
    note_posting,
)
from matcher.services.ranking_overlays import stored_list
from matcher.services.ranking_runs import current_run
from matcher.services.ranking_snapshots import needed_hashes, prune_snapshots
from tests.factories.drives import make_entry
from tests.factories.people import make_graduate
from tests.factories.postings import make_posting
from tests.factories.ranked_drives import drain, make_ranked_drive, rank
from workers import live

Lists = dict[tuple[ListSide, int], tuple[bytes, bytes]]


@pytest.fixture
def drive_id(session_factory: SessionFactory) -> int:
    with transaction(session_factory) as session:
        made = make_ranked_drive(session).id
    rank(session_factory, made)
    return made


@pytest.fixture(autouse=True)
def _fresh_worker() -> None:
    """Every test begins with a worker that knows nothing."""
    live._states.clear()


def _lists(factory: SessionFactory, drive_id: int) -> Lists:
    """Return every list that has anybody on it, as a page would read it."""
    found: Lists = {}
    with reading(factory) as session:
        run = current_run(session, drive_id)
        assert run is not None
        people = session.scalars(sa.select(Graduate.id).order_by(Graduate.id)).all()
        offers = session.scalars(sa.select(Posting.id).order_by(Posting.id)).all()
        subjects = [(ListSide.GRADUATE, id_) for id_ in people]
        subjects += [(side, id_) for side in list(ListSide)[:2] for id_ in offers]
        for side, subject_id in subjects:
            stored = stored_list(session, run, side, subject_id)
            if stored is not None and stored.keys:
                found[side, subject_id] = (stored.keys, stored.partners)
    return found


def _first(session: Session, model: type[Graduate] | type[Posting]) -> Graduate | Posting:
    row = session.scalars(sa.select(model).order_by(model.id)).first()
    assert row is not None
    return row


def _pay_rises(session: Session) -> None:
    posting = _first(session, Posting)
    posting.pay_high_yuan = 20_000
    note_posting(session, posting.id)


def _posting_moves_and_asks_for_another_major(session: Session) -> None:
    posting = _first(session, Posting)
    posting.region_code, posting.requirement = "640300", {"混合": "历史学、土木工程"}
    note_posting(session, posting.id)


def _posting_closes(session: Session) -> None:
    posting = _first(session, Posting)
    posting.state = PostingState.CLOSED
    note_posting(session, posting.id)


def _posting_comes(session: Session) -> None:
    drive = session.scalars(sa.select(Drive)).one()
    employer = session.scalars(sa.select(Employer).order_by(Employer.id)).first()
    posting = make_posting(session, drive, employer, requirement={"混合": "不限"})
    note_posting(session, posting.id)


def _employer_is_suspended(session: Session) -> None:
    employer = session.scalars(sa.select(Employer).order_by(Employer.id)).first()
    assert employer is not None
    employer.state = EmployerState.SUSPENDED
    own = sa.select(Posting.id).where(Posting.employer_id == employer.id).order_by(Posting.id)
    for posting_id in session.scalars(own).all():
        note_posting(session, posting_id)


def _graduate_wants_another_place(session: Session) -> None:
    graduate = _first(session, Graduate)
    session.get_one(Intent, graduate.id).places = ["640300"]
    note_graduate(session, graduate.id)


def _graduate_leaves(session: Session) -> None:
    entry = session.scalars(sa.select(DriveEntry).order_by(DriveEntry.id)).first()
    assert entry is not None
    entry.left_at = clock.now()
    note_graduate(session, entry.graduate_id)


def _graduate_comes_with_an_unseen_major(session: Session) -> None:
    drive = session.scalars(sa.select(Drive)).one()
    graduate = make_graduate(
        session,
        session.get_one(Union, drive.union_id),
        major=(MajorLevel.BACHELOR, "历史学", "060101"),
        intent={"places": ["640104"]},
    )
    make_entry(session, drive, graduate)
    note_graduate(session, graduate.id)


CHANGES: tuple[Callable[[Session], None], ...] = (
    _pay_rises,
    _posting_moves_and_asks_for_another_major,
    _posting_closes,
    _posting_comes,
    _employer_is_suspended,
    _graduate_wants_another_place,
    _graduate_leaves,
    _graduate_comes_with_an_unseen_major,
)


def _assert_equal_to_a_full_run(factory: SessionFactory, drive_id: int) -> None:
    """Rank anew and compare every key and every partner."""
    followed = _lists(factory, drive_id)
    rank(factory, drive_id)
    anew = _lists(factory, drive_id)
    assert followed == anew


@pytest.mark.parametrize("change", CHANGES)
def test_after_a_change_every_list_is_what_a_full_run_gives(
    sqlite_factory: SessionFactory, change: Callable[[Session], None]
) -> None:
    with transaction(sqlite_factory) as session:
        drive_id = make_ranked_drive(session).id
    rank(sqlite_factory, drive_id)
    before = _lists(sqlite_factory, drive_id)
    with transaction(sqlite_factory) as session:
        change(session)

    ran = drain(sqlite_factory)

    assert FOLLOW in ran
    assert _lists(sqlite_factory, drive_id) != before
    _assert_equal_to_a_full_run(sqlite_factory, drive_id)


def test_all_changes_one_after_the_other_equal_a_full_run(
    session_factory: SessionFactory, drive_id: int
) -> None:
    for change in CHANGES:
        with transaction(session_factory) as session:
            change(session)
        drain(session_factory)

    _assert_equal_to_a_full_run(session_factory, drive_id)


def test_a_worker_that_starts_anew_stores_what_stands_already(
    session_factory: SessionFactory, drive_id: int
) -> None:
    for change in CHANGES[:3]:
        with transaction(session_factory) as session:
            change(session)
    drain(session_factory)
    before = _lists(session_factory, drive_id)
    live._states.clear()

    with transaction(session_factory) as session:
        _graduate_wants_another_place(session)
    drain(session_factory)

    assert _lists(session_factory, drive_id) != before
    _assert_equal_to_a_full_run(session_factory, drive_id)


def test_a_worker_that_dies_between_own_list_and_the_others_loses_nothing(
    session_factory: SessionFactory, drive_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(session_factory) as session:
        _pay_rises(session)
    with monkeypatch.context() as broken:
        broken.setattr(live, "_store_some", _die)
        with pytest.raises(AssertionError, match=FOLLOW):
            drain(session_factory)
    with reading(session_factory) as session:
        run = session.scalars(sa.select(RankingRun)).one()
        assert run.followed_change == run.as_of_change
    live._states.clear()
    with transaction(session_factory) as session:
        session.execute(sa.text("UPDATE job SET run_after = created_at"))

    drain(session_factory)

    _assert_equal_to_a_full_run(session_factory, drive_id)


def _die(*_: object) -> int:
    raise OSError("killed")


def test_a_posting_past_its_last_day_leaves_all_lists_on_the_next_morning(
    sqlite_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(sqlite_factory) as session:
        drive_id = make_ranked_drive(session).id
        posting = _first(session, Posting)
        posting.closes_on = clock.today()
    rank(sqlite_factory, drive_id)
    tomorrow = clock.today() + dt.timedelta(days=1)
    monkeypatch.setattr(clock, "today", lambda: tomorrow)

    with transaction(sqlite_factory) as session:
        assert note_lapsed_postings(session, tomorrow) == 1
    drain(sqlite_factory)

    lists = _lists(sqlite_factory, drive_id)
    assert (ListSide.POSTING_ORDINARY, posting.id) not in lists
    _assert_equal_to_a_full_run(sqlite_factory, drive_id)


def test_snapshots_of_current_and_young_runs_stay_and_others_go(
    sqlite_factory: SessionFactory,
) -> None:
    with transaction(sqlite_factory) as session:
        drive_id = make_ranked_drive(session).id
    first = rank(sqlite_factory, drive_id)
    with transaction(sqlite_factory) as session:
        _graduate_wants_another_place(session)
    second = rank(sqlite_factory, drive_id)
    later = clock.now() + dt.timedelta(days=31)

    with reading(sqlite_factory) as session:
        settings = settings_of(session)
        hashes = [session.get_one(RankingRun, id_).snapshot_hash for id_ in (first, second)]
        young = needed_hashes(session, clock.now())
        old = needed_hashes(session, later)
    removed = prune_snapshots(settings, old, later)

    assert hashes[0] != hashes[1]
    assert young == {(drive_id, content_hash) for content_hash in hashes}
    assert old == {(drive_id, hashes[1])}
    assert removed == 1
    assert [folder.name for folder in settings.snapshots.glob("*/*")] == [hashes[1]]
