"""The upper level's decision on a sheet (接收、退回): a union above accepts it, or returns it with comments by line.

A returned edition stays as it was signed; the next edition is opened at once as a draft, so that the unit finds it
with the comments beside its lines. Neither who filled nor who reviewed a sheet decides on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.sheets import CommentKind, SheetAct
from matcher.models.sheets import Sheet
from matcher.services import tasks
from matcher.services.permissions import Actor, Permission, require
from matcher.services.reports.comments import has_upper_words, put_comment
from matcher.services.reports.filling import RETURNED_RULE, close_tasks
from matcher.services.reports.sight import SHEET, get_sheet, is_above
from matcher.services.reports.stepping import check_step, new_edition, open_period, step


@dataclass(frozen=True)
class Remark:
    """What is to be changed; `code` None speaks of the whole sheet."""

    code: str | None
    words: str


def accept_sheet(
    session: Session, by: Actor, sheet_id: int, *, expected_version: int | None = None
) -> Sheet:
    """Accept a sheet that was sent in."""
    sheet = _for_decision(session, by, sheet_id)
    open_period(session, sheet)
    check_step(sheet, SheetAct.ACCEPTED, expected_version)
    sheet.decided_at, sheet.decided_by_id = clock.now(), by.account_id
    close_tasks(session, sheet)
    return step(session, by, sheet, SheetAct.ACCEPTED)


def return_sheet(
    session: Session,
    by: Actor,
    sheet_id: int,
    remarks: Sequence[Remark],
    *,
    expected_version: int | None = None,
) -> Sheet:
    """Return a sheet and open its next edition, which is what comes back.

    Parameters
    ----------
    remarks : what is to be changed, beside what the upper level said at its lines before

    Raises
    ------
    InvalidInputError
        Nothing says what is to be changed.
    """
    sheet = _for_decision(session, by, sheet_id)
    period = open_period(session, sheet)
    check_step(sheet, SheetAct.RETURNED, expected_version)
    said = [one for one in remarks if one.words.strip()]
    if not said and not has_upper_words(session, sheet):
        words = "退回时请写明要改什么：至少在一行，或对整张表写一句。"
        raise InvalidInputError("sheet_return", words, fields={"words": words})
    for one in said:
        put_comment(session, by, sheet, CommentKind.UPPER, code=one.code, words=one.words)
    sheet.decided_at, sheet.decided_by_id = clock.now(), by.account_id
    close_tasks(session, sheet)
    step(session, by, sheet, SheetAct.RETURNED)
    following = new_edition(session, by, sheet.period_id, sheet.union_id, edition=sheet.edition + 1)
    tasks.open_task(
        session,
        union_id=sheet.union_id,
        rule=RETURNED_RULE,
        subject=(SHEET, following.id),
        due_on=period.locks_on,
    )
    return following


def _for_decision(session: Session, by: Actor, sheet_id: int) -> Sheet:
    require(by, Permission.REVIEW_SHEETS)
    sheet = get_sheet(session, by, sheet_id, lock=True)
    if not is_above(session, by, sheet.union_id):
        raise RuleBrokenError("sheet_not_above", "只有上级工会可以接收或退回下级报来的表。")
    if by.account_id in (sheet.filled_by_id, sheet.reviewed_by_id):
        raise RuleBrokenError(
            "sheet_own_filling", "填报和审核过这张表的人，不能再代表上级接收或退回。"
        )
    return sheet
