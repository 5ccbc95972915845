"""People referred as a workbook and as one PDF with résumés: the page's words and order, and nothing beside."""

import datetime as dt
import io
from pathlib import Path

from matcher import clock
from matcher.documents.letters import LetterForm, compile_letter
from matcher.documents.pdf import ListColumn
from matcher.documents.people import PeopleForm, compile_people
from matcher.documents.xlsx import Cell, Column, SheetSpec, write_sheet
from matcher.services.referrals.employer_sheets import TakenPerson
from matcher.services.referrals.neutral_contacts import NeutralNames
from matcher.services.referrals.status_statements import ReadStatement
from web.filters import day
from web.i18n import gettext, label
from web.words import own_people as words
from web.words.parts import GROUPS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"


def file_name(ending: str) -> str:
    """Return the name of a file: what it is and the day, the same for everybody."""
    return f"{gettext('推荐名单')}-{clock.today():%Y%m%d}.{ending}"


def people_book(taken: list[TakenPerson], names: NeutralNames | None, spool: Path) -> bytes:
    """Return the workbook."""
    made = io.BytesIO()
    spec = SheetSpec(
        name=gettext("推荐名单"),
        columns=_columns(),
        rows=[_cells(one) for one in taken],
        lines=[_title(names), gettext("按契合分排，同分抽签。只用于本次招聘，用完请删除。")],
        footer=names.sender if names else "",
    )
    write_sheet(made, [spec], spool_folder=spool)
    return made.getvalue()


def _title(names: NeutralNames | None) -> str:
    told = gettext("推荐名单，%(day)s", day=f"{clock.today():%Y-%m-%d}")
    return f"{names.name} {told}" if names else told


def _columns() -> list[Column]:
    return [
        Column(gettext("岗位"), "wrapped", 22),
        Column(gettext("姓名"), width=12),
        Column(gettext("手机"), width=14),
        Column(gettext("学校"), "wrapped", 20),
        Column(gettext("学历"), width=9),
        Column(gettext("专业"), "wrapped", 22),
        Column(gettext("契合分"), "number"),
        *(Column(gettext("其中%(part)s", part=gettext(name)), "number") for _, name, _ in GROUPS),
        Column(gettext("技能和实践"), "wrapped", 40),
        Column(gettext("状态"), width=14),
        Column(gettext("面试"), "wrapped", 22),
        Column(gettext("报到"), "date", 12),
    ]


def _cells(taken: TakenPerson) -> list[Cell]:
    one = taken.person
    bars, _ = words.bars_of(one)
    points: list[Cell] = [amount for _, _, amount in bars] or [None] * len(GROUPS)
    return [
        one.posting_title,
        words.name_of(one),
        taken.phone,
        one.school,
        label(one.education) if one.education else "",
        "、".join(one.majors),
        one.fit,
        *points,
        one.about,
        words.state_of(one)[0],
        words.interview_of(one),
        one.reported_on or one.reports_on,
    ]


def people_pdf(taken: list[TakenPerson], names: NeutralNames | None, spool: Path) -> bytes:
    """Return the list and the résumés as one PDF; a résumé that cannot be laid in stays on its person's page."""
    form = PeopleForm(
        title=_title(names),
        line=gettext("按契合分排，同分抽签。只用于本次招聘，用完请删除。"),
        sender=names.sender if names else "",
        columns=[
            ListColumn(gettext("岗位"), 2),
            ListColumn(gettext("姓名"), 1.2),
            ListColumn(gettext("手机"), 1.4),
            ListColumn(gettext("学校、学历、专业"), 3),
            ListColumn(gettext("契合分"), 0.9),
            ListColumn(gettext("状态"), 1.4),
            ListColumn(gettext("面试"), 1.8),
        ],
        rows=[_line(one) for one in taken],
    )
    return compile_people(form, [one.resume for one in taken if one.resume], spool).content


def _line(taken: TakenPerson) -> list[str]:
    one = taken.person
    return [
        one.posting_title,
        words.name_of(one),
        taken.phone or "",
        words.study_of(one),
        str(one.fit),
        words.state_of(one)[0],
        words.interview_of(one) or day(one.reported_on or one.reports_on),
    ]


def statement_pdf(read: ReadStatement) -> bytes:
    """Return a statement for a subsidy as a letter; it says the one thing that was agreed to."""
    claim = label(read.claim) + (f"（{read.title}）" if read.title else "")
    form = LetterForm(
        title=gettext("说明"),
        number="",
        addressee=read.employer,
        paragraphs=[
            gettext(
                "经本人书面同意，现说明：%(name)s，%(day)s属于%(says)s。",
                name=read.name,
                day=_full_day(read.held_on),
                says=label(read.says),
            ),
            gettext(
                "本说明只用于贵单位申领%(claim)s，不得用于其他事项，不得转交他人；本人撤回同意后不再使用。",
                claim=claim,
            ),
        ],
        sender=read.union,
        written_on=_full_day(read.made_on),
        facts=[(gettext("报到日期"), _full_day(read.reported_on))] if read.reported_on else [],
    )
    return compile_letter(form)


def _full_day(date: dt.date) -> str:
    return f"{date.year}年{date.month}月{date.day}日"
