"""Versions of the records a batch would change: as people saw them in the preview, and as they stand."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.base import Base
from matcher.kinds import ImportKind
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.postings import Posting
from matcher.services.imports.kinds import slices, table_of

MODELS: dict[ImportKind, type[Base]] = {
    ImportKind.POSTINGS: Posting,
    ImportKind.EMPLOYERS: Employer,
    ImportKind.GRADUATES: Graduate,
    ImportKind.HOUSEHOLDS: Household,
}
"""What each kind of sheet makes."""


def versions_of(
    session: Session, kind: ImportKind, ids: Iterable[int], *, lock: bool = False
) -> dict[int, int]:
    """Return the versions of records by id, locked until the commit if asked; missing ones are left out."""
    columns = table_of(MODELS[kind]).c
    found: dict[int, int] = {}
    for some in slices(ids):
        chosen = sa.select(columns.id, columns.version_id).where(columns.id.in_(some))
        if lock:
            chosen = chosen.order_by(columns.id).with_for_update()
        found.update({row.id: row.version_id for row in session.execute(chosen)})
    return found
