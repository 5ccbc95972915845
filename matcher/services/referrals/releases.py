"""Kept seats that open to all (预留席位释放): by rule alone, and each time with its line in the trail.

A seat past its release date needs nothing done: whoever takes a seat compares the date. What is done here is the
other rule: nobody was left on the list, and the days of `referral.exhausted` are over.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import SeatState, TaskState
from matcher.models.postings import Seat
from matcher.models.tasks import Task
from matcher.services import audit, ranking_changes, tasks
from matcher.services.permissions import Actor, Permission, require
from matcher.services.referrals import cascade
from matcher.services.referrals.cascade import EXHAUSTED_RULE, WAITING_RULES
from matcher.services.referrals.lapsing import kept_seats


def due_tasks(session: Session, by: Actor) -> list[int]:
    """Return the open tasks of kept seats that found nobody, by id; one query."""
    require(by, Permission.VIEW_REFERRALS)
    found = sa.select(Task.id).where(Task.rule.in_(WAITING_RULES), Task.state == TaskState.OPEN)
    return list(session.scalars(found.order_by(Task.id)))


def look_at(session: Session, by: Actor, task_id: int) -> bool:
    """Open the seat of an exhausted list once its day is past, unless somebody came in line; True if it opened.

    The task goes when the seat is taken, open to all, or handed on. Without a list nobody was ever in line: such a
    seat stays kept.
    """
    require(by, Permission.REFER)
    # The task is not locked: handing on locks the hold before the task, and closing it is one conditional update.
    task = session.get(Task, task_id, populate_existing=True)
    if task is None or task.state is not TaskState.OPEN:
        return False
    today, seat_id = clock.today(), int(task.facts.get("seat", 0))
    found = sa.select(Seat).where(
        Seat.id == seat_id, Seat.state == SeatState.OPEN, kept_seats(today)
    )
    # Handing on locks people before seats, so the seat is locked after it, and looked at again.
    free = session.scalar(found.execution_options(populate_existing=True))
    if free is None or cascade.hand_on(session, by, free.id) is not None:
        tasks.close_task(session, task_id, TaskState.DROPPED)
        return False
    # Looking again may have found a list where there was none, or none any more.
    session.refresh(task)
    stands = task.rule == EXHAUSTED_RULE and task.state is TaskState.OPEN
    if not stands or task.due_on is None or task.due_on >= today:
        return False
    seat = session.scalar(found.with_for_update().execution_options(populate_existing=True))
    if seat is None:
        return False
    seat.release_on = seat.exhausted_on = today
    tasks.close_task(session, task_id, TaskState.DROPPED)
    audit.record(
        session, by, "seat.released", subject=("posting", seat.posting_id), seat=seat.id, on=today
    )
    session.flush()
    ranking_changes.note_posting(session, seat.posting_id)
    return True
