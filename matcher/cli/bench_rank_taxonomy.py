"""The made-up world of `yangguang bench rank`: majors, places, occupations and words, in the sizes of the real ones.

Sizes after matching.md §1.6: 850 undergraduate and 750 vocational majors in 190 classes and 31 groups, 31 provinces
and 340 cities, occupations in middle groups, 97 industries, 64 certificates. Texts are put together from phrases of
made-up words, so that the vocabulary has the size real texts give it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.kinds import MajorLevel
from matcher.ranking.places import MUNICIPALITIES
from matcher.ranking.text import TextModel
from matcher.ranking.text_batches import TermCoder, TextBatch, TextFrequencies, Vectoriser
from matcher.vocabulary.majors import MajorRef

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

N_BACHELOR, N_COLLEGE = 850, 750
N_LEAVES = N_BACHELOR + N_COLLEGE
N_BACHELOR_CLASSES, N_CLASSES = 93, 190
N_BACHELOR_GROUPS, N_GROUPS = 12, 31
N_OCCUPATIONS, N_OCCUPATION_GROUPS, N_INDUSTRIES, N_CERTIFICATES = 600, 79, 97, 64
NEAR = 8
"""Occupations a class of majors leads to."""
_CITIES = 340
_PROVINCES = [*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55)]
_PROVINCES += range(61, 66)
_SIGNS, _PHRASES, _SKILLS = 3_000, 9_000, 24
_FIRST_SIGN = 0x4E00
_SEED = 7
"""The world is the same for every market; a market's own seed draws its rows."""


def unequal(n: int, s: float, rng: np.random.Generator) -> Floats:
    """Return shares after Zipf in random order."""
    shares = 1.0 / np.arange(1, n + 1) ** s
    return rng.permutation(shares / shares.sum())


def pick(shares: Floats, n: int, rng: np.random.Generator) -> Ints:
    """Draw n numbers with the given shares."""
    drawn = np.searchsorted(np.cumsum(shares) / shares.sum(), rng.random(n), side="right")
    found: Ints = np.minimum(drawn, len(shares) - 1)
    return found


@dataclass(frozen=True, slots=True)
class World:
    """What rows are drawn from."""

    leaves: list[MajorRef]
    class_of_leaf: Ints
    group_of_class: Ints
    near: Ints
    """Occupations by class, the likeliest first."""
    group_of_occupation: Ints
    city: NDArray[np.int32]
    share_of_leaf: tuple[Floats, Floats]
    share_of_city: Floats
    share_of_occupation: Floats
    share_of_industry: Floats
    share_of_certificate: Floats


def make_world() -> World:
    """Make the world."""
    rng = np.random.default_rng(_SEED)
    classes = np.concatenate(
        [
            _spread(N_BACHELOR, 0, N_BACHELOR_CLASSES, rng),
            _spread(N_COLLEGE, N_BACHELOR_CLASSES, N_CLASSES, rng),
        ]
    )
    groups = np.concatenate(
        [
            _spread(N_BACHELOR_CLASSES, 0, N_BACHELOR_GROUPS, rng),
            _spread(N_CLASSES - N_BACHELOR_CLASSES, N_BACHELOR_GROUPS, N_GROUPS, rng),
        ]
    )
    near = [rng.choice(N_OCCUPATIONS, NEAR, replace=False) for _ in range(N_CLASSES)]
    return World(
        leaves=[_leaf(number, int(classes[number]), groups) for number in range(N_LEAVES)],
        class_of_leaf=classes,
        group_of_class=groups,
        near=np.stack(near),
        group_of_occupation=np.sort(rng.integers(0, N_OCCUPATION_GROUPS, N_OCCUPATIONS)),
        city=_cities(),
        share_of_leaf=(unequal(N_BACHELOR, 0.9, rng), unequal(N_COLLEGE, 0.9, rng)),
        share_of_city=unequal(_CITIES, 0.95, rng),
        share_of_occupation=unequal(N_OCCUPATIONS, 0.8, rng),
        share_of_industry=unequal(N_INDUSTRIES, 0.8, rng),
        share_of_certificate=unequal(N_CERTIFICATES, 1.1, rng),
    )


def _spread(n: int, low: int, high: int, rng: np.random.Generator) -> Ints:
    """Give n things ascending numbers in [low, high), every number at least once."""
    return np.sort(np.concatenate([np.arange(low, high), rng.integers(low, high, n - high + low)]))


def _leaf(number: int, class_: int, groups: Ints) -> MajorRef:
    level = MajorLevel.BACHELOR if number < N_BACHELOR else MajorLevel.COLLEGE
    codes = f"c{class_:03d}", f"g{int(groups[class_]):02d}"
    return MajorRef(level, "made_up", f"{number:05d}", f"专业{number}", codes[0], "", codes[1], "")


def _cities() -> NDArray[np.int32]:
    """Return city keys: one for a municipality, about equally many for every other province."""
    plain = [number for number in _PROVINCES if number not in MUNICIPALITIES]
    left = _CITIES - len(MUNICIPALITIES)
    keys = [number * 10_000 for number in sorted(MUNICIPALITIES)]
    keys += [plain[at % len(plain)] * 10_000 + (at // len(plain) + 1) * 100 for at in range(left)]
    return np.sort(np.asarray(keys, dtype=np.int32))


@dataclass(frozen=True, slots=True)
class TextPool:
    """Texts by occupation with their vectors; rows share them, as advertisements share sentences.

    Parameters
    ----------
    each : texts an occupation has; those of postings are the second half
    """

    texts: list[str]
    each: int
    model: TextModel
    term: NDArray[np.uint16]
    weight: NDArray[np.int16]

    def draw(self, occupation: Ints, rng: np.random.Generator, *, of_postings: bool) -> Ints:
        """Return numbers of texts for rows of the given occupations."""
        half = self.each // 2
        chosen = rng.integers(0, half, len(occupation)) + (half if of_postings else 0)
        return occupation * self.each + chosen


def make_texts(n_texts: int, limit: int, seed: int) -> TextPool:
    """Write about so many texts and weigh them as the product does."""
    rng = np.random.default_rng([_SEED, seed])
    phrases = _phrases()
    skills = np.random.default_rng(_SEED).integers(0, _PHRASES, (N_OCCUPATIONS, _SKILLS))
    each = max(2, n_texts // N_OCCUPATIONS) // 2 * 2
    texts = []
    for occupation in range(N_OCCUPATIONS):
        own = skills[occupation][rng.integers(0, _SKILLS, (each, 5))]
        others = rng.integers(0, _PHRASES, (each, 2))
        for numbers in np.concatenate([own, others], axis=1).tolist():
            words = [phrases[number] for number in numbers]
            texts.append(
                f"{words[0]}{words[1]}，{words[2]}{words[3]}、{words[4]}，{words[5]}、{words[6]}"
            )
    coder, frequencies = TermCoder(), TextFrequencies()
    batches = [TextBatch.of(texts[at : at + 4096]) for at in range(0, len(texts), 4096)]
    for batch in batches:
        frequencies.add(batch, coder)
    model = frequencies.model(limit, coder)
    vectors = [Vectoriser(model, coder).vectors(batch) for batch in batches]
    return TextPool(
        texts,
        each,
        model,
        np.concatenate([terms for terms, _ in vectors]),
        np.concatenate([weights for _, weights in vectors]),
    )


def _phrases() -> list[str]:
    """Return made-up words of three to six characters, frequent characters more often."""
    rng = np.random.default_rng(_SEED)
    signs = pick(unequal(_SIGNS, 0.8, rng), _PHRASES * 6, rng).reshape(_PHRASES, 6)
    lengths = rng.integers(3, 7, _PHRASES)
    return [
        "".join(chr(_FIRST_SIGN + sign) for sign in row[:length])
        for row, length in zip(signs.tolist(), lengths.tolist(), strict=True)
    ]
