"""Made-up changes for `yangguang bench alive`: rows of a made-up market as facts, each changed in one respect."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from matcher.cli.bench_rank_market import Market
from matcher.kinds import EducationLevel, Mobility, UnitKind
from matcher.ranking.facts import GraduateFacts, PostingFacts
from matcher.ranking.places import NO_CITY

_EDUCATIONS = {level.rank: level for level in EducationLevel}
_MOBILITIES = list(Mobility)
_UNITS = list(UnitKind)
_GONE = 0.04
"""Share of the changes by which somebody leaves."""

Rng = np.random.Generator


class Changes:
    """Draws changes; subjects that changed before are changed again from where they stand."""

    def __init__(self, market: Market, seed: int) -> None:
        self._market = market
        self._rng = np.random.default_rng([seed, 2])
        self._graduates: dict[int, GraduateFacts] = {}
        self._postings: dict[int, PostingFacts] = {}

    def graduate(self) -> tuple[int, GraduateFacts | None]:
        """Return a graduate's id and new facts; None for one who leaves."""
        row, other = self._two(len(self._market.snapshot.graduates))
        facts = self._graduates.get(row) or self._graduate_facts(row)
        new = replace(
            facts, **self._pick(_GRADUATE_CHANGES)(self._graduate_facts(other), self._rng)
        )
        self._graduates[row] = new
        return facts.id, None if self._rng.random() < _GONE else new

    def posting(self) -> tuple[int, PostingFacts | None]:
        """Return a posting's id and new facts; None for one that is withdrawn."""
        row, other = self._two(len(self._market.snapshot.postings))
        facts = self._postings.get(row) or self._posting_facts(row)
        new = replace(facts, **self._pick(_POSTING_CHANGES)(self._posting_facts(other), self._rng))
        self._postings[row] = new
        return facts.id, None if self._rng.random() < _GONE else new

    def _two(self, n_rows: int) -> tuple[int, int]:
        """Return a row and another one whose facts it takes over in part."""
        row, other = self._rng.integers(0, n_rows, 2).tolist()
        return row, other

    def _pick(self, changes: tuple[Any, ...]) -> Any:
        return changes[int(self._rng.integers(len(changes)))]

    def _graduate_facts(self, row: int) -> GraduateFacts:
        snapshot, table = self._market.snapshot, self._market.snapshot.graduates
        book, pay = snapshot.codebook, int(table.wanted_pay[row])
        return GraduateFacts(
            id=int(table.id[row]),
            entry_number=int(table.id[row]),
            education=_EDUCATIONS[int(table.education[row])],
            majors=tuple(book.leaves[one] for one in table.leaf[row].tolist() if one >= 0),
            places=tuple(_region(one) for one in table.city[row].tolist() if one != NO_CITY),
            mobility=_MOBILITIES[int(table.mobility[row])],
            occupations=_named(book.occupations, table.occupation[row]),
            industries=_named(book.industries, table.industry[row]),
            wanted_pay_yuan=pay if pay >= 0 else None,
            unit_kinds=frozenset(_units(int(table.unit_mask[row]))),
            certificates=_bits(book.certificates, int(table.certificates[row])),
            priority_rank=int(table.rank[row]),
            text=self._market.texts.texts[self._market.text_of_graduate[row]],
        )

    def _posting_facts(self, row: int) -> PostingFacts:
        snapshot, table = self._market.snapshot, self._market.snapshot.postings
        book, pay, city = snapshot.codebook, int(table.pay_high[row]), int(table.city[row])
        return PostingFacts(
            id=int(table.id[row]),
            entry_number=int(table.id[row]),
            requirement=book.requirements[int(table.requirement[row])],
            education_min=_EDUCATIONS.get(int(table.education[row])),
            place=None if city == NO_CITY else _region(city),
            occupation=book.occupations[int(table.occupation[row])],
            industry=book.industries[int(table.industry[row])],
            pay_high_yuan=pay if pay >= 0 else None,
            unit_kind=next(iter(_units(int(table.unit_mask[row]))), None),
            certificates=_bits(book.certificates, int(table.certificates[row])),
            text=self._market.texts.texts[self._market.text_of_posting[row]],
            has_reserved=bool(table.reserved[row]),
        )


_GRADUATE_CHANGES: tuple[Callable[[GraduateFacts, Rng], dict[str, Any]], ...] = (
    lambda _, rng: {"wanted_pay_yuan": int(rng.integers(25, 120)) * 100},
    lambda other, _: {"places": other.places, "mobility": other.mobility},
    lambda other, _: {"occupations": other.occupations, "industries": other.industries},
    lambda other, _: {"text": other.text},
    lambda other, _: {"majors": other.majors, "education": other.education},
    lambda other, _: {"priority_rank": other.priority_rank, "certificates": other.certificates},
)
_POSTING_CHANGES: tuple[Callable[[PostingFacts, Rng], dict[str, Any]], ...] = (
    lambda _, rng: {"pay_high_yuan": int(rng.integers(30, 150)) * 100},
    lambda other, _: {"place": other.place},
    lambda other, _: {"requirement": other.requirement, "education_min": other.education_min},
    lambda other, _: {"text": other.text},
    lambda other, _: {"occupation": other.occupation, "industry": other.industry},
    lambda other, _: {"has_reserved": other.has_reserved},
)


def _region(city: int) -> str:
    """Return the region code of a city key."""
    return f"{city:06d}"


def _units(mask: int) -> list[UnitKind]:
    return [kind for number, kind in enumerate(_UNITS) if mask >> number & 1]


def _named(names: Any, numbers: Any) -> tuple[str, ...]:
    return tuple(names[one] for one in numbers.tolist() if one >= 0)


def _bits(names: Any, mask: int) -> tuple[str, ...]:
    return tuple(names[bit] for bit in range(len(names)) if mask >> bit & 1)
