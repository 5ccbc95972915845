"""Wishes in free words: what becomes a field, what is refused, what is asked, and that nothing is lost."""

import pytest

from matcher.kinds import Mobility, UnitKind
from matcher.vocabulary.intents import IntentReading, read_intent

YINCHUAN, BEIJING, SHANGHAI = "640100", "110000", "310000"
ACCOUNTING, OFFICE, SECRETARY, SALES = "2-06-03-00", "3-01-01-01", "3-01-02-02", "4-01-02-01"


def _excluded(reading: IntentReading) -> set[str]:
    return {code for one in reading.excluded for code in one.codes}


def test_the_sentence_of_the_issue_becomes_the_fields() -> None:
    reading = read_intent("想在银川或附近做会计、行政，4000以上，国企优先")

    assert reading.places == (YINCHUAN,)
    assert reading.occupations == (ACCOUNTING, OFFICE)
    assert reading.wanted_pay_yuan == 4000
    assert reading.unit_kinds == (UnitKind.STATE_OWNED,)
    assert reading.nearby
    assert reading.kept == ()


def test_nearby_reads_as_the_own_province_and_says_so() -> None:
    reading = read_intent("银川周边")

    assert reading.mobility is Mobility.PROVINCE
    assert "附近" in reading.notes[0]
    assert read_intent("银川周边，不去外地").mobility is Mobility.LISTED


def test_preference_is_the_order_of_writing_and_the_fourth_is_kept_and_said() -> None:
    reading = read_intent("吴忠、银川、固原、中卫，行政、会计")

    assert reading.places == ("640300", YINCHUAN, "640400")
    assert [(one.kind, one.words, one.codes) for one in reading.beyond] == [
        ("place", "中卫", ("640500",))
    ]
    assert reading.occupations == (OFFICE, ACCOUNTING)


@pytest.mark.parametrize(
    "text",
    [
        "不要销售",
        "销售不考虑",
        "除了销售都行",
        "除销售外都可以",
        "别给我推销售类的",
        "非销售岗",
        "拒绝销售",
        "销售免谈",
        "想做会计，不做销售",
        "不想做销售想做会计",
    ],
)
def test_what_is_refused_is_never_wanted(text: str) -> None:
    reading = read_intent(text)

    assert SALES in _excluded(reading)
    assert SALES not in reading.occupations


def test_a_comma_ends_a_refusal_and_a_joint_does_not() -> None:
    assert read_intent("不要销售，会计").occupations == (ACCOUNTING,)
    assert {SALES, "4-07-02-03"} <= _excluded(read_intent("不要销售、客服"))


def test_a_new_wish_ends_a_refusal() -> None:
    assert read_intent("不想做销售想做会计").occupations == (ACCOUNTING,)


def test_unless_is_no_refusal() -> None:
    reading = read_intent("非银川不去")

    assert (reading.places, reading.excluded) == ((YINCHUAN,), ())
    assert reading.mobility is Mobility.LISTED


def test_refusing_a_part_refuses_no_whole_industry() -> None:
    parts = read_intent("不去培训机构，不做直播带货，酒店服务员不干")

    assert not {"83", "64", "61"} & _excluded(parts)
    assert {one.words for one in parts.excluded} >= {"培训机构", "直播带货"}


def test_what_is_wanted_and_refused_is_asked() -> None:
    reading = read_intent("做销售，不做销售")

    assert reading.occupations == ()
    assert [question.words for question in reading.to_confirm] == ["销售"]


@pytest.mark.parametrize(
    ("text", "kind", "candidates"),
    [
        ("在朝阳做会计", "place", {"110105", "211300"}),
        ("鼓楼区", "place", {"320106", "350102"}),
        ("做运营", "occupation", {"4-01-06-01", "4-13-01-05"}),
        ("长三角", "place", {SHANGHAI, "320000", "330000", "340000"}),
        ("省内，全国都行", "mobility", {"province", "anywhere"}),
    ],
)
def test_an_ambiguous_word_is_asked_and_fills_nothing(
    text: str, kind: str, candidates: set[str]
) -> None:
    reading = read_intent(text)

    assert [question.kind for question in reading.to_confirm] == [kind]
    assert candidates <= set(reading.to_confirm[0].candidates)
    assert (reading.places, reading.mobility) == ((), None)


def test_equal_names_are_those_of_the_home() -> None:
    assert read_intent("鼓楼区", home="320100").places == ("320106",)
    assert read_intent("回老家", home="640104").places == (YINCHUAN,)
    assert read_intent("回老家").places == ()


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("月薪四千左右", 4000),
        ("4k-6k", 4000),
        ("不低于5千", 5000),
        ("税后6000", 6000),
        ("年薪10万", 8333),
        ("一万二以上", 12000),
        ("３５００", 3500),
        ("￥5,500", 5500),
        ("6000以下也行", None),
        ("工资不限", None),
        ("2026届", None),
        ("13812345678", None),
        ("世界500强", None),
        ("200人的公司", None),
    ],
)
def test_the_wanted_pay_is_the_low_end(text: str, yuan: int | None) -> None:
    assert read_intent(text).wanted_pay_yuan == yuan


@pytest.mark.parametrize(
    ("text", "mobility"),
    [
        ("离家近", Mobility.LISTED),
        ("不去外地", Mobility.LISTED),
        ("只想留在银川", Mobility.LISTED),
        ("省内", Mobility.PROVINCE),
        ("江苏省内都可以", Mobility.PROVINCE),
        ("不想出省", Mobility.PROVINCE),
        ("不出宁夏", Mobility.PROVINCE),
        ("哪里都行", Mobility.ANYWHERE),
        ("服从分配", Mobility.ANYWHERE),
        ("地点不限", Mobility.ANYWHERE),
        ("可以接受外地", Mobility.ANYWHERE),
        ("工资不限", None),
        ("国企也行", None),
    ],
)
def test_how_far_somebody_moves_is_read_from_their_words(
    text: str, mobility: Mobility | None
) -> None:
    assert read_intent(text).mobility is mobility


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("码农", "4-04-05-01"),
        ("前端", "2-02-10-03"),
        ("幼师", "2-08-03-00"),
        ("文员", SECRETARY),
        ("HR", "2-06-08-01"),
        ("跑业务", SALES),
    ],
)
def test_slang_is_an_occupation(text: str, code: str) -> None:
    assert read_intent(f"想当{text}").occupations == (code,)


def test_what_was_learnt_and_where_is_no_wish() -> None:
    reading = read_intent("我是宁夏大学会计学专业的，想做行政，学的护理")

    assert (reading.places, reading.occupations) == ((), (OFFICE,))
    assert any("宁夏大学会计学专业" in words for words in reading.kept)


def test_an_industry_is_meant_where_a_firm_is_named() -> None:
    assert read_intent("想做会计").industries == ()
    assert read_intent("进保险公司").industries == ("68",)
    assert read_intent("进保险公司").occupations == ()
    assert read_intent("做物流").industries == ()
    assert read_intent("进物流公司").industries == ("58",)


def test_what_nobody_knows_is_kept_in_its_own_words() -> None:
    reading = read_intent("想做会计，呱唧呱唧咕噜，双休")

    assert reading.kept == ("呱唧呱唧咕噜", "双休")
    assert "双休" not in [span.text for span in reading.spans if span.kind == "unread"]


def test_width_case_emojis_and_invisible_characters_do_not_matter() -> None:
    plain = read_intent("想在银川做java，4000以上")

    for text in ("想在银川做ＪＡＶＡ，４０００以上", "😀想在银\u200b川做Java，4000以上😀"):
        other = read_intent(text)
        assert (other.places, other.occupations) == (plain.places, plain.occupations)
        assert other.wanted_pay_yuan == 4000


@pytest.mark.parametrize("text", ["", " ", "\n", "\u200b", "。。。", "😀", "𠮷" * 3, "\ud800"])
def test_an_empty_text_says_nothing(text: str) -> None:
    reading = read_intent(text)

    assert not reading.understood
    assert "".join(span.text for span in reading.spans) == text
