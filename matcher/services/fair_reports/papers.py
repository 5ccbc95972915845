"""The report of a fair on paper and as a workbook (报告表), in the form authorities ask; people stay masked in it.

Words of the figures are the product's own, in Chinese, as the form is. The PDF carries the head of the trail and, once
handed in, the digest of its figures; the workbook has a sheet of rows for each figure, so that each number can be
counted again by hand.
"""

import io
from collections.abc import Callable, Iterator
from functools import partial

from sqlalchemy.orm import Session

from matcher import clock
from matcher.documents.pdf import ListColumn, ListForm, compile_list
from matcher.documents.xlsx import Cell, Column, SheetSpec, write_sheet
from matcher.models.audit import AuditHead
from matcher.models.fairs import Fair
from matcher.services import audit
from matcher.services.fair_reports import figures, reporting
from matcher.services.fair_reports.reporting import ReportView
from matcher.services.fair_reports.rows import FigureRow, list_all
from matcher.services.fair_reports.sight import FAIR, get_fair
from matcher.services.permissions import Actor, Permission

WORDS: dict[str, tuple[str, str]] = {
    "units": ("参会单位", "家"),
    "positions": ("岗位种类", "个"),
    "posts": ("提供岗位（招聘人数）", "个"),
    "distinct_posts": ("其中首次展示的岗位（去重）", "个"),
    "visits": ("入场人次", "人次"),
    "people": ("入场求职者", "人"),
    "resumes": ("收到简历", "份"),
    "resume_people": ("投递简历的求职者", "人"),
    "interviews": ("现场面试", "人次"),
    "interview_people": ("参加面试的求职者", "人"),
    "intents": ("达成意向", "人次"),
    "intent_people": ("达成意向的求职者", "人"),
    "hires": ("已录用（会后核实）", "人"),
    "starts": ("其中已到岗", "人"),
}
"""Official words and unit of each line."""

NOTES = (
    "意向不是录用；录用以单位或本人会后告知、且另一方没有否认为准。",
    "人次可以多于人数；达成意向的求职者不多于入场求职者。岗位按招聘人数计，首次展示的只在第一场计入。",
)

_HEADS = {
    "employer": ("单位", "展位", "洽谈"),
    "posting": ("单位", "岗位", "招聘人数"),
    "visitor": ("求职者", "首次入场", "洽谈单位数"),
    "entry": ("入场时间", "场次", "求职者"),
    "contact": ("求职者", "单位", "岗位", "时间", "结果"),
    "follow": ("求职者", "单位", "岗位", "结果"),
}


def _minute(row: FigureRow) -> str:
    return f"{clock.in_china(row.at):%Y-%m-%d %H:%M}" if row.at is not None else ""


def cells_of(kind: str, row: FigureRow) -> list[Cell]:
    """Return the cells of a row in the order of its kind's headings."""
    state = row.state.label if row.state is not None else ""
    cells: dict[str, list[Cell]] = {
        "employer": [row.unit, row.place, row.n_met],
        "posting": [row.unit, row.post, row.quantity],
        "visitor": [row.who, _minute(row), row.n_met],
        "entry": [_minute(row), row.place, row.who],
        "contact": [row.who, row.unit, row.post, _minute(row), state],
        "follow": [row.who, row.unit, row.post, state],
    }
    return cells[kind]


def report_pdf(session: Session, by: Actor, public_id: str) -> bytes:
    """Return the report as it is handed in, on one sheet of A4."""
    view = reporting.read_report(session, by, public_id)
    rows = [
        (str(number), *WORDS[code], f"{view.figures[code]:,}")
        for number, code in enumerate(WORDS, start=1)
    ]
    report = view.report
    notes = [*NOTES]
    if report is not None:
        notes.append(f"报送期限：{report.due_on:%Y-%m-%d}。依据：{report.due_source}")
        if report.summary:
            notes.append(f"工作小结：{report.summary}")
        if report.digest and not view.changed:
            notes.append(f"报送摘要：{report.digest}")
    form = ListForm(
        title="招聘会情况报告表",
        subtitle=view.fair.title,
        facts=facts_of(view),
        columns=(
            ListColumn("序号", 0.5, "center"),
            ListColumn("项目", 3),
            ListColumn("单位", 0.8, "center"),
            ListColumn("数量", 1.2, "right"),
        ),
        rows=rows,
        notes=notes,
        signatures=("填报人", "负责人", "主办单位（章）"),
        audit=_head(session),
        as_of=f"{clock.in_china(view.as_of):%Y-%m-%d %H:%M}",
    )
    return compile_list(form)


def facts_of(view: ReportView) -> tuple[tuple[str, str], ...]:
    """Return what stands above the figures: who held it, when, where, for how many."""
    fair = view.fair
    days = f"{fair.first_on:%Y-%m-%d}"
    if fair.last_on != fair.first_on:
        days += f" 至 {fair.last_on:%Y-%m-%d}"
    held = "；".join(
        f"{one.name} {one.held_on:%m-%d} 入场 {one.n_entered:,}"
        + (f" / 核准 {one.approved_number:,}" if one.approved_number is not None else "")
        for one in view.sessions
    )
    return (
        ("主办单位", view.union_name),
        ("举办时间", days),
        ("举办方式", fair.channel.label),
        ("举办地点", fair.venue_name or "线上"),
        ("协办、承办", fair.co_organisers or "无"),
        ("核准人数", f"{view.approved:,}" if view.approved is not None else "未设"),
        ("场次", held or "无"),
    )


def report_book(session: Session, by: Actor, public_id: str) -> bytes:
    """Return the report as a workbook with the rows of every figure; the making is noted in the trail."""
    fair = get_fair(session, by, public_id, wants=Permission.MANAGE_FAIRS)
    content = book_of(session, reporting.read_report(session, by, public_id))
    audit.record(session, by, "fair_report.exported", subject=(FAIR, fair.id))
    session.flush()
    return content


def book_of(
    session: Session, view: ReportView, *, written: Callable[[int], None] = lambda _: None
) -> bytes:
    """Return a report as a workbook; reads only, the rows of one sheet at a time.

    Parameters
    ----------
    written : told how many sheets of rows are begun
    """
    sheets = [_first_sheet(view)]
    for number, figure in enumerate(figures.REPORT, start=1):
        cells = _cells(session, view.fair, figure, partial(written, number))
        sheets.append(_rows_sheet(view.fair, figure, cells))
    stream = io.BytesIO()
    write_sheet(stream, sheets)
    return stream.getvalue()


def _first_sheet(view: ReportView) -> SheetSpec:
    rows: list[tuple[Cell, ...]] = [
        (number, *WORDS[code], view.figures[code]) for number, code in enumerate(WORDS, start=1)
    ]
    lines = [f"招聘会情况报告表：{view.fair.title}"]
    lines += [f"{name}：{value}" for name, value in facts_of(view)]
    lines += [*NOTES, f"数据截至 {clock.in_china(view.as_of):%Y-%m-%d %H:%M}"]
    columns = (
        Column("序号", "number"),
        Column("项目", width=32),
        Column("单位"),
        Column("数量", "number", 12),
    )
    return SheetSpec(name="报告表", columns=columns, rows=rows, lines=lines)


def _cells(
    session: Session, fair: Fair, figure: figures.Figure, begun: Callable[[], None]
) -> Iterator[list[Cell]]:
    """Give the cells of a figure's rows, which are read when the first is asked for."""
    begun()
    for row in list_all(session, fair, figure):
        yield cells_of(figure.rows, row)


def _rows_sheet(fair: Fair, figure: figures.Figure, rows: Iterator[list[Cell]]) -> SheetSpec:
    return SheetSpec(
        name=WORDS[figure.code][0],
        columns=[Column(name, width=18) for name in _HEADS[figure.rows]],
        rows=rows,
        lines=(f"{fair.title}：{WORDS[figure.code][0]}",),
    )


def _head(session: Session) -> str:
    head = session.get(AuditHead, 1)
    return head.hash if head else ""
