"""Notes: each level is read by its circle and by nobody outside it; all but the widest are sealed."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError, NotFoundError
from matcher.kinds import Role
from matcher.kinds.day import NoteLevel
from matcher.models.day import CaseNote
from matcher.models.organisations import Union
from matcher.services.casework.notes import list_notes, write_note
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.day import make_case, make_colleague, make_family


@pytest.fixture
def union(session: Session) -> Union:
    return make_union(session)


@pytest.fixture
def readers(session: Session, union: Union) -> dict[str, Actor]:
    author = make_actor(session, Role.CASEWORKER, union=union)
    below = make_union(session, union)
    return {
        "author": author,
        "second": make_colleague(session, author),
        "colleague": make_colleague(session, author),
        "supervisor": make_actor(session, Role.APPROVER, union=union),
        "below": make_actor(session, Role.APPROVER, union=below),
        "elsewhere": make_actor(session, Role.APPROVER),
    }


_CIRCLES = {
    NoteLevel.OWN: {"author"},
    NoteLevel.TEAM: {"author", "second"},
    NoteLevel.SUPERVISORS: {"author", "second", "supervisor"},
    NoteLevel.DISTRICT: {"author", "second", "colleague", "supervisor"},
}


@pytest.mark.parametrize("level", list(NoteLevel))
@pytest.mark.parametrize("kind", ["household", "case"])
def test_a_note_is_read_by_its_circle(
    session: Session, union: Union, readers: dict[str, Actor], level: NoteLevel, kind: str
) -> None:
    author = readers["author"]
    household, graduate = make_family(session, union, author)
    case = make_case(session, graduate, author, second_owner_id=readers["second"].account_id)
    subject = ("household", household.id) if kind == "household" else ("case", case.id)

    write_note(session, author, subject, "母亲住院，电话晚上打", level)  # type: ignore[arg-type] # one of its two kinds

    seen = {
        name
        for name, reader in readers.items()
        if list_notes(session, reader, subject)  # type: ignore[arg-type] # one of its two kinds
    }
    assert seen == _CIRCLES[level]
    kept = session.scalars(sa.select(CaseNote)).one()
    assert (kept.words is None) == (level is not NoteLevel.DISTRICT)
    assert kept.words_cipher is None or "住院".encode() not in kept.words_cipher


def test_a_household_shows_the_notes_of_its_cases_too_and_a_new_owner_reads_the_teams(
    session: Session, union: Union, readers: dict[str, Actor]
) -> None:
    author, heir = readers["author"], readers["colleague"]
    household, graduate = make_family(session, union, author)
    case = make_case(session, graduate, author)
    write_note(session, author, ("case", case.id), "想学电工", NoteLevel.TEAM)
    write_note(session, author, ("household", household.id), "自己的提醒", NoteLevel.OWN)

    household.owner_id = case.owner_id = heir.account_id
    session.flush()

    assert [one.words for one in list_notes(session, heir, ("household", household.id))] == [
        "想学电工"
    ]


def test_who_does_not_see_the_record_whole_writes_nothing_and_an_empty_note_is_none(
    session: Session, union: Union, readers: dict[str, Actor]
) -> None:
    household, _ = make_family(session, union, readers["author"])
    subject = ("household", household.id)

    with pytest.raises(NotFoundError):
        write_note(session, readers["colleague"], subject, "看看", NoteLevel.DISTRICT)  # type: ignore[arg-type] # one of its two kinds
    with pytest.raises(InvalidInputError):
        write_note(session, readers["author"], subject, "  ", NoteLevel.OWN)  # type: ignore[arg-type] # one of its two kinds
