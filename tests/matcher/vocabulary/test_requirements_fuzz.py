"""No text makes the reader crash, lose a character, or work out of proportion to its length.

Time is not asserted: a machine that is busy would fail the build. Work is counted instead, in calls
of Python functions, and may grow with the length of the text, not with its square.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.kinds import MajorLevel, Verdict
from matcher.vocabulary.majors import load_catalogue
from matcher.vocabulary.requirements import Student, judge, read_requirement
from matcher.vocabulary.requirements.reader import LONGEST_TEXT
from tests.support.counted_work import calls_of

CALLS_A_CHARACTER = 400
"""Unknown words of two characters take about 200, other lists 20 to 130; what is quadratic, thousands."""
CALLS_AT_ALL = 40_000
LONG = LONGEST_TEXT
LEVEL_BACHELOR = MajorLevel.BACHELOR

NAMES = [node.name for node in load_catalogue().nodes]
CODES = [node.code for node in load_catalogue().nodes if node.code]
SIGNS = list("、，,；;。/|\n \t：:（）()【】[]〔〕《》“”-—·.")
_WORDS = (
    "不含 不包括 除外 除 除了 以外 之外 外 仅限 限 或 和 及 与 或者 以及 其他 其它 本科 研究生 "
    "专科 大专 硕士 本科： 研究生: 大学本科及以上 以本科专业报考的 不限 专业不限 无 均可 类 大类 门类 "
    "学科门类 等 等相关专业 相关专业 相近 方向 以上专业均为 均为 一级学科 专业 专业： 非 （不含 （仅限 "
    "（限 （含 （本科： 具有 证书 应届 第一学历 全日制 普通高校 统招 代码 代码： 代码为 开头 T K "
    "TK B03 A0501 0809 1202Z1 050100 学 会计 法律 财会审计类 经济金融类 计算机 "
    "食品 化工 土木、 水利 参照 目录 研究方向 一、 1. 专硕 学硕 专业学位 硕士 博士 (1) X "
)
WORDS = _WORDS.split()
FRAGMENTS = st.one_of(
    st.sampled_from(NAMES),
    st.sampled_from(CODES),
    st.sampled_from(SIGNS),
    st.sampled_from(WORDS),
    st.text(max_size=3),
)
TEXTS = st.lists(FRAGMENTS, max_size=60).map("".join)
COLUMNS = st.sampled_from([None, "本科", "研究生", "专科", "混合", "本科及以上", "UG+PG", "？"])


@st.composite
def repeated(draw: st.DrawFn) -> str:
    """A few fragments many times over: what nests, backtracks or piles up does so here."""
    unit = "".join(draw(st.lists(FRAGMENTS, min_size=1, max_size=5)))
    text = (unit * (LONG // max(1, len(unit)) + 1))[:LONG]
    return draw(FRAGMENTS) + text[: draw(st.integers(0, LONG))] + draw(FRAGMENTS)


BOMBS = {
    "brackets opened": "（" * LONG,
    "brackets closed": "）" * LONG,
    "brackets nested": "（" * 1400 + "会计、法学" + "）" * 1400,
    "brackets nested, a name in each": "（会计、" * 600 + "法学" + "）" * 600,
    "levels nested": "法学（本科：" * 400 + "法学" + "）" * 400,
    "odd brackets and codes": "[)083109" * 370,
    "codes in one bracket": "会计（" + "080901 " * 400 + "会）",
    "codes before a name in a bracket": "会计（" + "代码：0809" * 400 + "会）",
    "codes joined": "080901" * 490,
    "digits": "1" * LONG,
    "不限 again and again": "不限、" * 990,
    "不限 among conditions": "不限、具有证书、" * 370,
    "类：不限": "计算机类：不限，" * 370,
    "除 without 外": "除" * LONG,
    "除了": "除甲" * 1490,
    "除 long": ("除" + "甲" * 199) * 14,
    "非": "，非" * 1490,
    "除外": "，甲除外" * 740,
    "exclusions in brackets": "会计（不含审计）" * 370,
    "one exclusion of many": "工学（不含" + "、".join(NAMES)[: LONG - 10] + "）",
    "level marks": "本科、" * 990,
    "level marks joined": "本科或" * 990,
    "level marks with tails": "全日制普通高校大学本科生学历学位层次教育毕业生及以上" * 110,
    "leads of marks": "以其中并且且同时" * 370,
    "marks with colon": "本科：" * 990,
    "等相关": "会计等相关专业、" * 370,
    "相关 joined": "等相关学科专业类" * 370,
    "均": "以上专业均为" * 490,
    "short words": "食品、化工、生物、电子、工程、技术、管理、" * 130,
    "distinct short words": "、".join(chr(0x4E00 + i) + "气" for i in range(740)),
    "class words joined": "、".join(f"{name}类" for name in NAMES)[:LONG],
    "names joined without a sign": "".join(NAMES)[:LONG],
    "names joined by 和": "和".join(NAMES)[:LONG],
    "names with 、 inside": "土木、水利与交通工程、" * 260,
    "spaces": " " * LONG,
    "line breaks": "\n" * LONG,
    "private characters": "\ue000\x00\ud800" * 900,
    "ten thousand characters": "会计学、" * 2_500,
    "a hundred thousand characters": "会计学、法学（0301）" * 9_000,
}


def assert_whole(text: str, column: str | None) -> None:
    """Read a text, check that it is all there, and ask about somebody."""
    requirement = read_requirement(text, column)
    assert "".join(span.text for span in requirement.spans) == text
    for level in MajorLevel:
        judge(requirement, Student(level, text[:20] or "法学", text[:6]))


@given(TEXTS, COLUMNS)
def test_no_text_of_real_fragments_makes_the_reader_crash(text: str, column: str | None) -> None:
    assert_whole(text, column)


@given(st.text(max_size=200), COLUMNS)
def test_no_text_at_all_makes_the_reader_crash(text: str, column: str | None) -> None:
    assert_whole(text, column)


@given(repeated(), COLUMNS)
def test_nothing_said_a_thousand_times_makes_the_reader_crash(
    text: str, column: str | None
) -> None:
    assert_whole(text, column)


@pytest.mark.parametrize(
    "text",
    [
        "理/1除外",
        "，代码为",
        "[)083109",
        "非",
        "除",
        "（（",
        "））",
        "\ue000",
        "本科：",
        "类",
        "仅限",
    ],
)
def test_short_texts_that_are_no_list_do_not_crash(text: str) -> None:
    for column in (None, "本科", "混合"):
        assert_whole(text, column)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("bomb", BOMBS)
def test_work_is_in_proportion_to_the_text(bomb: str) -> None:
    text = BOMBS[bomb]
    read_requirement("会计学、具有相关经历")  # Loads the tables and compiles what is compiled once.

    work = calls_of(lambda: read_requirement(text, "混合"))

    assert work <= CALLS_AT_ALL + CALLS_A_CHARACTER * min(len(text), LONG)
    assert_whole(text, "混合")


@pytest.mark.parametrize("bomb", BOMBS)
def test_no_bomb_admits_everybody(bomb: str) -> None:
    stranger = Student(LEVEL_BACHELOR, "马业科学", "090304TK")

    answer = judge(read_requirement(BOMBS[bomb], "本科"), stranger)

    if bomb not in ("不限 again and again", "不限 among conditions"):
        assert answer.verdict is not Verdict.YES or "马业科学" in BOMBS[bomb]
