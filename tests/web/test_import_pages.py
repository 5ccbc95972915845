"""The import wizard: a file in, columns looked at, problems named, rows written, taken back."""

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import BatchState, JobState
from matcher.models.graduates import Graduate
from matcher.models.postings import Posting
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.matcher.intake.sheets import make_xlsx
from tests.matcher.services.imports.taking_in import GRADUATES, POSTINGS, graduate, posting
from tests.web.conftest import SignInAs
from tests.web.import_world import Office, batch_address, last_batch, staged, upload, work

LOST_DIGITS = 3.70102e17


@pytest.fixture
def office(sqlite_factory: SessionFactory, signed_in_as: SignInAs) -> Office:
    """Give a union with a drive, and its manager at the screen."""
    with transaction(sqlite_factory) as session:
        union = make_union(session)
        drive = make_drive(session, union)
        manager = make_actor(session, union=union)
    return Office(signed_in_as(manager), drive.id, union)


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
    address = staged(
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
    address = staged(
        office, sqlite_factory, GRADUATES, graduate("李小红", 身份证号=LOST_DIGITS), graduate()
    )

    page = office.client.get(address).text

    for words in ("第 2 行，B 身份证号", "工作表“表1”", "3.701e+17", "文本"):
        assert words in page


def test_no_page_of_a_batch_shows_a_name_or_a_number_in_full(
    office: Office, sqlite_factory: SessionFactory
) -> None:
    row = graduate("欧阳小明", 毕业时间="2026年13月")
    address = staged(office, sqlite_factory, GRADUATES, row, graduate("李小红", 手机号码="138"))

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
    address = staged(office, sqlite_factory, POSTINGS, posting("A1"))

    office.client.submit(f"{address}/columns", **{"column-1-2": "id_number"})
    work(sqlite_factory)

    assert last_batch(sqlite_factory).counts["new"] == 1


def test_rows_are_written_after_the_commit_and_taken_back_by_the_undo(
    office: Office, sqlite_factory: SessionFactory
) -> None:
    address = staged(office, sqlite_factory, GRADUATES, graduate("王小明"), graduate("李小红"))
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
    address = staged(office, sqlite_factory, GRADUATES, graduate("王小明"), graduate("李小红"))
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
    address = staged(office, sqlite_factory, POSTINGS, posting("A1"))
    office.client.submit(f"{address}/commit")

    answer = office.client.submit(f"{address}/{act}")

    assert answer.status_code == 409 or answer.status_code == 422
    assert work(sqlite_factory) == [JobState.DONE]
    assert last_batch(sqlite_factory).state is BatchState.COMMITTED


def test_a_batch_with_nothing_new_cannot_be_committed(
    office: Office, sqlite_factory: SessionFactory
) -> None:
    row = posting("A1")
    address = staged(office, sqlite_factory, POSTINGS, row)
    office.client.submit(f"{address}/commit")
    work(sqlite_factory)
    again = staged(office, sqlite_factory, POSTINGS, row)

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
    other = staged(office, sqlite_factory, POSTINGS, posting("A2"))

    page = office.client.get(f"{addresses[1]}/columns").text

    assert "这个文件导入过" in page
    assert f'href="{addresses[0]}"' in page
    assert "这个文件导入过" not in office.client.get(other).text


def test_a_conflict_is_told_and_the_batch_can_be_judged_anew(
    office: Office, sqlite_factory: SessionFactory
) -> None:
    rows = [POSTINGS, posting("A1")]
    first = staged(office, sqlite_factory, *rows)
    second = staged(office, sqlite_factory, *rows, posting("A2"))
    office.client.submit(f"{first}/commit")
    office.client.submit(f"{second}/commit")
    assert work(sqlite_factory) == [JobState.DONE, JobState.FAILED]

    told = office.client.get(second).text
    office.client.submit(f"{second}/stage")
    work(sqlite_factory)

    assert "请重新预检后再提交" in told
    assert last_batch(sqlite_factory).counts["new"] == 1
    assert "导入 1 行" in office.client.get(second).text
