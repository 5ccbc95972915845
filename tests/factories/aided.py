"""A household without work that is aided, and its child with a case: whom work clears and its end opens again."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher.kinds import Role
from matcher.kinds.zero_employment import ClaimState
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union
from matcher.models.placements import Placement
from matcher.models.zero_employment import ZeroEmploymentClaim
from matcher.services.permissions import Actor
from matcher.services.placements.facts import PlacementFacts
from tests.factories.accounts import make_actor, make_union
from tests.factories.cases import make_case
from tests.factories.people import make_graduate
from tests.factories.placements import verify_placement
from tests.factories.zero_employment import bring_to, make_jobless, make_people


@dataclass
class Aided:
    """A household, its claim, and the graduate in it."""

    session: Session
    household: Household
    claim: ZeroEmploymentClaim
    member: HouseholdMember
    graduate: Graduate
    case: GraduateCase
    clerk: Actor
    checker: Actor

    def verified(self, given: PlacementFacts | None = None) -> Placement:
        """Bring a job of the graduate to 已核."""
        return verify_placement(self.session, self.clerk, self.checker, self.graduate, given)

    def claim_state(self) -> ClaimState:
        """Return how the claim stands now."""
        self.session.refresh(self.claim)
        return self.claim.state


def make_aided(session: Session, union: Union | None = None) -> Aided:
    """Insert an aided household of two, the second of them a graduate with a case."""
    union = union or make_union(session)
    people = make_people(session, union)
    household, members = make_jobless(session, union, n_members=2)
    household.owner_id = people["clerk"].account_id
    graduate = make_graduate(session, union, household=household)
    members[1].graduate_id = graduate.id
    session.flush()
    claim = bring_to(session, people["clerk"], household, ClaimState.AIDED, people["approver"])
    case = make_case(session, graduate, owner_id=people["clerk"].account_id)
    checker = make_actor(session, Role.REVIEWER, union=union)
    return Aided(session, household, claim, members[1], graduate, case, people["clerk"], checker)
