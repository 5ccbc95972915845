"""Text similarity (文本相近): character 1-2-gram TF-IDF as sparse integer vectors.

Everything after counting is integer arithmetic or a single correctly rounded operation, so a score
does not depend on library, processor, thread or order. Word segmentation is not used: it lowers the
quality on short Chinese titles (matching.md §3.2). The counting is our own rather than
scikit-learn's because ties at the vocabulary's limit must not depend on the order of rows; a test
holds the weights against scikit-learn's.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

SLOTS = 32
"""Heaviest terms kept per text: with their weights, two cache lines."""

NORM = 1024
"""Length of every vector; a dot product of two is the cosine times 2**20."""

DOT_BITS = 20
FIXED = 1024
"""Fixed-point unit of the logarithms, so that rounding happens once, far from any tie."""

MIN_TEXTS = 2
"""A term of one text alone can match nobody, so it would only waste slots."""

_RUN = re.compile(r"[一-鿿㐀-䶿]+|[a-z0-9+#]+")


def terms_of(text: str) -> list[str]:
    """Cut a text into terms: single characters and pairs of Chinese runs, whole Latin words.

    Full-width forms and case are folded; punctuation ends a run. 'C++' and 'C#' stay words.
    """
    terms: list[str] = []
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        if run[0] <= "z":
            terms.append(run)
        else:
            terms.extend(run)
            terms.extend(run[at : at + 2] for at in range(len(run) - 1))
    return terms


@dataclass(frozen=True, slots=True)
class TextModel:
    """Vocabulary and weights, frozen per drive revision.

    Parameters
    ----------
    vocabulary : terms in code-point order; the padding slot has the number after the last
    idf : int32, inverse document frequency times 1024
    """

    vocabulary: tuple[str, ...]
    idf: NDArray[np.int32]
    _number_of: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the vocabulary."""
        numbers = {term: number for number, term in enumerate(self.vocabulary)}
        object.__setattr__(self, "_number_of", numbers)

    @property
    def padding(self) -> int:
        """Term number of an empty slot; its weight is 0."""
        return len(self.vocabulary)

    def vector(self, text: str) -> tuple[NDArray[np.uint16], NDArray[np.int16]]:
        """Term numbers (ascending, then padding) and weights of one text, 32 slots each."""
        numbers = np.full(SLOTS, self.padding, dtype=np.uint16)
        weights = np.zeros(SLOTS, dtype=np.int16)
        number_of = self._number_of
        counts = Counter(number_of[term] for term in terms_of(text) if term in number_of)
        if not counts:
            return numbers, weights
        heavy = [(sublinear(n) * int(self.idf[term]), term) for term, n in counts.items()]
        # Equal weights are cut by term number, so the cut does not depend on the text's order.
        heavy = sorted(heavy, key=lambda pair: (-pair[0], pair[1]))[:SLOTS]
        heavy.sort(key=lambda pair: pair[1])
        length = math.sqrt(sum(weight * weight for weight, _ in heavy))
        numbers[: len(heavy)] = [term for _, term in heavy]
        weights[: len(heavy)] = [round(weight * NORM / length) for weight, _ in heavy]
        return numbers, weights


def sublinear(count: int) -> int:
    """1 + ln(count), fixed-point: the fifth mention says less than the first."""
    return FIXED + round(FIXED * math.log(count))


def fit_text_model(texts: Iterable[str], limit: int) -> TextModel:
    """Count in how many texts each term occurs and keep the `limit` most frequent terms.

    The order of the texts does not matter. idf is the smoothed form, ln((1 + n) / (1 + df)) + 1.
    """
    n_texts = 0
    frequency: Counter[str] = Counter()
    for text in texts:
        n_texts += 1
        frequency.update(set(terms_of(text)))
    frequent = [(-df, term) for term, df in frequency.items() if df >= MIN_TEXTS]
    kept = sorted((term, -df) for df, term in sorted(frequent)[:limit])
    idf = [round(FIXED * (math.log((1 + n_texts) / (1 + df)) + 1)) for _, df in kept]
    return TextModel(tuple(term for term, _ in kept), np.asarray(idf, dtype=np.int32))


def text_points(dots: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Turn dot products into points; rounding of weights can lift a cosine just above 1."""
    points: NDArray[np.int64] = np.minimum(most, dots * most >> DOT_BITS)
    return points
