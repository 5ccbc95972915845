"""What people said about requirement texts, as it stands in a union on a day (读法规则).

The same text of the same issuer is read the same way everywhere in a union: the issuer of a posting is
the body its table names, or else its employer. Terms and decisions hold for the drives of their union
and of those below it; where several speak about the same words, the one nearest to the text decides:
a correction of the text before the issuer's list before everybody's, then the nearer union.

Loaded once for a request or a job (two queries), never per posting.
"""

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import MajorLevel, Verdict
from matcher.models.organisations import UnionClosure
from matcher.models.readings import RequirementDecision, RequirementTerm
from matcher.vocabulary.majors import name_key
from matcher.vocabulary.requirements import Decision, Meaning, Requirement, Term, read_columns
from matcher.vocabulary.requirements.terms import terms_within

EVERYBODY = ""
"""Issuer key of what holds for every issuer."""

_KEY_DIGITS = 32


def issuer_key(issuer: str | None, employer_id: int | None) -> str:
    """Return what an issuer is known by: its folded name, or the employer's id where none is named."""
    folded = name_key(issuer or "")
    return f"n:{folded}" if folded else f"e:{employer_id}"


def text_key(columns: Mapping[str, str], directory: str | None) -> str:
    """Return the hash by which two texts are the same: widths, brackets and spaces do not matter."""
    filled = tuple(sorted((k, v) for k, v in columns.items() if v and v.strip()))
    return _text_key(filled, directory)


@lru_cache(maxsize=65_536)
def _text_key(filled: tuple[tuple[str, str], ...], directory: str | None) -> str:
    folded = [[name_key(name), name_key(text)] for name, text in filled]
    written = json.dumps([folded, name_key(directory or "")], ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:_KEY_DIGITS]


def shown_text(columns: Mapping[str, str]) -> str:
    """Return a requirement as one text for showing: several columns with their names before them."""
    filled = {name: text for name, text in columns.items() if text and text.strip()}
    if len(filled) == 1:
        return next(iter(filled.values()))
    return "；".join(f"{name}：{text}" for name, text in filled.items())


def folded_text(columns: Mapping[str, str]) -> str:
    """Return all columns folded, as words are looked for in them."""
    return "\n".join(name_key(text) for text in columns.values() if text)


@dataclass(frozen=True, slots=True)
class PlacedTerm:
    """A term with the place it was said for."""

    term: Term
    issuer_key: str = EVERYBODY
    text_key: str = ""
    distance: int = 0
    """Levels between the union that said it and the one that reads."""
    id: int | None = None

    @property
    def nearness(self) -> tuple[int, int, int]:
        """Order among terms of the same words: the smallest decides."""
        return (0 if self.text_key else 1, 0 if self.issuer_key else 1, self.distance)


@dataclass(frozen=True)
class ReadingRules:
    """The terms and decisions in force; immutable, answers are remembered per text."""

    terms: tuple[PlacedTerm, ...] = ()
    decisions: Mapping[tuple[str, str], tuple[Decision, ...]] = field(default_factory=dict)
    """By issuer and text."""
    _by_place: dict[tuple[str, str], list[tuple[str, PlacedTerm]]] = field(
        default_factory=dict, repr=False, compare=False
    )
    _found: dict[tuple[str, str], tuple[Term, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Index the terms by issuer and text."""
        for placed in self.terms:
            words = name_key(placed.term.words)
            place = (placed.issuer_key, placed.text_key)
            self._by_place.setdefault(place, []).append((words, placed))

    def terms_for(self, issuer: str, text: str, columns: Mapping[str, str]) -> tuple[Term, ...]:
        """Return the terms that stand in a text and decide there.

        Parameters
        ----------
        issuer, text : their keys
        """
        if not self.terms:
            return ()
        key = (issuer, text)
        if key not in self._found:
            places = dict.fromkeys(((EVERYBODY, ""), (issuer, ""), (issuer, text)))
            folded = folded_text(columns)
            standing = [
                one
                for place in places
                for one in self._by_place.get(place, ())
                if one[0] and one[0] in folded
            ]
            self._found[key] = _decisive(standing, folded) if standing else ()
        return self._found[key]

    def decisions_for(self, issuer: str, text: str) -> tuple[Decision, ...]:
        """Return the decisions about a text of an issuer."""
        return self.decisions.get((issuer, text), ())


NO_RULES = ReadingRules()


def _decisive(standing: Iterable[tuple[str, PlacedTerm]], folded: str) -> tuple[Term, ...]:
    """Keep of each word the terms nearest to the text, level by level."""
    by_words: dict[str, list[PlacedTerm]] = defaultdict(list)
    for words, placed in standing:
        by_words[words].append(placed)
    chosen: list[Term] = []
    for ones in by_words.values():
        chosen += _nearest(ones)
    return terms_within(folded, chosen)


def _nearest(ones: Sequence[PlacedTerm]) -> list[Term]:
    if len({one.nearness for one in ones}) == 1:
        return [one.term for one in ones]
    kept: list[Term] = []
    for level in MajorLevel:
        speaking = [one for one in ones if one.term.level in (None, level)]
        nearest = min((one.nearness for one in speaking), default=None)
        kept += [replace(one.term, level=level) for one in speaking if one.nearness == nearest]
    return kept


def load_rules(
    session: Session, union_id: int | sa.ScalarSelect[int], today: dt.date
) -> ReadingRules:
    """Load what is in force for the drives of a union: two queries.

    Parameters
    ----------
    union_id : the union, or a subquery that gives it
    """
    above = (
        sa.select(UnionClosure.ancestor_id, UnionClosure.depth)
        .where(UnionClosure.descendant_id == union_id)
        .subquery()
    )
    terms = (
        sa.select(RequirementTerm, above.c.depth)
        .join(above, above.c.ancestor_id == RequirementTerm.union_id)
        .where(in_force(today))
        .order_by(RequirementTerm.id)
    )
    decided = (
        sa.select(
            RequirementDecision.issuer_key,
            RequirementDecision.text_key,
            RequirementDecision.leaf,
            RequirementDecision.verdict,
        )
        .join(above, above.c.ancestor_id == RequirementDecision.union_id)
        .where(RequirementDecision.taken_back_at.is_(None))
        .order_by(above.c.depth.desc(), RequirementDecision.id)
    )
    placed = tuple(placed_term(row, depth) for row, depth in session.execute(terms))
    return ReadingRules(placed, _by_text(session.execute(decided)))


def in_force(today: dt.date) -> sa.ColumnElement[bool]:
    """Condition on RequirementTerm: not taken back, and in force on a day."""
    return sa.and_(
        RequirementTerm.ended_at.is_(None),
        RequirementTerm.valid_from <= today,
        RequirementTerm.valid_to.is_(None) | (RequirementTerm.valid_to >= today),
    )


def placed_term(row: RequirementTerm, distance: int = 0) -> PlacedTerm:
    """Return a row as the reader takes it."""
    term = Term(row.words, Meaning(row.meaning), row.target, row.level, row.certain)
    return PlacedTerm(term, row.issuer_key, row.text_key, distance, row.id)


def _by_text(rows: Iterable[Any]) -> dict[tuple[str, str], tuple[Decision, ...]]:
    """Return decisions by issuer and text; of two unions the nearer decides, which comes last."""
    found: dict[tuple[str, str], dict[str, Verdict]] = defaultdict(dict)
    for row in rows:
        found[row.issuer_key, row.text_key][row.leaf] = Verdict(row.verdict)
    return {
        place: tuple(Decision(leaf, verdict) for leaf, verdict in sorted(answers.items()))
        for place, answers in found.items()
    }


def requirement_key(
    columns: Mapping[str, Any],
    directory: str | None,
    *,
    issuer: str = EVERYBODY,
    rules: ReadingRules = NO_RULES,
) -> str:
    """Return the key ranking knows a requirement by; it says all by itself how it is read.

    Columns and directory; behind them, only where people said something about this text, the terms
    that stand in it and the decisions taken on it.
    """
    parts: list[Any] = [columns, directory]
    if rules.terms or rules.decisions:
        text = text_key(columns, directory)
        terms = rules.terms_for(issuer, text, columns)
        decisions = rules.decisions_for(issuer, text)
        if terms or decisions:
            parts += [[_plain_term(term) for term in terms]]
            parts += [[[one.leaf, one.verdict.value] for one in decisions]]
    return json.dumps(parts, ensure_ascii=False, sort_keys=True)


def _plain_term(term: Term) -> list[Any]:
    level = term.level.value if term.level else None
    return [term.words, term.meaning.value, term.target, level, term.certain]


def requirement_of_key(key: str) -> tuple[dict[str, str], str | None]:
    """Return texts by column level, and the directory, of a key."""
    requirement, directory, *_ = json.loads(key)
    return requirement, directory


def read_key(key: str) -> Requirement:
    """Read the requirement behind a ranking key, old keys (without terms and decisions) too."""
    columns, directory, *said = json.loads(key)
    terms, decisions = said or ((), ())
    return read_columns(
        columns,
        directory,
        terms=[
            Term(words, Meaning(meaning), target, MajorLevel(level) if level else None, certain)
            for words, meaning, target, level, certain in terms
        ],
        decisions=[Decision(leaf, Verdict(verdict)) for leaf, verdict in decisions],
    )
