"""Plans in words: what may be read out tells of nobody's household; what would help names what to do."""

from typing import Any

import numpy as np
import pytest
from flask import Flask

from matcher.allocation.fair_plan import fair_plan
from matcher.allocation.guarantee_order import LeftOver
from matcher.allocation.most_plan import most_plan
from matcher.allocation.reason_shapes import PersonReasons, Refusal, SeatReason
from matcher.allocation.reasons import Reasons
from matcher.allocation.spoken_reasons import SpokenLine, SpokenReasons, spoken_reasons
from matcher.kinds import ListSide
from matcher.kinds.plan_help import HelpKind
from matcher.kinds.plan_reasons import Ahead, NoSeat
from matcher.kinds.plans import PlanRule, SeatedAs
from matcher.ranking.order import OrderRule
from matcher.ranking.parameters import DriveParameters
from matcher.services.plans.explanations import FullReasons, ProofSize, ReadAloud
from matcher.services.plans.posting_names import PostingName
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
                words = plan_reasons.spoken_sentences(ReadAloud(result.rule, told, _NAMES))
                assert not [bad for bad in _NEVER if bad in "".join(words)]
                assert len(words) == 1 + len(told.better)


@pytest.mark.parametrize(
    ("rule", "decided"),
    [(PlanRule.FAIR, "公布的次序，没有轮到您"), (PlanRule.MOST, "总的安排里没有排到您")],
)
def test_what_is_read_out_names_what_decided_by_the_rule_chosen(
    app: Flask, rule: PlanRule, decided: str
) -> None:
    line = SpokenLine(101, 1, 50, None, is_ruled_out=False)
    told = SpokenReasons(7, 100, 2, (line,), 3)
    with app.test_request_context():
        head, better = plan_reasons.spoken_sentences(ReadAloud(rule, told, _NAMES))
    assert "按您填的意向排第 2" in head  # nobody ever listed the postings as choices
    assert decided in better
    assert ("公布的次序" in head) == (rule is PlanRule.FAIR)
    assert "席位已经安排" not in better  # one may stand empty


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


def _key(fit: int, lottery: int) -> int:
    rule = OrderRule.of(DriveParameters(), ListSide.POSTING_ORDINARY)
    one = [np.asarray([value], dtype=np.int64) for value in (fit, 0, lottery)]
    return int(rule.keys(one[0], one[1], np.ones(1, dtype=np.bool_), one[2])[0])


def _refused(own: int, cutoff: int) -> FullReasons:
    line = Refusal(100, 1, NoSeat.OUTRANKED, 0, own, cutoff, (), 9)
    told = PersonReasons(1, None, (line,), 1)
    return FullReasons(PlanRule.FAIR, told, _NAMES, DriveParameters())


def test_keys_that_differ_by_the_lot_alone_are_said_to(app: Flask) -> None:
    with app.test_request_context():
        tied = plan_reasons.better_sentences(_refused(_key(900, 7), _key(900, 3)))[0]
        clear = plan_reasons.better_sentences(_refused(_key(900, 3), _key(901, 7)))[0]
    assert "由抽签决定，本人的签在后" in tied
    assert "抽签" not in clear
    assert "分数线 901，本人 900" in clear


def _left_over(ahead: Ahead) -> list[str]:
    line = Refusal(100, 1, NoSeat.GUARANTEE_ORDER, 0, 5, None, (2, 3), 9, ahead)
    told = PersonReasons(1, None, (line,), 1, left_over=LeftOver(11, ahead, 3))
    full = FullReasons(PlanRule.FAIR, told, _NAMES, DriveParameters(), proof=ProofSize(1, 32, 11))
    return plan_reasons.seat_sentences(full) + plan_reasons.better_sentences(full)


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (Ahead.HIGHER_CLASS, "类别也高于本人"),
        (Ahead.FIRST_STEP, "不计保底也按次序有席位，本人没有"),
        (Ahead.LOT, "由抽签决定，本人的签在后"),
    ],
)
def test_who_is_guaranteed_and_left_over_reads_what_decided_not_that_seats_are_for_others(
    app: Flask, ahead: Ahead, words: str
) -> None:
    with app.test_request_context():
        said = _left_over(ahead)
    assert "证明第 1 组：32 人只有 11 个席位" in said[1]
    assert "和本人争席位的 11 人都在本人之前" in said[2]
    assert words in said[2]
    assert words in said[3]
    assert "须用于保底" not in "".join(said)


def test_who_is_kept_out_by_a_guarantee_reads_the_own_key_beside_it(app: Flask) -> None:
    line = Refusal(100, 1, NoSeat.FOR_GUARANTEE, 0, _key(900, 3), None, (2,), 9)
    full = FullReasons(PlanRule.FAIR, PersonReasons(1, None, (line,), 1), _NAMES, DriveParameters())
    with app.test_request_context():
        (said,) = plan_reasons.better_sentences(full)
    assert "须用于保底（其他工会的人），本人 900" in said


def _seated(own: int, cutoff: int | None, **more: Any) -> str:
    given: dict[str, Any] = {"kind": SeatedAs.OPEN, "is_full": True, "is_pinned": False} | more
    by_lot = given.pop("by_lot", False)
    seat = SeatReason(
        posting=100,
        wish_place=1,
        group=0,
        own_key=own,
        cutoff_key=cutoff,
        competitors=9,
        **given,
    )
    told = PersonReasons(1, seat, (), 0)
    full = FullReasons(PlanRule.FAIR, told, _NAMES, DriveParameters(), by_lot)
    return plan_reasons.seat_sentences(full)[1]


@pytest.mark.parametrize(
    ("own", "cutoff", "more", "words"),
    [
        (800, 900, {}, "按次序轮不到，只因保底规则才有这个席位"),
        (800, 900, {"kind": SeatedAs.FALLBACK}, "分数线 900，本人 800，在分数线之后"),
        (800, 900, {"is_pinned": True}, "由人工固定在这里"),
        (900, None, {"kind": SeatedAs.FALLBACK}, "按保底规则入座"),
        (900, None, {}, "都保证给了入座的人，没有分数线"),
        (900, None, {"by_lot": True}, "由抽签决定，本人的签在前"),
        (900, None, {"is_full": False}, "席位未满"),
        (950, 900, {}, "分数线 900，本人 950。"),
        (900, 900, {"by_lot": True}, "由抽签决定，本人的签在前"),
    ],
)
def test_a_seat_says_by_what_it_is_held(
    app: Flask, own: int, cutoff: int | None, more: dict[str, Any], words: str
) -> None:
    with app.test_request_context():
        said = _seated(_key(own, 3), None if cutoff is None else _key(cutoff, 3), **more)
    assert words in said


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            {"kind": "lift_certificate", "posting": 100, "value": "电工证|驾驶证"},
            "渤海数据，会计：放宽“须有电工证、驾驶证”",
        ),
        ({"kind": "lift_education", "posting": 100, "value": "bachelor"}, "渤海数据，会计：放宽“本科及以上”"),
        (
            {"kind": "lift_major", "posting": 100, "value": "0806|1011", "name": "电气类、护理学类"},
            "渤海数据，会计：放宽专业要求到“电气类、护理学类”",
        ),
        ({"kind": "lift_major", "posting": 100, "value": "", "name": ""}, "渤海数据，会计：放宽专业要求到“不限”"),
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
        alike = plan_help.offer_words({**field, "places": ["640100", "1", "2"]}, _NAMES)
        both = plan_help.person_words({"changes": changes})
    assert "护理学类" in said
    assert "1 个" in said
    assert "也一样" not in said
    assert alike == said + "，放在另外 2 地之一也一样"
    assert both == "取得电工证，并且愿意去的地方放宽到：全国都可以"
    assert {kind.is_employers for kind in HelpKind} == {True, False}
