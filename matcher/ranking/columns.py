"""Facts as they stream by → columns of plain numbers, numbered on arrival; `snapshot` puts them in order at the end.

A row is forgotten as soon as its numbers stand in the columns, so a drive of any size takes a few hundred bytes a
row. Numbers given on arrival depend on the order of rows; every one of them is replaced before anybody sees it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from matcher.kinds import Mobility, UnitKind
from matcher.ranking.codebook import Numbering
from matcher.ranking.encoding import NOT_STATED, least_education
from matcher.ranking.facts import GraduateFacts, PostingFacts
from matcher.ranking.places import NO_CITY, city_key
from matcher.ranking.tables import CHOICES, MAJORS
from matcher.ranking.text_batches import TextBatch
from matcher.vocabulary.majors import MajorRef

Ints = NDArray[np.int64]
T = TypeVar("T")

BATCH = 4_096
"""Rows turned into arrays at once."""

_UNIT_BIT = {kind: 1 << number for number, kind in enumerate(UnitKind)}
_MOBILITY = {kind: number for number, kind in enumerate(Mobility)}

GRADUATE_WIDTHS = {
    "id": 1,
    "entry_number": 1,
    "education": 1,
    "mobility": 1,
    "wanted_pay": 1,
    "unit_mask": 1,
    "rank": 1,
    "leaf": MAJORS,
    "city": CHOICES,
    "occupation": CHOICES,
    "industry": CHOICES,
}
POSTING_WIDTHS = dict.fromkeys(
    (
        "id",
        "entry_number",
        "education",
        "requirement",
        "city",
        "occupation",
        "industry",
        "pay_high",
        "unit_mask",
        "reserved",
    ),
    1,
)


@dataclass(slots=True)
class Held:
    """Certificates row by row: pairs of row and number on arrival, and how many rows have each."""

    names: Numbering[str] = field(default_factory=lambda: Numbering(()))
    rows: Counter[str] = field(default_factory=Counter)
    _pairs: list[NDArray[np.int32]] = field(default_factory=list)

    def add(self, start: int, batch: Iterable[tuple[str, ...]]) -> None:
        """Enter the certificates of consecutive rows."""
        pairs = []
        for row, names in enumerate(batch, start):
            for name in set(names):
                pairs.append((row, self.names.add(name)))
                self.rows[name] += 1
        self._pairs.append(np.asarray(pairs, dtype=np.int32).reshape(-1, 2))

    def masks(self, n_rows: int, bits: Numbering[str]) -> NDArray[np.uint64]:
        """Return the bits of every row; names without a bit are left out."""
        bit_of = np.asarray([bits.find(name) for name in self.names.values], dtype=np.int64)
        masks = np.zeros(n_rows, dtype=np.uint64)
        for pairs in self._pairs:
            bit = bit_of[pairs[:, 1]]
            row, bit = pairs[bit >= 0, 0], bit[bit >= 0]
            np.bitwise_or.at(masks, row, np.uint64(1) << bit.astype(np.uint64))
        return masks


@dataclass(slots=True)
class Columns:
    """Rows of one side; `widths` names the columns and how many numbers a row has in each."""

    widths: dict[str, int]
    texts: list[TextBatch] = field(default_factory=list)
    held: Held = field(default_factory=Held)
    n_rows: int = 0
    _blocks: list[Ints] = field(default_factory=list)

    def add(self, rows: Sequence[Sequence[int]], texts: Iterable[str]) -> None:
        """Enter a batch of rows."""
        width = sum(self.widths.values())
        self._blocks.append(np.asarray(rows, dtype=np.int64).reshape(-1, width))
        self.texts.append(TextBatch.of(texts))
        self.n_rows += len(rows)

    def column(self, name: str) -> Ints:
        """Return a column in the order of arrival: one number a row, or an array of several."""
        at = list(self.widths).index(name)
        first = sum(list(self.widths.values())[:at])
        width = self.widths[name]
        parts = [block[:, first : first + width] for block in self._blocks]
        whole = np.concatenate(parts) if parts else np.zeros((0, width), dtype=np.int64)
        return whole[:, 0] if width == 1 else whole


@dataclass(slots=True)
class Gathered:
    """Both sides of a drive as columns, and what their numbers mean."""

    graduates: Columns = field(default_factory=lambda: Columns(GRADUATE_WIDTHS))
    postings: Columns = field(default_factory=lambda: Columns(POSTING_WIDTHS))
    leaves: Numbering[MajorRef] = field(default_factory=lambda: Numbering(()))
    requirements: Numbering[str] = field(default_factory=lambda: Numbering(()))
    occupations: Numbering[str] = field(default_factory=lambda: Numbering(()))
    industries: Numbering[str] = field(default_factory=lambda: Numbering(()))


def gather(graduates: Iterable[GraduateFacts], postings: Iterable[PostingFacts]) -> Gathered:
    """Read both streams to their end; nothing of a row but its numbers and its text is kept."""
    found = Gathered()
    for people in _batches(graduates):
        found.graduates.held.add(found.graduates.n_rows, (one.certificates for one in people))
        rows = [_graduate(one, found) for one in people]
        found.graduates.add(rows, (one.text for one in people))
    for offers in _batches(postings):
        found.postings.held.add(found.postings.n_rows, (one.certificates for one in offers))
        numbers = [_posting(one, found) for one in offers]
        found.postings.add(numbers, (one.text for one in offers))
    return found


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    stream = iter(rows)
    while some := list(islice(stream, BATCH)):
        yield some


def _graduate(facts: GraduateFacts, found: Gathered) -> tuple[int, ...]:
    """Return the numbers of one row in the order of `GRADUATE_WIDTHS`."""
    pay = facts.wanted_pay_yuan
    return (
        facts.id,
        facts.entry_number,
        facts.education.rank,
        _MOBILITY[facts.mobility],
        NOT_STATED if pay is None else pay,
        sum(_UNIT_BIT[kind] for kind in facts.unit_kinds),
        facts.priority_rank,
        *_filled([found.leaves.add(major) for major in facts.majors], MAJORS),
        *_filled([city_key(code) for code in facts.places], CHOICES, NO_CITY),
        *_filled([found.occupations.add(code) for code in facts.occupations], CHOICES),
        *_filled([found.industries.add(code) for code in facts.industries], CHOICES),
    )


def _posting(facts: PostingFacts, found: Gathered) -> tuple[int, ...]:
    """Return the numbers of one row in the order of `POSTING_WIDTHS`."""
    occupation, industry, pay = facts.occupation, facts.industry, facts.pay_high_yuan
    return (
        facts.id,
        facts.entry_number,
        least_education(facts.education_min),
        found.requirements.add(facts.requirement),
        NO_CITY if facts.place is None else city_key(facts.place),
        NOT_STATED if occupation is None else found.occupations.add(occupation),
        NOT_STATED if industry is None else found.industries.add(industry),
        NOT_STATED if pay is None else pay,
        0 if facts.unit_kind is None else _UNIT_BIT[facts.unit_kind],
        int(facts.has_reserved),
    )


def _filled(values: list[int], length: int, filler: int = NOT_STATED) -> list[int]:
    return values + [filler] * (length - len(values))
