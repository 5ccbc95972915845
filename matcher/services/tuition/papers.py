"""Papers of tuition aid: the statistics sheet (附件1), the approval form (附件3), the name list (附件4).

The layouts of the notice's annexes were not found: these are our own and say so (非官方样式). Names stand in full on
the form and the list, which go to the office's own files; numbers are masked. Every print is written into the trail.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.documents.pdf import ListColumn, ListForm, compile_list, compile_pdf
from matcher.kinds.approvals import ActKind
from matcher.kinds.tuition import TuitionState
from matcher.models.approvals import ApprovalAct
from matcher.models.audit import AuditHead
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union
from matcher.models.tuition import TuitionApplication
from matcher.services import audit
from matcher.services.approvals import queue
from matcher.services.hardship.people import members_of
from matcher.services.money.list_papers import Paper, yuan
from matcher.services.permissions import Actor, Permission, require
from matcher.services.tuition import lists, statistics
from matcher.services.tuition.applications import SUBJECT, read_need
from matcher.services.tuition.lists import ApplicationFilter, ApplicationRow
from matcher.services.tuition.statistics import TuitionLine, TuitionSheet

OWN_LAYOUT = "非官方样式：原通知附件未见，按已公布的项目编排"
_MOST_ROWS = 5000
_OPINIONS = {
    ActKind.VISITED: "基层工会走访情况",
    ActKind.PASSED: "上级工会审核意见",
    ActKind.APPROVED: "审批意见",
}
"""Acts whose day is printed in a box; what was written stays in the approval, sealed."""


@dataclass(frozen=True)
class _Form:
    """What the approval form is made of."""

    application: TuitionApplication
    household: Household
    student: HouseholdMember
    members: list[HouseholdMember]
    union: str


def print_form(session: Session, by: Actor, public_id: str) -> Paper:
    """Return the approval form of one application (附件3 助学审批表) as PDF; logged."""
    require(by, Permission.VIEW_FILES)
    row = lists.find_application(session, by, public_id)
    members = members_of(session, row.household_id)
    form = _Form(
        application=row,
        household=session.get_one(Household, row.household_id),
        student=next(one for one in members if one.id == row.member_id),
        members=members,
        union=session.get_one(Union, row.union_id).name,
    )
    audit.record(
        session, by, "tuition.form_printed", subject=(SUBJECT, row.id), about=row.household_id
    )
    session.flush()
    data = {
        "title": f"{row.year} 年金秋助学审批表",
        "subtitle": f"附件3　{OWN_LAYOUT}",
        "facts": _facts(form),
        "members": {
            "title": "家庭成员",
            "heads": ["姓名", "关系", "工作或就学状况", "健康状况"],
            "rows": [
                [
                    one.name,
                    one.relation,
                    one.work_status.label,
                    one.health.label if one.health else "",
                ]
                for one in members
            ],
        },
        "need": ["家庭困难情况", read_need(session, row)],
        "opinions": _opinions(session, by, row),
        "notes": ["一式两份，一份存基层工会，一份报上级工会。"],
        "foot": f"审计链头 {_trail(session)[:16]}　打印 {clock.today().isoformat()}",
    }
    return Paper(compile_pdf("tuition_form", data), f"tuition-{row.public_id}.pdf")


def _facts(form: _Form) -> list[list[str]]:
    row, student = form.application, form.student
    holder = next((one for one in form.members if one.is_holder), None)
    return [
        ["学生姓名", student.name],
        ["性别", student.sex.label if student.sex else ""],
        ["身份证号", student.id_number_masked or ""],
        ["与职工关系", student.relation],
        ["学校", row.school],
        ["层次", row.level.label],
        ["录取批次", row.batch.label if row.batch else ""],
        ["新生或在校", row.stage.label],
        ["学校所在地", row.place.label if row.place else ""],
        ["学年学费（元）", yuan(row.fee_fen) if row.fee_fen is not None else ""],
        ["职工姓名", holder.name if holder else ""],
        ["工作单位", form.household.unit_name or ""],
        ["档案编号", form.household.file_number],
        ["困难类别", form.household.tier.label],
        ["所在工会", form.union],
        ["开学日期", row.term_starts_on.isoformat()],
        ["本人银行卡", student.card_masked or ""],
        ["开户银行", student.bank_name or ""],
        ["资助金额（元）", yuan(row.amount_fen) if row.amount_fen is not None else ""],
        ["依据", row.standard_source or ""],
    ]


def _opinions(session: Session, by: Actor, row: TuitionApplication) -> list[list[str]]:
    """Return the boxes: what was done in the newest approval, each with its day, and room for the seal."""
    approvals = queue.approvals_of(session, by, (SUBJECT, row.id))
    days: dict[ActKind, str] = {}
    if approvals:
        acts = sa.select(ApprovalAct).where(ApprovalAct.approval_id == approvals[0].id)
        for act in session.scalars(acts.order_by(ApprovalAct.id)):
            days[act.kind] = act.happened_on.isoformat()
    first = row.applied_on.isoformat() if row.applied_on else ""
    boxes = [["本人申请", "本人承诺所填内容属实。　签名：", first]]
    boxes += [
        [words, "已在系统中办理" if kind in days else "", days.get(kind, "")]
        for kind, words in _OPINIONS.items()
    ]
    return boxes


_NAME_HEADS = (
    ("序号", 0.5),
    ("工会", 1.8),
    ("档案编号", 1.3),
    ("学生姓名", 1.0),
    ("学校", 2.0),
    ("层次", 0.8),
    ("类别", 1.2),
    ("金额（元）", 1.0),
    ("发放", 0.9),
)
"""Columns of the name list with their widths."""


def _name_line(place: int, row: ApplicationRow) -> tuple[str, ...]:
    one = row.application
    return (
        str(place),
        row.union,
        row.file_number,
        row.name,
        one.school,
        one.level.label,
        f"{one.stage.label}、{one.place.label}" if one.place else one.stage.label,
        yuan(one.amount_fen or 0),
        "已发放" if row.paid == "paid" else "未发放",
    )


def print_names(session: Session, by: Actor, year: int) -> Paper:
    """Return the name list of the approved of a year (附件4 救助困难职工统计名单) as PDF; logged."""
    require(by, Permission.VIEW_FILES)
    wish = ApplicationFilter(year=year, state=TuitionState.APPROVED)
    found = lists.list_applications(session, by, wish, limit=_MOST_ROWS)
    audit.record(
        session, by, "tuition.names_printed", year=year, lines=len(found.rows), union=by.union_id
    )
    session.flush()
    rows = [_name_line(place, one) for place, one in enumerate(found.rows, start=1)]
    total = ("", "合计", "", f"{len(rows)} 人", "", "", "", yuan(found.amount_fen), "")
    form = ListForm(
        title=f"{year} 年金秋助学救助困难职工统计名单",
        subtitle=f"附件4　{OWN_LAYOUT}",
        columns=[
            ListColumn(head, weight, "right" if "金额" in head else "left")
            for head, weight in _NAME_HEADS
        ],
        rows=[*rows, total],
        signatures=("填报人", "审核人", "负责人"),
        audit=_trail(session),
        as_of=_now(),
        landscape=True,
    )
    return Paper(compile_list(form), f"tuition-names-{year}.pdf")


def print_sheet(session: Session, by: Actor, year: int, union_id: int | None = None) -> Paper:
    """Return the statistics sheet of a year (附件1 金秋助学情况统计表) as PDF; logged."""
    sheet = statistics.tuition_sheet(session, by, year, union_id)
    audit.record(session, by, "tuition.sheet_printed", year=year, union=union_id or by.union_id)
    session.flush()
    form = ListForm(
        title=f"{year} 年金秋助学情况统计表",
        subtitle=f"附件1　{OWN_LAYOUT}",
        facts=(("填报单位", sheet.union),),
        columns=[
            ListColumn(head, 2.0 if place == 0 else 1.0, "left" if place == 0 else "right")
            for place, head in enumerate(HEADS)
        ],
        rows=[cells(line) for line in [*sheet.lines, sheet.total]],
        notes=("人数按学生计，同一学年一人一次；已发放的人数和金额取自资金台账，冲销的不计。",),
        signatures=("填报人", "审核人", "负责人"),
        audit=_trail(session),
        as_of=_now(),
        landscape=True,
    )
    return Paper(compile_list(form), f"tuition-sheet-{year}.pdf")


HEADS = (
    "工会",
    "申请人数",
    "批准人数",
    *(f"{stage.label}{place.label}" for stage, place in statistics.kinds()),
    "批准金额（元）",
    "已发放人数",
    "已发放金额（元）",
)
"""Columns of the statistics sheet."""


def cells(line: TuitionLine) -> list[str]:
    """Return one line of the statistics sheet as it is shown and printed."""
    return [
        line.union,
        str(line.applied),
        str(line.approved),
        *(str(line.of_kind.get(kind, 0)) for kind in statistics.kinds()),
        yuan(line.approved_fen),
        str(line.paid),
        yuan(line.paid_fen),
    ]


def table(sheet: TuitionSheet) -> list[list[str]]:
    """Return the whole sheet in cells, the total last."""
    return [cells(line) for line in [*sheet.lines, sheet.total]]


def _trail(session: Session) -> str:
    head = session.get(AuditHead, 1)
    return head.hash if head else ""


def _now() -> str:
    return clock.in_china(clock.now()).strftime("%Y-%m-%d %H:%M")
