"""Read a sentence of wishes (想在银川或附近做会计、行政，4000以上，国企优先) into the fields of a profile.

Nothing is guessed silently: a word that may mean several things is asked (`to_confirm`), a word nobody
knows is kept, and every character belongs to a span that says what it became.
"""

from matcher.kinds import Mobility, UnitKind
from matcher.vocabulary.intents import leftovers
from matcher.vocabulary.intents.painting import paint
from matcher.vocabulary.intents.pieces import Piece, fold
from matcher.vocabulary.intents.polarity import with_signs
from matcher.vocabulary.intents.readings import CHOICES, IntentReading, Named, Question
from matcher.vocabulary.intents.scanning import Scan, scan
from matcher.vocabulary.intents.words import (
    AREA,
    INDUSTRY,
    INDUSTRY_PART,
    OCCUPATION,
    PLACE,
    UNIT_KIND,
    WISHES,
)
from matcher.vocabulary.pay import Pay
from matcher.vocabulary.regions import load_regions

_NEARBY = "附近、周边：按“所填地区的本省”理解，可以改"
_LOWEST = "写了多个薪资，取先写的"


def read_intent(text: str, *, home: str | None = None) -> IntentReading:
    """Read what somebody wants from their own words. Never raises.

    Parameters
    ----------
    home : region code of where they are from (生源地): what 老家 and 本地 mean, and which of equal names
    """
    found = scan(fold(text), home)
    pieces = leftovers.settle(with_signs(found), found)
    return _Collection(found, home).read(pieces)


def _says_which(piece: Piece, after: list[Piece]) -> bool:
    """Whether an industry only says which occupation is meant (酒店服务员不干 refuses no hotel)."""
    glued = any(one.start == piece.end and one.kind == OCCUPATION for one in after)
    return piece.kind == INDUSTRY and glued


class _Collection:
    """The fields while pieces are put into them."""

    def __init__(self, found: Scan, home: str | None) -> None:
        self._scan = found
        self._home = home
        self._wishes: dict[str, dict[str, str]] = {k: {} for k in (PLACE, OCCUPATION, INDUSTRY)}
        self._unit_kinds: dict[UnitKind, None] = {}
        self._pays: list[Pay] = []
        self._moves: dict[Mobility, str] = {}
        self._nearby = self._at_home = False
        self._excluded: list[Named] = []
        self._questions: dict[tuple[str, str], Question] = {}
        self._asked: set[int] = set()

    def read(self, pieces: list[Piece]) -> IntentReading:
        """Put every piece into its field and return the reading."""
        for i, piece in enumerate(pieces):
            if not (piece.negative and _says_which(piece, pieces[i + 1 : i + 2])):
                self._take(piece)
        self._ask_contradictions()
        self._places_at_home()
        firsts, beyond = self._first_three()
        mobility, notes = self._mobility()
        if len({pay.low_yuan for pay in self._pays}) > 1:
            notes.append(_LOWEST)
        pay = self._pays[0] if self._pays else None
        notes += [pay.note] if pay and pay.note else []
        painted = paint(self._scan.folded, pieces, self._asked)
        return IntentReading(
            raw=self._scan.folded.raw,
            places=firsts[PLACE],
            occupations=firsts[OCCUPATION],
            industries=firsts[INDUSTRY],
            unit_kinds=tuple(self._unit_kinds),
            wanted_pay_yuan=pay.low_yuan if pay else None,
            pay=pay,
            mobility=mobility,
            nearby=self._nearby,
            home=self._at_home,
            excluded=tuple(dict.fromkeys(self._excluded)),
            to_confirm=tuple(self._questions.values()),
            beyond=beyond,
            kept=painted.kept,
            notes=tuple(notes),
            spans=painted.spans,
        )

    def _take(self, piece: Piece) -> None:
        if piece.kind in WISHES:
            self._wish(piece)
        elif piece.kind == "pay":
            self._pays.append(self._scan.pays[piece.start])
        elif piece.kind == "mobility":
            self._moves.setdefault(Mobility(piece.value[0]), self._words(piece))
        elif piece.kind == "nearby":
            self._nearby = True
        elif piece.kind == "home":
            self._at_home = True

    def _ask_contradictions(self) -> None:
        """Ask about what is both wanted and refused, instead of taking either."""
        for one in self._excluded:
            wanted = self._wishes.get(one.kind, {})
            for code in one.codes:
                if wanted.pop(code, None) is not None:
                    question = Question(one.kind, one.words, one.codes)
                    self._questions.setdefault((one.kind, one.words), question)

    def _words(self, piece: Piece) -> str:
        return self._scan.folded.words(piece.start, piece.end)

    def _wish(self, piece: Piece) -> None:
        words = self._words(piece)
        kind, codes, choose = self._meaning(piece)
        if piece.negative:
            refused = () if piece.kind == INDUSTRY_PART else codes
            self._excluded.append(Named(kind, words, refused))
        elif kind == UNIT_KIND:
            self._unit_kinds.update(dict.fromkeys(map(UnitKind, codes)))
        elif choose:
            self._asked.add(piece.start)
            self._questions.setdefault((kind, words), Question(kind, words, codes))
        else:
            for code in codes:
                self._wishes[kind].setdefault(code, words)
        self._reach(piece, codes)

    def _meaning(self, piece: Piece) -> tuple[str, tuple[str, ...], bool]:
        """Return the kind and codes of a wish, and whether a person must choose among them."""
        if piece.kind == PLACE and not piece.value:
            match = self._scan.places[piece.start]
            if match.candidates:
                return PLACE, match.candidates, True
            return PLACE, (match.code,) if match.code else (), False
        if piece.kind == AREA:
            return PLACE, piece.value, len(piece.value) > CHOICES
        if piece.kind == INDUSTRY_PART:
            return INDUSTRY, piece.value, False
        many = piece.kind in {PLACE, OCCUPATION, INDUSTRY}
        return piece.kind, piece.value, many and (len(piece.value) > 1 or "asked" in piece.also)

    def _reach(self, piece: Piece, codes: tuple[str, ...]) -> None:
        """Read 只, 不出 and 非…不 before a place as how far somebody moves."""
        if piece.kind != PLACE or piece.negative or not piece.also & {"only", "stay"}:
            return
        region = load_regions().get(codes[0]) if len(codes) == 1 else None
        is_province = region is not None and region.level == "province"
        reach = Mobility.PROVINCE if is_province else Mobility.LISTED
        self._moves.setdefault(reach, self._words(piece))

    def _places_at_home(self) -> None:
        """Take the prefecture of the home for 老家 and 本地 when no place was written."""
        if not (self._at_home and self._home) or self._wishes[PLACE]:
            return
        city = load_regions().city_of(self._home) or self._home
        self._wishes[PLACE][city] = "本地"

    def _first_three(self) -> tuple[dict[str, tuple[str, ...]], tuple[Named, ...]]:
        firsts: dict[str, tuple[str, ...]] = {}
        beyond: list[Named] = []
        for kind, found in self._wishes.items():
            firsts[kind] = tuple(found)[:CHOICES]
            beyond += [Named(kind, found[code], (code,)) for code in tuple(found)[CHOICES:]]
        return firsts, tuple(beyond)

    def _mobility(self) -> tuple[Mobility | None, list[str]]:
        """Return how far somebody moves; two answers are asked, 附近 counts where nothing else does."""
        if len(self._moves) > 1:
            words = "、".join(self._moves.values())
            kinds = tuple(mobility.value for mobility in self._moves)
            self._questions["mobility", words] = Question("mobility", words, kinds)
            return None, []
        if self._moves:
            return next(iter(self._moves)), []
        if self._nearby:
            return Mobility.PROVINCE, [_NEARBY]
        return None, []
