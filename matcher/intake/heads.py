"""Finding the head of a sheet: titles and notes above it, heads of two rows, no head at all."""

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

from matcher.intake.cells import cell_text, narrow
from matcher.intake.concepts import load_concepts
from matcher.intake.grids import CellValue, Grid, MergedBlock, Row, filled_columns
from matcher.intake.head_patterns import english_candidates, is_built_head
from matcher.intake.head_rows import is_code_row, is_typed_below

_SEARCHED_ROWS = 30
"""Rows looked at for a head; official tables put it within the first ten, below long notes later."""
_LONGEST_HEAD = 45
"""Characters; 是否要求2年以上基层工作经历 has 14, explained heads rarely pass 40."""
_FEWEST_KNOWN = 2
_ENOUGH_KNOWN = 6
"""Known heads that make a head of any width: exports have a hundred columns of their own."""
_SHORTEST_END = 4
"""Characters a known head must have to be recognised as the end of a longer one."""
_LOOKED_BELOW = 20
_OF_NOTE = 3
"""Filled cells a note merged across a sheet has at most."""
_BRACKETED = re.compile(r"[(（\[【].*?[)）\]】]")
_NOT_WORD = re.compile(r"[\s\W_]+")
_NUMBERING = re.compile(r"^\d{1,2}[.、)）]")


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a sheet.

    `rows` are the numbers of the rows it takes (empty: none, or given by the format); `names` has
    one text per column, parts of a two-row head joined with "|"; `first_data` is the number of
    the first row below it.
    """

    rows: tuple[int, ...]
    names: tuple[str, ...]
    first_data: int

    @property
    def found(self) -> bool:
        """Whether the sheet names its columns."""
        return any(self.names)


@lru_cache(maxsize=50_000)
def head_key(text: str) -> str:
    """Return the bare form of a head to compare by: no space, marks, brackets' signs or numbering."""
    return _NOT_WORD.sub("", _NUMBERING.sub("", narrow(text).strip())).lower()


@lru_cache(maxsize=50_000)
def outer_key(text: str) -> str:
    """Return the bare form of a head without what stands in brackets."""
    return head_key(_BRACKETED.sub("", narrow(text)))


@lru_cache(maxsize=50_000)
def inner_key(text: str) -> str:
    """Return the bare form of what stands in the first brackets of a head."""
    found = _BRACKETED.search(narrow(text))
    return head_key(found[0]) if found else ""


@lru_cache(maxsize=1)
def _known_heads() -> frozenset[str]:
    return frozenset(head_key(head) for c in load_concepts().values() for head in c.heads)


@lru_cache(maxsize=1)
def _known_ends() -> tuple[frozenset[str], tuple[int, ...]]:
    """Return the Chinese heads of four and more characters, and their lengths."""
    ends = frozenset(h for h in _known_heads() if len(h) >= _SHORTEST_END and not h.isascii())
    return ends, tuple(sorted({len(h) for h in ends}))


@lru_cache(maxsize=50_000)
def is_known_head(text: str) -> bool:
    """Say whether a text is one of the heads people write over a column."""
    if not text or len(text) > _LONGEST_HEAD:
        return False
    known = _known_heads()
    key, outer = head_key(text), outer_key(text)
    if key in known or outer in known:
        return not key.isdigit()
    ends, lengths = _known_ends()
    if any(outer[-n:] in ends for n in lengths if n < len(outer)):
        return True
    if key.isascii():
        return any(spelling in known for spelling in english_candidates(text)[:2])
    return is_built_head(key)


def known_count(row: Row) -> tuple[int, int]:
    """Return how many filled cells of a row are known heads, and how many are filled."""
    texts = [cell_text(v) for v in row.values]
    filled = [t for t in texts if t]
    return sum(map(is_known_head, filled)), len(filled)


def find_head(grid: Grid) -> Head:
    """Find the head of a sheet; without one, every column is nameless and all rows are data."""
    if grid.given_head is not None:
        return Head((), grid.given_head, grid.rows[0].number if grid.rows else 1)
    best: tuple[float, int] | None = None
    for index, row in enumerate(grid.rows[:_SEARCHED_ROWS]):
        known, filled = known_count(row)
        if known < min(_FEWEST_KNOWN, max(grid.width, 1)):
            continue
        if known * 3 < filled and (known < _ENOUGH_KNOWN or not _looks_like_words(row)):
            continue
        score = known + known / filled
        if best is None or score > best[0] + 1e-9:
            best = (score, index)
    if best is None:
        best = _head_by_contrast(grid)
    if best is None:
        return Head((), ("",) * grid.width, _first_row_of_data(grid))
    top, bottom = _extent(grid, best[1])
    names = _join_rows(grid, top, bottom)
    return Head(
        tuple(r.number for r in grid.rows[top : bottom + 1]), names, grid.rows[bottom].number + 1
    )


def _head_by_contrast(grid: Grid) -> tuple[float, int] | None:
    """Find a head of unknown words: labels above columns most of whose values are no labels."""
    for index, row in enumerate(grid.rows[:_SEARCHED_ROWS]):
        filled = filled_columns(row)
        if len(filled) < _FEWEST_KNOWN + 1:
            continue
        texts = [cell_text(row.values[c]) for c in filled]
        if not _looks_like_words(row) or len(set(texts)) < len(texts):
            return None
        below = grid.rows[index + 1 : index + 1 + _LOOKED_BELOW]
        typed = sum(is_typed_below(below, column) for column in filled)
        return (1.0, index) if typed >= _FEWEST_KNOWN else None
    return None


def _first_row_of_data(grid: Grid) -> int:
    """Return the first row that fills more than one cell: a single filled cell is a title."""
    for row in grid.rows[:_SEARCHED_ROWS]:
        if len(filled_columns(row)) > 1 or grid.width == 1:
            return row.number
    return grid.rows[0].number if grid.rows else 1


def _extent(grid: Grid, index: int) -> tuple[int, int]:
    """Return the first and last index of the head's rows around its best row."""
    top = bottom = index
    spans = _spans(grid, index)
    if spans > index:
        bottom = spans
    elif index + 1 < len(grid.rows) and (
        _continues(grid, index, index + 1) or _translates(grid.rows[index], grid.rows[index + 1])
    ):
        bottom = index + 1
    if top > 0 and _translates(grid.rows[top - 1], grid.rows[top]):
        top -= 1
    while top > 0 and top > index - 2 and _is_group_row(grid, top - 1, top):
        top -= 1
    return top, bottom


def _spans(grid: Grid, index: int) -> int:
    """Return the last index that declared vertical merges of a head row reach."""
    number = grid.rows[index].number
    reach = [b.bottom for b in grid.merges if b.top <= number < b.bottom and b.bottom - b.top <= 3]
    wide = [
        b
        for b in grid.merges
        if b.left == 0 and b.right >= grid.width - 1 and b.top <= number <= b.bottom
    ]
    if not reach or wide:
        return index
    last = min(max(reach) - grid.rows[0].number, len(grid.rows) - 1)
    return last if _looks_like_words(grid.rows[last]) else index


def _looks_like_words(row: Row) -> bool:
    """Say whether a row holds short words only: no numbers, no dates, as in a head."""
    texts = [v for v in row.values if v is not None]
    return bool(texts) and all(
        isinstance(v, str) and len(v) <= _LONGEST_HEAD and not any(c.isdigit() for c in v[:2])
        for v in texts
    )


def _continues(grid: Grid, upper: int, lower: int) -> bool:
    """Say whether the lower row adds sub-heads: words that fill gaps of, or stand under, groups."""
    above, below = grid.rows[upper], grid.rows[lower]
    if not _looks_like_words(below):
        return False
    filled = filled_columns(below)
    gaps = [c for c in filled if c >= len(above.values) or above.values[c] is None]
    known, n_filled = known_count(below)
    return (
        bool(gaps) and known * 2 >= n_filled and n_filled < len(filled_columns(above)) + len(gaps)
    )


def _translates(upper: Row, lower: Row) -> bool:
    """Say whether one of two rows names the columns in words, the other by their fields (aac002)."""
    if is_code_row(upper) == is_code_row(lower):
        return False
    if len(filled_columns(upper)) != len(filled_columns(lower)):
        return False
    words = lower if is_code_row(upper) else upper
    return _looks_like_words(words) and known_count(words)[0] >= _FEWEST_KNOWN


def _is_group_row(grid: Grid, upper: int, lower: int) -> bool:
    """Say whether the upper row names groups of, or missing parts of, the head below it."""
    above, below = grid.rows[upper], grid.rows[lower]
    filled = filled_columns(above)
    if len(filled) < 2 or not _looks_like_words(above) or _is_note(grid, above):
        return False
    lacking = [c for c in filled if c >= len(below.values) or below.values[c] is None]
    known, _ = known_count(above)
    spans = [b for b in grid.merges if b.top == above.number and b.right > b.left]
    return bool(lacking and known) or len(spans) > 1 or (bool(spans) and known >= 1)


def _is_note(grid: Grid, row: Row) -> bool:
    """Say whether a row is a label with one text merged across the sheet (报考条件 …)."""
    wide = [b for b in grid.merges if b.top <= row.number <= b.bottom and b.right > b.left]
    if len(filled_columns(row)) > _OF_NOTE:
        return False  # a wide group among other heads (家庭成员情况)
    return len(wide) == 1 and wide[0].right - wide[0].left >= max(2, grid.width // 2)


def _join_rows(grid: Grid, top: int, bottom: int) -> tuple[str, ...]:
    names: list[list[str]] = [[] for _ in range(grid.width)]
    for index in range(top, bottom + 1):
        row = grid.rows[index]
        texts = [cell_text(v) for v in row.values] + [""] * (grid.width - len(row.values))
        if index < bottom:
            _spread(texts, grid.merges, row.number, grid.rows[bottom].values)
        for column, text in enumerate(texts):
            flat = "".join(text.split()) if not text.isascii() else " ".join(text.split())
            if flat and flat not in names[column]:
                names[column].append(flat)
    return tuple("|".join(parts) for parts in names)


def _spread(
    texts: list[str], merges: tuple[MergedBlock, ...], number: int, below: tuple[CellValue, ...]
) -> None:
    """Write the text of a group over all its columns: as merged, else to the gaps on its right."""
    for block in merges:
        if block.top <= number <= block.bottom and block.left < len(texts):
            for column in range(block.left + 1, min(block.right + 1, len(texts))):
                texts[column] = texts[column] or texts[block.left]
    if any(b.top <= number <= b.bottom for b in merges):
        return
    for column in range(1, len(texts)):
        has_sub_head = column < len(below) and below[column] is not None
        left_has_sub_head = column - 1 < len(below) and below[column - 1] is not None
        if not texts[column] and has_sub_head and left_has_sub_head:
            texts[column] = texts[column - 1]


def head_signature(grid: Grid, head: Head | None = None) -> str:
    """Return a key under which a corrected mapping is remembered: the heads, no values.

    Sheets without a head share a key by width, so a remembered mapping for them should also be
    tied to its source.
    """
    head = head or find_head(grid)
    keys = "\x1f".join(map(head_key, head.names)) if head.found else f"headless:{grid.width}"
    return hashlib.sha256(keys.encode()).hexdigest()[:32]
