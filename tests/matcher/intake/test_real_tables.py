"""The real tables: every row is taken or refused for a reason (skipped where they are absent)."""

import json
from collections import Counter
from pathlib import Path

import pytest

from matcher.intake import judge_rows, match_head, open_table
from matcher.kinds import ImportKind
from tests.matcher.intake.messy import TODAY


@pytest.mark.parametrize(
    ("pattern", "least_share"),
    [
        ("positions/henan*.json", 0.99),
        ("positions/gd_2020*.xls", 0.99),
        ("positions/gd_2023*.xls", 0.99),
        ("postings/boss*.csv", 0.99),
        ("postings/51job_Yi27*.csv", 0.97),
        ("postings/51job_ying*.xlsx", 0.97),
    ],
)
def test_every_row_of_a_real_table_is_taken_or_truly_refused(
    shared_data: Path, pattern: str, least_share: float
) -> None:
    (path,) = shared_data.glob(pattern)

    for grid in open_table(path):
        judged = list(judge_rows(ImportKind.POSTINGS, grid, today=TODAY))

        counts = Counter(r.status for r in judged)
        assert len(judged) == len(grid.rows)
        assert counts["ok"] >= least_share * (counts["ok"] + counts["refused"])
        reasons = {
            p.code
            for r in judged
            if r.status == "refused"
            for p in r.problems
            if p.severity == "refuse"
        }
        assert reasons <= {"duplicate_row", "no_title", "no_employer", "garbled"}


def test_real_heads_of_graduate_tables_are_known(shared_data: Path) -> None:
    lines = (shared_data / "headers" / "headers.jsonl").read_text(encoding="utf-8").splitlines()

    heads = [json.loads(line) for line in lines if line.strip()]

    wrong = [
        (h["header"], h["concept"], found)
        for h in heads
        if h["concept"] != "IGNORE"
        and (found := match_head(ImportKind.GRADUATES, h["header"])[0]) != h["concept"]
    ]
    assert wrong == []
