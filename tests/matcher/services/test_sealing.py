"""Numbers of people are closed, found by their hash, and shown masked."""

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy.orm import Session

from matcher.db.engine import ring_of
from matcher.errors import InvalidInputError
from matcher.services import sealing
from tests.factories.people import make_graduate, make_household, make_id_number, make_member


def test_a_number_is_stored_closed_and_masked(sqlite_session: Session) -> None:
    number = make_id_number(7)
    graduate = make_graduate(sqlite_session, id_number=number, phone="13812345678")

    assert number.encode() not in (graduate.id_number_cipher or b"")
    assert graduate.id_number_masked == number[:6] + "*" * 10 + number[-2:]
    assert graduate.phone_masked == "138****5678"
    assert sealing.open_sealed(sqlite_session, graduate, "id_number") == number


def test_old_and_new_forms_of_a_number_find_the_same_person(sqlite_session: Session) -> None:
    graduate = make_graduate(sqlite_session, id_number="110105491231002")

    found = sealing.find_graduate_by_id_number(sqlite_session, "11010519491231002x")

    assert found is graduate


def test_a_graduate_and_a_member_of_one_number_have_one_hash(sqlite_session: Session) -> None:
    number = make_id_number()
    graduate = make_graduate(sqlite_session, id_number=number)
    member = make_member(sqlite_session, make_household(sqlite_session), id_number=number)

    assert graduate.id_number_index == member.id_number_index
    assert graduate.id_number_cipher != member.id_number_cipher


def test_a_number_moved_to_another_column_does_not_open(sqlite_session: Session) -> None:
    graduate = make_graduate(sqlite_session, phone="13812345678")
    graduate.id_number_cipher = graduate.phone_cipher

    with pytest.raises(InvalidTag):
        sealing.open_sealed(sqlite_session, graduate, "id_number")


def test_phones_written_differently_are_one_phone(sqlite_session: Session) -> None:
    first = make_graduate(sqlite_session, phone="+86 138-1234-5678")
    second = make_graduate(sqlite_session, phone="13812345678")

    found = sealing.find_graduates_by_phone(sqlite_session, "138 1234 5678")

    assert found == [first, second]


def test_a_card_keeps_its_last_four_and_unknown_fields_stay_closed(sqlite_session: Session) -> None:
    member = make_member(sqlite_session, make_household(sqlite_session))

    sealing.seal_card(sqlite_session, member, "6222 0212 3456 7890 123")

    assert member.card_masked == "**** 0123"
    assert sealing.open_sealed(sqlite_session, member, "card") == "6222021234567890123"
    with pytest.raises(InvalidInputError):
        sealing.open_sealed(sqlite_session, member, "password_hash")


def test_clearing_a_number_leaves_nothing_of_it(sqlite_session: Session) -> None:
    graduate = make_graduate(sqlite_session)

    sealing.seal_phone(sqlite_session, graduate, None)

    assert (graduate.phone_cipher, graduate.phone_index, graduate.phone_masked) == (
        None,
        None,
        None,
    )


def test_bulk_and_single_sealing_agree(sqlite_session: Session) -> None:
    number = make_id_number()
    graduate = make_graduate(sqlite_session, id_number=number)

    sealed = sealing.sealed_id_number(ring_of(sqlite_session), "graduate", number)

    assert (sealed.index, sealed.masked) == (graduate.id_number_index, graduate.id_number_masked)
