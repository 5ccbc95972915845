"""Booklet of posts, posters and booth cards of a fair (岗位汇编、展位海报、桌牌), as PDF and as Word.

The forms are plain text and pictures of codes; nothing here knows a person. The same form gives the same words.
"""

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import segno
from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import _Row

from matcher.documents.pdf import compile_pdf
from matcher.documents.xlsx import Cell, Column, SheetSpec, plain_text, write_sheet

_NO_DATE = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - a constant that says "not told", not a time
_HEADS = ("岗位", "人数", "学历", "专业", "月薪", "工作地点")
_WIDTHS = (3.6, 1.3, 1.8, 5.0, 2.8, 2.9)
"""Centimetres; together what an A4 page has between its margins."""


@dataclass(frozen=True, slots=True)
class PostLine:
    """One post; all of it text."""

    title: str
    headcount: str
    education: str
    majors: str
    pay: str
    place: str
    more: str = ""
    """Duties and conditions, joined."""


@dataclass(frozen=True, slots=True)
class EmployerSheet:
    """One employer with its posts; `code` is a picture (SVG) of the address to queue at, empty without one."""

    name: str
    booths: str
    trade: str
    facts: str
    about: str
    posts: Sequence[PostLine]
    code: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class TradeSheet:
    """One trade with its employers."""

    name: str
    employers: Sequence[EmployerSheet]


@dataclass(frozen=True, slots=True)
class FairSheet:
    """What stands on every print of a fair; `code` is a picture of its public page's address."""

    title: str
    when: str
    where: str
    by: str
    ask: str
    counts: str
    as_of: str
    trades: Sequence[TradeSheet]
    code: str = ""
    address: str = ""

    @property
    def employers(self) -> list[EmployerSheet]:
        """All employers, by trade."""
        return [one for trade in self.trades for one in trade.employers]


def picture_of(address: str) -> str:
    """Return the QR code of an address as SVG."""
    stream = io.BytesIO()
    segno.make(address, error="m", micro=False).save(stream, kind="svg", border=2, xmldecl=False)
    return stream.getvalue().decode()


def booklet_pdf(sheet: FairSheet) -> bytes:
    """Return the booklet of posts by trade."""
    return compile_pdf("fair_booklet", asdict(sheet))


def posters_pdf(sheet: FairSheet) -> bytes:
    """Return one poster a page, an employer each, to hang at its booth."""
    return compile_pdf("fair_posters", {**asdict(sheet), "employers": _all(sheet)})


def cards_pdf(sheet: FairSheet) -> bytes:
    """Return the booth cards, two to a page, each with the code visitors queue by."""
    return compile_pdf("fair_cards", {**asdict(sheet), "employers": _all(sheet)})


def _all(sheet: FairSheet) -> list[dict[str, object]]:
    return [asdict(one) for one in sheet.employers]


def posts_xlsx(sheet: FairSheet) -> bytes:
    """Return the posts as a workbook, a row each."""
    columns = [
        Column("展位", width=10),
        Column("单位", width=30),
        Column("行业", width=22),
        Column("岗位", width=24),
        Column("人数", "number", width=8),
        Column("学历", width=12),
        Column("专业", "wrapped", width=36),
        Column("月薪", width=18),
        Column("工作地点", width=22),
        Column("工作内容和条件", "wrapped", width=48),
    ]
    rows = (
        _row(trade, one, post)
        for trade in sheet.trades
        for one in trade.employers
        for post in one.posts
    )
    facts = (sheet.when, sheet.where, sheet.counts, sheet.as_of)
    lines = (f"{sheet.title} 岗位表", "，".join(one for one in facts if one))
    stream = io.BytesIO()
    write_sheet(stream, [SheetSpec("岗位", columns, rows, lines=lines, footer=sheet.title)])
    return stream.getvalue()


def _row(trade: TradeSheet, one: EmployerSheet, post: PostLine) -> list[Cell]:
    facts = (post.education, post.majors, post.pay, post.place, post.more)
    return [one.booths, one.name, trade.name, post.title, int(post.headcount), *facts]


def booklet_docx(sheet: FairSheet) -> bytes:
    """Return the booklet as a Word document: headings by trade and employer, a table of posts each."""
    document = Document()
    _prepare(document)
    _cover(document, sheet)
    for trade in sheet.trades:
        document.add_heading(plain_text(trade.name), level=1)
        for employer in trade.employers:
            _employer(document, employer)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _prepare(document: DocumentObject) -> None:
    """Set fonts, margins, and properties that name no person."""
    properties = document.core_properties
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.created = properties.modified = _NO_DATE
    properties.title = ""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.8)
    section.top_margin = section.bottom_margin = Cm(1.8)
    fonts = {"Normal": "宋体", "Title": "黑体", "Heading 1": "黑体", "Heading 2": "黑体"}
    sizes = {"Normal": 10, "Title": 22, "Heading 1": 15, "Heading 2": 12}
    for name, font in fonts.items():
        style = document.styles[name]
        style.font.name, style.font.size = font, Pt(sizes[name])
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
        style.font.color.rgb = RGBColor(0, 0, 0)


def _cover(document: DocumentObject, sheet: FairSheet) -> None:
    title = document.add_heading(plain_text(f"{sheet.title}岗位汇编"), level=0)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    facts = [("时间", sheet.when), ("地点", sheet.where), ("主办", sheet.by), ("咨询", sheet.ask)]
    for term, words in facts:
        if words:
            document.add_paragraph(plain_text(f"{term}：{words}"))
    document.add_paragraph(plain_text(f"{sheet.counts}。{sheet.as_of}。对求职者不收费。"))
    if sheet.code:
        _picture(document, sheet.address)


def _picture(document: DocumentObject, address: str) -> None:
    stream = io.BytesIO()
    segno.make(address, error="m", micro=False).save(stream, kind="png", scale=6, border=2)
    stream.seek(0)
    document.add_picture(stream, width=Cm(3.2))
    document.add_paragraph(plain_text(address))


def _employer(document: DocumentObject, employer: EmployerSheet) -> None:
    head = f"{employer.name}（展位 {employer.booths}）" if employer.booths else employer.name
    document.add_heading(plain_text(head), level=2)
    for words in (employer.facts, employer.about):
        if words:
            document.add_paragraph(plain_text(words))
    if not employer.posts:
        document.add_paragraph("现场公布岗位。")
        return
    table = document.add_table(len(employer.posts) + 1, len(_HEADS), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    head_row, *rows = table.rows
    _write_row(head_row, _HEADS, is_head=True)
    for row, post in zip(rows, employer.posts, strict=True):
        facts = (post.headcount, post.education, post.majors, post.pay, post.place)
        _write_row(row, (post.title, *facts))
    _repeat(head_row)


def _write_row(row: _Row, words: Sequence[str], *, is_head: bool = False) -> None:
    for cell, text, width in zip(row.cells, words, _WIDTHS, strict=True):
        cell.width = Cm(width)
        run = cell.paragraphs[0].add_run(plain_text(text))
        run.bold, run.font.size = is_head, Pt(9)


def _repeat(row: _Row) -> None:
    """Repeat the headings on every page the table goes on to."""
    properties = row._tr.get_or_add_trPr()
    mark = properties.makeelement(qn("w:tblHeader"), {qn("w:val"): "true"})
    properties.append(mark)
