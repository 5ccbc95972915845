"""The import wizard: a file in, columns looked at, problems named, rows written, taken back."""

import io
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.intake import open_table
from matcher.kinds import BatchState, JobState, Role
from matcher.models.audit import AuditEntry
from matcher.models.files import StoredFile
from matcher.models.graduates import Graduate
from matcher.models.imports import ImportBatch
from matcher.models.organisations import Union
from matcher.models.postings import Posting
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.matcher.intake.sheets import make_xlsx
from tests.matcher.services.imports.taking_in import GRADUATES, POSTINGS, graduate, posting
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs
from tests.web.import_world import batch_address, last_batch, upload, work

LOST_DIGITS = 3.70102e17


@dataclass
class Office:
    """A manager's client and the drive it imports into."""

    client: PageClient
    drive_id: int
    union: Union


@pytest.fixture
def office(sqlite_factory: SessionFactory, signed_in_as: SignInAs) -> Office:
    """Give a union with a drive, and its manager at the screen."""
    with transaction(sqlite_factory) as session:
        union = make_union(session)
        drive = make_drive(session, union)
        manager = make_actor(session, union=union)
    return Office(signed_in_as(manager), drive.id, union)


def _staged(office: Office, factory: SessionFactory, *rows: list[object]) -> str:
    """Upload rows, let them be judged, and return the address of the batch."""
    upload(office.client, office.drive_id, *rows)
    assert work(factory) == [JobState.DONE]
    return batch_address(factory)


def test_a_sheet_is_recognised_and_its_rows_judged_in_the_background(
    office: Office, sqlite_factory: SessionFactory
) -> None:
    answer = upload(office.client, office.drive_id, POSTINGS, posting("A1"))
    waiting = office.client.get(answer.headers["Location"]).text
    work(sqlite_factory)
    page = office.client.get(answer.headers["Location"]).text

    assert answer.status_code == 303
    assert "正在预检" in waiting
    assert "hx-get" in waiting
    assert "岗位表" in page
    assert "岗位名称" in page
    with reading(sqlite_factory) as session:
        assert session.scalars(sa.select(Posting)).all() == []


def test_every_row_is_counted_and_each_count_opens_its_rows(
    office: Office, sqlite_factory: SessionFactory
) -> None:
    address = _staged(
        office,
        sqlite_factory,
        GRADUATES,
        graduate("王小明"),
        graduate("李小红", 身份证号=LOST_DIGITS),
        graduate("张小三"),
    )

    page = office.client.get(address).text

    assert "2 + 0 + 0 + 0 + 1 + 1 = 4 行，一行不少" in page
    assert "共 2 行" in office.client.get(f"{address}?status=new").text
    assert "共 1 行" in office.client.get(f"{address}?status=refused").text
    assert "共 4 行" in office.client.get(f"{address}?status=all").text


def test_a_problem_is_named_by_sheet_row_column_value_reason_and_remedy(
    office: Office, sqlite_factory: SessionFactory
) -> None:
    address = _staged(
        office, sqlite_factory, GRADUATES, graduate("李小红", 身份证号=LOST_DIGITS), graduate()
    )

    page = office.client.get(address).text

    for words in ("第 2 行，B 身份证号", "工作表“表1”", "3.701e+17", "文本"):
        assert words in page


def test_no_page_of_a_batch_shows_a_name_or_a_number_in_full(
    office: Office, sqlite_factory: SessionFactory
) -> None:
    row = graduate("欧阳小明", 毕业时间="2026年13月")
    address = _staged(office, sqlite_factory, GRADUATES, row, graduate("李小红", 手机号码="138"))

    pages = [office.client.get(f"{address}{more}").text for more in ("", "/columns", "?status=all")]

    for page in pages:
        for secret in ("欧阳小明", "李小红", str(row[1]), str(row[2])):
            assert secret not in page


def test_a_corrected_column_is_remembered_and_the_rows_judged_anew(
    office: Office, sqlite_factory: SessionFactory
) -> None:
    head = [*POSTINGS[:2], "要干的活", *POSTINGS[3:]]
    upload(office.client, office.drive_id, head, posting("A1", "出纳"), kind="postings")
    work(sqlite_factory)
    address = batch_address(sqlite_factory)
    columns = {f"column-1-{at}": "-" for at in (3, 4, 5, 6, 7)}

    answer = office.client.submit(f"{address}/columns", **{**columns, "column-1-2": "title"})
    work(sqlite_factory)

    assert answer.status_code == 303
    assert last_batch(sqlite_factory).counts["new"] == 1
    assert "用了记住的认法" in office.client.get(f"{address}/columns").text


def test_a_concept_no_sheet_of_the_kind_has_is_not_taken(
    office: Office, sqlite_factory: SessionFactory
) -> None:
    address = _staged(office, sqlite_factory, POSTINGS, posting("A1"))

    office.client.submit(f"{address}/columns", **{"column-1-2": "id_number"})
    work(sqlite_factory)

    assert last_batch(sqlite_factory).counts["new"] == 1


def test_rows_are_written_after_the_commit_and_taken_back_by_the_undo(
    office: Office, sqlite_factory: SessionFactory
) -> None:
    address = _staged(office, sqlite_factory, GRADUATES, graduate("王小明"), graduate("李小红"))
    before = office.client.get(address).text

    office.client.submit(f"{address}/commit")
    work(sqlite_factory)
    committed = office.client.get(address).text
    with reading(sqlite_factory) as session:
        names = session.scalars(sa.select(Graduate.name).order_by(Graduate.id)).all()
    office.client.submit(f"{address}/undo")
    work(sqlite_factory)

    assert "导入 2 行到" in before
    assert list(names) == ["王小明", "李小红"]
    assert "已写入 2 行" in committed
    assert "名单要重新排序" in committed
    assert "去掉 2 条，恢复 0 条，保留 0 行" in office.client.get(address).text
    with reading(sqlite_factory) as session:
        assert session.scalars(sa.select(Graduate.name)).all() == []


def test_rows_touched_since_are_listed_after_the_undo(
    office: Office, sqlite_factory: SessionFactory
) -> None:
    address = _staged(office, sqlite_factory, GRADUATES, graduate("王小明"), graduate("李小红"))
    office.client.submit(f"{address}/commit")
    work(sqlite_factory)
    with transaction(sqlite_factory) as session:
        session.scalars(sa.select(Graduate).where(Graduate.name == "李小红")).one().about = "改过"

    office.client.submit(f"{address}/undo")
    work(sqlite_factory)
    page = office.client.get(f"{address}?show=kept").text

    assert "保留 1 行" in page
    assert "共 1 行" in page
    assert "第 3 行" in page


@pytest.mark.parametrize("act", ["commit", "undo", "stage", "columns"])
def test_a_batch_that_is_worked_on_takes_no_second_order(
    office: Office, sqlite_factory: SessionFactory, act: str
) -> None:
    address = _staged(office, sqlite_factory, POSTINGS, posting("A1"))
    office.client.submit(f"{address}/commit")

    answer = office.client.submit(f"{address}/{act}")

    assert answer.status_code == 409 or answer.status_code == 422
    assert work(sqlite_factory) == [JobState.DONE]
    assert last_batch(sqlite_factory).state is BatchState.COMMITTED


def test_a_batch_with_nothing_new_cannot_be_committed(
    office: Office, sqlite_factory: SessionFactory
) -> None:
    row = posting("A1")
    address = _staged(office, sqlite_factory, POSTINGS, row)
    office.client.submit(f"{address}/commit")
    work(sqlite_factory)
    again = _staged(office, sqlite_factory, POSTINGS, row)

    answer = office.client.submit(f"{again}/commit")

    assert answer.status_code >= 400
    assert "没有新增或变更的行" in office.client.get(again).text


def test_a_file_that_was_taken_in_before_says_so_with_a_link(
    office: Office, sqlite_factory: SessionFactory
) -> None:
    content = make_xlsx([POSTINGS, posting("A1")])
    addresses = []
    for _ in range(2):
        upload(office.client, office.drive_id, content=content)
        work(sqlite_factory)
        addresses.append(batch_address(sqlite_factory))
    other = _staged(office, sqlite_factory, POSTINGS, posting("A2"))

    page = office.client.get(f"{addresses[1]}/columns").text

    assert "这个文件导入过" in page
    assert f'href="{addresses[0]}"' in page
    assert "这个文件导入过" not in office.client.get(other).text


def test_a_conflict_is_told_and_the_batch_can_be_judged_anew(
    office: Office, sqlite_factory: SessionFactory
) -> None:
    rows = [POSTINGS, posting("A1")]
    first = _staged(office, sqlite_factory, *rows)
    second = _staged(office, sqlite_factory, *rows, posting("A2"))
    office.client.submit(f"{first}/commit")
    office.client.submit(f"{second}/commit")
    assert work(sqlite_factory) == [JobState.DONE, JobState.FAILED]

    told = office.client.get(second).text
    office.client.submit(f"{second}/stage")
    work(sqlite_factory)

    assert "请重新预检后再提交" in told
    assert last_batch(sqlite_factory).counts["new"] == 1
    assert "导入 1 行" in office.client.get(second).text


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"%PDF-1.7 x", "PDF"), (b"", "空的"), (b"PK\x03\x04 damaged", "损坏")],
)
def test_a_file_that_is_no_table_is_refused_with_what_to_do(
    office: Office, content: bytes, words: str
) -> None:
    answer = upload(office.client, office.drive_id, content=content)

    assert answer.status_code == 422
    assert words in answer.text


def test_a_file_of_a_chosen_kind_that_is_no_table_ends_with_the_reason_on_the_page(
    office: Office, sqlite_factory: SessionFactory
) -> None:
    answer = upload(office.client, office.drive_id, kind="postings", content=b"%PDF-1.7 x")

    assert work(sqlite_factory) == [JobState.FAILED]
    assert "PDF" in office.client.get(answer.headers["Location"]).text


def test_the_workbook_of_refused_rows_can_be_mended_and_taken_in_again(
    office: Office, sqlite_factory: SessionFactory
) -> None:
    head = [*GRADUATES, "性别"]
    good, bad = [*graduate("王小明"), "男"], [*graduate("李小红", 身份证号=LOST_DIGITS), "女"]
    address = _staged(office, sqlite_factory, head, good, bad)

    answer = office.client.submit(f"{address}/refused")

    (grid,) = open_table(answer.data, "拒收.xlsx")
    names, row = grid.rows[0].values, list(grid.rows[1].values)
    assert answer.status_code == 200
    assert len(grid.rows) == 2
    assert row[0] == "李小红"
    assert "性别" not in names
    assert "不能猜测" in str(row[names.index("未导入的原因")])
    assert row[names.index("原表行号")] == "3"
    row[1] = graduate()[1]
    again = _staged(office, sqlite_factory, list(names), row)
    assert last_batch(sqlite_factory).counts["new"] == 1
    assert "拒收" in office.client.get(again).text


def test_taking_refused_rows_out_is_noted_with_their_number_and_the_file_expires(
    office: Office, sqlite_factory: SessionFactory
) -> None:
    address = _staged(office, sqlite_factory, GRADUATES, graduate(), graduate(身份证号=LOST_DIGITS))

    office.client.submit(f"{address}/refused")

    with reading(sqlite_factory) as session:
        noted = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "import.refused_exported")
        ).one()
        stored = session.scalars(
            sa.select(StoredFile).where(StoredFile.purpose == "refused_rows")
        ).one()
    assert noted.details["rows"] == 1
    assert stored.expires_at is not None
    assert stored.file_name.isascii()


def test_reading_refused_rows_needs_a_post(office: Office, sqlite_factory: SessionFactory) -> None:
    address = _staged(office, sqlite_factory, GRADUATES, graduate(身份证号=LOST_DIGITS), graduate())

    assert office.client.get(f"{address}/refused").status_code == 405


def test_a_batch_of_another_union_answers_like_none(
    office: Office, sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    address = _staged(office, sqlite_factory, POSTINGS, posting("A1"))
    with transaction(sqlite_factory) as session:
        stranger = make_actor(session)
    client = signed_in_as(stranger)

    answers = [client.get(address), client.get(f"{address}/columns")]
    answers += [
        client.submit(f"{address}/{act}")
        for act in ("commit", "undo", "stage", "refused", "columns")
    ]

    assert {answer.status_code for answer in answers} == {404}


def test_nobody_imports_into_another_unions_drive(
    office: Office, sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    with transaction(sqlite_factory) as session:
        stranger = make_actor(session)
    client = signed_in_as(stranger)

    answer = upload(client, office.drive_id, POSTINGS, posting("A1"))

    assert answer.status_code == 404
    with reading(sqlite_factory) as session:
        assert session.scalars(sa.select(ImportBatch)).all() == []


def test_only_who_may_import_opens_the_wizard(
    office: Office, sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    with transaction(sqlite_factory) as session:
        organiser = make_actor(session, Role.FAIR_ORGANISER, union=office.union)
    client = signed_in_as(organiser)

    assert client.get("/imports").status_code == 403
    assert client.get("/imports/new").status_code == 403
    assert upload(client, office.drive_id, POSTINGS, posting("A1")).status_code == 403


def test_a_missing_file_is_named_and_the_choice_stays(office: Office) -> None:
    answer = office.client.post(
        "/imports",
        data={
            "csrf_token": office.client.token(),
            "drive": str(office.drive_id),
            "kind": "graduates",
            "file": (io.BytesIO(b""), ""),
        },
        content_type="multipart/form-data",
    )

    assert answer.status_code == 422
    assert "请选择一个表格文件" in answer.text
    assert '<option value="graduates" selected>' in answer.text
