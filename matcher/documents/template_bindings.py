"""Which cell of a template holds which figure (单元格绑定), and whether that still holds for the template at hand.

A code that begins with @ is a word (填报单位, 审核人 …), any other an indicator. Only the caller knows which
indicators and unions there are.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from matcher.documents.template_grids import GridCell, TemplateGrid, is_reference

WORDS: Mapping[str, str] = {
    "@union": "填报单位",
    "@drive": "活动名称",
    "@period": "报告期",
    "@as_of": "数据截至",
    "@filled_by": "填报人",
    "@reviewed_by": "审核人",
    "@led_by": "负责人",
    "@filled_on": "填报日期",
    "@state": "报送状态",
    "@digest": "数据摘要",
    "@audit": "审计链头",
}
"""Words a template may show, by code."""

PARTS: Mapping[str, str] = {
    "value": "数值（已核）",
    "this_year": "其中应届",
    "earlier": "其中往届",
    "reported": "自报待核",
    "typed": "无明细单位",
    "numerator": "分子",
    "denominator": "分母",
}
"""Which number of an indicator; this_year is the value without what is of earlier years."""


@dataclass(frozen=True, slots=True)
class CellBinding:
    """One cell and what stands in it."""

    sheet: str
    ref: str
    code: str
    part: str = "value"
    union_id: int | None = None
    """A union below; None for the one the sheet is made for."""
    in_wan: bool = False
    """Divided by ten thousand (万元, 万人)."""

    @property
    def is_word(self) -> bool:
        """Whether a word stands here, no figure."""
        return self.code.startswith("@")

    @property
    def place(self) -> tuple[str, str]:
        """Return sheet and reference."""
        return self.sheet, self.ref

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for storing."""
        return asdict(self)

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> "CellBinding":
        """Return a stored binding."""
        return cls(
            sheet=str(given["sheet"]),
            ref=str(given["ref"]),
            code=str(given["code"]),
            part=str(given.get("part", "value")),
            union_id=given.get("union_id"),
            in_wan=bool(given.get("in_wan", False)),
        )


@dataclass(frozen=True, slots=True)
class BindingProblem:
    """A binding that does not hold: a code, where, and a sentence."""

    code: str
    sheet: str
    ref: str
    words: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the caller knows: codes of indicators, and ids of the unions in its sight."""

    codes: Collection[str]
    union_ids: Collection[int] = ()


def may_hold(cell: GridCell, binding: CellBinding) -> bool:
    """Say whether a cell may hold what is bound: figures only in open cells, words also after a colon."""
    if cell.is_formula:
        return False
    if cell.is_open:
        return True
    return binding.is_word and cell.text.rstrip().endswith(("：", ":"))


def check_binding(grid: TemplateGrid, binding: CellBinding, known: Known) -> BindingProblem | None:
    """Return why a binding does not hold; None if it does."""
    cell = grid.find(binding.sheet, binding.ref) if is_reference(binding.ref) else None
    said: tuple[str, str] | None = None
    if cell is None:
        said = "binding_cell_unknown", "表样里没有这个单元格，或它是合并单元格的一部分。"
    elif cell.is_formula:
        said = "binding_cell_formula", "这一格是公式，由表格自己计算，不能绑定。"
    elif not may_hold(cell, binding):
        said = "binding_cell_taken", "这一格已有文字，不能写数字。"
    elif binding.is_word and binding.code not in WORDS:
        said = "binding_code_unknown", f"没有“{binding.code}”这一项。"
    elif not binding.is_word and binding.code not in known.codes:
        said = "binding_code_unknown", f"指标“{binding.code}”不存在或已停用。"
    elif binding.part not in PARTS:
        said = "binding_part_unknown", f"没有“{binding.part}”这种取数。"
    elif binding.union_id is not None and binding.union_id not in known.union_ids:
        said = "binding_union_unknown", "绑定的下级单位不在管辖范围内。"
    if said is None:
        return None
    return BindingProblem(said[0], binding.sheet, binding.ref, said[1])


def check_bindings(
    grid: TemplateGrid, bindings: Sequence[CellBinding], known: Known
) -> list[BindingProblem]:
    """Return what does not hold, in the order of the bindings; a cell bound twice is told once."""
    problems: list[BindingProblem] = []
    seen: set[tuple[str, str]] = set()
    for binding in bindings:
        problem = check_binding(grid, binding, known)
        if problem is None and binding.place in seen:
            problem = BindingProblem("binding_cell_twice", *binding.place, "这一格绑定了两次。")
        seen.add(binding.place)
        if problem is not None:
            problems.append(problem)
    return problems


def open_places(grid: TemplateGrid, bindings: Sequence[CellBinding]) -> list[tuple[str, GridCell]]:
    """Return the cells that may hold a figure and are not bound, hidden sheets left out."""
    bound = {binding.place for binding in bindings}
    return [
        (sheet.name, cell)
        for sheet in grid.sheets
        if not sheet.is_hidden
        for cell in sheet.cells()
        if cell.is_open and (sheet.name, cell.ref) not in bound
    ]
