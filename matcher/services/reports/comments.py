"""Comments (批注) on a line of a sheet or on the whole: reviewers' and the upper level's, and the filler's notes."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotAllowedError
from matcher.kinds.sheets import CommentKind
from matcher.models.accounts import Account
from matcher.models.organisations import Union
from matcher.models.sheets import Sheet, SheetComment
from matcher.services import audit
from matcher.services.casework.sealed_words import seal, unseal
from matcher.services.permissions import Actor, Permission, may
from matcher.services.reports.sight import SHEET, get_sheet, is_above
from matcher.statistics.indicators import indicators_by_code

LONGEST = 500
_WORDS = "sheet_comment.words"


@dataclass(frozen=True)
class CommentLine:
    """A comment as its reader sees it."""

    comment: SheetComment
    words: str
    author: str
    union: str
    edition: int


def add_comment(
    session: Session, by: Actor, sheet_id: int, *, code: str | None, words: str
) -> SheetComment:
    """Say something about a line of a sheet, or about the whole; also after the lock, as a word of explanation.

    Raises
    ------
    NotAllowedError
        The actor neither fills nor reviews.
    InvalidInputError
        Nothing was written, too much, or about a line that does not exist.
    """
    sheet = get_sheet(session, by, sheet_id)
    return put_comment(session, by, sheet, _kind_for(session, by, sheet), code=code, words=words)


def _kind_for(session: Session, by: Actor, sheet: Sheet) -> CommentKind:
    """Return as what an actor speaks about a sheet."""
    if may(by, Permission.REVIEW_SHEETS):
        return CommentKind.UPPER if is_above(session, by, sheet.union_id) else CommentKind.REVIEW
    if may(by, Permission.FILL_SHEETS):
        return CommentKind.NOTE
    raise NotAllowedError("not_allowed", "当前角色不能做这件事，请切换角色或联系管理员。")


def put_comment(
    session: Session, by: Actor, sheet: Sheet, kind: CommentKind, *, code: str | None, words: str
) -> SheetComment:
    """Keep a comment of a kind; for acts that carry one."""
    said = words.strip()
    if not said or len(said) > LONGEST:
        message = f"请写意见，最多 {LONGEST} 字。"
        raise InvalidInputError("sheet_comment", message, fields={"words": message})
    if code is not None and code not in indicators_by_code():
        raise InvalidInputError(
            "sheet_comment", "表上没有这一行。", fields={"code": "没有这一行。"}
        )
    cipher = seal(session, said, _WORDS)
    comment = SheetComment(
        sheet_id=sheet.id,
        kind=kind,
        code=code,
        words_cipher=cipher,
        created_at=clock.now(),
        created_by_id=by.account_id,
        union_id=by.union_id,
    )
    session.add(comment)
    session.flush()
    audit.record(session, by, "sheet.commented", subject=(SHEET, sheet.id), code=code, kind=kind)
    return comment


def list_comments(session: Session, by: Actor, sheet: Sheet) -> list[CommentLine]:
    """Return what was said about this edition and those before it, the newest edition first; one query."""
    get_sheet(session, by, sheet.id)
    found = (
        sa.select(
            SheetComment,
            Sheet.edition,
            sa.func.coalesce(Account.display_name, ""),
            sa.func.coalesce(Union.name, ""),
        )
        .join(Sheet, Sheet.id == SheetComment.sheet_id)
        .outerjoin(Account, Account.id == SheetComment.created_by_id)
        .outerjoin(Union, Union.id == SheetComment.union_id)
        .where(Sheet.period_id == sheet.period_id, Sheet.union_id == sheet.union_id)
        .where(Sheet.edition <= sheet.edition)
        .order_by(Sheet.edition.desc(), SheetComment.id)
    )
    return [
        CommentLine(
            comment, unseal(session, comment.words_cipher, _WORDS) or "", author, union, edition
        )
        for comment, edition, author, union in session.execute(found)
    ]


def noted_codes(session: Session, sheet: Sheet) -> set[str | None]:
    """Return the lines of this edition that carry a word of the unit itself."""
    own = SheetComment.kind != CommentKind.UPPER
    found = sa.select(SheetComment.code).where(SheetComment.sheet_id == sheet.id, own)
    return set(session.scalars(found.order_by(SheetComment.id)))


def has_upper_words(session: Session, sheet: Sheet) -> bool:
    """Say whether the upper level said anything about this edition."""
    upper = SheetComment.kind == CommentKind.UPPER
    found = sa.select(SheetComment.id).where(SheetComment.sheet_id == sheet.id, upper)
    return session.scalar(found.limit(1)) is not None
