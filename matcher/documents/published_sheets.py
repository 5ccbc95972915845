"""A published version (公布版) as workbook and PDF: what its page shows, nothing more.

No signatures and no digest of the sheet itself: these papers are for everybody.
"""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

from matcher.documents.pdf import compile_pdf
from matcher.documents.sheet_forms import TITLE, LineKind, figure_words
from matcher.documents.xlsx import Column, SheetSpec, write_sheet

KEPT_BACK = "不公布"
"""Stands for every withheld figure, small or not: two marks would tell them apart."""

_WITHHELD = "withheld"
_PARTS_A_PAGE = 8
"""Unions side by side on a landscape page."""

Content = Mapping[str, Any]


def cell_words(kind: LineKind, value: int | str | None) -> str:
    """Return a figure as it is shown: the mark, a dash for none, else the number."""
    if value == _WITHHELD:
        return KEPT_BACK
    return figure_words(kind, value if isinstance(value, int) else None)


def side_words(kind: LineKind, value: int | str | None) -> str:
    """Return what stands beside a figure, empty where there is nothing."""
    return "" if value in (None, 0) else cell_words(kind, value)


def notes_of(content: Content) -> list[str]:
    """Return what a reader must know of the figures."""
    most = content["threshold"] - 1
    return [
        f"“{KEPT_BACK}”：1 至 {most} 的数，或者为了不让这样的数被推算出来而一并隐去的数。",
        f"与以前公布的同一个数相差 1 至 {most} 的，也不公布。",
        "“数值”只计已核实的；“无明细单位”是没有使用系统的单位填报的，不计入数值。",
        "同一人在几个下级单位出现的，本级只计一次，各单位相加可以大于本级。",
    ]


def facts_of(content: Content) -> list[tuple[str, str]]:
    """Return of whom and of when the figures are."""
    facts = [
        ("单位", content["union"]),
        ("活动", content["drive"]),
        ("报告期", f"{content['period']}（{content['from_on']} 至 {content['until_on']}）"),
    ]
    return [*facts, ("数据录入截至", content["known_on"] or "")]


def rows_of(content: Content) -> Iterator[list[str]]:
    """Yield the cells of each line."""
    for line in content["lines"]:
        kind = line["kind"]
        yield [
            line["number"],
            line["label"],
            line["unit"],
            cell_words(kind, line["value"]),
            side_words(kind, line.get("earlier")),
            side_words(kind, line.get("typed")),
        ]


def part_names(content: Content) -> list[str]:
    """Return the names of the unions below, the union's own row last."""
    return [
        f"{one['name']}（本级直接）" if one["is_own"] else one["name"] for one in content["parts"]
    ]


def part_rows(content: Content, parts: Sequence[Mapping[str, Any]]) -> Iterator[list[str]]:
    """Yield number, name and the figures of some unions for each line."""
    for line in content["lines"]:
        cells = (cell_words(line["kind"], one["values"].get(line["code"])) for one in parts)
        yield [line["number"], line["label"], *cells]


HEADS = ("序号", "指标", "单位", "数值", "其中往届", "无明细单位")
_WIDTHS = (6.0, 38.0, 6.0, 14.0, 12.0, 12.0)


def published_xlsx(content: Content, digest: str) -> bytes:
    """Return the workbook of a published version."""
    lines = [TITLE, "    ".join(f"{name}：{value}" for name, value in facts_of(content))]
    footer = f"内容摘要 {digest[:16]}"
    columns = [Column(head, "text", width) for head, width in zip(HEADS, _WIDTHS, strict=True)]
    sheets = [SheetSpec("统计表", columns, rows_of(content), [*lines, *notes_of(content)], footer)]
    if content["parts"]:
        names = [Column(name, "text", 14.0) for name in part_names(content)]
        rows = part_rows(content, content["parts"])
        heads = [Column("序号", "text", 6.0), Column("指标", "text", 38.0), *names]
        sheets.append(SheetSpec("分单位", heads, rows, lines, footer))
    target = BytesIO()
    write_sheet(target, sheets)
    return target.getvalue()


def published_pdf(content: Content, digest: str) -> bytes:
    """Return the PDF of a published version."""
    names = part_names(content)
    pages = []
    for start in range(0, len(names), _PARTS_A_PAGE):
        parts = content["parts"][start : start + _PARTS_A_PAGE]
        pages.append(
            {
                "heads": ["序号", "指标", *names[start : start + _PARTS_A_PAGE]],
                "weights": [0.5, 2.6, *(1.0 for _ in parts)],
                "rows": list(part_rows(content, parts)),
            }
        )
    return compile_pdf(
        "published_sheet",
        {
            "title": TITLE,
            "landscape": bool(names),
            "facts": facts_of(content),
            "heads": list(HEADS),
            "weights": [0.5, 2.8, 0.6, 1.0, 0.9, 0.9],
            "rows": list(rows_of(content)),
            "notes": notes_of(content),
            "pages": pages,
            "digest": digest,
        },
    )
