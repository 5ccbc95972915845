"""The nightly look at running clocks (时限): owners who left are replaced, amber warns, overdue climbs.

Amber opens a task for the owner. Overdue moves the owner to the next union above that has somebody (基层 → 县区 →
市) and opens a task there; still overdue some working days later, one step more. At the top it stays where it is.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.clocks import ClockEventKind, ClockState
from matcher.models.clocks import Clock
from matcher.policy.clocks import manner_of
from matcher.services import audit, tasks
from matcher.services.calendar import count_working_days
from matcher.services.clock_owners import Owner, find_owner, standing_places
from matcher.services.clocks import AMBER_TASK, OVERDUE_TASK, note_event, state_of
from matcher.services.permissions import Actor, Permission, require


@dataclass
class LookedAt:
    """What a look did; `last_id` 0 says that no clock is left to look at."""

    last_id: int = 0
    n_running: int = 0
    n_replaced: int = 0
    n_amber: int = 0
    n_escalated: int = 0


def look_at_clocks(session: Session, by: Actor, *, after_id: int = 0, limit: int = 500) -> LookedAt:
    """Look at the running clocks after one, so many at a time; a second look on a day changes nothing."""
    require(by, Permission.SUPERVISE_CASES)
    today = clock.today()
    done = LookedAt()
    standing = standing_places(session)
    found = (
        sa.select(Clock)
        .where(Clock.stopped_on.is_(None), Clock.id > after_id)
        .order_by(Clock.id)
        .limit(limit)
    )
    for running in session.scalars(found.with_for_update()).all():
        done.n_running += 1
        done.last_id = running.id
        if (running.owner_id, running.owner_union_id) not in standing:
            done.n_replaced += _replace_owner(session, by, running)
        state = state_of(running, today)
        if state is ClockState.AMBER:
            done.n_amber += _warn(session, running)
        elif state is ClockState.OVERDUE:
            done.n_escalated += _climb(session, by, running, today)
    session.flush()
    return done


def _replace_owner(session: Session, by: Actor, running: Clock) -> bool:
    """Give a clock whose owner left, or that had nobody, to somebody who is there."""
    owner = find_owner(session, running.union_id, from_level=running.level)
    owner = owner or find_owner(session, running.union_id)
    if owner is None and running.owner_id is None:
        return False  # the union holds it until somebody comes
    _hand_on(session, by, running, owner or Owner(running.union_id, None, 0), "owner_left")
    return True


def _warn(session: Session, running: Clock) -> bool:
    """Open the owner's task; True if it was not open yet."""
    rule, subject = f"{AMBER_TASK}{running.rule}", (running.subject_kind, running.subject_id)
    if tasks.find_open_task(session, rule, subject) is not None:
        return False
    tasks.open_task(
        session,
        union_id=running.owner_union_id,
        rule=f"clock.{running.rule}",
        subject=subject,
        due_on=running.due_on,
        facts={
            "clock_id": running.id,
            "level": running.level,
            "due_is_known": running.due_is_known,
        },
        assignee_id=running.owner_id,
    )
    note_event(session, running, ClockEventKind.AMBER, {"due_on": running.due_on})
    return True


def _climb(session: Session, by: Actor, running: Clock, today: dt.date) -> bool:
    """Move an overdue clock one step up if it is time, and see that its task is open; True if it moved."""
    step = manner_of(running.rule).step_working_days
    since = running.escalated_on
    due_again = since is None or count_working_days(session, since, today) >= step
    above = (
        find_owner(session, running.union_id, from_level=running.level + 1) if due_again else None
    )
    if above is not None:
        _hand_on(session, by, running, above, "overdue")
        running.escalated_on = today
    _open_overdue_task(session, running, today)
    return above is not None


def _open_overdue_task(session: Session, running: Clock, today: dt.date) -> None:
    subject = (running.subject_kind, running.subject_id)
    tasks.drop_task(session, f"{AMBER_TASK}{running.rule}", subject)
    tasks.open_task(
        session,
        union_id=running.owner_union_id,
        rule=f"overdue.{running.rule}",
        subject=subject,
        due_on=running.due_on,
        facts={"clock_id": running.id, "level": running.level, "seen_on": today.isoformat()},
        assignee_id=running.owner_id,
    )


def _hand_on(session: Session, by: Actor, running: Clock, owner: Owner, reason: str) -> None:
    """Make somebody else answer for a clock; the former one's tasks go."""
    facts = {
        "before": running.owner_id,
        "after": owner.account_id,
        "level": owner.level,
        "union_id": owner.union_id,
    }
    running.owner_id, running.owner_union_id, running.level = (
        owner.account_id,
        owner.union_id,
        owner.level,
    )
    kind = ClockEventKind.ESCALATED if reason == "overdue" else ClockEventKind.OWNER_MOVED
    note_event(session, running, kind, facts, reason=reason)
    subject = (running.subject_kind, running.subject_id)
    for prefix in (AMBER_TASK, OVERDUE_TASK):
        tasks.drop_task(session, f"{prefix}{running.rule}", subject)
    audit.record(session, by, f"clock.{kind}", subject=subject, rule=running.rule, **facts)
