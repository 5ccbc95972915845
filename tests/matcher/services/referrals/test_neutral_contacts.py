"""What the outside reads of a drive: neutral words, set by who manages it, never its own name."""

import pytest
from sqlalchemy.orm import Session

from matcher.errors import ConflictError, InvalidInputError, NotAllowedError, RuleBrokenError
from matcher.kinds import DriveState
from matcher.services.referrals import neutral_contacts
from matcher.services.referrals.neutral_contacts import NeutralNames, OutsideWords
from tests.factories.employer_side import (
    CONTACT,
    NEUTRAL_NAME,
    SENDER,
    EmployerSide,
    make_employer_side,
)

_WORDS = OutsideWords("2027 毕业生就业服务", "就业服务窗口", "服务大厅 0951-1", is_blind=True)


@pytest.fixture
def side(session: Session) -> EmployerSide:
    return make_employer_side(session)


def test_an_employer_reads_the_neutral_words(session: Session, side: EmployerSide) -> None:
    told = NeutralNames(NEUTRAL_NAME, SENDER, CONTACT)

    assert neutral_contacts.of_employer(session, side.agent) == told
    assert neutral_contacts.of_drive(session, side.agent, side.drive.id) == told


def test_without_a_sender_the_neutral_name_signs(session: Session, side: EmployerSide) -> None:
    side.drive.neutral_sender = side.drive.neutral_contact = None
    session.flush()

    assert neutral_contacts.names_of(side.drive) == NeutralNames(NEUTRAL_NAME, NEUTRAL_NAME, "")


def test_who_manages_a_drive_changes_them(session: Session, side: EmployerSide) -> None:
    changed = neutral_contacts.set_words(session, side.manager, side.drive.id, _WORDS)

    assert changed.neutral_name == _WORDS.name
    assert changed.is_blind
    with pytest.raises(NotAllowedError):
        neutral_contacts.set_words(session, side.caseworker, side.drive.id, _WORDS)
    with pytest.raises(ConflictError):
        neutral_contacts.set_words(session, side.manager, side.drive.id, _WORDS, expected_version=1)


@pytest.mark.parametrize("field", ["name", "sender", "contact"])
def test_words_that_tell_of_hardship_are_refused(
    session: Session, side: EmployerSide, field: str
) -> None:
    words = {"name": "甲", "sender": "乙", "contact": "丙", field: "困难职工帮扶中心"}

    with pytest.raises(InvalidInputError) as refused:
        neutral_contacts.set_words(
            session,
            side.manager,
            side.drive.id,
            OutsideWords(**words, is_blind=False),
        )

    assert list(refused.value.details["fields"]) == [f"neutral_{field}"]  # type: ignore[call-overload]


def test_after_the_end_they_stay(session: Session, side: EmployerSide) -> None:
    side.drive.state = DriveState.CLOSED
    session.flush()

    with pytest.raises(RuleBrokenError):
        neutral_contacts.set_words(session, side.manager, side.drive.id, _WORDS)
