"""Places (行政区划, GB/T 2260): place texts, codes and names of then and now, read into regions of today.

The table of today stands in `regions_table`, what was renamed and merged since 1980 in `regions_history`.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from matcher.vocabulary.regions_history import (
    ALSO_WORDS,
    RegionHistory,
    Resolution,
    is_whole_name,
    load_history,
)
from matcher.vocabulary.regions_table import (
    MUNICIPALITIES,
    Region,
    RegionLevel,
    RegionTable,
    load_rows,
)
from matcher.vocabulary.text import normalise

__all__ = [
    "MUNICIPALITIES",
    "Region",
    "RegionLevel",
    "RegionMatch",
    "Regions",
    "Resolution",
    "load_regions",
]

_READ_AT_MOST = 200
"""Characters read: a place stands at the beginning; the rest of a long description is not an address."""
_RANK: dict[RegionLevel, int] = {"province": 0, "city": 1, "county": 2}
_BOUNDARY = frozenset(" ,;:、/|.。·~-()\"'\n_&+*>")
_OPENER = re.compile(
    "(?:中共|中国共产党|人民共和国|共青团|国家税务总局|中国人民银行|国家统计局|中国|国网|在|到|去|回|于|驻|住|居|往|从|和|或|及|与|跟|"
    "离|近|地点|地址|籍贯|户籍|生源|考区|国营|国有|省|市|县|区|州|盟)$"
)
"""Words after which a short county name may begin."""
_STREET = re.compile(r"[东西南北中]?(?:路|街|大道|大街|巷|胡同|公园|广场|陵|医科大学|医院附属)")
"""Behind a short name these make it a street or an institution's name: 中山路, 中山公园."""
_QUARTERS = "东西南北中"
_ZONE = re.compile(
    r"(?:经济技术|高新|高铁|工业|产业|保税|经济|综合)?(?:开发|园|试验|合作|经济|新)?区"
)
"""Behind a short county name: a development zone of that county (增城经济技术开发区)."""
_NAMED_AFTER = frozenset(
    {
        "中山大学",
        "中山医",
        "东方航空",
        "东方财富",
        "新华书店",
        "长安汽车",
        "平安保险",
        "平安银行",
        "海南航空",
        "台湾工作",
        "台湾事务",
        "台湾同胞",
        "台湾民主",
    }
)
_CONTESTED = frozenset({"朝阳"})
"""Short names where the lower region (北京市朝阳区) is meant as often as the higher (辽宁省朝阳市): ask."""
_PREFIX = "中共"
"""Party bodies: 中共和平县委 is 和平县, not 共和."""
_ALSO_WORD = re.compile(
    "东方|永安|新星|双河|白杨|安国|天长|明光|大安|富锦|安达|平安|和平|胜利|建设"
)
"""Short county names that are everyday words or company names: read only with a boundary on both sides."""
_CODE = re.compile(r"\d{6}(?:\d{6})?")
"""A code written instead of a name; the six digits more are the township and the village."""


@dataclass(frozen=True, slots=True)
class RegionMatch:
    """What a place text says.

    `code` is the most specific region that is certain; None when only a name of several provinces
    stood there (朝阳区). `candidates` are then all it can be, ordered by code; empty when certain.
    `words` are the characters of the normalised text that decided.
    """

    code: str | None
    candidates: tuple[str, ...]
    words: str

    @property
    def ambiguous(self) -> bool:
        """Whether a person should choose among the candidates."""
        return bool(self.candidates)


@dataclass(frozen=True, slots=True)
class _Mention:
    """A place name found in a text, with every region of that name."""

    start: int
    end: int
    codes: tuple[str, ...]
    whole_name: bool


class Regions(RegionTable):
    """The table of regions with its look-ups; immutable after building, safe to share."""

    def __init__(self, regions: Sequence[Region], history: RegionHistory) -> None:
        """Index the regions by code and by name, and the names that are no more."""
        super().__init__(regions)
        self._history = history
        self._by_name: dict[str, tuple[str, ...]] = {}
        self._whole_names = {r.name for r in regions}
        for region in regions:
            for name in {region.name, *region.short_names}:
                self._by_name[name] = (*self._by_name.get(name, ()), region.code)
        self._old_names = history.old_names(self._by_name)
        self._lengths: dict[str, tuple[int, ...]] = {}
        for name in (*self._by_name, *self._old_names):
            lengths = {*self._lengths.get(name[:2], ()), len(name)}
            self._lengths[name[:2]] = tuple(sorted(lengths, reverse=True))

    def resolve(self, code: str, on: dt.date | None = None) -> Resolution:
        """Return what a code written down on some day is today; see `RegionHistory.resolve`."""
        return self._history.resolve(code, on)

    def resolve_identity(self, area: str, born: dt.date) -> Resolution:
        """Return where the first six digits of an identity number are today."""
        return self._history.resolve_identity(area, born)

    def find(self, text: str, *, within: str | None = None) -> RegionMatch | None:
        """Read a place text or an employer's name: the most specific region it names, or None.

        The first place counts; later ones only make it narrower (北京·海淀区) or are ignored. Of one
        short name for several levels (吉林, 海南, 西安) the higher counts, unless what stands before it
        says otherwise (吉林·吉林). A name that is no more (襄樊市) means what took its place; a code of six
        or twelve digits means what it is today.

        Parameters
        ----------
        text : place, address or name of an institution; only its beginning is read
        within : code of the region the sheet is about; of equal names those inside it are meant
        """
        text = normalise(text)[:_READ_AT_MOST]
        if _CODE.fullmatch(text):
            return _match_of(self.resolve(text), text)
        places: tuple[str, ...] = ()
        start = end = 0
        accepted_until = -1
        for mention in self._mentions(text):
            around = places or ((within,) if within else ())
            narrower = self._narrower(around, mention.codes) or self._narrower_then(
                around, mention.codes, text[mention.start : mention.end]
            )
            if not self._is_meant(text, mention, narrower, accepted_until):
                continue
            if places and not narrower:
                continue
            start = start if places else mention.start
            places, end = (narrower or mention.codes), mention.end
            accepted_until = mention.end
        if not places:
            return None
        words = text[start:end]
        return self._match(places if words in _CONTESTED else self._highest(places), words)

    def _mentions(self, text: str) -> list[_Mention]:
        """Return the place names in a text, left to right, the longest at each position."""
        found: list[_Mention] = []
        at = 0
        while at < len(text) - 1:
            if text.startswith(_PREFIX, at):
                at += len(_PREFIX)
            name = self._longest_name(text, at)
            whole = name in self._whole_names
            if not name or not (whole or self._may_stand(text, at, len(name))):
                at += 1
                continue
            codes = self._by_name.get(name) or self._old_names[name]
            found.append(_Mention(at, at + len(name), codes, whole))
            at += len(name)
        return found

    def _longest_name(self, text: str, at: int) -> str:
        """Return the longest place name that begins here, or ""."""
        names = (text[at : at + length] for length in self._lengths.get(text[at : at + 2], ()))
        return next((n for n in names if n in self._by_name or n in self._old_names), "")

    def _may_stand(self, text: str, at: int, length: int) -> bool:
        """Whether no whole name begins inside this short one (共和 in 中共和平县)."""
        later = (self._longest_name(text, i) for i in range(at + 1, at + length))
        return not any(name in self._whole_names and len(name) > length for name in later)

    def _narrower(self, places: tuple[str, ...], codes: tuple[str, ...]) -> tuple[str, ...]:
        """Return those codes that lie strictly inside one of the places so far.

        Also the other way round: places that lie in a code named later (天河区, 广州) stay.
        """
        inside = tuple(c for c in codes if any(p != c and self.contains(p, c) for p in places))
        if inside or len(places) < 2:
            return inside
        return tuple(p for p in places if any(self.contains(c, p) for c in codes))

    def _narrower_then(
        self, places: tuple[str, ...], codes: tuple[str, ...], word: str
    ) -> tuple[str, ...]:
        """Return what a name meant once inside one of the places; none for the name of one of them."""
        if any(self.contains(code, place) for code in codes for place in places):
            return ()
        return self._narrower(places, self._old_names.get(word, ()))

    def _is_meant(
        self, text: str, mention: _Mention, narrower: tuple[str, ...], accepted_until: int
    ) -> bool:
        """Whether a name found in a text is meant as a place and not part of another word."""
        before, after = text[: mention.start], text[mention.end :]
        begins = self._begins(before, accepted_until == mention.start)
        word = text[mention.start : mention.end]
        if word not in self._by_name:
            return self._old_is_meant(text, mention, begins, bool(narrower))
        if mention.whole_name and len(word) > 2:
            return True
        if mention.whole_name:
            return begins
        if _STREET.match(after) or any(text.startswith(n, mention.start) for n in _NAMED_AFTER):
            return False
        levels = {self._by_code[code].level for code in mention.codes}
        if levels & {"province", "city"}:
            return True
        return begins and (bool(narrower) or self._ends(word, after, mention))

    def _old_is_meant(self, text: str, mention: _Mention, begins: bool, narrower: bool) -> bool:
        """Whether a name that is no more is meant: short (襄樊) only alone or behind what held it."""
        word = text[mention.start : mention.end]
        street = _STREET.match(text, mention.end)
        # 滨县路 is a street; behind a county's whole name 东街 is a quarter of it.
        if not begins or (street and not (street[0][0] in _QUARTERS and is_whole_name(word))):
            return False
        return narrower or is_whole_name(word) or (word == text and not ALSO_WORDS.fullmatch(word))

    def _begins(self, before: str, follows_a_place: bool) -> bool:
        """Whether a name may begin here: at the start, after a separator, a place or an opening word."""
        return (
            not before
            or follows_a_place
            or before[-1] in _BOUNDARY
            or _OPENER.search(before[-10:]) is not None
        )

    def _ends(self, word: str, after: str, mention: _Mention) -> bool:
        """Whether a short county name ends here: end, separator, place, or a county-level city's name."""
        if not after or after[0] in _BOUNDARY or _ZONE.match(after):
            return True
        one_city = len(mention.codes) == 1 and self._by_code[mention.codes[0]].name.endswith("市")
        return one_city and not _ALSO_WORD.fullmatch(word)

    def _highest(self, places: tuple[str, ...]) -> tuple[str, ...]:
        """Return of several places of one name those of the highest level."""
        top = min(_RANK[self._by_code[code].level] for code in places)
        return tuple(code for code in places if _RANK[self._by_code[code].level] == top)

    def _match(self, places: tuple[str, ...], words: str) -> RegionMatch:
        """Return the match of one place, or of several with what they have in common."""
        if len(places) == 1:
            return RegionMatch(places[0], (), words)
        common = [c for c in self.ancestors(places[0]) if all(self.contains(c, p) for p in places)]
        return RegionMatch(common[0] if common else None, tuple(sorted(places)), words)


def _match_of(resolution: Resolution, words: str) -> RegionMatch | None:
    """Return the match of a code that was read, None when nothing is known of it."""
    if resolution.how == "unknown":
        return None
    return RegionMatch(resolution.code or resolution.within, resolution.candidates, words)


@lru_cache(maxsize=1)
def load_regions() -> Regions:
    """Return the regions of today with their history; read once for each process."""
    return Regions(load_rows(), load_history())
