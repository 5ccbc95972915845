"""One sheet's columns by concept, and reading one row through them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from matcher.intake.cells import cell_text, is_formula_error, is_garbled, said_nothing
from matcher.intake.concepts import load_concepts
from matcher.intake.drafts import Draft
from matcher.intake.families import Families
from matcher.intake.grids import CellValue, Grid, Row, column_letter
from matcher.intake.heads import Head
from matcher.intake.problems import Flaw, Problem, Reading, Severity, T_co, mask_value

_GARBLED = Flaw(
    "refuse", "garbled", "文字已损坏（乱码），无法还原", "请从原系统重新导出为 UTF-8 或 xlsx"
)
_PARTLY_GARBLED = Flaw("warn", "garbled", "文字中有丢失的字符（乱码）", "请对照原系统核对这一格")
_VITAL = frozenset({"title", "employer_name", "school_name", "major_name"})
"""Texts by which a row is known or ranked: a lost character there makes another thing of them."""
_FORMULA = Flaw("warn", "formula_error", "单元格是公式错误，没有值", "请在表格中修正公式或直接填写")


@dataclass(frozen=True, slots=True)
class JudgeOptions:
    """What the caller knows about a sheet that the sheet does not say.

    `employer_name` stands for postings of a sheet without an employer column, `school` likewise
    for graduates. `check_duplicates` refuses rows that repeat an earlier row of the sheet. `region` is
    where the sheet's people live: of places of one name those inside it are meant.
    """

    employer_name: str | None = None
    school: str | None = None
    region: str | None = None
    check_duplicates: bool = True


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each concept stands in one sheet; `extra_columns` are the unrecognised ones.

    `families` is what a first look at a households roster tells of how it is kept.
    """

    sheet: str
    head: Head
    columns: Mapping[str, int]
    extra_columns: tuple[tuple[int, str], ...]
    today: dt.date
    options: JudgeOptions = field(default_factory=JudgeOptions)
    families: Families | None = None

    def has(self, concept: str) -> bool:
        """Whether the sheet has a column of this concept."""
        return concept in self.columns


def lay_out(
    grid: Grid, head: Head, mapping: Mapping[int, str], *, today: dt.date, options: JudgeOptions
) -> Layout:
    """Make the layout of a sheet; of two columns with one concept the left one counts."""
    columns: dict[str, int] = {}
    for index in sorted(mapping):
        columns.setdefault(mapping[index], index)
    extras = tuple(
        (index, (head.names[index] if index < len(head.names) else "") or column_letter(index))
        for index in range(grid.width)
        if index not in mapping
    )
    return Layout(grid.sheet, head, columns, extras, today, options)


class RowReader:
    """Reads the cells of one row by concept and collects what is wrong with them."""

    __slots__ = ("_refused", "block", "family", "layout", "problems", "row")

    def __init__(self, layout: Layout, row: Row, block: Draft | None = None) -> None:
        """Begin to read a row; `block` is the draft its block began with."""
        self.block = block
        self.family: Draft | None = None
        """Of a households roster: what the row says of whose household it is, even if it is refused."""
        self.layout = layout
        self.row = row
        self.problems: list[Problem] = []
        self._refused = False

    def is_refused(self) -> bool:
        """Say whether a reason to refuse the row has been found (a method: it changes while reading)."""
        return self._refused

    def raw(self, concept: str) -> CellValue:
        """Return the cell of a concept as it stands; None without such a column."""
        index = self.layout.columns.get(concept)
        if index is None or index >= len(self.row.values):
            return None
        return self.row.values[index]

    def is_filled(self, concept: str) -> bool:
        """Say whether a cell took its value from a merged cell above."""
        return self.layout.columns.get(concept) in self.row.filled

    def head_of(self, concept: str) -> str:
        """Return the head over the column of a concept; empty without one."""
        index = self.layout.columns.get(concept)
        names = self.layout.head.names
        return names[index] if index is not None and index < len(names) else ""

    def text(self, concept: str) -> str | None:
        """Return the clean text of a cell; None if it says nothing or is a formula's error."""
        value = self.raw(concept)
        if value is None:
            return None
        text = cell_text(value)
        if said_nothing(text):
            return None
        if is_formula_error(text):
            self.note(_FORMULA, concept)
            return None
        if is_garbled(text):
            self.note(_GARBLED if concept in _VITAL else _PARTLY_GARBLED, concept)
        return text

    def take(
        self, concept: str, reading: Reading[T_co], *, vital: bool | None = None
    ) -> T_co | None:
        """Return the value of a reading and keep its flaw.

        `vital` True makes a warning a refusal, False a refusal a warning, None leaves it.
        """
        flaw = reading.flaw
        if flaw is not None:
            severity: Severity = flaw.severity
            if vital and severity == "warn" and reading.value is None:
                severity = "refuse"
            if vital is False and severity == "refuse":
                severity = "warn"
            self.note(Flaw(severity, flaw.code, flaw.reason, flaw.remedy), concept)
        return reading.value

    def note(self, flaw: Flaw, concept: str | None = None) -> None:
        """Keep a flaw, placed at the column of a concept or at the whole row.

        What is wrong with a cell merged over a household's rows is said once, where the cell stands; what
        refuses is said of every row.
        """
        index = self.layout.columns.get(concept) if concept else None
        is_said_above = self.layout.families is not None and index in self.row.filled
        if is_said_above and flaw.severity != "refuse" and flaw.code != "merged_filled":
            return
        names = self.layout.head.names
        self.problems.append(
            Problem(
                self.layout.sheet,
                self.row.number,
                column_letter(index) if index is not None else None,
                (names[index] if index < len(names) else "") if index is not None else None,
                mask_value(self.raw(concept), concept) if concept else "",
                flaw.severity,
                flaw.code,
                flaw.reason,
                flaw.remedy,
            )
        )
        if flaw.severity == "refuse":
            self._refused = True

    def refuse(self, code: str, reason: str, remedy: str, concept: str | None = None) -> None:
        """Refuse the row for a reason."""
        self.note(Flaw("refuse", code, reason, remedy), concept)

    def warn(self, code: str, reason: str, remedy: str, concept: str | None = None) -> None:
        """Keep a warning."""
        self.note(Flaw("warn", code, reason, remedy), concept)

    def extras(self) -> tuple[tuple[str, str], ...]:
        """Return what stands in the unrecognised columns."""
        values, width = self.row.values, len(self.row.values)
        return tuple(
            (label, text)
            for index, label in self.layout.extra_columns
            if index < width and (text := cell_text(values[index]))
        )


def is_dropped(concept: str) -> bool:
    """Say whether values of a concept are removed on reading (性别, 年龄, 婚姻, 银行卡号)."""
    known = load_concepts().get(concept.partition("#")[0])
    return known is not None and known.fate == "drop"
