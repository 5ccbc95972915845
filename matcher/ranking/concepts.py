"""Concepts (近义职业): the occupations nearest to a text, as further terms of its vector.

Two texts that share no word can be near the same occupation: 会计 and 财务核算员. Concepts are numbered after the
terms of the vocabulary and weigh half of a vector, so that kernels, bounds and explanations know no difference.
They need the extra `concepts`. Whether a drive revision has them is part of its text model: ranking a snapshot takes
the vectors that are stored in it and needs no extra, weighing new texts needs the very edition of the model.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matcher.ranking.concept_reading import (
    CONCEPT_SLOTS,
    SHARED_LENGTH,
    Features,
    beginning,
    edition,
    is_installed,
    occupation_names,
    reader_of,
)

__all__ = [
    "CONCEPT_SLOTS",
    "SHARED_LENGTH",
    "Concepts",
    "FeatureMemory",
    "as_far_as_told",
    "can_tell",
    "installed_concepts",
]

Keys = NDArray[np.uint64]
KEY_BYTES = 8
"""Of a hash of a text; among twelve million texts two share one with a probability of four in a million."""


class FeatureMemory(Protocol):
    """Remembers features by text, so that a snapshot made again embeds what is new alone."""

    def recall(self, keys: Keys) -> tuple[NDArray[np.bool_], Features]:
        """Return which keys are known, and the features of those."""

    def keep(self, keys: Keys, features: Features) -> None:
        """Remember features."""


@dataclass(frozen=True, slots=True)
class Concepts:
    """The occupations a text model holds texts against.

    Parameters
    ----------
    edition : see `concept_reading.edition`
    codes, names : of the occupations, in the order of their numbers
    """

    edition: str
    codes: tuple[str, ...]
    names: tuple[str, ...]

    def __len__(self) -> int:
        """Count the occupations."""
        return len(self.codes)

    def __iter__(self) -> Iterator[str]:
        """Yield the names."""
        return iter(self.names)

    def features_of(self, folded: str) -> tuple[NDArray[np.int64], NDArray[np.int16]]:
        """Return numbers (ascending) and weights of the occupations nearest to one folded text."""
        text = beginning(folded)
        if not text:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int16)
        features = reader_of(self.edition).read_one(text)
        weights = features[CONCEPT_SLOTS:]
        kept = weights > 0
        return features[:CONCEPT_SLOTS][kept].astype(np.int64), weights[kept]

    def features(self, folded: Sequence[str], memory: FeatureMemory | None = None) -> Features:
        """Return the features of many folded texts, taking what is remembered from there."""
        if memory is None:
            return reader_of(self.edition).read(folded)
        keys = text_keys(folded)
        known, remembered = memory.recall(keys)
        features = np.zeros((len(folded), 2 * CONCEPT_SLOTS), dtype=np.int16)
        features[known] = remembered
        if not known.all():
            unknown = np.flatnonzero(~known).tolist()
            features[unknown] = reader_of(self.edition).read([folded[row] for row in unknown])
        memory.keep(keys, features)
        return features

    def to_dict(self) -> dict[str, object]:
        """Return plain values for the manifest; `concepts_from` reads them back."""
        return {"edition": self.edition, "codes": list(self.codes), "names": list(self.names)}


class UntoldConcepts(Concepts):
    """Concepts of an edition this machine does not have: they keep their numbers, and no text is near any."""

    __slots__ = ()

    def features_of(self, folded: str) -> tuple[NDArray[np.int64], NDArray[np.int16]]:
        """Return nothing."""
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int16)

    def features(self, folded: Sequence[str], memory: FeatureMemory | None = None) -> Features:
        """Return weights of 0."""
        return np.zeros((len(folded), 2 * CONCEPT_SLOTS), dtype=np.int16)


def can_tell(concepts: Concepts | None) -> bool:
    """Say whether this machine can weigh new texts as these concepts do."""
    if concepts is None:
        return True
    installed = installed_concepts()
    return installed is not None and installed.edition == concepts.edition


def as_far_as_told(concepts: Concepts | None) -> Concepts | None:
    """Return concepts, or in place of those this machine cannot tell ones that no text is near."""
    if concepts is None or can_tell(concepts):
        return concepts
    return UntoldConcepts(concepts.edition, concepts.codes, concepts.names)


def concepts_from(values: dict[str, object] | None) -> Concepts | None:
    """Read what `Concepts.to_dict` wrote; None where a snapshot has none."""
    if values is None:
        return None
    codes, names = values["codes"], values["names"]
    if not isinstance(codes, list) or not isinstance(names, list):
        raise TypeError("concepts")
    return Concepts(str(values["edition"]), tuple(codes), tuple(names))


def installed_concepts() -> Concepts | None:
    """Return the concepts of this machine; None without the extra."""
    if not is_installed():
        return None
    named = occupation_names()
    return Concepts(edition(), tuple(code for code, _ in named), tuple(name for _, name in named))


def text_keys(folded: Sequence[str]) -> Keys:
    """Hash the part of every text that is embedded."""
    digests = (
        hashlib.blake2b(beginning(text).encode(errors="surrogatepass"), digest_size=KEY_BYTES)
        for text in folded
    )
    joined = b"".join(digest.digest() for digest in digests)
    return np.frombuffer(joined, dtype="<u8")
