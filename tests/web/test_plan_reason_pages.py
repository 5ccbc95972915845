"""Why, on the pages of a plan: who gave way for whom is named, seated now or not; who is left over reads by what."""

import pytest

from matcher.db.engine import SessionFactory, transaction
from matcher.models.plans import PlanRun
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs
from tests.web.plan_world import World, make_world, rows, solve_as_rows


@pytest.fixture
def world(sqlite_factory: SessionFactory) -> World:
    """Give a drive with a plan that is done."""
    return make_world(sqlite_factory)


@pytest.fixture
def client(world: World, signed_in_as: SignInAs) -> PageClient:
    """Give the drive's manager."""
    return signed_in_as(world.manager)


def test_who_lost_the_seat_to_the_guarantee_is_counted_listed_and_told_so(
    world: World, client: PageClient, sqlite_factory: SessionFactory
) -> None:
    first, _, _ = solve_as_rows(sqlite_factory, world)
    with transaction(sqlite_factory) as session:
        plan = session.get_one(PlanRun, world.plan_id)
        fair = {**plan.figures["fair"], "gave_way": 0, "gave_way_unseated": 1}
        plan.figures = {**plan.figures, "fair": fair}
    address = f"/plans/{world.plan}/seats"

    home = client.get(f"/plans/{world.plan}").text
    listed = client.get(f"{address}?rule=fair&list=b&moved=yes").text
    everybody = client.get(f"{address}?rule=fair&list=b").text
    own = client.get(f"{address}/{first}?rule=fair").text

    assert "为保障对象让出而没有席位 1 人" in home
    assert "list=b&amp;moved=yes" in home
    assert (rows(listed), rows(everybody)) == (1, 2)
    assert "为保障对象让出出纳（滨海会计师事务所）" in listed
    assert "不计保底时坐在 滨海会计师事务所，出纳；那里的席位给了保底的人（周*4）" in own
    assert "本人因此没有席位" in own
    assert "须用于保底（周*4），本人" in own


def test_a_fallback_seat_names_who_gave_it_up_and_where_they_are_now(
    world: World, client: PageClient, sqlite_factory: SessionFactory
) -> None:
    first, sure, _ = solve_as_rows(sqlite_factory, world)

    page = client.get(f"/plans/{world.plan}/seats/{sure}?rule=fair").text

    assert "这个岗位为 1 个保底席位，共有 1 人让出" in page
    assert f"/plans/{world.plan}/seats/{first}?rule=fair" in page
    assert "现在没有席位" in page
    assert "移到别处" not in page
    assert "周七" not in page


def test_who_is_guaranteed_and_left_over_reads_of_the_lot_and_finds_the_proof(
    world: World, client: PageClient, sqlite_factory: SessionFactory
) -> None:
    _, _, last = solve_as_rows(sqlite_factory, world)

    page = client.get(f"/plans/{world.plan}/seats/{last}?rule=fair").text

    assert "应保证而没有席位" in page
    assert "和本人争席位的 1 人都在本人之前" in page
    assert "由抽签决定，本人的签在后" in page
    assert f"/plans/{world.plan}#proof" in page
    assert "须用于保底" not in page
