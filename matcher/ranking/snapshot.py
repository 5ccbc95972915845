"""Snapshots (快照): one drive revision as immutable integer arrays, the only input of a run.

The same facts give the same arrays and the same `content_hash` whatever order they come in: rows
are sorted by place and major (so that the candidates of one query lie close together), codes are
sorted before they are numbered. No names, numbers or texts of people are inside; the vocabulary
holds words that occur in at least two texts.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.ranking.acceptance import AcceptanceTable, ByLeaf, CompileLeaves, compile_acceptance
from matcher.ranking.array_folders import canonical_json
from matcher.ranking.codebook import Codebook, leaf_row
from matcher.ranking.columns import Gathered, gather
from matcher.ranking.concepts import Concepts, FeatureMemory
from matcher.ranking.eligibility import rule_graduates, rule_postings
from matcher.ranking.facts import GraduateFacts, PostingFacts
from matcher.ranking.index import GraduateIndex, PostingIndex
from matcher.ranking.packing import Packer, check_unique, fitted_text
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.rows import RowNumbers
from matcher.ranking.tables import GraduateTable, PostingTable
from matcher.ranking.text import TextModel

FORMAT = 2
"""Raised whenever stored arrays change their meaning, so that old folders are refused.

2: pairs of characters weigh less than single ones, beginnings of runs more, concepts.
"""


@dataclass(slots=True, eq=False)
class Snapshot:
    """One drive revision, ready to rank.

    Rows are positions in the tables; `graduates.id[row]` and `row_of_graduate(id)` translate.
    Nothing may write to the arrays; the live lane works on a copy.
    """

    parameters: DriveParameters
    codebook: Codebook
    acceptance: AcceptanceTable
    graduates: GraduateTable
    postings: PostingTable
    _graduate_index: GraduateIndex | None = field(default=None, repr=False)
    _posting_index: PostingIndex | None = field(default=None, repr=False)
    _row_of: dict[str, RowNumbers] = field(default_factory=dict, repr=False)

    @property
    def graduate_index(self) -> GraduateIndex:
        """Graduates by place and major, built when first asked for."""
        if self._graduate_index is None:
            n_leaves = max(1, self.acceptance.n_leaves)
            self._graduate_index = GraduateIndex.build(self.graduates, n_leaves)
        return self._graduate_index

    @property
    def posting_index(self) -> PostingIndex:
        """Postings by place, built when first asked for."""
        if self._posting_index is None:
            self._posting_index = PostingIndex.build(self.postings)
        return self._posting_index

    def take_indexes(
        self, graduates: GraduateIndex, postings: PostingIndex, by_leaf: ByLeaf
    ) -> None:
        """Use indexes that were built before instead of building them."""
        self._graduate_index, self._posting_index = graduates, postings
        self.acceptance.take_by_leaf(by_leaf)

    def row_of_graduate(self, graduate_id: int) -> int:
        """Row of a graduate; KeyError when it is not in the snapshot."""
        return self._row("graduates", self.graduates.id, graduate_id)

    def row_of_posting(self, posting_id: int) -> int:
        """Row of a posting; KeyError when it is not in the snapshot."""
        return self._row("postings", self.postings.id, posting_id)

    def _row(self, side: str, ids: NDArray[np.int32], wanted: int) -> int:
        """Find a row of one side by its id; the ids are put in order when first asked for."""
        if side not in self._row_of:
            self._row_of[side] = RowNumbers(ids)
        row = self._row_of[side].find(wanted)
        if row is None:
            raise KeyError(wanted)
        return row

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All arrays by file name, in a fixed order."""
        found: dict[str, NDArray[Any]] = {}
        for side, table in (("graduate", self.graduates), ("posting", self.postings)):
            found |= {f"{side}_{name}": column for name, column in table.arrays().items()}
        acceptance = self.acceptance
        found["acceptance_pointer"] = acceptance.pointer
        found["acceptance_leaf"] = acceptance.leaf
        found["acceptance_code"] = acceptance.code
        found["acceptance_how"] = acceptance.how
        found["text_idf"] = self.codebook.text.idf
        return found

    def description(self) -> dict[str, object]:
        """Parameters and codebook as plain values, for the manifest and the hash."""
        book = self.codebook
        concepts = book.text.concepts
        return {
            "format": FORMAT,
            "parameters": self.parameters.to_dict(),
            "codebook": {
                "leaves": [leaf_row(leaf) for leaf in book.leaves.values],
                "requirements": book.requirements.values,
                "acceptance_rules": list(self.acceptance.rules),
                "occupations": book.occupations.values,
                "occupation_groups": book.occupation_groups.values,
                "industries": book.industries.values,
                "certificates": book.certificates.values,
                "unlisted_certificates": sorted(book.unlisted_certificates),
                "vocabulary": list(book.text.vocabulary),
                "concepts": None if concepts is None else concepts.to_dict(),
            },
        }

    def content_hash(self) -> str:
        """SHA-256 over everything a list depends on; names the snapshot and proves a replay."""
        digest = hashlib.sha256(canonical_json(self.description()))
        for name, column in self.arrays().items():
            digest.update(f"{name} {column.dtype.str} {column.shape}\n".encode())
            digest.update(np.ascontiguousarray(column).tobytes())
        return digest.hexdigest()


def build_snapshot(
    graduates: Iterable[GraduateFacts],
    postings: Iterable[PostingFacts],
    parameters: DriveParameters,
    *,
    compile_leaves: CompileLeaves,
    lottery_key: bytes,
    text_model: TextModel | None = None,
    concepts: Concepts | None = None,
    memory: FeatureMemory | None = None,
) -> Snapshot:
    """Pack the facts of a drive, read as they stream by.

    Parameters
    ----------
    text_model : the model of the drive revision; None fits one to the texts at hand
    concepts : occupations a model fitted here holds texts against; None for none
    memory : remembers the concepts of texts seen before

    Raises
    ------
    SnapshotError
        Two rows of a side share an id or entry number, or a packed limit is passed
        (see `limits`).
    """
    return pack(
        gather(graduates, postings),
        parameters,
        compile_leaves=compile_leaves,
        lottery_key=lottery_key,
        text_model=text_model,
        concepts=concepts,
        memory=memory,
    )


def pack(
    found: Gathered,
    parameters: DriveParameters,
    *,
    compile_leaves: CompileLeaves,
    lottery_key: bytes,
    text_model: TextModel | None = None,
    concepts: Concepts | None = None,
    memory: FeatureMemory | None = None,
) -> Snapshot:
    """Make the snapshot of what was gathered; needs no database any more."""
    check_unique(found)
    text = text_model or fitted_text(found, parameters.text_terms, concepts)
    packer = Packer(found, text, memory)
    book = packer.codebook
    people, offers = packer.graduates(lottery_key), packer.postings(lottery_key)
    rule_graduates(people, parameters)
    rule_postings(offers, parameters)
    return Snapshot(
        parameters=parameters,
        codebook=book,
        acceptance=compile_acceptance(
            book.requirements.values, book.leaves.values, compile_leaves, points=parameters.points
        ),
        graduates=people,
        postings=offers,
    )
