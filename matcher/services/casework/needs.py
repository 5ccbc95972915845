"""Needs (需求) and obstacles (障碍) of a case; what is not about work is passed on to the right body.

A need that was passed on keeps the day a reply is due (`case.reply`), with a task until the reply is recorded.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.casework import NeedKind, ObstacleKind
from matcher.models.graduate_cases import CaseNeed, CaseObstacle, GraduateCase
from matcher.services import audit, tasks
from matcher.services.casework.cases import REPLY_RULE, SUBJECT, get_case, get_editable_case
from matcher.services.casework.due_dates import due_after
from matcher.services.casework.sealed_words import seal, unseal
from matcher.services.people_rights import disclosures
from matcher.services.permissions import Actor
from matcher.services.rows import first_or_missing

_WORDS = "case_need.words"
_REPLY = "case_need.reply"
_OBSTACLE = "case_obstacle.words"


def add_need(
    session: Session,
    by: Actor,
    case_id: int,
    kind: NeedKind,
    *,
    words: str | None = None,
    stated_on: dt.date | None = None,
) -> CaseNeed:
    """Record what the person needs; one that is not about work waits to be passed on."""
    case = get_editable_case(session, by, case_id)
    need = CaseNeed(
        case_id=case.id,
        kind=kind,
        words_cipher=seal(session, words, _WORDS),
        stated_on=_not_later(stated_on, "stated_on"),
        entered_at=clock.now(),
        entered_by_id=by.account_id,
    )
    session.add(need)
    session.flush()
    _record(session, by, "case.need_added", case, need=need.id, kind=kind)
    session.flush()
    return need


def _not_later(day: dt.date | None, field: str) -> dt.date:
    """Return the day, today if None; a day to come is refused."""
    if day is not None and day > clock.today():
        message = "日期不能晚于今天。"
        raise InvalidInputError("case_input", message, fields={field: message})
    return day or clock.today()


def _record(session: Session, by: Actor, action: str, case: GraduateCase, **more: Any) -> None:
    audit.record(session, by, action, subject=(SUBJECT, case.id), **more)


def _get_need(
    session: Session, by: Actor, case_id: int, need_id: int
) -> tuple[GraduateCase, CaseNeed]:
    case = get_editable_case(session, by, case_id)
    found = sa.select(CaseNeed).where(CaseNeed.id == need_id, CaseNeed.case_id == case.id)
    return case, first_or_missing(session, found, lock=True)


def pass_on(
    session: Session,
    by: Actor,
    case_id: int,
    need_id: int,
    body: str,
    *,
    reply_due_on: dt.date | None = None,
) -> CaseNeed:
    """Pass a need on to the body that meets it (转介); the reply is due by the rule `case.reply`.

    Raises
    ------
    InvalidInputError
        No body is named, or the day of the reply is past.
    """
    case, need = _get_need(session, by, case_id, need_id)
    today = clock.today()
    if not body.strip():
        message = "请写明转给哪个单位。"
        raise InvalidInputError("case_input", message, fields={"body": message})
    if reply_due_on is not None and reply_due_on < today:
        message = "回复日期应是今天或以后。"
        raise InvalidInputError("case_input", message, fields={"reply_due_on": message})
    need.passed_on_to, need.passed_on_on = body.strip(), today
    need.reply_due_on = reply_due_on or due_after(session, "case.reply", case.union_id, today).day
    need.replied_on, need.reply_cipher = None, None
    session.flush()
    _record(session, by, "case.need_passed_on", case, need=need.id, reply_due_on=need.reply_due_on)
    disclosures.note_passing_on(
        session,
        by,
        subject=("graduate", case.graduate_id),
        union_id=case.union_id,
        to=(body, None),
        purpose=f"转介：{need.kind.label}",
        asked=("case_need", need.id),
    )
    follow_replies(session, case)
    session.flush()
    return need


def record_reply(
    session: Session,
    by: Actor,
    case_id: int,
    need_id: int,
    reply: str,
    *,
    on: dt.date | None = None,
) -> CaseNeed:
    """Record what the other body answered; the need is met or is passed on again."""
    case, need = _get_need(session, by, case_id, need_id)
    if need.passed_on_on is None:
        raise RuleBrokenError("need_not_passed_on", "这项需求还没有转介，先写明转给哪个单位。")
    if not reply.strip():
        message = "请写明对方怎么答复。"
        raise InvalidInputError("case_input", message, fields={"reply": message})
    need.replied_on = _not_later(on, "on")
    need.reply_cipher = seal(session, reply, _REPLY)
    session.flush()
    _record(session, by, "case.need_replied", case, need=need.id)
    follow_replies(session, case)
    session.flush()
    return need


def mark_met(
    session: Session, by: Actor, case_id: int, need_id: int, *, on: dt.date | None = None
) -> CaseNeed:
    """Say that a need is met (已满足)."""
    case, need = _get_need(session, by, case_id, need_id)
    need.met_on = _not_later(on, "on")
    session.flush()
    _record(session, by, "case.need_met", case, need=need.id)
    follow_replies(session, case)
    session.flush()
    return need


def follow_replies(session: Session, case: GraduateCase) -> None:
    """Let the case's task of replies say the nearest day a reply is awaited, or go away."""
    nearest = session.scalar(
        sa.select(sa.func.min(CaseNeed.reply_due_on)).where(
            CaseNeed.case_id == case.id,
            CaseNeed.replied_on.is_(None),
            CaseNeed.met_on.is_(None),
        )
    )
    subject = (SUBJECT, case.id)
    if nearest is None:
        tasks.drop_task(session, REPLY_RULE, subject)
        return
    task = tasks.open_task(
        session,
        union_id=case.union_id,
        rule=REPLY_RULE,
        subject=subject,
        due_on=nearest,
        assignee_id=case.owner_id,
    )
    task.due_on = nearest


def list_needs(
    session: Session, by: Actor, case_id: int
) -> list[tuple[CaseNeed, str | None, str | None]]:
    """Return the needs of a case with what was said and what was replied, open ones first."""
    get_case(session, by, case_id)
    found = sa.select(CaseNeed).where(CaseNeed.case_id == case_id)
    rows = session.scalars(found.order_by(CaseNeed.met_on.is_not(None), CaseNeed.id))
    return [
        (
            need,
            unseal(session, need.words_cipher, _WORDS),
            unseal(session, need.reply_cipher, _REPLY),
        )
        for need in rows
    ]


def add_obstacle(
    session: Session, by: Actor, case_id: int, kind: ObstacleKind, *, words: str | None = None
) -> CaseObstacle:
    """Record what stands between the person and work."""
    case = get_editable_case(session, by, case_id)
    obstacle = CaseObstacle(
        case_id=case.id,
        kind=kind,
        words_cipher=seal(session, words, _OBSTACLE),
        noted_on=clock.today(),
        entered_at=clock.now(),
        entered_by_id=by.account_id,
    )
    session.add(obstacle)
    session.flush()
    _record(session, by, "case.obstacle_added", case, obstacle=obstacle.id, kind=kind)
    return obstacle


def remove_obstacle(session: Session, by: Actor, case_id: int, obstacle_id: int) -> CaseObstacle:
    """Say that an obstacle is out of the way; it stays in the history."""
    case = get_editable_case(session, by, case_id)
    found = sa.select(CaseObstacle).where(
        CaseObstacle.id == obstacle_id, CaseObstacle.case_id == case.id
    )
    obstacle = first_or_missing(session, found, lock=True)
    obstacle.removed_on = obstacle.removed_on or clock.today()
    _record(session, by, "case.obstacle_removed", case, obstacle=obstacle.id)
    session.flush()
    return obstacle


def list_obstacles(
    session: Session, by: Actor, case_id: int
) -> list[tuple[CaseObstacle, str | None]]:
    """Return the obstacles of a case with their words, those in the way first."""
    get_case(session, by, case_id)
    found = sa.select(CaseObstacle).where(CaseObstacle.case_id == case_id)
    rows = session.scalars(found.order_by(CaseObstacle.removed_on.is_not(None), CaseObstacle.id))
    return [(one, unseal(session, one.words_cipher, _OBSTACLE)) for one in rows]
