"""One spelling of a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.vocabulary.text import bare, normalise, similar, split_list, without_brackets

ANY_TEXT = st.text(st.characters())


@pytest.mark.parametrize(
    ("written", "one_spelling"),
    [
        ("ＡＢＣ１２３", "ABC123"),
        ("会计学（１２０２０３Ｋ）", "会计学(120203K)"),
        ("【会计】〔审计〕", "(会计)(审计)"),
        ("会 计\n学", "会计学"),
        ("Python  工程师", "Python工程师"),
        ("Data   Analyst", "Data Analyst"),
        ("12—18K", "12-18K"),
        ("12﹘18K", "12-18K"),
        ("か゛", "が"),
        ("北京•海淀", "北京·海淀"),
        ("\ufeff会\u200b计\u00ad", "会计"),
        ("⼯商管理", "工商管理"),
        ("本科：会计，审计；财务", "本科:会计,审计;财务"),
        ("  ", ""),
    ],
)
def test_width_brackets_dashes_and_stray_spaces_do_not_matter(
    written: str, one_spelling: str
) -> None:
    assert normalise(written) == one_spelling


@given(ANY_TEXT)
def test_a_normalised_text_is_its_own_normal_form(text: str) -> None:
    once = normalise(text)

    assert normalise(once) == once


@given(ANY_TEXT)
def test_a_normalised_text_with_lines_is_its_own_normal_form(text: str) -> None:
    once = normalise(text, keep_lines=True)

    assert normalise(once, keep_lines=True) == once


@given(ANY_TEXT)
def test_a_normalised_text_can_be_stored(text: str) -> None:
    normalise(text).encode("utf-8")
    bare(text).encode("utf-8")


def test_lines_stay_lines_when_asked_for() -> None:
    text = "会计 \r\n\r\n 审计\u2028财务"

    assert normalise(text, keep_lines=True) == "会计\n审计\n财务"


def test_nothing_in_brackets_is_left_when_brackets_are_cut() -> None:
    assert without_brackets("会计（含:成本(工业)）专业】") == "会计专业"


def test_a_list_is_not_split_inside_brackets() -> None:
    assert split_list("会计（成本、税务）、审计;财务/\n金融") == [
        "会计(成本、税务)",
        "审计",
        "财务",
        "金融",
    ]


@given(ANY_TEXT, ANY_TEXT)
def test_similarity_is_symmetric_and_between_zero_and_one(a: str, b: str) -> None:
    assert 0 <= similar(a, b) <= 1
    assert similar(a, b) == similar(b, a)


@given(ANY_TEXT)
def test_a_text_is_like_itself_whatever_its_width(text: str) -> None:
    assert similar(text, normalise(text)) == 1


def test_case_punctuation_and_width_do_not_make_names_differ() -> None:
    assert bare("Java（开发）") == bare("ｊａｖａ开发")
    assert similar("会计", "审计") < 1
