"""Papers of a published version: withheld figures are a mark everywhere, and no person is in them."""

from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from matcher.documents.pdf_reading import read_pdf
from matcher.documents.published_sheets import KEPT_BACK, cell_words, published_pdf, published_xlsx

_CONTENT: dict[str, Any] = {
    "union": "甲市总工会",
    "drive": "2026 毕业生就业服务",
    "period": "总结报表",
    "from_on": "2026-07-01",
    "until_on": "2026-08-31",
    "known_on": "2026-09-01",
    "edition": 1,
    "threshold": 5,
    "lines": [
        {
            "code": "graduates",
            "number": "3",
            "label": "毕业生总数",
            "unit": "人",
            "kind": "count",
            "value": 1204,
            "earlier": "withheld",
            "typed": 0,
        },
        {
            "code": "helped",
            "number": "30",
            "label": "帮助实现就业",
            "unit": "人",
            "kind": "count",
            "value": "withheld",
            "earlier": None,
            "typed": None,
        },
    ],
    "parts": [
        {
            "name": f"第{n}县总工会",
            "is_own": False,
            "values": {"graduates": 100, "helped": "withheld"},
        }
        for n in range(9)
    ],
}


def _cells(content: bytes) -> list[list[object]]:
    book = load_workbook(BytesIO(content))
    return [[cell for cell in row if cell is not None] for page in book for row in page.values]


def test_the_workbook_says_what_the_page_says() -> None:
    rows = _cells(published_xlsx(_CONTENT, "ab" * 32))

    assert ["3", "毕业生总数", "人", "1,204", KEPT_BACK] in [row[:5] for row in rows]
    assert ["30", "帮助实现就业", *[KEPT_BACK] * 9] in rows


def test_the_pdf_has_a_page_for_eight_unions_each() -> None:
    paper = read_pdf(published_pdf(_CONTENT, "ab" * 32))

    assert paper.is_whole
    assert paper.n_pages == 3


def test_a_figure_that_is_not_there_is_no_withheld_one() -> None:
    assert cell_words("count", None) != cell_words("count", "withheld")
