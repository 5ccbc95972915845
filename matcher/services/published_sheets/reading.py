"""Reading a published version by its link, without sign-in."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.published_sheets import PublishedSheet
from matcher.services.rows import not_found


def read_by_link(session: Session, token: str) -> PublishedSheet:
    """Return the version under a link, withdrawn or not; its page tells which.

    Raises
    ------
    NotFoundError
        There is none.
    """
    found = session.scalar(sa.select(PublishedSheet).where(PublishedSheet.token == token))
    if found is None:
        raise not_found()
    return found


def list_of_union(session: Session, version: PublishedSheet) -> list[PublishedSheet]:
    """Return the versions of the same union and drive that stand, the newest first."""
    found = sa.select(PublishedSheet).where(
        PublishedSheet.union_id == version.union_id,
        PublishedSheet.drive_id == version.drive_id,
        PublishedSheet.withdrawn_at.is_(None),
    )
    return list(session.scalars(found.order_by(PublishedSheet.number.desc())))
