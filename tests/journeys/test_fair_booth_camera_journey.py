"""A booth's phone with a camera: the ticket is held to it, the person's page opens; without network it waits."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds.fair_guests import ShownField
from matcher.kinds.fair_hall import ContactVia
from matcher.models.fair_contacts import FairContactStep
from matcher.services import sign_in
from tests.factories.fair_hall import HallWorld, make_hall_world
from tests.factories.people import make_graduate
from tests.support.browser import with_camera
from tests.support.looks import complaints, look
from tests.support.pictures import video_of
from web.auth import COOKIE

_NAME = "欧阳修远"


@pytest.fixture
def hall(sqlite_factory: SessionFactory) -> tuple[HallWorld, str]:
    """Give a hall and the code of somebody who shows the name."""
    with transaction(sqlite_factory) as session:
        world = make_hall_world(session)
        graduate = make_graduate(session, name=_NAME)
        code = world.code(world.visitor(graduate, shown=[ShownField.NAME.value]))
        session.flush()
        session.expunge_all()
    return world, code


@pytest.fixture(params=[360, 1280])
def filmed(
    request: pytest.FixtureRequest,
    browser: Browser,
    tmp_path: Path,
    address: str,
    hall: tuple[HallWorld, str],
    sqlite_factory: SessionFactory,
) -> Iterator[Page]:
    """Give the agent's page in a browser whose camera shows the ticket."""
    world, code = hall
    assert world.agent.account_id is not None
    with transaction(sqlite_factory) as session:
        token = sign_in.open_session(session, world.agent.account_id)
    opened = with_camera(browser, video_of(tmp_path / "camera.mjpeg", code))
    context = opened.new_context(
        reduced_motion="reduce",
        locale="zh-CN",
        viewport={"width": request.param, "height": 800},
        permissions=["camera"],
    )
    context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
    yield context.new_page()
    opened.close()


def test_a_ticket_before_the_camera_opens_the_person_once_there_is_a_network(
    address: str,
    filmed: Page,
    hall: tuple[HallWorld, str],
    sqlite_factory: SessionFactory,
) -> None:
    said = complaints(filmed)
    filmed.goto(f"{address}/my-fairs/{hall[0].place.public_id}/booth")
    look(filmed)

    filmed.get_by_role("button", name="打开摄像头扫码").click()
    expect(filmed.get_by_role("heading", level=1)).to_have_text(_NAME, timeout=20000)
    filmed.get_by_role("link", name="扫下一位").click()
    filmed.get_by_role("textbox", name="入场码").fill(hall[1])
    filmed.context.set_offline(True)
    filmed.keyboard.press("Enter")
    expect(filmed.get_by_text("没有网络，网络恢复后自动提交")).to_be_visible()
    filmed.context.set_offline(False)
    expect(filmed.get_by_role("heading", level=1)).to_have_text(_NAME, timeout=15000)

    with reading(sqlite_factory) as session:
        found = sa.select(FairContactStep.via).order_by(FairContactStep.id)
        assert session.scalars(found).all() == [ContactVia.BOOTH, ContactVia.TYPED]
    assert said == []
