"""From the figures of a ranking to other rules: look, try, see who gains, take over; the proposal likewise."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.models.drives import Drive
from matcher.models.organisations import Union
from matcher.models.ranking_studies import RankingStudy
from matcher.services.permissions import Actor
from matcher.services.quality import hits, proposals
from tests.factories.accounts import make_actor
from tests.factories.judged_drives import make_judged_drive
from tests.factories.ranked_drives import drain
from tests.journeys.conftest import OpenAs
from tests.support.looks import complaints, look


@pytest.fixture
def manager(sqlite_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch) -> tuple[Actor, int]:
    """Give the manager of a drive with outcomes."""
    for module in (hits, proposals):
        monkeypatch.setattr(module, "least", lambda _rule: 20)
    drive_id = make_judged_drive(sqlite_factory, pairs=150)
    with transaction(sqlite_factory) as session:
        union = session.get_one(Union, session.get_one(Drive, drive_id).union_id)
        return make_actor(session, Role.DRIVE_MANAGER, union=union), drive_id


def revision(factory: SessionFactory, drive_id: int) -> int:
    with reading(factory) as session:
        return session.get_one(Drive, drive_id).revision


@pytest.mark.parametrize("width", [360, 1280])
def test_rules_are_tried_before_they_count(
    address: str,
    open_as: OpenAs,
    manager: tuple[Actor, int],
    sqlite_factory: SessionFactory,
    width: int,
) -> None:
    by, drive_id = manager
    desk = open_as(by, width)
    said = complaints(desk)
    desk.goto(f"{address}/quality?drive={drive_id}")
    look(desk)
    desk.get_by_role("button", name="评价名单").click()
    expect(desk.get_by_role("progressbar").first).to_be_visible()
    drain(sqlite_factory)
    expect(desk.get_by_role("heading", name="名单准不准")).to_be_visible(timeout=15_000)
    look(desk)

    desk.get_by_role("link", name="试改规则").click()
    desk.get_by_label("普通席位").select_option("band")
    look(desk)
    desk.get_by_role("button", name="试算").click()
    drain(sqlite_factory)
    expect(desk.get_by_role("heading", name="谁靠前，谁靠后")).to_be_visible(timeout=15_000)
    look(desk)
    assert revision(sqlite_factory, drive_id) == 1
    desk.get_by_role("button", name="采用，存为第 2 版规则").click()
    expect(desk.get_by_text("已保存为第 2 版排序规则")).to_be_visible()

    assert revision(sqlite_factory, drive_id) == 2
    assert said == []


def test_a_proposal_is_read_and_accepted(
    address: str, open_as: OpenAs, manager: tuple[Actor, int], sqlite_factory: SessionFactory
) -> None:
    by, drive_id = manager
    desk = open_as(by, 1280)
    desk.goto(f"{address}/quality?drive={drive_id}")
    desk.get_by_role("button", name="计算建议").click()
    expect(desk.get_by_role("progressbar").first).to_be_visible()
    with transaction(sqlite_factory) as session:
        public_id = session.scalars(sa.select(RankingStudy.public_id)).one()
    drain(sqlite_factory)
    with transaction(sqlite_factory) as session:
        made = session.scalars(
            sa.select(RankingStudy).where(RankingStudy.public_id == public_id)
        ).one()
        made.result = {**made.result, "proposal": {**made.result["proposal"], "is_worth": True}}
    desk.goto(f"{address}/quality?drive={drive_id}")
    look(desk)

    desk.get_by_role("button", name="采用，存为第 2 版规则").click()

    expect(desk.get_by_text("已保存为第 2 版排序规则")).to_be_visible()
    assert revision(sqlite_factory, drive_id) == 2
