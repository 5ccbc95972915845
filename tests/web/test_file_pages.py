"""Household files at the screen: the list, members, masks, a line only, the history."""

import re

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import HardshipTier, Role
from matcher.kinds.households import FileState, HardshipCause
from matcher.models.household_facts import (
    HouseholdCause,
)
from matcher.models.households import Household
from matcher.services import audit
from matcher.services.hardship import causes, changes
from matcher.services.hardship.causes import CausesInput
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.files import child, holder, open_draft
from tests.factories.people import make_household, make_id_number, make_member
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs
from tests.web.file_world import file_of, people_of


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


def test_the_list_is_filtered_and_every_count_opens_as_many_rows(
    clerk: PageClient, sqlite_factory: SessionFactory, worker: Actor
) -> None:
    with transaction(sqlite_factory) as session:
        for number, changes_of_row in (
            ("甲1", {"tier": HardshipTier.DEEP, "owner_id": worker.account_id}),
            ("乙1", {"tier": HardshipTier.RELATIVE, "zero_employment": True}),
            ("丙1", {"state": FileState.EXITED, "is_open": False}),
        ):
            row = make_household(
                session, None, union_id=worker.union_id, file_number=number, **changes_of_row
            )
            make_member(session, row, is_holder=True, name=f"{number[0]}某某")
        session.add(HouseholdCause(household_id=row.id, position=0, cause=HardshipCause.SCHOOLING))

    shown = {
        query: set(re.findall(r'<span class="sub">(.1)，', clerk.get(f"/files?{query}").text))
        for query in (
            "",
            "q=甲",
            "q=甲某",
            "tier=relative",
            "owner=me",
            "owner=none",
            "home=yes",
            "state=exited",
            "state=all",
            "state=all&cause=schooling",
            "state=nonsense",
        )
    }

    assert shown == {
        "": {"甲1", "乙1"},
        "q=甲": {"甲1"},
        "q=甲某": {"甲1"},
        "tier=relative": {"乙1"},
        "owner=me": {"甲1"},
        "owner=none": {"乙1"},
        "home=yes": {"乙1"},
        "state=exited": {"丙1"},
        "state=all": {"甲1", "乙1", "丙1"},
        "state=all&cause=schooling": {"丙1"},
        "state=nonsense": {"甲1", "乙1"},
    }
    page = clerk.get("/files").text
    for address, count in re.findall(
        r'<a href="(/files[^"]*)"[^>]*>\s*<span>[^<]*</span><strong>(\d+)</strong>', page
    ):
        rows = re.findall(r'<td role="cell" class="lead">', clerk.get(address).text)
        assert len(rows) == int(count), address


def test_names_and_numbers_are_masked_and_titles_say_nothing(
    clerk: PageClient, sqlite_factory: SessionFactory, worker: Actor
) -> None:
    number = make_id_number()
    with transaction(sqlite_factory) as session:
        made = open_draft(
            session, worker, holder(name="欧阳春梅", id_number=number, illness="肺病")
        )
        address = f"/files/{made.public_id}"

    for page in (
        clerk.get("/files").text,
        clerk.get("/files/members").text,
        clerk.get(address).text,
    ):
        assert "欧阳春梅" not in page
        assert number not in page
        assert "肺病" not in page
        title = re.search(r"<title>(.*?)</title>", page, re.S)
        assert title is not None
        assert not re.search("困难|零就业|帮扶", title.group(1))


def test_the_history_says_who_changed_which_field_when(
    clerk: PageClient, sqlite_factory: SessionFactory, draft: str
) -> None:
    child_row = people_of(sqlite_factory, draft)[1]
    clerk.submit(
        f"/files/{draft}/members/{child_row.id}", name="王小", relation="子女", illness="哮喘"
    )

    page = clerk.get(f"/files/{draft}/history").text

    assert "疾病、残疾类别和等级：空 → 已登记" in page
    assert "哮喘" not in page
    with reading(sqlite_factory) as session:
        rows, total = changes.list_changes(session, file_of(sqlite_factory, draft))
        assert total == 2
        assert rows[0].entered_at is not None


def test_the_history_tells_what_else_was_done_with_the_file(
    clerk: PageClient, sqlite_factory: SessionFactory, worker: Actor, draft: str
) -> None:
    file_id = file_of(sqlite_factory, draft).id
    with transaction(sqlite_factory) as session:
        for act in ("household.exit_proposed", "household.transfer_asked", "household.printed"):
            audit.record(session, worker, act, subject=("household", file_id))

    page = clerk.get(f"/files/{draft}/history").text

    assert "提出退出" in page
    assert "请其他工会接收档案" in page
    assert "打印档案表" not in page


def test_a_colleague_sees_a_line_and_may_not_open_the_forms(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs, worker: Actor, draft: str
) -> None:
    with transaction(sqlite_factory) as session:
        other = make_actor(session, Role.CASEWORKER)
    colleague = signed_in_as(_moved(sqlite_factory, other, worker))

    page = colleague.get(f"/files/{draft}").text

    assert "这份档案不在您名下" in page
    assert "家庭成员" not in page
    for address in ("head", "causes", "members/new", "facts/incomes/new"):
        assert colleague.get(f"/files/{draft}/{address}").status_code == 404
    assert colleague.submit(f"/files/{draft}/sheet").status_code == 404


def _moved(factory: SessionFactory, actor: Actor, to: Actor) -> Actor:
    """Give an actor a place in another's union instead of the own one."""
    with transaction(factory) as session:
        session.execute(
            sa.text("UPDATE membership SET union_id = :union WHERE account_id = :account"),
            {"union": to.union_id, "account": actor.account_id},
        )
    return Actor(actor.account_id, actor.role, union_id=to.union_id)


def test_a_file_with_causes_is_found_by_them(
    clerk: PageClient, sqlite_factory: SessionFactory, worker: Actor, draft: str
) -> None:
    with transaction(sqlite_factory) as session:
        row = session.scalars(sa.select(Household).where(Household.public_id == draft)).one()
        causes.set_causes(
            session, worker, row.id, CausesInput(main=HardshipCause.LAID_OFF, secondary=(HardshipCause.SCHOOLING,))
        )  # fmt: skip

    assert draft in clerk.get("/files?cause=schooling").text
    assert draft not in clerk.get("/files?cause=schooling&main=yes").text
