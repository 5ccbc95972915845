"""The machine contract of `yangguang majors`."""

import json

import pytest
from click.testing import CliRunner

from matcher.cli.entry import outcome
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


@pytest.mark.parametrize(
    ("option", "value", "known"),
    [
        ("--level", "幼儿园", ("专科", "本科", "研究生", "混合", "UG")),
        ("--level", "", ("专科", "本科", "研究生")),
        ("--directory", "火星2026", ("江苏2026", "majors import")),
        ("--directory", "", ("江苏2026",)),
    ],
)
def test_what_no_level_or_directory_is_called_is_refused_with_what_is_known(
    capsys: pytest.CaptureFixture[str], option: str, value: str, known: tuple[str, ...]
) -> None:
    code = outcome(["majors", "read", "会计学", option, value, "--json"])

    told = json.loads(capsys.readouterr().out)["error"]
    assert (code, told["code"]) == (1, "usage")
    for words in (f"“{value}”", *known):
        assert words in told["message"]


@pytest.mark.parametrize(
    "level",
    [
        "专科",
        "本科",
        "研究生",
        "混合",
        "学历不限",
        "本科及以上",
        "UG+PG",
        "ug",
        "大专",
        "硕士",
        "ＰＧ",
        "本科生",
    ],
)
def test_every_word_the_reader_knows_for_a_level_is_taken(level: str) -> None:
    result = CliRunner().invoke(majors, ["read", "会计学", "--level", level, "--json"])

    assert result.exit_code == 0
    assert json.loads(result.stdout)["column_level"] == level


@pytest.mark.parametrize("directory", ["江苏2026", "江苏", "江苏省2026年度专业参考目录"])
def test_a_directory_is_known_by_its_name_with_or_without_a_year(directory: str) -> None:
    result = CliRunner().invoke(majors, ["read", "会计学", "--directory", directory])

    assert result.exit_code == 0


@pytest.mark.parametrize(("text", "says"), [("", "空"), ("  ", "空"), ("、、", "没有读出")])
def test_a_text_that_says_nothing_is_told_to_judge_nobody(text: str, says: str) -> None:
    result = CliRunner().invoke(majors, ["read", text])

    assert result.exit_code == 0
    assert says in result.stdout
    assert "待确认" in result.stdout


def test_an_unknown_level_or_directory_of_a_case_is_no_error() -> None:
    case = {
        "id": 1,
        "requirement": "会计学",
        "requirement_column_level": "幼儿园",
        "needs": "火星2026",
        "student": {"level": "本科", "major_name": "会计学"},
    }

    result = CliRunner().invoke(majors, ["match", "--json"], input=json.dumps(case))

    assert result.exit_code == 0
    assert json.loads(result.stdout)["verdict"] in ("yes", "maybe")
