"""Pages of plans: both results side by side, choose, publish, take back, pin, compare, seat by seat, the file."""

import json
import re

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.kinds.plans import PinKind
from matcher.models.audit import AuditEntry
from matcher.models.drives import Drive
from matcher.models.organisations import Union
from matcher.models.plans import PlanRun
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.plans import pins
from tests.factories.accounts import make_actor
from tests.factories.plans import plan, publish, ranked_drive, seats_of
from tests.factories.ranked_drives import drain
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs

NAMED = re.compile(r"毕业生\d+")


@pytest.fixture
def drive_id(sqlite_factory: SessionFactory) -> int:
    """Give a ranked drive."""
    return ranked_drive(sqlite_factory)


@pytest.fixture
def client(drive_id: int, sqlite_factory: SessionFactory, signed_in_as: SignInAs) -> PageClient:
    """Give the drive's manager."""
    return signed_in_as(actor(sqlite_factory, drive_id))


def actor(factory: SessionFactory, drive_id: int, role: Role = Role.DRIVE_MANAGER) -> Actor:
    with transaction(factory) as session:
        union = session.get_one(Union, session.get_one(Drive, drive_id).union_id)
        return make_actor(session, role, union=union)


def test_a_plan_is_asked_for_followed_chosen_published_and_taken_back(
    client: PageClient, drive_id: int, sqlite_factory: SessionFactory
) -> None:
    before = client.get(f"/plans?drive={drive_id}").text
    address = client.submit("/plans", drive=str(drive_id)).headers["Location"]
    waiting = client.get(address).text
    drain(sqlite_factory)
    done = client.get(address).text
    client.submit(f"{address}/choose", rule="fair")
    chosen = client.get(address).text
    client.submit(f"{address}/publish")
    publishing = client.get(address).text
    drain(sqlite_factory)
    published = client.get(address).text
    client.submit(f"{address}/withdraw")
    drain(sqlite_factory)
    withdrawn = client.get(address).text

    with reading(sqlite_factory) as session:
        made = session.query(PlanRun).one()
    n = len(seats_of(sqlite_factory, made))
    assert "还没有做过方案" in before
    assert "data-reload-when-over" in waiting
    assert "停止" in waiting
    for words in ("安置总人数", "零就业安置", "平均契合分", "平均志愿名次", "得第 1 志愿"):
        assert words in done
    assert done.count("<svg") > 10
    assert "还没有选定方案" in done
    assert f"发布 {n} 条推荐" in chosen
    assert "现在不发任何通知" in chosen
    assert "data-reload-when-over" in publishing
    assert "去逐人确认" in published
    assert "已生成推荐" in published
    assert "不能再次发布" in withdrawn
    assert not any(NAMED.search(page) for page in (done, chosen, published))


def test_a_comparison_says_who_moves_and_why(
    client: PageClient, drive_id: int, sqlite_factory: SessionFactory
) -> None:
    first = publish(sqlite_factory, plan(sqlite_factory, drive_id))
    alone = client.get(f"/plans/{first.public_id}/changes").text
    graduate_id, posting_id = min(seats_of(sqlite_factory, first).items())
    with transaction(sqlite_factory) as session:
        pins.set_pin(
            session,
            SYSTEM,
            drive_id,
            graduate_id=graduate_id,
            posting_id=posting_id,
            kind=PinKind.FORBID,
            reason="单位说不合适",
        )
    second = plan(sqlite_factory, drive_id)

    page = client.get(f"/plans/{second.public_id}/changes").text
    home = client.get(f"/plans/{second.public_id}").text

    assert "以前没有做过方案" in alone
    assert "这一组合已被人工禁止" in page
    assert not NAMED.search(page)
    assert "与上次比较" in home
    assert client.get(f"/plans/{second.public_id}/changes?with=nothing").status_code == 404


def test_the_file_of_a_plan_names_nobody_and_is_written_into_the_trail(
    client: PageClient, drive_id: int, sqlite_factory: SessionFactory
) -> None:
    made = plan(sqlite_factory, drive_id)

    answer = client.submit(f"/plans/{made.public_id}/file", rule="most")

    told = json.loads(answer.data)
    assert set(told) == {"instance", "plan"}
    assert not NAMED.search(answer.text)
    assert f"plan-{made.number}-most.json" in answer.headers["Content-Disposition"]
    with reading(sqlite_factory) as session:
        assert "plan.file_taken" in set(session.scalars(sa.select(AuditEntry.action)))
