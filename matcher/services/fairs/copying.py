"""A new fair from an earlier one (复制上一场): place, words, sessions, halls with their booths, and the safety plan.

People, employers, filings and devices stay where they were. Parts of the plan come along as drafts, to be settled anew.
"""

import datetime as dt
import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds.fairs import FairState
from matcher.models.fair_paperwork import FairPlanPart
from matcher.models.fairs import Booth, Fair, FairHall, FairSession
from matcher.services import audit
from matcher.services.fairs.entering import columns_of, facts_of
from matcher.services.fairs.sessions import largest_free, sessions_of
from matcher.services.fairs.sight import get_managed
from matcher.services.permissions import Actor

_TOKEN_BYTES = 9


def copy_fair(
    session: Session, by: Actor, public_id: str, *, first_on: dt.date, title: str
) -> Fair:
    """Make a fair in preparation like an earlier one, from another day on.

    Raises
    ------
    InvalidInputError
        The day is past, or there is no title.
    """
    before = get_managed(session, by, public_id, lock=False)
    fields: dict[str, str] = {}
    if first_on < clock.today():
        fields["first_on"] = "这一天已经过去，请另选一天。"
    if not title.strip():
        fields["title"] = "请填写招聘会名称。"
    if fields:
        raise InvalidInputError("fair_copy", "请修改标出的项目。", fields=fields)
    by_days = first_on - before.first_on
    columns = columns_of(facts_of(before)) | {
        "title": title.strip(),
        "first_on": first_on,
        "last_on": before.last_on + by_days,
    }
    fair = Fair(
        **columns,
        token=secrets.token_urlsafe(_TOKEN_BYTES),
        drive_id=before.drive_id,
        union_id=before.union_id,
        state=FairState.DRAFT,
        created_at=clock.now(),
        created_by_id=by.account_id,
    )
    session.add(fair)
    session.flush()
    _copy_sessions(session, before, fair, by_days)
    _copy_halls(session, before, fair)
    _copy_plan(session, by, before, fair)
    audit.record(session, by, "fair.copied", subject=("fair", fair.id), copied_from=before.id)
    session.flush()
    return fair


def _copy_sessions(session: Session, before: Fair, fair: Fair, by_days: dt.timedelta) -> None:
    """Copy the sessions; a number the police permitted holds for that fair alone and is left open."""
    for one in sessions_of(session, before.id):
        number = one.approved_number
        if number is not None and number > largest_free(fair):
            number = None
        session.add(
            FairSession(
                fair_id=fair.id,
                name=one.name,
                held_on=one.held_on + by_days,
                begins_minute=one.begins_minute,
                ends_minute=one.ends_minute,
                opens_minutes_before=one.opens_minutes_before,
                approved_number=number,
            )
        )
    session.flush()


def _copy_halls(session: Session, before: Fair, fair: Fair) -> None:
    halls = sa.select(FairHall).where(FairHall.fair_id == before.id).order_by(FairHall.id)
    for hall in session.scalars(halls).all():
        made = FairHall(
            fair_id=fair.id,
            name=hall.name,
            number=hall.number,
            n_columns=hall.n_columns,
            n_rows=hall.n_rows,
            marks=hall.marks,
        )
        session.add(made)
        session.flush()
        booths = sa.select(Booth).where(Booth.hall_id == hall.id).order_by(Booth.id)
        session.add_all(
            Booth(
                fair_id=fair.id,
                hall_id=made.id,
                label=one.label,
                column=one.column,
                row=one.row,
            )
            for one in session.scalars(booths).all()
        )
        session.flush()


def _copy_plan(session: Session, by: Actor, before: Fair, fair: Fair) -> None:
    parts = sa.select(FairPlanPart).where(FairPlanPart.fair_id == before.id)
    session.add_all(
        FairPlanPart(
            fair_id=fair.id,
            part=one.part,
            text=one.text,
            who=one.who,
            is_done=False,
            changed_at=clock.now(),
            changed_by_id=by.account_id,
        )
        for one in session.scalars(parts.order_by(FairPlanPart.id)).all()
    )
    session.flush()
