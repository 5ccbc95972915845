"""The files of the repository, for the tests about the code base itself."""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PACKAGES = ("matcher", "web", "workers", "seeds")
_SKIPPED = {"__pycache__", "node_modules"}


def files(*suffixes: str, under: tuple[str, ...] = PACKAGES) -> list[Path]:
    """Return files by suffix below some folders, in order; hidden and made ones are left out."""
    return sorted(
        path
        for folder in under
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
        and (not suffixes or path.suffix in suffixes)
        and not _SKIPPED & set(path.parts)
        and not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
    )


def name(path: Path) -> str:
    """Return a file's name as it is shown in a message."""
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    """Return a Python file's syntax tree."""
    return ast.parse(path.read_text(), name(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Give every function of a Python file, methods and inner ones too."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def calls(path: Path) -> Iterator[ast.Call]:
    """Give every call of a Python file."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call):
            yield node


def called(call: ast.Call) -> str:
    """Return the last name of what is called: `commit` of `session.commit()`."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


@cache
def pyproject() -> dict[str, Any]:
    """Return pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


@cache
def readme() -> str:
    """Return the README."""
    return (ROOT / "README.md").read_text()
