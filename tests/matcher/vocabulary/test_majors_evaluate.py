"""What `yangguang majors evaluate` counts, and its machine contract."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from matcher.cli.majors import majors
from matcher.vocabulary.evaluation import (
    Outcome,
    answer_scores,
    confusion,
    issuer_of_table,
    mean_accuracy,
    score,
    score_by,
    worst_group,
)

QUESTION = {
    "id": 1,
    "requirement": "法学类",
    "requirement_column_level": "本科",
    "student": {"level": "本科", "major_name": "知识产权"},
    "expected": "yes",
}


DOCS = Path(__file__).parents[3] / "docs" / "cli.md"


def shape(value: Any) -> Any:
    """Reduce JSON to its keys and kinds; the keys of groups are data."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return None if value is None else type(value).__name__


def outcome(expected: str, answered: str, **more: Any) -> Outcome:
    return Outcome("x", expected, answered, **more)


def ask(tmp_path: Path, lines: list[object], *options: str) -> Result:
    file = tmp_path / "cases.jsonl"
    text = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    file.write_text("\n".join(text), encoding="utf-8")
    return CliRunner().invoke(majors, ["evaluate", str(file), *options])


def test_only_decidable_questions_count_for_accuracy() -> None:
    counted = score(
        [
            outcome("yes", "yes"),
            outcome("no", "maybe"),
            outcome("maybe", "maybe"),
            outcome("maybe", "no"),
            outcome("not_yes", "no"),
        ]
    )

    assert counted.accuracy == 0.5
    assert (counted.decidable, counted.maybe_decidable) == (2, 1)
    assert (counted.undecidable, counted.maybe_undecidable) == (2, 1)
    assert (counted.not_yes, counted.right_not_yes) == (1, 1)


@pytest.mark.parametrize(("answered", "right"), [("no", True), ("maybe", True), ("yes", False)])
def test_not_yes_is_met_by_every_answer_but_yes(answered: str, right: bool) -> None:
    assert outcome("not_yes", answered).right is right


def test_a_yes_where_not_yes_was_due_costs_precision() -> None:
    yes, no, maybe = answer_scores(
        [outcome("yes", "yes"), outcome("not_yes", "yes"), outcome("not_yes", "no")]
    )

    assert (yes.given, yes.right, yes.precision, yes.recall) == (2, 1, 0.5, 1.0)
    assert (no.given, no.precision) == (0, None)
    assert maybe.recall is None


def test_a_yes_on_an_explicit_exclusion_is_counted_apart() -> None:
    counted = score(
        [
            outcome("no", "yes", excluded=True),
            outcome("no", "no", excluded=True),
            outcome("no", "yes"),
        ]
    )

    assert (counted.excluded, counted.yes_on_excluded) == (2, 1)


def test_each_issuer_counts_once_however_many_rows_it_has() -> None:
    rows = [outcome("yes", "yes", issuer="甲")] * 98 + [outcome("yes", "no", issuer="乙")] * 2

    groups = score_by(rows, "issuer")

    assert score(rows).accuracy == 0.98
    assert mean_accuracy(groups) == 0.5
    assert worst_group(groups) == ("乙", 0.0)


def test_issuers_without_a_decidable_question_are_left_out_of_the_mean() -> None:
    rows = [outcome("yes", "yes", issuer="甲"), outcome("maybe", "no", issuer="乙")]

    assert mean_accuracy(score_by(rows, "issuer")) == 1.0


def test_a_question_counts_in_each_of_its_strata() -> None:
    groups = score_by([outcome("yes", "yes", strata=("排除", "短文本"))], "stratum")

    assert {label: each.cases for label, each in groups.items()} == {"排除": 1, "短文本": 1}


def test_rows_that_never_occur_are_not_in_the_confusion_table() -> None:
    assert confusion([outcome("yes", "maybe")]) == {"yes": {"yes": 0, "no": 0, "maybe": 1}}


@pytest.mark.parametrize(
    ("title", "issuer"),
    [
        ("某省2024年度统一考试职位表", "某省统一考试职位表"),
        ("某省2026年度统一考试职位表", "某省统一考试职位表"),
        ("某机关职位表 2022、2023", "某机关职位表"),
        ("2024", "2024"),
    ],
)
def test_the_tables_of_all_years_are_of_one_issuer(title: str, issuer: str) -> None:
    assert issuer_of_table(title) == issuer


def test_the_counts_are_printed_as_one_object(tmp_path: Path) -> None:
    lines: list[object] = [
        {**QUESTION, "issuer": "甲", "strata": ["专业类"]},
        {**QUESTION, "id": 2, "expected": "no", "why": "explicitly excluded", "issuer": "乙"},
    ]

    result = ask(tmp_path, lines, "--by", "stratum", "--wrong", "5", "--json")

    answer = json.loads(result.stdout)
    assert result.exit_code == 0
    assert answer["confusion"] == {
        "yes": {"yes": 1, "no": 0, "maybe": 0},
        "no": {"yes": 1, "no": 0, "maybe": 0},
    }
    assert (answer["total"]["excluded"], answer["total"]["yes_on_excluded"]) == (1, 1)
    assert answer["by_issuer"]["worst"] == "乙"
    assert set(answer["groups"]) == {"专业类", "（未注明）"}
    assert [one["id"] for one in answer["wrong"]] == ["2"]


def test_strata_and_issuer_come_from_the_file_of_requirements(tmp_path: Path) -> None:
    texts = tmp_path / "requirements.jsonl"
    row = {"id": "R1", "source": {"table": "某省2024年职位表"}, "strata": ["排除"], "raw": "法学类"}
    texts.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    lines: list[object] = [{**QUESTION, "req_id": "R1"}]

    by_issuer = ask(tmp_path, lines, "--requirements", str(texts), "--by", "issuer", "--json")
    by_stratum = ask(tmp_path, lines, "--requirements", str(texts), "--by", "stratum", "--json")

    assert list(json.loads(by_issuer.stdout)["groups"]) == ["某省职位表"]
    assert list(json.loads(by_stratum.stdout)["groups"]) == ["排除"]


def test_lines_that_cannot_be_asked_are_refused_and_the_rest_counted(tmp_path: Path) -> None:
    lines: list[object] = ["{", QUESTION, "", {**QUESTION, "expected": "perhaps"}]

    result = ask(tmp_path, lines, "--json")

    answer = json.loads(result.stdout)
    assert result.exit_code == 2
    assert [line["line"] for line in answer["refused"]] == [1, 4]
    assert answer["total"]["cases"] == 1


def test_people_read_a_table_with_the_issuers_apart(tmp_path: Path) -> None:
    lines: list[object] = [{**QUESTION, "issuer": "甲"}, {**QUESTION, "id": 2, "expected": "no"}]

    result = ask(tmp_path, lines, "--by", "issuer", "--wrong", "1")

    assert "准确率 50.00%" in result.stdout
    assert "最低 0.00%（（未注明））" in result.stdout
    assert "2  no → yes" in result.stdout


def test_the_answer_has_the_shape_the_documentation_shows(tmp_path: Path) -> None:
    found = re.search(
        r"<!-- shape: majors evaluate -->\n```json\n(.*?)\n```", DOCS.read_text("utf-8"), re.DOTALL
    )
    assert found is not None
    lines: list[object] = [QUESTION, {**QUESTION, "id": 2, "expected": "no"}, {"id": 3}]

    result = ask(tmp_path, lines, "--by", "level", "--wrong", "1", "--json")

    answered, documented = json.loads(result.stdout), json.loads(found[1])
    assert shape(answered) == shape(documented)
    assert answered["total"] == documented["total"]
    assert answered["answers"] == documented["answers"]
