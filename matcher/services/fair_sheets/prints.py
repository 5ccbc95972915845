"""The sheets on paper (印刷的表): sign-in, contacts of each booth, questionnaires, with the codes of their lines.

Registered people stand on the sign-in list by the last digits of their numbers, masked, all in the same way; there is
no mark on a line that tells one person's from another's.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.documents.pdf import compile_pdf
from matcher.fairs.line_codes import LineSheet
from matcher.fairs.ticket_codes import short_of
from matcher.kinds import ConsentPurpose, EducationLevel
from matcher.kinds.fair_reports import SurveySide
from matcher.kinds.fairs import VisitorState
from matcher.models.fair_visitors import FairTicket, FairVisitor
from matcher.models.fairs import Fair, FairSession
from matcher.models.graduates import Graduate
from matcher.policy.fair_survey import SCORES, questions_of
from matcher.services import audit
from matcher.services.consents import current_text
from matcher.services.doors.tickets import ticket_code
from matcher.services.fair_guests import inviting
from matcher.services.fair_reports.rows import masked_visitor
from matcher.services.fair_reports.sight import FAIR, get_fair
from matcher.services.fair_sheets import layouts
from matcher.services.fair_sheets.books import (
    MOST_EACH_BOOTH,
    MOST_SIGN_IN,
    MOST_SURVEY,
    lettered,
)
from matcher.services.permissions import Actor, Permission


def sign_in_pdf(session: Session, by: Actor, public_id: str, n_lines: int) -> bytes:
    """Return empty sign-in sheets of every session."""
    fair = get_fair(session, by, public_id, wants=Permission.MANAGE_FAIRS)
    n_lines = max(1, min(n_lines, MOST_SIGN_IN))
    columns = _columns(
        ("行号", 1.5), ("票码（已报名的）", 1.4), ("姓名", 1.1), ("手机号", 1.5), ("学校", 1.6),
        ("专业", 1.5), ("学历", 0.8), ("同意√", 0.6), ("签名", 1.1),
    )  # fmt: skip
    numbered = layouts.numbered_sessions(session, fair)
    consents = {
        day: current_text(session, ConsentPurpose.FAIR, day).body
        for day in {held.held_on for _, held in numbered}
    }
    sheets: list[dict[str, object]] = [
        {
            "title": f"{fair.title} 签到表",
            "subtitle": f"{held.name} {held.held_on:%Y-%m-%d}",
            "notes": [
                consents[held.held_on] + "同意的请打“√”。",
                "学历：" + "、".join(one.label for one in EducationLevel) + "。不收取任何费用。",
            ],
            "columns": columns,
            "rows": _blank(layouts.codes(fair, LineSheet.SIGN_IN, number, n_lines), len(columns)),
        }
        for number, held in numbered
    ]
    return _compile(fair, "签到表", sheets)


def list_pdf(session: Session, by: Actor, public_id: str) -> bytes:
    """Return who registered, masked, by the last digits of the phone, with short ticket codes; noted in the trail."""
    fair = get_fair(session, by, public_id, wants=Permission.MANAGE_FAIRS)
    columns = _columns(
        ("手机尾号", 0.8), ("姓名（隐去）", 1), ("票码", 1.4), ("签名", 1.6), ("到场时间", 1)
    )
    sheets: list[dict[str, object]] = []
    for _, held in layouts.numbered_sessions(session, fair):
        rows = _registered(session, held)
        sheets.append(
            {
                "title": f"{fair.title} 已报名名单",
                "subtitle": f"{held.name} {held.held_on:%Y-%m-%d}，{len(rows)} 人",
                "notes": ["按手机尾号排列；到场的签名，补录时在签到表里填票码。"],
                "columns": columns,
                "rows": rows,
            }
        )
    audit.record(session, by, "fair_paper.listed", subject=(FAIR, fair.id))
    session.flush()
    return _compile(fair, "已报名名单", sheets)


def _registered(session: Session, held: FairSession) -> list[list[str]]:
    found = (
        sa.select(FairTicket, FairVisitor, Graduate)
        .join(FairVisitor, FairVisitor.id == FairTicket.visitor_id)
        .outerjoin(Graduate, Graduate.id == FairVisitor.graduate_id)
        .where(
            FairTicket.session_id == held.id,
            FairTicket.revoked_at.is_(None),
            FairVisitor.state == VisitorState.COMING,
            *inviting.in_sight(session, held.fair_id),
        )
        .order_by(FairVisitor.public_id)
    )
    rows = []
    for ticket, visitor, graduate in session.execute(found):
        name = masked_visitor(visitor, _name(graduate))
        tail = _tail(visitor, graduate)
        rows.append([tail, name, short_of(ticket_code(session, ticket)), "", ""])
    return sorted(rows, key=lambda row: (row[0], row[2]))


def _name(graduate: Graduate | None) -> str | None:
    return graduate.name if graduate is not None else None


def _tail(visitor: FairVisitor, graduate: Graduate | None) -> str:
    """Return the last four digits of a visitor's phone, which the masked form shows anyway."""
    masked = visitor.phone_masked or (graduate.phone_masked if graduate is not None else None)
    return (masked or "")[-4:]


def contacts_pdf(session: Session, by: Actor, public_id: str, n_lines: int) -> bytes:
    """Return a sheet of contacts for each confirmed employer."""
    fair = get_fair(session, by, public_id, wants=Permission.MANAGE_FAIRS)
    n_lines = max(1, min(n_lines, MOST_EACH_BOOTH))
    columns = _columns(
        ("行号", 1.4), ("求职者签到行号或票码", 2.2), ("收简历√", 0.7), ("面试√", 0.7), ("意向√", 0.7),
        ("意向岗位序号", 1), ("未成原因", 1.8),
    )  # fmt: skip
    sheets: list[dict[str, object]] = [
        {
            "title": f"{fair.title} 洽谈登记表",
            "subtitle": f"{place.booths} {place.name}".strip(),
            "notes": [
                "岗位：" + "　".join(f"{post.number} {post.title}" for post in place.shown),
                "每谈一位填一行；意向不是录用，录用结果会后再告诉主办单位。",
            ],
            "columns": columns,
            "rows": _blank(
                layouts.codes(fair, LineSheet.BOOTH, place.number, n_lines), len(columns)
            ),
        }
        for place in layouts.numbered_places(session, fair)
    ]
    return _compile(fair, "洽谈登记表", sheets)


def survey_pdf(
    session: Session, by: Actor, public_id: str, side: SurveySide, n_copies: int
) -> bytes:
    """Return questionnaires of a side, each with a code of its own and nothing about who fills it in."""
    fair = get_fair(session, by, public_id, wants=Permission.MANAGE_FAIRS)
    sheet = next(one for one, of in layouts.SIDES.items() if of is side)
    questions = [
        {
            "label": one.label + ("（可多选）" if one.kind == "many" else ""),
            "choices": [f"{score} 分" for score in SCORES]
            if one.is_score
            else [f"{letter} {words}" for letter, (_, words) in lettered(one.choices)],
        }
        for one in questions_of(side)
    ]
    data = {
        "title": f"{fair.title} 问卷",
        "heading": f"{fair.title} 问卷（{side.label}）",
        "note": "不记名，只用来改进下一场。5 分最好。",
        "words": "还想说的：",
        "codes": layouts.codes(fair, sheet, 1, max(1, min(n_copies, MOST_SURVEY))),
        "questions": questions,
    }
    return compile_pdf("fair_survey", data)


def _columns(*listed: tuple[str, float]) -> list[dict[str, object]]:
    return [{"heading": heading, "weight": weight} for heading, weight in listed]


def _blank(codes: list[str], width: int) -> list[list[str]]:
    return [[code, *[""] * (width - 1)] for code in codes]


def _compile(fair: Fair, what: str, sheets: list[dict[str, object]]) -> bytes:
    empty = {
        "title": f"{fair.title} {what}",
        "subtitle": "",
        "notes": ["还没有可以印的内容。"],
        "columns": _columns(("行号", 1)),
        "rows": [],
    }
    return compile_pdf("fair_lines", {"title": f"{fair.title} {what}", "sheets": sheets or [empty]})
