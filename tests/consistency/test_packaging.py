"""Rules of what is installed: exact pins that agree, and a wheel that holds all that runs."""

import ast
import re
import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.support import tree

_CI = tree.ROOT / ".ci"
_LEFT_OUT = {".po", ".pot", ".cfg"}
"""Sources of translations and how they are gathered; the compiled ones are in the wheel."""


def _canonical(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[=<>;! ]", requirement)[0]).lower()


def _pinned(path: Path) -> dict[str, set[str]]:
    pins: dict[str, set[str]] = {}
    for found in re.finditer(
        r"^([\w.-]+)(?:\[[^]]*\])?==([^ ;\\]+)", path.read_text(), re.MULTILINE
    ):
        pins.setdefault(_canonical(found[1]), set()).add(found[2])
    return pins


def _wanted(*groups: str) -> list[str]:
    project = tree.pyproject()
    wanted = list(project["project"]["dependencies"])
    for group in groups:
        wanted += project["dependency-groups"][group]
    return wanted


@pytest.mark.parametrize(
    ("file", "groups"),
    [("requirements.txt", ("build",)), ("requirements-test.txt", ("build", "test"))],
)
def test_every_pin_is_exact_and_the_full_list_agrees(file: str, groups: tuple[str, ...]) -> None:
    pins = _pinned(_CI / file)

    for requirement in _wanted(*groups):
        exact = re.fullmatch(r"[\w.-]+(?:\[[\w,-]+\])?==([\w.]+)", requirement)
        assert exact is not None, f"{requirement} is not pinned"
        assert pins.get(_canonical(requirement)) == {exact[1]}, f"run .ci/lock: {requirement}"


def test_the_builder_is_pinned_to_what_is_installed_before() -> None:
    project = tree.pyproject()

    assert project["build-system"]["requires"] == project["dependency-groups"]["build"]


def test_the_test_list_moves_no_version_of_the_programs_own_list() -> None:
    program, tests = _pinned(_CI / "requirements.txt"), _pinned(_CI / "requirements-test.txt")

    assert {name: tests.get(name) for name in program} == program


def _roots_imported(path: Path) -> set[str]:
    roots: set[str] = set()
    for node in ast.walk(tree.parsed(path)):
        if isinstance(node, ast.Import):
            roots.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            roots.add(node.module.split(".")[0])
    return roots


def test_what_tests_import_is_asked_for_by_name() -> None:
    # deptry reads the program only; a library that is on somebody's machine by chance must not pass.
    imported = set().union(*map(_roots_imported, tree.files(".py", under=("tests",))))
    ours = {"matcher", "web", "workers", "seeds", "tests"}
    givers = packages_distributions()
    asked = {_canonical(requirement) for requirement in _wanted("build", "test")}

    outside = imported - ours - sys.stdlib_module_names
    unasked = {
        root for root in outside if not {_canonical(by) for by in givers.get(root, [])} & asked
    }
    assert unasked == set()


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-test.txt"])
def test_every_listed_version_has_hashes_and_no_address(file: str) -> None:
    text = (_CI / file).read_text()

    entries = [part for part in re.split(r"\n(?=\S)", text) if not part.startswith("#")]
    assert len(entries) > 50
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Give the names of the files in a wheel built from this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    build = (
        "import os, sys; os.chdir(sys.argv[1]);"
        "from setuptools import build_meta; build_meta.build_wheel(sys.argv[2])"
    )
    source = folder / "source"
    for path in tree.files():
        copy = source / path.relative_to(tree.ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    for name in ("pyproject.toml", "README.md"):
        (source / name).write_bytes((tree.ROOT / name).read_bytes())
    subprocess.run(
        [sys.executable, "-c", build, source, folder], check=True, capture_output=True, text=True
    )
    (made,) = folder.glob("*.whl")
    with zipfile.ZipFile(made) as opened:
        return set(opened.namelist())


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_the_packages(wheel: set[str]) -> None:
    wanted = {tree.name(path) for path in tree.files() if path.suffix not in _LEFT_OUT}

    assert wanted - wheel == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind",
    [
        r"web/templates/.+\.html",
        r"web/static/.+\.css",
        r"web/static/vendor/.+\.js",
        r"matcher/migrations/versions/0001_.+\.py",
        r"matcher/vocabulary/data/.+\.csv",
        r"web/translations/en/LC_MESSAGES/.+\.mo",
    ],
)
def test_the_wheel_holds_each_kind_of_thing_that_runs(kind: str, wheel: set[str]) -> None:
    assert any(re.fullmatch(kind, name) for name in wheel)


@pytest.mark.slow
def test_the_wheel_holds_no_test(wheel: set[str]) -> None:
    assert not any(name.startswith(("tests/", ".ci/", "docs/")) for name in wheel)
