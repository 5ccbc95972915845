"""Finding graduates (毕业生查询): lists with masked names and numbers, one person's record, one's own.

A list never tells hardship to a role without the permission to see it: the fields are None, and no
filter or order leans on them.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from matcher.errors import NotFoundError
from matcher.identity import mask_name
from matcher.kinds import EducationLevel, HardshipTier
from matcher.models.drives import DriveEntry
from matcher.models.graduates import Graduate, GraduateMajor
from matcher.models.households import Household
from matcher.services.permissions import Actor, Permission, may, require, scope_of
from matcher.services.rows import first_or_missing


@dataclass(frozen=True)
class GraduateRow:
    """One line of a list; tier and flag are None for who may not see hardship."""

    id: int
    public_id: str
    union_id: int
    name_masked: str
    phone_masked: str | None
    id_number_masked: str | None
    education: EducationLevel
    majors: tuple[str, ...]
    school: str | None
    origin_region: str | None
    is_confirmed: bool
    tier: HardshipTier | None
    is_zero_employment: bool | None


@dataclass(frozen=True)
class GraduatePage:
    """A slice of graduates and how many there are in all."""

    rows: list[GraduateRow]
    total: int


def list_graduates(
    session: Session,
    by: Actor,
    *,
    name: str = "",
    education: EducationLevel | None = None,
    region: str = "",
    drive_id: int | None = None,
    is_confirmed: bool | None = None,
    zero_employment: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> GraduatePage:
    """Return graduates of the scope by name; three queries however many there are.

    Parameters
    ----------
    name : part of the name
    region : first digits of the code of where they are from
    drive_id : only those in this drive who have not left
    zero_employment : only those of zero-employment households; for who may see hardship
    """
    require(by, Permission.VIEW_GRADUATES)
    kept = _narrowed(name, education, region, is_confirmed=is_confirmed, drive_id=drive_id)
    kept.append(Graduate.union_id.in_(scope_of(by).unions()))
    if zero_employment:
        require(by, Permission.VIEW_HARDSHIP)
        of_household = sa.select(Household.id).where(
            Household.is_open, Household.is_zero_employment
        )
        kept.append(Graduate.household_id.in_(of_household))
    total = session.scalar(sa.select(sa.func.count()).select_from(Graduate).where(*kept)) or 0
    found = (
        sa.select(Graduate, Household.tier, Household.is_zero_employment)
        .outerjoin(Household, sa.and_(Household.id == Graduate.household_id, Household.is_open))
        .options(selectinload(Graduate.majors).load_only(GraduateMajor.name))
        .where(*kept)
        .order_by(Graduate.name, Graduate.id)
        .limit(limit)
        .offset(offset)
    )
    sees = may(by, Permission.VIEW_HARDSHIP)
    rows = [
        _row(graduate, tier if sees else None, flag if sees else None, sees=sees)
        for graduate, tier, flag in session.execute(found)
    ]
    return GraduatePage(rows, total)


def _narrowed(
    name: str,
    education: EducationLevel | None,
    region: str,
    *,
    is_confirmed: bool | None,
    drive_id: int | None,
) -> list[sa.ColumnElement[bool]]:
    """Return the conditions anybody may narrow a list by."""
    kept: list[sa.ColumnElement[bool]] = []
    if name.strip():
        kept.append(Graduate.name.contains(name.strip(), autoescape=True))
    if education is not None:
        kept.append(Graduate.education == education)
    if region:
        kept.append(Graduate.origin_region.startswith(region, autoescape=True))
    if is_confirmed is not None:
        kept.append(Graduate.is_confirmed.is_(is_confirmed))
    if drive_id is not None:
        inside = sa.select(DriveEntry.graduate_id).where(
            DriveEntry.drive_id == drive_id, DriveEntry.left_at.is_(None)
        )
        kept.append(Graduate.id.in_(inside))
    return kept


def _row(
    graduate: Graduate, tier: HardshipTier | None, flag: bool | None, *, sees: bool
) -> GraduateRow:
    return GraduateRow(
        id=graduate.id,
        public_id=graduate.public_id,
        union_id=graduate.union_id,
        name_masked=mask_name(graduate.name),
        phone_masked=graduate.phone_masked,
        id_number_masked=graduate.id_number_masked,
        education=graduate.education,
        majors=tuple(major.name for major in graduate.majors),
        school=graduate.school,
        origin_region=graduate.origin_region,
        is_confirmed=graduate.is_confirmed,
        tier=(tier or HardshipTier.NONE) if sees else None,
        is_zero_employment=bool(flag) if sees else None,
    )


def get_graduate(session: Session, by: Actor, graduate_id: int) -> Graduate:
    """Return a graduate of the scope with majors and intent."""
    require(by, Permission.VIEW_GRADUATES)
    found = sa.select(Graduate).where(
        Graduate.id == graduate_id, Graduate.union_id.in_(scope_of(by).unions())
    )
    return first_or_missing(session, _with_parts(found), lock=False)


def get_own(session: Session, by: Actor) -> Graduate:
    """Return the actor's own record with majors and intent; its household is nothing for their pages."""
    require(by, Permission.EDIT_OWN_PROFILE)
    if by.graduate_id is None:
        raise NotFoundError("not_found", "没有这条记录。")
    found = sa.select(Graduate).where(Graduate.id == by.graduate_id)
    return first_or_missing(session, _with_parts(found), lock=False)


def get_readable(session: Session, by: Actor, graduate_id: int) -> Graduate:
    """Return a graduate to be read by the person, or by who may see them: for pages both have."""
    if by.graduate_id is None:
        return get_graduate(session, by, graduate_id)
    graduate = get_own(session, by)
    if graduate.id != graduate_id:
        raise NotFoundError("not_found", "没有这条记录。")
    return graduate


def _with_parts(found: sa.Select[Graduate]) -> sa.Select[Graduate]:
    return found.options(selectinload(Graduate.majors), selectinload(Graduate.intent))
