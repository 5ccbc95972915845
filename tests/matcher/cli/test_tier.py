"""`yangguang tier` answers each line, refuses what cannot be read, and shows what docs/cli.md shows."""

import json
import re
from pathlib import Path

import pytest

from matcher.cli.entry import outcome
from tests.support import tree

VECTORS = [
    ({"income": 30240, "tuition": 0, "aid": 0, "people": 3}, "840", "no"),
    ({"income": 30239, "tuition": 0, "aid": 0, "people": 3}, "839.97", "yes"),
    ({"income": 28000, "tuition": 0, "aid": 4000, "people": 3}, "888.89", "no"),
    ({"income": 28000, "tuition": 0, "people": 3}, None, "unknown"),
]


def _ask(
    tmp_path: Path, lines: list[object], capsys: pytest.CaptureFixture[str]
) -> tuple[int, list[dict[str, object]]]:
    path = tmp_path / "lines.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    code = outcome(["tier", str(path), "--json"])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_vectors_of_yinchuan_come_out_of_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines: list[object] = [
        {"rule_set": "yinchuan_2018", "inputs": inputs} for inputs, _, _ in VECTORS
    ]

    code, said = _ask(tmp_path, lines, capsys)

    assert code == 0
    assert [(one["per_head_yuan"], one["answer"]) for one in said] == [
        (amount, answer) for _, amount, answer in VECTORS
    ]


def test_a_line_that_cannot_be_read_says_why_and_the_others_are_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines: list[object] = [
        {"inputs": {"wages": 1}},
        {"inputs": {"income": True}},
        {"inputs": {"people": 2.5}},
        {"inputs": {"income": 1.005}},
        {"rule_set": "x", "inputs": {}},
        {"inputs": {}, "name": "张三"},
        {"region": "370202", "on": "2026-11-22", "inputs": {"income": 1}},
    ]

    code, said = _ask(tmp_path, lines, capsys)

    assert code == 2
    assert ["error" in one for one in said] == [True] * 6 + [False]
    assert said[-1]["rule_set"] == "current_qingdao"


def test_the_page_of_verbs_shows_the_answer_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (tree.ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- shape: tier -->\n```json\n(.*?)\n```", page, re.DOTALL)
    assert found is not None
    shown = json.loads(found[1])

    _, said = _ask(tmp_path, [{"rule_set": "yinchuan_2018", "inputs": VECTORS[1][0]}], capsys)

    working = said[0].pop("working")
    assert shown.pop("working")[0] in working  # type: ignore[operator]
    assert said[0] == shown
