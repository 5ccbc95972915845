"""Leftovers of a sentence: whole clauses nobody understood, old place names, titles of similar spelling."""

from dataclasses import replace

from matcher.vocabulary.intents.pieces import Piece
from matcher.vocabulary.intents.places import loose_place
from matcher.vocabulary.intents.polarity import clauses
from matcher.vocabulary.intents.scanning import BREAK, FILLER, JOINT, UNREAD, Scan
from matcher.vocabulary.intents.words import INDUSTRY, INDUSTRY_PART, OCCUPATION, PLACE, WISHES
from matcher.vocabulary.occupations import load_occupations

_SEARCHES = 4
"""Leftovers looked up in one text: each may take some milliseconds, a text has 50."""
_LONGEST, _SHORTEST, _LONGEST_TAIL = 12, 2, 4
_LEAST_SIMILAR = 0.6
"""Below this a similar title is not worth a question."""
_CANDIDATES = 3
_WORK = ("做", "当", "干", "事", "任", "聘", "位", "岗")
_TO = ("在", "去", "到", "回", "来", "往")
_SAYS = WISHES | {"pay", "mobility", "nearby", "home", "kept", "free_pay"}
_TAILS_OF_COMPANIES = (
    "厂",
    "店",
    "院",
    "馆",
    "场",
    "站",
    "房",
    "所",
    "中心",
    "局",
    "部",
    "业",
    "界",
    "圈",
)
_SQUEEZED = 2
"""Known fillers of up to so many characters between leftovers belong to what was not understood."""


def settle(pieces: list[Piece], found: Scan) -> list[Piece]:
    """Return the pieces with leftovers joined, looked up where that is worth it, or left."""
    joined = [piece for clause in clauses(pieces) for piece in _joined(clause)]
    out: list[Piece] = []
    searches = _SEARCHES
    for piece in joined:
        head = _industry_before(piece, out)
        if piece.kind == UNREAD and searches and (head or _is_worth(piece, found)):
            searches -= 1
            piece = _looked_up(piece, head, found)
            if head is not None and piece.start == head.start:
                out.pop()
        out.append(piece)
    return out


def _industry_before(piece: Piece, out: list[Piece]) -> Piece | None:
    """Return the industry word a leftover is glued to (工程测量): together they may be a title."""
    last = out[-1] if out else None
    glued = last is not None and last.kind == INDUSTRY and last.end == piece.start
    return last if glued and piece.end - piece.start <= _LONGEST_TAIL else None


def _is_worth(piece: Piece, found: Scan) -> bool:
    """Whether a leftover stands where a place or a title is expected."""
    if not _SHORTEST <= piece.end - piece.start <= _LONGEST:
        return False
    return _before(piece, found) in {*_TO, *_WORK}


def _before(piece: Piece, found: Scan) -> str:
    return found.folded.text[: piece.start].rstrip(" :")[-1:]


def _looked_up(piece: Piece, head: Piece | None, found: Scan) -> Piece:
    """Return a leftover as a place or as a question about occupations, or unchanged.

    What is refused with a tail nobody knows (不做直播带货) is refused in words, not as a whole industry.
    """
    text = found.folded.text
    if head is None and _before(piece, found) in _TO:
        place = loose_place(text, piece.start, piece.end)
        if place is None:
            return piece
        found.places[piece.start] = place
        return replace(piece, kind=PLACE)
    if head is not None and text.startswith(_TAILS_OF_COMPANIES, piece.start):
        return replace(piece, kind=FILLER)
    start = head.start if head else piece.start
    codes = tuple(
        match.code
        for match in load_occupations().find(text[start : piece.end], _CANDIDATES)
        if match.score >= _LEAST_SIMILAR and not (head and match.how == "contained")
    )
    negative = head is not None and head.negative
    if codes:
        return Piece(start, piece.end, OCCUPATION, codes, frozenset({"asked"}), negative)
    if head is not None and negative:
        return Piece(start, piece.end, INDUSTRY_PART, head.value, negative=True)
    return piece


def _joined(clause: list[Piece]) -> list[Piece]:
    """Return a clause with leftovers that belong together as one, the whole clause if nothing says anything."""
    body = [piece for piece in clause if piece.kind != BREAK]
    unread = sum(piece.end - piece.start for piece in body if piece.kind == UNREAD)
    if unread > 1 and not any(piece.kind in _SAYS for piece in body):
        return [Piece(body[0].start, body[-1].end, UNREAD), *clause[len(body) :]]
    out: list[Piece] = []
    for i, piece in enumerate(clause):
        after = clause[i + 1] if i + 1 < len(clause) else None
        glued = out and out[-1].kind == UNREAD and out[-1].end == piece.start
        if glued and (piece.kind == UNREAD or _is_squeezed(piece, after)):
            out[-1] = Piece(out[-1].start, piece.end, UNREAD)
        else:
            out.append(piece)
    return out


def _is_squeezed(piece: Piece, after: Piece | None) -> bool:
    """Whether a short filler stands between two leftovers."""
    short = piece.kind in {FILLER, JOINT} and piece.end - piece.start <= _SQUEEZED
    return short and after is not None and after.kind == UNREAD
