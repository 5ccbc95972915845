"""What a cell of a template probably wants (绑定建议), from the words to its left and above it.

A guess for a person to confirm: words are compared by likeness (rapidfuzz), the unit in the same row speaks for or
against, and 往届, 自报 or a union's name beside the cell say which part and whose figure. Nothing is bound by itself.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from matcher.documents.template_bindings import CellBinding
from matcher.documents.template_grids import GridCell, GridSheet, TemplateGrid

ENOUGH = 70.0
"""Likeness (0 to 100) from which a guess is shown; tried on the labels of three layouts."""
_SURE = 88.0
_WRONG_UNIT = 25.0
_ALONE = 0.97
"""A label that needs its parent's words for the match is a little less sure than one that does not."""
_UNITS = ("人次", "户", "元", "万元", "场", "个", "对", "家", "家次", "人", "%", "％")
_NOISE = re.compile(
    r"[\s:：、，,。.（）()【】\[\]“”\"*＊/／-]+|^[一二三四五六七八九十\d]+[、.．]?|其中|数量|情况"
)
_BRACKETS = re.compile(r"[（(]([^（）()]*)[）)]")
_TOTAL = re.compile(r"^(合\s*计|总\s*计|小\s*计|本级|全[市区县省])$")
_PART_WORDS = (
    ("earlier", ("往届",)),
    ("this_year", ("应届",)),
    ("reported", ("自报", "待核")),
    ("typed", ("无明细", "未使用系统")),
)
_ONLY_PART = re.compile(
    r"^(其中)?[:：]?(应届|往届)(毕业生|生)?$|^自报(待核)?$|^待核$|^无明细(单位)?$"
)
"""A label that says which part and nothing else: 其中往届 over a column."""
_WORD_LABELS = {
    "@union": ("填报单位", "填表单位", "单位名称", "报送单位"),
    "@filled_by": ("填报人", "填表人", "制表人", "经办人"),
    "@reviewed_by": ("审核人", "复核人"),
    "@led_by": ("负责人", "单位负责人", "分管领导", "签发人"),
    "@filled_on": ("填报日期", "填表日期", "填报时间", "报送日期", "报出日期"),
    "@as_of": ("数据截至", "截止日期", "统计截止日期", "截至日期"),
    "@period": ("报告期", "统计期间", "统计时段"),
    "@drive": ("活动名称",),
}


@dataclass(frozen=True, slots=True)
class KnownIndicator:
    """An indicator as suggestions know it: its label and other names, and the word of its unit."""

    code: str
    names: tuple[str, ...]
    unit: str
    has_earlier: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A guess for one cell."""

    binding: CellBinding
    score: float
    label: str
    """Words it was guessed from."""

    @property
    def is_sure(self) -> bool:
        """Whether it may be taken with the others by one button."""
        return self.score >= _SURE


@dataclass(frozen=True, slots=True)
class _Beside:
    """Words that belong to a cell: nearest first to the left, nearest first above, and its unit."""

    left: tuple[str, ...]
    above: tuple[str, ...]
    unit: str

    def all(self) -> tuple[str, ...]:
        return (*self.left, *self.above)


def suggest(
    grid: TemplateGrid,
    indicators: Sequence[KnownIndicator],
    unions: Sequence[tuple[int, str]] = (),
) -> dict[tuple[str, str], Suggestion]:
    """Return the best guess for each open cell that has one, by sheet and reference."""
    found: dict[tuple[str, str], Suggestion] = {}
    for sheet in grid.sheets:
        if sheet.is_hidden:
            continue
        covers = _covers(sheet)
        for cell in sheet.cells():
            guess = _guess(sheet, cell, covers, indicators, unions)
            if guess is not None:
                found[(sheet.name, cell.ref)] = guess
    return found


def _covers(sheet: GridSheet) -> dict[tuple[int, int], GridCell]:
    """Return the label or block that covers each place."""
    return {
        (row, column): cell
        for cell in sheet.cells()
        for row in range(cell.row, cell.row + cell.row_span)
        for column in range(cell.column, cell.column + cell.column_span)
    }


def _guess(
    sheet: GridSheet,
    cell: GridCell,
    covers: dict[tuple[int, int], GridCell],
    indicators: Sequence[KnownIndicator],
    unions: Sequence[tuple[int, str]],
) -> Suggestion | None:
    if cell.is_label and cell.text.rstrip().endswith(("：", ":")):
        after = covers.get((cell.row, cell.column + cell.column_span))
        # 填报人： with an empty cell beside it is filled there, else behind its colon.
        return None if after is not None and after.is_open else _word(sheet.name, cell, cell.text)
    if not cell.is_open:
        return None
    before = covers.get((cell.row, cell.column - 1))
    if before is not None and (word := _word(sheet.name, cell, before.text)):
        return word
    beside = _beside(cell, covers)
    if not beside.left or beside.left[0].endswith(("：", ":")):
        return None
    return _figure(sheet.name, cell, beside, indicators, unions)


def _word(sheet: str, cell: GridCell, label: str) -> Suggestion | None:
    """Return the word a label asks for, if it asks for one."""
    plain = _plain(label)
    for code, labels in _WORD_LABELS.items():
        if plain in labels:
            return Suggestion(CellBinding(sheet, cell.ref, code), 100.0, label)
    return None


def _beside(cell: GridCell, covers: dict[tuple[int, int], GridCell]) -> _Beside:
    left: list[str] = []
    unit = ""
    for column in range(cell.column - 1, 0, -1):
        other = covers.get((cell.row, column))
        text = other.text.strip() if other is not None and other.is_label else ""
        if text in _UNITS:
            unit = unit or text
        elif text and text not in left:
            left.append(text)
    above: list[str] = []
    for row in range(cell.row - 1, 0, -1):
        other = covers.get((row, cell.column))
        # A title laid over the whole sheet, or a label of a row above, says nothing of this column.
        if other is None or not other.is_label or other.column_span > 12:
            continue
        text = other.text.strip()
        if text in _UNITS:
            unit = unit or text
        elif text not in above:
            above.append(text)
    return _Beside(tuple(left[:3]), tuple(above[:3]), unit or _unit_in(left, above))


def _unit_in(left: Sequence[str], above: Sequence[str]) -> str:
    """Return the unit a label names in brackets: 金额（万元）."""
    for text in (*left[:1], *above[:1]):
        for inside in _BRACKETS.findall(text):
            if inside.strip() in _UNITS:
                return str(inside.strip())
    return ""


def _plain(text: str) -> str:
    """Return a label without brackets that name units, numbers, punctuation and filling words."""
    bare = _BRACKETS.sub(lambda m: "" if m.group(1).strip() in _UNITS else m.group(1), text)
    return _NOISE.sub("", bare)


def _figure(
    sheet: str,
    cell: GridCell,
    beside: _Beside,
    indicators: Sequence[KnownIndicator],
    unions: Sequence[tuple[int, str]],
) -> Suggestion | None:
    texts = _texts(beside)
    best: tuple[float, KnownIndicator, str] | None = None
    for text, weight in texts:
        for one in indicators:
            score = _likeness(text, one) * weight - _against(beside.unit, one.unit)
            if best is None or score > best[0]:
                best = (score, one, text)
    if best is None or best[0] < ENOUGH:
        return None
    score, one, text = best
    part = _part(beside, one)
    if part is None:
        return None
    binding = CellBinding(
        sheet,
        cell.ref,
        one.code,
        part,
        union_id=_union(beside, unions),
        in_wan=one.unit == "元" and "万" in beside.unit + text,
    )
    return Suggestion(binding, round(score, 1), text)


def _texts(beside: _Beside) -> list[tuple[str, float]]:
    """Return the wordings to compare, each with its weight: a label alone, and below its parent's."""
    found: list[tuple[str, float]] = []
    for side in (beside.left, beside.above):
        plain = [text for text in side if not _ONLY_PART.match(text)]
        if plain:
            found.append((plain[0], 1.0))
            found += [(f"{parent}{plain[0]}", _ALONE) for parent in plain[1:]]
            found += [(parent, _ALONE * _ALONE) for parent in plain[1:]]
    return found


def _likeness(text: str, one: KnownIndicator) -> float:
    plain = _plain(text)
    if not plain:
        return 0.0
    return max(fuzz.ratio(plain, _plain(name)) for name in one.names)


def _against(unit: str, wanted: str) -> float:
    """Return what a unit beside the cell takes from a guess of another unit."""
    if not unit or unit.replace("％", "%") == wanted:
        return 0.0
    same = {"万元": "元", "家": "家次"}
    return 0.0 if same.get(unit) == wanted else _WRONG_UNIT


def _part(beside: _Beside, one: KnownIndicator) -> str | None:
    """Return which part the words beside a cell ask for; None if the indicator has no such part."""
    own = one.names[0]
    for part, words in _PART_WORDS:
        is_said = any(word in text for text in beside.all() for word in words)
        if not is_said or any(word in own for word in words):
            continue
        has_it = one.has_earlier if part in ("earlier", "this_year") else one.unit != "%"
        return part if has_it else None
    return "value"


def _union(beside: _Beside, unions: Sequence[tuple[int, str]]) -> int | None:
    for text in beside.all():
        if _TOTAL.match(text):
            return None
        for number, name in unions:
            if fuzz.ratio(text, name) >= 90 or (len(text) >= 3 and name.startswith(text)):
                return number
    return None
