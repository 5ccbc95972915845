"""Public numbers → rows (公开编号): what programs name drives and employers by, within who asks."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.services.drives import list_open_drives, seen_drives
from matcher.services.employers import get_employer
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import not_found


def drive_id_of(session: Session, by: Actor, public_id: str) -> int:
    """Return the id of a drive: one an employer may post in, or one a union-side actor sees."""
    if by.employer_id is not None:
        employer = get_employer(session, by, by.employer_id)
        drives = list_open_drives(session, employer.union_id)
        found = next((drive.id for drive in drives if drive.public_id == public_id), None)
    else:
        require(by, Permission.VIEW_DRIVE)
        chosen = sa.select(Drive.id).where(Drive.public_id == public_id)
        found = session.scalar(chosen.where(Drive.id.in_(seen_drives(by))))
    if found is None:
        raise not_found()
    return found


def employer_id_of(session: Session, by: Actor, public_id: str) -> int:
    """Return the id of an employer of the scope."""
    require(by, Permission.VIEW_EMPLOYERS)
    chosen = sa.select(Employer.id).where(Employer.public_id == public_id)
    found = session.scalar(chosen.where(Employer.union_id.in_(scope_of(by).unions())))
    if found is None:
        raise not_found()
    return found


def public_drives(session: Session, drive_ids: set[int]) -> dict[int, str]:
    """Return the public numbers of drives by id; one query."""
    rows = session.execute(
        sa.select(Drive.id, Drive.public_id).where(Drive.id.in_(drive_ids)).order_by(Drive.id)
    )
    return {row.id: row.public_id for row in rows}
