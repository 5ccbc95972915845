"""The workbook of the sheets (补录表): the lines as printed, with their codes, to be typed into and uploaded."""

import io

from sqlalchemy.orm import Session

from matcher.documents.xlsx import Cell, Column, SheetSpec, write_sheet
from matcher.fairs.line_codes import LineSheet
from matcher.kinds import EducationLevel
from matcher.kinds.fair_reports import SurveySide
from matcher.kinds.referrals import RefusalReason
from matcher.models.fairs import Fair
from matcher.policy.fair_survey import questions_of
from matcher.services.fair_reports.sight import get_fair
from matcher.services.fair_sheets import layouts
from matcher.services.permissions import Actor, Permission

MOST_SIGN_IN = 2000
MOST_EACH_BOOTH = 100
MOST_SURVEY = 500


def empty_book(
    session: Session, by: Actor, public_id: str, *, sign_in: int, each_booth: int, survey: int
) -> bytes:
    """Return the workbook with so many lines; numbers beyond what a fair needs are cut to the most."""
    fair = get_fair(session, by, public_id, wants=Permission.MANAGE_FAIRS)
    sheets = [
        *_sign_in(session, fair, max(1, min(sign_in, MOST_SIGN_IN))),
        _contacts(session, fair, max(1, min(each_booth, MOST_EACH_BOOTH))),
        *(_survey(fair, side, max(1, min(survey, MOST_SURVEY))) for side in SurveySide),
    ]
    stream = io.BytesIO()
    write_sheet(stream, sheets)
    return stream.getvalue()


def _sign_in(session: Session, fair: Fair, n_lines: int) -> list[SheetSpec]:
    educations = "、".join(one.label for one in EducationLevel)
    lines = (
        f"{fair.title} 签到表",
        "已报名的只填票码；没有报名的填姓名、手机号，“同意登记”填“是”。行号照纸上的，不要改。",
        f"学历填：{educations}。",
    )
    columns = [Column(head, width=18) for head in layouts.SIGN_IN_HEADS]
    return [
        SheetSpec(
            name=f"签到表 {number} {held.name}",
            columns=columns,
            rows=[(code,) for code in layouts.codes(fair, LineSheet.SIGN_IN, number, n_lines)],
            lines=lines,
        )
        for number, held in layouts.numbered_sessions(session, fair)
    ]


def _contacts(session: Session, fair: Fair, n_lines: int) -> SheetSpec:
    reasons = "、".join(one.label for one in RefusalReason)
    rows: list[tuple[Cell, ...]] = [
        (code, f"{place.booths} {place.name}".strip())
        for place in layouts.numbered_places(session, fair)
        for code in layouts.codes(fair, LineSheet.BOOTH, place.number, n_lines)
    ]
    return SheetSpec(
        name="洽谈登记表",
        columns=[Column(head, width=20) for head in layouts.CONTACT_HEADS],
        rows=rows,
        lines=(
            f"{fair.title} 洽谈登记表",
            "收简历、面试、意向填“是”或打勾；意向岗位填序号或岗位名称；没有成的写原因。",
            f"未成原因：{reasons}。",
        ),
    )


def _survey(fair: Fair, side: SurveySide, n_lines: int) -> SheetSpec:
    sheet = next(one for one, of in layouts.SIDES.items() if of is side)
    how = "打分题填 1 至 5；选择题填字母，可以多选的连着写，例如 AC。"
    choices = [
        f"{at}. " + "　".join(f"{letter} {words}" for letter, (_, words) in lettered(one.choices))
        for at, one in enumerate(questions_of(side), start=1)
        if one.choices
    ]
    return SheetSpec(
        name=f"问卷 {side.label}",
        columns=[Column(head, "wrapped", 18) for head in layouts.survey_heads(side)],
        rows=[(code,) for code in layouts.codes(fair, sheet, 1, n_lines)],
        lines=(f"{fair.title} 问卷（{side.label}）", how, *choices),
    )


def lettered(choices: tuple[tuple[str, str], ...]) -> list[tuple[str, tuple[str, str]]]:
    """Return choices with the letters they have on paper."""
    return list(zip("ABCDEFGHIJ", choices, strict=False))
