"""Whose entitlements somebody sees, and the people themselves: graduates, and children of households still at school.

As with cases: the own caseload, people of the own union nobody owns, the own households; supervisors see their part
of the tree. Employers, organisers of fairs and whoever may not see hardship see nothing: not even that there is one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union, UnionClosure
from matcher.services.hardship import sight as file_sight
from matcher.services.permissions import Actor, Permission, may, require, scope_of
from matcher.services.rows import not_found


@dataclass(frozen=True)
class Claimant:
    """A person who may claim something (申领人), by the names the house has.

    Parameters
    ----------
    union_id : union that serves the person
    region : region whose rules hold there; None if no union above says one
    case_id, owner_id : of the open case, if there is one; else the household's owner
    """

    graduate_id: int | None
    member_id: int | None
    household_id: int | None
    union_id: int
    union_name: str
    name: str
    school: str | None
    public_id: str | None
    region: str | None
    case_id: int | None
    case_public_id: str | None
    owner_id: int | None

    @property
    def key(self) -> tuple[str, int]:
        """Return kind and id: a graduate is one before being a member."""
        if self.graduate_id is not None:
            return "graduate", self.graduate_id
        return "member", self.member_id or 0


def require_view(by: Actor) -> None:
    """Ask that an actor may see entitlements, which tell of hardship."""
    require(by, Permission.VIEW_ENTITLEMENTS)
    require(by, Permission.VIEW_HARDSHIP)


def graduates_in_sight(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on `Graduate` for the people whose entitlements an actor sees."""
    require_view(by)
    inside = Graduate.union_id.in_(scope_of(by).unions())
    if may(by, Permission.SUPERVISE_CASES) or not may(by, Permission.VIEW_CASES):
        return inside
    case, home = aliased(GraduateCase), aliased(Household)
    of_person = sa.and_(case.graduate_id == Graduate.id, case.closed_on.is_(None))
    own = sa.or_(
        case.owner_id == by.account_id,
        case.second_owner_id == by.account_id,
        sa.and_(case.owner_id.is_(None), case.union_id == by.union_id),
    )
    own_household = sa.exists().where(
        home.id == Graduate.household_id, home.owner_id == by.account_id
    )
    without = sa.and_(
        ~sa.exists().where(of_person), sa.or_(Graduate.union_id == by.union_id, own_household)
    )
    return sa.and_(inside, sa.or_(sa.exists().where(of_person, own), without))


def members_in_sight(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on `Household` for the files whose children's entitlements an actor sees."""
    require_view(by)
    return file_sight.whole_in_sight(by)


def find_graduate(session: Session, by: Actor, public_id: str) -> Claimant:
    """Return a graduate in sight by the public number."""
    found = sa.select(Graduate.id).where(Graduate.public_id == public_id, graduates_in_sight(by))
    return _only(session, graduate_ids=session.scalars(found).all())


def sees_graduate(session: Session, by: Actor, graduate_id: int) -> bool:
    """Say whether an actor may see a graduate's entitlements; a role that may not is told no."""
    if not may(by, Permission.VIEW_ENTITLEMENTS) or not may(by, Permission.VIEW_HARDSHIP):
        return False
    found = sa.select(Graduate.id).where(Graduate.id == graduate_id, graduates_in_sight(by))
    return session.scalar(found) is not None


def find_member(session: Session, by: Actor, member_id: int) -> Claimant:
    """Return a member of a household in sight; who is a graduate as well is both."""
    found = (
        sa.select(HouseholdMember.id)
        .join(Household, Household.id == HouseholdMember.household_id)
        .where(HouseholdMember.id == member_id, members_in_sight(by))
    )
    return _only(session, member_ids=session.scalars(found).all())


def _only(
    session: Session, *, graduate_ids: Sequence[int] = (), member_ids: Sequence[int] = ()
) -> Claimant:
    found = load_claimants(session, graduate_ids=graduate_ids, member_ids=member_ids)
    if len(found) != 1:
        raise not_found()
    return found[0]


def load_claimants(
    session: Session, *, graduate_ids: Sequence[int] = (), member_ids: Sequence[int] = ()
) -> list[Claimant]:
    """Return people by their numbers, in order; sight is the caller's."""
    of_members: dict[int, int] = {}
    alone: list[int] = []
    rows = session.execute(
        sa.select(HouseholdMember.id, HouseholdMember.graduate_id)
        .where(HouseholdMember.id.in_(member_ids))
        .order_by(HouseholdMember.id)
    )
    for row in rows:
        if row.graduate_id is None:
            alone.append(row.id)
        else:
            of_members[row.graduate_id] = row.id
    graduates = _graduates(session, sorted({*graduate_ids, *of_members}), of_members)
    return _with_regions(session, graduates + _members(session, alone))


def _graduates(session: Session, ids: list[int], given: dict[int, int]) -> list[Claimant]:
    member = (
        sa.select(sa.func.max(HouseholdMember.id))
        .where(HouseholdMember.graduate_id == Graduate.id, HouseholdMember.in_open_file)
        .correlate(Graduate)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(Graduate, member.label("member_id"), GraduateCase, Union.name, Household.owner_id)
        .join(Union, Union.id == Graduate.union_id)
        .outerjoin(Household, Household.id == Graduate.household_id)
        .outerjoin(
            GraduateCase,
            sa.and_(GraduateCase.graduate_id == Graduate.id, GraduateCase.closed_on.is_(None)),
        )
        .where(Graduate.id.in_(ids))
        .order_by(Graduate.id)
    )
    return [
        Claimant(
            graduate_id=person.id,
            member_id=given.get(person.id, member_id),
            household_id=person.household_id,
            union_id=person.union_id,
            union_name=union_name,
            name=person.name,
            school=person.school,
            public_id=person.public_id,
            region=None,
            case_id=case.id if case else None,
            case_public_id=case.public_id if case else None,
            owner_id=case.owner_id if case else owner_id,
        )
        for person, member_id, case, union_name, owner_id in rows
    ]


def _members(session: Session, ids: list[int]) -> list[Claimant]:
    rows = session.execute(
        sa.select(HouseholdMember, Household, Union.name)
        .join(Household, Household.id == HouseholdMember.household_id)
        .join(Union, Union.id == Household.union_id)
        .where(HouseholdMember.id.in_(ids))
        .order_by(HouseholdMember.id)
    )
    return [
        Claimant(
            graduate_id=None,
            member_id=member.id,
            household_id=household.id,
            union_id=household.union_id,
            union_name=union_name,
            name=member.name,
            school=None,
            public_id=None,
            region=None,
            case_id=None,
            case_public_id=None,
            owner_id=household.owner_id,
        )
        for member, household, union_name in rows
    ]


def regions_of(session: Session, union_ids: set[int]) -> dict[int, str]:
    """Return for each union the region of the nearest union above that names one, itself first."""
    rows = session.execute(
        sa.select(UnionClosure.descendant_id, Union.region_code)
        .join(Union, Union.id == UnionClosure.ancestor_id)
        .where(UnionClosure.descendant_id.in_(union_ids), Union.region_code.is_not(None))
        .order_by(UnionClosure.descendant_id, UnionClosure.depth.desc())
    )
    return {row.descendant_id: row.region_code or "" for row in rows}


def _with_regions(session: Session, people: list[Claimant]) -> list[Claimant]:
    regions = regions_of(session, {one.union_id for one in people})
    return [Claimant(**{**vars(one), "region": regions.get(one.union_id)}) for one in people]
