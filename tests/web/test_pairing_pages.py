"""What a partner sees is the name, the agreed help and a number by a tap; nothing tells of the family."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from matcher import clock
from matcher.db.engine import reading, transaction
from matcher.kinds import ConsentPurpose, Role
from matcher.models.consents import Consent
from matcher.models.help_requests import PairingContact
from tests.support.pages import PageClient
from tests.web.house import House, open_house

_HARDSHIP = re.compile(
    "困难|零就业|低保|援助|脱困|解困|家庭|档案|档次|深度|相对|意外致困|疾病|优先|预留|需求|个案|household|tier"
)
"""Words that tell of the family; 帮扶 stands in the name of the role, which is the partner's own."""


def _send(
    client: PageClient, address: str, fields: Mapping[str, object] | None = None
) -> TestResponse:
    return client.submit(address, **(fields or {}))


@pytest.fixture
def house(sqlite_template: Path, tmp_path: Path) -> Iterator[House]:
    with open_house(sqlite_template, tmp_path) as opened:
        yield opened


@pytest.fixture
def partner(house: House) -> PageClient:
    return house.client(house.own.actors[Role.HELPER])


def _main(page: str) -> str:
    return page[page.index("<main") : page.index("</main>")]


def test_the_pages_of_a_partner_tell_nothing_of_the_family(
    house: House, partner: PageClient
) -> None:
    pairing = house.own.cases.pairing
    pages = [
        partner.get("/pairings/own").get_data(as_text=True),
        partner.get(f"/pairings/own/{pairing}").get_data(as_text=True),
        partner.submit(f"/pairings/own/{pairing}/phone").get_data(as_text=True),
    ]

    for page in pages:
        assert "每月改一次简历" in page
        title = page[page.index("<title>") : page.index("</title>")]
        assert not _HARDSHIP.search(_main(page)), _HARDSHIP.search(_main(page))
        assert not _HARDSHIP.search(title)
        for hidden in (house.own.household, house.own.cases.case, house.own.graduate):
            assert hidden not in page
    assert "tel:139" in pages[2]


@pytest.mark.parametrize("address", ["/cases", "/requests", "/survey", "/pairings", "/files"])
def test_a_partner_opens_no_page_of_casework(partner: PageClient, address: str) -> None:
    assert partner.get(address).status_code == 403


def test_a_contact_is_recorded_and_shows_at_the_union(house: House, partner: PageClient) -> None:
    pairing = house.own.cases.pairing
    sent = {"happened_on": clock.today().isoformat(), "channel": "phone", "note": "约了周五"}

    assert _send(partner, f"/pairings/own/{pairing}", sent).status_code == 303

    worker = house.client(house.own.actors[Role.CASEWORKER])
    assert "约了周五" in worker.get(f"/pairings/{pairing}").get_data(as_text=True)
    with reading(house.factory) as session:
        row = session.scalars(sa.select(PairingContact)).one()
        assert row.entered_by_id == house.own.actors[Role.HELPER].account_id


def test_from_the_withdrawal_on_there_is_nobody_to_see(house: House, partner: PageClient) -> None:
    pairing = house.own.cases.pairing
    with transaction(house.factory) as session:
        session.execute(
            sa.update(Consent)
            .where(Consent.purpose == ConsentPurpose.PAIRING)
            .values(withdrawn_at=clock.now())
        )

    assert "现在没有结对的人" in partner.get("/pairings/own").get_data(as_text=True)
    assert partner.get(f"/pairings/own/{pairing}").status_code == 404
    assert partner.submit(f"/pairings/own/{pairing}/phone").status_code == 404


def test_the_graduate_reads_the_consent_and_withdraws_it_alone(
    house: House, partner: PageClient
) -> None:
    graduate = house.client(house.own.actors[Role.GRADUATE])
    page = graduate.get("/me/consents").text
    assert "与联系人结对" in page
    assert "帮扶" not in _main(page)

    assert graduate.submit("/me/consents/pairing/withdraw").status_code == 303

    assert "现在没有结对的人" in partner.get("/pairings/own").text
