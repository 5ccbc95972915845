"""The reader on the shared real texts; skipped where they are absent."""

import json
from pathlib import Path

import pytest

from matcher.kinds import MajorLevel, Verdict
from matcher.vocabulary.majors import load_catalogue
from matcher.vocabulary.majors.references import NATIONAL
from matcher.vocabulary.requirements import LeafIndex, Student, judge, read_requirement

LEVELS = {level.label: level for level in MajorLevel}
LEAST_SHARE_RIGHT = 0.95
"""Cases that need a provincial directory count as wrong until directories are data."""


@pytest.mark.real_tables
def test_the_shared_cases_are_answered_and_no_exclusion_is_admitted(shared_data: Path) -> None:
    lines = (shared_data / "majors/match_cases.jsonl").read_text(encoding="utf-8").splitlines()
    right, wrong_yes = 0, []
    for case in map(json.loads, lines):
        requirement = read_requirement(
            case["requirement"], case["requirement_column_level"], case.get("needs")
        )
        student = case["student"]
        who = Student(LEVELS[student["level"]], student["major_name"], student.get("code"))
        verdict = judge(requirement, who).verdict.value
        expected = case["expected"]
        right += verdict == expected or (expected == "not_yes" and verdict != "yes")
        if verdict == "yes" != expected:
            wrong_yes.append(case["id"])

    assert wrong_yes == []
    assert right / len(lines) >= LEAST_SHARE_RIGHT


@pytest.mark.real_tables
def test_henan_2024_leaves_few_texts_to_a_person(shared_data: Path) -> None:
    path = shared_data / "positions/henan_2024_省考职位表.json"
    rows = json.loads(path.read_text(encoding="utf-8"))
    texts = {row["majorType"] for row in rows if row["majorType"]}
    leaves = load_catalogue().leaves(MajorLevel.BACHELOR)
    index = LeafIndex([leaf for leaf in leaves if leaf.namespace == NATIONAL])

    undecided = [
        text
        for text in texts
        if any(v is Verdict.MAYBE for _, v, _ in index.compile(read_requirement(text, "混合")))
    ]

    assert len(undecided) <= len(texts) * 0.03
