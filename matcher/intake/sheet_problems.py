"""What concerns a whole sheet: dropped, unknown and contradicted columns, and how it was read."""

from collections.abc import Mapping, Sequence

from matcher.intake.concepts import concept_label, load_concepts
from matcher.intake.grids import Grid, column_letter
from matcher.intake.guesses import ColumnGuess
from matcher.intake.heads import Head
from matcher.intake.layout import is_dropped
from matcher.intake.problems import Problem, Severity
from matcher.kinds import ImportKind

_WHY_DROPPED = {
    "sex": "性别不得作为录用条件（《就业促进法》第二十七条），也无需收集",
    "age": "年龄不得随意作为录用条件（《就业促进法》第三条），也无需收集",
    "marriage": "婚育状况不得作为录用条件（《妇女权益保障法》第四十三条），也无需收集",
    "bank_card": "银行账户与就业服务无关，不随表导入",
}


def list_sheet_problems(
    kind: ImportKind,
    grid: Grid,
    head: Head,
    *,
    guesses: Sequence[ColumnGuess],
    mapping: Mapping[int, str],
) -> tuple[Problem, ...]:
    """List what concerns the sheet as a whole, once, from the left."""
    row = head.rows[-1] if head.rows else grid.rows[0].number if grid.rows else 1
    problems = [
        _make(grid, row, None, severity="info", code="sheet_note", reason=note)
        for note in grid.notes
    ]
    if grid.given_head is None and not head.found and grid.rows:
        problems.append(
            _make(
                grid,
                row,
                None,
                severity="warn",
                code="no_head",
                reason="没有找到表头，各列按值识别",
                remedy="请核对各列含义",
            )
        )
    for guess in guesses:
        concept = mapping.get(guess.index)
        problem = _of_column(grid, row, guess, concept)
        if problem is not None:
            problems.append(problem)
    return tuple(problems)


def _of_column(grid: Grid, row: int, guess: ColumnGuess, concept: str | None) -> Problem | None:
    if concept is None:
        if not guess.head and not _has_values(grid, guess.index, row):
            return None
        return _make(
            grid,
            row,
            guess,
            severity="info",
            code="column_unknown",
            reason="不认识这一列，原样保留，不参与匹配",
            remedy="如有用请指定含义",
        )
    if is_dropped(concept):
        base = concept.partition("#")[0]
        reason = f"“{concept_label(concept)}”列已去掉：{_WHY_DROPPED.get(base, '无需收集')}"
        return _make(
            grid,
            row,
            guess,
            severity="warn",
            code="column_dropped",
            reason=reason,
            remedy="无需处理",
        )
    if guess.conflict is not None and concept == guess.concept:
        remedy = "请核对列含义"
        if guess.proposal:
            remedy = f"如确认，请把该列改为“{load_concepts()[guess.proposal].label}”"
        return _make(
            grid,
            row,
            guess,
            severity="warn",
            code="column_conflict",
            reason=guess.conflict,
            remedy=remedy,
        )
    return None


def _has_values(grid: Grid, index: int, after: int) -> bool:
    return any(
        index < len(row.values) and row.values[index] is not None
        for row in grid.rows
        if row.number > after
    )


def _make(
    grid: Grid,
    row: int,
    guess: ColumnGuess | None,
    *,
    severity: Severity,
    code: str,
    reason: str,
    remedy: str = "无需处理",
) -> Problem:
    letter = column_letter(guess.index) if guess else None
    head = guess.head if guess else None
    return Problem(grid.sheet, row, letter, head, "", severity, code, reason, remedy)
