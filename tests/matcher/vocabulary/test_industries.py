"""Industries and industry texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.vocabulary.industries import load_industries
from matcher.vocabulary.tables import read_table

INDUSTRIES = load_industries()
ROWS = read_table("industries.csv")


def test_there_are_twenty_sections_and_ninety_seven_divisions_without_gap() -> None:
    sections = INDUSTRIES.list_industries()
    divisions = [d for s in sections for d in INDUSTRIES.list_industries(s.code)]

    assert "".join(s.code for s in sections) == "ABCDEFGHIJKLMNOPQRST"
    assert [d.code for d in divisions] == [f"{n:02}" for n in range(1, 98)]


def test_every_word_leads_to_an_industry_there_is() -> None:
    assert all(INDUSTRIES.get(row["code"]) for row in read_table("industry_words.csv"))


@given(st.sampled_from([(row["name"], row["code"]) for row in ROWS]))
def test_every_official_name_is_read_as_itself(name_and_code: tuple[str, str]) -> None:
    name, code = name_and_code

    found = INDUSTRIES.find(name)

    assert found is not None
    assert INDUSTRIES.section_of(found.code) == INDUSTRIES.section_of(code)
    assert found.name == name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("电气/电力/水利", "38"),
        ("互联网", "64"),
        ("计算机软件", "65"),
        ("电子技术/半导体/集成电路", "39"),
        ("影视/媒体/艺术/文化传播", "R"),
        ("教育培训机构", "83"),
        ("制造业", "C"),
        ("C39", "39"),
        ("某某建筑工程有限公司", "E"),
    ],
)
def test_industry_texts_of_job_boards_are_read(text: str, code: str) -> None:
    found = INDUSTRIES.find(text)

    assert found is not None
    assert found.code == code


@pytest.mark.parametrize("text", ["", "其他行业", "多元化集团", "A39"])
def test_an_unknown_text_is_left_unread(text: str) -> None:
    assert INDUSTRIES.find(text) is None


def test_further_industries_of_a_text_are_kept() -> None:
    found = INDUSTRIES.find("电气/电力/水利")

    assert found is not None
    assert found.others == ("44", "76")


def test_the_code_of_a_graduate_table_gives_its_section() -> None:
    found = INDUSTRIES.of_graduate_code("22")

    assert found is not None
    assert found.code == "C"
    assert INDUSTRIES.of_graduate_code("39999") is None


@given(st.text())
def test_any_text_reads_to_an_industry_there_is(text: str) -> None:
    found = INDUSTRIES.find(text)

    assert found is None or INDUSTRIES.get(found.code) is not None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("律师事务所", "72"),
        ("养老院", "85"),
        ("街道办事处", "92"),
        ("党政机关", "S"),
        ("外卖", "62"),
        ("加油站", "52"),
        ("航天", "37"),
        ("知识产权代理", "75"),
        ("奶茶店", "62"),
    ],
)
def test_words_people_use_lead_to_their_industry(text: str, code: str) -> None:
    found = INDUSTRIES.find(text)

    assert found is not None
    assert found.code == code


def test_no_word_is_set_twice_with_two_meanings() -> None:
    rows = read_table("industry_words.csv")
    meanings: dict[str, set[str]] = {}
    for row in rows:
        meanings.setdefault(row["word"].casefold(), set()).add(row["code"])

    assert [word for word, codes in meanings.items() if len(codes) > 1] == []
