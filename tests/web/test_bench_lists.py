"""The machine contract of `yangguang bench lists`: queries do not grow with people. No time is asserted."""

import json
import re
from typing import Any

import pytest

from tests.support import tree
from web.bench_lists import ListsOut, measure_lists


@pytest.fixture(scope="module")
def measured() -> ListsOut:
    """Measure two small districts once."""
    return measure_lists(600, 2, few=200)


def test_no_list_needs_more_queries_for_more_people(measured: ListsOut) -> None:
    assert [(p.name, p.queries) for p in measured.pages if p.queries > p.queries_of_few] == []
    assert measured.is_constant


def test_every_page_answers(measured: ListsOut) -> None:
    assert {(page.name, page.status) for page in measured.pages if page.status != 200} == set()


def test_the_shape_is_the_one_documented(measured: ListsOut) -> None:
    page = (tree.ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    shown = re.search(r"<!-- shape: bench lists -->\n```json\n(.*?)\n```", page, re.DOTALL)
    assert shown is not None

    documented: dict[str, Any] = json.loads(shown[1])
    real: dict[str, Any] = json.loads(measured.model_dump_json())

    assert set(documented) == set(real)
    assert set(documented["pages"][0]) == set(real["pages"][0])
