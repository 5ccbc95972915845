"""Marks of employers (单位标识): firms of model workers and caring firms, from a day, by a source.

Rows are never changed: ending a mark or withdrawing a mistaken one is a new row that names the one before. Only the
union reads them; an employer's postings look the same with and without.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.cohorts import MarkKind
from matcher.models.employers import Employer
from matcher.models.service_events import EmployerMark
from matcher.services import audit
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import first_or_missing, get_in_scope, unique_or


@dataclass(frozen=True)
class MarkInput:
    """A mark as it is entered; `source` names the document or list it stands in."""

    kind: MarkKind
    from_on: dt.date
    source: str
    until_on: dt.date | None = None


def standing_marks() -> sa.ColumnElement[bool]:
    """Return the condition on `EmployerMark` for rows that stand: not replaced and not void."""
    newer = aliased(EmployerMark)
    return sa.and_(~EmployerMark.is_void, ~sa.exists().where(newer.replaces_id == EmployerMark.id))


def list_marks(session: Session, by: Actor, employer_id: int) -> list[EmployerMark]:
    """Return the marks of an employer in scope that stand, by kind."""
    require(by, Permission.VIEW_EMPLOYERS)
    get_in_scope(session, by, Employer, employer_id)
    found = sa.select(EmployerMark).where(EmployerMark.employer_id == employer_id, standing_marks())
    return list(session.scalars(found.order_by(EmployerMark.kind, EmployerMark.id)))


def set_mark(session: Session, by: Actor, employer_id: int, facts: MarkInput) -> EmployerMark:
    """Mark an employer of the scope, or change the days or the source of its mark, by a new row.

    Raises
    ------
    InvalidInputError
        No source, or days out of order.
    """
    require(by, Permission.VERIFY_EMPLOYER)
    get_in_scope(session, by, Employer, employer_id, lock=True)
    _check(facts)
    before = _newest(session, employer_id, facts.kind)
    mark = EmployerMark(
        employer_id=employer_id,
        kind=facts.kind,
        from_on=facts.from_on,
        until_on=facts.until_on,
        source=facts.source.strip(),
        entered_at=clock.now(),
        actor_id=by.account_id,
        replaces_id=before.id if before is not None else None,
    )
    _write(session, by, mark, "employer.marked")
    return mark


def withdraw_mark(session: Session, by: Actor, employer_id: int, mark_id: int) -> EmployerMark:
    """Withdraw a mark that was entered by mistake, by a new row; run twice it is withdrawn once."""
    require(by, Permission.VERIFY_EMPLOYER)
    get_in_scope(session, by, Employer, employer_id, lock=True)
    found = sa.select(EmployerMark).where(
        EmployerMark.id == mark_id, EmployerMark.employer_id == employer_id, standing_marks()
    )
    before = first_or_missing(session, found, lock=False)
    mark = EmployerMark(
        employer_id=employer_id,
        kind=before.kind,
        from_on=before.from_on,
        until_on=before.until_on,
        source=before.source,
        entered_at=clock.now(),
        actor_id=by.account_id,
        replaces_id=before.id,
        is_void=True,
    )
    _write(session, by, mark, "employer.mark_withdrawn")
    return mark


def _newest(session: Session, employer_id: int, kind: MarkKind) -> EmployerMark | None:
    found = sa.select(EmployerMark).where(
        EmployerMark.employer_id == employer_id, EmployerMark.kind == kind
    )
    return session.scalar(found.order_by(EmployerMark.id.desc()).limit(1))


def _write(session: Session, by: Actor, mark: EmployerMark, act: str) -> None:
    refusal = RuleBrokenError("mark_changed", "这个标识刚被别人改过，请刷新后再改。")
    with unique_or(session, refusal):
        session.add(mark)
    audit.record(
        session, by, act, subject=("employer", mark.employer_id), kind=mark.kind, mark=mark.id
    )
    session.flush()


def _check(facts: MarkInput) -> None:
    fields: dict[str, str] = {}
    if not facts.source.strip():
        fields["source"] = "请写明依据，例如表彰文件或名单。"
    if facts.from_on > clock.today():
        fields["from_on"] = "开始日期不能晚于今天。"
    if facts.until_on is not None and facts.until_on < facts.from_on:
        fields["until_on"] = "结束日期不能早于开始日期。"
    if fields:
        raise InvalidInputError("mark_input", "单位标识有误，请修改标出的项目。", fields=fields)
