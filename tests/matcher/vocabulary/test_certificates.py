"""Certificates in texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.vocabulary.certificates import (
    covers,
    find_certificates,
    get_certificate,
    list_certificates,
    name_of,
)

PLAIN = [(c.code, word) for c in list_certificates() for word in c.synonyms if "*" not in word]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("具有教师资格证、普通话二级甲等及以上", ("teacher", "mandarin_2a")),
        ("普通话水平达到二级乙等以上", ("mandarin_2b",)),
        ("须持C1及以上驾驶证", ("driver_c1",)),
        ("有驾照者优先", ("driver",)),
        ("通过法律职业资格考试（国家司法考试）", ("legal",)),
        ("ＣＥＴ－４，计算机二级", ("cet4", "computer_2")),
        ("cpa优先", ("cpa",)),
        ("持电工证或焊工证，有健康证", ("electrician", "welder", "health_certificate")),
        ("高级中学教师资格", ("teacher_high",)),
    ],
)
def test_certificates_are_found_in_the_order_written(text: str, codes: tuple[str, ...]) -> None:
    assert find_certificates(text) == codes


@pytest.mark.parametrize(
    "text", ["", "无需教师资格证", "二级甲等医院", "某税务师事务所", "四级主任科员", "ACPAB"]
)
def test_what_is_not_demanded_is_not_found(text: str) -> None:
    assert find_certificates(text) == ()


@given(st.sampled_from(PLAIN))
def test_every_synonym_finds_its_certificate_or_a_more_special_one(
    code_and_word: tuple[str, str],
) -> None:
    code, word = code_and_word

    found = find_certificates(f"要求：{word}。")

    assert any(f == code or f.startswith(code + "_") for f in found)


def test_no_synonym_stands_for_two_certificates() -> None:
    words = [
        word.lower() for certificate in list_certificates() for word in set(certificate.synonyms)
    ]

    assert sorted(words) == sorted(set(words))


def test_the_higher_certificate_covers_the_lower_and_not_the_other_way() -> None:
    assert covers("cet6", "cet4")
    assert not covers("cet4", "cet6")
    assert covers("cet4", "cet4")
    assert not covers("unknown", "cet4")


def test_what_a_certificate_covers_exists() -> None:
    assert all(get_certificate(code) for c in list_certificates() for code in c.covers)


def test_an_unknown_code_is_its_own_name() -> None:
    assert name_of("cet4") == "大学英语四级（CET-4）"
    assert name_of("old_code") == "old_code"


@given(st.text())
def test_any_text_gives_certificates_there_are(text: str) -> None:
    assert all(get_certificate(code) for code in find_certificates(text))
