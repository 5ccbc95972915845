"""Reading what people said to publicity (宣传同意): lists, one with its name, one's own."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.graduates import Graduate
from matcher.models.households import HouseholdMember
from matcher.models.people_rights import StoryConsent
from matcher.services.people_rights.story_consents import open_text, own_condition
from matcher.services.permissions import Actor, Permission, may, require, scope_of
from matcher.services.rows import not_found


def list_own(session: Session, by: Actor) -> list[tuple[StoryConsent, str]]:
    """Return the actor's own answers with their texts, newest first."""
    found = sa.select(StoryConsent).where(own_condition(by)).order_by(StoryConsent.id.desc())
    return [(one, open_text(session, one)) for one in session.scalars(found)]


@dataclass(frozen=True)
class StoryList:
    """A slice of the answers, with names, and how many there are."""

    rows: list[tuple[StoryConsent, str]]
    total: int


def list_consents(session: Session, by: Actor, *, limit: int = 50, offset: int = 0) -> StoryList:
    """Return what people of the scope said to publicity, newest first; those of the own caseload for caseworkers."""
    found = _in_sight(by)
    total = session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0
    rows = session.execute(found.order_by(StoryConsent.id.desc()).limit(limit).offset(offset))
    return StoryList([(row[0], row[1] or "") for row in rows], total)


def _in_sight(by: Actor) -> sa.Select[StoryConsent, str]:
    """Return the answers an actor sees, with names: all of the scope for supervisors, else the own entries."""
    require(by, Permission.VIEW_CASES)
    name = sa.func.coalesce(Graduate.name, HouseholdMember.name)
    found = (
        sa.select(StoryConsent, name)
        .outerjoin(Graduate, Graduate.id == StoryConsent.graduate_id)
        .outerjoin(HouseholdMember, HouseholdMember.id == StoryConsent.member_id)
        .where(StoryConsent.union_id.in_(scope_of(by).unions()))
    )
    if not may(by, Permission.SUPERVISE_CASES):
        found = found.where(StoryConsent.recorded_by_id == by.account_id)
    return found


def get_consent(session: Session, by: Actor, public_id: str) -> tuple[StoryConsent, str]:
    """Return an answer the actor sees, with the name of who gave it."""
    row = session.execute(_in_sight(by).where(StoryConsent.public_id == public_id)).one_or_none()
    if row is None:
        raise not_found()
    return row[0], row[1] or ""
