"""Numbers that name people and organisations; python-stdnum is the oracle for check digits."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from matcher import identity

TODAY = dt.date(2026, 11, 22)
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
BIRTHS = st.dates(dt.date(1900, 1, 1), TODAY)
FIRST_17 = st.builds(
    lambda area, born, order: f"{area:06}{born:%Y%m%d}{order:03}",
    st.integers(110000, 829999),
    BIRTHS,
    st.integers(0, 999),
)
FIRST_16_OF_CREDIT = st.builds(
    lambda office, area, rest: office + f"{area:06}" + rest,
    st.text("123456789", min_size=2, max_size=2),
    st.integers(110000, 829999),
    st.text(ALPHABET, min_size=9, max_size=9),
)


@given(FIRST_17)
def test_the_check_digit_of_an_identity_number_is_that_of_the_oracle(first_17: str) -> None:
    assert identity.id_check_digit(first_17) == ric.calc_check_digit(first_17 + "0")


@given(FIRST_17)
def test_of_all_last_characters_only_the_check_digit_passes(first_17: str) -> None:
    passing = [c for c in "0123456789X" if identity.id_number_problem(first_17 + c, TODAY) is None]

    assert passing == [identity.id_check_digit(first_17)]


@given(FIRST_17, st.integers(0, 16), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_noticed(first_17: str, place: int, digit: str) -> None:
    right = first_17 + identity.id_check_digit(first_17)
    wrong = right[:place] + digit + right[place + 1 :]

    assert wrong == right or identity.id_number_problem(wrong, TODAY) is not None


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_numbers_of_the_standard_have_right_check_digits(number: str) -> None:
    assert identity.id_check_digit(number[:17]) == number[17]


def test_a_number_born_before_its_district_was_made_is_fine() -> None:
    first_17 = "61011719800101001"

    assert identity.id_number_problem(first_17 + identity.id_check_digit(first_17), TODAY) is None


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("", "form"),
        ("11010519491231002", "form"),
        ("１１０１０５１９４９１２３１００２Ｘ", "form"),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "form"),
        ("6.101132003041513e+17", "form"),
        ("110105194902310021", "date"),
        ("110105202712310025", "date"),
        ("110105189912310027", "date"),
        ("110105194912310021", "check"),
        ("11010519491231002x", None),
        (" 11010519491231002X ", None),
    ],
)
def test_a_wrong_number_is_told_with_its_reason(number: str, problem: str | None) -> None:
    assert identity.id_number_problem(number, TODAY) == problem


@given(FIRST_17.filter(lambda n: n[6:8] == "19"))
def test_an_old_number_of_fifteen_digits_is_its_new_one(first_17: str) -> None:
    old = first_17[:6] + first_17[8:]
    new = first_17 + identity.id_check_digit(first_17)

    assert identity.normalise_id_number(old) == new
    assert identity.id_number_problem(old, TODAY) is None
    assert identity.birth_date(old) == identity.birth_date(new)


@given(FIRST_17)
def test_the_birth_date_is_the_one_inside(first_17: str) -> None:
    number = first_17 + identity.id_check_digit(first_17)

    assert identity.birth_date(number) == dt.datetime.strptime(first_17[6:14], "%Y%m%d").date()  # noqa: DTZ007 - a date


@given(FIRST_16_OF_CREDIT)
def test_the_check_character_of_a_credit_code_is_that_of_the_oracle(first_17: str) -> None:
    code = first_17 + uscc.calc_check_digit(first_17 + "0")

    assert identity.credit_code_problem(code) is None
    wrong = [c for c in ALPHABET if c != code[17]]
    assert {identity.credit_code_problem(first_17 + c) for c in wrong} == {"check"}


@pytest.mark.parametrize("code", ["91350200MA2YJ1XR9G", "91350200776049653A", "91440101MA5CJQ4N59"])
def test_codes_in_use_pass(code: str) -> None:
    assert identity.credit_code_problem(code) is None
    assert identity.credit_code_problem(f" {code.lower()} ") is None


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("", "form"),
        ("91350203M0001QAY9B", "check"),
        ("91350200MA2YJ1XR9", "form"),
        ("91350200MA2YJ1XRIG", "form"),
        ("9135020AMA2YJ1XR9G", "form"),
        ("91٣50200MA2YJ1XR9G", "form"),
    ],
)
def test_a_doubtful_credit_code_is_told_with_its_reason(code: str, problem: str) -> None:
    assert identity.credit_code_problem(code) == problem


@pytest.mark.parametrize(
    "written",
    ["９１３５０２００ＭＡ２ＹＪ１ＸＲ９Ｇ", "91350200-MA2YJ1XR9-G", "9135 0200 ma2y j1xr 9g"],
)
def test_width_case_and_separators_of_a_credit_code_do_not_matter(written: str) -> None:
    assert identity.normalise_credit_code(written) == "91350200MA2YJ1XR9G"
    assert identity.credit_code_problem(written) is None


@pytest.mark.parametrize("office", ["A1", "N1", "Y1"])
def test_codes_of_village_collectives_are_not_doubted(office: str) -> None:
    first_17 = office + "610113" + "000000001"
    passing = [c for c in ALPHABET if identity.credit_code_problem(first_17 + c) is None]

    assert len(passing) == 1


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("138 1234 5678", "13812345678"),
        ("+86-138-1234-5678", "13812345678"),
        ("0086 13812345678", "13812345678"),
        ("8613812345678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("13812345678.0", "13812345678"),
        ("（010）8888 8888", "01088888888"),
        ("0951-6123456", "09516123456"),
        ("010-88888888-123", "01088888888-123"),
        ("+86 951 6123456", "09516123456"),
        ("0086-10-88888888", "01088888888"),
        ("+86 (0951) 6123456", "09516123456"),
        ("19212345678", "19212345678"),
        ("16612345678", "16612345678"),
    ],
)
def test_a_phone_has_one_spelling(written: str, number: str) -> None:
    assert identity.normalise_phone(written) == number
    assert identity.phone_problem(written) is None


@pytest.mark.parametrize(
    "text", ["", "12812345678", "1381234567", "138123456789", "abc", "١٣٨١٢٣٤٥٦٧٨", "8.61E+12"]
)
def test_what_is_no_phone_is_told(text: str) -> None:
    assert identity.phone_problem(text) == "form"


@given(st.text())
def test_no_text_makes_a_check_crash(text: str) -> None:
    assert identity.id_number_problem(text, TODAY) in {None, "form", "date", "check"}
    assert identity.credit_code_problem(text) in {None, "form", "check"}
    assert identity.phone_problem(text) in {None, "form"}
    assert identity.normalise_phone(identity.normalise_phone(text)) == identity.normalise_phone(
        text
    )


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("欧阳修远", "欧**远"),
        ("王小明", "王*明"),
        ("张", "*"),
        ("", "*"),
        (" 张三 ", "张*"),
    ],
)
def test_a_name_keeps_only_its_ends(name: str, masked: str) -> None:
    assert identity.mask_name(name) == masked


@given(FIRST_17)
def test_a_masked_identity_number_shows_six_and_two(first_17: str) -> None:
    masked = identity.mask_id_number(first_17 + "X")

    assert masked == first_17[:6] + "**********" + first_17[16] + "X"


@given(st.text(max_size=30))
def test_a_mask_never_shows_a_whole_number(text: str) -> None:
    visible = identity.mask_id_number(text).replace("*", "")

    assert len(visible) <= 8
    assert len(identity.mask_phone(text).replace("*", "")) <= 7
    assert len(identity.mask_card(text).replace("*", "").strip()) <= 4


def test_phones_and_cards_keep_their_last_four() -> None:
    assert identity.mask_phone("13812345678") == "138****5678"
    assert identity.mask_phone("123") == "****"
    assert identity.mask_card("6222020200112233445") == "**** 3445"
    assert identity.mask_card("123") == "****"
