"""Printed sheets."""

import re
import zlib

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from matcher.documents.pdf import (
    ListColumn,
    ListForm,
    TemplateNotFoundError,
    compile_list,
    compile_pdf,
    list_templates,
)

COLUMNS = (ListColumn("序号", 0.5, "right"), ListColumn("姓名"), ListColumn("岗位", 3))


def pages(pdf: bytes) -> int:
    """Count the pages of a PDF."""
    inflated = [pdf]
    for match in re.finditer(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            inflated.append(zlib.decompressobj().decompress(match.group(1)))
        except zlib.error:
            continue
    return sum(len(re.findall(rb"/Type\s*/Page\b(?!s)", part)) for part in inflated)


def form(**changes: object) -> ListForm:
    """Return a small list with changes."""
    facts: dict[str, object] = {
        "title": "岗位推荐名单",
        "columns": COLUMNS,
        "rows": [["1", "张*", "会计"]],
    }
    return ListForm(**{**facts, **changes})  # type: ignore[arg-type]  # checked by the dataclass's users


def test_a_list_is_a_pdf_of_one_page() -> None:
    pdf = compile_list(
        form(
            facts=[("活动", "阳光就业")],
            notes=["注"],
            signatures=["经办人"],
            audit="ab",
            as_of="今",
        )
    )

    assert pdf.startswith(b"%PDF-")
    assert pages(pdf) == 1


def test_a_long_list_goes_over_several_pages() -> None:
    assert pages(compile_list(form(rows=[[str(n), "张*", "会计"] for n in range(200)]))) > 3


def test_the_same_form_gives_the_same_bytes() -> None:
    assert compile_list(form()) == compile_list(form())


def test_the_chinese_font_is_inside() -> None:
    assert b"NotoSansCJK" in compile_list(form()).replace(b" ", b"")


@pytest.mark.parametrize(
    "text",
    ['#panic("x")', "*粗* _斜_ `x`", "$x$ @ref <label>", "[", "]", "\\", '"}', "// x", "= 标题"],
)
def test_markup_in_data_is_shown_and_not_run(text: str) -> None:
    data = form(
        title=text, subtitle=text, rows=[[text, text, text]], facts=[(text, text)], notes=[text]
    )

    assert pages(compile_list(data)) == 1


@hypothesis_settings(max_examples=25)
@given(st.text(min_size=1, max_size=40))
def test_any_text_prints(text: str) -> None:
    assert compile_list(form(rows=[[text]], audit=text, as_of=text, signatures=[text])).startswith(
        b"%PDF-"
    )


def test_a_short_row_is_filled_and_a_long_one_refused() -> None:
    assert compile_list(form(rows=[["1"]])).startswith(b"%PDF-")
    with pytest.raises(ValueError, match="longer"):
        compile_list(form(rows=[["1", "2", "3", "4"]]))
    with pytest.raises(ValueError, match="column"):
        compile_list(form(columns=()))


@pytest.mark.parametrize("name", ["nothing", "../pdf", "list.typ", ""])
def test_only_templates_that_are_there_can_be_named(name: str) -> None:
    with pytest.raises(TemplateNotFoundError):
        compile_pdf(name, {})


def test_the_list_template_is_packed() -> None:
    assert "list" in list_templates()
