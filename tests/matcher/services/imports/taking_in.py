"""Small sheets of each kind, staged and committed in one call."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.intake import Grid, open_table
from matcher.kinds import BatchState, ImportKind, RowStatus
from matcher.models.imports import ImportBatch, ImportRow
from matcher.services.imports.batches import create_batch
from matcher.services.imports.committing import commit_batch
from matcher.services.imports.staging import stage_batch
from matcher.services.permissions import Actor
from tests.factories.people import make_id_number, make_phone
from tests.matcher.intake.sheets import make_xlsx

Cells = list[object]

POSTINGS: Cells = [
    "单位名称",
    "岗位代码",
    "岗位名称",
    "招聘人数",
    "学历要求",
    "专业要求",
    "薪资待遇",
    "工作地点",
]
EMPLOYERS: Cells = ["单位名称", "统一社会信用代码", "单位性质", "联系人", "联系电话"]
GRADUATES: Cells = [
    "姓名",
    "身份证号",
    "手机号码",
    "毕业院校",
    "学历",
    "专业名称",
    "毕业时间",
    "意向工作地点",
    "困难职工档案编号",
]
HOUSEHOLDS: Cells = [
    "档案编号",
    "困难职工姓名",
    "困难类别",
    "家庭成员姓名",
    "与户主关系",
    "家庭成员身份证号",
    "是否零就业家庭",
]


def posting(code: str, title: str = "会计", **changes: object) -> Cells:
    """Return a good row of a posting."""
    cells: dict[str, object] = dict(
        zip(
            map(str, POSTINGS),
            [
                "银川某某有限公司",
                code,
                title,
                2,
                "本科",
                "会计学",
                "4000-6000元/月",
                "银川市兴庆区",
            ],
            strict=True,
        )
    )
    return list((cells | changes).values())


def graduate(name: str = "王小明", **changes: object) -> Cells:
    """Return a good row of a graduate."""
    cells: dict[str, object] = dict(
        zip(
            map(str, GRADUATES),
            [
                name,
                make_id_number(),
                make_phone(),
                "宁夏大学",
                "本科",
                "会计学",
                "2026-07",
                "银川市",
                None,
            ],
            strict=True,
        )
    )
    return list((cells | changes).values())


def member(file_number: str, name: str, relation: str = "本人", **changes: object) -> Cells:
    """Return a good row of a household's member."""
    cells: dict[str, object] = dict(
        zip(
            map(str, HOUSEHOLDS),
            [file_number, "赵大", "深度困难", name, relation, make_id_number(), "否"],
            strict=True,
        )
    )
    return list((cells | changes).values())


def grids(*rows: Sequence[object]) -> list[Grid]:
    """Return the one sheet of a workbook with these rows."""
    return open_table(make_xlsx(rows), "表.xlsx")


def stage(
    factory: SessionFactory, by: Actor, kind: ImportKind, drive_id: int, *rows: Sequence[object]
) -> int:
    """Stage a sheet and return its batch."""
    with transaction(factory) as session:
        batch_id = create_batch(
            session, by, kind, drive_id=drive_id, file_name="表.xlsx", file_sha256="0" * 64
        ).id
    stage_batch(factory, batch_id, grids(*rows))
    return batch_id


def take_in(
    factory: SessionFactory, by: Actor, kind: ImportKind, drive_id: int, *rows: Sequence[object]
) -> int:
    """Stage and commit a sheet and return its batch."""
    batch_id = stage(factory, by, kind, drive_id, *rows)
    commit_batch(factory, by, batch_id)
    return batch_id


def counts(factory: SessionFactory, batch_id: int) -> dict[str, int]:
    """Return the counts of a batch that are not zero."""
    with reading(factory) as session:
        found = session.get_one(ImportBatch, batch_id).counts
    return {name: count for name, count in found.items() if count}


def state_of(factory: SessionFactory, batch_id: int) -> BatchState:
    """Return the state of a batch."""
    with reading(factory) as session:
        return session.get_one(ImportBatch, batch_id).state


def verdicts(factory: SessionFactory, batch_id: int) -> dict[int, RowStatus]:
    """Return the verdict of each row by its number."""
    chosen = sa.select(ImportRow.row, ImportRow.status).where(ImportRow.batch_id == batch_id)
    with reading(factory) as session:
        return {row.row: row.status for row in session.execute(chosen.order_by(ImportRow.id))}


def problems(factory: SessionFactory, batch_id: int, row: int) -> list[dict[str, Any]]:
    """Return the problems of one row."""
    chosen = sa.select(ImportRow.problems).where(
        ImportRow.batch_id == batch_id, ImportRow.row == row
    )
    with reading(factory) as session:
        found: list[dict[str, Any]] = session.scalars(chosen).one()
    return found


def codes(factory: SessionFactory, batch_id: int, row: int) -> list[str]:
    """Return the codes of the problems of one row."""
    return [problem["code"] for problem in problems(factory, batch_id, row)]
