"""The plan of booths in a browser: dragged, carried by keys, computed and taken, at both widths, light and dark."""

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import JobState, Role
from matcher.models.fairs import Booth, Fair
from matcher.models.jobs import Job
from matcher.models.organisations import Union
from matcher.services.booths import planning
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.booths import FloorRows, make_floor
from tests.journeys.conftest import OpenAs
from tests.support.looks import complaints, look
from workers.booths import plan
from workers.runner import REGISTRY, Runner


@pytest.fixture
def rows(sqlite_factory: SessionFactory) -> FloorRows:
    """Give a fair with twenty-four booths, two of them held, and sixteen employers."""
    with transaction(sqlite_factory) as session:
        made = make_floor(session, n_booths=24, n_employers=16)
        made.fair.expected_people = 600
        for booth, employer in zip(made.booths[:2], made.employers[:2], strict=True):
            booth.fair_employer_id = employer.id
    return made


@pytest.fixture
def organiser(sqlite_factory: SessionFactory, rows: FloorRows) -> Actor:
    """Give the organiser of the fair's union."""
    with transaction(sqlite_factory) as session:
        union = session.get_one(Union, session.get_one(Fair, rows.fair.id).union_id)
        return make_actor(session, Role.FAIR_ORGANISER, union=union)


def _held(factory: SessionFactory, rows: FloorRows) -> dict[str, int | None]:
    with reading(factory) as session:
        chosen = sa.select(Booth.label, Booth.fair_employer_id).where(Booth.fair_id == rows.fair.id)
        return dict(session.execute(chosen.order_by(Booth.id)).all())


def _compute(factory: SessionFactory) -> None:
    with reading(factory) as session:
        waiting = sa.select(Job.id).where(Job.name == planning.NAME, Job.state == JobState.QUEUED)
        numbers = session.scalars(waiting.order_by(Job.id)).all()
    assert REGISTRY[planning.NAME].body is plan
    for number in numbers:
        Runner(factory).run(number)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_pages_of_booths_are_read_at_any_width_and_scheme(
    address: str,
    open_as: OpenAs,
    rows: FloorRows,
    organiser: Actor,
    *,
    width: int,
    scheme: str,
) -> None:
    desk = open_as(organiser, width)
    desk.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    said = complaints(desk)
    fair = f"{address}/fairs/{rows.fair.public_id}"

    for path in (
        "/plan",
        f"/plan?booth={rows.booths[0].public_id}",
        f"/plan?employer={rows.employers[5].public_id}",
        "/plan/expected",
        "/plan/print",
        "/halls/new",
        f"/halls/{rows.hall.public_id}",
    ):
        desk.goto(f"{fair}{path}")
        look(desk)
    assert said == []


def test_an_employer_is_dragged_to_a_booth_and_two_change_places(
    address: str,
    open_as: OpenAs,
    rows: FloorRows,
    organiser: Actor,
    sqlite_factory: SessionFactory,
) -> None:
    desk = open_as(organiser, 1280)
    desk.goto(f"{address}/fairs/{rows.fair.public_id}/plan")
    booth = 'a[data-label="{}"]'

    desk.drag_and_drop(booth.format("A01"), booth.format("A02"))
    desk.wait_for_selector(".toast")
    held = _held(sqlite_factory, rows)
    assert (held["A01"], held["A02"]) == (rows.employers[1].id, rows.employers[0].id)

    desk.locator(".toast").get_by_role("button", name="撤销").click()
    desk.wait_for_selector("text=已撤销")
    held = _held(sqlite_factory, rows)
    assert (held["A01"], held["A02"]) == (rows.employers[0].id, rows.employers[1].id)

    name = desk.locator("[data-employer]").first
    wanted = name.get_attribute("data-employer")
    name.scroll_into_view_if_needed()
    name.drag_to(desk.locator(booth.format("A12")))
    desk.wait_for_selector(".toast")
    placed = _held(sqlite_factory, rows)["A12"]
    assert {one.id: one.public_id for one in rows.employers}[placed or 0] == wanted


@pytest.mark.parametrize("width", [360, 1280])
def test_an_employer_is_carried_by_keys_alone(
    address: str,
    open_as: OpenAs,
    rows: FloorRows,
    organiser: Actor,
    sqlite_factory: SessionFactory,
    width: int,
) -> None:
    desk = open_as(organiser, width)
    desk.goto(f"{address}/fairs/{rows.fair.public_id}/plan")
    assert desk.locator('a[data-booth][tabindex="0"]').count() == 1
    desk.locator('a[data-label="A01"]').focus()

    desk.keyboard.press("Space")
    assert "拿起了" in desk.locator("#plan-says").inner_text()
    desk.keyboard.press("Escape")
    assert desk.locator("#plan-says").inner_text() == "放弃了"
    desk.keyboard.press("Space")
    desk.keyboard.press("ArrowRight")
    desk.keyboard.press("ArrowRight")
    assert "A03" in desk.locator("#plan-says").inner_text()
    desk.keyboard.press("Space")
    desk.wait_for_selector(".toast")

    held = _held(sqlite_factory, rows)
    assert (held["A01"], held["A03"]) == (None, rows.employers[0].id)
    desk.locator('a[data-label="A03"]').press("Enter")
    desk.wait_for_url("**booth=**")
    assert desk.get_by_role("heading", name="展位 A03").is_visible()


def test_a_hall_is_drawn_filled_computed_and_taken(
    address: str,
    open_as: OpenAs,
    rows: FloorRows,
    organiser: Actor,
    sqlite_factory: SessionFactory,
) -> None:
    desk = open_as(organiser, 1280)
    fair = f"{address}/fairs/{rows.fair.public_id}"
    desk.goto(f"{fair}/plan")
    desk.get_by_role("link", name="新建展厅").first.click()
    desk.get_by_label("展厅名称").fill("二号厅")
    desk.get_by_role("button", name="新建展厅").click()
    drawing = desk.locator("svg[data-draws]")
    box = drawing.bounding_box()
    assert box is not None
    desk.mouse.move(box["x"] + 84 * 2 + 10, box["y"] + 56 * 2 + 10)
    desk.mouse.down()
    desk.mouse.move(box["x"] + 84 * 4 + 10, box["y"] + 56 * 2 + 20)
    desk.mouse.up()
    assert desk.get_by_label("从第几列").input_value() == "3"
    assert desk.get_by_label("到第几列").first.input_value() == "5"
    desk.get_by_label("展位编号字母").fill("B")
    desk.get_by_role("button", name="画上").click()
    desk.wait_for_selector("text=改了 3 格")
    assert [label for label in _held(sqlite_factory, rows) if label[0] == "B"] == [
        "B01",
        "B02",
        "B03",
    ]

    desk.goto(f"{fair}/plan")
    desk.get_by_label("全部重排").check()
    desk.get_by_role("button", name="计算方案").click()
    desk.wait_for_selector("text=正在计算")
    _compute(sqlite_factory)
    desk.goto(f"{fair}/plan")
    look(desk)
    desk.get_by_role("link", name="在图上看方案").click()
    assert desk.get_by_text("方案，还没有采用").is_visible()
    look(desk)
    assert sum(one is not None for one in _held(sqlite_factory, rows).values()) == 2
    desk.get_by_role("button", name="采用方案").click()
    desk.wait_for_selector("text=已采用方案")

    assert sum(one is not None for one in _held(sqlite_factory, rows).values()) == 16
    look(desk)
