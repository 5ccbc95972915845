"""`yangguang majors import` and `majors editions` as a person or a program calls them (试验数据)."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from matcher.cli.majors import majors
from matcher.errors import InvalidInputError
from matcher.services import catalogues
from matcher.settings import Settings
from tests.support import tree

ADDITIONS = """专业代码,专业名称,专业类,曾用名
080990T,人工智能,计算机类,
080991,试验物联学,计算机类,物联网工程
080994,试验新学,计算机类,
"""
BAD = "08099X,坏码学,计算机类,\n"
Ask = Callable[..., Result]


@pytest.fixture(autouse=True)
def _shipped_afterwards() -> Iterator[None]:
    catalogues.give_up()
    yield
    catalogues.give_up()


@pytest.fixture
def ask(settings: Settings) -> Ask:
    """Give what calls a verb of `majors` on an installation that does not exist yet."""

    def asked(*arguments: str, text: str | None = None) -> Result:
        catalogues.give_up()  # every call is a process of its own
        return CliRunner().invoke(majors, arguments, input=text, standalone_mode=False)

    return asked


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """Give a table of additions."""
    path = tmp_path / "additions.csv"
    path.write_text(ADDITIONS)
    return path


def answer(result: Result) -> Any:
    assert result.exception is None, result.exception
    return json.loads(result.stdout)


def test_an_edition_is_imported_and_read_under(ask: Ask, sheet: Path) -> None:
    before = answer(ask("read", "试验新学", "--level", "本科", "--json"))

    result = ask("import", str(sheet), "--json")

    told, after = answer(result), answer(ask("read", "试验新学", "--level", "本科", "--json"))
    assert result.return_value == 0
    assert told["counts"] == {"new": 1, "changed": 2, "same": 0, "refused": 0, "not_data": 1}
    assert [change["name"] for change in told["changes"]["moved"]] == ["人工智能"]
    assert told["changes"]["moved"][0]["becomes"][0]["code"] == "080990"
    assert before["by_level"]["本科"]["majors"] == []
    assert after["by_level"]["本科"]["majors"] == ["080994"]


def test_cases_are_matched_under_the_imported_edition(ask: Ask, sheet: Path) -> None:
    case = json.dumps(
        {
            "id": 1,
            "requirement": "计算机类",
            "requirement_column_level": "本科",
            "student": {"level": "本科", "major_name": "试验新学"},
        },
        ensure_ascii=False,
    )

    before = answer(ask("match", "--json", text=case))
    ask("import", str(sheet))
    after = answer(ask("match", "--json", text=case))

    assert (before["verdict"], after["verdict"]) == ("maybe", "yes")


def test_a_refused_row_ends_with_2_and_is_told_with_its_place(ask: Ask, sheet: Path) -> None:
    sheet.write_text(ADDITIONS + BAD)

    result = ask("import", str(sheet), "--json")
    told = answer(result)

    assert result.return_value == 2
    assert told["counts"]["refused"] == 1
    assert told["rows"][-1]["row"] == 5
    assert told["rows"][-1]["problems"][0]["value"] == "08099X"
    assert len(told["rows"]) == 5


def shape(value: object) -> object:
    """Reduce an answer to its names; a list is as its first element."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else None


def test_the_answers_in_the_documents_are_of_this_shape(ask: Ask, sheet: Path) -> None:
    page = (tree.ROOT / "docs" / "cli.md").read_text()
    sheet.write_text(ADDITIONS + BAD)
    said = {
        "majors import": answer(ask("import", str(sheet), "--json")),
        "majors editions": answer(ask("editions", "--json")),
    }
    said["majors import"]["changes"]["renamed"] = []

    for name, told in said.items():
        found = re.search(rf"<!-- shape: {name} -->\n```json\n(.*?)\n```", page, re.DOTALL)
        assert found is not None
        assert shape(told) == shape(json.loads(found[1]))


def test_words_for_people_name_what_changes_and_what_was_refused(ask: Ask, sheet: Path) -> None:
    sheet.write_text(ADDITIONS + BAD)

    result = ask("import", str(sheet))

    assert "调整 080717 人工智能 → 080990 人工智能" in result.stdout
    assert "第 5 行 A 专业代码“08099X”" in result.stderr


def test_a_class_that_contradicts_the_code_is_told_with_file_place_value_and_remedy(
    ask: Ask, sheet: Path
) -> None:
    sheet.write_text(ADDITIONS + "080995T,量子工程学,电子信息类,\n")

    result = ask("import", str(sheet))

    assert result.return_value == 2
    assert "电子信息类" not in result.stdout
    for words in (
        "additions.csv",
        "工作表“additions”第 5 行 C 专业类“电子信息类”",
        "0807",
        "请对照目录",
    ):
        assert words in result.stderr


def test_a_table_of_which_nothing_can_be_used_is_named(ask: Ask, sheet: Path) -> None:
    sheet.write_text("专业代码,专业名称,专业类\n080995T,量子工程学,电子信息类\n")

    result = ask("import", str(sheet))

    assert isinstance(result.exception, InvalidInputError)
    assert result.exception.message.startswith("additions.csv：")
    assert "“电子信息类”" in result.exception.message


def test_an_imported_directory_can_be_read_under(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "zhejiang.csv"
    path.write_text("层次,大类,专业\n本科,试甲类,会计学\n")
    unknown = ask("read", "试甲类", "--directory", "浙江2026", "--json")

    ask("import", str(path), "--directory", "浙江2026")
    told = answer(ask("read", "试甲类", "--directory", "浙江2026", "--level", "本科", "--json"))

    assert isinstance(unknown.exception, click.UsageError)
    assert told["by_level"]["本科"]["dir_categories"] == ["浙江2026:试甲类"]


def test_a_try_writes_nothing(ask: Ask, sheet: Path) -> None:
    told = answer(ask("import", str(sheet), "--dry-run", "--json"))

    assert (told["dry_run"], told["counts"]["new"]) == (True, 1)
    assert not any(line["imported"] for line in answer(ask("editions", "--json")))


def test_the_same_file_again_changes_nothing(ask: Ask, sheet: Path) -> None:
    ask("import", str(sheet))

    result = ask("import", str(sheet), "--json")

    assert result.return_value == 0
    assert (answer(result)["state"], answer(result)["counts"]["same"]) == ("same", 3)


def test_editions_are_listed_without_making_an_installation(ask: Ask, settings: Settings) -> None:
    before = set(settings.data.iterdir())

    found = answer(ask("editions", "--json"))

    assert {"undergraduate-2025", "江苏2026"} <= {line["name"] for line in found}
    assert set(settings.data.iterdir()) == before


def test_reading_makes_no_installation(ask: Ask, settings: Settings) -> None:
    before = set(settings.data.iterdir())

    ask("read", "会计学", "--level", "本科", "--json")

    assert set(settings.data.iterdir()) == before


def test_a_database_that_cannot_be_opened_leaves_the_shipped_catalogue(
    ask: Ask, settings: Settings
) -> None:
    (settings.data / "yangguang.db").write_bytes(b"no database" * 1000)

    result = ask("read", "会计学", "--level", "本科", "--json")

    assert answer(result)["by_level"]["本科"]["majors"] == ["120203"]
    assert "按随产品的专业目录读取" in result.stderr


def test_a_directory_is_imported_by_the_same_verb(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "zhejiang.csv"
    path.write_text("层次,大类,专业\n本科,试甲类,会计学\n")

    told = answer(ask("import", str(path), "--directory", "浙江2026", "--json"))

    assert (told["kind"], told["edition"], told["counts"]["new"]) == ("directory", "浙江2026", 1)
    assert any(line["name"] == "浙江2026" for line in answer(ask("editions", "--json")))
