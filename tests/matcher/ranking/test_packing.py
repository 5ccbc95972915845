"""Streamed snapshots: the bytes of the simple builder, whatever the batches and the order of rows."""

from collections.abc import Iterator
from random import Random
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import InvalidInputError, SnapshotError
from matcher.ranking import columns
from matcher.ranking.facts import GraduateFacts, PostingFacts
from matcher.ranking.limits import (
    check_certificates,
    check_leaves,
    check_vocabulary,
    read_parameters,
)
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.snapshot import build_snapshot
from matcher.ranking.text import TextModel, fit_text_model
from matcher.ranking.text_batches import TermCoder, TextBatch, TextFrequencies, Vectoriser
from tests.factories.ranking import (
    KEY,
    many_graduates,
    many_postings,
    parameters,
    seeded_world,
    toy_compiler,
)
from tests.oracles.snapshots import simple_snapshot


@settings(max_examples=60, deadline=None)
@given(
    many_graduates(),
    many_postings(),
    parameters(),
    st.integers(1, 5),
    st.randoms(use_true_random=False),
)
def test_a_streamed_snapshot_is_the_simple_one_byte_for_byte(
    graduates: list[GraduateFacts],
    postings: list[PostingFacts],
    drive: DriveParameters,
    batch: int,
    random: Random,
) -> None:
    expected = simple_snapshot(
        graduates, postings, drive, compile_leaves=toy_compiler, lottery_key=KEY
    )
    random.shuffle(graduates)
    random.shuffle(postings)

    with patch.object(columns, "BATCH", batch):
        streamed = build_snapshot(
            iter(graduates), iter(postings), drive, compile_leaves=toy_compiler, lottery_key=KEY
        )

    assert streamed.description() == expected.description()
    for (name, ours), theirs in zip(
        streamed.arrays().items(), expected.arrays().values(), strict=True
    ):
        assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape), name
        assert ours.tobytes() == theirs.tobytes(), name
    assert streamed.content_hash() == expected.content_hash()


def test_a_larger_world_and_a_frozen_text_model_agree_as_well() -> None:
    people, offers = seeded_world(400, 90, 5)
    model = fit_text_model((facts.text for facts in people[:50]), 12)
    given_model = {"compile_leaves": toy_compiler, "lottery_key": KEY, "text_model": model}

    ours = build_snapshot(people, offers, DriveParameters(), **given_model)  # type: ignore[arg-type]  # a dict
    theirs = simple_snapshot(people, offers, DriveParameters(), **given_model)  # type: ignore[arg-type]  # a dict

    assert ours.content_hash() == theirs.content_hash()


def test_rows_are_forgotten_as_they_stream_by() -> None:
    people, offers = seeded_world(60, 5, 6)
    alive: list[int] = []

    def stream() -> Iterator[GraduateFacts]:
        for number in range(len(people)):
            yield people.pop()
            alive.append(number)

    build_snapshot(
        stream(), offers, DriveParameters(), compile_leaves=toy_compiler, lottery_key=KEY
    )

    assert (len(alive), people) == (60, [])


WRITTEN = st.text(
    st.sampled_from("会计财务软件。， abzAZ09+#ＡｂＣ１㎡㐀䶿鿿一\n𠀀é") | st.characters(),
    max_size=60,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(WRITTEN, max_size=12), st.integers(0, 40), st.integers(1, 5))
def test_texts_by_the_batch_weigh_what_each_weighs_alone(
    texts: list[str], limit: int, batch: int
) -> None:
    coder, frequencies = TermCoder(), TextFrequencies()
    batches = [TextBatch.of(texts[at : at + batch]) for at in range(0, len(texts), batch)]
    for one in batches:
        frequencies.add(one, coder)

    model = frequencies.model(limit, coder)
    expected = fit_text_model(texts, limit)
    assert model.vocabulary == expected.vocabulary
    assert model.idf.tolist() == expected.idf.tolist()
    vectoriser = Vectoriser(expected, coder)
    found = [row for one in batches for row in zip(*vectoriser.vectors(one), strict=True)]
    for text, (numbers, weights) in zip(texts, found, strict=True):
        alone = expected.vector(text)
        assert (numbers.tolist(), weights.tolist()) == (alone[0].tolist(), alone[1].tolist())


def test_frequencies_added_up_early_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["会计和财务", "财务软件", "软件 Java", "java 会计"] * 3
    monkeypatch.setattr("matcher.ranking.text_batches._PENDING", 5)
    coder, frequencies = TermCoder(), TextFrequencies()

    for text in texts:
        frequencies.add(TextBatch.of([text]), coder)

    assert frequencies.model(99, coder).vocabulary == fit_text_model(texts, 99).vocabulary


def test_more_than_a_vector_holds_keeps_the_heaviest() -> None:
    texts = ["".join(chr(0x4E00 + step * 7 + at) for at in range(80)) for step in range(9)]
    texts += ["".join(text for text in texts) * 3]
    model, coder = fit_text_model(texts, 5_000), TermCoder()

    numbers, weights = Vectoriser(model, coder).vectors(TextBatch.of(texts))

    for row, text in enumerate(texts):
        alone = model.vector(text)
        assert numbers[row].tolist() == alone[0].tolist()
        assert weights[row].tolist() == alone[1].tolist()


def _so_many_certificates(count: int) -> None:
    check_certificates({f"证{number}": count - number for number in range(count)})


@pytest.mark.parametrize(
    ("check", "count", "code"),
    [
        (check_leaves, 65_536, "too_many_leaves"),
        (_so_many_certificates, 65, "too_many_certificates"),
    ],
)
def test_one_more_than_the_limit_is_refused_and_the_sentence_says_how_many(
    check: object, count: int, code: str
) -> None:
    check(count - 1)  # type: ignore[operator]  # one of two functions
    with pytest.raises(SnapshotError, match=str(count)) as caught:
        check(count)  # type: ignore[operator]  # one of two functions
    assert caught.value.code == code
    assert "请" in caught.value.message


def test_a_vocabulary_without_room_for_padding_is_refused() -> None:
    words = tuple(f"w{number}" for number in range(65_535))
    fits = TextModel(words[:-1], np.zeros(65_534, dtype=np.int32))
    check_vocabulary(fits)

    with pytest.raises(SnapshotError, match="65535"):
        check_vocabulary(TextModel(words, np.zeros(65_535, dtype=np.int32)))


def test_points_above_the_limit_say_how_many_they_are() -> None:
    stored = DriveParameters().to_dict() | {"points": {"text": 30_000}}

    with pytest.raises(InvalidInputError):
        DriveParameters.from_dict(stored)
    with pytest.raises(SnapshotError, match="38000") as caught:
        read_parameters(stored)
    assert caught.value.code == "parameters_limit"
