"""Answer links of a drive full of statuses, as they were sent, for the tests of their pages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import HardshipTier
from matcher.kinds.referrals import LinkPurpose, ReferralState
from matcher.models import Base
from matcher.models.referrals import Referral
from matcher.services.consents import seed_consent_texts
from matcher.services.referrals import links
from tests.factories.accounts import make_union
from tests.factories.drives import make_drive
from tests.factories.people import make_graduate, make_household
from tests.factories.postings import make_employer, make_posting
from tests.factories.referrals import make_referable, make_referral
from tests.support.pages import PageClient, form_token

_R = ReferralState


@dataclass(frozen=True)
class Asked:
    """A link that was sent, and what it is about."""

    token: str
    referral_id: int
    employer_id: int

    @property
    def address(self) -> str:
        return f"/a/{self.token}"


Ask = Callable[..., Asked]

_PURPOSE = {
    _R.PROPOSED: LinkPurpose.REFERRAL,
    _R.INTERVIEW: LinkPurpose.INTERVIEW,
    _R.OFFERED: LinkPurpose.OFFER,
    _R.SENT: LinkPurpose.EMPLOYER_ANSWER,
}


@pytest.fixture
def ask(sqlite_factory: SessionFactory) -> Ask:
    """Give a function that sends a link about a new referral in some state."""

    def made(state: ReferralState = _R.PROPOSED, **changes: Any) -> Asked:
        with transaction(sqlite_factory) as session:
            seed_consent_texts(session)
            union = make_union(session)
            drive = make_drive(session, union, name="阳光就业", neutral_name="2026 毕业生就业服务")
            employer = make_employer(session, union, name="博兴智联信息有限公司")
            posting = make_posting(session, drive, employer, title="网络运维工程师")
            household = make_household(session, union, tier=HardshipTier.DEEP, zero_employment=True)
            graduate = make_graduate(session, union, household=household, name="陈小辰")
            make_referable(session, drive, graduate)
            seat = state is _R.OFFERED
            referral = make_referral(session, posting, graduate, state=state, seat=seat, **changes)
            of_unit = state is _R.SENT
            token = links.issue(
                session,
                purpose=_PURPOSE[state],
                subject=("employer", employer.id) if of_unit else ("referral", referral.id),
                graduate_id=None if of_unit else graduate.id,
                employer_id=employer.id if of_unit else None,
            )
            return Asked(token, referral.id, employer.id)

    return made


def send(client: PageClient, asked: Asked, **fields: Any) -> Any:
    token = form_token(client.get(asked.address).text)
    return client.post(asked.address, data={"csrf_token": token, "version": "1", **fields})


def state_of(factory: SessionFactory, asked: Asked) -> ReferralState:
    with reading(factory) as session:
        return session.get_one(Referral, asked.referral_id).state


def everything(factory: SessionFactory) -> dict[str, list[str]]:
    """Return every row of every table."""
    with reading(factory) as session:
        return {
            table.name: sorted(map(repr, session.execute(sa.select(table))))
            for table in Base.metadata.sorted_tables
        }
