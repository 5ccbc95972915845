"""Data that is only stored any more (依法留存，停止其他处理): kept because a law says so, used for nothing.

A person asked for deletion while a duty to keep runs (个人信息保护法 art. 47). Their values are not revealed, not
exported, not told in publicity; ranking leaves them out by the withdrawn consent. The file itself stays readable
to who answers for it, since the duty is to keep the file.
"""

from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import RuleBrokenError
from matcher.models.people_rights import StorageOnly

PersonKind = Literal["graduate", "member"]


def column_of(kind: PersonKind) -> sa.ColumnElement[int | None]:
    """Return the column that names a person of a kind."""
    chosen = StorageOnly.graduate_id if kind == "graduate" else StorageOnly.member_id
    return sa.type_coerce(chosen, sa.Integer())


def find_block(session: Session, person: tuple[PersonKind, int]) -> StorageOnly | None:
    """Return the row that says a person's data is only stored, or None."""
    kind, row_id = person
    return session.scalar(sa.select(StorageOnly).where(column_of(kind) == row_id))


def require_usable(session: Session, person: tuple[PersonKind, int]) -> None:
    """Raise RuleBrokenError if a person's data is only stored any more."""
    if find_block(session, person) is not None:
        raise RuleBrokenError(
            "storage_only", "本人已要求删除，这些信息依法只能留存，不能再查看、导出或使用。"
        )
