"""Who stands in a file already is told by number, or by name with birth date or phone; never whose file it is."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import NotAllowedError
from matcher.kinds import Role
from matcher.kinds.households import FileState
from matcher.models.audit import AuditEntry
from matcher.services.hardship.duplicates import Likeness, Sought, find_duplicates
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.files import close_rows, holder, open_draft
from tests.factories.people import make_household, make_id_number, make_member

BORN = dt.date(1975, 3, 2)
PHONE = "13912345678"


@pytest.fixture
def worker(session: Session) -> Actor:
    return make_actor(session, Role.CASEWORKER)


def test_likenesses_are_told_from_the_number_down_to_name_and_phone(
    session: Session, worker: Actor
) -> None:
    number = make_id_number(born=BORN)
    open_draft(session, worker, holder(name="王芳", id_number=number, phone=PHONE))
    asked = [
        Sought(name="别人", id_number=number),
        Sought(name="王芳", birth_on=BORN, phone=PHONE),
        Sought(name="王芳", birth_on=BORN),
        Sought(name="王芳", phone=PHONE),
        Sought(name="王芳"),
        Sought(name="李芳", birth_on=BORN, phone=PHONE),
        Sought(name="王芳", id_number="123"),
    ]

    found = find_duplicates(session, worker, asked)

    assert {one.position: one.likeness for one in found} == {
        0: Likeness.ID_NUMBER,
        1: Likeness.NAME_BIRTH_PHONE,
        2: Likeness.NAME_BIRTH,
        3: Likeness.NAME_PHONE,
    }
    assert [one.forbids for one in found] == [True, False, False, False]


def test_a_15_digit_number_finds_the_same_person(session: Session, worker: Actor) -> None:
    number = make_id_number(born=BORN)
    open_draft(session, worker, holder(id_number=number))
    short = number[:6] + number[8:17]

    assert len(find_duplicates(session, worker, [Sought(name="王", id_number=short)])) == 1


def test_of_another_unions_file_only_that_it_is_open_is_told(
    session: Session, worker: Actor
) -> None:
    number = make_id_number()
    far = make_household(session, make_union(session, name="秘密区总工会"), file_number="秘1")
    make_member(session, far, id_number=number)

    (found,) = find_duplicates(session, worker, [Sought(name="某", id_number=number)])

    assert found.is_open
    assert (found.public_id, found.file_number, found.state) == (None, None, None)
    assert "秘" not in repr(found)


def test_closed_files_are_told_within_sight_only(session: Session, worker: Actor) -> None:
    number = make_id_number()
    own = open_draft(session, worker, holder(id_number=number))
    close_rows(session, own)
    far = make_household(session, state=FileState.EXITED, is_open=False)
    make_member(session, far, id_number=number)

    (found,) = find_duplicates(session, worker, [Sought(name="某", id_number=number)])

    assert (found.public_id, found.is_open, found.forbids) == (own.public_id, False, False)


def test_the_file_itself_is_no_duplicate(session: Session, worker: Actor) -> None:
    number = make_id_number()
    own = open_draft(session, worker, holder(id_number=number))
    asked = [Sought(name="某", id_number=number)]

    assert find_duplicates(session, worker, asked, except_household_id=own.id) == []


def test_looking_is_for_who_edits_files_and_is_logged_without_names(
    session: Session, worker: Actor
) -> None:
    find_duplicates(session, worker, [Sought(name="王芳", phone=PHONE)])
    session.commit()

    (entry,) = session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "household.duplicates_sought")
    )
    assert entry.details == {"people": 1, "found": 0}
    with pytest.raises(NotAllowedError):
        find_duplicates(session, make_actor(session, Role.APPROVER), [Sought(name="王芳")])
