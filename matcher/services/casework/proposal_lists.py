"""Reading proposed cases (拟立个案): who they are, with the schooling the file keeps."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.identity import mask_name
from matcher.kinds.casework import ProposalState
from matcher.kinds.household_facts import SchoolLevel
from matcher.models.graduate_cases import CaseProposal
from matcher.models.household_lives import MemberSchooling
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union
from matcher.services.permissions import Actor, Permission, require, scope_of


@dataclass(frozen=True)
class ProposalLine:
    """A line of the list of proposals."""

    id: int
    name_masked: str
    union_name: str
    school: str | None
    major: str | None
    level: SchoolLevel | None
    expected_on: dt.date | None
    household_public_id: str


def list_proposals(
    session: Session, by: Actor, *, limit: int = 50, offset: int = 0
) -> tuple[list[ProposalLine], int]:
    """Return the proposals nobody decided, with how many there are in all; three queries."""
    require(by, Permission.VIEW_CASES)
    kept = (
        CaseProposal.union_id.in_(scope_of(by).unions()),
        CaseProposal.state == ProposalState.PROPOSED,
    )
    total = session.scalar(sa.select(sa.func.count(CaseProposal.id)).where(*kept)) or 0
    rows = session.execute(
        sa.select(
            CaseProposal, HouseholdMember.name, Union.name.label("union"), Household.public_id
        )
        .join(HouseholdMember, HouseholdMember.id == CaseProposal.member_id)
        .join(Household, Household.id == HouseholdMember.household_id)
        .join(Union, Union.id == CaseProposal.union_id)
        .where(*kept)
        .order_by(CaseProposal.union_id, CaseProposal.id)
        .limit(limit)
        .offset(offset)
    ).all()
    schooling = newest_schooling(session, [row.CaseProposal.member_id for row in rows])
    lines = []
    for proposal, name, union, household in rows:
        last = schooling.get(proposal.member_id)
        lines.append(
            ProposalLine(
                proposal.id,
                mask_name(name),
                union,
                last.school if last else None,
                last.major if last else None,
                last.level if last else None,
                proposal.expected_on,
                household,
            )
        )
    return lines, total


def newest_schooling(session: Session, member_ids: Sequence[int]) -> dict[int, MemberSchooling]:
    """Return the last schooling of each member: the latest expected graduation, one query."""
    found = sa.select(MemberSchooling).where(MemberSchooling.member_id.in_(member_ids))
    rows = session.scalars(
        found.order_by(
            MemberSchooling.expected_graduation_on.is_(None).desc(),
            MemberSchooling.expected_graduation_on,
            MemberSchooling.id,
        )
    )
    return {row.member_id: row for row in rows}
