"""What a graduate refuses never counts as a wish when texts are compared."""

import pytest

from matcher.vocabulary.intents.wanted import wanted_text


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("想做会计，不要销售", "想做会计，"),
        ("会计、行政都可以", "会计、行政都可以"),
        ("不考虑保险，想去银行", "，想去银行"),
        ("", ""),
    ],
)
def test_refused_words_are_left_out_and_wishes_stay(said: str, wanted: str) -> None:
    assert wanted_text(said) == wanted


def test_words_that_only_look_like_a_refusal_stay() -> None:
    assert "无人机" in wanted_text("想做无人机驾驶")
