"""What tests of the pages of files share: reading back, and the hidden fields of a page."""

import re

import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading
from matcher.models.audit import AuditEntry
from matcher.models.households import Household, HouseholdMember
from matcher.services.hardship import people

SEALED = re.compile(r'name="people" value="([0-9a-f]+)"')
SEEN = re.compile(r'name="seen" value="([^"]*)"')


def file_of(factory: SessionFactory, public_id: str) -> Household:
    """Return a file by its public number."""
    with reading(factory) as session:
        return session.scalars(sa.select(Household).where(Household.public_id == public_id)).one()


def people_of(factory: SessionFactory, public_id: str) -> list[HouseholdMember]:
    """Return the members of a file, the holder first."""
    with reading(factory) as session:
        return people.members_of(session, file_of(factory, public_id).id)


def actions(factory: SessionFactory) -> list[str]:
    """Return the acts of the trail in order."""
    with reading(factory) as session:
        return list(session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.number)))


def hidden(page: str, pattern: re.Pattern[str]) -> str:
    """Return a hidden field of a page."""
    found = pattern.search(page)
    assert found is not None
    return found.group(1).replace("&#34;", '"')
