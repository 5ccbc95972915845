"""Codes of printed lines: one wrong sign is always noticed, hands may write them as they like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.fairs.line_codes import (
    ALPHABET,
    LineCode,
    LineCodeError,
    LineSheet,
    fair_mark,
    read_line_code,
)

_codes = st.builds(
    LineCode,
    fair=st.text(ALPHABET, min_size=3, max_size=3),
    sheet=st.sampled_from(LineSheet),
    number=st.integers(1, 999),
    line=st.integers(1, 9999),
)


@given(_codes)
def test_a_code_is_read_back_however_it_is_written(code: LineCode) -> None:
    text = code.text()

    for written in (
        text,
        text.lower(),
        text.replace("-", ""),
        text.replace("-", " — "),
        f" {text} ",
    ):
        assert read_line_code(written) == code


@given(_codes, st.integers(0, 30), st.sampled_from(ALPHABET))
def test_one_wrong_sign_is_never_another_line(code: LineCode, at: int, sign: str) -> None:
    plain = code.text().replace("-", "")
    at %= len(plain)
    if plain[at] == sign:
        return

    with pytest.raises(LineCodeError):
        read_line_code(plain[:at] + sign + plain[at + 1 :])


@pytest.mark.parametrize("text", ["", "张三", "Q7K-S1-0000-0", "F0000-0000", "Q7K-S1-42"])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(LineCodeError):
        read_line_code(text)


def test_fairs_have_marks_of_their_own() -> None:
    marks = {fair_mark(f"fair {n}") for n in range(200)}

    assert len(marks) > 195
