"""The whole text in spans, each saying what it became, and the words no field holds."""

from collections.abc import Iterator
from dataclasses import dataclass

from matcher.vocabulary.intents.pieces import Folded, Piece
from matcher.vocabulary.intents.readings import Span
from matcher.vocabulary.intents.scanning import BREAK, JOINT, UNREAD
from matcher.vocabulary.intents.words import AREA, INDUSTRY, INDUSTRY_PART, PLACE, WISHES

_SPAN_OF = {
    AREA: PLACE,
    INDUSTRY_PART: INDUSTRY,
    BREAK: "separator",
    JOINT: "separator",
    "home": PLACE,
    "free_pay": "pay",
    "negation": "exclusion",
    "refusal": "exclusion",
    "except": "exclusion",
    "except_end": "exclusion",
    "but": "filler",
    "only": "mobility",
    "stay": "mobility",
    "unlimited": "filler",
    "preference": "filler",
}
_KEPT = frozenset({"kept", UNREAD})


@dataclass(frozen=True)
class Painted:
    """Spans that cover the text, and the kept words in order."""

    spans: tuple[Span, ...]
    kept: tuple[str, ...]


def paint(folded: Folded, pieces: list[Piece], asked: set[int]) -> Painted:
    """Return the spans of the pieces; `asked` are the starts of pieces a person must choose about."""
    spans = tuple(_covering(folded, [(p, _kind(p, asked)) for p in pieces]))
    kept = [span.text.strip() for span in spans if span.kind in _KEPT]
    return Painted(spans, tuple(dict.fromkeys(filter(None, kept))))


def _kind(piece: Piece, asked: set[int]) -> str:
    """Return the kind a piece is shown as."""
    if piece.negative and piece.kind in WISHES:
        return "exclusion"
    if piece.start in asked:
        return "to_confirm"
    return _SPAN_OF.get(piece.kind, piece.kind)


def _covering(folded: Folded, kinds: list[tuple[Piece, str]]) -> Iterator[Span]:
    """Yield spans in raw places: gaps (invisible characters) go with what stands before them."""
    raw, at = folded.raw, 0
    starts = [(folded.at[piece.start], kind) for piece, kind in kinds if piece.start < piece.end]
    merged: list[tuple[int, str]] = []
    for start, kind in starts:
        if not merged or merged[-1][1] != kind or kind not in {"separator", "filler", UNREAD}:
            merged.append((start, kind))
    for i, (start, kind) in enumerate(merged):
        end = merged[i + 1][0] if i + 1 < len(merged) else folded.at[-1] + 1
        begin = start if i else 0
        if begin < end:
            yield Span(begin, end, kind, raw[begin:end])
            at = end
    if at < len(raw):
        yield Span(at, len(raw), UNREAD, raw[at:])
