"""Rows of a house that more than one page shows: accounts with their tokens, graduates with households, terms."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import HardshipTier, Role
from matcher.kinds.ranking_studies import StudyKind, StudyState
from matcher.kinds.referrals import LinkPurpose
from matcher.models.accounts import Account, ApiToken, Membership
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union
from matcher.models.ranking_studies import RankingStudy
from matcher.models.readings import RequirementTerm
from matcher.ranking.parameters import DriveParameters
from matcher.services import api_tokens, sign_in_sessions
from matcher.services.permissions import Actor
from matcher.services.referrals import links
from matcher.services.requirement_rules import issuer_key
from matcher.vocabulary.requirements import Meaning
from tests.factories.accounts import make_actor
from tests.factories.drives import make_entry
from tests.factories.people import (
    make_graduate,
    make_household,
    make_id_number,
    make_member,
    make_phone,
)

_OWN_PLACE = (Role.EMPLOYER, Role.GRADUATE, Role.HOLDER)
UNION_ROLES = tuple(role for role in Role if role not in _OWN_PLACE)


def make_token(session: Session, actor: Actor, token: str) -> ApiToken:
    """Insert a token of an actor's role, whether the role may have one or not."""
    membership = session.scalars(
        sa.select(Membership).where(Membership.account_id == actor.account_id)
    ).one()
    row = ApiToken(
        token_hash=sign_in_sessions.token_hash(token),
        membership_id=membership.id,
        name="x",
        created_at=clock.now(),
        expires_at=clock.now() + api_tokens.LIFE,
    )
    session.add(row)
    session.flush()
    return row


def make_term(session: Session, union: Union, *, issuer: str) -> RequirementTerm:
    """Insert an entry of an issuer's alias list."""
    row = RequirementTerm(
        union_id=union.id,
        issuer_key=issuer_key(issuer, None),
        issuer_name=issuer,
        words="账房类",
        meaning=Meaning.NODE,
        target="national:120203",
        valid_from=clock.today(),
        reason="问过",
        made_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def make_actors(
    session: Session, union: Union, employer: Employer, own: Graduate, holder: HouseholdMember
) -> dict[Role, Actor]:
    """Insert an account for every role of a place."""
    actors = {role: make_actor(session, role, union=union) for role in UNION_ROLES}
    actors[Role.HOLDER] = make_actor(session, Role.HOLDER, member=holder)
    actors[Role.EMPLOYER] = make_actor(session, Role.EMPLOYER, employer=employer)
    actors[Role.GRADUATE] = make_actor(session, Role.GRADUATE, graduate=own)
    reviewer = session.get_one(Account, actors[Role.REVIEWER].account_id)
    reviewer.totp_cipher = b"\0"  # present: pages do not ask to set it up
    return actors


def make_people(
    session: Session, union: Union, drive: Drive
) -> tuple[Graduate, Household, HouseholdMember]:
    """Make ten graduates, each second one of a household; return one of those with its household."""
    kept = None
    for number in range(10):
        household = None
        if number % 2 == 0:
            tier = (HardshipTier.DEEP, HardshipTier.RELATIVE)[number % 4 // 2]
            household = make_household(session, union, tier=tier, zero_employment=number % 4 == 0)
            member = make_member(
                session, household, is_holder=True, id_number=make_id_number(), phone=make_phone()
            )
        graduate = make_graduate(session, union, household=household, about="做过账务处理")
        make_entry(session, drive, graduate)
        if kept is None and household is not None:
            kept = (graduate, household, member)
    assert kept is not None
    return kept


def make_answer_token(session: Session, employer_id: int) -> str:
    """Issue a link by which an employer answers; of the kind that several answers do not use up."""
    return links.issue(
        session,
        purpose=LinkPurpose.EMPLOYER_ANSWER,
        subject=("employer", employer_id),
        employer_id=employer_id,
    )


def make_study(session: Session, drive_id: int) -> str:
    """Insert a comparison of rules that is computed, and return its public number."""
    study = RankingStudy(
        drive_id=drive_id,
        kind=StudyKind.COMPARISON,
        state=StudyState.DONE,
        drive_revision=1,
        asked=DriveParameters(equal_width=1).to_dict(),
        created_at=clock.now(),
    )
    session.add(study)
    session.flush()
    return study.public_id
