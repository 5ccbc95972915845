"""Reasons by text name whole phrases of the offer, never the middle of a word."""

import pytest
from flask import Flask
from flask_babel import Babel

from matcher.ranking.explain import Part
from web.words.parts import ground, shared_phrases

_OFFER = "财务核算专员 参与现场审计并整理底稿；费用报销审核与凭证整理"


def _pairs(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(len(text) - 1)]


def test_a_phrase_covered_in_part_is_not_shown_beside_a_whole_one() -> None:
    terms = [*_pairs("财务核算专"), *_pairs("场审计"), *_pairs("整理底稿")]

    assert shared_phrases(terms, _OFFER) == ["整理底稿"]


def test_a_joining_word_parts_phrases_but_not_inside_a_word() -> None:
    terms = [*_pairs("费用报销审核"), *_pairs("凭证整理"), *_pairs("参与现场审计")]

    assert shared_phrases(terms, _OFFER) == ["参与现场审计", "费用报销审核", "凭证整理"]


def test_without_a_whole_phrase_the_longest_stretch_stands_in() -> None:
    assert shared_phrases(_pairs("核算专"), _OFFER) == ["核算专"]


@pytest.mark.parametrize(
    ("terms", "near", "said"),
    [
        (["护理"], [], "同时写到：护理"),
        ([], ["护士", "护理员"], "都接近职业：护士、护理员"),
        (["护理"], ["护士"], "同时写到：护理；都接近职业：护士"),
    ],
)
def test_words_in_common_and_occupations_both_are_near_to_are_told_apart(
    terms: list[str], near: list[str], said: str
) -> None:
    app = Flask(__name__)
    Babel(app, default_locale="zh")
    part = Part("text", 300, 2000, "text_match", {"terms": terms, "near": near})

    with app.test_request_context():
        assert ground(part, "护理") == said
