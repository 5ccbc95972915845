"""Reading pay texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.vocabulary.pay import MOST_MONTHLY_YUAN, read_pay


@pytest.mark.parametrize(
    ("text", "low", "high", "months", "basis"),
    [
        ("12-18K", 12000, 18000, 12, "month"),
        ("25-35K·13薪", 25000, 35000, 13, "month"),
        ("2-3.5万/月", 20000, 35000, 12, "month"),
        ("4.5-6千/月", 4500, 6000, 12, "month"),
        ("30-50万/年", 25000, 41667, 12, "year"),
        ("300元/天", 6525, 6525, 12, "day"),
        ("100元/小时", 17400, 17400, 12, "hour"),
        ("4000以上", 4000, None, 12, "month"),
        ("8000+", 8000, None, 12, "month"),
        ("8千以下/月", None, 8000, 12, "month"),
        ("不低于5000元/月", 5000, None, 12, "month"),
        ("3000元", 3000, 3000, 12, "month"),
        ("5000-8000", 5000, 8000, 12, "month"),
        ("5千-1万", 5000, 10000, 12, "month"),
        ("5000-1万", 5000, 10000, 12, "month"),
        ("月薪：８，０００－12,000元", 8000, 12000, 12, "month"),
        ("年薪20万以上", 16667, None, 12, "year"),
        ("8000-5000", 5000, 8000, 12, "month"),
    ],
)
def test_pay_is_read_as_a_monthly_range(
    text: str, low: int | None, high: int | None, months: int, basis: str
) -> None:
    pay = read_pay(text)

    assert pay is not None
    assert (pay.low_yuan, pay.high_yuan, pay.months, pay.basis) == (low, high, months, basis)
    assert not pay.negotiable


@pytest.mark.parametrize("text", ["面议", "薪资面议", "工资待定", "面议·13薪"])
def test_negotiable_pay_has_no_amount(text: str) -> None:
    pay = read_pay(text)

    assert pay is not None
    assert (pay.low_yuan, pay.high_yuan, pay.negotiable) == (None, None, True)


@pytest.mark.parametrize(
    "text", ["", "五险一金", "13薪", "2026年毕业", "招聘300人", "6-8", "18-35周岁", "0元"]
)
def test_a_text_without_pay_invents_none(text: str) -> None:
    assert read_pay(text) is None


def test_a_day_rate_says_that_it_was_multiplied_up() -> None:
    pay = read_pay("300元/天")

    assert pay is not None
    assert "21.75" in pay.note


@given(st.text())
def test_no_text_makes_it_crash_or_leave_the_bounds(text: str) -> None:
    pay = read_pay(text)

    if pay is not None and pay.low_yuan is not None and pay.high_yuan is not None:
        assert 0 < pay.low_yuan <= pay.high_yuan <= MOST_MONTHLY_YUAN


@given(st.from_regex(r"[0-9.kK千万元/月年天薪·\-~,以上下面议 ]{0,20}", fullmatch=True))
def test_no_text_of_pay_characters_makes_it_crash(text: str) -> None:
    read_pay(text)


@given(
    st.integers(1, 99),
    st.integers(1, 99),
    st.sampled_from(
        [("K", 1000), ("千/月", 1000), ("k", 1000), ("000元/月", 1000), ("万/月", 10000)]
    ),
)
def test_a_range_written_in_any_unit_is_read_back(a: int, b: int, unit: tuple[str, int]) -> None:
    word, factor = unit
    low, high = sorted((a, b))
    text = f"{low}{word if word[0] == '0' else ''}-{high}{word}"

    pay = read_pay(text)

    assert pay is not None
    assert (pay.low_yuan, pay.high_yuan) == (low * factor, high * factor)
