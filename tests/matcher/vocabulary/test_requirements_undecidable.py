"""Texts a careful reader cannot decide are left to a person, and their decidable neighbours are not.

The questions (`data/undecidable.jsonl`) were made up for this test; no table holds these texts.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from matcher.kinds import MajorLevel
from matcher.vocabulary.requirements import Student, judge, read_requirement

FILE = Path(__file__).parent / "data" / "undecidable.jsonl"
QUESTIONS = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
LEVELS = {level.label: level for level in MajorLevel}


@pytest.mark.parametrize("question", QUESTIONS, ids=[one["id"] for one in QUESTIONS])
def test_what_cannot_be_decided_is_left_to_a_person(question: dict[str, Any]) -> None:
    student = question["student"]
    requirement = read_requirement(question["requirement"], question["requirement_column_level"])

    answer = judge(
        requirement, Student(LEVELS[student["level"]], student["major_name"], student.get("code"))
    )

    assert answer.verdict.value == question["expected"], question
