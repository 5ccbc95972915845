"""Rows to verdicts: every row of a sheet is taken, refused with a reason, or declared no data.

Streaming: rows are judged as they are asked for, so that a sheet of 50,000 rows needs no second
copy in memory.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from matcher.intake.blocks import EmployerBlocks, HouseholdBlocks
from matcher.intake.columns import guess_columns, mapping_of
from matcher.intake.drafts import Draft, JudgedRow, RowState
from matcher.intake.duplicates import SeenRows
from matcher.intake.employer_rows import judge_employer
from matcher.intake.families import look_at_families, says_wan
from matcher.intake.graduate_rows import judge_graduate
from matcher.intake.grids import Grid, Row
from matcher.intake.heads import Head, find_head
from matcher.intake.household_rows import judge_household
from matcher.intake.layout import JudgeOptions, Layout, RowReader, lay_out
from matcher.intake.posting_rows import judge_posting
from matcher.intake.problems import Flaw, Problem
from matcher.intake.row_kinds import is_other_head, why_not_data
from matcher.intake.sheet_kinds import why_foreign
from matcher.intake.sheet_problems import list_sheet_problems
from matcher.kinds import ImportKind

_JUDGES: dict[ImportKind, Callable[[RowReader], Draft | None]] = {
    ImportKind.POSTINGS: judge_posting,
    ImportKind.EMPLOYERS: judge_employer,
    ImportKind.GRADUATES: judge_graduate,
    ImportKind.HOUSEHOLDS: judge_household,
}
_FILLED = Flaw("info", "merged_filled", "合并单元格的值已填到本行", "无需处理")
_BETWEEN_PAGES = frozenset({"repeated_head", "title"})
"""What a page break of a printed table puts between rows of one block."""
_CARRIED = Flaw(
    "warn", "employer_carried", "序号和单位为空，按上一家单位读取", "请核对；不是同一单位的请补填"
)


def judge_rows(
    kind: ImportKind,
    grid: Grid,
    mapping: Mapping[int, str] | None = None,
    *,
    today: dt.date,
    options: JudgeOptions | None = None,
) -> Iterator[JudgedRow]:
    """Judge every row of a sheet, from the first; one verdict a row, in order.

    Parameters
    ----------
    mapping : {column index: concept}; None takes the system's own guesses
    options : what the caller knows beside the sheet

    Notes
    -----
    What concerns the whole sheet (dropped columns, unknown columns, contradicted heads) stands among
    the problems of the head's row, or of the first row if there is no head.
    """
    head = find_head(grid)
    guesses = guess_columns(kind, grid, head)
    chosen = mapping_of(guesses) if mapping is None else dict(mapping)
    layout = lay_out(grid, head, chosen, today=today, options=options or JudgeOptions())
    if kind is ImportKind.HOUSEHOLDS:
        data = [row for row in grid.rows if row.number >= head.first_data]
        families = look_at_families(data, layout.columns)
        above = [row for row in grid.rows if row.number < head.first_data]
        layout = replace(layout, families=replace(families, in_wan=says_wan(above)))
    pending = list_sheet_problems(kind, grid, head, guesses=guesses, mapping=chosen)
    carrier = head.rows[-1] if head.rows else grid.rows[0].number if grid.rows else 0
    for judged in _judge_each(kind, grid, layout):
        if judged.row == carrier and pending:
            judged = replace(judged, problems=(*pending, *judged.problems))
        yield judged


def _judge_each(kind: ImportKind, grid: Grid, layout: Layout) -> Iterator[JudgedRow]:
    foreign = why_foreign(kind, grid, layout.head, list(layout.columns))
    if foreign is not None:
        yield from _judge_foreign(grid, layout, *foreign)
        return
    seen, drifted = SeenRows(), 0
    employers, households = EmployerBlocks(kind, layout), HouseholdBlocks(kind, layout)
    for row in grid.rows:
        reason = _above_data(row, layout.head) or why_not_data(row, layout)
        if reason is None and grid.given_head is None and is_other_head(row, layout):
            drifted, reason = row.number, ("other_head", "表中途换了表头")
        if reason is not None:
            drifted = 0 if reason[0] == "repeated_head" else drifted
            if reason[0] not in _BETWEEN_PAGES:
                employers.end()
                households.end()
            yield _not_data(layout, row, reason)
            continue
        row, is_carried = employers.carry(row)
        reader = RowReader(layout, row, households.holder())
        if drifted:
            _refuse_drifted(reader, drifted)
            yield _verdict(reader, None, seen)
            continue
        draft = _JUDGES[kind](reader)
        households.note(reader)
        if is_carried:
            reader.note(_CARRIED, "employer_name")
        yield _verdict(reader, draft, seen)


def _judge_foreign(
    grid: Grid, layout: Layout, reason: str, other: ImportKind | None
) -> Iterator[JudgedRow]:
    """Refuse the rows of a sheet of another kind; notes and code lists beside a table are no data."""
    is_aside = other is None and grid.siblings > 0
    looks = f"，看起来是{other.label}" if other is not None else ""
    for row in grid.rows:
        why = _above_data(row, layout.head) or why_not_data(row, layout)
        if why is None and is_aside:
            why = ("other_sheet", f"{reason}，像是说明、代码表或统计表")
        if why is not None:
            yield _not_data(layout, row, why)
            continue
        reader = RowReader(layout, row)
        remedy = "请核对所选的导入类型，或手工指定各列含义"
        reader.refuse("wrong_kind", f"{reason}{looks}", remedy)
        yield _verdict(reader, None, SeenRows())


def _refuse_drifted(reader: RowReader, number: int) -> None:
    reason = f"第 {number} 行换了表头，本行各列含义不明"
    reader.refuse("head_changed", reason, "请把两张表分成两个工作表")


def _verdict(reader: RowReader, draft: Draft | None, seen: SeenRows) -> JudgedRow:
    layout, row = reader.layout, reader.row
    if draft is not None and layout.options.check_duplicates and not seen.check(reader, draft):
        draft = None
    if draft is not None and row.filled:
        _note_filled(reader)
    status: RowState = "ok" if draft is not None else "refused"
    return JudgedRow(layout.sheet, row.number, status, draft, tuple(reader.problems))


def _note_filled(reader: RowReader) -> None:
    """Remark which columns took their value from a merged cell above."""
    from_merge = [c for c, index in reader.layout.columns.items() if index in reader.row.filled]
    for concept in from_merge[:1]:
        reader.note(_FILLED, concept)


def _above_data(row: Row, head: Head) -> tuple[str, str] | None:
    if row.number in head.rows:
        return "head", "表头"
    if row.number < head.first_data:
        if all(value is None for value in row.values):
            return "blank", "空行"
        return "title", "表头之前的标题或说明"
    return None


def _not_data(layout: Layout, row: Row, reason: tuple[str, str]) -> JudgedRow:
    problem = Problem(
        layout.sheet,
        row.number,
        None,
        None,
        "",
        "info",
        f"not_data_{reason[0]}",
        reason[1],
        "无需处理",
    )
    return JudgedRow(layout.sheet, row.number, "not_data", None, (problem,))
