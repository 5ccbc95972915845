"""Templates of the statistics sheet in layouts offices send down: a long list, a wide table with unions, odd files."""

import io
import zipfile

import openpyxl
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.sheet_exports import SheetFileKind, SheetFileState
from matcher.models.drives import Drive
from matcher.models.sheet_templates import SheetFile, SheetTemplate
from matcher.services import files
from matcher.services.files import FilePurpose
from matcher.services.permissions import Actor
from matcher.services.sheet_exports import bindings, templates
from matcher.services.sheet_exports.templates import TemplateInput

_THIN = Side(style="thin")


def bytes_of(book: openpyxl.Workbook) -> bytes:
    """Return a workbook as a file."""
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _frame(sheet: Worksheet, block: str) -> None:
    for row in sheet[block]:
        for cell in row:
            cell.border = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


LIST_ROWS = (
    ("1", "困难职工家庭数", "户"),
    ("2", "高校毕业生总数", "人"),
    ("3", "已签约", "人"),
    ("4", "升学", "人"),
    ("5", "需援助人数", "人"),
    ("6", "职业指导", "人次"),
    ("7", "求职补贴金额（工会）", "万元"),
    ("8", "工会帮助实现就业人数", "人"),
    ("9", "帮扶就业率", "%"),
    ("10", "食堂满意度", "分"),
)


def make_list_template() -> bytes:
    """Return a long list: number, label, unit, figure, of it earlier years; a formula, merged title, signatures."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "附件2"
    sheet.merge_cells("A1:E1")
    sheet["A1"] = "2018年工会阳光就业行动情况统计表"
    sheet["A1"].font = Font(bold=True, size=18, color="FFC00000")
    sheet["A2"] = "填报单位："
    for column, head in enumerate(("序号", "项目", "计量单位", "数量", "其中往届"), start=1):
        sheet.cell(3, column, head).fill = PatternFill("solid", start_color="FFDDEEFF")
    for row, cells in enumerate(LIST_ROWS, start=4):
        for column, text in enumerate(cells, start=1):
            sheet.cell(row, column, text)
    last = 3 + len(LIST_ROWS)
    sheet["D12"].number_format = "0.0%"
    sheet.cell(last + 1, 2, "核对：总数减签约减升学")
    sheet.cell(last + 1, 4, "=D5-D6-D7")
    sheet.cell(last + 2, 1, "填报人：")
    sheet.merge_cells(start_row=last + 2, end_row=last + 2, start_column=2, end_column=3)
    sheet.cell(last + 2, 4, "审核人：")
    _frame(sheet, f"A3:E{last + 1}")
    sheet.column_dimensions["B"].width = 40
    return bytes_of(book)


def make_wide_template(unions: tuple[str, ...] = ("兴庆区总工会", "金凤区总工会")) -> bytes:
    """Return a wide table: a row a union, a column an indicator under merged heads; a hidden sheet of notes."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "汇总"
    sheet.merge_cells("A1:H1")
    sheet["A1"] = "工会阳光就业汇总表"
    heads = {
        "A2": "单位名称",
        "B2": "毕业生总数",
        "D2": "需援助数",
        "E2": "招聘会",
        "G2": "帮助实现就业",
        "H2": "助学金额（万元）",
    }
    for ref, text in heads.items():
        sheet[ref] = text
    for block in ("A2:A3", "B2:C2", "D2:D3", "E2:F2", "G2:G3", "H2:H3"):
        sheet.merge_cells(block)
    for ref, text in {"B3": "应届", "C3": "往届", "E3": "线下", "F3": "线上"}.items():
        sheet[ref] = text
    for row, name in enumerate((*unions, "合计"), start=4):
        sheet.cell(row, 1, name)
    last = 4 + len(unions)
    _frame(sheet, f"A2:H{last}")
    notes = book.create_sheet("说明")
    notes["A1"] = "按单位填写"
    notes.sheet_state = "hidden"
    return bytes_of(book)


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """Return a workbook with one more part, or another one in its place."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.infolist():
            if member.filename != name:
                new.writestr(member, old.read(member))
        new.writestr(name, part)
    return target.getvalue()


def make_template(
    session: Session, by: Actor, content: bytes | None = None, *, name: str = "附件2"
) -> SheetTemplate:
    """Upload a template and bind what is sure."""
    given = TemplateInput(name, content or make_list_template())
    made = templates.upload_template(session, by, given)
    bindings.take_suggestions(session, by, made.public_id)
    return made


def make_sheet_file(session: Session, by: Actor, drive: Drive) -> SheetFile:
    """Insert a file of a drive's own union that can be fetched."""
    stored = files.put_file(
        session,
        by,
        b"%PDF-1.7",
        purpose=FilePurpose.SHEET_FILE,
        file_name="sheet-000001.pdf",
        media_type="application/pdf",
    )
    file = SheetFile(
        drive_id=drive.id,
        union_id=drive.union_id,
        kind=SheetFileKind.PDF,
        role=str(by.role),
        asker_union_id=by.union_id,
        asked_at=clock.now(),
        asked_by_id=by.account_id,
        state=SheetFileState.READY,
        file_id=stored.id,
        made_at=clock.now(),
        expires_at=stored.expires_at,
        digest="ab" * 32,
    )
    session.add(file)
    session.flush()
    return file
