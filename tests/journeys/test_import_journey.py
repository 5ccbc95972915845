"""A drive manager takes a roster in: in a real browser, wide and narrow, and takes it back."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.models.graduates import Graduate
from matcher.services import sign_in
from matcher.settings import Settings
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.matcher.intake.sheets import make_xlsx
from tests.matcher.services.imports.taking_in import GRADUATES, graduate
from tests.support.browser import NewPage
from tests.support.looks import look
from tests.support.serving import served
from tests.web.import_world import work
from web.app import create_app
from web.auth import COOKIE

WIDTHS = [1280, 360]
_LOOK_SECONDS = 0.2


@pytest.fixture
def address(settings: Settings, sqlite_factory: SessionFactory) -> Iterator[str]:
    """Serve the application on a free port, with a worker beside it."""
    over = threading.Event()

    def do_work() -> None:
        while not over.wait(_LOOK_SECONDS):
            work(sqlite_factory)

    worker = threading.Thread(target=do_work)
    worker.start()
    try:
        with served(create_app(settings, factory=sqlite_factory)) as address:
            yield address
    finally:
        over.set()
        worker.join()


@pytest.fixture
def account_id(sqlite_factory: SessionFactory) -> int:
    """Give the account of a drive manager whose union has a drive."""
    with transaction(sqlite_factory) as session:
        union = make_union(session)
        make_drive(session, union, name="阳光就业 2026")
        manager = make_actor(session, union=union)
    assert manager.account_id is not None
    return manager.account_id


def _names(factory: SessionFactory) -> list[str]:
    with reading(factory) as session:
        return list(session.scalars(sa.select(Graduate.name).order_by(Graduate.id)))


@pytest.mark.parametrize("width", WIDTHS)
def test_a_roster_is_looked_at_written_and_taken_back(
    address: str,
    new_page: NewPage,
    sqlite_factory: SessionFactory,
    account_id: int,
    tmp_path: Path,
    width: int,
) -> None:
    roster = tmp_path / "2026届.xlsx"
    rows = [GRADUATES, graduate("王小明"), graduate("李小红"), graduate("张三", 身份证号=3.7e17)]
    roster.write_bytes(make_xlsx(rows))
    with transaction(sqlite_factory) as session:
        token = sign_in.open_session(session, account_id)
    page = new_page(width)
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])

    page.goto(f"{address}/imports/new")
    look(page)
    page.get_by_label("表格文件").set_input_files(roster)
    page.get_by_role("button", name="上传并预检").click()
    expect(page.get_by_role("heading", name="核对列")).to_be_visible(timeout=30_000)
    look(page)
    page.get_by_role("link", name="看预检结果").first.click()
    expect(page.get_by_text("2 + 0 + 0 + 0 + 1 + 1 = 4 行")).to_be_visible()
    look(page)
    assert _names(sqlite_factory) == []

    page.locator("#commit-batch > summary").focus()
    page.keyboard.press("Enter")
    look(page)
    page.locator("#commit-batch").get_by_role("button", name="导入 2 行").click()
    expect(page.get_by_text("已写入 2 行")).to_be_visible(timeout=30_000)
    look(page)
    assert _names(sqlite_factory) == ["王小明", "李小红"]

    page.locator("#undo-batch > summary").click()
    page.locator("#undo-batch").get_by_role("button", name="撤销 2 行").click()
    expect(page.get_by_text("去掉 2 条")).to_be_visible(timeout=30_000)
    look(page)
    assert _names(sqlite_factory) == []


def test_issuer_and_directory_are_asked_for_unless_the_table_is_another(
    address: str, new_page: NewPage, sqlite_factory: SessionFactory, account_id: int
) -> None:
    with transaction(sqlite_factory) as session:
        token = sign_in.open_session(session, account_id)
    page = new_page(WIDTHS[0])
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])

    page.goto(f"{address}/imports/new")
    fields = [page.get_by_label("发布机构"), page.get_by_label("专业目录")]

    for kind, is_asked in (("graduates", False), ("postings", True), ("employers", False)):
        page.get_by_label("表格内容").select_option(kind)
        for field in fields:
            expect(field).to_be_visible(visible=is_asked)
    page.get_by_label("表格内容").select_option("auto")
    for field in fields:
        expect(field).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_a_drive_manager_are_fit_for_everybody(
    address: str, new_page: NewPage, sqlite_factory: SessionFactory, account_id: int, width: int
) -> None:
    with transaction(sqlite_factory) as session:
        token = sign_in.open_session(session, account_id)
    page = new_page(width)
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])

    for path in ("/drives", "/drives/all", "/drives/new", "/imports", "/employers/new"):
        page.goto(f"{address}{path}")
        look(page)
