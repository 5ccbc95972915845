"""Text similarity (文本相近): character 1-2-gram TF-IDF as sparse integer vectors.

Everything after counting is integer arithmetic or a single correctly rounded operation, so a score
does not depend on library, processor, thread or order. Word segmentation is not used: it lowers the
quality on short Chinese titles (matching.md §3.2). The counting is our own rather than
scikit-learn's because ties at the vocabulary's limit must not depend on the order of rows; a test
holds the weights against scikit-learn's.

Two weights were chosen on labelled job titles (the tuning half, see `tests/matcher/ranking/titles`):
a pair says little beside its two characters, and the beginning of a title is what is worked with
(船务人员 are not 财务人员). Both gain on every split looked at, and neither has a sharp best value.

With the extra `concepts` the last slots of a text hold the occupations nearest to it (`concepts`).
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matcher.ranking.concepts import CONCEPT_SLOTS, SHARED_LENGTH, Concepts

SLOTS = 32
"""Heaviest terms kept per text: with their weights, two cache lines."""

NORM = 1024
"""Length of every vector; a dot product of two is the cosine times 2**20."""

DOT_BITS = 20
FIXED = 1024
"""Fixed-point unit of the logarithms, so that rounding happens once, far from any tie."""

MIN_TEXTS = 2
"""A term of one text alone can match nobody, so it would only waste slots."""

ONCE, AT_BEGINNING = 10, 13
"""What one occurrence counts, in tenths: a term that begins a run of characters counts more."""

PAIR_SHARE = 0.7
"""Weight of a pair of characters beside that of a single one."""

_RUN = re.compile(r"[一-鿿㐀-䶿]+|[a-z0-9+#]+")


def terms_of(text: str) -> list[str]:
    """Cut a text into terms: single characters and pairs of Chinese runs, whole Latin words.

    Full-width forms and case are folded; punctuation ends a run. 'C++' and 'C#' stay words.
    """
    return [term for run in _RUN.findall(fold(text)) for term in _terms_of_run(run)]


def fold(text: str) -> str:
    """Fold width (全角、半角) and case."""
    return unicodedata.normalize("NFKC", text).lower()


def is_pair(term: str) -> bool:
    """Whether a term is a pair of Chinese characters."""
    return len(term) > 1 and term[0] > "z"


def _terms_of_run(run: str) -> list[str]:
    if run[0] <= "z":
        return [run]
    return [*run, *(run[at : at + 2] for at in range(len(run) - 1))]


def tenths_of(text: str) -> Counter[str]:
    """Count the terms of a text in tenths of an occurrence."""
    counts: Counter[str] = Counter()
    for run in _RUN.findall(fold(text)):
        for term in _terms_of_run(run):
            counts[term] += ONCE
        if run[0] > "z":
            for beginning in (run[:1], run[:2])[: len(run)]:
                counts[beginning] += AT_BEGINNING - ONCE
    return counts


@dataclass(frozen=True, slots=True)
class TextModel:
    """Vocabulary and weights, frozen per drive revision.

    Parameters
    ----------
    vocabulary : terms in code-point order; the numbers after the last are those of the concepts,
        and the padding slot has the number after these
    idf : int32, inverse document frequency times 1024 (of a pair, times `PAIR_SHARE`)
    concepts : occupations texts are also held against; None where the extra was not installed
    """

    vocabulary: tuple[str, ...]
    idf: NDArray[np.int32]
    concepts: Concepts | None = None
    _number_of: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the vocabulary."""
        numbers = {term: number for number, term in enumerate(self.vocabulary)}
        object.__setattr__(self, "_number_of", numbers)

    @property
    def padding(self) -> int:
        """Term number of an empty slot; its weight is 0."""
        return len(self.vocabulary) + len(self.concepts or ())

    @property
    def term_slots(self) -> int:
        """Slots for terms cut from the text; the others are those of its concepts."""
        return SLOTS if self.concepts is None else SLOTS - CONCEPT_SLOTS

    @property
    def term_length(self) -> int:
        """Length of the part of a vector that the terms make up."""
        return NORM if self.concepts is None else SHARED_LENGTH

    def vector(self, text: str) -> tuple[NDArray[np.uint16], NDArray[np.int16]]:
        """Term numbers (ascending, then padding) and weights of one text, 32 slots each.

        Raises
        ------
        SnapshotError
            The model has concepts, and this machine cannot tell those of a text.
        """
        heavy = self._heaviest_terms(text)
        numbers = np.full(SLOTS, self.padding, dtype=np.uint16)
        weights = np.zeros(SLOTS, dtype=np.int16)
        if heavy:
            length = math.sqrt(sum(weight * weight for _, weight in heavy))
            numbers[: len(heavy)] = [term for term, _ in heavy]
            weights[: len(heavy)] = [
                round(weight * self.term_length / length) for _, weight in heavy
            ]
        if self.concepts is not None:
            near, nearness = self.concepts.features_of(fold(text))
            here = slice(len(heavy), len(heavy) + len(near))
            numbers[here], weights[here] = near + len(self.vocabulary), nearness
        return numbers, weights

    def _heaviest_terms(self, text: str) -> list[tuple[int, int]]:
        """Terms with their weights, by number; equal weights are cut by number, not by place in the text."""
        number_of = self._number_of
        counts = {number_of[t]: n for t, n in tenths_of(text).items() if t in number_of}
        heavy = [(sublinear(n) * int(self.idf[term]), term) for term, n in counts.items()]
        heavy = sorted(heavy, key=lambda pair: (-pair[0], pair[1]))[: self.term_slots]
        return sorted((term, weight) for weight, term in heavy)


def sublinear(tenths: int) -> int:
    """1 + ln(occurrences), fixed-point: the fifth mention says less than the first."""
    return FIXED + round(FIXED * math.log(tenths / ONCE))


def idf_of(term: str, in_texts: int, n_texts: int) -> int:
    """Return the smoothed form, ln((1 + n) / (1 + df)) + 1, fixed-point; a pair's is lowered."""
    idf = math.log((1 + n_texts) / (1 + in_texts)) + 1
    return round(FIXED * (PAIR_SHARE * idf if is_pair(term) else idf))


def fit_text_model(texts: Iterable[str], limit: int, concepts: Concepts | None = None) -> TextModel:
    """Count in how many texts each term occurs and keep the `limit` most frequent terms.

    The order of the texts does not matter.
    """
    n_texts = 0
    frequency: Counter[str] = Counter()
    for text in texts:
        n_texts += 1
        frequency.update(set(terms_of(text)))
    frequent = [(-df, term) for term, df in frequency.items() if df >= MIN_TEXTS]
    kept = sorted((term, -df) for df, term in sorted(frequent)[:limit])
    idf = [idf_of(term, df, n_texts) for term, df in kept]
    terms = tuple(term for term, _ in kept)
    return TextModel(terms, np.asarray(idf, dtype=np.int32), concepts)


def text_points(dots: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Turn dot products into points; rounding of weights can lift a cosine just above 1."""
    points: NDArray[np.int64] = np.minimum(most, dots * most >> DOT_BITS)
    return points
