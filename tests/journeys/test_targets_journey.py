"""The targets in a browser: open the page, click a bar, land on a list as long as the bar said; paper, phone, dark."""

import re

import pytest
from playwright.sync_api import Page

from matcher.db.engine import SessionFactory, transaction
from tests.factories.targets import Town, fill_town, make_town, make_year_before
from tests.journeys.conftest import OpenAs
from tests.support.looks import complaints, look


@pytest.fixture
def town(sqlite_factory: SessionFactory) -> Town:
    """Give a town in the middle of its drive, with a drive of the year before."""
    with transaction(sqlite_factory) as session:
        made = make_town(session)
        fill_town(session, made)
        make_year_before(session, made)
    return made


def _drawn(page: Page) -> None:
    page.wait_for_selector(".plot.is-drawn")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(
    "path", ["targets", "targets/years", "targets/missing?of=placed", "figures/helped?union=1"]
)
def test_pages_of_targets_are_read_at_any_width_and_scheme(
    address: str, open_as: OpenAs, town: Town, *, path: str, width: int, scheme: str
) -> None:
    desk = open_as(town.manager, width)
    desk.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    said = complaints(desk)

    desk.goto(f"{address}/drives/{town.drive.id}/{path}")
    if path in ("targets", "targets/years"):
        _drawn(desk)

    look(desk)
    assert said == []


def test_a_bar_opens_a_list_as_long_as_the_bar_said(
    address: str, open_as: OpenAs, town: Town
) -> None:
    desk = open_as(town.manager, 1280)
    desk.goto(f"{address}/drives/{town.drive.id}")
    desk.get_by_role("link", name="帮扶就业").first.click()
    _drawn(desk)
    bar = desk.locator('section[aria-labelledby="districts"] .plot a').first
    said = int(bar.locator(".dim").inner_text().partition("/")[0])
    drawing = desk.locator('section[aria-labelledby="districts"] .drawing')
    drawing.scroll_into_view_if_needed()
    box = drawing.bounding_box()
    assert box is not None

    desk.mouse.click(box["x"] + 10, box["y"] + 10)
    desk.wait_for_url("**/figures/helped?**")

    assert said == 5
    assert desk.locator("main tbody tr").count() == said


def test_the_keyboard_goes_from_a_week_to_its_list(
    address: str, open_as: OpenAs, town: Town
) -> None:
    desk = open_as(town.manager, 1280)
    desk.goto(f"{address}/drives/{town.drive.id}/targets")
    desk.wait_for_selector(".plot.lines.is-drawn")
    point = desk.locator(".plot.lines a").nth(1)

    point.focus()
    words = point.locator("span")
    said = re.search(r"(\d+) 人", words.inner_text())
    assert words.is_visible()
    assert said is not None
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/figures/helped?**")

    assert desk.locator("main tbody tr").count() == int(said[1]) > 0


def test_the_printed_page_has_its_figures_and_pictures_and_no_controls(
    address: str, open_as: OpenAs, town: Town
) -> None:
    desk = open_as(town.manager, 1280)
    desk.goto(f"{address}/drives/{town.drive.id}/targets")
    desk.wait_for_selector(".plot.lines.is-drawn")

    desk.emulate_media(media="print")
    desk.set_viewport_size({"width": 700, "height": 1000})

    assert desk.locator("#target-placed").is_visible()
    assert desk.get_by_role("button", name="打印").is_hidden()
    assert desk.locator(".filters").is_hidden()
    for kind in ("bars", "lines"):
        drawn = desk.locator(f".plot.{kind} svg").first.bounding_box()
        assert drawn is not None
        assert drawn["height"] > 40
        assert drawn["width"] < 700
    assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")
