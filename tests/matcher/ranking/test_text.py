"""Text: terms, weights and points that depend on nothing but the texts."""

from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from matcher.ranking.text import (
    NORM,
    PAIR_SHARE,
    SLOTS,
    TextModel,
    fit_text_model,
    is_pair,
    tenths_of,
    terms_of,
    text_points,
)
from tests.factories.ranking import WORDS

TEXTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=6).map("、".join), max_size=12)


def test_chinese_runs_give_characters_and_pairs_and_latin_words_stay_whole() -> None:
    assert terms_of("会计（Ｊａｖａ）C++") == ["会", "计", "会计", "java", "c++"]


def test_punctuation_ends_a_run() -> None:
    assert "计财" not in terms_of("会计，财务")
    assert terms_of(" ，。") == []


def test_what_begins_a_run_of_characters_counts_a_little_more() -> None:
    assert tenths_of("会计会，会 java java") == {
        "会": 10 + 10 + 3 + 10 + 3,
        "计": 10,
        "会计": 13,
        "计会": 10,
        "java": 20,
    }


@given(TEXTS)
def test_idf_is_that_of_scikit_learn(texts: list[str]) -> None:
    model = fit_text_model(texts, 1000)

    if model.vocabulary:
        peer = TfidfVectorizer(analyzer=terms_of, vocabulary=list(model.vocabulary)).fit(texts)
        share = [PAIR_SHARE if is_pair(term) else 1 for term in model.vocabulary]
        assert np.allclose(model.idf / 1024, share * peer.idf_, atol=0.0006)


@given(TEXTS, st.randoms(use_true_random=False))
def test_the_order_of_texts_changes_no_term_and_no_weight(texts: list[str], random: Random) -> None:
    model = fit_text_model(texts, 5)

    random.shuffle(texts)
    again = fit_text_model(texts, 5)

    assert model.vocabulary == again.vocabulary
    assert model.idf.tolist() == again.idf.tolist()
    assert len(model.vocabulary) <= 5


@given(TEXTS)
def test_vectors_have_length_one_or_nothing(texts: list[str]) -> None:
    model = fit_text_model(texts, 1000)

    for text in texts:
        numbers, weights = model.vector(text)
        length = float(np.sqrt((weights.astype(np.int64) ** 2).sum()))
        assert length == 0 or abs(length - NORM) < SLOTS
        assert (numbers[weights == 0] == model.padding).all()
        assert sorted(numbers.tolist()) == numbers.tolist()


def test_only_the_heaviest_terms_of_a_long_text_are_kept() -> None:
    words = [f"w{number:03d}" for number in range(60)]
    rare, frequent = words[:32], words[32:]
    model = fit_text_model([" ".join(words)] * 2 + [" ".join(frequent)] * 10, 1000)

    numbers, _ = model.vector(" ".join(words))

    assert [model.vocabulary[number] for number in numbers] == rare


def test_unknown_words_weigh_nothing() -> None:
    numbers, weights = TextModel((), np.zeros(0, dtype=np.int32)).vector("会计")

    assert not weights.any()
    assert (numbers == 0).all()


def test_points_are_the_cosine_and_never_more_than_all() -> None:
    dots = np.asarray([0, 1 << 19, 1 << 20, (1 << 20) + 5000])

    assert text_points(dots, 2000).tolist() == [0, 1000, 2000, 2000]
