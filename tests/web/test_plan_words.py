"""Plans in words: what may be read out tells of nobody's household; what would help names what to do."""

from typing import Any

import pytest
from flask import Flask

from matcher.allocation.fair_plan import fair_plan
from matcher.allocation.most_plan import most_plan
from matcher.allocation.reasons import Reasons
from matcher.allocation.spoken_reasons import spoken_reasons
from matcher.kinds.plan_help import HelpKind
from matcher.kinds.plan_reasons import NoSeat
from matcher.kinds.plans import PlanRule
from matcher.ranking.parameters import DriveParameters
from matcher.services.plans.explanations import FullReasons, PostingName, ReadAloud
from tests.factories.allocation import RESERVE_RULES, random_market, rules_of
from web.words import plan_help, plan_reasons

_NEVER = (
    "零就业",
    "困难",
    "深度",
    "相对",
    "预留",
    "保底",
    "类别",
    "分数线",
    "让位",
    "固定",
    "禁止",
)
"""Nothing that tells of anybody's household, or of what staff decided about others, is read out."""

_NAMES = {number: PostingName("会计", "渤海数据") for number in range(100, 200)}


def test_what_is_read_out_names_own_facts_and_the_published_order_only(app: Flask) -> None:
    with app.test_request_context():
        for seed in range(40):
            market, rules = random_market(seed), rules_of(seed, RESERVE_RULES[seed % 4])
            result = (fair_plan, most_plan)[seed % 2](market, rules)
            for graduate in market.graduates.tolist():
                told = spoken_reasons(
                    market, result, graduate, ruled_out=market.postings[:1].tolist()
                )
                assert told is not None
                words = plan_reasons.spoken_sentences(ReadAloud(PlanRule.FAIR, told, _NAMES))
                assert not [bad for bad in _NEVER if bad in "".join(words)]
                assert len(words) == 1 + len(told.better)


def test_every_reason_has_a_sentence_for_who_makes_plans(app: Flask) -> None:
    met: set[NoSeat] = set()
    with app.test_request_context():
        for seed in range(40):
            market, rules = random_market(seed), rules_of(seed, RESERVE_RULES[seed % 4])
            result = (fair_plan, most_plan)[seed % 2](market, rules)
            reasons = Reasons(market, rules, result)
            for graduate in market.graduates.tolist():
                told = reasons.of(graduate)
                assert told is not None
                full = FullReasons(result.rule, told, _NAMES, DriveParameters())
                met |= {one.why for one in told.better}
                assert all(plan_reasons.seat_sentences(full) + plan_reasons.better_sentences(full))
    assert met >= set(NoSeat) - {NoSeat.PINNED, NoSeat.FORBIDDEN}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            {"kind": "lift_certificate", "posting": 100, "value": "电工证|驾驶证"},
            "渤海数据，会计：放宽“须有电工证、驾驶证”",
        ),
        ({"kind": "lift_education", "posting": 100, "value": "bachelor"}, "渤海数据，会计：放宽“本科及以上”"),
        ({"kind": "posting_seats", "posting": 100, "seats": 2}, "渤海数据，会计：增加预留席位 2 个"),
        ({"kind": "second_major", "value": "1202", "name": "工商管理类"}, "加修第二专业：工商管理类"),
        ({"kind": "posting_seats", "posting": 7, "seats": 1}, "岗位 7：增加预留席位 1 个"),
    ],
)  # fmt: skip
def test_a_line_says_what_to_ask_for(app: Flask, line: dict[str, Any], words: str) -> None:
    with app.test_request_context():
        assert plan_help.offer_words(line, _NAMES) == words


def test_a_field_names_majors_and_place_and_several_changes_stand_together(app: Flask) -> None:
    field = {
        "kind": "field_seats",
        "seats": 1,
        "value": "1011",
        "name": "护理学类",
        "place": "640100",
    }
    changes = [
        {"kind": "certificate", "value": "电工证", "name": ""},
        {"kind": "mobility", "value": "anywhere"},
    ]
    with app.test_request_context():
        said = plan_help.offer_words(field, _NAMES)
        both = plan_help.person_words({"changes": changes})
    assert "护理学类" in said
    assert "1 个" in said
    assert both == "取得电工证，并且愿意去的地方放宽到：全国都可以"
    assert {kind.is_employers for kind in HelpKind} == {True, False}
