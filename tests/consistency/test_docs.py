"""Rules of the pages under docs: what they name exists, and the answers they show have the shape of real ones."""

import ast
import dataclasses
import json
import re
from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from matcher.cli.entry import outcome
from matcher.cli.majors import majors
from matcher.cli.tier import command as tier
from seeds.demo import Summary
from tests.support import tree
from tests.support.closed_lists import closed_lists

_DRIVE = "阳光就业 2026"
_ROSTER = "姓名,身份证号,学历,专业\n李四,11010119900307767X,本科,会计学\n王五,110101199003076392,本科,会计学\n"

Ask = Callable[..., tuple[int, Any]]


def _page(name: str) -> str:
    return (tree.ROOT / "docs" / name).read_text()


@cache
def _source() -> str:
    return "\n".join(path.read_text() for path in tree.files(".py"))


def _shape(value: object) -> object:
    """Reduce an answer to its names: single values are alike, a list is as its first element."""
    if isinstance(value, dict):
        return {key: _shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shape(value[0])] if value else []
    return None


def _documented(name: str) -> Any:
    found = re.search(
        rf"<!-- shape: {re.escape(name)} -->\n```json\n(.*?)\n```", _page("cli.md"), re.DOTALL
    )
    assert found is not None, f"docs/cli.md shows no answer of {name}"
    return json.loads(found[1])


def _verbs() -> set[str]:
    return set(tree.pyproject()["project"]["entry-points"]["yangguang.verbs"])


def test_the_page_of_verbs_names_every_verb_and_no_other() -> None:
    headings = set(re.findall(r"^## `([a-z]+)`", _page("cli.md"), re.MULTILINE))
    listed = set(re.findall(r"^\| `([a-z]+)` \|", _page("cli.md"), re.MULTILINE))

    assert headings == _verbs()
    assert listed == _verbs()


def test_the_page_of_verbs_shows_only_options_that_exist() -> None:
    shown = set(re.findall(r"--[a-z][a-z-]+", _page("cli.md"))) - {"--help"}

    # A pair of opposites is one declaration: "--yes/--no".
    assert {option for option in shown if not re.search(f'["/]{option}["/]', _source())} == set()


def test_the_page_of_codes_names_no_code_that_nothing_raises() -> None:
    page, _, rows = _page("errors.md").partition("## Problems of single rows")
    statuses = {status.name.lower() for status in HTTPStatus}
    codes = set(re.findall(r"^\| `([a-z_]+)` \|", page, re.MULTILINE))
    codes |= {
        code
        for cell in re.findall(r"^\| (`.*?) \|", rows, re.MULTILINE)
        for code in re.findall(r"`([a-z_]+)`", cell)
    }

    assert len(codes) > 100
    assert {code for code in codes - statuses if f'"{code}"' not in _source()} == set()


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Give a function that runs a verb on a new installation: its exit code and its JSON."""
    monkeypatch.setenv("YANGGUANG_DATA", str(tmp_path / "house"))
    for variable in ("DATABASE_URL", "REDIS_URL", "YANGGUANG_KEYS"):
        monkeypatch.delenv(variable, raising=False)

    def asked(*arguments: str) -> tuple[int, Any]:
        capsys.readouterr()
        code = outcome([*arguments, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return asked


def test_the_answers_shown_have_the_shape_of_real_ones(ask: Ask, tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text(_ROSTER)
    account = ("account", "create", "wang", "--name", "王", "--role", "drive_manager")
    said: dict[str, tuple[int, Any]] = {
        "drive create": ask(
            *("drive", "create", _DRIVE, "--opens-on", "2026-07-01", "--closes-on", "2026-12-31")
        ),
        "drive list": ask("drive", "list"),
        "import graduates": ask("import", "graduates", str(roster), "--drive", _DRIVE),
        "account create": ask(*account, "--union", "U00001"),
        "account list": ask("account", "list"),
        "account reset-password": ask("account", "reset-password", "wang"),
        "account totp": ask("account", "totp", "wang"),
        "employers check": ask(
            "employers", "check", "--drive", "1", "--as", "wang", "--reason", "官方表"
        ),
        "audit verify": ask("audit", "verify"),
        "majors read": ask("majors", "read", "会计学、财务管理", "--level", "本科"),
    }

    for name, (code, answer) in said.items():
        assert _shape(answer) == _shape(_documented(name)), name
        assert code == (2 if name == "import graduates" else 0), name
    rows = {row["status"]: row for row in said["import graduates"][1]["rows"]}
    assert set(rows) == {row["status"] for row in _documented("import graduates")["rows"]}
    assert _shape(rows["refused"]) == _shape(_documented("import graduates")["rows"][1])


def test_a_failure_is_one_object_with_code_and_message(ask: Ask) -> None:
    code, answer = ask("rank", "--drive", "没有的活动")

    assert code == 1
    assert set(answer) == {"error"}
    assert set(answer["error"]) == {"code", "message"}


def test_lines_of_verdicts_have_the_shape_shown() -> None:
    case = '{"id": 1, "requirement": "会计学、财务管理", "student": {"level": "本科", "major_name": "会计学"}}'

    answered = CliRunner().invoke(
        majors, ["match"], input=f'{case}\n{{"id": 2, "requirement": "会计学"}}\n'
    )

    good, bad = map(json.loads, answered.stdout.splitlines())
    assert answered.exit_code == 2
    assert good == _documented("majors match")
    assert bad == _documented("majors match, bad line")


def test_a_line_of_the_tier_verb_is_answered_as_shown(tmp_path: Path) -> None:
    case = re.search(r'^\{"rule_set".*$', _page("cli.md"), re.MULTILINE)
    assert case is not None
    lines = tmp_path / "lines.jsonl"
    lines.write_text(case[0])

    answer = json.loads(CliRunner().invoke(tier, [str(lines), "--json"]).stdout)

    shown = _documented("tier")
    assert all(step in answer["working"] for step in shown["working"])
    assert {**answer, "working": []} == {**shown, "working": []}


def test_the_summary_of_the_demo_has_the_fields_shown() -> None:
    fields = {field.name for field in dataclasses.fields(Summary)}

    assert fields == set(_documented("demo --once"))


def test_the_answers_of_a_run_have_the_fields_shown() -> None:
    """Read out of the verb's source: asking for a run would start workers."""
    rank = tree.ROOT / "matcher" / "cli" / "rank.py"
    keys = {
        key.value
        for node in ast.walk(tree.parsed(rank))
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant)
    }

    assert keys | {"seconds"} == {*_documented("rank"), *_documented("rank --replay")}


def test_every_picture_and_page_linked_is_there() -> None:
    pages = {tree.ROOT / "README.md": tree.readme()}
    pages |= {path: path.read_text() for path in (tree.ROOT / "docs").glob("*.md")}
    missing = {
        (page.name, target)
        for page, text in pages.items()
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
        if not (page.parent / target).exists()
    }

    assert missing == set()


def test_pictures_stay_small() -> None:
    large = {p.name for p in (tree.ROOT / "docs").rglob("*.png") if p.stat().st_size > 200_000}

    assert large == set()


def _names() -> set[str]:
    """Return what the code names or stores: no word that only stands in a comment or docstring."""
    found = set()
    for path in tree.files(".py"):
        found |= set(path.relative_to(tree.ROOT).with_suffix("").parts)
        for node in ast.walk(tree.parsed(path)):
            for field in ("id", "attr", "arg", "name", "value"):
                word = getattr(node, field, None)
                if isinstance(word, str) and word.isidentifier():
                    found.add(word)
    return found


def _glossary() -> list[tuple[str, list[str]]]:
    """Return the rows of the glossary: the Chinese term and its identifiers."""
    section = tree.readme().split("## Glossary", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| ([^|`]+) \| (`[^|]+) \|", section, re.MULTILINE)
    return [(term, re.findall(r"`([A-Za-z_][A-Za-z_0-9.]*)`", cell)) for term, cell in rows]


def test_every_identifier_of_the_glossary_stands_in_the_code() -> None:
    names = _names()
    glossary = _glossary()
    missing = {
        (term, one) for term, cell in glossary for one in cell if not set(one.split(".")) <= names
    }

    assert len(glossary) > 60
    assert missing == set()


def test_the_closed_lists_are_shown_as_they_are() -> None:
    lists = {
        name: [f"{member.label} `{member.value}`" for member in kind]
        for name, kind in closed_lists().items()
    }
    rows = re.findall(r"^\| [^|]+ \| `(\w+)` \| (.*) \|$", _page("closed-lists.md"), re.MULTILINE)
    shown = {name: values.split(" · ") for name, values in rows}

    assert len(rows) == len(shown)
    assert shown == lists


def test_every_table_stands_in_the_glossary() -> None:
    tables = set(re.findall(r'__tablename__ = "(\w+)"', _source()))

    assert tables - {one for _, cell in _glossary() for one in cell} == set()


def test_the_folder_map_is_true_to_the_tree() -> None:
    section = tree.readme().split("## Folder map", 1)[1].split("\n## ", 1)[0]
    named = set(re.findall(r"^(\S+/)", section, re.MULTILINE))
    real = {
        f"{folder.relative_to(tree.ROOT).as_posix()}/"
        for package in tree.PACKAGES
        for folder in [tree.ROOT / package, *(tree.ROOT / package).glob("*/")]
        if folder.is_dir() and list(folder.glob("*.*")) and not folder.name.startswith(("_", "."))
    }

    assert {folder for folder in named if not (tree.ROOT / folder).is_dir()} == set()
    assert real <= named


def test_decisions_point_at_files_that_are_there() -> None:
    section = tree.readme().split("## Decisions", 1)[1].split("\n## ", 1)[0]
    files = re.findall(r"`((?:matcher|web|workers|seeds)/[\w/.]+)`", section)

    assert len(files) > 20
    assert {file for file in files if not (tree.ROOT / file).exists()} == set()
