"""One walk over the folded text: every character becomes part of a known piece, a separator or a leftover."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from matcher.kinds import Mobility
from matcher.vocabulary.intents import patterns, places
from matcher.vocabulary.intents.pieces import Folded, Piece
from matcher.vocabulary.intents.words import (
    INDUSTRY,
    OCCUPATION,
    PLACE,
    industry_of,
    load_words,
)
from matcher.vocabulary.pay import Pay
from matcher.vocabulary.regions import RegionMatch, load_regions

BREAK, JOINT, UNREAD, FILLER = "break", "joint", "unread", "filler"
_BREAKS = frozenset(",;。!?…\n \t.:~")
_JOINTS = frozenset("、/|&+和或与跟及-·>")
_OF_COMPANIES = ("行业", "公司", "企业", "领域", "厂", "集团", "单位", "系统", "机构", "店")
"""Behind a word that is a title and an industry: the industry is meant."""

_HEADS = frozenset(
    {
        "设计",
        "设计师",
        "工程师",
        "技术员",
        "技术",
        "助理",
        "老师",
        "教师",
        "研发",
        "测试",
        "管理",
        "主管",
        "经理",
        "专员",
        "策划",
        "维护",
        "维修",
        "运营",
    }
)
"""Words that, glued behind an occupation, only say what sort of work in it."""


@dataclass
class Scan:
    """The pieces of a text in order, with what its pay and its places mean by where they start."""

    folded: Folded
    pieces: list[Piece] = field(default_factory=list)
    pays: dict[int, Pay] = field(default_factory=dict)
    places: dict[int, RegionMatch] = field(default_factory=dict)


def scan(folded: Folded, home: str | None) -> Scan:
    """Return the pieces of a text; `home` is the region whose places are meant among equal names."""
    walk = _Walk(folded, home)
    walk.run()
    return walk.scan


class _Walk:
    """The state of one walk."""

    def __init__(self, folded: Folded, home: str | None) -> None:
        self.text = folded.text
        self.scan = Scan(folded)
        regions = load_regions()
        near = (regions.city_of(home), regions.province_of(home)) if home else ()
        self._within = tuple(code for code in near if code)
        self._shapes: dict[int, Piece] = {}
        self._fix(patterns.mobility_pieces(self.text))
        for piece, pay in patterns.pay_pieces(self.text):
            self._fix([piece])
            self.scan.pays[piece.start] = pay
        self._fix(patterns.study_pieces(self.text))

    def _fix(self, pieces: Iterable[Piece]) -> None:
        """Remember pieces a pattern found; the longest of one start counts."""
        for piece in pieces:
            known = self._shapes.get(piece.start)
            if known is None or known.end < piece.end:
                self._shapes[piece.start] = piece

    def run(self) -> None:
        """Walk from the first character to the last."""
        at = 0
        while at < len(self.text):
            found = self._piece_at(at)
            if found is None:
                self._leftover(at)
                at += 1
                continue
            self._add(found)
            at = found.end
            if found.kind == PLACE:
                at = self._province_wide(found)

    def _add(self, piece: Piece) -> None:
        """Add a piece; a head that says little joins the occupation glued before it (园林设计)."""
        pieces = self.scan.pieces
        glued = pieces and pieces[-1].kind == OCCUPATION and pieces[-1].end == piece.start
        if glued and self.text[piece.start : piece.end] in _HEADS:
            pieces[-1] = replace(pieces[-1], end=piece.end)
        else:
            pieces.append(piece)

    def _piece_at(self, at: int) -> Piece | None:
        """Return the piece that begins here: a shape, else the longer of place and word."""
        shape = self._shapes.get(at)
        if shape is not None:
            return shape
        place, word = self._place(at), self._word(at)
        if place is not None and (word is None or word.end <= place.end):
            return place
        if word is not None:
            return word
        char = self.text[at]
        if char in _BREAKS:
            return Piece(at, at + 1, BREAK)
        if char in _JOINTS or not char.isalnum():
            return Piece(at, at + 1, JOINT)
        return None

    def _place(self, at: int) -> Piece | None:
        last = self.scan.pieces[-1] if self.scan.pieces else None
        begins = last is None or last.kind != UNREAD
        found = places.place_at(self.text, at, begins=begins, within=self._within)
        if found is None:
            return None
        end, match = found
        self.scan.places[at] = match
        return Piece(at, end, PLACE)

    def _word(self, at: int) -> Piece | None:
        found = load_words().longest(self.text, at)
        if found is None:
            return None
        end, word = found
        if word.kind == FILLER and self.text[at:end] in _JOINTS:
            return Piece(at, end, JOINT)
        piece = Piece(at, end, word.kind, word.value, word.also)
        if word.kind == OCCUPATION and self.text.startswith(_OF_COMPANIES, end):
            industry = industry_of().get(self.text[at:end])
            return Piece(at, end, INDUSTRY, (industry,)) if industry else piece
        return piece

    def _province_wide(self, piece: Piece) -> int:
        """Add 内 or 全省 behind a province as how far somebody moves; return where to go on."""
        match = patterns.PROVINCE_WIDE.match(self.text, piece.end)
        code = self.scan.places[piece.start].code
        region = load_regions().get(code) if code else None
        if match is None or region is None or region.level != "province":
            return piece.end
        self.scan.pieces.append(
            Piece(match.start(), match.end(), patterns.MOBILITY, (Mobility.PROVINCE.value,))
        )
        return match.end()

    def _leftover(self, at: int) -> None:
        """Add a character nobody knows to the leftover before it, or begin one."""
        pieces = self.scan.pieces
        if pieces and pieces[-1].kind == UNREAD and pieces[-1].end == at:
            pieces[-1] = Piece(pieces[-1].start, at + 1, UNREAD)
        else:
            pieces.append(Piece(at, at + 1, UNREAD))
