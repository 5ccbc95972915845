"""The machine contract of `yangguang majors`."""

import json

from click.testing import CliRunner

from matcher.cli.majors import majors


def test_read_prints_one_object_with_the_published_field_names() -> None:
    result = CliRunner().invoke(
        majors, ["read", "材料类（0804）、会计学，飞天类", "--level", "本科", "--json"]
    )

    reading = json.loads(result.stdout)["by_level"]["本科"]
    assert result.exit_code == 0
    assert (reading["classes"], reading["majors"]) == (["0804"], ["120203"])
    assert reading["unread"] == ["飞天类"]


def test_match_answers_in_order_with_an_error_in_the_place_of_a_bad_line() -> None:
    case = {
        "id": "a",
        "requirement": "法学类",
        "requirement_column_level": "本科",
        "student": {"level": "本科", "major_name": "知识产权"},
    }
    lines = [json.dumps(case), "{", json.dumps({**case, "id": "b", "student": {}})]

    result = CliRunner().invoke(majors, ["match", "--json"], input="\n".join(lines))

    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 2
    assert (answers[0]["id"], answers[0]["verdict"]) == ("a", "yes")
    assert answers[1]["line"] == 2
    assert answers[1]["error"]
    assert answers[2]["id"] == "b"


def test_an_unknown_directory_answers_maybe_with_a_reason() -> None:
    case = {
        "id": 1,
        "requirement": "现代管理类",
        "needs": "某省2031目录",
        "student": {"level": "UG", "major_name": "会计学"},
    }

    result = CliRunner().invoke(majors, ["match", "--json"], input=json.dumps(case))

    answer = json.loads(result.stdout)
    assert answer["verdict"] == "maybe"
    assert "某省2031目录" in answer["why"] or "现代管理类" in answer["why"]
