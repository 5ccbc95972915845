"""Two people change one record: the second is told who did what, gets back what was typed, and overwrites nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from matcher.db.engine import reading, transaction
from matcher.kinds import Role
from matcher.models.accounts import Account
from matcher.models.file_joins import Cooperation
from matcher.models.graduate_cases import GraduateCase
from matcher.services.casework import cases
from matcher.services.permissions import Actor
from tests.support.pages import PageClient
from tests.web.house import House, open_house
from web.words.audit_words import who_words


@pytest.fixture
def house(sqlite_template: Path, tmp_path: Path) -> Iterator[House]:
    with open_house(sqlite_template, tmp_path) as opened:
        yield opened


@pytest.fixture
def worker(house: House) -> Actor:
    return house.own.actors[Role.CASEWORKER]


@pytest.fixture
def client(house: House, worker: Actor) -> PageClient:
    return house.client(worker)


def _case(house: House) -> GraduateCase:
    with reading(house.factory) as session:
        found = sa.select(GraduateCase).where(GraduateCase.public_id == house.own.cases.case)
        return session.scalars(found).one()


def _name_colleague(house: House) -> Actor:
    """Give the case's second person of the test a name to be told by."""
    other = house.own.actors[Role.DRIVE_MANAGER]
    with transaction(house.factory) as session:
        session.get_one(Account, other.account_id).display_name = "马主任"
    return Actor(account_id=other.account_id, role=Role.CASEWORKER, union_id=house.own.union_id)


def _package_set_meanwhile(house: House, worker: Actor) -> int:
    """Let a colleague set the package; return the version that stood before."""
    seen = _case(house)
    colleague = _name_colleague(house)
    with transaction(house.factory) as session:
        row = session.get_one(GraduateCase, seen.id)
        owner = row.owner_id
        row.owner_id = colleague.account_id  # so that the colleague may; put back below
        session.flush()
        cases.set_package(session, colleague, seen.id, "1131")
        row.owner_id = owner
    return seen.version_id


def test_the_second_of_two_sees_the_first_ones_act_and_their_own_words_and_overwrites_nothing(
    house: House, client: PageClient, worker: Actor
) -> None:
    address = f"/cases/{house.own.cases.case}/add/closing"
    seen = _package_set_meanwhile(house, worker)

    answer = client.submit(address, reason="other", note="全家搬到外省", version=seen)

    assert answer.status_code == 409
    assert "马主任" in answer.text
    assert "改服务包" in answer.text
    assert "全家搬到外省" in answer.text
    assert "现在是：" in answer.text
    assert f'href="/cases/{house.own.cases.case}"' in answer.text
    assert _case(house).closed_on is None
    assert _case(house).package == "1131"


def test_both_values_stand_side_by_side(house: House, client: PageClient, worker: Actor) -> None:
    seen = _package_set_meanwhile(house, worker)

    answer = client.submit(
        f"/cases/{house.own.cases.case}/add/package", package="131", version=seen
    )

    assert "您填的：131 服务" in answer.text
    assert "现在是：1131 服务" in answer.text
    assert _case(house).package == "1131"


def test_what_was_typed_goes_back_into_the_form_and_is_saved_only_by_the_person(
    house: House, client: PageClient, worker: Actor
) -> None:
    address = f"/cases/{house.own.cases.case}/add/closing"
    _package_set_meanwhile(house, worker)
    now = _case(house).version_id

    again = client.submit(address, reason="other", note="全家搬到外省", version=now, refill="1")

    assert again.status_code == 422
    assert "全家搬到外省" in again.text
    assert f'name="version" value="{now}"' in again.text
    assert _case(house).closed_on is None

    saved = client.submit(address, reason="other", note="全家搬到外省", version=now)

    assert saved.status_code == 303
    assert _case(house).closed_on is not None


def test_who_is_second_to_close_is_told_who_closed(
    house: House, client: PageClient, worker: Actor
) -> None:
    address = f"/cases/{house.own.cases.case}/add/closing"
    seen = _case(house).version_id
    assert client.submit(address, reason="employed", version=seen).status_code == 303

    answer = client.submit(address, reason="other", note="联系不上", version=seen)

    assert answer.status_code == 409
    assert "您自己" in answer.text
    assert "结案" in answer.text
    assert "联系不上" in answer.text


def test_the_answer_shows_no_number_of_anybody_and_no_password(
    house: House,
) -> None:
    clerk = house.client(house.own.actors[Role.DRIVE_MANAGER])
    address = f"/employers/{house.own.employer_id}/edit"

    answer = clerk.submit(
        address, name="新名公司", contact_phone="13900001234", password="hunter2", version="999"
    )

    assert answer.status_code == 409
    assert "新名公司" in answer.text
    assert "13900001234" not in answer.text
    assert "hunter2" not in answer.text


def test_a_cooperation_ended_by_the_other_side_is_not_ended_twice(
    house: House, client: PageClient
) -> None:
    address = f"/cooperation/{house.own.joins.cooperation}"

    answer = client.submit(f"{address}/end", reason="已返乡", version="999")

    assert answer.status_code == 409
    assert "已返乡" in answer.text
    with reading(house.factory) as session:
        found = sa.select(Cooperation).where(Cooperation.public_id == house.own.joins.cooperation)
        assert session.scalars(found).one().ended_on is None


def test_those_outside_the_unions_are_told_no_names(house: House) -> None:
    with house.app.test_request_context():
        told = [
            who_words(1, "caseworker", "马主任", reader_id=2, names=names)
            for names in (True, False)
        ]

    assert told == ["马主任", "工会工作人员"]
