"""Many referrals at once at the desk: every one is judged, and what was not done says why."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from matcher.db.engine import transaction
from matcher.kinds import ConsentPurpose, Role
from matcher.kinds.referrals import ReferralState
from matcher.models.graduates import Graduate
from matcher.models.referrals import Referral
from tests.factories.referrals import make_consent
from tests.support.pages import PageClient
from tests.web.desk_world import add_referral, row_of, state_of
from tests.web.house import House, open_house


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Give one house to all tests: each makes people and referrals of its own."""
    with open_house(sqlite_template, tmp_path_factory.mktemp("batches")) as opened:
        yield opened


@pytest.fixture
def client(house: House) -> PageClient:
    return house.client(house.own.actors[Role.CASEWORKER])


def test_many_are_sent_and_each_is_judged(house: House, client: PageClient) -> None:
    agreed = add_referral(house, ReferralState.PROPOSED)
    with transaction(house.factory) as session:
        from_here = row_of(session, agreed.public_id)
        graduate = session.get_one(Graduate, from_here.graduate_id)
        _agree(session, from_here, graduate)
    silent, gone = (
        add_referral(house, ReferralState.PROPOSED),
        add_referral(house, ReferralState.DECLINED),
    )
    chosen = [agreed.public_id, silent.public_id, gone.public_id, "nobody"]

    review = client.get("/referrals/batch", query_string={"act": "send", "r": chosen})
    assert "可以办 2 条" in review.get_data(as_text=True)
    answer = client.submit("/referrals/batch", act="send", r=chosen)

    page = answer.get_data(as_text=True)
    assert "1 条已办，3 条没有办" in page
    assert "还没有本人同意向这家单位提供信息" in page
    assert state_of(house, agreed.public_id) is ReferralState.SENT
    assert state_of(house, silent.public_id) is ReferralState.PROPOSED


def _agree(session: Session, referral: Referral, graduate: Graduate) -> None:
    make_consent(session, graduate, ConsentPurpose.DISCLOSURE, referral.employer_id)


def test_many_are_withdrawn_only_with_a_reason(house: House, client: PageClient) -> None:
    one, two = add_referral(house, ReferralState.SENT), add_referral(house, ReferralState.ACCEPTED)
    chosen = [one.public_id, two.public_id]

    assert client.submit("/referrals/batch", act="withdraw", r=chosen).status_code == 422
    page = client.submit("/referrals/batch", act="withdraw", r=chosen, reason="mistake")

    assert "1 条已办，1 条没有办" in page.get_data(as_text=True)
    assert state_of(house, one.public_id) is ReferralState.WITHDRAWN
    assert state_of(house, two.public_id) is ReferralState.ACCEPTED
