"""A seat kept for a referral that goes on, and one that ended offered again: buttons of the desk, said before done."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from matcher.db.engine import reading
from matcher.kinds import Role
from matcher.kinds.referrals import ReferralState
from matcher.models.referrals import SeatHold
from tests.support.pages import PageClient
from tests.web.desk_world import add_referral, row_of, state_of, take_step
from tests.web.house import House, open_house

_R = ReferralState


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(sqlite_template, tmp_path_factory.mktemp("seat_steps")) as opened:
        yield opened


@pytest.fixture
def client(house: House) -> PageClient:
    return house.client(house.own.actors[Role.CASEWORKER])


def _page(client: PageClient, public_id: str, step: str = "") -> str:
    address = f"/referrals/{public_id}" + (f"/steps/{step}" if step else "")
    return client.get(address).get_data(as_text=True)


def _held(house: House, public_id: str) -> int:
    with reading(house.factory) as session:
        found = sa.select(SeatHold.id).where(
            SeatHold.referral_id == row_of(session, public_id).id, SeatHold.ended_at.is_(None)
        )
        return len(session.scalars(found).all())


@pytest.mark.parametrize("state", [_R.PROPOSED, _R.SENT, _R.INTERVIEW, _R.ON_HOLD])
def test_staff_keep_a_seat_for_a_referral_that_goes_on(
    house: House, client: PageClient, state: ReferralState
) -> None:
    made = add_referral(house, state)
    assert "steps/keep-seat" in _page(client, made.public_id)
    assert "别的推荐暂时用不了这一席" in _page(client, made.public_id, "keep-seat")

    assert take_step(client, made, "keep-seat") == 303

    assert (_held(house, made.public_id), state_of(house, made.public_id)) == (1, state)
    assert "steps/keep-seat" not in _page(client, made.public_id)
    assert take_step(client, made, "keep-seat") == 409
    assert _held(house, made.public_id) == 1


@pytest.mark.parametrize("state", [_R.WITHDRAWN, _R.EXPIRED])
def test_staff_take_up_a_referral_that_ended(
    house: House, client: PageClient, state: ReferralState
) -> None:
    made = add_referral(house, state)
    assert "steps/offer-again" in _page(client, made.public_id)
    assert "回到结束之前的一步" in _page(client, made.public_id, "offer-again")

    assert take_step(client, made, "offer-again") == 303

    assert state_of(house, made.public_id) is _R.SENT
    assert "steps/offer-again" not in _page(client, made.public_id)
    assert take_step(client, made, "offer-again") == 409


@pytest.mark.parametrize("state", [_R.SENT, _R.REFUSED, _R.DECLINED, _R.IN_POST])
def test_what_goes_on_or_somebody_answered_is_not_offered_again(
    house: House, client: PageClient, state: ReferralState
) -> None:
    made = add_referral(house, state)

    assert "steps/offer-again" not in _page(client, made.public_id)
    assert take_step(client, made, "offer-again") == 409
    assert state_of(house, made.public_id) is state
    assert ("steps/keep-seat" in _page(client, made.public_id)) is (state is _R.SENT)
