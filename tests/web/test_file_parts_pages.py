"""The parts of a file at the screen: added, corrected, removed, put back; both sides of a conflict shown."""

import re

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.models.household_facts import (
    HouseholdIncome,
)
from matcher.models.households import Household
from matcher.services.hardship import causes, files
from matcher.services.hardship.files import FileInput
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.files import child, holder, open_draft
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs
from tests.web.file_world import SEEN, file_of, hidden, people_of


@pytest.fixture
def worker(sqlite_factory: SessionFactory) -> Actor:
    with transaction(sqlite_factory) as session:
        return make_actor(session, Role.CASEWORKER)


@pytest.fixture
def clerk(worker: Actor, signed_in_as: SignInAs) -> PageClient:
    return signed_in_as(worker)


@pytest.fixture
def draft(sqlite_factory: SessionFactory, worker: Actor) -> str:
    """Give the public number of a draft with a holder and a child."""
    with transaction(sqlite_factory) as session:
        return open_draft(session, worker, holder(), child(), file_number="D1").public_id


@pytest.mark.parametrize(
    ("part", "form", "words"),
    [
        ("incomes", {"year": "2025", "kind": "wage", "amount": "30239.00"}, "30,239"),
        ("expenses", {"year": "2025", "kind": "medical", "amount": "5000", "gross": "9000"}, "9,000"),
        ("work", {"status": "unemployed", "from_on": "2026-01-05"}, "失业"),
        ("schooling", {"school": "某大学", "level": "bachelor", "expected_graduation_on": "2027-07-01"}, "某大学"),
        ("visits", {"visited_on": "2026-03-01", "outcome": "met", "visitors": "李、张"}, "李、张"),
        ("papers", {"kind": "identity", "valid_until": "2020-01-01"}, "已过期"),
    ],
)  # fmt: skip
def test_each_part_is_added_changed_removed_and_put_back(
    clerk: PageClient, sqlite_factory: SessionFactory, draft: str, part: str, form: dict[str, str], words: str
) -> None:  # fmt: skip
    if part in ("work", "schooling"):
        form = form | {"member_id": str(people_of(sqlite_factory, draft)[1].id)}
    base = f"/files/{draft}/facts/{part}"
    assert clerk.get(f"{base}/new").status_code == 200

    assert clerk.submit(f"{base}/new", **form).status_code == 303
    page = clerk.get(f"/files/{draft}").text
    assert words in page
    row = re.search(rf"{base}/(\d+)", page)
    assert row is not None
    edit = clerk.get(row.group())
    seen = hidden(edit.text, SEEN)
    assert clerk.submit(row.group(), **form, seen=seen).status_code == 303
    assert clerk.submit(f"{row.group()}/remove", reason="录错").status_code == 303
    page = clerk.get(f"/files/{draft}").text
    assert row.group() not in page
    undo = re.search(r'action="([^"]*put-back)"', page)
    assert undo is not None
    assert clerk.submit(undo.group(1)).status_code == 303
    assert row.group() in clerk.get(f"/files/{draft}").text


def test_what_is_wrong_in_a_part_is_said_at_its_field(clerk: PageClient, draft: str) -> None:
    base = f"/files/{draft}/facts/incomes/new"

    unread = clerk.submit(base, year="x", kind="wage", amount="-1")
    clerk.submit(base, year="2025", kind="wage", amount="100")
    twice = clerk.submit(base, year="2025", kind="wage", amount="200")

    assert (unread.status_code, twice.status_code) == (422, 422)
    assert 'id="error-year"' in unread.text
    assert "已登记，请修改那一条" in twice.text


def test_the_others_change_is_shown_beside_ones_own_and_either_can_be_taken(
    clerk: PageClient, sqlite_factory: SessionFactory, worker: Actor, draft: str
) -> None:
    seen = hidden(clerk.get(f"/files/{draft}/head").text, SEEN)
    with transaction(sqlite_factory) as session:
        row = session.scalars(sa.select(Household).where(Household.public_id == draft)).one()
        files.change_head(session, worker, row.id, FileInput(file_number="D1", unit_name="一厂"))

    conflict = clerk.submit(f"/files/{draft}/head", file_number="D1", unit_name="二厂", seen=seen)
    assert conflict.status_code == 409
    assert "用对方的：一厂" in conflict.text
    assert "用我填的：二厂" in conflict.text
    assert file_of(sqlite_factory, draft).unit_name == "一厂"
    seen = hidden(conflict.text, SEEN)
    sent = {"file_number": "D1", "unit_name": "二厂", "industry": "纺织", "seen": seen}

    clerk.submit(f"/files/{draft}/head", **sent, **{"take-unit_name": "theirs"})
    theirs = file_of(sqlite_factory, draft)
    seen = hidden(clerk.get(f"/files/{draft}/head").text, SEEN)
    clerk.submit(f"/files/{draft}/head", **(sent | {"seen": seen}), **{"take-unit_name": "mine"})

    assert (theirs.unit_name, theirs.industry) == ("一厂", "纺织")
    assert file_of(sqlite_factory, draft).unit_name == "二厂"


def test_causes_are_one_main_and_three_more(
    clerk: PageClient, sqlite_factory: SessionFactory, draft: str
) -> None:
    address = f"/files/{draft}/causes"
    seen = hidden(clerk.get(address).text, SEEN)

    too_many = clerk.submit(
        address, main="laid_off", secondary=["schooling", "disaster", "accident", "uninsured"]
    )
    clerk.submit(address, main="laid_off", secondary=["schooling"], seen=seen)
    conflict = clerk.submit(address, main="disaster", seen=seen)

    assert "最多三项" in too_many.text
    assert conflict.status_code == 409
    assert "用对方的：下岗失业" in conflict.text
    with reading(sqlite_factory) as session:
        found = causes.causes_of(session, file_of(sqlite_factory, draft).id)
        assert [one.cause.value for one in found] == ["laid_off", "schooling"]


def test_a_member_is_added_corrected_leaves_and_comes_back(
    clerk: PageClient, sqlite_factory: SessionFactory, draft: str
) -> None:
    added = clerk.submit(
        f"/files/{draft}/members/new", name="王妻", relation="配偶", is_living_together="true"
    )
    assert added.status_code == 303
    wife = people_of(sqlite_factory, draft)[2]
    address = f"/files/{draft}/members/{wife.id}"
    seen = hidden(clerk.get(address).text, SEEN)
    clerk.submit(address, name="王妻", relation="配偶", phone="13912345678", seen=seen)
    assert people_of(sqlite_factory, draft)[2].phone_masked == "139****5678"

    clerk.submit(f"{address}/leave", on=str(clock.today()), reason="迁出")
    gone = people_of(sqlite_factory, draft)[2]
    clerk.submit(f"{address}/return")
    back = people_of(sqlite_factory, draft)[2]
    clerk.submit(f"{address}/holder")

    assert (gone.in_open_file, gone.left_on) == (False, clock.today())
    assert (back.in_open_file, back.left_on) == (True, None)
    assert [one.name for one in people_of(sqlite_factory, draft) if one.is_holder] == ["王妻"]


def test_incomes_count_in_fen(
    clerk: PageClient, sqlite_factory: SessionFactory, draft: str
) -> None:
    clerk.submit(f"/files/{draft}/facts/incomes/new", year="2025", kind="wage", amount="30239.50")

    with reading(sqlite_factory) as session:
        assert session.scalars(sa.select(HouseholdIncome.amount_fen)).one() == 3_023_950
