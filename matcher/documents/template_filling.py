"""Filling a template (填表样): figures as numbers, words as text, the form otherwise as it came.

Formulas are kept and counted anew when the file is opened. A word is never a formula, whatever it begins with. A
figure that is missing leaves its cell empty and is told.
"""

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openpyxl.cell.cell import Cell
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook import Workbook

from matcher.documents.template_bindings import CellBinding, may_hold
from matcher.documents.template_grids import GridCell, TemplateGrid, open_template, read_grid
from matcher.documents.xlsx import plain_text

_NO_DATE = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - a constant that says "not told", not a time
_MARKS = {"@digest": "figures", "@audit": "audit"}
"""Words kept among the file's properties in any case, by the name they have there."""

FigureKey = tuple[str, str, int | None]
"""Code, part and union of a figure."""


@dataclass(frozen=True, slots=True)
class FigureValue:
    """A figure for a cell: kind count, fen or percent (basis points), None if there is none."""

    kind: str
    value: int | None


@dataclass(frozen=True, slots=True)
class FilledTemplate:
    """A filled workbook, and the bindings nothing was there for."""

    content: bytes
    n_filled: int
    missing: tuple[CellBinding, ...]
    skipped: tuple[CellBinding, ...]
    """Bindings whose cell is gone or may not be written."""


@dataclass(frozen=True, slots=True)
class Filling:
    """What is to be written: figures by key, words by code."""

    figures: Mapping[FigureKey, FigureValue]
    words: Mapping[str, str]

    def shown(self, binding: CellBinding, cell: GridCell) -> str | float | None:
        """Return what a cell is to hold; None if nothing is there."""
        if binding.is_word:
            word = self.words.get(binding.code, "")
            return (cell.text.rstrip() + word if cell.is_label else word) if word else None
        key = (binding.code, binding.part, binding.union_id)
        figure = self.figures.get(key)
        if figure is None or figure.value is None:
            return None
        return _scaled(figure.kind, figure.value, binding, cell)


def _scaled(kind: str, value: int, binding: CellBinding, cell: GridCell) -> float | int:
    if kind == "percent":
        # A cell formatted as per cent wants a share, any other the number before the sign.
        return value / 10_000 if cell.is_percent else value / 100
    if kind == "fen":
        return value / 1_000_000 if binding.in_wan else value / 100
    return value / 10_000 if binding.in_wan else value


def fill_template(
    content: bytes, bindings: Sequence[CellBinding], filling: Filling
) -> FilledTemplate:
    """Return a template with its bound cells filled.

    Raises
    ------
    TemplateError
        The template cannot be read (any more).
    """
    grid, book = read_grid(content), open_template(content)
    missing: list[CellBinding] = []
    skipped: list[CellBinding] = []
    n_filled = 0
    for binding in bindings:
        cell = grid.find(binding.sheet, binding.ref)
        if cell is None or not may_hold(cell, binding):
            skipped.append(binding)
            continue
        said = filling.shown(binding, cell)
        if said is None:
            missing.append(binding)
        else:
            _write(book[binding.sheet][binding.ref], said)
            n_filled += 1
    _mark(book, filling)
    target = io.BytesIO()
    book.save(target)
    return FilledTemplate(target.getvalue(), n_filled, tuple(missing), tuple(skipped))


def _write(cell: Cell, said: str | float) -> None:
    if isinstance(said, str):
        cell.value = plain_text(said)
        cell.data_type = "s"  # a word that begins with = stays a word
    else:
        cell.value = said


def _mark(book: Workbook, filling: Filling) -> None:
    """Let formulas be counted anew, name no person, and keep digest and audit head in the file."""
    book.calculation.fullCalcOnLoad = True
    book.properties.creator = ""
    book.properties.lastModifiedBy = ""
    book.properties.created = book.properties.modified = _NO_DATE
    for code, name in _MARKS.items():
        if filling.words.get(code) and name not in book.custom_doc_props.names:
            book.custom_doc_props.append(StringProperty(name=name, value=filling.words[code]))


def preview(
    grid: TemplateGrid, bindings: Sequence[CellBinding], filling: Filling
) -> dict[tuple[str, str], str | float | None]:
    """Return what each bound cell would hold, without making the file."""
    shown: dict[tuple[str, str], str | float | None] = {}
    for binding in bindings:
        cell = grid.find(binding.sheet, binding.ref)
        if cell is not None and may_hold(cell, binding):
            shown[binding.place] = filling.shown(binding, cell)
    return shown
