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
@pytest.mark.parametrize("path", ["targets", "targets/years", "targets/missing?of=placed"])
def test_pages_of_targets_are_read_at_any_width_and_scheme(
    address: str, open_as: OpenAs, town: Town, *, path: str, width: int, scheme: str
) -> None:
    desk = open_as(town.manager, width)
    desk.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    said = complaints(desk)

    desk.goto(f"{address}/drives/{town.drive.id}/{path}")
    if "missing" not in path:
        _drawn(desk)

    look(desk)
    desk.screenshot(path=f"/work/notes/issue8/screens/h3_{re.sub('[^a-z]', '_', path)}_{width}_{scheme}.png", full_page=True)
    if width == 1280 and scheme == "light":
        desk.pdf(path=f"/tmp/h3/{re.sub('[^a-z]', '_', path)}.pdf", format="A4")
    assert said == []
