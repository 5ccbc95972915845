"""What verbs need of the installation: open it, find the drive somebody names."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.errors import NotFoundError
from matcher.kinds import UnionKind
from matcher.models.drives import Drive
from matcher.models.organisations import Union
from matcher.services.drives import create_drive, open_drive
from matcher.services.installation import prepare_installation
from matcher.services.organisations import create_union
from matcher.services.permissions import SYSTEM
from matcher.settings import load_settings

FIRST_UNION = "本级工会"
NEUTRAL_NAME = "毕业生就业服务"
_SUMMER_DAYS = 92
"""Length of a drive made by naming it: a summer; its dates are edited on its page."""


def open_house() -> SessionFactory:
    """Prepare and open the installation the environment names."""
    return prepare_installation(load_settings())


def find_drive(factory: SessionFactory, named: str, *, may_make: bool = False) -> Drive:
    """Return the drive a person names by name, public id or number.

    Parameters
    ----------
    may_make : in an installation that has no drive yet, the name makes the first one: somebody
        with a sheet in hand need not know more words than `import`

    Raises
    ------
    NotFoundError
        There are drives, but none of this name; the message lists them.
    """
    with transaction(factory) as session:
        drives = list(session.scalars(sa.select(Drive).order_by(Drive.id)))
        for drive in drives:
            if named in (drive.name, drive.public_id, str(drive.id)):
                return drive
        if drives or not may_make:
            names = "、".join(f"{drive.name}（{drive.id}）" for drive in drives) or "无"
            raise NotFoundError("drive_unknown", f"没有活动“{named}”。现有活动：{names}。")
        return make_drive(session, named, find_union(session, None).id)


def make_drive(session: Session, name: str, union_id: int) -> Drive:
    """Create and open a drive that begins today."""
    today = clock.today()
    drive = create_drive(
        session,
        SYSTEM,
        union_id=union_id,
        name=name,
        neutral_name=f"{today.year} {NEUTRAL_NAME}",
        opens_on=today,
        closes_on=today + dt.timedelta(days=_SUMMER_DAYS),
    )
    open_drive(session, SYSTEM, drive.id)
    return drive


def find_union(session: Session, name: str | None) -> Union:
    """Return the union of a name, made if missing; without a name the first one there is."""
    chosen = sa.select(Union).order_by(Union.id).limit(1)
    union = session.scalar(chosen if name is None else chosen.where(Union.name == name))
    if union is not None:
        return union
    count = session.scalar(sa.select(sa.func.count()).select_from(Union)) or 0
    return create_union(
        session, SYSTEM, code=f"U{count + 1:05d}", name=name or FIRST_UNION, kind=UnionKind.CITY
    )
