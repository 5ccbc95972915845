"""Alias lists (别名表): what words mean to an issuer, dated, changed on a page, taken back, never deleted.

The shipped list (`majors_aliases.csv`) is part of the catalogues and is read only; an own term of the
same words goes before it. A list holds for the drives of its union and below.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import MajorLevel
from matcher.models.employers import Employer
from matcher.models.readings import RequirementTerm
from matcher.services import audit
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.posted_texts import by_drive, posted_texts, under, where_said
from matcher.services.ranking_changes import note_postings
from matcher.services.requirement_rules import EVERYBODY, issuer_key
from matcher.services.rows import expect_version, get_in_scope, not_found
from matcher.vocabulary.majors import load_catalogue, name_key
from matcher.vocabulary.requirements import Meaning

_LONGEST_WORDS = 60
"""Characters; what is longer is a sentence, and stands in one text only."""

_SHORTEST_WORDS = 2
"""One character stands in nearly every text."""

_TARGETED = (Meaning.NODE, Meaning.NAME)


@dataclass(frozen=True, kw_only=True)
class NewTerm:
    """A term to add; the issuer by name or as an employer, neither for every issuer.

    `target` is "namespace:code" for NODE, a name for NAME, a name or nothing for EXCLUSION. Two terms
    of the same words are two meanings.
    """

    words: str
    meaning: Meaning
    target: str = ""
    level: MajorLevel | None = None
    certain: bool = True
    issuer: str | None = None
    employer_id: int | None = None
    valid_from: dt.date | None = None
    """None for today."""
    valid_to: dt.date | None = None

    @property
    def issuer_key(self) -> str:
        """Key of the issuer."""
        if not (self.issuer or "").strip() and self.employer_id is None:
            return EVERYBODY
        return issuer_key(self.issuer, self.employer_id)


@dataclass(frozen=True, kw_only=True)
class TermChange:
    """Terms to add and to take back at once; `ended` are ids with the versions seen (None: any)."""

    added: Sequence[NewTerm] = ()
    ended: Mapping[int, int | None] = field(default_factory=dict)


def change_terms(
    session: Session, by: Actor, change: TermChange, *, reason: str, union_id: int | None = None
) -> list[RequirementTerm]:
    """Add terms to alias lists and take others back; live postings they stand in are ranked anew.

    Parameters
    ----------
    union_id : whose drives they hold for; None for the actor's own union

    Raises
    ------
    InvalidInputError
        `term_input`: no words, no such target, days the wrong way round, or no reason.
    RuleBrokenError
        `term_over`: one to take back is taken back already.
    ConflictError
        One to take back was changed meanwhile.
    """
    require(by, Permission.EDIT_ALIASES)
    place = union_of(session, by, union_id)
    check_terms(session, change.added, reason)
    ended = [lock_term(session, by, id_, version) for id_, version in change.ended.items()]
    if any(row.text_key for row in ended):
        require(by, Permission.EDIT_READINGS)
    made = [
        RequirementTerm(
            union_id=place,
            issuer_key=one.issuer_key,
            issuer_name=(one.issuer or "").strip() or None,
            **term_columns(one),
        )
        for one in change.added
    ]
    return store_terms(session, by, made, ended, reason=reason)


def union_of(session: Session, by: Actor, union_id: int | None) -> int:
    """Return the union terms are said for: in the actor's scope."""
    chosen = union_id if union_id is not None else by.union_id
    if chosen is None or not scope_of(by).admits(session, chosen):
        raise not_found()
    return chosen


def lock_term(session: Session, by: Actor, term_id: int, version: int | None) -> RequirementTerm:
    """Return a live term of the actor's scope, locked."""
    row = get_in_scope(session, by, RequirementTerm, term_id, lock=True)
    if row.ended_at is not None:
        raise RuleBrokenError("term_over", "这条已经撤回，请刷新页面。")
    expect_version(row, version)
    return row


def check_terms(session: Session, added: Sequence[NewTerm], reason: str) -> None:
    """Raise InvalidInputError unless all terms can be; fields are named `words.0`, `target.1` …"""
    fields: dict[str, str] = {}
    if not reason.strip():
        fields["reason"] = "请写明原因。"
    for number, one in enumerate(added):
        for name, words in _wrong(one).items():
            fields[f"{name}.{number}"] = words
        if one.employer_id is not None and session.get(Employer, one.employer_id) is None:
            fields[f"employer_id.{number}"] = "没有这个单位。"
    if fields:
        raise InvalidInputError("term_input", "内容有误，请修改标出的项目。", fields=fields)


def _wrong(one: NewTerm) -> dict[str, str]:
    fields: dict[str, str] = {}
    if not _SHORTEST_WORDS <= len(name_key(one.words)) <= _LONGEST_WORDS:
        fields["words"] = f"请填写 {_SHORTEST_WORDS} 到 {_LONGEST_WORDS} 个字的词语。"
    if one.meaning is Meaning.NODE and not _is_node(one.target, one.level):
        fields["target"] = "目录里没有这个门类、专业类或专业，或与所选层次不符。"
    elif one.meaning is Meaning.NAME and not one.target.strip():
        fields["target"] = "请填写专业名称。"
    elif one.target and one.meaning not in (*_TARGETED, Meaning.EXCLUSION):
        fields["target"] = "这种含义不需要对应的专业。"
    if one.valid_from and one.valid_to and one.valid_from > one.valid_to:
        fields["valid_to"] = "截止日期不能早于开始日期。"
    return fields


def _is_node(target: str, level: MajorLevel | None) -> bool:
    namespace, _, code = target.partition(":")
    node = load_catalogue().by_code.get((namespace, code))
    return node is not None and level in (None, node.level)


def term_columns(one: NewTerm) -> dict[str, object]:
    """Return the columns of a new term but for its place."""
    return {
        "words": one.words.strip(),
        "meaning": one.meaning,
        "target": one.target.strip(),
        "level": one.level,
        "certain": one.certain,
        "valid_from": one.valid_from or clock.today(),
        "valid_to": one.valid_to,
    }


def store_terms(
    session: Session,
    by: Actor,
    made: Sequence[RequirementTerm],
    ended: Sequence[RequirementTerm],
    *,
    reason: str,
) -> list[RequirementTerm]:
    """Write terms, end others, note it all, and tell ranking; whoever calls has asked before."""
    scope_of(by)
    now = clock.now()
    for row in made:
        row.reason, row.made_by_id, row.made_at = reason.strip(), by.account_id, now
        session.add(row)
    for row in ended:
        row.ended_at, row.ended_by_id = now, by.account_id
    session.flush()
    for action, rows in (("requirement_term.made", made), ("requirement_term.ended", ended)):
        for row in rows:
            _note_act(session, by, action, row, reason=reason)
    tell_ranking(session, [*made, *ended])
    return list(made)


def _note_act(
    session: Session, by: Actor, action: str, row: RequirementTerm, *, reason: str
) -> None:
    audit.record(
        session,
        by,
        action,
        subject=("requirement_term", row.id),
        issuer=row.issuer_key,
        text=row.text_key,
        words=row.words,
        meaning=row.meaning,
        target=row.target,
        level=row.level,
        reason=reason,
    )


def tell_ranking(session: Session, rows: Sequence[RequirementTerm]) -> None:
    """Note every published posting in whose text one of the terms stands."""
    affected: dict[int, set[int]] = {}
    places = {(row.union_id, row.issuer_key) for row in rows}
    for union_id, issuer in sorted(places):
        mine = [row for row in rows if (row.union_id, row.issuer_key) == (union_id, issuer)]
        found = posted_texts(session, under(union_id), issuer=issuer)
        said = ((row.issuer_key, row.text_key, name_key(row.words)) for row in mine)
        for drive_id, ids in by_drive(where_said(found, said)).items():
            affected.setdefault(drive_id, set()).update(ids)
    note_postings(session, affected)


_TURNED_FOR = dt.timedelta(days=31)
"""Longer than any holiday: a machine that was off on the day still tells ranking."""


def note_turned_terms(session: Session, today: dt.date) -> int:
    """Tell ranking of terms that lately came into force or ran out, and return how many; run daily.

    A second run notes the same postings again, which changes no list.
    """
    column = RequirementTerm
    since = today - _TURNED_FOR
    turned = sa.select(RequirementTerm).where(
        column.ended_at.is_(None),
        sa.or_(
            sa.and_(column.valid_from <= today, column.valid_from > since),
            sa.and_(column.valid_to < today, column.valid_to >= since),
        ),
    )
    rows = session.scalars(turned.order_by(RequirementTerm.id)).all()
    tell_ranking(session, rows)
    return len(rows)
