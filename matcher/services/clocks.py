"""Clocks (时限) for any subject: started, stopped, moved with a reason, counted anew when the calendar changes.

How long is a row of `policy/data/deadlines.csv`; how a clock warns is in `policy/data/clocks.csv`; who answers is
in `clock_owners`, the climbing in `clock_escalation`. Starting one that runs returns it as it stands.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.base import new_public_id
from matcher.db.insertion import insert_if_new
from matcher.errors import ConflictError, RuleBrokenError
from matcher.kinds.clocks import ClockEventKind, ClockState
from matcher.models.clocks import Clock, ClockEvent
from matcher.models.organisations import Union
from matcher.policy.clocks import manner_of
from matcher.policy.deadlines import Deadline, LimitUnit, get_deadline
from matcher.services import audit, calendar, tasks
from matcher.services.clock_owners import Owner, first_owner, place_of
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import expect_version, first_or_missing

AMBER_TASK = "clock."
"""Prefix of the rule of the task an amber clock opens, before the clock's own rule."""

OVERDUE_TASK = "overdue."
"""The same of one that is overdue."""


def start_clock(
    session: Session,
    *,
    rule: str,
    subject: tuple[str, int],
    union_id: int,
    region_code: str | None,
    started_on: dt.date,
    owner_id: int | None = None,
    actor_id: int | None = None,
) -> Clock:
    """Start the clock of a rule for a subject, or return the one that runs.

    Raises
    ------
    LookupError
        No limit of this name is in force in the region on that day.
    """
    standing = running_clock(session, rule, subject)
    if standing is not None:
        return standing
    region = region_code or session.scalar(sa.select(Union.region_code).where(Union.id == union_id))
    due = count_due(session, get_deadline(rule, region, started_on), started_on)
    owner = first_owner(session, union_id, owner_id)
    row: dict[str, Any] = {
        "rule": rule,
        "subject_kind": subject[0],
        "subject_id": subject[1],
        "union_id": union_id,
        "region_code": region,
        "started_on": started_on,
        "due_on": due.day,
        "due_is_known": due.is_known,
        "amber_on": manner_of(rule).amber_on(started_on, due.day),
    }
    made = insert_if_new(session, Clock, row | _owned(owner))
    if made is None:  # somebody else started it just now
        standing = running_clock(session, rule, subject)
        if standing is None:
            raise ConflictError(
                "clock_contended", "这条时限正被他人处理，请刷新后再试。", rule=rule
            )
        return standing
    facts = {"due_on": due.day, "owner_id": owner.account_id, "level": owner.level}
    note_event(session, made, ClockEventKind.STARTED, facts, actor_id=actor_id)
    return made


def _owned(owner: Owner) -> dict[str, Any]:
    """Return what a new clock has beside its days."""
    return {
        "public_id": new_public_id(),
        "owner_id": owner.account_id,
        "owner_union_id": owner.union_id,
        "level": owner.level,
        "created_at": clock.now(),
    }


def running_clock(
    session: Session, rule: str, subject: tuple[str, int], *, lock: bool = False
) -> Clock | None:
    """Return the clock that runs for a rule and a subject."""
    found = sa.select(Clock).where(
        Clock.rule == rule,
        Clock.subject_kind == subject[0],
        Clock.subject_id == subject[1],
        Clock.stopped_on.is_(None),
    )
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    return session.scalar(found)


def clocks_of(session: Session, subject: tuple[str, int]) -> list[Clock]:
    """Return all clocks of a subject, running ones first, then the newest."""
    found = sa.select(Clock).where(Clock.subject_kind == subject[0], Clock.subject_id == subject[1])
    order = (Clock.stopped_on.is_not(None), Clock.due_on.desc(), Clock.id.desc())
    return list(session.scalars(found.order_by(*order)))


def stop_clock(
    session: Session,
    *,
    rule: str,
    subject: tuple[str, int],
    on: dt.date,
    outcome: str,
    actor_id: int | None = None,
) -> bool:
    """Stop the running clock of a rule and drop its tasks; False if none ran."""
    running = running_clock(session, rule, subject, lock=True)
    if running is None:
        return False
    running.stopped_on, running.outcome = max(on, running.started_on), outcome
    facts = {"on": on, "outcome": outcome, "was_late": on > running.due_on}
    note_event(session, running, ClockEventKind.STOPPED, facts, actor_id=actor_id)
    _drop_tasks(session, running)
    session.flush()
    return True


def stop_all(
    session: Session, *, subject: tuple[str, int], on: dt.date, outcome: str, but: str | None = None
) -> int:
    """Stop every running clock of a subject, but that of one rule; return how many ran."""
    running = [one for one in clocks_of(session, subject) if one.stopped_on is None]
    stopped = [one for one in running if one.rule != but]
    for one in stopped:
        stop_clock(session, rule=one.rule, subject=subject, on=on, outcome=outcome)
    return len(stopped)


def _drop_tasks(session: Session, running: Clock) -> None:
    subject = (running.subject_kind, running.subject_id)
    for prefix in (AMBER_TASK, OVERDUE_TASK):
        tasks.drop_task(session, f"{prefix}{running.rule}", subject)


def state_of(running: Clock, today: dt.date) -> ClockState:
    """Return how a clock stands on a day; the last day itself is not overdue."""
    if running.stopped_on is not None:
        return ClockState.STOPPED
    if today > running.due_on:
        return ClockState.OVERDUE
    return ClockState.AMBER if today >= running.amber_on else ClockState.ON_TIME


def limit_of(running: Clock) -> Deadline:
    """Return the row of data a clock counts by, with its source."""
    return get_deadline(running.rule, running.region_code, running.started_on)


def count_due(session: Session, limit: Deadline, started_on: dt.date) -> calendar.Deadline:
    """Return the last day of a limit, and whether all working days counted were known."""
    if limit.unit is LimitUnit.WORKING_DAYS:
        return calendar.add_working_days(session, started_on, limit.value)
    return calendar.Deadline(limit.after(started_on), is_known=True)


def move_due(
    session: Session,
    by: Actor,
    clock_id: int,
    due_on: dt.date,
    reason: str,
    *,
    expected_version: int | None = None,
) -> Clock:
    """Set another last day by hand (改期), with the reason; only supervisors, and it stays in the log.

    Raises
    ------
    RuleBrokenError
        No reason, a day before the start, or the clock has stopped.
    """
    require(by, Permission.SUPERVISE_CASES)
    running = _get_clock(session, by, clock_id)
    expect_version(running, expected_version)
    if not reason.strip():
        raise RuleBrokenError("moving_needs_reason", "改期须写明原因。")
    if due_on <= running.started_on:
        raise RuleBrokenError("due_before_start", "新的截止日须晚于开始计时的日子。")
    before = running.due_on
    _set_due(running, due_on)
    running.is_due_by_hand, running.due_is_known = True, True
    facts = {"before": before, "after": due_on}
    note_event(
        session, running, ClockEventKind.DUE_MOVED, facts, actor_id=by.account_id, reason=reason
    )
    _drop_tasks(session, running)
    subject = (running.subject_kind, running.subject_id)
    audit.record(session, by, "clock.due_moved", subject=subject, rule=running.rule, after=due_on)
    session.flush()
    return running


def give_clock(session: Session, by: Actor, clock_id: int, account_id: int, reason: str) -> Clock:
    """Make somebody else answer for a clock: an eligible account of its union or of one above."""
    require(by, Permission.SUPERVISE_CASES)
    running = _get_clock(session, by, clock_id)
    owner = place_of(session, account_id, running.union_id)
    if owner is None:
        raise RuleBrokenError("owner_not_eligible", "此人不在该工会或其上级任职，请另选负责人。")
    before = running.owner_id
    running.owner_id, running.owner_union_id, running.level = (
        account_id,
        owner.union_id,
        owner.level,
    )
    facts = {"before": before, "after": account_id, "level": owner.level}
    note_event(
        session, running, ClockEventKind.OWNER_MOVED, facts, actor_id=by.account_id, reason=reason
    )
    _drop_tasks(session, running)  # the nightly look opens them for the new one
    subject = (running.subject_kind, running.subject_id)
    audit.record(session, by, "clock.given", subject=subject, rule=running.rule, to=account_id)
    session.flush()
    return running


def _get_clock(session: Session, by: Actor, clock_id: int) -> Clock:
    unions = scope_of(by).unions()
    found = sa.select(Clock).where(Clock.id == clock_id, Clock.union_id.in_(unions))
    running = first_or_missing(session, found, lock=True)
    if running.stopped_on is not None:
        raise RuleBrokenError("clock_stopped", "这条时限已停止计时，请刷新查看现在的时限。")
    return running


def _set_due(running: Clock, due_on: dt.date) -> None:
    running.due_on = due_on
    running.amber_on = manner_of(running.rule).amber_on(running.started_on, due_on)


def recount(session: Session, by: Actor) -> int:
    """Count the last day of every running clock again, after a notice or a correction; return how many moved."""
    require(by, Permission.SUPERVISE_CASES)
    found = sa.select(Clock).where(Clock.stopped_on.is_(None), Clock.is_due_by_hand.is_(False))
    counted: dict[tuple[Deadline, dt.date], calendar.Deadline] = {}
    n_moved = 0
    for running in session.scalars(found.order_by(Clock.id).with_for_update()):
        limit = limit_of(running)
        key = (limit, running.started_on)
        due = counted.get(key) or counted.setdefault(key, count_due(session, *key))
        running.due_is_known = due.is_known
        if due.day == running.due_on:
            continue
        before = running.due_on
        _set_due(running, due.day)
        facts = {"before": before, "after": due.day}
        note_event(session, running, ClockEventKind.DUE_MOVED, facts, reason="calendar")
        n_moved += 1
    session.flush()
    return n_moved


def note_event(
    session: Session,
    running: Clock,
    kind: ClockEventKind,
    facts: dict[str, Any],
    *,
    actor_id: int | None = None,
    reason: str | None = None,
) -> None:
    """Add a line to a clock's log."""
    plain = {k: v.isoformat() if isinstance(v, dt.date) else v for k, v in facts.items()}
    row = ClockEvent(
        clock_id=running.id,
        kind=kind,
        at=clock.now(),
        actor_id=actor_id,
        facts=plain,
        reason=reason,
    )
    session.add(row)


def events_of(session: Session, clock_ids: list[int]) -> list[ClockEvent]:
    """Return what happened to clocks, the newest first."""
    found = sa.select(ClockEvent).where(ClockEvent.clock_id.in_(clock_ids))
    return list(session.scalars(found.order_by(ClockEvent.at.desc(), ClockEvent.id.desc())))
