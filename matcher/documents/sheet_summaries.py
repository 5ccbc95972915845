"""The Word draft of a drive's summary (活动总结): known sentences filled with the sheet's figures.

A sentence stands only if every figure in it does: nothing is guessed and no nought is made up. What only people can
say (what was done well, what was hard, what comes next) is left open and marked. The figures are repeated in a table
at the end, with where they come from.
"""

import datetime as dt
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import BinaryIO

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph

from matcher.documents.sheet_forms import (
    SheetForm,
    SheetLine,
    figure_words,
    shown,
    signatures,
)
from matcher.documents.xlsx import plain_text

DRAFT = "初稿：数字取自统计表，文字请核实、补充后定稿。"
_PLACE = re.compile(r"\{([a-z0-9_]+)(?:\.(earlier|reported|typed))?\}")
_NO_DATE = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - a constant that says "not told", not a time
_BODY, _HEADING = "仿宋", "黑体"
_WAN_FROM = 1_000_000
"""Fen (10,000 yuan) from which money is said in 万元."""


@dataclass(frozen=True, slots=True)
class SummaryPart:
    """One part of the summary: its heading, sentences with places for figures, and what people are to add."""

    heading: str
    sentences: Sequence[str]
    to_write: Sequence[str]


@lru_cache(maxsize=1)
def load_parts() -> tuple[SummaryPart, ...]:
    """Read the parts of a summary once per process."""
    text = files("matcher.documents.data").joinpath("summary.toml").read_text(encoding="utf-8")
    return tuple(
        SummaryPart(part["heading"], tuple(part["sentences"]), tuple(part["to_write"]))
        for part in tomllib.loads(text)["parts"]
    )


def codes_in(sentence: str) -> list[str]:
    """Return the codes of the figures a sentence has places for."""
    return [found.group(1) for found in _PLACE.finditer(sentence)]


def filled(sentence: str, lines: Mapping[str, SheetLine]) -> str | None:
    """Return a sentence with its figures; None if one is missing or withheld."""
    said = sentence
    for found in _PLACE.finditer(sentence):
        line = lines.get(found.group(1))
        value = getattr(line, found.group(2) or "value") if line is not None else None
        if line is None or value is None or line.withheld:
            return None
        said = said.replace(found.group(0), _spoken(line, value))
    return said


def _spoken(line: SheetLine, value: int) -> str:
    """Return a figure as prose says it: 50.59 万元, 88.7%, 1204 人."""
    if line.kind == "fen":
        if abs(value) >= _WAN_FROM:
            return f"{value / 1_000_000:.2f}".rstrip("0").rstrip(".") + "万元"
        return f"{value / 100:.2f}".rstrip("0").rstrip(".") + "元"
    if line.kind == "percent":
        return figure_words("percent", value)
    return f"{value}{line.unit}"


def write_summary(form: SheetForm, target: BinaryIO) -> None:
    """Write the draft to an open binary stream; the same form gives the same words."""
    document = Document()
    _prepare(document)
    title = document.add_heading(plain_text(f"{form.union}{form.drive}活动总结"), level=0)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _marked(document.add_paragraph(), DRAFT)
    facts = [form.union, form.period or form.drive, f"数据截至{form.as_of}", form.state]
    document.add_paragraph(plain_text("，".join(fact for fact in facts if fact) + "。"))
    lines = {line.code: line for line in (*form.beside, *form.lines)}
    for part in load_parts():
        _write_part(document, part, lines)
    _write_doubts(document, form)
    _write_table(document, form)
    _write_end(document, form)
    document.save(target)


def _prepare(document: DocumentObject) -> None:
    """Set the fonts offices write in, and properties that name no person."""
    properties = document.core_properties
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.created = properties.modified = _NO_DATE
    properties.title = ""
    for name, font in (("Normal", _BODY), ("Heading 1", _HEADING), ("Title", _HEADING)):
        style = document.styles[name]
        style.font.name = font
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
        style.font.color.rgb = RGBColor(0, 0, 0)
    document.styles["Normal"].font.size = Pt(14)
    document.styles["Heading 1"].font.size = Pt(15)
    document.styles["Title"].font.size = Pt(20)


def _write_part(
    document: DocumentObject, part: SummaryPart, lines: Mapping[str, SheetLine]
) -> None:
    document.add_heading(part.heading, level=1)
    said = [one for one in (filled(sentence, lines) for sentence in part.sentences) if one]
    if said:
        paragraph = document.add_paragraph(plain_text("".join(said)))
        paragraph.paragraph_format.first_line_indent = Pt(28)
    for words in part.to_write:
        _marked(document.add_paragraph(), f"【请补充：{words}】")


def _marked(paragraph: Paragraph, words: str) -> None:
    run = paragraph.add_run(words)
    run.font.color.rgb = RGBColor(0x8A, 0x4B, 0x00)


def _write_doubts(document: DocumentObject, form: SheetForm) -> None:
    """Write what does not add up: a summary must not hide it."""
    if not form.failures and not form.corrections:
        return
    document.add_heading("数据核对", level=1)
    for words in (*form.failures, *form.corrections):
        document.add_paragraph(plain_text(words), style="List Bullet")


def _write_table(document: DocumentObject, form: SheetForm) -> None:
    document.add_heading("附：主要数据", level=1)
    if form.subtitle:
        _marked(document.add_paragraph(), form.subtitle)
    heads = ("序号", "指标", "单位", "数值", "其中往届", "自报待核")
    table = document.add_table(rows=1, cols=len(heads), style="Table Grid")
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        cell.text = head
    for line in form.lines:
        cells = [line.number, line.label, line.unit, shown(line, line.value)]
        for value in (line.earlier, line.reported):
            cells.append("" if line.withheld else shown(line, value, blank=True))
        for cell, words in zip(table.add_row().cells, cells, strict=True):
            cell.text = plain_text(words)
    for row in table.rows:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                for run in paragraph.runs:
                    run.font.size = Pt(9)


def _write_end(document: DocumentObject, form: SheetForm) -> None:
    signed = "    ".join(f"{role}：{name}" for role, name in signatures(form))
    document.add_paragraph(plain_text(signed))
    if form.digest:
        document.add_paragraph(f"数据摘要（SHA-256）：{form.digest}")
    if form.audit:
        document.add_paragraph(f"审计链头：{form.audit}")
