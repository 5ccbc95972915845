"""Taking the person out of what is kept (匿名化): names, numbers and texts go, rows, days and counts stay.

Ids in the trail of acts (操作记录) stay as they are: they name rows that name nobody any more, and the chain of hashes
is not broken. A checkpoint that lets the trail itself be cut is a revision of its own (migration 0008): nothing in
the trail needs to go, since it holds ids only and reasons typed by officials.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.insertion import insert_if_new
from matcher.models.accounts import Membership
from matcher.models.files import StoredFile
from matcher.models.households import HouseholdMember
from matcher.models.people_rights import AnonymisedRow
from matcher.models.resumes import OwnResume
from matcher.services import audit, ranking_changes
from matcher.services.fair_guests import forgetting
from matcher.services.people_rights import personal_columns
from matcher.services.people_rights.personal_columns import Reach
from matcher.services.permissions import SYSTEM

_QUIET = {"synchronize_session": False}


def anonymise_household(
    session: Session, household_id: int, rule: str, ran_out_on: dt.date
) -> None:
    """Empty a file and all its members."""
    members = session.scalars(
        sa.select(HouseholdMember.id).where(HouseholdMember.household_id == household_id)
    ).all()
    if not _first_time(session, ("household", household_id), rule, ran_out_on):
        return
    _empty(session, "household", household_id)
    for member_id in members:
        anonymise_member(session, member_id, rule, ran_out_on)
    session.expire_all()


def anonymise_member(session: Session, member_id: int, rule: str, ran_out_on: dt.date) -> None:
    """Empty one member of a file; the household's counts keep the person."""
    if not _first_time(session, ("member", member_id), rule, ran_out_on):
        return
    _empty(session, "household_member", member_id)
    _leave_year_of_birth(session, member_id)
    _end_sign_in(session, Membership.member_id == member_id)
    session.expire_all()


def anonymise_graduate(session: Session, graduate_id: int, rule: str, ran_out_on: dt.date) -> None:
    """Empty a graduate's record and what was done for the person."""
    if not _first_time(session, ("graduate", graduate_id), rule, ran_out_on):
        return
    forgetting.forget_graduate(session, graduate_id)
    _empty(session, "graduate", graduate_id)
    for case_id in _cases_of(session, graduate_id):
        anonymise_case(session, case_id, rule, ran_out_on)
    _end_sign_in(session, Membership.graduate_id == graduate_id)
    session.expire_all()
    ranking_changes.note_graduate(session, graduate_id)


def forget_resume(session: Session, graduate_id: int) -> None:
    """Take the PDF a person brought out of the store: no duty to keep holds it."""
    file_id = session.scalar(
        sa.select(OwnResume.file_id).where(OwnResume.graduate_id == graduate_id)
    )
    if file_id is not None:
        session.execute(sa.delete(OwnResume).where(OwnResume.graduate_id == graduate_id))
        session.execute(sa.delete(StoredFile).where(StoredFile.id == file_id))


def anonymise_case(session: Session, case_id: int, rule: str, ran_out_on: dt.date) -> None:
    """Empty the texts of a closed case: the ledger of service keeps kinds, days and outcomes."""
    if _first_time(session, ("graduate_case", case_id), rule, ran_out_on):
        _empty(session, "graduate_case", case_id)
        session.expire_all()


def _cases_of(session: Session, graduate_id: int) -> Sequence[int]:
    table = personal_columns.reached("graduate_case")[0].table
    found = sa.select(table.c.id).where(table.c.graduate_id == graduate_id)
    return session.scalars(found.order_by(table.c.id)).all()


def _first_time(session: Session, subject: tuple[str, int], rule: str, ran_out_on: dt.date) -> bool:
    """Note that a row is made anonymous; False if it was already, by whatever rule."""
    kind, number = subject
    known = sa.select(AnonymisedRow.id).where(
        AnonymisedRow.subject_kind == kind, AnonymisedRow.subject_id == number
    )
    if session.scalar(known.limit(1)) is not None:
        return False
    row = {
        "subject_kind": kind,
        "subject_id": number,
        "rule": rule,
        "ran_out_on": ran_out_on,
        "anonymised_at": clock.now(),
    }
    if insert_if_new(session, AnonymisedRow, row) is None:
        return False
    audit.record(session, SYSTEM, "person.anonymised", subject=subject, rule=rule)
    return True


def _empty(session: Session, start: str, row_id: int) -> None:
    session.flush()
    chosen = sa.select(sa.literal(row_id, sa.Integer()))
    for reach in personal_columns.reached(start):
        _forget_files(session, reach, chosen)
        values = _values(reach)
        if values:
            session.execute(
                sa.update(reach.table).where(reach.condition(chosen)).values(values),
                execution_options=_QUIET,
            )


def _values(reach: Reach) -> dict[str, Any]:
    """Return what an update writes: emptied where something stood, the year of a birth."""
    found: dict[str, Any] = {}
    for name, empty in personal_columns.emptied(reach.table).items():
        column = reach.table.c[name]
        told = empty if isinstance(empty, sa.ColumnElement) else sa.literal(empty, column.type)
        found[name] = None if empty is None else sa.case((column.is_(None), None), else_=told)
    return found


def _forget_files(session: Session, reach: Reach, chosen: sa.Select[Any]) -> None:
    """Let the papers go that only these rows name: they expire now, and the night removes them.

    A row that cannot stand without its paper (自己的简历) goes with it that night.
    """
    for key in reach.table.foreign_keys:
        column = reach.table.c[key.parent.name]
        if key.column.table.name != StoredFile.__tablename__:
            continue
        named = sa.select(column).where(reach.condition(chosen), column.is_not(None))
        files = list(cast(Sequence[int], session.scalars(named).all()))
        if not files:
            continue
        if column.nullable:
            session.execute(
                sa.update(reach.table).where(reach.condition(chosen)).values({column.name: None}),
                execution_options=_QUIET,
            )
        session.execute(
            sa.update(StoredFile).where(StoredFile.id.in_(files)).values(expires_at=clock.now()),
            execution_options=_QUIET,
        )


def _end_sign_in(session: Session, whose: sa.ColumnElement[bool]) -> None:
    session.execute(
        sa.update(Membership)
        .where(whose, Membership.ended_on.is_(None))
        .values(ended_on=clock.today()),
        execution_options=_QUIET,
    )


def _leave_year_of_birth(session: Session, member_id: int) -> None:
    """Statistics by age live on the year."""
    member = session.get_one(HouseholdMember, member_id, populate_existing=True)
    if member.birth_on is not None:
        member.birth_on = member.birth_on.replace(month=1, day=1)
    session.flush()
