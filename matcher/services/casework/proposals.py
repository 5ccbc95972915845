"""Proposed cases (拟立个案): each summer those of a household who graduate; accepted one by one or many at once.

The nightly job proposes (`propose_cases`), the survey adds those of earlier years who look for work; nobody becomes a
case without a caseworker's act. Accepting makes the graduate's record from the file if there is none.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.insertion import insert_if_new
from matcher.errors import RuleBrokenError, YangguangError
from matcher.identity import mask_name
from matcher.kinds import EducationLevel, Role, TaskState
from matcher.kinds.casework import ProposalState
from matcher.kinds.household_facts import SchoolLevel
from matcher.models.accounts import Membership
from matcher.models.graduate_cases import CaseProposal, GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.household_lives import MemberSchooling
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import UnionClosure
from matcher.models.tasks import Task
from matcher.policy.limits import get_limit
from matcher.services import audit, sealing, tasks
from matcher.services.casework.cases import open_case
from matcher.services.casework.proposal_lists import newest_schooling
from matcher.services.graduate_links import link_household
from matcher.services.graduates import GraduateInput, MajorInput, register_graduate
from matcher.services.permissions import Actor, Permission, require, scope_of

PROPOSED_RULE = "case.proposed"
"""Task of a union (subject `union`) that has proposals nobody has looked at."""

_EDUCATION = {
    SchoolLevel.COLLEGE: EducationLevel.COLLEGE,
    SchoolLevel.BACHELOR: EducationLevel.BACHELOR,
    SchoolLevel.GRADUATE: EducationLevel.MASTER,
}


def propose_cases(session: Session, by: Actor) -> int:
    """Propose a case for everybody of an open file who graduates this year; run daily, from spring on.

    A second run changes nothing: a member is proposed once a year, whatever was decided.

    Returns
    -------
    int : how many were added
    """
    require(by, Permission.EDIT_CASES)
    today = clock.today()
    if today.month < get_limit("case_proposal.from_month", None, today).value:
        return 0
    year = today.year
    found = (
        sa.select(
            HouseholdMember.id,
            Household.union_id,
            sa.func.max(MemberSchooling.expected_graduation_on).label("expected_on"),
        )
        .join(Household, Household.id == HouseholdMember.household_id)
        .join(MemberSchooling, MemberSchooling.member_id == HouseholdMember.id)
        .where(
            Household.is_open,
            HouseholdMember.in_open_file,
            MemberSchooling.level.in_(list(_EDUCATION)),
            MemberSchooling.expected_graduation_on.between(
                dt.date(year, 1, 1), dt.date(year, 12, 31)
            ),
            Household.union_id.in_(scope_of(by).unions()),
            _not_proposed(year),
            _no_open_case(),
        )
        .group_by(HouseholdMember.id, Household.union_id)
        .order_by(HouseholdMember.id)
    )
    rows = session.execute(found).all()
    made = [propose(session, row.id, row.union_id, year, row.expected_on) for row in rows]
    session.flush()
    return sum(made)


def _not_proposed(year: int) -> sa.ColumnElement[bool]:
    return ~sa.exists().where(
        CaseProposal.member_id == HouseholdMember.id, CaseProposal.year == year
    )


def _no_open_case() -> sa.ColumnElement[bool]:
    return ~sa.exists().where(
        GraduateCase.graduate_id == HouseholdMember.graduate_id, GraduateCase.closed_on.is_(None)
    )


def propose(
    session: Session, member_id: int, union_id: int, year: int, expected_on: dt.date | None
) -> bool:
    """Propose one member's case unless it was proposed that year or is open; for callers that may."""
    open_already = sa.select(HouseholdMember.id).where(
        HouseholdMember.id == member_id, ~_no_open_case()
    )
    if session.scalar(open_already) is not None:
        return False
    made = insert_if_new(
        session,
        CaseProposal,
        {
            "union_id": union_id,
            "member_id": member_id,
            "year": year,
            "expected_on": expected_on,
            "state": ProposalState.PROPOSED,
            "created_at": clock.now(),
        },
    )
    if made is not None:
        office = _office_of(session, union_id)
        tasks.open_task(
            session,
            union_id=office,
            rule=PROPOSED_RULE,
            subject=("union", office),
            due_on=clock.today() + dt.timedelta(days=7),
        )
    return made is not None


def _office_of(session: Session, union_id: int) -> int:
    """Return the nearest union above with a caseworker: a grass-roots union has nobody to take a case up."""
    held = sa.select(Membership.union_id).where(
        Membership.role == Role.CASEWORKER, Membership.ended_on.is_(None)
    )
    nearest = (
        sa.select(UnionClosure.ancestor_id)
        .where(UnionClosure.descendant_id == union_id, UnionClosure.ancestor_id.in_(held))
        .order_by(UnionClosure.depth)
        .limit(1)
    )
    return session.scalar(nearest) or union_id


@dataclass(frozen=True)
class ProposalResult:
    """What became of one row of a batch; `message` says why it was not taken."""

    proposal_id: int
    name_masked: str
    case_public_id: str | None
    message: str | None


def accept_proposals(
    session: Session, by: Actor, proposal_ids: Sequence[int], *, owner_id: int | None = None
) -> list[ProposalResult]:
    """Open the cases of many proposals; each row succeeds or says why not, the others go on."""
    require(by, Permission.EDIT_CASES)
    results = []
    for proposal in _chosen(session, by, proposal_ids):
        member = session.get_one(HouseholdMember, proposal.member_id)
        try:
            with session.begin_nested():
                case = _accept(session, by, proposal, member, owner_id)
            results.append(
                ProposalResult(proposal.id, mask_name(member.name), case.public_id, None)
            )
        except YangguangError as error:
            results.append(ProposalResult(proposal.id, mask_name(member.name), None, error.message))
    _settle_tasks(session, by)
    return results


def _chosen(session: Session, by: Actor, proposal_ids: Sequence[int]) -> list[CaseProposal]:
    found = (
        sa.select(CaseProposal)
        .where(
            CaseProposal.id.in_(proposal_ids),
            CaseProposal.state == ProposalState.PROPOSED,
            CaseProposal.union_id.in_(scope_of(by).unions()),
        )
        .order_by(CaseProposal.id)
        .with_for_update()
    )
    return list(session.scalars(found))


def _accept(
    session: Session,
    by: Actor,
    proposal: CaseProposal,
    member: HouseholdMember,
    owner_id: int | None,
) -> GraduateCase:
    graduate = _graduate_of(session, by, proposal, member)
    standing = session.scalar(
        sa.select(GraduateCase).where(
            GraduateCase.graduate_id == graduate.id, GraduateCase.closed_on.is_(None)
        )
    )
    case = standing or open_case(session, by, graduate.id, owner_id=owner_id)
    _decide(session, by, proposal, ProposalState.ACCEPTED)
    proposal.case_id = case.id
    session.flush()
    return case


def _graduate_of(
    session: Session, by: Actor, proposal: CaseProposal, member: HouseholdMember
) -> Graduate:
    """Return the member's record as a graduate, made from the file if there is none in the scope."""
    mine = sa.select(Graduate).where(Graduate.union_id.in_(scope_of(by).unions()))
    graduate = session.scalar(mine.where(Graduate.id == member.graduate_id))
    if graduate is None and member.id_number_index is not None:
        same = mine.where(Graduate.id_number_index == member.id_number_index)
        graduate = session.scalar(same.where(Graduate.is_confirmed))
    if graduate is None:
        graduate = _register(session, by, proposal, member)
    member.graduate_id = graduate.id
    session.flush()
    if graduate.household_id is None:
        link_household(session, by, graduate.id, member.household_id)
    return graduate


def _register(
    session: Session, by: Actor, proposal: CaseProposal, member: HouseholdMember
) -> Graduate:
    last = newest_schooling(session, [member.id]).get(member.id)
    if last is None or last.level not in _EDUCATION or not (last.major or "").strip():
        raise RuleBrokenError(
            "proposal_needs_schooling", "档案里还没有学校、学历层次或专业，请补全后再立案。"
        )
    facts = GraduateInput(
        name=member.name,
        education=_EDUCATION[last.level],
        school=last.school,
        graduates_on=proposal.expected_on,
        id_number=sealing.open_sealed(session, member, "id_number"),
        phone=sealing.open_sealed(session, member, "phone"),
    )
    majors = [MajorInput(name=last.major or "")]
    return register_graduate(session, by, facts, majors, union_id=proposal.union_id)


def _decide(session: Session, by: Actor, proposal: CaseProposal, state: ProposalState) -> None:
    proposal.state, proposal.decided_at = state, clock.now()
    proposal.decided_by_id = by.account_id
    audit.record(
        session,
        by,
        f"case_proposal.{state.value}",
        subject=("case_proposal", proposal.id),
        member=proposal.member_id,
    )


def dismiss_proposals(session: Session, by: Actor, proposal_ids: Sequence[int]) -> int:
    """Say that these need no case; they are not proposed again this year."""
    require(by, Permission.EDIT_CASES)
    chosen = _chosen(session, by, proposal_ids)
    for proposal in chosen:
        _decide(session, by, proposal, ProposalState.DISMISSED)
    session.flush()
    _settle_tasks(session, by)
    return len(chosen)


def _settle_tasks(session: Session, by: Actor) -> None:
    """Drop the task of each union that has no proposal left at or below it."""
    waiting = (
        sa.select(UnionClosure.ancestor_id)
        .join(CaseProposal, CaseProposal.union_id == UnionClosure.descendant_id)
        .where(CaseProposal.state == ProposalState.PROPOSED)
    )
    done = sa.select(Task.subject_id).where(
        Task.rule == PROPOSED_RULE,
        Task.state == TaskState.OPEN,
        Task.union_id.in_(scope_of(by).unions()),
        Task.subject_id.not_in(waiting),
    )
    for union_id in session.scalars(done.order_by(Task.id)).all():
        tasks.drop_task(session, PROPOSED_RULE, ("union", union_id))
