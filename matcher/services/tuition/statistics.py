"""Statistics of tuition aid (金秋助学情况统计表，附件1): by union, stage and place, people and sums.

Applied and approved are read from the applications, paid from the ledger: an application whose entry was reversed is
approved and not paid. A student has one live application a year, so that
approved applications are students.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.tuition import SchoolPlace, TuitionStage, TuitionState
from matcher.models.money import LedgerEntry
from matcher.models.organisations import Union, UnionClosure
from matcher.models.tuition import TuitionApplication
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import not_found
from matcher.services.tuition.applications import SUBJECT

_APPLIED = (TuitionState.IN_APPROVAL, TuitionState.APPROVED, TuitionState.REFUSED)


@dataclass
class TuitionLine:
    """One line of the sheet; people are students, sums fen."""

    union: str
    students: set[int] = field(default_factory=set)
    """Members who applied: refused and applied again, a student is one."""
    approved: int = 0
    approved_fen: int = 0
    paid: int = 0
    paid_fen: int = 0
    of_kind: dict[tuple[TuitionStage, SchoolPlace], int] = field(default_factory=dict)
    """Approved students by stage and place."""

    @property
    def applied(self) -> int:
        """How many students applied."""
        return len(self.students)


@dataclass(frozen=True)
class TuitionSheet:
    """The sheet of one school year."""

    year: int
    union: str
    lines: list[TuitionLine]
    total: TuitionLine


def tuition_sheet(
    session: Session, by: Actor, year: int, union_id: int | None = None
) -> TuitionSheet:
    """Return the sheet of a union and all below it for one school year."""
    require(by, Permission.VIEW_MONEY)
    at = union_id or by.union_id
    if at is None or not scope_of(by).admits(session, at):
        raise not_found()
    found = session.execute(
        sa.select(TuitionApplication, Union.name, Union.code, _paid_fen().label("paid_fen"))
        .join(Union, Union.id == TuitionApplication.union_id)
        .join(UnionClosure, UnionClosure.descendant_id == TuitionApplication.union_id)
        .where(
            UnionClosure.ancestor_id == at,
            TuitionApplication.year == year,
            TuitionApplication.state.in_(_APPLIED),
        )
        .order_by(Union.code, TuitionApplication.id)
    ).all()
    lines: dict[int, TuitionLine] = {}
    total = TuitionLine("合计")
    for row in found:
        one: TuitionApplication = row.TuitionApplication
        line = lines.setdefault(one.union_id, TuitionLine(row.name))
        for each in (line, total):
            _count(each, one, int(row.paid_fen or 0))
    return TuitionSheet(year, session.get_one(Union, at).name, list(lines.values()), total)


def _paid_fen() -> sa.ScalarSelect[int]:
    """Select what the ledger says was paid on an application, reversals taken off."""
    return (
        sa.select(sa.func.sum(LedgerEntry.amount_fen))
        .where(
            LedgerEntry.subject_kind == SUBJECT,
            LedgerEntry.subject_id == TuitionApplication.id,
        )
        .correlate(TuitionApplication)
        .scalar_subquery()
    )


def _count(line: TuitionLine, one: TuitionApplication, paid_fen: int) -> None:
    line.students.add(one.member_id)
    if one.state is TuitionState.APPROVED and one.place is not None:
        line.approved += 1
        line.approved_fen += one.amount_fen or 0
        key = (one.stage, one.place)
        line.of_kind[key] = line.of_kind.get(key, 0) + 1
    if paid_fen > 0:
        line.paid += 1
    line.paid_fen += paid_fen


def kinds() -> Iterable[tuple[TuitionStage, SchoolPlace]]:
    """Return the columns of approved students in order."""
    return [(stage, place) for stage in TuitionStage for place in SchoolPlace]
