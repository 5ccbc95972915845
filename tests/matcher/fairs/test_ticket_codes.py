"""Rules of the code on a ticket: signed, nothing of anybody in it, forgiving to who types it by hand."""

from hypothesis import assume, given
from hypothesis import strategies as st

from matcher.fairs.ticket_codes import (
    SERIAL_BYTES,
    canonical,
    code_of,
    read_code,
    short_of,
    spaced,
    ticket_key,
)

KEY = ticket_key(b"k" * 32)
SERIALS = st.binary(min_size=SERIAL_BYTES, max_size=SERIAL_BYTES)


@given(SERIALS)
def test_a_code_says_its_serial_back(serial: bytes) -> None:
    read = read_code(code_of(serial, KEY), KEY)

    assert read is not None
    assert (read.first, read.last, read.is_signed) == (serial, serial, True)


@given(SERIALS)
def test_a_code_fits_the_dense_mode_of_a_picture(serial: bytes) -> None:
    code = code_of(serial, KEY)

    assert len(code) == 27
    assert set(code) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


@given(SERIALS, st.sampled_from("-— –"))
def test_a_code_typed_by_hand_is_the_same_code(serial: bytes, dash: str) -> None:
    code = code_of(serial, KEY)
    typed = spaced(code).replace("-", dash).lower().replace("0", "o").replace("1", "l")

    assert canonical(typed) == code
    assert read_code(f"  {typed} ", KEY) == read_code(code, KEY)


def test_a_keyboard_of_full_width_letters_does_no_harm() -> None:
    code = code_of(b"\x01" * SERIAL_BYTES, KEY)
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code)

    assert canonical(wide) == code


@given(SERIALS, st.integers(0, 25), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_one_letter_off_is_no_code_of_ours(serial: bytes, at: int, letter: str) -> None:
    code = code_of(serial, KEY)
    assume(code[at + 1] != letter)
    changed = code[: at + 1] + letter + code[at + 2 :]

    read = read_code(changed, KEY)

    assert read is None or not read.is_signed


@given(SERIALS)
def test_another_house_signs_otherwise(serial: bytes) -> None:
    read = read_code(code_of(serial, ticket_key(b"o" * 32)), KEY)

    assert read is not None
    assert not read.is_signed


@given(SERIALS)
def test_the_short_code_names_the_serials_that_begin_like_it_and_is_never_signed(
    serial: bytes,
) -> None:
    read = read_code(short_of(code_of(serial, KEY)), KEY)

    assert read is not None
    assert read.first <= serial <= read.last
    assert int.from_bytes(read.last, "big") - int.from_bytes(read.first, "big") == 2**24 - 1
    assert (read.is_short, read.is_signed) == (True, False)


@given(st.text(max_size=100))
def test_any_text_is_read_or_refused_without_an_error(text: str) -> None:
    read = read_code(text, KEY)

    assert read is None or canonical(text) is not None


def test_texts_of_no_ticket_are_no_codes() -> None:
    code = code_of(b"\x07" * SERIAL_BYTES, KEY)
    others = ["", "F", "F123", code[:-1], code + "0", "U" + code[1:], "https://e.cn/q/" + code]

    assert [read_code(text, KEY) for text in [*others, "F" * 100]] == [None] * (len(others) + 1)


def test_the_key_serves_tickets_alone() -> None:
    assert ticket_key(b"k" * 32) != b"k" * 32
