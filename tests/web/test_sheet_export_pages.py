"""Pages of templates and of files made of sheets, from the upload to the opened file."""

import io
from collections.abc import Callable

import docx
import openpyxl
import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.models.audit import AuditEntry
from matcher.models.sheet_templates import SheetFile, SheetTemplate
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.ranked_drives import drain
from tests.factories.sheet_templates import make_list_template, make_wide_template, with_part
from tests.factories.sheets import Tree, make_tree
from tests.support.pages import PageClient
from workers import exports as export_jobs
from workers import sheet_files as sheet_file_jobs

SignInAs = Callable[[Actor], PageClient]
BODIES = (export_jobs, sheet_file_jobs)
"""Modules whose import registers the bodies that are run here."""


@pytest.fixture
def tree(sqlite_factory: SessionFactory) -> Tree:
    """Give a city with two counties; the first has three people in the figures."""
    with transaction(sqlite_factory) as session:
        made = make_tree(session)
        session.flush()
        _ = made.drive.id, made.county.id, made.county.name, made.other.name, made.city.id
        session.expunge_all()
    return made


def _upload(client: PageClient, content: bytes, name: str = "附件2", **fields: str) -> str:
    client.get("/sheet-templates/new")
    answer = client.submit(
        "/sheet-templates", name=name, file=(io.BytesIO(content), "form.xlsx"), **fields
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_a_form_is_uploaded_bound_by_suggestion_tried_and_filled(
    tree: Tree, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    manager = signed_in_as(tree.manager)
    address = _upload(manager, make_list_template(), issuer="市总工会〔2026〕12 号")

    page = manager.get(address).text
    assert "市总工会〔2026〕12 号" in page
    assert "高校毕业生总数" in page
    manager.submit(f"{address}/suggestions")
    page = manager.get(f"{address}?sheet=附件2&cell=D8").text
    assert "8 需援助数" in page
    assert "取消绑定" in page

    tried = manager.get(f"{address}/preview?drive={tree.drive.id}&union={tree.county.id}")
    assert tree.county.name in tried.text

    public_id = address.rsplit("/", 1)[-1]
    manager.submit(
        "/sheet-files",
        drive=str(tree.drive.id),
        union=str(tree.county.id),
        kind="template",
        template=public_id,
    )
    assert "sheet_files.make" in drain(sqlite_factory)
    with reading(sqlite_factory) as session:
        file = session.scalars(sa.select(SheetFile)).one()
    fetched = manager.submit(f"/sheet-files/{file.public_id}/download")
    sheet = openpyxl.load_workbook(io.BytesIO(fetched.data))["附件2"]
    assert sheet["B2"].value == tree.county.name
    assert (sheet["D5"].value, sheet["D8"].value, sheet["E8"].value) == (3, 3, 0)
    assert sheet["D14"].value == "=D5-D6-D7"
    assert sheet["A1"].font.size == 18
    with reading(sqlite_factory) as session:
        acts = set(session.scalars(sa.select(AuditEntry.action)))
    assert {"sheet_template.uploaded", "sheet_template.bound", "sheet_file.downloaded"} <= acts


@pytest.mark.parametrize("kind", ["workbook", "pdf", "summary"])
def test_our_own_layout_says_that_it_is_not_official(
    kind: str, tree: Tree, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    manager = signed_in_as(tree.manager)

    manager.submit("/sheet-files", drive=str(tree.drive.id), union=str(tree.city.id), kind=kind)
    drain(sqlite_factory)
    with reading(sqlite_factory) as session:
        file = session.scalars(sa.select(SheetFile)).one()
    content = manager.submit(f"/sheet-files/{file.public_id}/download").data

    if kind == "workbook":
        cells = [
            str(cell)
            for sheet in openpyxl.load_workbook(io.BytesIO(content))
            for row in sheet.iter_rows(values_only=True)
            for cell in row
            if cell is not None
        ]
        assert any("非官方样式" in cell for cell in cells)
        assert any(tree.county.name in cell for cell in cells)
    elif kind == "summary":
        said = "".join(one.text for one in docx.Document(io.BytesIO(content)).paragraphs)
        assert "高校毕业生3人" in said
        assert "非官方样式" in said
    else:
        assert content.startswith(b"%PDF-")


def test_a_county_fills_the_citys_form_and_does_not_change_it(
    tree: Tree, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    address = _upload(signed_in_as(tree.manager), make_list_template())
    filler = signed_in_as(tree.filler)

    page = filler.get(address)

    assert "这是上级工会的表样" in page.text
    assert "采用" not in page.text
    refused = filler.submit(
        f"{address}/bind", sheet="附件2", cell="D8", code="need_help", part="value"
    )
    assert refused.status_code == 404
    with reading(sqlite_factory) as session:
        assert session.scalars(sa.select(SheetTemplate)).one().bindings == []


def test_a_file_of_another_union_is_not_there(
    tree: Tree, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    signed_in_as(tree.manager).submit(
        "/sheet-files", drive=str(tree.drive.id), union=str(tree.county.id), kind="pdf"
    )
    drain(sqlite_factory)
    with transaction(sqlite_factory) as session:
        file = session.scalars(sa.select(SheetFile)).one()
        public_id = file.public_id
        stranger = make_actor(session, Role.DRIVE_MANAGER)
        organiser = make_actor(session, Role.FAIR_ORGANISER)

    client = signed_in_as(stranger)
    client.get("/sheet-files")
    assert client.submit(f"/sheet-files/{public_id}/download").status_code == 404
    assert signed_in_as(organiser).get("/sheet-files").status_code == 403


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7 x", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "xls"),
        (with_part(make_wide_template(), "xl/vbaProject.bin", b"x"), "宏"),
        (with_part(make_wide_template(), "xl/externalLinks/externalLink1.xml", b"<a/>"), "工作簿"),
    ],
)
def test_a_form_that_is_not_taken_says_why_and_keeps_the_name(
    content: bytes, words: str, tree: Tree, signed_in_as: SignInAs
) -> None:
    manager = signed_in_as(tree.manager)

    answer = manager.submit(
        "/sheet-templates", name="附件二表", file=(io.BytesIO(content), "x.xlsx")
    )

    assert answer.status_code == 422
    assert words in answer.text
    assert "附件二表" in answer.text


def test_a_cell_is_bound_taken_back_and_words_of_labels_are_not_overwritten(
    tree: Tree, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    manager = signed_in_as(tree.manager)
    address = _upload(manager, make_list_template())

    bound = manager.submit(
        f"{address}/bind", sheet="附件2", cell="D13", code="served", part="value"
    )
    assert bound.status_code == 303
    assert "9 已服务人数" in manager.get(bound.headers["Location"].split("#")[0]).text
    refused = manager.submit(
        f"{address}/bind", sheet="附件2", cell="B5", code="served", part="value"
    )
    assert refused.status_code == 422
    assert "已有文字" in refused.text
    formula = manager.submit(
        f"{address}/bind", sheet="附件2", cell="D14", code="served", part="value"
    )
    assert "公式" in formula.text
    manager.submit(f"{address}/unbind?cell=附件2!D13")
    with reading(sqlite_factory) as session:
        assert session.scalars(sa.select(SheetTemplate)).one().bindings == []


def test_a_name_list_is_asked_for_approved_and_fetched(
    tree: Tree, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    manager, approver = signed_in_as(tree.manager), signed_in_as(tree.approver)
    place = {"drive": str(tree.drive.id), "union": str(tree.city.id)}
    form = manager.get(f"/people-exports/new?drive={tree.drive.id}")
    assert "只含您能完整查看的" in form.text
    bare = manager.submit("/people-exports", kind="name_list", purpose="总结", **place)
    assert bare.status_code == 422
    assert "请至少选一列" in bare.text

    asked = manager.submit(
        "/people-exports",
        kind="name_list",
        fields=["name", "years"],
        purpose="向市总工会报送活动名单附件",
        **place,
    )
    address = asked.headers["Location"]
    page = manager.get(address).text
    assert "毕业生名单（附件）" in page
    assert f"{tree.city.name}及下级" in page
    approver.get(address)
    approver.submit(f"{address}/decide", decision="approve", version="1")
    assert "exports.make" in drain(sqlite_factory)
    content = manager.submit(f"{address}/download").data

    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert rows[0] == ("序号", "学生姓名", "应届、往届")
    assert len(rows) == 4
