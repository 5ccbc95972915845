"""The machine contract of `yangguang bench interviews`: as many people as can be. No time is asserted."""

import json
import re
from typing import Any

import pytest
from click.testing import CliRunner

from matcher.cli.bench_interviews import InterviewsOut, interviews, measure
from tests.support import tree


@pytest.mark.parametrize("each", [1, 2, 4])
@pytest.mark.parametrize("seed", [1, 2])
def test_everybody_who_can_be_reached_is_covered_the_first_among_them(each: int, seed: int) -> None:
    measured = measure(150, 10, 8, each, seed)
    assert measured.covered == measured.reachable > 0
    assert measured.first_covered == measured.first_reachable
    assert measured.share == 1.0


def test_the_shape_is_the_one_documented() -> None:
    page = (tree.ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    shown = re.search(r"<!-- shape: bench interviews -->\n```json\n(.*?)\n```", page, re.DOTALL)
    assert shown is not None
    wanted = ["--people", "30", "--employers", "4", "--slots", "5", "--json"]
    ran = CliRunner().invoke(interviews, wanted)

    assert ran.exit_code == 0
    documented: dict[str, Any] = json.loads(shown[1])
    assert set(documented) == set(json.loads(ran.stdout))
    assert InterviewsOut.model_validate_json(ran.stdout).people == 30
