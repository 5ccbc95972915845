"""Whoever has to do with an enterprise decides nothing about the households of its workers."""

import pytest
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import Role
from matcher.models.accounts import Membership
from matcher.services.hardship.conflicts import refuse_own_enterprise
from tests.factories.accounts import make_actor, make_union
from tests.factories.people import make_household
from tests.factories.postings import make_employer


def test_an_enterprises_agent_stands_aside_while_the_agency_lasts(session: Session) -> None:
    union = make_union(session)
    actor = make_actor(session, Role.APPROVER, union=union)
    employer = make_employer(session, union)
    household = make_household(session, union, unit_name=employer.name)
    refuse_own_enterprise(session, actor.account_id, household)
    agency = Membership(account_id=actor.account_id, role=Role.EMPLOYER, employer_id=employer.id)
    session.add(agency)
    session.flush()

    with pytest.raises(RuleBrokenError) as refused:
        refuse_own_enterprise(session, actor.account_id, household)
    agency.ended_on = clock.today()
    session.flush()
    refuse_own_enterprise(session, actor.account_id, household)

    assert refused.value.code == "own_enterprise"
