"""Publishing figures is done and read on a wide screen and on a phone."""

import pytest

from matcher.db.engine import SessionFactory, transaction
from matcher.services.permissions import Actor
from tests.factories.published_sheets import make_final_sheet
from tests.factories.sheets import make_period, make_tree
from tests.journeys.conftest import OpenAs
from tests.support.looks import complaints, look


@pytest.fixture
def manager(sqlite_factory: SessionFactory) -> Actor:
    """Give the manager of a city whose accepted sheet counts three people in one county."""
    with transaction(sqlite_factory) as session:
        tree = make_tree(session, n_people=0)
        period = make_period(session, tree)
        helped = {tree.county.id: 3, tree.other.id: 40, tree.offline.id: 30}
        lines = {"graduates": 60, "graduates_this_year": 60, "need_help": 60, "served": 60}
        parts = {one: {**lines, "helped": n, "helped_unit": n} for one, n in helped.items()}
        make_final_sheet(session, period, tree.city, parts)
        return tree.manager


@pytest.mark.parametrize("width", [360, 1280])
def test_a_sheet_is_published_and_read(
    address: str, open_as: OpenAs, manager: Actor, width: int
) -> None:
    desk = open_as(manager, width)
    said = complaints(desk)

    desk.goto(f"{address}/published-sheets")
    look(desk)
    desk.get_by_role("link", name="看公布的样子").click()
    look(desk)
    desk.locator("#publish summary").click()
    desk.locator("#publish form .btn.primary").click()
    look(desk)
    desk.get_by_role("link", name="打开公布的页").click()

    look(desk)
    assert desk.get_by_text("不公布", exact=True).count() >= 2
    assert said == []
