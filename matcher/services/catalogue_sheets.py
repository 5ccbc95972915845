"""Sheets of a catalogue (专业目录表) as lines of words: which column is what, which rows are data."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from matcher.errors import InvalidInputError
from matcher.intake import Grid, Row, column_letter
from matcher.intake.cells import cell_text, narrow

_HEADS: dict[str, tuple[str, ...]] = {
    "level": ("层次", "学历层次", "培养层次", "学历", "办学层次", "level"),
    "gate_code": ("门类代码", "学科门类代码", "专业大类代码", "大类代码", "gate_code"),
    "gate": (
        "门类",
        "学科门类",
        "门类名称",
        "学科门类名称",
        "专业大类",
        "大类",
        "专业大类名称",
        "gate",
    ),
    "class_code": (
        *("专业类代码", "类代码", "一级学科代码", "学科代码", "专业类别代码"),
        *("class_code", "discipline_code", "category_code"),
    ),
    "class": (
        *(
            "专业类",
            "专业类名称",
            "专业类别",
            "一级学科",
            "一级学科名称",
            "学科名称",
            "类别名称",
            "学科",
        ),
        *("class", "class_name", "discipline", "category"),
    ),
    "code": (
        *("专业代码", "代码", "专业编号", "专业代号", "学科专业代码", "代码(code)"),
        *("major_code", "code"),
    ),
    "name": (
        *("专业名称", "专业", "名称", "学科专业名称", "专业(名称)", "学科专业", "专业名"),
        *("major", "major_name", "name"),
    ),
    "former": (
        *(
            "曾用名",
            "原专业名称",
            "旧专业名称",
            "原名称",
            "更名前专业名称",
            "原专业名",
            "旧专业名",
            "原专业",
        ),
        *("old_major", "old_name", "former_name", "former_names"),
    ),
    "kind": ("类型", "层级", "kind", "type"),
    "note": ("备注", "说明", "note", "remark"),
}
_CONCEPT_OF = {word: concept for concept, words in _HEADS.items() for word in words}
_DEEPEST_HEAD = 30
"""Rows looked through for the head; titles and notes of real tables take up to five."""
_NAMES = re.compile(r"[;；、,，/|\n]+")


@dataclass
class Cell:
    """A value with the column it stands in, as a person finds it (B 专业代码)."""

    text: str
    column: str
    was_number: bool = False


@dataclass
class Line:
    """One row of the file: its words by concept, and what is wrong with it."""

    sheet: str
    row: int
    cells: dict[str, Cell] = field(default_factory=dict)
    status: str = "not_data"
    problems: list[dict[str, str | None]] = field(default_factory=list)

    def text(self, concept: str) -> str:
        """Return the words of a column; "" where there is none."""
        cell = self.cells.get(concept)
        return cell.text if cell else ""

    def tell(
        self, severity: str, code: str, reason: str, remedy: str, concept: str | None = None
    ) -> None:
        """Note what is wrong; "refuse" refuses the row."""
        cell = self.cells.get(concept or "")
        self.problems.append(
            {
                "column": cell.column if cell else None,
                "value": cell.text if cell else "",
                "severity": severity,
                "code": code,
                "reason": reason,
                "remedy": remedy,
            }
        )
        if severity == "refuse":
            self.status = "refused"

    @property
    def is_data(self) -> bool:
        """Whether the row is one of the catalogue, refused or not."""
        return self.status != "not_data"


def head_word(value: object) -> str:
    """Return a head as compared: narrow, lower case, without spaces, marks and remarks in brackets."""
    words = re.sub(r"[\s*:：]", "", narrow(str(value))).lower()
    return words if words in _CONCEPT_OF else re.sub(r"\(.*?\)", "", words)


def read_lines(grids: Sequence[Grid]) -> list[Line]:
    """Return every row of every sheet; those above and of the head, and of sheets without one, are no data.

    Raises
    ------
    InvalidInputError
        No sheet has a head that names the majors.
    """
    lines: list[Line] = []
    with_head = 0
    for grid in grids:
        columns, start = _head(grid)
        with_head += bool(columns)
        lines += _lines(grid, columns, start)
    if not with_head:
        raise InvalidInputError(
            "catalogue_no_head",
            "没有找到表头。表头须有“专业名称”，并尽量有“专业代码”“专业类”“门类”；"
            "请在表格中补上表头后再导入。",
        )
    return lines


def _head(grid: Grid) -> tuple[dict[int, tuple[str, str]], int]:
    """Return column → (concept, as written) and the number of the head's row; nothing without a head."""
    if grid.given_head is not None:
        return _columns(grid.given_head), 0
    for row in list(grid.rows)[:_DEEPEST_HEAD]:
        found = _columns(["" if v is None else cell_text(v) for v in row.values])
        concepts = {concept for concept, _ in found.values()}
        if "name" in concepts and len(concepts) > 1:
            return found, row.number
    return {}, 0


def _columns(heads: Sequence[str]) -> dict[int, tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    taken: set[str] = set()
    for index, written in enumerate(heads):
        concept = _CONCEPT_OF.get(head_word(written))
        if concept and concept not in taken:
            found[index] = (concept, " ".join(written.split()))
            taken.add(concept)
    return found


def _lines(grid: Grid, columns: dict[int, tuple[str, str]], start: int) -> Iterator[Line]:
    for row in grid.rows:
        line = Line(grid.sheet, row.number)
        if columns and row.number > start:
            line.cells = _cells(row, columns)
            own = {c for c, cell in line.cells.items() if cell.text and c in ("code", "name")}
            if own and _CONCEPT_OF.get(head_word(line.text("name"))) != "name":
                line.status = "read"
        if not line.is_data and any(value is not None for value in row.values):
            where = "表头或标题" if columns and row.number <= start else "不是专业"
            line.tell("info", "not_data", where, "无需处理")
        yield line


def _cells(row: Row, columns: dict[int, tuple[str, str]]) -> dict[str, Cell]:
    found = {}
    for index, (concept, written) in columns.items():
        value = row.values[index] if index < len(row.values) else None
        text = cell_text(value)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        found[concept] = Cell(text, f"{column_letter(index)} {written}", number)
    return found


def names_in(text: str) -> tuple[str, ...]:
    """Return the former names a cell lists; a name with 、 inside stays whole in brackets only."""
    return tuple(dict.fromkeys(name.strip() for name in _NAMES.split(text) if name.strip()))
