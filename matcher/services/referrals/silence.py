"""Silence (逾期未答复) never approves and never just closes: the seat comes back, and somebody gets a task.

Looked at one referral at a time, each in a transaction of its own. Whoever had to answer and did not is noted once
an ask, by a step of the system that leaves the state as it is, so a late answer still works and competes for what is
free. A seat kept for somebody (预留席位) comes back only after a logged attempt to reach person or employer: before
its last day somebody has the task to call, after it the task climbs. Only when somebody has seen to the task by a
logged attempt, and a month after the last day nobody has answered, is a referral marked EXPIRED, from where it may
still go on.

Of a proposal of a plan that nobody of the staff has confirmed the person knows nothing: the silence is the staff's,
who get a task of its own (方案推荐逾期未确认). The seat stays until they or the next plan decide, unless somebody else
needs it.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import TaskState
from matcher.kinds.referrals import PENDING, ReferralState
from matcher.models.postings import Seat
from matcher.models.referrals import Referral, ReferralStep, SeatHold
from matcher.models.tasks import Task
from matcher.policy.deadlines import get_deadline
from matcher.services import tasks
from matcher.services.casework.due_dates import due_after
from matcher.services.permissions import Actor, Permission, require
from matcher.services.plans.unconfirmed import is_unconfirmed
from matcher.services.referrals import lapsing, seat_holds, stepping
from matcher.services.referrals.sight import SUBJECT
from matcher.services.referrals.silence_rules import RULES, UNCONFIRMED
from matcher.services.referrals.task_owners import owner_of

EXPIRY_RULE = "referral.expire"
"""Name of the limit in `policy/data/deadlines.csv`."""

_FURTHEST = dt.timedelta(days=60)
"""Holds that end later are not looked at tonight; longer than any lead of a call."""


@dataclass(frozen=True)
class Looked:
    """What one look did."""

    is_told: bool = False
    is_lapsed: bool = False
    is_called: bool = False
    is_expired: bool = False


def due_ids(session: Session, by: Actor) -> list[int]:
    """Return the referrals to look at today: an answer is overdue, or a seat's last day is near; three queries."""
    require(by, Permission.VIEW_REFERRALS)
    today = clock.today()
    silent = sa.select(Referral.id).where(
        Referral.state.in_(sorted(RULES)), _day_has_come(today), ~_is_told()
    )
    old = sa.select(Referral.id).where(
        Referral.state.in_(sorted(PENDING)), Referral.decide_by_on < _long_ago(today)
    )
    held = (
        sa.select(Referral.id)
        .join(SeatHold, SeatHold.referral_id == Referral.id)
        .join(Seat, Seat.id == SeatHold.seat_id)
        .where(
            SeatHold.ended_at.is_(None),
            Referral.state.in_(sorted(PENDING)),
            sa.or_(
                SeatHold.until_on < today,
                sa.and_(lapsing.kept_seats(today), SeatHold.until_on <= today + _FURTHEST),
            ),
        )
    )
    return sorted({number for one in (silent, old, held) for number in session.scalars(one)})


def _day_has_come(today: dt.date) -> sa.ColumnElement[bool]:
    """Return the condition on referrals whose day passed; one put on hold is told on the day itself."""
    on_hold = sa.and_(Referral.state == ReferralState.ON_HOLD, Referral.decide_by_on == today)
    return sa.or_(Referral.decide_by_on < today, on_hold)


def _is_told() -> sa.ColumnElement[bool]:
    """Return the condition on referrals of which it was noted that nobody answered by their day."""
    return sa.exists().where(
        ReferralStep.referral_id == Referral.id,
        ReferralStep.at >= Referral.asked_at,
        ReferralStep.facts["silence"].as_string().is_not(None),
        ReferralStep.facts["due_on"].as_string() == sa.cast(Referral.decide_by_on, sa.String),
    )


def _long_ago(today: dt.date) -> dt.date:
    """Return the day before which an answer was due for a referral to be looked at for expiry."""
    return today - (get_deadline(EXPIRY_RULE, None, today).after(today) - today)


def look_at(session: Session, by: Actor, referral_id: int) -> Looked:
    """Do what silence asks for on one referral today; looking again changes nothing."""
    require(by, Permission.REFER)
    referral = stepping.begin(session, by, referral_id)
    if referral.state not in RULES:
        return Looked()
    is_told = _tell(session, by, referral)
    if _waits_for_staff(session, referral):
        return Looked(is_told)
    hold = lapsing.look_at_hold(session, by, referral)
    is_expired = not is_told and _expire(session, by, referral)
    return Looked(is_told, hold.is_lapsed, hold.is_called, is_expired)


def _tell(session: Session, by: Actor, referral: Referral) -> bool:
    """Open the task of an overdue answer, once for each day that was set."""
    today = clock.today()
    own = Referral.id == referral.id
    due = sa.select(Referral.id).where(own, _day_has_come(today), ~_is_told())
    if referral.decide_by_on is None or session.scalar(due) is None:
        return False
    rule = UNCONFIRMED if _waits_for_staff(session, referral) else RULES[referral.state]
    facts = {"silence": rule, "due_on": referral.decide_by_on.isoformat()}
    tasks.open_task(
        session,
        union_id=referral.union_id,
        rule=rule,
        subject=(SUBJECT, referral.id),
        due_on=today,
        facts={"due_on": facts["due_on"]},
        assignee_id=owner_of(session, referral),
    )
    action = UNCONFIRMED if rule == UNCONFIRMED else "referral.silent"
    stepping.note(session, by, referral, before=referral.state, facts=facts, action=action)
    return True


def _waits_for_staff(session: Session, referral: Referral) -> bool:
    """Say whether a plan proposed it and the person was not asked yet."""
    waits = sa.select(Referral.id).where(Referral.id == referral.id, is_unconfirmed())
    return session.scalar(waits) is not None


def _expire(session: Session, by: Actor, referral: Referral) -> bool:
    """Mark a referral EXPIRED once a person closed its task and nobody answered for long after."""
    since = referral.decide_by_on
    if since is None or referral.state not in PENDING:
        return False
    late = due_after(session, EXPIRY_RULE, referral.union_id, since)
    if late.day >= clock.today() or seat_holds.live_hold(session, referral.id) is not None:
        return False
    if not _was_seen_to(session, referral):
        return False
    facts = {"silence": RULES[referral.state], "due_on": since.isoformat()}
    stepping.step(session, by, referral, ReferralState.EXPIRED, facts=facts)
    return True


def _was_seen_to(session: Session, referral: Referral) -> bool:
    """Say whether somebody closed the task of this silence: a task that still stands keeps it open."""
    task = session.execute(
        sa.select(Task.state, Task.closed_by_id)
        .where(
            Task.subject_kind == SUBJECT,
            Task.subject_id == referral.id,
            Task.rule == RULES[referral.state],
        )
        .order_by(Task.id.desc())
        .limit(1)
    ).first()
    return task is not None and task.state is TaskState.DONE and task.closed_by_id is not None
