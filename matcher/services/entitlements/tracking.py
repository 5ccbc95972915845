"""Finding applications (政策申请), and what every act on one does: the step is logged, its task kept in step."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import TaskState
from matcher.kinds.entitlements import EntitlementState
from matcher.models.entitlements import EntitlementApplication, EntitlementStep
from matcher.models.graduates import Graduate
from matcher.models.households import Household, HouseholdMember
from matcher.policy.deadlines import get_deadline
from matcher.services import audit, tasks
from matcher.services.casework.sealed_words import seal
from matcher.services.entitlements.sight import (
    graduates_in_sight,
    members_in_sight,
    require_view,
)
from matcher.services.permissions import Actor, Permission, may, scope_of
from matcher.services.rows import expect_version, first_or_missing

SUBJECT = "entitlement_application"
"""Kind of subject of an application's tasks, of its money and of its entries in the trail."""

WORDS = "entitlement_step.words"
DUE_RULE = "entitlement.due"
RULES = (DUE_RULE,)

BEFORE_HANDING_IN = frozenset({EntitlementState.CLUE, EntitlementState.PREPARING})
"""States in which the last day still threatens."""


def in_sight(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on `EntitlementApplication` for the applications an actor sees."""
    require_view(by)
    inside = EntitlementApplication.union_id.in_(scope_of(by).unions())
    if may(by, Permission.SUPERVISE_CASES) or not may(by, Permission.VIEW_CASES):
        return inside
    graduates = sa.select(Graduate.id).where(graduates_in_sight(by))
    members = (
        sa.select(HouseholdMember.id)
        .join(Household, Household.id == HouseholdMember.household_id)
        .where(members_in_sight(by))
    )
    mine = sa.or_(
        EntitlementApplication.owner_id == by.account_id,
        EntitlementApplication.graduate_id.in_(graduates),
        sa.and_(
            EntitlementApplication.graduate_id.is_(None),
            EntitlementApplication.member_id.in_(members),
        ),
    )
    return sa.and_(inside, mine)


def find_application(session: Session, by: Actor, public_id: str) -> EntitlementApplication:
    """Return an application in sight by its public number."""
    found = sa.select(EntitlementApplication).where(
        EntitlementApplication.public_id == public_id, in_sight(by)
    )
    return first_or_missing(session, found, lock=False)


def lock_application(
    session: Session, by: Actor, application_id: int, *, expected_version: int | None = None
) -> EntitlementApplication:
    """Return an application in sight, locked for changing."""
    found = sa.select(EntitlementApplication).where(
        EntitlementApplication.id == application_id, in_sight(by)
    )
    row = first_or_missing(session, found, lock=True)
    expect_version(row, expected_version)
    return row


def log(
    session: Session,
    by: Actor,
    row: EntitlementApplication,
    act: str,
    *,
    before: EntitlementState | None,
    happened_on: dt.date | None = None,
    amount_fen: int | None = None,
    words: str | None = None,
    replaces_id: int | None = None,
    facts: dict[str, Any] | None = None,
) -> EntitlementStep:
    """Append a step, note it in the trail, and keep the task of the last day in step."""
    step = EntitlementStep(
        application_id=row.id,
        act=act,
        before=before,
        after=row.state,
        happened_on=happened_on or clock.today(),
        entered_at=clock.now(),
        actor_id=by.account_id,
        amount_fen=amount_fen,
        facts=facts or {},
        words_cipher=seal(session, words, WORDS),
        replaces_id=replaces_id,
    )
    session.add(step)
    session.flush()
    audit.record(
        session,
        by,
        f"entitlement.{act}",
        subject=(SUBJECT, row.id),
        entitlement=row.entitlement,
        before=before,
        after=row.state,
        **(facts or {}),
    )
    follow_due(session, row, done_by_id=by.account_id)
    return step


def warn_from(due_on: dt.date, region: str | None) -> dt.date:
    """Return the first day on which a last day is warned of."""
    limit = get_deadline("entitlement.warning", region, clock.today())
    return due_on - dt.timedelta(days=limit.value)


def follow_due(
    session: Session, row: EntitlementApplication, *, done_by_id: int | None = None
) -> bool:
    """Open the task of the last day when it came near, move or close it when it changed; True if one was opened."""
    subject = (SUBJECT, row.id)
    standing = tasks.find_open_task(session, DUE_RULE, subject)
    threatens = row.state in BEFORE_HANDING_IN and row.due_on is not None
    if standing is not None and (
        not threatens or standing.due_on != row.due_on or standing.assignee_id != row.owner_id
    ):
        done = TaskState.DONE if row.state not in BEFORE_HANDING_IN else TaskState.DROPPED
        tasks.close_task(session, standing.id, done, by_account_id=done_by_id)
        standing = None
    if standing is not None or not threatens or row.due_on is None:
        return False
    if clock.today() < warn_from(row.due_on, row.region_code):
        return False
    tasks.open_task(
        session,
        union_id=row.union_id,
        rule=DUE_RULE,
        subject=subject,
        due_on=row.due_on,
        facts={"entitlement": row.entitlement},
        assignee_id=row.owner_id,
    )
    return True
