"""Which wishes are refused (不要销售, 保险免谈, 除了北京), and what 只 and 不出 say about a place.

Works clause by clause; 、 and 或 join what one refusal covers, a comma ends it.
"""

from collections.abc import Iterator
from dataclasses import replace

from matcher.vocabulary.intents.pieces import Piece
from matcher.vocabulary.intents.scanning import BREAK, FILLER, UNREAD, Scan
from matcher.vocabulary.intents.words import WISHES

_UNLESS = frozenset({"非", "不是"})
"""非银川不去: with a refusal behind, the opposite of a refusal."""
_WANTS = ("想", "要", "希望", "打算", "只要", "期望", "愿意")
_NEAR = 4
"""Pieces between 非 and what it is said of."""
_GRAMMAR = frozenset({"negation", "refusal", "except", "except_end", "but", "only", "stay"})


def clauses(pieces: list[Piece]) -> Iterator[list[Piece]]:
    """Yield the pieces of each clause with the break that ends it."""
    clause: list[Piece] = []
    for piece in pieces:
        clause.append(piece)
        if piece.kind == BREAK:
            yield clause
            clause = []
    if clause:
        yield clause


def with_signs(scan: Scan) -> list[Piece]:
    """Return the pieces with refused wishes marked; grammar words that ruled nothing are leftovers."""
    text = scan.folded.text
    return [piece for clause in clauses(scan.pieces) for piece in _Clause(clause, text).read()]


class _Clause:
    """One clause while its signs are set."""

    def __init__(self, pieces: list[Piece], text: str) -> None:
        self._pieces = list(pieces)
        self._text = text
        self._negative = False
        self._refused_some = False
        self._excepting = False
        self._unless = False
        self._only: Piece | None = None
        self._wishes_at = [i for i, piece in enumerate(pieces) if piece.kind in WISHES]
        self._last_closing = max((i for i, p in enumerate(pieces) if _closes(p)), default=-1)
        self._signed = 0

    def read(self) -> list[Piece]:
        """Return the pieces with their signs."""
        for i, piece in enumerate(self._pieces):
            if piece.kind in WISHES:
                self._wish(i, piece)
            elif piece.kind in _GRAMMAR:
                self._grammar(i, piece)
            elif piece.kind == FILLER and self._turns_round(piece):
                self._negative = False
        return self._pieces

    def _words(self, piece: Piece) -> str:
        return self._text[piece.start : piece.end]

    def _turns_round(self, piece: Piece) -> bool:
        """Whether 想 or 要 behind a refused wish begins what is wanted (不想做老师想当编辑)."""
        return self._refused_some and self._words(piece).startswith(_WANTS)

    def _wish(self, i: int, piece: Piece) -> None:
        if self._negative:
            self._pieces[i] = piece.refused()
            self._refused_some = True
        elif self._only is not None:
            self._pieces[i] = replace(piece, also=piece.also | {self._only.kind})
            self._only = None

    def _grammar(self, i: int, piece: Piece) -> None:
        if piece.kind in {"only", "stay"}:
            self._only = piece
            self._negative = False
        elif piece.kind == "but":
            self._negative = False
        elif piece.kind == "except":
            self._negative = self._excepting = True
        elif piece.kind == "except_end":
            self._except_end(i, piece)
        else:
            self._refusal(i, piece)

    def _except_end(self, i: int, piece: Piece) -> None:
        if self._excepting:
            self._negative = self._excepting = False
        else:
            self._pieces[i] = replace(piece, kind=FILLER)

    def _refusal(self, i: int, piece: Piece) -> None:
        """Read 不要 as opening or closing what is refused."""
        before = self._signed < len(self._wishes_at) and self._wishes_at[self._signed] < i
        after = bool(self._wishes_at) and self._wishes_at[-1] > i
        opens = piece.kind == "negation"
        closes = _closes(piece)
        if self._unless and closes:
            self._unless = False
        elif opens and self._words(piece) in _UNLESS and self._is_closed_later(i):
            self._unless = True
            self._only = Piece(piece.start, piece.end, "only")
        elif opens and after:
            self._negative = True
        elif closes and before:
            self._refuse_before(i)
        else:
            self._pieces[i] = replace(piece, kind=UNREAD)

    def _is_closed_later(self, i: int) -> bool:
        """Whether a wish and then a refusal follow (非银川不去)."""
        wish = next((j for j in self._wishes_at[self._signed :] if j > i), len(self._pieces))
        between = self._pieces[i + 1 : wish] if wish - i <= _NEAR else [self._pieces[i]]
        return wish < self._last_closing and not any(p.kind in _GRAMMAR for p in between)

    def _refuse_before(self, i: int) -> None:
        """Refuse the wishes of this clause so far, up to the last ones a refusal ruled."""
        for j in self._wishes_at[self._signed :]:
            if j > i:
                break
            self._pieces[j] = self._pieces[j].refused()
            self._signed += 1


def _closes(piece: Piece) -> bool:
    """Whether a word refuses what stands before it."""
    return piece.kind == "refusal" or "refusal" in piece.also
