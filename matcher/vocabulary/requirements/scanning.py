"""Brackets, level marks and pieces: the folded text before any word of it is understood."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from matcher.kinds import MajorLevel
from matcher.vocabulary.majors.references import fold

SEPARATORS = "、,;。/|\n\r\t"

_BRACKET = re.compile(r"[()]")
_CUT = re.compile(rf"[(]|或者?|[{SEPARATORS}]")
_UNIT = (
    r"(?:全日制|普通高校|普通高等教育|普通|统招|大学){0,3}"
    r"(?:本科|学士|硕士研究生|博士研究生|硕博|研究生|硕士|博士|大学专科|大专|高职高专|高职专科|高职|专科|UG|PG)"
)
_TAIL = r"(?:生|学历|学位|层次|阶段|教育|毕业生|及其?以上|以上|\(\x00\)){0,5}"
_JOINER = r"\s*(?:阶段)?(?:所学)?(?:专业)?(?:或者|或|和|及|与|、|/|,)\s*"
MARK = re.compile(
    rf"(?P<lead>以|其中|并且|且|同时|或者?|和|及|要求|报考){{0,3}}"
    rf"(?P<units>{_UNIT}{_TAIL}(?:{_JOINER}{_UNIT}{_TAIL}){{0,3}})"
    r"(?P<verb>(?:所学|主修|阶段)?(?:专业目录|专业名称|专业类别?|学科门类|[一二]级学科|目录|名称)?(?:学科)?(?:专业)?(?:报考|要求|必须|均须|须|均应|应|均需|需|限|均)?(?:的|为|是)*)\s*(?P<colon>:|[-—─]+|)"
)
_BRACKETED_MARK = re.compile(
    rf"(?:^|(?<=[{SEPARATORS}\s]))\(({_UNIT}{_TAIL}(?:{_JOINER}{_UNIT}{_TAIL}){{0,2}})\):?"
)
_BRACKETED_ANYWHERE = re.compile(
    rf"\(({_UNIT}{_TAIL}(?:{_JOINER}{_UNIT}{_TAIL}){{0,2}})\):?(?=[\u4e00-\u9fff\d])"
)
_BEFORE_MARK = set(SEPARATORS + " :()一二三四五六1234567890.并且或和及以、")
_AFTER_BARE_MARK = re.compile(r"[^\s)、,;。]")
LEVEL_WORDS = {
    MajorLevel.BACHELOR: ("本科", "学士", "UG"),
    MajorLevel.GRADUATE: ("研究生", "硕士", "博士", "硕博", "PG"),
    MajorLevel.COLLEGE: ("专科", "大专", "高职", "JC"),
}


@dataclass(frozen=True)
class Section:
    """A stretch of the text and the levels it speaks for; `levels` None: no mark stands before."""

    levels: frozenset[MajorLevel] | None
    start: int
    end: int
    mark: tuple[int, int] | None


@lru_cache(maxsize=4096)
def levels_in(words: str) -> frozenset[MajorLevel]:
    """Return the levels that a level word or a column name speaks of."""
    found = {lv for lv, names in LEVEL_WORDS.items() if any(name in words for name in names)}
    return frozenset(found)


@lru_cache(maxsize=1024)
def levels_of_column(column: str | None) -> frozenset[MajorLevel]:
    """Return the levels an unmarked text speaks for, from the column or 学历 it stands under.

    Unknown words and 混合 mean every level, since silence about the level excludes nobody.
    """
    words = fold(column or "").upper()
    found = levels_in(words)
    if not found or "混合" in words:
        return frozenset(MajorLevel)
    if "以上" in words and "仅" not in words:
        order = list(MajorLevel)
        lowest = min(order.index(level) for level in found)
        return frozenset(order[lowest:])
    return found


@lru_cache(maxsize=256)
def _bracket_pairs(text: str) -> dict[int, int]:
    pairs: dict[int, int] = {}
    waiting: list[int] = []
    for found in _BRACKET.finditer(text):
        if found.group() == "(":
            waiting.append(found.start())
        elif waiting:
            pairs[waiting.pop()] = found.start()
    return pairs


def closing(text: str, start: int, end: int) -> int:
    """Position of the bracket that closes the one at `start`, or -1 if none does before `end`."""
    close = _bracket_pairs(text).get(start, -1)
    return close if close < end else -1


def flatten(text: str) -> str:
    """Blank out what stands in brackets, keeping every offset."""
    if "(" not in text:
        return text
    pairs = _bracket_pairs(text)
    done = 0
    parts: list[str] = []
    for start in sorted(pairs):
        if start >= done:
            close = pairs[start]
            parts += (text[done : start + 1], "\x00" * (close - start - 1))
            done = close
    return "".join((*parts, text[done:]))


# A piece that says nothing but the level: 限本科及以上学历.
LEVEL_PIECE = re.compile(rf"^(?:限|仅限|须|需|要求|具有|学历|:|为)*{_UNIT}{_TAIL}$")


# A level with nothing of a name behind it: most texts have none, and need not be cut to see that.
_LEVEL_ALONE = re.compile(rf"{_UNIT}(?:{_TAIL}|\([^()]*\))*\s*(?:$|[{SEPARATORS}\s])")


def level_pieces(text: str) -> frozenset[MajorLevel] | None:
    """Return the levels that pieces such as 本科及以上学历 limit a whole text to, or None."""
    found = None
    if not _LEVEL_ALONE.search(text):
        return None
    flat = flatten(text)
    for start, end, _ in pieces(flat, 0, len(flat)):
        piece = flat[start:end].strip()
        if piece and LEVEL_PIECE.match(piece):
            levels = levels_of_column(piece)
            found = levels if found is None else found & levels
    return found or None


def _is_mark(flat: str, found: re.Match[str]) -> bool:
    start = found.start()
    if start and flat[start - 1] not in _BEFORE_MARK:
        led = bool(found["lead"]) and bool(found["colon"] or found["verb"])
        # …自动化研究生: 机械工程: nothing but a level stands right before a colon.
        return led or (found["colon"] == ":" and len(found["units"]) > 2)
    if found["colon"]:
        return True
    following = flat[found.end() : found.end() + 1]
    return bool(_AFTER_BARE_MARK.match(following))


def _levels_of_mark(words: str) -> frozenset[MajorLevel]:
    """Return the levels of a mark: 本科及以上 goes up, 本科或研究生 names its own."""
    return levels_of_column(words) if "以上" in words else levels_in(words)


def marks(text: str) -> list[tuple[int, int, frozenset[MajorLevel]]]:
    """Every level mark outside brackets (本科：, 以研究生专业报考, （本科）会计学), in order."""
    if not levels_in(text.upper()):
        return []
    flat = flatten(text)
    found = [
        (m.start(), m.end(), _levels_of_mark(m["units"]))
        for m in MARK.finditer(flat)
        if _is_mark(flat, m)
    ]
    # A text that begins with (本科) marks its levels so, even where nothing stands between.
    bracketed = _BRACKETED_ANYWHERE if _BRACKETED_MARK.match(text) else _BRACKETED_MARK
    found += [(m.start(), m.end(), _levels_of_mark(m[1])) for m in bracketed.finditer(text)]
    return sorted(found, key=lambda mark: mark[0])


def sections(text: str) -> Iterator[Section]:
    """Cut a folded text at its level marks; overlapping marks keep the first."""
    position, levels, mark = 0, None, None
    for start, end, said in marks(text):
        if start < position:
            continue
        if start > position or mark is not None:
            yield Section(levels, position, start, mark)
        position, levels, mark = end, said, (start, end)
    yield Section(levels, position, len(text), mark)


def pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Cut at the separators outside brackets: (start, end, separator before it)."""
    begin, before, inside = start, "", start
    for found in _CUT.finditer(text, start, end):
        at, char = found.start(), found.group()
        if at < inside:
            continue
        if char == "(":
            inside = max(closing(text, at, end), at) + 1
        else:
            yield begin, at, before
            begin = inside = found.end()
            before = char[0]
    yield begin, end, before


def unmarked(found: list[Section], column: frozenset[MajorLevel]) -> frozenset[MajorLevel]:
    """Return the levels of the column that no section of the text speaks for (all, if every one is)."""
    marked = frozenset(level for s in found if s.levels for level in s.levels)
    return column - marked or column
