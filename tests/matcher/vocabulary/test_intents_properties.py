"""Any text of wishes is read without a crash, in time, in spans that cover it; the accuracy reached is kept."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.vocabulary.intents import IntentReading, read_intent
from matcher.vocabulary.intents.evaluating import FIELDS, Evaluation, evaluate_lines
from tests.support.counted_work import calls_of

DATA = Path(__file__).parent / "data"
CALLS_A_CHARACTER = 100
"""Every unit takes 18 to 48, however long the text; what grows with the square, thousands."""
CALLS_AT_ALL = 5_000

WORDS = st.sampled_from(
    [
        *"想在去做当不要和或、，。；, ！/（）除了外非只也",
        *(
            "银川",
            "朝阳",
            "贺兰",
            "宁夏",
            "长三角",
            "附近",
            "老家",
            "会计",
            "销售",
            "前端",
            "运营",
            "保险",
            "互联网",
        ),
        *(
            "国企",
            "私企",
            "4000以上",
            "四千五",
            "4k-6k",
            "年薪10万",
            "不考虑",
            "除外",
            "离家近",
            "哪里都行",
            "省内",
        ),
        *(
            "😀",
            "４０００",
            "\u200b",
            "\n",
            "  ",
            "Ａ",
            "㎡",
            "2026届",
            "13812345678",
            "呱唧",
            "学会计的",
            "宁夏大学",
        ),
    ]
)


def _excluded(reading: IntentReading) -> set[str]:
    return {code for one in reading.excluded for code in one.codes}


@settings(deadline=None)  # the machine may be busy; work is counted by a test of its own
@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=40).map("".join)))
def test_the_spans_of_any_text_cover_it_and_name_only_what_is_there(text: str) -> None:
    reading = read_intent(text)

    assert "".join(span.text for span in reading.spans) == text
    assert all(text[span.start : span.end] == span.text for span in reading.spans)
    for codes in (reading.places, reading.occupations, reading.industries):
        assert len(codes) <= 3
        assert len(set(codes)) == len(codes)
        assert not set(codes) & _excluded(reading)


@settings(deadline=None)
@given(st.lists(WORDS, max_size=15).map("".join), st.sampled_from(["销售", "北京", "私企"]))
def test_refusing_more_never_wants_more(text: str, refused: str) -> None:
    before = read_intent(text)

    after = read_intent(f"{text}。不要{refused}")

    assert set(after.places) <= {*before.places, *(c for o in before.beyond for c in o.codes)}
    assert set(after.unit_kinds) <= set(before.unit_kinds)


@pytest.mark.parametrize(
    "unit",
    [
        "银川",
        "会 计 ",
        "不愿意",
        "做甲乙丙",
        "学会计会",
        "4000-",
        "哪里",
        "大学",
        "非会计不去",
        "，",
        "一",
    ],
)
def test_work_is_in_proportion_to_the_text(unit: str) -> None:
    read_intent("想在银川做工程测量会计")  # tables are read once
    text = (unit * 2000)[:2000]

    work = calls_of(lambda: read_intent(text))

    assert work <= CALLS_AT_ALL + CALLS_A_CHARACTER * len(text)


def _evaluated(name: str) -> Evaluation:
    with (DATA / f"intents_{name}.jsonl").open(encoding="utf-8") as lines:
        return evaluate_lines(lines)


@pytest.mark.parametrize(
    ("name", "least", "least_any"),
    [("development", 0.99, 0.97), ("holdout", 0.98, 0.92), ("fresh", 0.95, 0.82)],
)
def test_the_accuracy_reached_is_kept(name: str, least: float, least_any: float) -> None:
    result = _evaluated(name)

    assert result.refused == []
    assert sum(map(result.accuracy, FIELDS)) / len(FIELDS) >= least
    assert min(map(result.accuracy, FIELDS)) >= least_any


def test_no_own_sentence_gets_a_wish_it_refuses() -> None:
    for name in ("development", "holdout", "fresh"):
        result = _evaluated(name)
        assert result.by_field["excluded"]["missed"] == 0
