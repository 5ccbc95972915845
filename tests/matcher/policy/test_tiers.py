"""Tiers come out as their sources say: vectors at every boundary, strict where the source is strict."""

from collections.abc import Mapping

import pytest

from matcher.kinds import HardshipTier
from matcher.kinds.tiers import TierAnswer
from matcher.policy.tiers import rule_sets
from matcher.policy.tiers.amounts import fen_of, yuan
from matcher.policy.tiers.calculator import Result, calculate
from matcher.policy.tiers.inputs import Given
from matcher.policy.tiers.working import write_working

CLEAN = {"two_dwellings": 0, "business": 0, "vehicle": 0, "costly_school": 0}
CALM = {"event_harm": 0, "accident": 0}


def work_out(name: str, facts: Mapping[str, int]) -> Result:
    rule_set = rule_sets.find(rule_sets.load_shipped(), name)
    assert rule_set is not None
    return calculate(rule_set, {key: Given(value) for key, value in facts.items()})


def answer(name: str, facts: Mapping[str, int]) -> str:
    outcome = work_out(name, facts).outcome
    return outcome.grade.code if outcome.grade else outcome.answer.value


@pytest.mark.parametrize(
    ("income", "aid", "per_head", "eligible"),
    [
        ("30240", "0", "840.00", False),
        ("30239", "0", "839.97", True),
        ("28000", "4000", "888.89", False),
        ("30239.99", "0", "840.00", True),
    ],
)
def test_the_vectors_of_yinchuan_come_out(
    income: str, aid: str, per_head: str, eligible: bool
) -> None:
    facts = {"income": fen_of(income), "aid": fen_of(aid), "tuition": 0, "people": 3}

    result = work_out("yinchuan_2018", facts)

    assert result.per_head_fen is not None
    assert yuan(result.per_head_fen) == per_head
    assert (result.outcome.answer is TierAnswer.YES) == eligible
    assert result.tier is None, "an aid formula sets no tier"


def test_aid_is_added_and_tuition_taken_off() -> None:
    base = {"income": fen_of("30240"), "people": 3}

    assert answer("yinchuan_2018", base | {"tuition": 1, "aid": 0}) == "student_aid"
    assert answer("yinchuan_2018", base | {"tuition": 1, "aid": 1}) == "no"


def test_a_figure_that_rounds_to_the_line_shows_on_which_side_it_is() -> None:
    facts = {"income": fen_of("30239.99"), "aid": 0, "tuition": 0, "people": 3}

    lines = write_working(work_out("yinchuan_2018", facts))

    shown = next(line["value"] for line in lines if line["part"] == "figure")
    assert shown == "839.999722 元"


def test_the_working_shows_which_years_aid_counts_and_where_it_comes_from() -> None:
    facts = {"income": fen_of("28000"), "aid": fen_of("4000"), "tuition": 0, "people": 3}
    lines = write_working(work_out("yinchuan_2018", facts))

    choice = next(line for line in lines if line["part"] == "choice")
    figure = next(line for line in lines if line["part"] == "figure")
    assert (choice["label"], choice["value"]) == ("计入哪一年度的工会助学资金", "上一年度")
    assert figure["expression"] == "(28,000.00 − 0.00 + 4,000.00) ÷ 3 ÷ 12"
    assert "宁工办通" in lines[0]["source"]


def _current(net: int, **more: int) -> dict[str, int]:
    """Three people, a line of 650.00: net income of the year in fen."""
    return CLEAN | CALM | {"income": net, "rigid": 0, "people": 3, "minimum": 65000} | more


LINE = 65000 * 12 * 3


@pytest.mark.parametrize("name", ["current", "current_qingdao"])
@pytest.mark.parametrize(
    ("net", "expected"),
    [
        (LINE - 1, "deep"),
        (LINE, "relative"),
        (2 * LINE - 1, "relative"),
        (2 * LINE, "no"),
    ],
)
def test_deep_and_relative_end_strictly_below_one_and_two_lines(
    name: str, net: int, expected: str
) -> None:
    more = {"school_fee": 0, "public_school_fee": 0, "migrant": 0}

    assert answer(name, _current(net, **more)) == expected


@pytest.mark.parametrize(
    ("loss", "compensation", "expected"),
    [(80, 0, "no"), (81, 0, "accidental"), (90, 10, "no"), (91, 10, "accidental")],
)
def test_an_accident_counts_above_eighty_percent_of_the_income_after_compensation(
    loss: int, compensation: int, expected: str
) -> None:
    income = 3 * LINE // 100 * 100
    facts = _current(
        income,
        accident=1,
        accident_cost=income // 100 * loss,
        compensation=income // 100 * compensation,
    )

    assert answer("current", facts) == expected


def test_an_event_with_harm_needs_no_amount() -> None:
    assert answer("current", _current(3 * LINE, event_harm=1)) == "accidental"


@pytest.mark.parametrize("exclusion", list(CLEAN))
def test_an_exclusion_stops_every_tier(exclusion: str) -> None:
    assert answer("current", _current(0, **{exclusion: 1})) == "no"


@pytest.mark.parametrize(("fee", "expected"), [(2000, "deep"), (2001, "no")])
def test_a_school_fee_excludes_above_twice_the_public_one(fee: int, expected: str) -> None:
    facts = _current(0, school_fee=fee, public_school_fee=1000, migrant=0)

    assert answer("current_qingdao", facts) == expected


@pytest.mark.parametrize("lacking", ["long_term_city", "union_member", "labour_year"])
def test_a_migrant_worker_must_show_all_three_in_qingdao(lacking: str) -> None:
    shown = {"migrant": 1, "long_term_city": 1, "union_member": 1, "labour_year": 1}
    facts = _current(0, school_fee=0, public_school_fee=0)

    assert answer("current_qingdao", facts | shown) == "deep"
    assert answer("current_qingdao", facts | shown | {lacking: 0}) == "no"


def _old(income: int, **more: int) -> dict[str, int]:
    known = {"rigid": 0, "people": 3, "minimum": 65000, "accident": 0}
    return CLEAN | known | {"six_months": 0, "short_after_relief": 0, "income": income} | more


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (_old(LINE - 1, six_months=1), "minimum_living"),
        (_old(LINE - 1, short_after_relief=1), "minimum_living"),
        (_old(LINE, six_months=1), "near_minimum"),
        (_old(LINE * 3 // 2, rigid=LINE // 2), "near_minimum"),
        (_old(LINE * 3 // 2, rigid=LINE // 2 - 1), "city_auxiliary"),
        (_old(LINE * 3 // 2 + 1, rigid=LINE), "city_auxiliary"),
        (_old(2 * LINE), "city_auxiliary"),
        (_old(2 * LINE + 1), "no"),
        (_old(3 * LINE, accident=1, accident_cost=2 * LINE), "accidental_2016"),
        (_old(3 * LINE, accident=1, accident_cost=2 * LINE - 1), "no"),
        (_old(3 * LINE + 1, accident=1, accident_cost=2 * LINE + 1, investments=0, savings=0), "accidental_2016"),
        (_old(3 * LINE + 1, accident=1, accident_cost=2 * LINE + 1, investments=0, savings=1), "no"),
    ],
)  # fmt: skip
def test_the_grades_of_2016_end_where_their_source_says(
    facts: dict[str, int], expected: str
) -> None:
    assert answer("generation_2016", facts) == expected


def test_what_could_not_change_the_answer_is_not_asked_for() -> None:
    """低保 line met by income alone: rigid expenses can only lower it."""
    result = work_out("current", CLEAN | {"income": LINE - 1, "people": 3, "minimum": 65000})

    assert result.outcome.answer is TierAnswer.YES
    assert result.tier is HardshipTier.DEEP
    assert result.asked_for == ()


def test_a_tier_that_depends_on_a_missing_amount_asks_for_it_alone() -> None:
    result = work_out("current", CLEAN | {"income": LINE, "people": 3, "minimum": 65000})

    assert result.outcome.answer is TierAnswer.UNKNOWN
    assert result.outcome.at_least is not None
    assert result.outcome.at_least.code == "relative"
    assert result.asked_for == ("rigid",)


def test_without_the_local_line_the_answer_asks_for_it() -> None:
    result = work_out("current", CLEAN | CALM | {"income": LINE, "rigid": 0, "people": 3})

    assert result.outcome.answer is TierAnswer.UNKNOWN
    assert result.asked_for == ("minimum",)


@pytest.mark.parametrize(
    ("per_head", "near"),
    [(83000, True), (82999, False), (85000, True), (85001, False), (84000, True)],
)
def test_near_the_line_a_person_decides(per_head: int, near: bool) -> None:
    facts = {"income": per_head * 36, "tuition": 0, "aid": 0, "people": 3}

    assert work_out("yinchuan_2018", facts).is_near is near


def test_a_line_that_does_not_decide_is_not_near() -> None:
    """At the line of 深度, but excluded: the answer would be the same."""
    assert work_out("current", _current(LINE)).is_near
    assert not work_out("current", _current(LINE, vehicle=1)).is_near


def test_doubtful_sources_say_so_in_the_working() -> None:
    lines = write_working(work_out("current", _current(LINE)))

    accidental = next(line for line in lines if line["label"] == "意外致困")
    assert "C 网络转载" in accidental["source"]


def test_near_a_line_the_margin_is_the_one_to_that_line() -> None:
    """相对困难 by 1 fen only: shown against the line of 深度, not its own far one."""
    result = work_out("current", _current(LINE))

    assert (result.line_fen, result.margin_fen) == (65000, 0)
