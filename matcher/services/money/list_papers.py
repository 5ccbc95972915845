"""Payment lists on paper and as a table for the bank: names in full, cards masked or for a typed reason in full.

Every print and export is written into the trail; a table for the bank is made of approved lists only, so that two
people stand behind every number that leaves.
"""

from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO

from sqlalchemy.orm import Session

from matcher import clock
from matcher.documents.pdf import ListColumn, ListForm, compile_list
from matcher.documents.xlsx import Cell, Column, SheetSpec, write_sheet
from matcher.errors import RuleBrokenError
from matcher.kinds.money import PaymentListState
from matcher.models.audit import AuditHead
from matcher.policy.programmes import get_programme
from matcher.services import audit
from matcher.services.money import cards, list_views
from matcher.services.money.list_views import LineRow, ListView
from matcher.services.money.lists import SUBJECT
from matcher.services.permissions import Actor, Permission, require
from matcher.services.reveals import require_reason


@dataclass(frozen=True)
class Paper:
    """A file to be sent, with its name."""

    content: bytes
    name: str


def print_list(session: Session, by: Actor, public_id: str) -> Paper:
    """Return a list as PDF with masked cards and room for the three signatures; logged."""
    view = list_views.view(session, by, public_id)
    row = view.payment_list
    audit.record(session, by, "payment_list.printed", subject=(SUBJECT, row.id))
    session.flush()
    columns = (
        ListColumn("序号", 0.5, "right"),
        ListColumn("姓名", 1.0),
        ListColumn("档案编号", 1.3),
        ListColumn("本人银行卡", 1.6),
        ListColumn("开户银行", 1.8),
        ListColumn("金额（元）", 1.1, "right"),
        ListColumn("签收", 1.1),
    )
    rows = [
        (
            str(place),
            one.name,
            one.file_number or "",
            one.line.card_masked or "",
            one.line.bank_name or "",
            yuan(one.line.amount_fen),
            "",
        )
        for place, one in enumerate(view.lines, start=1)
    ]
    form = ListForm(
        title=row.title,
        subtitle=f"{get_programme(row.programme).label}　{row.payer.label}　{row.year} 年度",
        facts=_facts(view),
        columns=columns,
        rows=[*rows, ("", "合计", f"{len(rows)} 人", "", "", yuan(view.amount_fen), "")],
        notes=("本系统不支付款项；发放由单位财务办理，发放后在系统中标记。",),
        signatures=("制表人", "审批人", "财务"),
        audit=_trail(session),
        as_of=clock.in_china(clock.now()).strftime("%Y-%m-%d %H:%M"),
    )
    return Paper(compile_list(form), f"payment-list-{row.public_id}.pdf")


def _facts(view: ListView) -> tuple[tuple[str, str], ...]:
    row = view.payment_list
    return (
        ("发放单位", view.union),
        ("状态", row.state.label),
        ("制表", view.hands.get("made", "")),
        ("审批", view.hands.get("approved", "")),
        ("发放日期", row.paid_on.isoformat() if row.paid_on else ""),
    )


def export_list(session: Session, by: Actor, public_id: str, *, reason: str) -> Paper:
    """Return an approved list as a table for the bank, cards in full, for a typed reason; logged.

    Raises
    ------
    RuleBrokenError
        The list is not approved.
    """
    require(by, Permission.RECORD_MONEY)
    require(by, Permission.REVEAL_NUMBER)
    view = list_views.view(session, by, public_id)
    row = view.payment_list
    if row.state not in (PaymentListState.APPROVED, PaymentListState.PAID):
        raise RuleBrokenError("list_not_approved", "清单批准以后才能导出给银行的表格。")
    require_reason(reason)
    audit.record(
        session,
        by,
        "payment_list.exported",
        subject=(SUBJECT, row.id),
        lines=len(view.lines),
        reason=reason.strip(),
    )
    session.flush()
    out = BytesIO()
    write_sheet(out, [_sheet(session, view)], marks={"清单": row.public_id})
    return Paper(out.getvalue(), f"payment-list-{row.public_id}.xlsx")


def _sheet(session: Session, view: ListView) -> SheetSpec:
    columns = ("序号", "姓名", "银行卡号", "开户银行", "金额（元）", "用途")
    label = get_programme(view.payment_list.programme).label

    def cells(place: int, one: LineRow) -> tuple[Cell, ...]:
        return (
            place,
            one.name,
            cards.full_number(session, one.line),
            one.line.bank_name or "",
            Decimal(one.line.amount_fen) / 100,
            label,
        )

    return SheetSpec(
        name="发放清单",
        columns=[
            Column(heading, "money" if heading == "金额（元）" else "text") for heading in columns
        ],
        lines=[f"{view.payment_list.title}（{view.union}）"],
        footer=_trail(session),
        rows=[cells(place, one) for place, one in enumerate(view.lines, start=1)],
    )


def yuan(fen: int) -> str:
    """Return an amount in yuan with two places, as printed sheets have it."""
    return f"{fen / 100:,.2f}"


def _trail(session: Session) -> str:
    head = session.get(AuditHead, 1)
    return head.hash if head else ""
