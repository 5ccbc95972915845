"""Rules of files, names and sizes."""

import ast
import re

import pytest

from tests.support import tree

_LINES = 300
_FUNCTION_LINES = 40
_FORBIDDEN = re.compile(r"util|helper|common|manager|process(?!ing_)", re.IGNORECASE)
_OFFICIAL = {"drive_manager"}
"""活动主管 is the union's own word for the role."""


def test_no_python_file_is_longer_than_three_hundred_lines() -> None:
    long = {
        tree.name(path): len(path.read_text().splitlines())
        for path in tree.files(".py", under=(*tree.PACKAGES, "tests"))
    }

    assert {path: lines for path, lines in long.items() if lines > _LINES} == {}


def test_no_function_is_longer_than_forty_lines() -> None:
    """Docstrings are not counted: words cost nothing."""
    long = {}
    for path in tree.files(".py"):
        if "versions" in path.parts:
            continue  # a revision lists the columns of a table
        for function in tree.functions(path):
            lines = (function.end_lineno or 0) - function.lineno + 1
            if ast.get_docstring(function, clean=False) is not None:
                words = function.body[0]
                lines -= (words.end_lineno or 0) - words.lineno + 1
            if lines > _FUNCTION_LINES:
                long[f"{tree.name(path)}:{function.name}"] = lines

    assert long == {}


def test_no_file_has_a_name_that_says_nothing() -> None:
    vague = [
        tree.name(path)
        for path in tree.files(under=(*tree.PACKAGES, "tests"))
        if _FORBIDDEN.search(path.stem) and path.stem not in _OFFICIAL
        if path.parent.name != "vendor"  # others named those
    ]

    assert vague == []


def test_no_class_or_function_has_a_name_that_says_nothing() -> None:
    vague = [
        f"{tree.name(path)}:{node.name}"
        for path in tree.files(".py")
        for node in ast.walk(tree.parsed(path))
        if isinstance(node, ast.ClassDef | ast.FunctionDef)
        and _FORBIDDEN.search(node.name)
        and not node.name.startswith(("process_bind_param", "process_result_value"))
        and node.name not in _OFFICIAL
    ]

    assert vague == []


def test_every_package_has_a_docstring_and_exports_by_name() -> None:
    silent = [
        tree.name(path)
        for path in tree.files(".py")
        if ast.get_docstring(tree.parsed(path)) is None
    ]

    assert silent == []


@pytest.mark.parametrize("comment", ["noqa", "type: ignore"])
def test_every_exception_from_a_rule_names_the_rule_and_the_reason(comment: str) -> None:
    """`# noqa: X - why`, `# type: ignore[x]  # why`; a bare one hides the next mistake as well."""
    form = re.compile(
        r"# noqa: [A-Z]+\d+(, ?[A-Z]+\d+)* ?\S"
        if comment == "noqa"
        else r"# type: ignore\[[\w, -]+\].*\w"
    )
    bare = [
        f"{tree.name(path)}:{number}"
        for path in tree.files(".py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if f"# {comment}" in line and not form.search(line)
    ]

    assert bare == []


def test_nothing_of_ours_imports_inside_a_function() -> None:
    inside = [
        f"{tree.name(path)}:{node.lineno}"
        for path in tree.files(".py")
        for function in tree.functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert inside == []


def test_only_the_clock_asks_for_the_time() -> None:
    asking = [
        f"{tree.name(path)}:{call.lineno}"
        for path in tree.files(".py")
        if tree.name(path) != "matcher/clock.py"
        for call in tree.calls(path)
        if tree.called(call) in {"now", "today", "utcnow"}
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name | ast.Attribute)
        and ast.unparse(call.func.value) not in {"clock", "func", "sa.func"}
    ]

    assert asking == []


def test_no_registry_address_stands_in_the_repository() -> None:
    """Offices set mirrors in pip.conf; an address in a file would pass them by."""
    address = re.compile(r"--(extra-)?index-url|pypi\.org|pythonhosted|npmjs\.org|--find-links")
    found = [
        tree.name(path)
        for path in [
            *(tree.ROOT / ".ci").iterdir(),
            tree.ROOT / "pyproject.toml",
            tree.ROOT / "README.md",
        ]
        if path.is_file() and address.search(path.read_text())
    ]

    assert found == []
