"""Texts by the thousand: counting and weighing terms with arrays, to the very numbers `text` gives one by one.

A term becomes one integer: a Chinese character its code point, a pair of them both code points side by side, a Latin
word a number given on arrival. Texts are kept folded, four thousand in a string, because the vocabulary is known only
when the last one has come; cutting them a second time is cheaper than keeping their terms.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matcher.ranking.concepts import CONCEPT_SLOTS, Concepts, FeatureMemory
from matcher.ranking.text import (
    AT_BEGINNING,
    MIN_TEXTS,
    ONCE,
    SLOTS,
    TextModel,
    fold,
    idf_of,
    sublinear,
)

Ints = NDArray[np.int64]
Vectors = tuple[NDArray[np.uint16], NDArray[np.int16]]

_PAIR_SHIFT = 21
"""Code points have 21 bits."""
_WORD = 1 << 2 * _PAIR_SHIFT
"""Codes of Latin words begin here, above every pair."""
_CODE_BITS = 2 * _PAIR_SHIFT + 1
_CODE_MASK = (1 << _CODE_BITS) - 1
_TERM_BITS = 16
_WEIGHT_BITS = 28
_HEAVIEST = (1 << _WEIGHT_BITS) - 1
_PENDING = 2_000_000
"""Entries of frequency tables that wait before they are added up."""


@dataclass(slots=True)
class TermCoder:
    """Gives every term its integer; Latin words are numbered as they come."""

    words: dict[str, int] = field(default_factory=dict)

    def code(self, term: str) -> int:
        """Return the integer of a term."""
        if term[0] <= "z":
            return _WORD | self.words.setdefault(term, len(self.words))
        return ord(term) if len(term) == 1 else ord(term[0]) << _PAIR_SHIFT | ord(term[1])

    def terms(self, codes: Ints) -> Iterator[str]:
        """Yield the terms of codes."""
        of_number = list(self.words)
        for code in codes.tolist():
            if code >= _WORD:
                yield of_number[code ^ _WORD]
            elif code >> _PAIR_SHIFT:
                yield chr(code >> _PAIR_SHIFT) + chr(code & (1 << _PAIR_SHIFT) - 1)
            else:
                yield chr(code)


@dataclass(frozen=True, slots=True)
class TextBatch:
    """Some texts folded and joined, with the length of each."""

    folded: str
    lengths: Ints

    @classmethod
    def of(cls, texts: Iterable[str]) -> "TextBatch":
        """Fold width and case, text by text."""
        folded = [fold(text) for text in texts]
        lengths = np.asarray([len(text) for text in folded], dtype=np.int64)
        return cls("".join(folded), lengths)

    def __len__(self) -> int:
        """Count the texts."""
        return len(self.lengths)

    def texts(self) -> list[str]:
        """Return the folded texts one by one."""
        ends = np.cumsum(self.lengths).tolist()
        starts = [0, *ends[:-1]]
        return [self.folded[start:end] for start, end in zip(starts, ends, strict=False)]

    def counts(self, coder: TermCoder) -> tuple[Ints, Ints, Ints]:
        """Return text, code and tenths of occurrences of every term of every text, by text and code."""
        points = np.frombuffer(self.folded.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        signs = points.astype(np.int64)
        text = np.repeat(np.arange(len(self)), self.lengths)
        chinese = _is_chinese(signs)
        follows = np.zeros(len(signs), dtype=bool)
        follows[1:] = chinese[1:] & chinese[:-1] & (text[1:] == text[:-1])
        second = np.flatnonzero(follows)
        begins = ~follows
        pairs = signs[second - 1] << _PAIR_SHIFT | signs[second]
        word_text, words = self._words(signs, text, coder)
        of_text = np.concatenate([text[chinese], text[second], word_text])
        code = np.concatenate([signs[chinese], pairs, words])
        beginning = np.zeros(len(code), dtype=np.int64)
        beginning[: chinese.sum() + len(second)] = np.concatenate(
            [begins[chinese], begins[second - 1]]
        )
        keys = (of_text << _CODE_BITS | code) << 1 | beginning
        keys.sort()
        tenths = np.where(keys & 1, AT_BEGINNING, ONCE)
        keys >>= 1
        first = np.flatnonzero(np.diff(keys, prepend=-1))
        summed = np.add.reduceat(tenths, first) if len(first) else tenths
        return keys[first] >> _CODE_BITS, keys[first] & _CODE_MASK, summed

    def _words(self, signs: Ints, text: Ints, coder: TermCoder) -> tuple[Ints, Ints]:
        """Return text and code of every Latin word."""
        latin = _is_latin(signs)
        follows = np.zeros(len(latin), dtype=bool)
        follows[1:] = latin[1:] & latin[:-1] & (text[1:] == text[:-1])
        starts = np.flatnonzero(latin & ~follows)
        ends = np.append(~follows[1:], True)
        stops = np.flatnonzero(latin & ends) + 1
        spans = zip(starts.tolist(), stops.tolist(), strict=True)
        codes = [coder.code(self.folded[start:stop]) for start, stop in spans]
        return text[starts], np.asarray(codes, dtype=np.int64)


def _is_chinese(signs: Ints) -> NDArray[np.bool_]:
    """Which signs are those of `text`'s Chinese runs."""
    common = (signs >= ord("一")) & (signs <= ord("鿿"))
    rare: NDArray[np.bool_] = (signs >= ord("㐀")) & (signs <= ord("䶿"))
    return common | rare


def _is_latin(signs: Ints) -> NDArray[np.bool_]:
    """Which signs are those of `text`'s words."""
    letters = (signs >= ord("a")) & (signs <= ord("z"))
    digits = (signs >= ord("0")) & (signs <= ord("9"))
    others: NDArray[np.bool_] = (signs == ord("+")) | (signs == ord("#"))
    return letters | digits | others


@dataclass(slots=True)
class TextFrequencies:
    """In how many texts each term occurs; batches come in any order and size."""

    n_texts: int = 0
    _tables: list[tuple[Ints, Ints]] = field(default_factory=list)
    _waiting: int = 0

    def add(self, batch: TextBatch, coder: TermCoder) -> None:
        """Count the texts of a batch."""
        _, code, _ = batch.counts(coder)
        codes, texts = np.unique(code, return_counts=True)
        self.n_texts += len(batch)
        self._tables.append((codes, texts.astype(np.int64)))
        self._waiting += len(codes)
        if self._waiting > _PENDING:
            self._tables = [self._added_up()]
            self._waiting = 0

    def _added_up(self) -> tuple[Ints, Ints]:
        empty = np.zeros(0, dtype=np.int64)
        code = np.concatenate([empty, *(codes for codes, _ in self._tables)])
        texts = np.concatenate([empty, *(texts for _, texts in self._tables)])
        codes, at = np.unique(code, return_inverse=True)
        added = np.zeros(len(codes), dtype=np.int64)
        np.add.at(added, at, texts)
        return codes, added

    def model(self, limit: int, coder: TermCoder, concepts: Concepts | None = None) -> TextModel:
        """Keep the `limit` most frequent terms, as `text.fit_text_model` does."""
        codes, texts = self._added_up()
        often = texts >= MIN_TEXTS
        terms = zip((-texts[often]).tolist(), coder.terms(codes[often]), strict=True)
        kept = sorted((term, -df) for df, term in sorted(terms)[:limit])
        n_texts = self.n_texts
        idf = [idf_of(term, df, n_texts) for term, df in kept]
        vocabulary = tuple(term for term, _ in kept)
        return TextModel(vocabulary, np.asarray(idf, dtype=np.int32), concepts)


class Vectoriser:
    """Turns batches into the vectors `TextModel.vector` gives.

    Parameters
    ----------
    memory : remembers the concepts of texts seen before
    """

    def __init__(
        self, model: TextModel, coder: TermCoder, memory: FeatureMemory | None = None
    ) -> None:
        self._coder = coder
        self._model = model
        self._memory = memory
        self._idf = model.idf.astype(np.int64)
        codes = np.asarray([coder.code(term) for term in model.vocabulary], dtype=np.int64)
        self._number = np.argsort(codes)
        self._codes = codes[self._number]

    def vectors(self, batch: TextBatch) -> Vectors:
        """Return term numbers and weights of every text, 32 slots each."""
        numbers = np.full((len(batch), SLOTS), self._model.padding, dtype=np.uint16)
        weights = np.zeros((len(batch), SLOTS), dtype=np.int16)
        text, term, weight = self._heaviest(batch)
        if len(text):
            order = np.argsort(text << _TERM_BITS | term)
            text, term, weight = text[order], term[order], weight[order]
            slot, starts = _places_in_text(text)
            squares = np.add.reduceat(weight * weight, starts)
            lengths = np.sqrt(squares.astype(np.float64))
            each = np.repeat(lengths, np.diff(starts, append=len(text)))
            numbers[text, slot] = term
            weights[text, slot] = np.rint(weight * self._model.term_length / each)
        if self._model.concepts is not None:
            self._add_concepts(self._model.concepts, batch, numbers, weights)
        return numbers, weights

    def _add_concepts(
        self,
        concepts: Concepts,
        batch: TextBatch,
        numbers: NDArray[np.uint16],
        weights: NDArray[np.int16],
    ) -> None:
        """Fill the last slots of every text with its concepts, then bring the empty ones to the end."""
        features = concepts.features(batch.texts(), self._memory)
        near, nearness = features[:, :CONCEPT_SLOTS], features[:, CONCEPT_SLOTS:]
        first = len(self._model.vocabulary)
        numbers[:, -CONCEPT_SLOTS:] = np.where(
            nearness > 0, near.astype(np.int64) + first, self._model.padding
        )
        weights[:, -CONCEPT_SLOTS:] = nearness
        order = np.argsort(numbers, axis=1, kind="stable")
        numbers[:] = np.take_along_axis(numbers, order, axis=1)
        weights[:] = np.take_along_axis(weights, order, axis=1)

    def _heaviest(self, batch: TextBatch) -> tuple[Ints, Ints, Ints]:
        """Return text, term and weight of the terms that fit the slots; equal weights by term number."""
        text, code, tenths = batch.counts(self._coder)
        at = np.searchsorted(self._codes, code)
        known = np.zeros(len(code), dtype=bool)
        inside = at < len(self._codes)
        known[inside] = self._codes[at[inside]] == code[inside]
        term = self._number[at[known]]
        tf = _sublinear_table(int(tenths.max(initial=0)))[tenths[known]]
        weight = tf * self._idf[term]
        keys = text[known] << _WEIGHT_BITS + _TERM_BITS | (_HEAVIEST - weight) << _TERM_BITS | term
        keys.sort()
        of_text = keys >> _WEIGHT_BITS + _TERM_BITS
        place, _ = _places_in_text(of_text)
        kept = keys[place < self._model.term_slots]
        return (
            of_text[place < self._model.term_slots],
            kept & (1 << _TERM_BITS) - 1,
            _HEAVIEST - (kept >> _TERM_BITS & _HEAVIEST),
        )


def _places_in_text(text: Ints) -> tuple[Ints, Ints]:
    """Number the entries within their text, from ascending text numbers; also say where each begins."""
    starts = np.flatnonzero(np.diff(text, prepend=-1))
    lengths = np.diff(starts, append=len(text))
    return np.arange(len(text)) - np.repeat(starts, lengths), starts


def _sublinear_table(most: int) -> Ints:
    """`text.sublinear` of every count of tenths up to `most`; nothing occurs less than once."""
    counts = (sublinear(n) for n in range(ONCE, most + 1))
    return np.asarray([*[0] * ONCE, *counts], dtype=np.int64)
