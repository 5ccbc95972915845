"""The contract of `yangguang bench sheet`: what is counted and listed is what was put in. No time is asserted."""

import json
import re
from typing import Any

import pytest

from tests.support import tree
from web.bench_sheet import SheetOut, measure_sheet


@pytest.fixture(scope="module")
def measured() -> SheetOut:
    """Measure a small drive once."""
    return measure_sheet(300)


def test_figures_and_lists_hold_everybody_who_was_put_in(measured: SheetOut) -> None:
    assert measured.is_right
    assert {one.rows for one in measured.exports} == {measured.people} == {300}


def test_the_shape_is_the_one_documented(measured: SheetOut) -> None:
    page = (tree.ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    shown = re.search(r"<!-- shape: bench sheet -->\n```json\n(.*?)\n```", page, re.DOTALL)
    assert shown is not None

    documented: dict[str, Any] = json.loads(shown[1])
    real: dict[str, Any] = json.loads(measured.model_dump_json())

    assert set(documented) == set(real)
    assert set(documented["exports"][0]) == set(real["exports"][0])
