"""Whom a booth met, as a workbook (接触名单): what the page shows of each, and nothing beside."""

import io
from pathlib import Path

from matcher import clock
from matcher.documents.xlsx import Cell, Column, SheetSpec, write_sheet
from matcher.services.fair_hall.people import TakenContact
from matcher.services.fair_hall.sight import OwnPlace
from web.filters import moment
from web.i18n import gettext, label

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file_name() -> str:
    """Return the name of the file: what it is and the day, the same for everybody."""
    return f"{gettext('接触名单')}-{clock.today():%Y%m%d}.xlsx"


def contact_book(rows: list[TakenContact], place: OwnPlace, spool: Path) -> bytes:
    """Return the workbook."""
    made = io.BytesIO()
    spec = SheetSpec(
        name=gettext("接触名单"),
        columns=[
            Column(gettext("编号"), width=9),
            Column(gettext("姓名"), width=12),
            Column(gettext("手机"), width=14),
            Column(gettext("学校"), "wrapped", 20),
            Column(gettext("学历"), width=9),
            Column(gettext("专业"), "wrapped", 22),
            Column(gettext("结果"), width=12),
            Column(gettext("意向岗位"), "wrapped", 22),
            Column(gettext("原因"), "wrapped", 18),
            Column(gettext("第一次扫码"), width=16),
            Column(gettext("收到简历"), width=10),
            Column(gettext("已面试"), width=10),
        ],
        rows=[_cells(one) for one in rows],
        lines=[
            place.fair_title,
            gettext("只列本人同意展示的内容，只用于本次招聘，用完请删除。"),
        ],
        footer=place.drive_name,
    )
    write_sheet(made, [spec], spool_folder=spool)
    return made.getvalue()


def _cells(one: TakenContact) -> list[Cell]:
    person = one.person
    return [
        person.code,
        person.name,
        one.phone or "",
        person.school or "",
        label(person.education) if person.education else "",
        person.majors or "",
        label(person.state),
        person.posting_title or "",
        label(person.reason) if person.reason else "",
        moment(person.met_at),
        gettext("是") if person.resume_at else "",
        gettext("是") if person.interviewed_at else "",
    ]
