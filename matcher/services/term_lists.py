"""What stands on alias lists and in corrections, with the names behind the ids (别名表的查看)."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher.kinds import MajorLevel
from matcher.models.accounts import Account
from matcher.models.employers import Employer
from matcher.models.organisations import Union, UnionClosure
from matcher.models.postings import Posting
from matcher.models.readings import RequirementTerm
from matcher.services.drives import seen_drives
from matcher.services.permissions import Actor, Permission, may, require, scope_of
from matcher.services.requirement_rules import issuer_key
from matcher.vocabulary.majors import load_catalogue, name_key


@dataclass(frozen=True)
class TermRow:
    """A term with who made it, who ended it, and whose it is."""

    term: RequirementTerm
    union: str
    issuer: str
    """Name of the issuer, empty for every issuer."""
    made_by: str
    ended_by: str


@dataclass(frozen=True)
class ShippedAlias:
    """A word of the shipped list and what it stands for; read only."""

    words: str
    level: MajorLevel
    kind: str
    target: str
    certain: bool


def shipped_aliases(words: str = "") -> list[ShippedAlias]:
    """Return the shipped list, or what of it has these words in it."""
    wanted = name_key(words)
    return [
        ShippedAlias(key, level, alias.kind, alias.target, alias.certain)
        for (level, key), aliases in load_catalogue().aliases.items()
        if wanted in key
        for alias in aliases
    ]


def list_terms(
    session: Session,
    by: Actor,
    *,
    issuer: str | None = None,
    text: str | None = "",
    words: str = "",
    with_ended: bool = False,
) -> list[TermRow]:
    """Return the terms of the actor's unions, those above and those below; by issuer and words.

    Parameters
    ----------
    issuer : key of an issuer, empty for everybody's list; None for all
    text : key of a corrected text; empty for the alias lists, None for both
    """
    _require_lists(by)
    wanted: list[sa.ColumnElement[bool]] = [RequirementTerm.union_id.in_(_seen_unions(by))]
    if issuer is not None:
        wanted.append(RequirementTerm.issuer_key == issuer)
    if text is not None:
        wanted.append(RequirementTerm.text_key == text)
    if words.strip():
        wanted.append(RequirementTerm.words.contains(words.strip(), autoescape=True))
    if not with_ended:
        wanted.append(RequirementTerm.ended_at.is_(None))
    return term_rows(session, *wanted)


def _require_lists(by: Actor) -> None:
    if not may(by, Permission.EDIT_ALIASES):
        require(by, Permission.VIEW_RANKING)


def _seen_unions(by: Actor) -> sa.Select[int] | sa.CompoundSelect[int]:
    scope = scope_of(by)
    if scope.union_id is None:
        return scope.unions()
    above = sa.select(UnionClosure.ancestor_id).where(UnionClosure.descendant_id == scope.union_id)
    return scope.unions().union(above)


def term_rows(session: Session, *wanted: sa.ColumnElement[bool]) -> list[TermRow]:
    """Return terms with the names that stand behind their ids; one query and one for employers."""
    maker, ender = aliased(Account), aliased(Account)
    found = (
        sa.select(RequirementTerm, Union.name, maker.display_name.label("made"), ender.display_name)
        .join(Union, Union.id == RequirementTerm.union_id)
        .outerjoin(maker, maker.id == RequirementTerm.made_by_id)
        .outerjoin(ender, ender.id == RequirementTerm.ended_by_id)
        .where(*wanted)
        .order_by(RequirementTerm.issuer_key, RequirementTerm.words, RequirementTerm.id)
    )
    rows = session.execute(found).all()
    names = employer_names(session, [row[0].issuer_key for row in rows])
    return [
        TermRow(
            term,
            union,
            names.get(term.issuer_key) or term.issuer_name or "",
            made or "",
            ended or "",
        )
        for term, union, made, ended in rows
    ]


def employer_names(session: Session, issuers: Sequence[str]) -> dict[str, str]:
    """Return the names of the employers among issuer keys."""
    ids = {int(key[2:]) for key in issuers if key.startswith("e:")}
    found = sa.select(Employer.id, Employer.name).where(Employer.id.in_(ids))
    return {f"e:{id_}": name for id_, name in session.execute(found.order_by(Employer.id))}


def employer_of_name(session: Session, by: Actor, name: str) -> int | None:
    """Return the one employer of a name that issues its own postings; None if a table names it, or none or several do.

    People write the name they read on the posting; terms of such an employer stand under its id.
    """
    _require_lists(by)
    mine = Posting.drive_id.in_(seen_drives(by))
    if session.scalar(sa.select(Posting.id).where(mine, Posting.issuer == name.strip()).limit(1)):
        return None
    found = (
        sa.select(Employer.id)
        .join(Posting, Posting.employer_id == Employer.id)
        .where(mine, Posting.issuer.is_(None), Employer.name == name.strip())
        .distinct()
    )
    ids = session.scalars(found.limit(2)).all()
    return ids[0] if len(ids) == 1 else None


@dataclass(frozen=True)
class Issuer:
    """An issuer with a list of its own, or one that postings name."""

    key: str
    name: str
    n_postings: int
    n_terms: int


def list_issuers(session: Session, by: Actor) -> list[Issuer]:
    """Return the issuers that postings of the actor's drives name, and those with terms; most postings first."""
    _require_lists(by)
    named = (
        sa.select(Posting.issuer, sa.func.count())
        .where(Posting.issuer.is_not(None), Posting.drive_id.in_(seen_drives(by)))
        .group_by(Posting.issuer)
        .order_by(sa.func.count().desc(), Posting.issuer)
    )
    names: dict[str, str] = {}
    postings: dict[str, int] = {}
    for name, count in session.execute(named):
        key = issuer_key(name, None)
        names.setdefault(key, name or "")
        postings[key] = postings.get(key, 0) + count
    terms: dict[str, int] = {}
    for row in list_terms(session, by):
        key = row.term.issuer_key
        names.setdefault(key, row.issuer)
        terms[key] = terms.get(key, 0) + 1
    made = [Issuer(key, names[key], postings.get(key, 0), terms.get(key, 0)) for key in names]
    return sorted((one for one in made if one.key), key=lambda one: (-one.n_postings, one.name))
