"""Recording a call about a referral at the desk: it changes nothing but what is known, and the timeline tells it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from matcher.db.engine import reading, transaction
from matcher.kinds import Role
from matcher.kinds.referrals import ReferralState
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.postings import Posting
from matcher.models.referrals import Referral
from matcher.services.referrals.attempts import has_attempt
from tests.factories.people import make_graduate
from tests.factories.postings import make_posting
from tests.factories.referrals import make_referable, make_referral
from tests.support.pages import PageClient
from tests.web.house import House, open_house


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(sqlite_template, tmp_path_factory.mktemp("contacts")) as opened:
        yield opened


@pytest.fixture
def client(house: House) -> PageClient:
    return house.client(house.own.actors[Role.CASEWORKER])


def _made(house: House) -> str:
    with transaction(house.factory) as session:
        drive = session.get_one(Drive, session.get_one(Posting, house.own.posting_id).drive_id)
        own = session.get_one(Graduate, house.own.graduate_id).union_id
        person = make_graduate(session)
        person.union_id = own
        referral = make_referral(
            session, make_posting(session, drive), make_referable(session, drive, person)
        )
        return referral.public_id


def _post(client: PageClient, public_id: str, **fields: str) -> int:
    return client.submit(f"/referrals/{public_id}/steps/contact", **fields).status_code


def test_a_call_is_recorded_and_told_and_the_referral_stays(
    house: House, client: PageClient
) -> None:
    public_id = _made(house)
    form = client.get(f"/referrals/{public_id}/steps/contact").get_data(as_text=True)
    assert "联系了谁" in form
    assert "改天再打的日期" in form

    assert _post(client, public_id, side="employer", outcome="no_answer") == 303

    page = client.get(f"/referrals/{public_id}").get_data(as_text=True)
    assert "单位 未接" in page
    with reading(house.factory) as session:
        found = sa.select(Referral).where(Referral.public_id == public_id)
        referral = session.scalars(found).one()
        assert referral.state is ReferralState.SENT
        assert has_attempt(session, referral)


def test_a_call_put_off_asks_for_the_day(house: House, client: PageClient) -> None:
    public_id = _made(house)

    assert _post(client, public_id, side="person", outcome="follow_up") == 422
    assert _post(client, public_id, side="nobody", outcome="reached") == 422
