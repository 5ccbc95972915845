"""Public-welfare posts (公益性岗位): named by who manages the drive, never by the employer.

A placement that a referral to such a post leads to is one of public welfare too; those begun before keep what they
were recorded as.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.drives import Drive
from matcher.models.postings import Posting
from matcher.services import audit, posting_steps
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import expect_version, first_or_missing


def set_public_welfare(
    session: Session,
    by: Actor,
    public_id: str,
    *,
    is_public_welfare: bool,
    expected_version: int | None = None,
) -> Posting:
    """Say whether a posting of a drive in scope is one of public welfare; said twice it is written once."""
    require(by, Permission.MANAGE_DRIVE)
    drives = sa.select(Drive.id).where(Drive.union_id.in_(scope_of(by).unions()))
    found = sa.select(Posting).where(Posting.public_id == public_id, Posting.drive_id.in_(drives))
    posting = first_or_missing(session, found, lock=True)
    expect_version(posting, expected_version)
    if posting.is_public_welfare == is_public_welfare:
        return posting
    posting.is_public_welfare = is_public_welfare
    audit.record(
        session,
        by,
        "posting.public_welfare_set",
        subject=("posting", posting.id),
        after=is_public_welfare,
    )
    posting_steps.note(session, by, [posting.id], "public_welfare_set")
    return posting
