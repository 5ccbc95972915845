"""What the wizard refuses: files that are no tables, other unions' batches, roles without the permission."""

import io

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.intake import open_table
from matcher.kinds import JobState, Role
from matcher.models.audit import AuditEntry
from matcher.models.files import StoredFile
from matcher.models.imports import ImportBatch
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.matcher.services.imports.taking_in import GRADUATES, POSTINGS, graduate, posting
from tests.web.conftest import SignInAs
from tests.web.import_world import Office, last_batch, staged, upload, work

LOST_DIGITS = 3.70102e17


@pytest.fixture
def office(sqlite_factory: SessionFactory, signed_in_as: SignInAs) -> Office:
    """Give a union with a drive, and its manager at the screen."""
    with transaction(sqlite_factory) as session:
        union = make_union(session)
        drive = make_drive(session, union)
        manager = make_actor(session, union=union)
    return Office(signed_in_as(manager), drive.id, union)


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
    address = staged(office, sqlite_factory, head, good, bad)

    answer = office.client.submit(f"{address}/refused")

    (grid,) = open_table(answer.data, "拒收.xlsx")
    names, row = grid.rows[0].values, list(grid.rows[1].values)
    assert answer.status_code == 200
    assert len(grid.rows) == 2
    assert row[0] == "李小红"
    assert "性别" not in names
    assert "不能猜测" in str(row[names.index("未导入的原因")])
    assert row[names.index("原表行号")] == "3"
    mended = [row[0], graduate()[1], *row[2:]]
    again = staged(office, sqlite_factory, names, mended)
    assert last_batch(sqlite_factory).counts["new"] == 1
    assert "拒收" in office.client.get(again).text


def test_taking_refused_rows_out_is_noted_with_their_number_and_the_file_expires(
    office: Office, sqlite_factory: SessionFactory
) -> None:
    address = staged(office, sqlite_factory, GRADUATES, graduate(), graduate(身份证号=LOST_DIGITS))

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
    address = staged(office, sqlite_factory, GRADUATES, graduate(身份证号=LOST_DIGITS), graduate())

    assert office.client.get(f"{address}/refused").status_code == 405


def test_a_batch_of_another_union_answers_like_none(
    office: Office, sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    address = staged(office, sqlite_factory, POSTINGS, posting("A1"))
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
