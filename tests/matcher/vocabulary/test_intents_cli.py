"""The machine contract of `yangguang intents`, and what an evaluation counts."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from matcher.cli.intents import intents
from matcher.vocabulary.intents.evaluating import evaluate_lines

RIGHT = {"text": "想在银川做会计", "gold": {"places": ["640100"], "occupations": ["2-06-03-00"]}}
WRONG = {"text": "想在银川做会计", "gold": {"places": ["110000"]}, "stratum": "wrong"}


def _line(case: object) -> str:
    return json.dumps(case, ensure_ascii=False)


def test_read_prints_one_object_with_the_published_field_names() -> None:
    result = CliRunner().invoke(
        intents, ["read", "在银川做会计，不要销售，4000以上，双休", "--json"]
    )

    reading = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (reading["places"], reading["occupations"]) == (["640100"], ["2-06-03-00"])
    assert reading["excluded"] == [{"kind": "occupation", "words": "销售", "codes": ["4-01-02-01"]}]
    assert (reading["wanted_pay_yuan"], reading["kept"]) == (4000, ["双休"])
    assert reading["names"]["640100"] == "宁夏回族自治区银川市"
    assert "".join(span["text"] for span in reading["spans"]) == reading["raw"]


def test_read_names_every_code_of_its_answer() -> None:
    text = "朝阳、银川、江浙沪，运营、会计，互联网，国企，不要北京，不去外地"

    reading = json.loads(CliRunner().invoke(intents, ["read", text, "--json"]).stdout)

    codes = {*reading["places"], *reading["occupations"], *reading["industries"]}
    codes |= {c for one in reading["excluded"] + reading["beyond"] for c in one["codes"]}
    codes |= {c for one in reading["to_confirm"] for c in one["candidates"]}
    assert codes <= set(reading["names"])
    assert all(reading["names"].values())


def test_read_for_people_shows_what_was_not_understood() -> None:
    result = CliRunner().invoke(intents, ["read", "做会计，呱唧呱唧"])

    assert "occupation  会计" in result.stdout
    assert "unread      呱唧呱唧" in result.stdout


def test_read_refuses_a_home_that_is_no_region() -> None:
    assert CliRunner().invoke(intents, ["read", "老家", "--home", "999999"]).exit_code == 2


def test_evaluate_counts_fields_strata_and_confusions(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(map(_line, (RIGHT, WRONG))), encoding="utf-8")

    machine = CliRunner().invoke(intents, ["evaluate", str(file), "--json"])
    people = CliRunner().invoke(intents, ["evaluate", str(file)])

    counts = json.loads(machine.stdout)
    assert machine.exit_code == 0
    assert counts["texts"] == 2
    assert counts["by_field"]["places"] == {"right": 1, "wrong": 1}
    assert counts["by_field"]["occupations"] == {"right": 1, "invented": 1}
    assert counts["by_stratum"]["wrong"]["texts_right"] == 0
    assert {"field": "places", "gold": "110000", "read": "640100", "count": 1} in counts[
        "confusions"
    ]
    assert re.search(r"^places +50\.0% +1 +1$|^places +50\.0% +1 +1 +0 +0$", people.stdout, re.M)


def test_evaluate_exits_with_two_when_a_line_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(f'{_line(RIGHT)}\n{{\n{{"text": "x"}}\n', encoding="utf-8")

    result = CliRunner().invoke(intents, ["evaluate", str(file), "--json"])

    assert result.exit_code == 2
    assert [one["line"] for one in json.loads(result.stdout)["refused"]] == [2, 3]
    assert "gold" in result.stderr


def test_gold_may_name_several_right_codes_and_words_that_are_kept() -> None:
    gold = {"occupations": ["9|2-06-03-00"], "kept": ["双休"], "excluded": ["words:培训机构"]}
    case = {"text": "做会计，双休，不去培训机构", "gold": gold}

    result = evaluate_lines([_line(case), _line({**case, "gold": {**gold, "kept": ["单休"]}})])

    assert result.accuracy("occupations") == result.accuracy("excluded") == 1
    assert dict(result.by_field["kept"]) == {"right": 1, "missed": 1}


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("intents read", ["read", "做会计", "--json"]),
        ("intents evaluate", ["evaluate", "-", "--json"]),
    ],
)
def test_the_answers_shown_in_the_docs_have_the_fields_of_real_ones(
    name: str, arguments: list[str]
) -> None:
    page = (Path(__file__).parents[3] / "docs" / "cli.md").read_text(encoding="utf-8")
    shown = re.search(rf"<!-- shape: {name} -->\n```json\n(.*?)\n```", page, re.DOTALL)
    case = {**RIGHT, "gold": {**RIGHT["gold"], "kept": ["双休"]}, "stratum": "negation"}

    result = CliRunner().invoke(intents, arguments, input=f"{_line(case)}\n{{}}\n")

    assert shown is not None
    documented = json.loads(shown[1])
    real = json.loads(result.stdout)
    assert set(documented) == set(real)
    assert {key: type(value) for key, value in documented.items()} == {
        key: type(value) for key, value in real.items()
    }
    if name == "intents read":
        assert documented == real
