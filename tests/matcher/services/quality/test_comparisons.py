"""Comparing rules on the drive as it stands: changes since the run are in, rules can be tried and taken over."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import RuleBrokenError
from matcher.kinds import PostingState, PriorityMode
from matcher.kinds.ranking_studies import PlaceRule, StudyKind
from matcher.models.drives import Drive, DriveEntry
from matcher.models.postings import Posting
from matcher.ranking.comparison import Moves, compare
from matcher.ranking.live_lists import LiveLists
from matcher.ranking.parameters import DriveParameters
from matcher.services import ranking_changes
from matcher.services.drives import get_parameters, revise_parameters
from matcher.services.permissions import SYSTEM
from matcher.services.quality import comparisons, studies
from matcher.services.quality.comparisons import compare_rules
from matcher.services.quality.hits import snapshot_of
from matcher.services.quality.shapes import Comparison, Example
from matcher.services.ranking_runs import current_run
from tests.factories.ranked_drives import drain, make_ranked_drive, rank
from workers import quality

BODIES = (quality,)
"""Modules whose import registers the bodies that are run here."""

BAND = DriveParameters(ordinary_mode=PriorityMode.BAND)


@pytest.fixture
def drive_id(sqlite_factory: SessionFactory) -> int:
    with transaction(sqlite_factory) as session:
        made = make_ranked_drive(session).id
    rank(sqlite_factory, made)
    return made


def compared(factory: SessionFactory, drive_id: int, wanted: DriveParameters) -> Comparison:
    with reading(factory) as session:
        return compare_rules(session, session.get_one(Drive, drive_id), wanted)


def test_every_graduate_is_counted_once_by_rank(
    sqlite_factory: SessionFactory, drive_id: int
) -> None:
    found = compared(sqlite_factory, drive_id, BAND)

    assert sum(one.gain + one.lose + one.same for one in found.ranks) == found.graduates == 24
    assert found.is_live
    assert sum(one.gain for one in found.ranks if one.rank) > 0
    assert found.graduate_lists.unchanged == 1  # priority never touches graduates' lists
    with reading(sqlite_factory) as session:
        run = current_run(session, drive_id)
        assert run is not None
        plain = compare(snapshot_of(session, run), DriveParameters(), BAND, seats={})
    assert found.eligible_before == plain.eligible[0]


def test_changes_since_the_run_are_in(sqlite_factory: SessionFactory, drive_id: int) -> None:
    with transaction(sqlite_factory) as session:
        posting = session.scalars(sa.select(Posting).order_by(Posting.id).limit(1)).one()
        posting.state = PostingState.CLOSED
        session.flush()
        ranking_changes.note_posting(session, posting.id)
        entry = session.scalars(sa.select(DriveEntry).order_by(DriveEntry.id).limit(1)).one()
        entry.left_at = clock.now()
        entry.left_reason = "已就业"
        session.flush()
        ranking_changes.note_graduate(session, entry.graduate_id)
    changed = compared(sqlite_factory, drive_id, BAND)

    drain(sqlite_factory)
    rank(sqlite_factory, drive_id)
    anew = compared(sqlite_factory, drive_id, BAND)

    assert (changed.graduates, changed.postings) == (23, 11)
    same = {"run": 0, "seconds": 0.0}
    assert changed.model_copy(update=same) == anew.model_copy(update=same)


def test_following_changes_ranks_no_list(
    sqlite_factory: SessionFactory, drive_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand changes would cost minutes: each ranked its own list and searched all others."""
    with transaction(sqlite_factory) as session:
        for posting in session.scalars(sa.select(Posting.id).order_by(Posting.id)).all():
            ranking_changes.note_posting(session, posting)
        entry = session.scalars(sa.select(DriveEntry).order_by(DriveEntry.id).limit(1)).one()
        ranking_changes.note_graduate(session, entry.graduate_id)

    def never(*_: object) -> None:
        raise AssertionError

    for name in ("own", "_rank", "_patch", "_reached"):
        monkeypatch.setattr(LiveLists, name, never)

    assert compared(sqlite_factory, drive_id, BAND).is_live


def test_imports_since_the_run_are_told(sqlite_factory: SessionFactory, drive_id: int) -> None:
    with transaction(sqlite_factory) as session:
        ranking_changes.note_many(session, drive_id)

    assert compared(sqlite_factory, drive_id, BAND).waiting == 1


def test_too_many_changes_are_not_followed_and_it_says_so(
    sqlite_factory: SessionFactory, drive_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparisons, "MOST_FOLLOWED", 0)
    with transaction(sqlite_factory) as session:
        ranking_changes.note_postings(
            session, {drive_id: list(session.scalars(sa.select(Posting.id)))}
        )

    assert not compared(sqlite_factory, drive_id, BAND).is_live


def test_rules_that_were_applied_can_be_compared_with_their_absence(
    sqlite_factory: SessionFactory, drive_id: int
) -> None:
    listed = DriveParameters(place_rule=PlaceRule.LISTED)
    there = compared(sqlite_factory, drive_id, listed)
    with transaction(sqlite_factory) as session:
        revise_parameters(session, SYSTEM, drive_id, listed)
    rank(sqlite_factory, drive_id)

    back = compared(sqlite_factory, drive_id, DriveParameters())

    assert there.eligible_after < there.eligible_before
    assert (back.eligible_before, back.eligible_after) == (
        there.eligible_after,
        there.eligible_before,
    )


def test_an_accepted_comparison_becomes_the_next_revision(session_factory: SessionFactory) -> None:
    with transaction(session_factory) as session:
        drive_id = make_ranked_drive(session).id
    rank(session_factory, drive_id)
    wanted = replace(BAND, cap_per_seat=2, floor_per_graduate=3)
    with transaction(session_factory) as session:
        study = studies.ask(session, SYSTEM, drive_id, StudyKind.COMPARISON, wanted=wanted)
        public_id = study.public_id
    drain(session_factory)

    with transaction(session_factory) as session:
        studies.accept(session, SYSTEM, public_id)

    with reading(session_factory) as session:
        assert get_parameters(session, session.get_one(Drive, drive_id)) == wanted


def test_the_present_rules_are_not_compared_with_themselves(
    sqlite_factory: SessionFactory, drive_id: int
) -> None:
    with transaction(sqlite_factory) as session, pytest.raises(RuleBrokenError) as refused:
        studies.ask(session, SYSTEM, drive_id, StudyKind.COMPARISON, wanted=DriveParameters())

    assert refused.value.code == "comparison_same"


def test_ten_examples_are_shown_if_ten_people_move(
    sqlite_factory: SessionFactory, drive_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    gains, losses = [3, 1, 4], list(range(10, 30))

    def most(_self: Moves, sign: int, _lottery: object, n: int) -> list[int]:
        return (gains if sign > 0 else losses)[:n]

    monkeypatch.setattr(Moves, "most", most)
    monkeypatch.setattr(comparisons, "_examples", lambda _snapshot, _moves, rows: [
        Example(graduate_id=row, top_before=0, top_after=0, lists_before=0, lists_after=0)
        for row in rows
    ])  # fmt: skip

    few = compared(sqlite_factory, drive_id, BAND)
    gains.extend(range(40, 60))
    many = compared(sqlite_factory, drive_id, BAND)

    assert [one.graduate_id for one in few.gains] == [3, 1, 4]
    assert [one.graduate_id for one in few.losses] == list(range(10, 17))
    assert (len(many.gains), len(many.losses)) == (5, 5)


def test_a_cap_is_tried_like_any_rule(sqlite_factory: SessionFactory, drive_id: int) -> None:
    found = compared(
        sqlite_factory, drive_id, DriveParameters(cap_per_seat=1, floor_per_graduate=1)
    )

    assert found.graduate_lists.whole < 1
    assert found.postings_lose > 0
    assert not found.is_cap_left_out
