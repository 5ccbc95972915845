"""Reading 学历 texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.kinds import EducationLevel as L
from matcher.vocabulary.education import read_education, read_level


@pytest.mark.parametrize(
    ("text", "minimum", "maximum"),
    [
        ("本科以上", L.BACHELOR, None),
        ("本科及以上", L.BACHELOR, None),
        ("大学专科及以上学历", L.COLLEGE, None),
        ("大专、本科", L.COLLEGE, L.BACHELOR),
        ("大专或本科", L.COLLEGE, L.BACHELOR),
        ("大专及本科以上", L.COLLEGE, None),
        ("硕士研究生及以上", L.MASTER, None),
        ("研究生(硕士以上)", L.MASTER, None),
        ("本科及研究生", L.BACHELOR, None),
        ("本科或硕士研究生", L.BACHELOR, L.MASTER),
        ("仅限本科", L.BACHELOR, L.BACHELOR),
        ("仅限硕士研究生", L.MASTER, L.MASTER),
        ("最低学历：本科", L.BACHELOR, None),
        ("初中及以下", None, L.SECONDARY),
        ("中专/高中", L.SECONDARY, None),
        ("高级工班及以上", L.COLLEGE, None),
        ("博士", L.DOCTOR, None),
        ("专升本", L.BACHELOR, None),
        ("本科以上学历、学士以上学位", L.BACHELOR, None),
        ("不限", None, None),
        ("学历不限", None, None),
    ],
)
def test_limits_are_read_as_written(text: str, minimum: L | None, maximum: L | None) -> None:
    reading = read_education(text)

    assert (reading.minimum, reading.maximum, reading.understood) == (minimum, maximum, True)


@pytest.mark.parametrize(
    ("text", "minimum", "rest"),
    [
        ("1-3年本科", L.BACHELOR, "1-3年"),
        ("经验不限大专", L.COLLEGE, "经验不限"),
        ("10年以上博士", L.DOCTOR, "10年以上"),
        ("5天/周3个月学历不限", None, "5天/周3个月"),
    ],
)
def test_experience_glued_to_the_level_is_kept_as_rest(
    text: str, minimum: L | None, rest: str
) -> None:
    reading = read_education(text)

    assert (reading.minimum, reading.text_rest) == (minimum, rest)


def test_one_level_alone_is_marked_for_the_caller_to_decide() -> None:
    assert read_education("本科").plain
    assert not read_education("本科及以上").plain
    assert not read_education("仅限本科").plain


def test_unlimited_experience_is_not_unlimited_education() -> None:
    assert read_education("专业不限，本科").minimum is L.BACHELOR


@given(st.text())
def test_any_text_reads_and_what_was_not_understood_limits_nothing(text: str) -> None:
    reading = read_education(text)

    assert reading.understood or (reading.minimum is None and reading.maximum is None)


@given(st.sampled_from(L), st.sampled_from(["及以上", "以上", "或以上", "及以上学历"]))
def test_a_level_and_above_admits_exactly_the_levels_from_there(level: L, words: str) -> None:
    name = {L.SECONDARY: "高中", L.COLLEGE: "专科"}.get(level, level.label)

    reading = read_education(name + words)

    assert [other for other in L if reading.admits(other)] == [o for o in L if o.rank >= level.rank]


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("101", L.DOCTOR),
        ("111", L.MASTER),
        ("231", L.BACHELOR),
        ("341", L.COLLEGE),
        ("361", L.COLLEGE),
        ("231.0", L.BACHELOR),
        ("11", L.DOCTOR),
        ("14", L.MASTER),
        ("21", L.BACHELOR),
        ("31", L.COLLEGE),
        ("61", L.SECONDARY),
        ("90", None),
        ("231 本科", L.BACHELOR),
        ("硕士研究生毕业", L.MASTER),
        ("本科毕业、硕士学位", L.MASTER),
        ("大学专科", L.COLLEGE),
        ("大学", L.BACHELOR),
        ("mba", L.MASTER),
        ("其他", None),
        ("", None),
    ],
)
def test_a_register_entry_gives_its_level(text: str, level: L | None) -> None:
    assert read_level(text) is level


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("专科(高职)", L.COLLEGE),
        ("高职（专科）", L.COLLEGE),
        ("普通全日制本科", L.BACHELOR),
        ("统招本科", L.BACHELOR),
        ("本科（学士）", L.BACHELOR),
        ("高职本科", L.BACHELOR),
        ("第二学士学位", L.BACHELOR),
        ("双学位", L.BACHELOR),
        ("专插本", L.BACHELOR),
        ("硕研", L.MASTER),
        ("研究生班", L.MASTER),
        ("EMBA", L.MASTER),
        ("本硕连读", L.MASTER),
        ("直接攻博的博士生", L.DOCTOR),
        ("电大专科", L.COLLEGE),
        ("大学普通班", L.COLLEGE),
        ("中专/技校", L.SECONDARY),
        ("中等专科", L.SECONDARY),
        ("技工学校", L.SECONDARY),
        ("博", L.DOCTOR),
        ("硕", L.MASTER),
        ("本", L.BACHELOR),
        ("专", L.COLLEGE),
    ],
)
def test_every_common_spelling_of_a_level_is_read_whole(text: str, level: L) -> None:
    reading = read_education(text)

    assert read_level(text) is level
    assert reading.minimum is level


@pytest.mark.parametrize(
    "text", ["本科生毕业", "中专毕业生", "本科教育", "统招大专", "EMBA", "高职本科"]
)
def test_nothing_of_a_spelling_is_left_over(text: str) -> None:
    reading = read_education(text)

    assert (reading.text_rest, reading.plain) == ("", True)


@pytest.mark.parametrize("text", ["基本科目", "某某资本科技有限公司", "专本", "研发", "成本科"])
def test_a_level_inside_another_word_is_not_read(text: str) -> None:
    assert read_level(text) is None
