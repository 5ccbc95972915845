"""Notes (备注) on households and cases: written by who sees the record whole, read by level.

The circles widen: the author; with the caseload team (owners and stand-ins of household and cases); with supervisors
and approvers; with everybody of the district who sees a line of the file. All but the widest are sealed.
"""

from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds.day import NoteLevel
from matcher.models.accounts import Account
from matcher.models.day import CaseNote
from matcher.models.graduate_cases import GraduateCase
from matcher.models.households import Household
from matcher.services import audit
from matcher.services.casework.cases import case_lines_in_sight, get_case
from matcher.services.casework.sealed_words import seal, unseal
from matcher.services.hardship.sight import get_whole, lines_in_sight
from matcher.services.permissions import Actor, Permission, may, require

Subject = tuple[Literal["household", "case"], int]

LONGEST = 2000
_WORDS = "case_note.words"


@dataclass(frozen=True)
class NoteLine:
    """A note as its reader sees it."""

    note: CaseNote
    words: str
    author: str


def write_note(
    session: Session, by: Actor, subject: Subject, words: str, level: NoteLevel
) -> CaseNote:
    """Write a note on a household or a case the actor sees whole.

    Raises
    ------
    InvalidInputError
        Nothing was written, or too much.
    """
    require(by, Permission.VIEW_FILES)
    kind, row_id = subject
    if kind == "household":
        get_whole(session, by, row_id)
    else:
        get_case(session, by, row_id)
    said = words.strip()
    if not said or len(said) > LONGEST:
        message = f"请写备注，最多 {LONGEST} 字。"
        raise InvalidInputError("note_input", message, fields={"words": message})
    is_open = level is NoteLevel.DISTRICT
    note = CaseNote(
        level=level,
        words=said if is_open else None,
        words_cipher=None if is_open else seal(session, said, _WORDS),
        written_at=clock.now(),
        author_id=by.account_id,
        **{f"{kind}_id": row_id},
    )
    session.add(note)
    session.flush()
    audit.record(session, by, "note.written", subject=subject, note=note.id, level=level)
    return note


def list_notes(session: Session, by: Actor, subject: Subject) -> list[NoteLine]:
    """Return the notes on a household or a case the actor may read, newest first."""
    require(by, Permission.VIEW_FILES)
    found = (
        sa.select(CaseNote, sa.func.coalesce(Account.display_name, ""))
        .outerjoin(Account, Account.id == CaseNote.author_id)
        .where(_about(subject), readable(by))
        .order_by(CaseNote.written_at.desc(), CaseNote.id.desc())
    )
    return [
        NoteLine(note, note.words or unseal(session, note.words_cipher, _WORDS) or "", author)
        for note, author in session.execute(found)
    ]


def _about(subject: Subject) -> sa.ColumnElement[bool]:
    """Return the condition for notes on a record; on a household also those on its cases."""
    kind, row_id = subject
    if kind == "case":
        return CaseNote.case_id == row_id
    inside = sa.select(GraduateCase.id).where(GraduateCase.household_id == row_id)
    return sa.or_(CaseNote.household_id == row_id, CaseNote.case_id.in_(inside))


def readable(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on `CaseNote` for what an actor may read."""
    require(by, Permission.VIEW_FILES)
    team = _of_own_team(by)
    levels = [
        CaseNote.author_id == by.account_id,
        sa.and_(CaseNote.level.in_((NoteLevel.TEAM, NoteLevel.SUPERVISORS)), team),
        CaseNote.level == NoteLevel.DISTRICT,
    ]
    if may(by, Permission.SUPERVISE_CASES):
        levels.append(CaseNote.level == NoteLevel.SUPERVISORS)
    return sa.and_(_in_sight(by), sa.or_(*levels))


def _in_sight(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition for notes on records of which the actor sees a line."""
    seen = CaseNote.household_id.in_(sa.select(Household.id).where(lines_in_sight(by)))
    if not may(by, Permission.VIEW_CASES):
        return seen
    cases = sa.select(GraduateCase.id).where(case_lines_in_sight(by))
    return sa.or_(seen, CaseNote.case_id.in_(cases))


def _of_own_team(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition for notes on households and cases the actor answers or stands in for."""
    me = by.account_id
    mine = sa.or_(GraduateCase.owner_id == me, GraduateCase.second_owner_id == me)
    owned = sa.select(Household.id).where(Household.owner_id == me)
    served = sa.select(GraduateCase.household_id).where(
        mine, GraduateCase.household_id.is_not(None), GraduateCase.closed_on.is_(None)
    )
    in_owned = sa.select(GraduateCase.id).where(GraduateCase.household_id.in_(owned))
    return sa.or_(
        CaseNote.household_id.in_(owned),
        CaseNote.household_id.in_(served),
        CaseNote.case_id.in_(sa.select(GraduateCase.id).where(mine)),
        CaseNote.case_id.in_(in_owned),
    )
