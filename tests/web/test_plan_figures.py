"""Figures of a plan in words: a sentence about who may object is never against the number beside it."""

from typing import Any

import pytest
from flask import Flask

from web.words import plans as plan_words


def _figures(fair: dict[str, int], most: dict[str, int]) -> dict[str, Any]:
    def rule(more: dict[str, int]) -> dict[str, Any]:
        total = {
            "people": 9, "seated": 5, "fit_sum": 10, "place_sum": 5, "first_wishes": 5,
            "objecting_pairs": 1838, "objectors": 708, "published_pairs": 0, "published_objectors": 0,
        } | more  # fmt: skip
        return {"total": total, "by_class": [total] * 6, "uncovered": 0, "seconds": 0.1}

    return {"fair": rule(fair), "most": rule(most)}


_OBJECTED = {"published_pairs": 31, "published_objectors": 12}


def test_nobody_is_said_to_object_beside_a_figure_of_objections_by_the_published_rules(
    app: Flask,
) -> None:
    figures = _figures({}, _OBJECTED)
    with app.test_request_context():
        rows = {one.words: (one.fair, one.most) for one in plan_words.compared(figures)}
        fair, most = (plan_words.rule_words(rule, figures) for rule in ("fair", "most"))
        pinned = plan_words.rule_words("fair", _figures(_OBJECTED, {}))
        price = plan_words.price_words(figures)

    assert rows["按公布的规则可提异议的组合"] == ("0", "31")
    assert rows["按公布的规则可提异议的人"] == ("0", "12")
    assert rows["若不设预留和保底，可提异议的组合"] == ("1,838", "1,838")
    assert "按公布的规则，没有人能指出" in fair
    assert "有 12 人能指出" in most
    assert "没有人能指出" not in most + pinned
    assert "因为有固定或禁止" in pinned
    assert price == "两个方案安置的人一样多；按公布的规则，可提异议的组合多 31 个。"


@pytest.mark.parametrize(
    ("fair", "most", "words"),
    [
        ({}, {"seated": 7}, "多安置 2 人；按公布的规则，可提异议的组合一样多"),
        ({"published_pairs": 31}, {}, "一样多；按公布的规则，可提异议的组合少 31 个"),
        ({"seated": 7}, {}, "少安置 2 人"),
    ],
)
def test_fewer_is_said_as_fewer_never_as_a_negative_more(
    app: Flask, fair: dict[str, int], most: dict[str, int], words: str
) -> None:
    with app.test_request_context():
        said = plan_words.price_words(_figures(fair, most))
    assert words in said
    assert "-" not in said
    assert "−" not in said


@pytest.mark.parametrize(
    ("name", "widths"), [("published_pairs", {0.0, 100.0}), ("objecting_pairs", {100.0})]
)
def test_objections_are_drawn_by_both_measures(app: Flask, name: str, widths: set[float]) -> None:
    with app.test_request_context():
        bars = plan_words.objection_bars(_figures({}, _OBJECTED), name=name)
    assert {width for one in bars for width in (one.fair_width, one.most_width)} == widths
