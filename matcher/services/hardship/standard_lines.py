"""Standard lines (低保标准) a union adds with their source, and which line holds in a region on a day."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.tiers import FactGrade, StandardKind
from matcher.models.assessments import StandardLine
from matcher.models.organisations import UnionClosure
from matcher.policy.tiers.inputs import LARGEST_LINE_FEN
from matcher.policy.tiers.standard_lines import Standard, choose_standard, load_standards
from matcher.services import audit
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import first_or_missing, unique_or

_REGION_DIGITS = 6


@dataclass(frozen=True, kw_only=True)
class LineInput:
    """A line as its notice sets it."""

    kind: StandardKind
    region_code: str
    valid_from: dt.date
    valid_to: dt.date | None = None
    monthly_fen: int
    source: str
    grade: FactGrade


def add_line(session: Session, by: Actor, facts: LineInput) -> StandardLine:
    """Add a line for the actor's union and those below it.

    Raises
    ------
    InvalidInputError
        No six digits, no amount, no source, or it ends before it begins.
    RuleBrokenError
        This union has one of this kind, region and first day.
    """
    require(by, Permission.SUPERVISE_CASES)
    _check(facts)
    row = StandardLine(
        union_id=by.union_id,
        kind=facts.kind,
        region_code=facts.region_code,
        valid_from=facts.valid_from,
        valid_to=facts.valid_to,
        monthly_fen=facts.monthly_fen,
        source=facts.source.strip(),
        grade=facts.grade,
        made_by_id=by.account_id,
        made_at=clock.now(),
    )
    refusal = RuleBrokenError(
        "line_repeated", "这个地区同一天已有一条同类标准，请先停用原来的那条。"
    )
    with unique_or(session, refusal):
        session.add(row)
    audit.record(
        session,
        by,
        "standard_line.added",
        subject=("standard_line", row.id),
        region=row.region_code,
        monthly_fen=row.monthly_fen,
    )
    session.flush()
    return row


def _check(facts: LineInput) -> None:
    wrong = {}
    if len(facts.region_code) != _REGION_DIGITS or not facts.region_code.isdecimal():
        wrong["region_code"] = "请填六位行政区划代码。"
    if not 0 < facts.monthly_fen <= LARGEST_LINE_FEN:
        wrong["monthly"] = "金额须大于 0。"
    if not facts.source.strip():
        wrong["source"] = "请写明文件名称或文号。"
    if facts.valid_to is not None and facts.valid_to < facts.valid_from:
        wrong["valid_to"] = "终止日期不能早于起始日期。"
    if wrong:
        raise InvalidInputError("line_wrong", "标准线有几处要改。", fields=wrong)


def end_line(session: Session, by: Actor, public_id: str) -> StandardLine:
    """Take a line of the actor's own part of the tree out of use; it stays in the list."""
    require(by, Permission.SUPERVISE_CASES)
    found = sa.select(StandardLine).where(
        StandardLine.public_id == public_id,
        StandardLine.union_id.in_(scope_of(by).unions()),
    )
    row = first_or_missing(session, found, lock=True)
    if row.ended_at is None:
        row.ended_at, row.ended_by_id = clock.now(), by.account_id
        audit.record(session, by, "standard_line.ended", subject=("standard_line", row.id))
        session.flush()
    return row


def list_lines(session: Session, by: Actor) -> list[StandardLine]:
    """Return the lines that hold for the actor's union or were added below it, ended ones last."""
    require(by, Permission.VIEW_FILES)
    found = sa.select(StandardLine).where(
        sa.or_(
            StandardLine.union_id.in_(scope_of(by).unions()),
            StandardLine.union_id.in_(_above(by.union_id)),
        )
    )
    order = (
        StandardLine.ended_at.is_not(None),
        StandardLine.region_code,
        StandardLine.kind,
        StandardLine.valid_from.desc(),
        StandardLine.id,
    )
    return list(session.scalars(found.order_by(*order)))


def _above(union_id: int | None) -> sa.Select[int]:
    """Select the ids of a union and those above it."""
    return sa.select(UnionClosure.ancestor_id).where(UnionClosure.descendant_id == union_id)


def line_for(
    session: Session, union_id: int | None, kind: StandardKind, region: str, on: dt.date
) -> Standard | None:
    """Return the line that holds for a union in a region on a day; the union's own before those above it."""
    rows = session.execute(
        sa.select(StandardLine, UnionClosure.depth)
        .join(UnionClosure, UnionClosure.ancestor_id == StandardLine.union_id)
        .where(UnionClosure.descendant_id == union_id, StandardLine.ended_at.is_(None))
        .order_by(UnionClosure.depth.desc(), StandardLine.id)
    )
    own = [_standard(row.StandardLine) for row in rows]
    return choose_standard([*load_standards(), *own], kind, region, on)


def _standard(row: StandardLine) -> Standard:
    return Standard(
        kind=row.kind,
        region=row.region_code,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        monthly_fen=row.monthly_fen,
        source=row.source,
        grade=row.grade,
    )
