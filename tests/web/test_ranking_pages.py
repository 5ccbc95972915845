"""Rules of a posting's list: order, reasons, freshness, the sheet, why somebody is missing."""

import io
import re
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import ListSide
from matcher.models.audit import AuditEntry
from matcher.models.ranking_runs import RankedList, RankedOverlay, RankingRun
from matcher.services.ranking_changes import note_many
from tests.support.pages import parse_strictly
from tests.web.conftest import SignInAs
from tests.web.ranking_world import World, make_world

HARDSHIP = re.compile("困难|零就业|低保|帮扶|援助|脱困|优先|预留|保底|reserved|hardship|tier|zero")


@pytest.fixture
def world(sqlite_factory: SessionFactory) -> World:
    """Give a ranked drive."""
    return make_world(sqlite_factory)


def rows_of(page: str) -> list[list[str]]:
    """Return the cells of every place of a list, each as its pieces of text."""
    found = []
    for row in parse_strictly(page).iter("tr"):
        cells = [[text.strip() for text in cell.itertext() if text.strip()] for cell in row]
        if row.get("role") == "row" and row[0].get("class") == "pick":
            found.append([piece for cell in cells for piece in cell])
    return found


def names(page: str) -> list[str]:
    """Return the names of a list in order."""
    return [row[1] for row in rows_of(page)]


def test_the_list_is_in_order_with_masked_names(world: World, signed_in_as: SignInAs) -> None:
    page = signed_in_as(world.manager).get(f"/postings/{world.posting}").text

    assert names(page) == ["周*", "吴*", "郑*"]
    assert "周一" not in page
    assert "同等条件区间" in page


def test_priority_goes_first_inside_a_band_and_says_so(
    world: World, signed_in_as: SignInAs
) -> None:
    page = signed_in_as(world.manager).get(f"/postings/{world.posting}").text

    second = rows_of(page)[1]

    assert "零就业" in second


def test_the_list_of_reserved_seats_begins_with_the_zero_employment_band(
    world: World, signed_in_as: SignInAs
) -> None:
    page = signed_in_as(world.manager).get(f"/postings/{world.posting}?list=b").text

    assert names(page) == ["吴*", "周*", "郑*"]
    assert page.index("零就业家庭") < page.index("吴*")


def test_people_of_another_union_keep_their_place_but_are_not_shown(
    world: World, signed_in_as: SignInAs
) -> None:
    page = signed_in_as(world.manager).get(f"/postings/{world.posting}").text

    assert "王*" not in page
    assert "另有 1 人由其他工会服务" in page
    assert len({row[0] for row in rows_of(page)}) == 3


def test_reasons_open_with_and_without_a_script(world: World, signed_in_as: SignInAs) -> None:
    client, person = signed_in_as(world.manager), world.people["周一"]

    whole = client.get(f"/postings/{world.posting}?open={person}").text
    part = client.get(
        f"/postings/{world.posting}/people/{person}", headers={"HX-Request": "true"}
    ).text

    for page in (whole, part):
        assert "会计学：岗位写明该专业" in page
        assert "同时写到" in page
    assert part.lstrip().startswith("<table>")


def test_the_points_of_the_reasons_add_up_to_the_total(
    world: World, signed_in_as: SignInAs
) -> None:
    person = world.people["周一"]
    page = signed_in_as(world.manager).get(f"/postings/{world.posting}?open={person}").text

    table = next(t for t in parse_strictly(page).iter("div") if t.get("class") == "reasons")
    points = [
        int("".join(cell.itertext()).replace(",", ""))
        for cell in table.iter("td")
        if cell.get("class") == "num"
    ]

    assert sum(points[:-1]) == points[-1]


@pytest.mark.parametrize(
    "query", ["", "list=b", "list=c", "q=吴", "level=bachelor&how=major_leaf", "region=6401"]
)
def test_the_sheet_equals_the_screen(world: World, signed_in_as: SignInAs, query: str) -> None:
    client = signed_in_as(world.manager)
    page = client.get(f"/postings/{world.posting}?{query}").text
    fields = dict(part.split("=") for part in query.split("&") if part)

    answer = client.submit(f"/postings/{world.posting}/sheet", **fields)

    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    shown, kept = rows_of(page), list(sheet_rows(sheet))
    assert len(kept) == len(shown)
    for cells, pieces in zip(kept, shown, strict=True):
        text = " ".join(pieces).replace(",", "")
        assert cells[0] == int(pieces[0])
        for cell in cells:
            for piece in str(cell if cell is not None else "").split("，按"):
                assert piece.removeprefix("优先") in text


def sheet_rows(sheet: Any) -> Any:
    """Return the rows below the headings."""
    rows = list(sheet.iter_rows(values_only=True))
    head = next(n for n, row in enumerate(rows) if row[0] == "名次")
    assert not any(dimension.hidden for dimension in sheet.column_dimensions.values())
    return rows[head + 1 :]


def test_a_sheet_is_written_into_the_trail_with_its_counts(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    answer = signed_in_as(world.manager).submit(f"/postings/{world.posting}/sheet", q="吴")

    with reading(sqlite_factory) as session:
        entry = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "list.exported")
        ).one()
    assert answer.status_code == 200
    assert entry.subject_id == world.posting_id
    assert entry.details["rows"] == 1
    assert entry.details["of"] == 3


def test_the_name_of_a_sheet_and_every_address_tell_nothing(
    world: World, signed_in_as: SignInAs
) -> None:
    client = signed_in_as(world.manager)

    answer = client.submit(f"/postings/{world.posting}/sheet", list="b")
    page = client.get(f"/postings/{world.posting}?list=b").text

    addresses = re.findall(r'(?:href|action|hx-get)="([^"]+)"', page)
    titles = re.findall(r"<title>(.*?)</title>", page)
    for text in (answer.headers["Content-Disposition"], *addresses, *titles):
        assert not HARDSHIP.search(text), text


def test_who_may_not_export_gets_no_sheet_and_no_button(
    world: World, signed_in_as: SignInAs
) -> None:
    client = signed_in_as(world.caseworker)

    answer = client.submit(f"/postings/{world.posting}/sheet")
    page = client.get(f"/postings/{world.posting}")

    assert answer.status_code == 403
    assert page.status_code == 200
    assert "导出" not in page.text.split("<main")[1]  # the menu leads to exports asked for


def _mark(page: str) -> str:
    found = re.search(r'hx-get="([^"]+/as-of[^"]+)"', page)
    assert found is not None
    return found[1].replace("&amp;", "&")


def test_a_page_hears_of_a_newer_list_and_only_then(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    client = signed_in_as(world.manager)
    address = _mark(client.get(f"/postings/{world.posting}").text)

    before = client.get(address)
    with transaction(sqlite_factory) as session:
        _overlay(session, world)
    after = client.get(address)

    assert before.status_code == 204
    assert "HX-Trigger" not in before.headers
    assert after.headers["HX-Trigger"] == "list-changed"


def _overlay(session: Any, world: World) -> None:
    """Put a changed list over the run's, one place shorter."""
    run = session.scalars(sa.select(RankingRun)).one()
    key = (run.id, ListSide.POSTING_ORDINARY, world.posting_id)
    own = session.get_one(RankedList, key)
    session.add(
        RankedOverlay(
            drive_id=run.drive_id,
            side=own.side,
            subject_id=own.subject_id,
            run_id=run.id,
            change_number=7,
            length=own.length - 1,
            n_eligible=own.n_eligible,
            keys=own.keys[:-8],
            partners=own.partners[:-4],
        )
    )


def test_an_import_since_the_run_asks_for_another_run(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        note_many(session, world.drive_id)

    page = signed_in_as(world.manager).get(f"/postings/{world.posting}").text

    assert "其后有 1 次导入或批量变动，请重新排序" in page


def test_why_not_names_the_condition_and_what_can_be_done(
    world: World, signed_in_as: SignInAs
) -> None:
    page = signed_in_as(world.manager).get(f"/postings/{world.posting}?who=冯宁").text

    assert "不在名单：专业不符，其余 3 项没有不符" in page
    assert "有符合要求的辅修或第二专业时，补录后自动重排，约第" in page
    assert "冯宁" not in page.replace('value="冯宁"', "")


def test_why_not_finds_nobody_of_another_union(world: World, signed_in_as: SignInAs) -> None:
    page = signed_in_as(world.manager).get(f"/postings/{world.posting}?who=王五").text

    assert "本活动里没有叫这个名字、学号或编号的毕业生" in page
