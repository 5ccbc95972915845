"""Call-backs that come due (到期回访): after 1, 3, 6 months in a job, as tasks of the case's owner and a message.

The months are dated data. A job recorded late is asked about once, for the longest time that is over, and a call-back
whose job ended meanwhile is no longer needed. Looking again finds everything standing.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.base import new_public_id
from matcher.db.insertion import insert_if_new
from matcher.kinds import ConsentPurpose, MessageChannel, TaskState
from matcher.kinds.follow_ups import CallBackState
from matcher.kinds.placements import PlacementState
from matcher.kinds.referrals import LinkPurpose
from matcher.models.drives import Drive
from matcher.models.follow_ups import CallBack
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.outbox import OutboxMessage
from matcher.models.placements import Placement
from matcher.policy.deadlines import get_deadline
from matcher.policy.destinations import WORK_GROUPS
from matcher.policy.quiet_hours import first_loud, quiet_hours
from matcher.services import audit, outbox, sealing, tasks
from matcher.services.casework.due_dates import due_after
from matcher.services.follow_ups.sight import CALL_BACK
from matcher.services.outbox import NeededConsent
from matcher.services.permissions import Actor, Permission, require
from matcher.services.placements.asking import owner_of
from matcher.services.placements.case_effects import group_of
from matcher.services.referrals import links
from matcher.services.referrals.neutral_contacts import names_of

RULES = ("call_back.first", "call_back.second", "call_back.third")
"""Limits in months, the shortest first."""

ANSWER_RULE = "call_back.answer"
"""Limit to ask within, and rule of the task."""

TEMPLATE = "still_there_asked"


def live_placements() -> sa.ColumnElement[bool]:
    """Return the condition on `Placement` for those that stand and go on."""
    return sa.and_(Placement.state != PlacementState.REVOKED, Placement.ended_on.is_(None))


@dataclass(frozen=True)
class DueCall:
    """A placement that has lasted so many months and was not asked about since."""

    placement_id: int
    months: int
    reached_on: dt.date


def due_calls(session: Session, by: Actor) -> list[DueCall]:
    """Return the call-backs to open today, by placement."""
    require(by, Permission.RECORD_PLACEMENTS)
    asked = (
        sa.select(sa.func.max(CallBack.months))
        .where(CallBack.placement_id == Placement.id)
        .scalar_subquery()
    )
    found = (
        sa.select(Placement, Union.region_code, asked)
        .join(Union, Union.id == Placement.union_id)
        .where(live_placements(), Placement.started_on < clock.today())
        .order_by(Placement.id)
    )
    due = []
    for placement, region, last in session.execute(found):
        call = _longest_over(placement, region)
        if call is not None and call.months > (last or 0) and group_of(placement) in WORK_GROUPS:
            due.append(call)
    return due


def _longest_over(placement: Placement, region: str | None) -> DueCall | None:
    """Return the longest time that is over for a placement."""
    today, over = clock.today(), None
    for rule in RULES:
        limit = get_deadline(rule, region, today)
        reached = limit.after(placement.started_on)
        if reached <= today:
            over = DueCall(placement.id, limit.value, reached)
    return over


def open_call(session: Session, by: Actor, due: DueCall) -> CallBack | None:
    """Open one call-back with its task and the message to the person; None if it stands or the job ended."""
    require(by, Permission.RECORD_PLACEMENTS)
    placement = session.scalar(
        sa.select(Placement).where(Placement.id == due.placement_id, live_placements())
    )
    if placement is None:
        return None
    row = insert_if_new(
        session,
        CallBack,
        {
            "public_id": new_public_id(),
            "placement_id": placement.id,
            "graduate_id": placement.graduate_id,
            "union_id": placement.union_id,
            "months": due.months,
            "reached_on": due.reached_on,
            "due_on": due_after(session, ANSWER_RULE, placement.union_id, clock.today()).day,
            "state": CallBackState.DUE,
            "created_at": clock.now(),
        },
    )
    if row is None:
        return None
    _drop(session, CallBack.placement_id == placement.id, CallBack.months < due.months)
    tasks.open_task(
        session,
        union_id=row.union_id,
        rule=ANSWER_RULE,
        subject=(CALL_BACK, row.id),
        due_on=row.due_on,
        facts={"months": row.months},
        assignee_id=whose(session, placement),
    )
    ask_person(session, row, placement)
    audit.record(session, by, "call_back.due", subject=(CALL_BACK, row.id), months=row.months)
    session.flush()
    return row


def whose(session: Session, placement: Placement) -> int | None:
    """Return who answers for the person: the owner of the placement's case, else of the open or the last one."""
    owner = owner_of(session, placement)
    if owner is not None:
        return owner
    return session.scalar(
        sa.select(GraduateCase.owner_id)
        .where(GraduateCase.graduate_id == placement.graduate_id)
        .order_by(GraduateCase.closed_on.is_not(None), GraduateCase.id.desc())
        .limit(1)
    )


def ask_person(session: Session, row: CallBack, placement: Placement) -> bool:
    """Write the message with the link; False if there is no phone or it is written."""
    graduate = session.get_one(Graduate, row.graduate_id)
    phone = sealing.open_sealed(session, graduate, "phone")
    key = f"{TEMPLATE}:{row.id}"
    written = sa.select(OutboxMessage.id).where(OutboxMessage.unique_key == key)
    if phone is None or session.scalar(written) is not None:
        return False
    token = links.issue(
        session,
        purpose=LinkPurpose.STILL_THERE,
        subject=(CALL_BACK, row.id),
        graduate_id=graduate.id,
        region=graduate.origin_region,
    )
    drive = session.get(Drive, placement.drive_id) if placement.drive_id else None
    outbox.write(
        session,
        unique_key=key,
        channel=MessageChannel.SMS,
        template=TEMPLATE,
        parameters={"drive": names_of(drive).sender if drive else "毕业生就业服务"},
        address=phone,
        secret=links.address_of(session, token),
        consent=NeededConsent(graduate.id, ConsentPurpose.SERVICE),
        send_after=first_loud(
            clock.in_china(clock.now()), quiet_hours(graduate.origin_region, clock.today())
        ),
    )
    return True


def drop_gone(session: Session, by: Actor) -> int:
    """Drop the call-backs whose job ended or was revoked; return how many."""
    require(by, Permission.RECORD_PLACEMENTS)
    live = sa.select(Placement.id).where(live_placements())
    return _drop(session, CallBack.placement_id.not_in(live))


def drop_others(session: Session, row: CallBack) -> int:
    """Drop what else is due about the placement of a call-back that told of its end."""
    return _drop(session, CallBack.placement_id == row.placement_id, CallBack.id != row.id)


def _drop(session: Session, *which: sa.ColumnElement[bool]) -> int:
    found = sa.select(CallBack).where(CallBack.state == CallBackState.DUE, *which)
    rows = list(session.scalars(found.order_by(CallBack.id).with_for_update()))
    for row in rows:
        row.state, row.settled_at = CallBackState.DROPPED, clock.now()
        close_questions(session, row, TaskState.DROPPED)
    session.flush()
    return len(rows)


def close_questions(
    session: Session, row: CallBack, state: TaskState, account_id: int | None = None
) -> None:
    """Close the task of a call-back and end its link."""
    standing = tasks.find_open_task(session, ANSWER_RULE, (CALL_BACK, row.id))
    if standing is not None:
        tasks.close_task(session, standing.id, state, by_account_id=account_id)
    links.revoke(session, (CALL_BACK, row.id))
