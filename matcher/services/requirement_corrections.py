"""Corrections of a reading (更正): what a word means in one text of one issuer, with who and why.

A correction holds for every posting with this text of this issuer in the drive's union and below. It goes
before the issuer's list and the catalogues, and can be taken back.
"""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError
from matcher.models.drives import Drive
from matcher.models.organisations import UnionClosure
from matcher.models.postings import Posting
from matcher.models.readings import RequirementTerm
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.posted_texts import PostedText, text_of_posting
from matcher.services.postings import get_posting
from matcher.services.requirement_terms import (
    NewTerm,
    check_terms,
    lock_term,
    store_terms,
    term_columns,
)
from matcher.services.rows import not_found
from matcher.services.term_lists import TermRow, term_rows
from matcher.vocabulary.majors import name_key


def correct_reading(
    session: Session,
    by: Actor,
    posting_id: int,
    *,
    added: Sequence[NewTerm] = (),
    ended: Mapping[int, int | None] | None = None,
    reason: str,
) -> list[RequirementTerm]:
    """Correct how a posting's text is read; what was corrected of the same words before is ended.

    Parameters
    ----------
    added : their issuer is the posting's, whatever they name
    ended : ids of corrections to take back, with the versions seen (None: any)

    Raises
    ------
    InvalidInputError
        `term_input`, among others for words that do not stand in the text.
    """
    require(by, Permission.EDIT_READINGS)
    union_id = managed_union(session, by, posting_id)
    text = text_of_posting(session, posting_id)
    check_terms(session, added, reason)
    _check_within(added, text)
    given = ended or {}
    before = replaced_by(session, union_id, text, added)
    rows = [lock_term(session, by, id_, given.get(id_)) for id_ in sorted({*given, *before})]
    made = [
        RequirementTerm(
            union_id=union_id,
            issuer_key=text.issuer_key,
            issuer_name=text.issuer_name if text.issuer_key.startswith("n:") else None,
            text_key=text.text_key,
            text=text.text,
            **term_columns(one),
        )
        for one in added
    ]
    return store_terms(session, by, made, rows, reason=reason)


def managed_union(session: Session, by: Actor, posting_id: int) -> int:
    """Return the union of a posting's drive, which lies in the actor's scope."""
    found = sa.select(Drive.union_id).join(Posting, Posting.drive_id == Drive.id)
    union_id = session.scalar(
        found.where(Posting.id == posting_id, Drive.union_id.in_(scope_of(by).unions()))
    )
    if union_id is None:
        raise not_found()
    return union_id


def _check_within(added: Sequence[NewTerm], text: PostedText) -> None:
    fields = {
        f"words.{number}": "原文里没有这些字。"
        for number, one in enumerate(added)
        if not text.holds(name_key(one.words))
    }
    if fields:
        raise InvalidInputError("term_input", "内容有误，请修改标出的项目。", fields=fields)


def replaced_by(
    session: Session, union_id: int, text: PostedText, added: Sequence[NewTerm]
) -> list[int]:
    """Return the live corrections of this text that new ones of the same words take the place of."""
    words = {name_key(one.words) for one in added}
    live = sa.select(RequirementTerm.id, RequirementTerm.words).where(
        RequirementTerm.union_id == union_id,
        RequirementTerm.issuer_key == text.issuer_key,
        RequirementTerm.text_key == text.text_key,
        RequirementTerm.ended_at.is_(None),
    )
    rows = session.execute(live.order_by(RequirementTerm.id))
    return [row.id for row in rows if name_key(row.words) in words]


def corrections_of(session: Session, by: Actor, posting_id: int) -> list[TermRow]:
    """Return the corrections of a posting's text, those taken back too, the newest last."""
    require(by, Permission.VIEW_RANKING)
    posting = get_posting(session, by, posting_id).posting
    text = text_of_posting(session, posting.id)
    above = sa.select(UnionClosure.ancestor_id).join(
        Drive, Drive.union_id == UnionClosure.descendant_id
    )
    rows = term_rows(
        session,
        RequirementTerm.union_id.in_(above.where(Drive.id == posting.drive_id)),
        RequirementTerm.issuer_key == text.issuer_key,
        RequirementTerm.text_key == text.text_key,
    )
    return sorted(rows, key=lambda row: row.term.id)
