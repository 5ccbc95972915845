"""The statistics sheet in our own layout as a PDF (统计表 PDF), for signing and sealing on paper."""

from collections.abc import Iterator, Sequence
from typing import Any

from matcher.documents.pdf import compile_pdf
from matcher.documents.sheet_forms import (
    DEFAULT_NOTES,
    SEAL,
    SheetForm,
    SheetLine,
    UnionPart,
    change_words,
    shown,
    signatures,
)

_PARTS_A_PAGE = 7
"""Unions side by side on one page; more names do not fit a landscape page."""

_Head = tuple[str, str]
_BASE: tuple[tuple[_Head, float], ...] = (
    (("序号", "center"), 0.5),
    (("指标", "left"), 2.6),
    (("单位", "center"), 0.55),
    (("数值", "right"), 1.0),
    (("其中往届", "right"), 0.75),
    (("自报待核", "right"), 0.75),
    (("无明细单位", "right"), 0.85),
)
_BEFORE: tuple[tuple[_Head, float], ...] = (
    (("上次报送", "right"), 0.95),
    (("比上次", "right"), 0.95),
)
_NOTE: tuple[_Head, float] = (("说明", "left"), 1.5)


def compile_sheet(form: SheetForm) -> bytes:
    """Return the PDF of a sheet; with unions below, wide pages follow."""
    columns = [*_BASE, *(_BEFORE if form.has_before else ()), _NOTE]
    data: dict[str, Any] = {
        "title": form.title,
        "subtitle": form.subtitle,
        "landscape": form.has_before or bool(form.parts),
        "facts": _facts(form),
        "weights": [weight for _, weight in columns],
        "heads": [head for head, _ in columns],
        "rows": [_row(form, line) for line in form.lines],
        "signatures": signatures(form),
        "filled_on": form.filled_on,
        "notes": [*DEFAULT_NOTES, *form.notes],
        "digest": form.digest,
        "audit": form.audit,
        "as_of": form.as_of,
        "seal": SEAL,
        "parts": list(_parts(form)),
        "findings": [
            {"title": title, "lines": list(lines)}
            for title, lines in (
                ("没有通过的核对", form.failures),
                ("锁定后的更正（不计入上表）", form.corrections),
            )
            if lines
        ],
    }
    return compile_pdf("figure_sheet", data)


def _facts(form: SheetForm) -> list[tuple[str, str]]:
    facts = [("填报单位", form.union), ("活动", form.drive)]
    facts += [("报告期", form.period)] if form.period else []
    facts += [("数据截至", form.as_of)]
    facts += [("状态", form.state)] if form.state else []
    return facts


def _row(form: SheetForm, line: SheetLine) -> dict[str, Any]:
    cells = [line.number, line.label, line.unit, shown(line, line.value)]
    for value in (line.earlier, line.reported, line.typed):
        cells.append("" if line.withheld else shown(line, value, blank=True))
    if form.has_before:
        cells.append("" if line.withheld else shown(line, line.before, blank=True))
        cells.append("" if line.withheld else change_words(line))
    said = "；".join(part for part in (line.ratio_words, line.note) if part)
    return {"cells": [*cells, "" if line.withheld else said], "is_sub": "." in line.number}


def _parts(form: SheetForm) -> Iterator[dict[str, Any]]:
    for start in range(0, len(form.parts), _PARTS_A_PAGE):
        part = form.parts[start : start + _PARTS_A_PAGE]
        of = f"（{start + 1} – {start + len(part)}，共 {len(form.parts)} 个）"
        yield {
            "title": f"分单位{of}" if len(form.parts) > _PARTS_A_PAGE else "分单位",
            "weights": [0.5, 2.4, 0.5, 1.0, *(1.0 for _ in part)],
            "heads": [
                ("序号", "center"),
                ("指标", "left"),
                ("单位", "center"),
                ("本级合计", "right"),
                *((union.name, "right") for union in part),
            ],
            "rows": [_part_row(line, part) for line in form.lines],
        }


def _part_row(line: SheetLine, part: Sequence[UnionPart]) -> dict[str, Any]:
    values = [line.value, *(union.values.get(line.code) for union in part)]
    cells = [line.number, line.label, line.unit, *(shown(line, value) for value in values)]
    return {"cells": cells, "is_sub": "." in line.number}
