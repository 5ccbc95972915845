"""Rules of the README: what a person may set, meet or type stands in it."""

import ast
import re

import pytest
from click.testing import CliRunner

from matcher.cli.entry import yangguang
from matcher.errors import YangguangError
from tests.support import tree

_VARIABLE = re.compile(r"^(YANGGUANG_[A-Z_]+|DATABASE_URL|REDIS_URL)$")


def _error_names() -> set[str]:
    names, found = {"YangguangError"}, set[str]()
    while found != names:
        found = set(names)
        for path in tree.files(".py"):
            for node in ast.walk(tree.parsed(path)):
                if isinstance(node, ast.ClassDef) and any(
                    isinstance(base, ast.Name) and base.id in names for base in node.bases
                ):
                    names.add(node.name)
    return names


def _error_codes() -> dict[str, str]:
    """Return every error code written in the code, with where it stands."""
    names = _error_names()
    codes = {}
    for path in tree.files(".py"):
        for call in tree.calls(path):
            if tree.called(call) in names and call.args:
                code = call.args[0]
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    codes[code.value] = f"{tree.name(path)}:{call.lineno}"
    return codes


def _words() -> str:
    """Return the README with the page it sends readers to for the codes."""
    page = tree.ROOT / "docs" / "errors.md"
    return tree.readme() + (page.read_text() if page.exists() else "")


def _variables() -> set[str]:
    return {
        node.value
        for path in tree.files(".py")
        for node in ast.walk(tree.parsed(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and _VARIABLE.match(node.value)
    }


def test_the_search_for_codes_and_variables_finds_some() -> None:
    assert "key_ring_missing" in _error_codes()
    assert "YANGGUANG_DATA" in _variables()
    assert issubclass(YangguangError, Exception)


def test_every_error_code_stands_in_the_readme() -> None:
    missing = {code: where for code, where in _error_codes().items() if f"`{code}`" not in _words()}

    assert missing == {}


def test_every_variable_stands_in_the_readme() -> None:
    missing = {name for name in _variables() if f"`{name}`" not in tree.readme()}

    assert missing == set()


def test_every_verb_the_readme_shows_exists() -> None:
    shown = set(re.findall(r"(?:^|[`/ ])yangguang ([a-z]+)\b", tree.readme(), re.MULTILINE))
    verbs = set(tree.pyproject()["project"]["entry-points"]["yangguang.verbs"])

    assert shown
    assert shown <= verbs


def test_every_verb_explains_itself() -> None:
    for verb in tree.pyproject()["project"]["entry-points"]["yangguang.verbs"]:
        answer = CliRunner().invoke(yangguang, [verb, "--help"])

        assert answer.exit_code == 0, (verb, answer.output)


@pytest.mark.parametrize("name", ["install", "test"])
def test_the_two_commands_are_one_line_each(name: str) -> None:
    """`.ci/run` reads them out of the README and runs them as they stand."""
    block = re.search(
        rf"<!-- command: {name} -->\s*```(?:sh|bash|shell)?\n(.*?)\n```", tree.readme(), re.DOTALL
    )

    assert block is not None
    assert len(block[1].splitlines()) == 1
