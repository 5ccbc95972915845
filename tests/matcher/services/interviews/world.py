"""A small interview day: one drive, two employers with slots, people referred to them."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher.kinds import ConsentPurpose, Role
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.interviews import InterviewDay
from matcher.models.organisations import Union
from matcher.models.postings import Posting
from matcher.models.referrals import Referral
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.interviews import make_day, make_slots
from tests.factories.people import make_graduate, make_household
from tests.factories.postings import make_employer, make_posting
from tests.factories.referrals import make_consent, make_referable, make_referral


@dataclass
class DayWorld:
    """What the tests of interviews stand on."""

    session: Session
    union: Union
    drive: Drive
    manager: Actor
    day: InterviewDay
    employers: list[Employer]
    postings: list[Posting]

    def refer(
        self, employer: int = 0, graduate: Graduate | None = None, **changes: object
    ) -> Referral:
        """Refer a new person, or the one given, to an employer's posting with a live consent."""
        graduate = graduate or self.person()
        posting = self.postings[employer]
        purpose = ConsentPurpose.DISCLOSURE
        consent = make_consent(self.session, graduate, purpose, posting.employer_id)
        return make_referral(
            self.session, posting, graduate, **({"consent_id": consent.id} | changes)
        )

    def person(self, *, zero_employment: bool = False) -> Graduate:
        """Insert somebody who takes part in the drive."""
        household = None
        if zero_employment:
            household = make_household(self.session, self.union, zero_employment=True)
        graduate = make_graduate(self.session, self.union, household=household)
        return make_referable(self.session, self.drive, graduate)

    def employer_actor(self, employer: int = 0) -> Actor:
        """Insert an account of an employer."""
        return make_actor(self.session, Role.EMPLOYER, employer=self.employers[employer])


def make_world(session: Session, *, slots: int = 4, employers: int = 2) -> DayWorld:
    """Insert a drive with an interview day a week ahead and employers with slots from nine o'clock."""
    union = make_union(session)
    drive = make_drive(session, union)
    day = make_day(session, drive)
    hosts = [make_employer(session, union) for _ in range(employers)]
    postings = [make_posting(session, drive, host, headcount=9) for host in hosts]
    for host in hosts:
        make_slots(session, day, host, slots)
    manager = make_actor(session, Role.DRIVE_MANAGER, union=union)
    return DayWorld(session, union, drive, manager, day, hosts, postings)
