"""One file as its page shows it (一户一档): everything that stands in it, or only the line; constant queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import Role
from matcher.models.accounts import Account, Membership
from matcher.models.household_facts import (
    HomeVisit,
    HouseholdCause,
    HouseholdDocument,
    HouseholdExpense,
    HouseholdIncome,
)
from matcher.models.household_lives import MemberEmployment, MemberSchooling
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union
from matcher.services.hardship import amounts, causes, documents, schoolings, visits, work_history
from matcher.services.hardship.files import find_file
from matcher.services.hardship.people import members_of
from matcher.services.hardship.sight import sees_whole
from matcher.services.hardship.visits import Signatures
from matcher.services.permissions import GRANTS, Actor, Permission, require


@dataclass(frozen=True)
class FileView:
    """What an actor sees of a file; without the whole only the line."""

    household: Household
    is_whole: bool
    union_name: str
    owner_name: str | None
    members: list[HouseholdMember] = field(default_factory=list)
    incomes: list[HouseholdIncome] = field(default_factory=list)
    expenses: list[HouseholdExpense] = field(default_factory=list)
    causes: list[HouseholdCause] = field(default_factory=list)
    work: list[MemberEmployment] = field(default_factory=list)
    schoolings: list[MemberSchooling] = field(default_factory=list)
    visits: list[HomeVisit] = field(default_factory=list)
    documents: list[HouseholdDocument] = field(default_factory=list)
    signatures: Signatures | None = None

    def member(self, member_id: int | None) -> HouseholdMember | None:
        """Return a member by id."""
        return next((one for one in self.members if one.id == member_id), None)


def view_file(session: Session, by: Actor, public_id: str) -> FileView:
    """Return a file as the actor sees it."""
    household = find_file(session, by, public_id)
    named = sa.select(Union.name, Account.display_name).outerjoin(
        Account, Account.id == household.owner_id
    )
    union_name, owner_name = session.execute(named.where(Union.id == household.union_id)).one()
    if not sees_whole(session, by, household.id):
        return FileView(household, False, union_name, owner_name)
    return FileView(
        household,
        True,
        union_name,
        owner_name,
        members=members_of(session, household.id),
        incomes=amounts.incomes_of(session, household.id),
        expenses=amounts.expenses_of(session, household.id),
        causes=causes.causes_of(session, household.id),
        work=work_history.work_of(session, household.id),
        schoolings=schoolings.schoolings_of(session, household.id),
        visits=visits.visits_of(session, household.id),
        documents=documents.documents_of(session, household.id),
        signatures=visits.signatures_of(session, household.id),
    )


def names_of(session: Session, by: Actor, account_ids: Iterable[int | None]) -> dict[int, str]:
    """Return the names of the accounts a file's history speaks of; one query."""
    require(by, Permission.VIEW_FILES)
    wanted = {one for one in account_ids if one is not None}
    found = sa.select(Account.id, Account.display_name).where(Account.id.in_(wanted))
    return {row.id: row.display_name for row in session.execute(found.order_by(Account.id))}


def colleagues(session: Session, by: Actor) -> Sequence[tuple[int, str]]:
    """Return who may edit files in the actor's own union, for whose work it was; one query."""
    require(by, Permission.EDIT_FILES)
    editing = [role for role in Role if Permission.EDIT_FILES in GRANTS[role]]
    found = (
        sa.select(Account.id, Account.display_name)
        .where(
            Account.id.in_(
                sa.select(Membership.account_id).where(
                    Membership.union_id == by.union_id, Membership.role.in_(editing)
                )
            )
        )
        .order_by(Account.display_name, Account.id)
    )
    return [(row.id, row.display_name) for row in session.execute(found)]
