"""Pages of a plan that is done: lists narrowed by the address, masked, with what can be done next."""

import re
from typing import Any

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import RunState
from matcher.models.accounts import Account
from matcher.models.graduates import Graduate
from matcher.models.plans import PlanPin, PlanPublication, PlanRun
from matcher.models.postings import Posting
from matcher.models.referrals import Referral
from tests.factories.plan_rows import add_shift, make_plan_rows, mark_published
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs
from tests.web.plan_world import World, make_world, publish, rows

IN_ADDRESSES = re.compile("(?:href|action)=[^>]*(reserved|released|fallback|hardship|pinned=no)")


@pytest.fixture
def world(sqlite_factory: SessionFactory) -> World:
    """Give a drive with a plan that is done."""
    return make_world(sqlite_factory)


@pytest.fixture
def client(world: World, signed_in_as: SignInAs) -> PageClient:
    """Give the drive's manager."""
    return signed_in_as(world.manager)


def test_both_results_stand_side_by_side_with_pictures_and_what_is_proved(
    world: World, client: PageClient
) -> None:
    page = client.get(f"/plans/{world.plan}").text
    listed = client.get(f"/plans?drive={world.drive_id}").text

    for words in ("安置总人数", "零就业安置", "平均契合分", "平均志愿名次，1 是", "得第 1 志愿"):
        assert words in page
    assert page.count("<svg") >= 8
    assert "这 1 人的全部合格岗位放在一起，只有 0 个席位" in page
    assert "选用公平方案" in page
    assert "还没有选定方案" in page
    assert f"/plans/{world.plan}" in listed
    assert "周七" not in page + listed
    assert not IN_ADDRESSES.search(page + listed)


def test_a_chosen_plan_says_how_much_comes_before_it_is_published(
    world: World, client: PageClient, sqlite_factory: SessionFactory
) -> None:
    stale = client.submit(f"/plans/{world.plan}/choose", rule="fair", version="99")
    client.submit(f"/plans/{world.plan}/choose", rule="most")

    page = client.get(f"/plans/{world.plan}").text

    assert stale.status_code == 409
    assert "发布 5 条推荐" in page
    assert "占住 5 个席位" in page
    assert "现在不发任何通知，专干逐人确认以后才问本人" in page
    assert "先不发布" in page
    assert client.submit(f"/plans/{world.plan}/publish").status_code == 303
    assert "data-reload-when-over" in client.get(f"/plans/{world.plan}").text
    assert client.submit(f"/plans/{world.plan}/choose", rule="fair").status_code == 409


def test_a_published_plan_counts_what_became_of_it_and_is_taken_back(
    world: World, client: PageClient, sqlite_factory: SessionFactory
) -> None:
    publish(sqlite_factory, world)

    page = client.get(f"/plans/{world.plan}").text
    client.submit(f"/plans/{world.plan}/withdraw")
    after = client.get(f"/plans/{world.plan}").text

    assert "已生成推荐" in page
    assert "去逐人确认" in page
    assert "撤回第 1 次方案？" in page
    assert "不能再次发布" in after


def test_a_publication_that_stopped_half_way_is_taken_up_again(
    world: World, client: PageClient, sqlite_factory: SessionFactory
) -> None:
    publish(sqlite_factory, world)
    whole = client.get(f"/plans/{world.plan}").text
    with transaction(sqlite_factory) as session:
        rows_made = session.query(PlanPublication).filter_by(plan_id=world.plan_id).limit(2).all()
        for one in rows_made:
            session.delete(one)

    page = client.get(f"/plans/{world.plan}").text

    assert "还有 2 个席位没有办到" in page
    assert "再试没有生成的 2 条" in page
    assert "再试" not in whole
    assert client.submit(f"/plans/{world.plan}/publish").status_code == 303


def test_promises_a_plan_breaks_are_counted_before_it_is_published(
    world: World, client: PageClient, sqlite_factory: SessionFactory
) -> None:
    publish(sqlite_factory, world)
    with transaction(sqlite_factory) as session:
        row = session.query(PlanPublication).first()
        assert row is not None
        second = make_plan_rows(session, world.drive_id)
        add_shift(session, second, session.get_one(Referral, row.referral_id))
        address = f"/plans/{second.public_id}"
    client.submit(f"{address}/choose", rule="fair")

    page = client.get(address).text

    assert "有 1 条这次不再保留，随之撤回" in page
    assert f"{address}/changes" in page


def test_seats_are_narrowed_by_the_address_masked_and_add_up(
    world: World, client: PageClient
) -> None:
    address = f"/plans/{world.plan}/seats"

    everybody = client.get(address).text
    of_kind = [rows(client.get(f"{address}?kind={letter}").text) for letter in "abcd"]
    without = client.get(f"{address}?list=b").text

    assert rows(everybody) == 5
    assert of_kind == [2, 1, 1, 1]
    assert rows(without) == 1
    assert "只列出应保证的人" in without
    assert "周*" in everybody
    assert "周七" not in everybody + without
    assert rows(client.get(f"{address}?q=出纳").text) == 5
    assert rows(client.get(f"{address}?q=没有这个人").text) == 0
    assert rows(client.get(f"{address}?moved=yes").text) == 0
    assert not IN_ADDRESSES.search(everybody + without)


def test_somebodys_seat_has_a_page_by_each_rule(world: World, client: PageClient) -> None:
    page = client.get(f"/plans/{world.plan}/seats/{world.person}").text

    assert "志愿名次" in page
    assert "rule=most" in page
    assert "周七" not in page
    assert client.get(f"/plans/{world.plan}/seats/nobody").status_code == 404


def test_a_pair_is_ruled_out_with_a_reason_shown_with_its_price_and_lifted(
    world: World, client: PageClient, sqlite_factory: SessionFactory
) -> None:
    wish = {"person": world.person, "posting": world.posting, "kind": "forbid"}
    wish |= {"drive": str(world.drive_id)}

    form = client.get(
        f"/plans/pins/new?drive={world.drive_id}&person={world.person}&posting={world.posting}"
    ).text
    wordless = client.submit("/plans/pins", **wish, reason="不")
    kept = client.submit("/plans/pins", **wish, reason="单位说不合适")
    again = client.submit("/plans/pins", **wish, reason="单位说不合适")
    unpriced = client.get(f"/plans/pins?drive={world.drive_id}").text
    _price(sqlite_factory, world)
    priced = client.get(f"/plans/pins?drive={world.drive_id}").text
    lift = re.search(r"/plans/pins/\d+/lift", priced)
    assert lift is not None
    client.submit(lift[0])
    lifted = client.get(f"/plans/pins?drive={world.drive_id}&list=b").text

    assert "出纳，滨海会计师事务所" in form
    assert (wordless.status_code, kept.status_code, again.status_code) == (422, 303, 422)
    assert "原因至少 4 个字" in wordless.text
    assert "已经固定或排除" in again.text
    assert "单位说不合适" in unpriced
    assert "下次做方案时算出" in unpriced
    assert "零就业少安置 1 人，共少安置 2 人，3 人的去向不同" in priced
    assert "零就业少安置 1 人，共少安置 2 人" in client.get(f"/plans/{world.plan}").text
    assert "没有固定或禁止任何一对" in client.get(f"/plans/pins?drive={world.drive_id}").text
    assert "单位说不合适" in lifted
    assert "/lift" not in lifted
    with reading(sqlite_factory) as session:
        name = session.get_one(Account, world.manager.account_id).display_name
    assert lifted.split("<tbody")[1].count(f"，{name}") == 2  # who set it, and who lifted it


def _price(factory: SessionFactory, world: World) -> None:
    with transaction(factory) as session:
        pin, plan = session.query(PlanPin).one(), session.get_one(PlanRun, world.plan_id)
        figures = {"seats": 2, "guaranteed": 1, "zero_employment": 1, "moved": 3}
        cost: dict[str, Any] = {"kind": "forbid", "fair": figures, "most": None}
        cost |= {"graduate_id": pin.graduate_id, "posting_id": pin.posting_id}
        plan.figures = {**plan.figures, "pins": [cost]}


def test_a_comparison_without_its_files_says_so(
    world: World, client: PageClient, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        second = make_plan_rows(session, world.drive_id).public_id

    alone = client.get(f"/plans/{world.plan}/changes").text
    page = client.get(f"/plans/{second}/changes").text

    assert "以前没有做过方案" in alone
    assert "说不出变动的原因了" in page
    assert client.get(f"/plans/{second}/changes?with=nothing").status_code == 404


def test_a_dry_run_shows_figures_the_proof_and_broken_promises_but_nobodys_seat(
    world: World, client: PageClient, sqlite_factory: SessionFactory
) -> None:
    publish(sqlite_factory, world)
    with transaction(sqlite_factory) as session:
        made = make_plan_rows(session, world.drive_id, is_dry=True)
        dry = made.public_id
        add_shift(session, made, session.query(Referral).first() or pytest.fail("no referral"))

    page = client.get(f"/plans/{dry}").text

    assert "这是试算，不留席位" in page
    assert "这 1 人的全部合格岗位放在一起，只有 0 个席位" in page
    assert "保不住的暂定席位" in page
    assert "次序在前的人需要该席位" in page
    assert "周七" not in page
    assert "/choose" not in page
    assert f"{dry}/seats" not in page
    assert client.get(f"/plans/{dry}/seats").status_code == 409


def test_a_plan_that_failed_says_why_and_what_to_do(
    world: World, client: PageClient, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        plan = session.get_one(PlanRun, world.plan_id)
        plan.state = RunState.FAILED
        person = session.scalars(sa.select(Graduate).order_by(Graduate.id)).first()
        posting = session.scalars(sa.select(Posting)).one()
        assert person is not None
        why = f"固定毕业生 {person.id} — 岗位 {posting.id}：不符合"
        plan.figures = {"error_message": why}

    page = client.get(f"/plans/{world.plan}").text

    assert why in page
    assert f"/graduates/{person.public_id}" in page
    assert f'/postings/{posting.public_id}">出纳</a>，滨海会计师事务所' in page
    assert "看固定与禁止" in page
    assert "重新做一次" in page


def test_a_published_plan_is_compared_with_what_stood_before_it_not_with_a_draft(
    world: World, client: PageClient, sqlite_factory: SessionFactory
) -> None:
    publish(sqlite_factory, world)
    with transaction(sqlite_factory) as session:
        draft, third = (make_plan_rows(session, world.drive_id) for _ in range(2))
        mark_published(session, third, [])
        fourth = make_plan_rows(session, world.drive_id)
        published, unpublished = third.public_id, fourth.public_id
        assert draft.number == 2

    assert "与第 1 次的公平方案比" in client.get(f"/plans/{published}/changes").text
    assert "与第 3 次的公平方案比" in client.get(f"/plans/{unpublished}/changes").text
    client.submit(f"/plans/{published}/withdraw")
    assert "与第 1 次的公平方案比" not in client.get(f"/plans/{unpublished}/changes").text
