"""Loading rows within an actor's scope, to be shown or to be changed; the same answers everywhere.

A row outside the scope answers like a missing one. What is changed is locked, and the version a
person had before their eyes is compared with the version that stands.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from matcher.errors import ConflictError, NotFoundError, RuleBrokenError
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.organisations import UnionClosure
from matcher.models.readings import RequirementTerm
from matcher.services.permissions import Actor, scope_of

OfUnion = TypeVar("OfUnion", Graduate, Household, Employer, RequirementTerm)
Row = TypeVar("Row")

_KEPT_AT_THE_FILE = frozenset({"household_exit", "yearly_review_item", "zero_employment_claim"})
"""Tables whose acts the trail keeps at the household they are about."""


class Versioned(Protocol):
    """A row with an optimistic lock."""

    @property
    def version_id(self) -> int:
        """Counts the changes of the row."""


def not_found() -> NotFoundError:
    """Return the one answer for rows that are missing or belong to others."""
    return NotFoundError("not_found", "没有这条记录，或不在您的管辖范围内。")


def get_in_scope(
    session: Session, by: Actor, model: type[OfUnion], row_id: int, *, lock: bool = False
) -> OfUnion:
    """Return a row that a union of the actor's scope keeps, locked for changing if asked."""
    found = sa.select(model).where(model.id == row_id, model.union_id.in_(scope_of(by).unions()))
    return first_or_missing(session, found, lock=lock)


def first_or_missing(session: Session, found: sa.Select[Row], *, lock: bool) -> Row:
    """Return the one row of a select, fresh if it is locked; raises NotFoundError."""
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    row = session.scalar(found)
    if row is None:
        raise not_found()
    return row


def expect_version(row: Versioned, expected: int | None) -> None:
    """Raise ConflictError if the row is not the version the person saw; None expects nothing."""
    if expected is not None and row.version_id != expected:
        raise ConflictError(
            "changed_meanwhile",
            "这条记录刚被别人修改过，请核对最新内容后再保存。",
            expected=expected,
            current=row.version_id,
            subject=_subject_of(row),
        )


def _subject_of(row: Versioned) -> tuple[str, int]:
    """Return kind and id under which the trail keeps the acts on a row."""
    kind = str(getattr(row, "__tablename__", ""))
    if kind in _KEPT_AT_THE_FILE:
        return "household", int(getattr(row, "household_id", 0))
    return kind, int(getattr(row, "id", 0))


def touch(row: Versioned) -> None:
    """Count a change of a row's parts (majors, intent, seats) as a change of the row itself."""
    flag_modified(row, "created_at")


def is_below(session: Session, union_id: int, above_id: int) -> bool:
    """Say whether a union is another one or lies below it."""
    pair = (above_id, union_id)
    return session.get(UnionClosure, pair) is not None


@contextmanager
def unique_or(session: Session, refusal: RuleBrokenError) -> Iterator[None]:
    """Write inside a savepoint and raise the refusal if a unique index stands against it.

    The rule is the index, so two who do it at once are told the same as one who comes late; the
    session stays usable. Change rows inside the block: entering it flushes what was changed before.
    """
    try:
        with session.begin_nested():
            yield
            session.flush()
    except IntegrityError as error:
        if not _is_unique_violation(error):
            raise
        raise refusal from error


def _is_unique_violation(error: IntegrityError) -> bool:
    """Tell a unique index from the other constraints, by the driver's own code."""
    code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
    return code in {"23505", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}
