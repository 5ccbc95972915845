"""What a staged sheet says of each row: every row counted, true reasons, nobody else's people told."""

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import ImportKind, RowStatus
from matcher.models.graduates import Graduate
from matcher.models.imports import ImportBatch, ImportRow
from matcher.models.postings import Posting
from matcher.services.imports.batches import remember_columns
from matcher.services.imports.committing import commit_batch
from matcher.services.imports.staging import stage_batch
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.matcher.services.imports.taking_in import (
    EMPLOYERS,
    GRADUATES,
    HOUSEHOLDS,
    POSTINGS,
    codes,
    counts,
    graduate,
    grids,
    member,
    posting,
    problems,
    stage,
    take_in,
    verdicts,
)

GOOD_ROWS = {
    ImportKind.POSTINGS: [POSTINGS, posting("A1"), posting("A2", "出纳")],
    ImportKind.EMPLOYERS: [
        EMPLOYERS,
        ["银川甲公司", None, "民营企业", "李明", "13900000001"],
        ["银川乙公司", None, "国有企业", None, None],
    ],
    ImportKind.GRADUATES: [GRADUATES, graduate("王小明"), graduate("李小红")],
    ImportKind.HOUSEHOLDS: [HOUSEHOLDS, member("D1", "赵大"), member("D1", "赵小", "儿子")],
}


@pytest.mark.parametrize("kind", list(ImportKind))
def test_the_same_file_twice_changes_nothing(
    session_factory: SessionFactory, manager: Actor, drive_id: int, kind: ImportKind
) -> None:
    first = take_in(session_factory, manager, kind, drive_id, *GOOD_ROWS[kind])

    second = stage(session_factory, manager, kind, drive_id, *GOOD_ROWS[kind])

    assert counts(session_factory, first) == {"new": 2, "not_data": 1}
    assert counts(session_factory, second) == {"same": 2, "not_data": 1}


@pytest.mark.parametrize("kind", list(ImportKind))
def test_one_changed_cell_makes_one_changed_row(
    session_factory: SessionFactory, manager: Actor, drive_id: int, kind: ImportKind
) -> None:
    rows = [list(row) for row in GOOD_ROWS[kind]]
    take_in(session_factory, manager, kind, drive_id, *rows)
    at, value = {
        ImportKind.POSTINGS: (3, 7),
        ImportKind.EMPLOYERS: (2, "外资企业"),
        ImportKind.GRADUATES: (3, "北方民族大学"),
        ImportKind.HOUSEHOLDS: (2, "相对困难"),
    }[kind]
    rows[2][at] = value

    batch = stage(session_factory, manager, kind, drive_id, *rows)

    assert counts(session_factory, batch)["changed"] == 1
    assert verdicts(session_factory, batch)[3] is RowStatus.CHANGED


def test_taken_refused_and_not_data_are_together_all_rows_of_the_sheet(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    good = graduate("王小明")
    rows = [
        ["2026 届毕业生名册", *[None] * 8],
        GRADUATES,
        good,
        graduate("李小红", 身份证号=3.70102e17),
        graduate("张三", 姓名=None),
        list(good),
        [None] * 9,
        ["合计", 3, *[None] * 7],
    ]

    batch = stage(session_factory, manager, ImportKind.GRADUATES, drive_id, *rows)

    (grid,) = grids(*rows)
    assert sum(counts(session_factory, batch).values()) == len(grid.rows)
    assert len(verdicts(session_factory, batch)) == len(grid.rows)
    assert counts(session_factory, batch)["new"] == 1


def test_an_identity_number_stored_as_a_number_is_refused_with_the_reason_and_never_guessed(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    rows = [GRADUATES, graduate("李小红", 身份证号=3.70102e17)]

    batch = stage(session_factory, manager, ImportKind.GRADUATES, drive_id, *rows)

    said = problems(session_factory, batch, 2)
    refusing = [one for one in said if one["severity"] == "refuse"]
    assert verdicts(session_factory, batch)[2] is RowStatus.REFUSED
    assert refusing
    assert refusing[0]["column"] == "B 身份证号"
    assert refusing[0]["remedy"]


def test_a_refused_row_keeps_nothing_of_what_it_said(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    rows = [GRADUATES, graduate("李小红", 身份证号=3.70102e17), graduate("王小明")]

    batch = stage(session_factory, manager, ImportKind.GRADUATES, drive_id, *rows)

    chosen = sa.select(ImportRow).where(ImportRow.batch_id == batch).order_by(ImportRow.row)
    with reading(session_factory) as session:
        drafts = {row.row: row.draft_cipher for row in session.scalars(chosen)}
    assert drafts[2] is None
    assert drafts[3] is not None
    assert "王小明".encode() not in drafts[3]


def test_two_rows_of_one_person_that_say_the_same_count_once(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    row = graduate("王小明")

    batch = stage(session_factory, manager, ImportKind.GRADUATES, drive_id, GRADUATES, row, row)

    assert verdicts(session_factory, batch)[2] is RowStatus.NEW
    assert verdicts(session_factory, batch)[3] is RowStatus.SAME
    assert codes(session_factory, batch, 3) == ["repeated"]


def test_two_rows_of_one_person_that_disagree_are_not_decided_by_the_machine(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    row = graduate("王小明")
    other = [*row[:3], "北方民族大学", *row[4:]]

    batch = stage(session_factory, manager, ImportKind.GRADUATES, drive_id, GRADUATES, row, other)

    assert verdicts(session_factory, batch)[3] is RowStatus.REFUSED
    assert "repeated_differently" in codes(session_factory, batch, 3)
    assert "第 2 行" in problems(session_factory, batch, 3)[-1]["reason"]


def test_the_roster_after_the_households_links_them(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    row = graduate("赵小", 困难职工档案编号="D1")
    first = take_in(session_factory, manager, ImportKind.GRADUATES, drive_id, GRADUATES, row)
    take_in(
        session_factory, manager, ImportKind.HOUSEHOLDS, drive_id, HOUSEHOLDS, member("D1", "赵大")
    )

    second = take_in(session_factory, manager, ImportKind.GRADUATES, drive_id, GRADUATES, row)
    third = stage(session_factory, manager, ImportKind.GRADUATES, drive_id, GRADUATES, row)

    assert "household_unknown" in codes(session_factory, first, 2)
    assert counts(session_factory, second) == {"changed": 1, "not_data": 1}
    assert counts(session_factory, third) == {"same": 1, "not_data": 1}
    with reading(session_factory) as session:
        assert session.scalars(sa.select(Graduate.household_id)).one() is not None


def test_a_corrected_column_is_remembered_for_the_next_sheet_with_the_same_head(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    rows = [[*POSTINGS[:2], "要干的活", *POSTINGS[3:]], posting("A1", "出纳")]
    first = stage(session_factory, manager, ImportKind.POSTINGS, drive_id, *rows)
    with transaction(session_factory) as session:
        sheet = next(iter(session.get_one(ImportBatch, first).columns.values()))
        remember_columns(
            session,
            manager,
            first,
            head_signature=sheet["head_signature"],
            mapping={"C": "title"},
        )

    again = stage(session_factory, manager, ImportKind.POSTINGS, drive_id, *rows)

    assert "new" not in counts(session_factory, first)
    assert counts(session_factory, again)["new"] == 1


def test_another_unions_memory_of_columns_is_not_used(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    rows = [[*POSTINGS[:2], "要干的活", *POSTINGS[3:]], posting("A1", "出纳")]
    with transaction(session_factory) as session:
        union = make_union(session)
        others = make_actor(session, union=union)
        their_drive = make_drive(session, union).id
    theirs = stage(session_factory, others, ImportKind.POSTINGS, their_drive, *rows)
    with transaction(session_factory) as session:
        sheet = next(iter(session.get_one(ImportBatch, theirs).columns.values()))
        remember_columns(
            session, others, theirs, head_signature=sheet["head_signature"], mapping={"C": "title"}
        )

    mine = stage(session_factory, manager, ImportKind.POSTINGS, drive_id, *rows)

    assert "new" not in counts(session_factory, mine)


def test_staging_again_replaces_the_rows(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    batch = stage(
        session_factory,
        manager,
        ImportKind.POSTINGS,
        drive_id,
        POSTINGS,
        posting("A1"),
        posting("A2"),
    )

    stage_batch(session_factory, batch, grids(POSTINGS, posting("A1")))

    assert counts(session_factory, batch) == {"new": 1, "not_data": 1}
    assert len(verdicts(session_factory, batch)) == 2


def test_samples_of_columns_show_no_number_or_name_in_full(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    head = [*GRADUATES, "其他"]
    row = [*graduate("王小明"), "赵钱孙"]

    batch = stage(session_factory, manager, ImportKind.GRADUATES, drive_id, head, row)

    with reading(session_factory) as session:
        (sheet,) = session.get_one(ImportBatch, batch).columns.values()
    samples = {column["letter"]: column["samples"] for column in sheet["columns"]}
    assert samples["A"] == ["王*明"]
    assert "*" in samples["B"][0]
    assert "****" in samples["C"][0]
    assert samples["E"] == ["本科"]
    assert "赵钱孙" not in samples["J"]


def test_two_postings_that_differ_in_pay_alone_are_two_and_stay_two(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    head = [name for name in POSTINGS if name != "岗位代码"]
    one = [cell for at, cell in enumerate(posting("", 薪资待遇="4000元/月")) if at != 1]
    two = [cell for at, cell in enumerate(posting("", 薪资待遇="5000元/月")) if at != 1]

    first = take_in(session_factory, manager, ImportKind.POSTINGS, drive_id, head, one, two)
    second = stage(session_factory, manager, ImportKind.POSTINGS, drive_id, head, one, two)

    assert counts(session_factory, first)["new"] == 2
    assert counts(session_factory, second)["same"] == 2
    commit_batch(session_factory, manager, second)
    with reading(session_factory) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Posting)) == 2
