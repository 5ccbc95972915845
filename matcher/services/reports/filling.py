"""Filling (填报) and the review inside the union (本级审核): figures are frozen, reviewed by another person, sent up.

Who fills never reviews. Hard cross-checks (勾稽关系) must hold; a soft one that does not asks for a word on its line.
The drive's own union has nobody above it in the drive: what its reviewer sends in is thereby accepted.
"""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import TaskState
from matcher.kinds.sheets import CommentKind, SheetAct
from matcher.models.accounts import Account
from matcher.models.drives import Drive
from matcher.models.organisations import UnionClosure
from matcher.models.sheets import ReportPeriod, Sheet
from matcher.services import tasks
from matcher.services.permissions import Actor, Permission, require
from matcher.services.reports.comments import noted_codes, put_comment
from matcher.services.reports.sight import SHEET, get_sheet
from matcher.services.reports.snapshots import digest_of, figures_of, freeze, sign
from matcher.services.reports.stepping import check_step, open_period, step
from matcher.services.reports.units import has_reviewer
from matcher.statistics.checks import CheckFailure, find_failures

DUE_RULE = "sheet.due"
REVIEW_RULE = "sheet.review"
DECIDE_RULE = "sheet.decide"
RETURNED_RULE = "sheet.returned"

LONGEST_NAME = 40


def fill_sheet(
    session: Session,
    by: Actor,
    sheet_id: int,
    *,
    words: Mapping[str, str] | None = None,
    expected_version: int | None = None,
) -> Sheet:
    """Freeze the figures of a draft as they are known now and hand it to the union's reviewer.

    Parameters
    ----------
    words : what the filler says about a line, by indicator

    Raises
    ------
    RuleBrokenError
        The period is locked or not over yet, or a hard check does not hold.
    InvalidInputError
        A soft check does not hold and nothing was said about it; fields are named by the check.
    """
    require(by, Permission.FILL_SHEETS)
    sheet = get_sheet(session, by, sheet_id, lock=True)
    period = open_period(session, sheet)
    check_step(sheet, SheetAct.FILLED, expected_version)
    if clock.today() < period.until_on:
        raise RuleBrokenError(
            "period_not_over", "报告期还没有结束，到截止日当天起才能填报。", until=period.until_on
        )
    for code, said in (words or {}).items():
        if said.strip():
            put_comment(session, by, sheet, CommentKind.NOTE, code=code, words=said)
    sheet.known_at = sheet.filled_at = clock.now()
    sheet.figures = freeze(session, by, period, sheet.union_id, known_at=sheet.known_at)
    _refuse_broken(session, sheet)
    sheet.filled_by_id = by.account_id
    sheet.filled_by_name = _name(session, by)
    sheet.digest = digest_of(period, sheet)
    step(session, by, sheet, SheetAct.FILLED)
    _next_task(session, sheet, REVIEW_RULE, sheet.union_id, period)
    return sheet


def _refuse_broken(session: Session, sheet: Sheet) -> None:
    failures = failures_of(sheet)
    hard = [one for one in failures if one.check.is_hard]
    if hard:
        raise RuleBrokenError(
            "sheet_check", f"勾稽关系不成立：{hard[0].check.words}", check=hard[0].code
        )
    noted = noted_codes(session, sheet)
    silent = [one for one in failures if not noted.intersection(one.check.codes)]
    if silent:
        raise InvalidInputError(
            "sheet_unexplained",
            "有勾稽关系需要说明，请在标出的行写一句原因。",
            fields={one.code: f"{one.check.words}请说明原因。" for one in silent},
        )


def failures_of(sheet: Sheet) -> list[CheckFailure]:
    """Return the cross-checks that do not hold in a sheet's frozen figures."""
    return find_failures({code: one.value for code, one in figures_of(sheet).items()})


def _name(session: Session, by: Actor) -> str | None:
    account = session.get(Account, by.account_id) if by.account_id is not None else None
    return account.display_name if account is not None else None


def _next_task(
    session: Session, sheet: Sheet, rule: str, union_id: int, period: ReportPeriod
) -> None:
    """Close what the sheet waited for before, and open what it waits for now."""
    close_tasks(session, sheet)
    tasks.open_task(
        session,
        union_id=union_id,
        rule=rule,
        subject=(SHEET, sheet.id),
        due_on=period.due_on if rule == REVIEW_RULE else period.locks_on,
    )


def close_tasks(session: Session, sheet: Sheet) -> None:
    """Close all tasks of a sheet as done."""
    for rule in (DUE_RULE, REVIEW_RULE, DECIDE_RULE, RETURNED_RULE):
        standing = tasks.find_open_task(session, rule, (SHEET, sheet.id))
        if standing is not None:
            tasks.close_task(session, standing.id, TaskState.DONE)


def take_back(
    session: Session, by: Actor, sheet_id: int, *, expected_version: int | None = None
) -> Sheet:
    """Take a filled sheet back before it is reviewed, to be filled anew; for the filler and colleagues who fill."""
    require(by, Permission.FILL_SHEETS)
    sheet = get_sheet(session, by, sheet_id, lock=True)
    period = open_period(session, sheet)
    check_step(sheet, SheetAct.TAKEN_BACK, expected_version)
    return _to_draft(session, by, sheet, SheetAct.TAKEN_BACK, period)


def send_back(
    session: Session, by: Actor, sheet_id: int, *, words: str, expected_version: int | None = None
) -> Sheet:
    """Send a filled sheet back to the filler, with what is to be changed."""
    sheet = _for_review(session, by, sheet_id)
    period = open_period(session, sheet)
    check_step(sheet, SheetAct.SENT_BACK, expected_version)
    put_comment(session, by, sheet, CommentKind.REVIEW, code=None, words=words)
    return _to_draft(session, by, sheet, SheetAct.SENT_BACK, period)


def _to_draft(
    session: Session, by: Actor, sheet: Sheet, act: SheetAct, period: ReportPeriod
) -> Sheet:
    sheet.figures, sheet.digest, sheet.known_at = {}, None, None
    sheet.filled_at = sheet.filled_by_id = sheet.filled_by_name = None
    step(session, by, sheet, act)
    _next_task(session, sheet, DUE_RULE, sheet.union_id, period)
    return sheet


def submit_sheet(
    session: Session, by: Actor, sheet_id: int, *, led_by: str, expected_version: int | None = None
) -> Sheet:
    """Pass a filled sheet as its reviewer (审核人), sign it and send it up.

    Parameters
    ----------
    led_by : who answers for it (负责人) and signs the paper

    Raises
    ------
    RuleBrokenError
        The actor filled it, or stands above a union that has a reviewer of its own.
    """
    sheet = _for_review(session, by, sheet_id)
    period = open_period(session, sheet)
    check_step(sheet, SheetAct.SUBMITTED, expected_version)
    leader = led_by.strip()
    if not leader or len(leader) > LONGEST_NAME:
        words = f"请填负责人姓名，最多 {LONGEST_NAME} 字。"
        raise InvalidInputError("sheet_leader", words, fields={"led_by": words})
    sheet.submitted_at = clock.now()
    sheet.reviewed_by_id, sheet.reviewed_by_name = by.account_id, _name(session, by)
    sheet.led_by_name = leader
    sign(session, period, sheet)
    step(session, by, sheet, SheetAct.SUBMITTED)
    drive = session.get_one(Drive, period.drive_id)
    if sheet.union_id == drive.union_id:
        close_tasks(session, sheet)
        return step(session, by, sheet, SheetAct.ACCEPTED)
    _next_task(session, sheet, DECIDE_RULE, _receiver(session, sheet, drive), period)
    return sheet


def _for_review(session: Session, by: Actor, sheet_id: int) -> Sheet:
    """Return a sheet the actor may review: never the own filling, and as near to the union as there is somebody."""
    require(by, Permission.REVIEW_SHEETS)
    sheet = get_sheet(session, by, sheet_id, lock=True)
    if sheet.filled_by_id is not None and sheet.filled_by_id == by.account_id:
        raise RuleBrokenError("sheet_own_filling", "填报人不能审核自己填的表，请由另一人审核。")
    if by.union_id != sheet.union_id and has_reviewer(
        session, sheet.union_id, besides=sheet.filled_by_id
    ):
        raise RuleBrokenError("sheet_own_reviewer", "该工会有自己的审核人，先由本级审核再报送。")
    return sheet


def _receiver(session: Session, sheet: Sheet, drive: Drive) -> int:
    """Return the nearest union above that has somebody who may accept, the drive's own at the latest."""
    for union_id in unions_above(session, sheet.union_id):
        if union_id == drive.union_id or has_reviewer(
            session, union_id, besides=sheet.filled_by_id
        ):
            return union_id
    return drive.union_id


def unions_above(session: Session, union_id: int) -> list[int]:
    """Return the unions above another one, the nearest first."""
    found = sa.select(UnionClosure.ancestor_id).where(
        UnionClosure.descendant_id == union_id, UnionClosure.depth > 0
    )
    return list(session.scalars(found.order_by(UnionClosure.depth)))
