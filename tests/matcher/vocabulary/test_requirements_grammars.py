"""Each grammar in which issuers write is read as a careful reader reads it; open texts are left to a person.

The texts are self-made in the manner of many issuers (`data/grammars.jsonl`, `data/open_texts.jsonl`), with
their answers written before the reader was run on them. `yangguang majors evaluate` measures other files.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from matcher.kinds import MajorLevel, Verdict
from matcher.vocabulary.requirements import Student, judge, read_requirement

DATA = Path(__file__).parent / "data"
LEVELS = {level.label: level for level in MajorLevel}
# What was reached when the texts were last looked through; those that fall short are named in the file.
LEAST_OPEN_MAYBE = 0.75


def texts(name: str) -> list[dict[str, Any]]:
    """Return the texts of a file with their questions."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def answers(text: dict[str, Any]) -> Iterator[tuple[str, str, Verdict]]:
    """Yield (major, expected, answer) for each question on a text."""
    requirement = read_requirement(text["requirement"], text["requirement_column_level"])
    for level, name, code, expected in text["questions"]:
        yield name, expected, judge(requirement, Student(LEVELS[level], name, code)).verdict


@pytest.mark.parametrize("stratum", sorted({text["stratum"] for text in texts("grammars.jsonl")}))
def test_a_grammar_is_read_as_a_careful_reader_reads_it(stratum: str) -> None:
    chosen = [text for text in texts("grammars.jsonl") if text["stratum"] == stratum]

    wrong = [
        (text["requirement"], name, expected, answer.value)
        for text in chosen
        for name, expected, answer in answers(text)
        if answer.value != expected
    ]

    assert wrong == []


def test_a_text_that_cannot_be_decided_is_never_a_plain_no_to_most() -> None:
    counts: Counter[str] = Counter()

    for text in texts("open_texts.jsonl"):
        for _, expected, answer in answers(text):
            if expected == "maybe":
                counts[answer.value] += 1

    assert counts["maybe"] / counts.total() >= LEAST_OPEN_MAYBE, counts


def test_whom_an_open_text_surely_leaves_out_is_never_admitted() -> None:
    admitted = [
        (text["requirement"], name)
        for text in texts("open_texts.jsonl")
        for name, expected, answer in answers(text)
        if expected in ("no", "not_yes") and answer is Verdict.YES
    ]

    assert admitted == []
