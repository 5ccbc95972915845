"""Gathered columns → a snapshot's codebook and tables: final numbers, sorted rows, weighed texts."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from matcher.errors import SnapshotError
from matcher.ranking.codebook import (
    Codebook,
    Numbering,
    leaf_row,
    listed_certificates,
    middle_group,
)
from matcher.ranking.columns import Columns, Gathered
from matcher.ranking.concepts import Concepts, FeatureMemory
from matcher.ranking.limits import check_vocabulary
from matcher.ranking.lottery import Side, lottery_numbers
from matcher.ranking.parameters import TERMS_LIMIT
from matcher.ranking.places import PROVINCE_STEP
from matcher.ranking.tables import GraduateTable, PostingTable
from matcher.ranking.text import SLOTS, TextModel
from matcher.ranking.text_batches import TermCoder, TextFrequencies, Vectoriser

Ints = NDArray[np.int64]
T = TypeVar("T")


def check_unique(found: Gathered) -> None:
    """Equal ids or entry numbers would make two rows indistinguishable, or tie for ever."""
    for side, columns in ((Side.GRADUATES, found.graduates), (Side.POSTINGS, found.postings)):
        for name in ("id", "entry_number"):
            if len(np.unique(columns.column(name))) != columns.n_rows:
                raise SnapshotError(
                    "not_unique", "参加排序的编号有重复。", side=side.value, field=name
                )


def fitted_text(found: Gathered, text_terms: int, concepts: Concepts | None) -> TextModel:
    """Fit a text model to the texts at hand, keeping `text_terms` terms or as many as there is room for."""
    coder, frequencies = TermCoder(), TextFrequencies()
    for columns in (found.graduates, found.postings):
        for batch in columns.texts:
            frequencies.add(batch, coder)
    room = TERMS_LIMIT - 1 - len(concepts or ())
    return frequencies.model(min(text_terms, room), coder, concepts)


class Packer:
    """Puts the columns of one drive in order.

    Parameters
    ----------
    memory : remembers the concepts of texts seen before
    """

    def __init__(
        self, found: Gathered, text: TextModel, memory: FeatureMemory | None = None
    ) -> None:
        self._found = found
        check_vocabulary(text)
        self.codebook, self._maps = _codebook(found, text)
        self._vectoriser = Vectoriser(text, TermCoder(), memory)

    def graduates(self, key: bytes) -> GraduateTable:
        """Return the graduates by (first city, first major, id)."""
        columns, maps = self._found.graduates, self._maps
        leaf, city = maps["leaf"][columns.column("leaf")], columns.column("city")
        order = np.lexsort((columns.column("id"), leaf[:, 0], city[:, 0]))
        found = {
            "leaf": leaf[order],
            "city": city[order],
            "province": city[order] // PROVINCE_STEP,
            "mobility": columns.column("mobility")[order],
            "wanted_pay": columns.column("wanted_pay")[order],
            "rank": columns.column("rank")[order],
        }
        found |= self._shared(columns, order, key, Side.GRADUATES)
        return GraduateTable(**_typed(GraduateTable, found))

    def postings(self, key: bytes) -> PostingTable:
        """Return the postings by (city, requirement, id)."""
        columns, maps = self._found.postings, self._maps
        requirement = maps["requirement"][columns.column("requirement")]
        city = columns.column("city")
        order = np.lexsort((columns.column("id"), requirement, city))
        found = {
            "requirement": requirement[order],
            "city": city[order],
            "pay_high": columns.column("pay_high")[order],
            "reserved": columns.column("reserved")[order],
        }
        found |= self._shared(columns, order, key, Side.POSTINGS)
        return PostingTable(**_typed(PostingTable, found))

    def _shared(self, columns: Columns, order: Ints, key: bytes, side: Side) -> dict[str, Any]:
        """Return the columns both sides have, in the given order of rows."""
        maps = self._maps
        occupation = maps["occupation"][columns.column("occupation")[order]]
        term, weight = self._vectors(columns, order)
        return {
            "id": columns.column("id")[order],
            "lottery": lottery_numbers(columns.column("entry_number")[order], key, side),
            "education": columns.column("education")[order],
            "occupation": occupation,
            "occupation_group": maps["group"][occupation],
            "industry": maps["industry"][columns.column("industry")[order]],
            "unit_mask": columns.column("unit_mask")[order],
            "certificates": columns.held.masks(columns.n_rows, self.codebook.certificates)[order],
            "term": term,
            "weight": weight,
        }

    def _vectors(
        self, columns: Columns, order: Ints
    ) -> tuple[NDArray[np.uint16], NDArray[np.int16]]:
        """Weigh all texts, each into the place its row has in the end."""
        term = np.empty((columns.n_rows, SLOTS), dtype=np.uint16)
        weight = np.empty((columns.n_rows, SLOTS), dtype=np.int16)
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        start = 0
        for batch in columns.texts:
            rows = place[start : start + len(batch)]
            term[rows], weight[rows] = self._vectoriser.vectors(batch)
            start += len(batch)
        return term, weight


def _codebook(found: Gathered, text: TextModel) -> tuple[Codebook, dict[str, Ints]]:
    """Number everything in its order; also return the new number of each number given on arrival."""
    leaves, leaf = _sorted(found.leaves, leaf_row)
    requirements, requirement = _sorted(found.requirements, str)
    occupations, occupation = _sorted(found.occupations, str)
    industries, industry = _sorted(found.industries, str)
    of_code = [middle_group(code) for code in occupations.values]
    groups = Numbering(sorted({group for group in of_code if group is not None}))
    required = found.postings.held.rows
    listed, unlisted = listed_certificates(required, Counter(found.graduates.held.rows))
    book = Codebook(
        leaves=leaves,
        requirements=requirements,
        occupations=occupations,
        occupation_groups=groups,
        industries=industries,
        certificates=Numbering(listed),
        unlisted_certificates=unlisted,
        text=text,
    )
    maps = {
        "leaf": leaf,
        "requirement": requirement,
        "occupation": occupation,
        "industry": industry,
        "group": _with_none([groups.find(group) for group in of_code]),
    }
    return book, maps


def _sorted(given: Numbering[T], key: Callable[[T], Any]) -> tuple[Numbering[T], Ints]:
    """Number values by their order, and map the numbers given on arrival; the last entry maps -1 to -1."""
    order = sorted(range(len(given)), key=lambda number: key(given[number]))
    new = np.empty(len(order), dtype=np.int64)
    new[order] = np.arange(len(order))
    return Numbering([given[number] for number in order]), _with_none(new.tolist())


def _with_none(numbers: Sequence[int]) -> Ints:
    """Add an entry at the end, so that -1 (not stated) finds -1."""
    return np.asarray([*numbers, -1], dtype=np.int64)


def _typed(
    table: type[GraduateTable] | type[PostingTable], found: dict[str, Any]
) -> dict[str, NDArray[Any]]:
    """Bring columns into the types and the memory order of a table."""
    return {
        name: np.ascontiguousarray(found[name], dtype=kind)
        for name, (kind, _) in table.COLUMNS.items()
    }
