"""Figures of a plan in words: a sentence about who may object is never against the number beside it."""

from typing import Any

import pytest
from flask import Flask

from web.words import plans as words


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
        rows = {one.words: (one.fair, one.most) for one in words.compared(figures)}
        fair, most = (words.rule_words(rule, figures) for rule in ("fair", "most"))
        pinned = words.rule_words("fair", _figures(_OBJECTED, {}))
        price = words.price_words(figures)

    assert rows["按公布的规则可提异议的组合"] == ("0", "31")
    assert rows["按公布的规则可提异议的人"] == ("0", "12")
    assert rows["若不设预留和保底，可提异议的组合"] == ("1,838", "1,838")
    assert "按公布的规则，没有人能指出" in fair
    assert "有 12 人能指出" in most
    assert "没有人能指出" not in most + pinned
    assert "因为有固定或禁止" in pinned
    assert "按公布的规则，最多方案可提异议的组合多 31 个" in price


@pytest.mark.parametrize(
    ("name", "widths"), [("published_pairs", {0.0, 100.0}), ("objecting_pairs", {100.0})]
)
def test_objections_are_drawn_by_both_measures(app: Flask, name: str, widths: set[float]) -> None:
    with app.test_request_context():
        bars = words.objection_bars(_figures({}, _OBJECTED), name=name)
    assert {width for one in bars for width in (one.fair_width, one.most_width)} == widths
