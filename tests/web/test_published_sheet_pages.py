"""Pages of published figures: seen before it is published, open to everybody after, gone when it is taken back."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import load_workbook

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import Role
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.published_sheets import make_final_sheet
from tests.factories.sheets import Tree, make_period, make_tree
from tests.support.pages import PageClient

SignInAs = Callable[[Actor], PageClient]


@pytest.fixture
def tree(sqlite_factory: SessionFactory) -> Tree:
    """Give a city with counties."""
    with transaction(sqlite_factory) as session:
        return make_tree(session, n_people=0)


@pytest.fixture
def sheet(sqlite_factory: SessionFactory, tree: Tree) -> str:
    """Give the number of the city's accepted sheet; one county has three people who were helped."""
    with transaction(sqlite_factory) as session:
        period = make_period(session, tree)
        helped = {tree.county.id: 3, tree.other.id: 40, tree.offline.id: 30}
        parts = {
            one: {"graduates": 60, "need_help": 60, "served": 60, "helped": n}
            for one, n in helped.items()
        }
        return make_final_sheet(session, period, tree.city, parts).public_id


@pytest.fixture
def desk(signed_in_as: SignInAs, tree: Tree) -> PageClient:
    """Give a client signed in as the city's manager."""
    return signed_in_as(tree.manager)


def _publish(desk: PageClient, sheet: str) -> str:
    """Publish and return the link."""
    page = desk.get(f"/published-sheets/of/{sheet}").text
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert digest is not None
    assert desk.submit(f"/published-sheets/of/{sheet}", digest=digest[1]).status_code == 303
    link = re.search(r'href="(/figures/[^"]+)"', desk.get("/published-sheets").text)
    assert link is not None
    return link[1]


def test_a_version_is_seen_before_it_is_published(desk: PageClient, sheet: str) -> None:
    assert sheet in desk.get("/published-sheets").text

    page = desk.get(f"/published-sheets/of/{sheet}").text

    assert "隐去 1 个 1 至 4" in page
    assert page.count("不公布</td>") >= 2
    assert "/figures/" not in desk.get("/published-sheets").text


def test_everybody_reads_a_published_version_without_signing_in(
    desk: PageClient, client: PageClient, sheet: str
) -> None:
    link = _publish(desk, sheet)

    page = client.get(link)

    assert page.status_code == 200
    assert "不公布" in page.text
    assert "73" in page.text


def test_the_files_of_a_version_are_what_its_page_shows(
    desk: PageClient, client: PageClient, sheet: str
) -> None:
    link = _publish(desk, sheet)

    book = client.get(f"{link}/figures.xlsx")
    paper = client.get(f"{link}/figures.pdf")

    words = [
        str(cell)
        for page in load_workbook(BytesIO(book.data))
        for row in page.values
        for cell in row
    ]
    assert "73" in words
    assert "不公布" in words
    assert paper.data.startswith(b"%PDF")
    assert client.get(f"{link}/figures.docx").status_code == 404


def test_a_version_that_was_taken_back_says_so_and_nothing_else(
    desk: PageClient, client: PageClient, sheet: str
) -> None:
    link = _publish(desk, sheet)
    act = re.search(
        r'action="(/published-sheets/[^"]+/withdraw)"', desk.get("/published-sheets").text
    )
    assert act is not None

    desk.submit(act[1])
    page = client.get(link)

    assert page.status_code == 410
    assert "73" not in page.text
    assert client.get(f"{link}/figures.xlsx").status_code == 404


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.APPROVER])
def test_who_manages_no_drive_publishes_nothing(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs, tree: Tree, sheet: str, role: Role
) -> None:
    with transaction(sqlite_factory) as session:
        other = make_actor(session, role, union=tree.city)

    assert signed_in_as(other).get(f"/published-sheets/of/{sheet}").status_code == 403


def test_links_that_were_never_given_lead_nowhere(client: PageClient) -> None:
    assert client.get("/figures/guessed").status_code == 404
