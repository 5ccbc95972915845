"""The statistics sheet in our own layout as a workbook (统计表 xlsx): figures as numbers, words as text.

Three sheets: the lines with room for signatures and seal, the unions of the level below, and what does not add up
or was entered after the lock. Nothing typed by anybody becomes a formula.
"""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from matcher.documents.sheet_forms import (
    DEFAULT_NOTES,
    NO_FIGURE,
    SEAL,
    LineKind,
    SheetForm,
    SheetLine,
    change_words,
    signatures,
)
from matcher.documents.xlsx import plain_text, printed_text

_NO_DATE = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - a constant that says "not told", not a time
_FORMS: dict[LineKind, str] = {"count": "#,##0", "fen": "#,##0.00", "percent": "0.0%"}
_WIDTHS = (7, 34, 8, 13, 12, 12, 14, 13, 14, 22)
_BEFORE = ("上次报送", "比上次")
_HEADS = ("序号", "指标", "单位", "数值", "其中往届", "自报待核", "无明细单位", *_BEFORE, "说明")
_FOOTER_ROOM = 200


class _Looks:
    """The formats of one workbook, made once each."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        edge = {"border": 1, "border_color": "#9AA7B2", "valign": "vcenter"}
        self.title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
        self.warn = book.add_format({"font_color": "#8A4B00", "align": "center", "text_wrap": True})
        self.fact = book.add_format({"font_color": "#44505B"})
        self.head = book.add_format(
            {"bold": True, "bg_color": "#E8EEF4", "text_wrap": True, "align": "center", **edge}
        )
        self.text = book.add_format({"num_format": "@", "text_wrap": True, **edge})
        self.sub = book.add_format({"num_format": "@", "text_wrap": True, "indent": 1, **edge})
        self.middle = book.add_format({"num_format": "@", "align": "center", **edge})
        self.right = book.add_format({"num_format": "@", "align": "right", **edge})
        self.note = book.add_format({"font_color": "#44505B", "text_wrap": True, "valign": "top"})
        self.seal = book.add_format(
            {"border": 4, "align": "center", "valign": "vcenter", "font_color": "#8A97A2"}
        )
        self.numbers = {
            kind: book.add_format({"num_format": form, "align": "right", **edge})
            for kind, form in _FORMS.items()
        }


def write_workbook(form: SheetForm, target: str | Path | BinaryIO) -> None:
    """Write a sheet in our own layout to a path or an open binary stream."""
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "in_memory": True,
    }
    with xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, options) as book:
        book.set_properties({"created": _NO_DATE})
        looks = _Looks(book)
        _write_lines(book.add_worksheet("统计表"), form, looks)
        if form.parts:
            _write_parts(book.add_worksheet("分单位"), form, looks)
        if form.failures or form.corrections:
            _write_findings(book.add_worksheet("核对与更正"), form, looks)


def _prepare(page: Worksheet, form: SheetForm) -> None:
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.5, right=0.5, top=0.5, bottom=0.7)
    mark = f"数据截至 {form.as_of}"
    if form.digest:
        mark += f"  摘要 {form.digest[:16]}"
    if form.audit:
        mark += f"  审计 {form.audit[:24]}"
    page.set_footer(f"&L{printed_text(mark, _FOOTER_ROOM)}&R第 &P 页，共 &N 页")


def _columns(form: SheetForm) -> list[int]:
    """Return which columns are shown: those of the last submission only if there was one."""
    return [at for at, head in enumerate(_HEADS) if form.has_before or head not in _BEFORE]


def _write_lines(page: Worksheet, form: SheetForm, looks: _Looks) -> None:
    _prepare(page, form)
    columns = _columns(form)
    last = len(columns) - 1
    for at, column in enumerate(columns):
        page.set_column(at, at, _WIDTHS[column])
    row = _write_top(page, form, looks, last)
    for at, column in enumerate(columns):
        page.write_string(row, at, _HEADS[column], looks.head)
    page.freeze_panes(row + 1, 2)
    page.repeat_rows(row)
    row += 1
    for line in form.lines:
        for at, column in enumerate(columns):
            _write_cell(page, (row, at), line, _HEADS[column], looks)
        row += 1
    _write_signatures(page, form, looks, row + 1, last)


def _write_top(page: Worksheet, form: SheetForm, looks: _Looks, last: int) -> int:
    """Write title, warning and facts; return the row of the headings."""
    page.set_row(0, 26)
    page.merge_range(0, 0, 0, last, "", looks.title)
    page.write_string(0, 0, plain_text(form.title), looks.title)
    row = 1
    if form.subtitle:
        page.merge_range(row, 0, row, last, "", looks.warn)
        page.write_string(row, 0, form.subtitle, looks.warn)
        row += 1
    facts = [f"填报单位：{form.union}", f"活动：{form.drive}"]
    facts += [f"报告期：{form.period}"] if form.period else []
    facts += [f"数据截至：{form.as_of}"]
    facts += [f"状态：{form.state}"] if form.state else []
    page.write_string(row, 0, plain_text("    ".join(facts)), looks.fact)
    return row + 1


def _write_cell(
    page: Worksheet, place: tuple[int, int], line: SheetLine, head: str, looks: _Looks
) -> None:
    words = {"序号": line.number, "单位": line.unit}
    if head in words:
        page.write_string(*place, plain_text(words[head]), looks.middle)
    elif head == "指标":
        is_sub = "." in line.number
        page.write_string(*place, plain_text(line.label), looks.sub if is_sub else looks.text)
    elif head == "说明":
        said = "；".join(part for part in (line.ratio_words, line.note) if part)
        _write_words(page, place, "" if line.withheld else said, looks.text)
    elif head == "比上次":
        _write_words(page, place, "" if line.withheld else change_words(line), looks.right)
    else:
        value = {
            "数值": line.value,
            "其中往届": line.earlier,
            "自报待核": line.reported,
            "无明细单位": line.typed,
            "上次报送": line.before,
        }[head]
        _write_figure(page, place, line, value, looks, is_main=head == "数值")


def _write_words(page: Worksheet, place: tuple[int, int], words: str, look: Format) -> None:
    """Write words, or a cell that is empty and not an empty text."""
    if words:
        page.write_string(*place, plain_text(words), look)
    else:
        page.write_blank(*place, None, look)


def _write_figure(
    page: Worksheet,
    place: tuple[int, int],
    line: SheetLine,
    value: int | None,
    looks: _Looks,
    *,
    is_main: bool,
) -> None:
    if line.withheld:
        _write_words(page, place, line.withheld if is_main else "", looks.right)
    elif value is None:
        _write_words(page, place, NO_FIGURE if is_main else "", looks.right)
    else:
        write_number(page, place, (line.kind, value), looks.numbers)


def write_number(
    page: Worksheet,
    place: tuple[int, int],
    figure: tuple[LineKind, int],
    numbers: dict[LineKind, Format],
) -> None:
    """Write a figure as a number Excel can add: fen as yuan, basis points as a share."""
    kind, value = figure
    scaled = {"count": value, "fen": value / 100, "percent": value / 10_000}[kind]
    page.write_number(*place, scaled, numbers[kind])


def _write_signatures(page: Worksheet, form: SheetForm, looks: _Looks, row: int, last: int) -> None:
    """Write who signs, room for the seal, the notes and the digests under the lines."""
    for place, (role, name) in enumerate(signatures(form)):
        page.write_string(row, (0, 2, 4)[place], plain_text(f"{role}：{name}"), looks.fact)
    page.write_string(row + 1, 0, f"填报日期：{form.filled_on}", looks.fact)
    page.merge_range(row, last - 1, row + 5, last, "", looks.seal)
    page.write_string(row, last - 1, SEAL, looks.seal)
    row += 2
    lines = [*DEFAULT_NOTES, *form.notes]
    lines += [f"数据摘要（SHA-256）：{form.digest}"] if form.digest else []
    lines += [f"审计链头：{form.audit}"] if form.audit else []
    for line in lines:
        page.write_string(row, 0, plain_text(line), looks.fact)
        row += 1


def _write_parts(page: Worksheet, form: SheetForm, looks: _Looks) -> None:
    _prepare(page, form)
    page.set_column(0, 0, 7)
    page.set_column(1, 1, 34)
    page.set_column(2, 2, 8)
    page.set_column(3, 3 + len(form.parts), 15)
    heads = ["序号", "指标", "单位", "本级合计（不重复）", *(part.name for part in form.parts)]
    for at, head in enumerate(heads):
        page.write_string(0, at, plain_text(head), looks.head)
    page.freeze_panes(1, 2)
    page.repeat_rows(0)
    for row, line in enumerate(form.lines, start=1):
        page.write_string(row, 0, plain_text(line.number), looks.middle)
        page.write_string(row, 1, plain_text(line.label), looks.text)
        page.write_string(row, 2, plain_text(line.unit), looks.middle)
        values = [line.value, *(part.values.get(line.code) for part in form.parts)]
        for at, value in enumerate(values, start=3):
            _write_figure(page, (row, at), line, value, looks, is_main=True)


def _write_findings(page: Worksheet, form: SheetForm, looks: _Looks) -> None:
    _prepare(page, form)
    page.set_column(0, 0, 110)
    row = 0
    for title, lines in (
        ("没有通过的核对", form.failures),
        ("锁定后的更正（不计入上表）", form.corrections),
    ):
        row = _write_block(page, (title, lines), looks, row)


def _write_block(page: Worksheet, block: tuple[str, Sequence[str]], looks: _Looks, row: int) -> int:
    title, lines = block
    if not lines:
        return row
    page.write_string(row, 0, title, looks.head)
    for at, line in enumerate(lines, start=row + 1):
        page.write_string(at, 0, plain_text(line), looks.text)
    return row + len(lines) + 2
