"""Compiled code is kept where a plain user may write, apart for every version, and never taken from a stranger."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numba
import numpy as np
import pytest

from matcher import compiling
from matcher.compiling import cache_folder, frozen


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Three folders in the order in which they are tried."""
    found = {name: tmp_path / name for name in ("given", "cache", "temporary")}
    for path in found.values():
        path.mkdir()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(found["given"]))
    monkeypatch.setenv("XDG_CACHE_HOME", str(found["cache"]))
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(found["temporary"]))
    return found


def occupy(path: Path) -> None:
    """Make a folder impossible, for root as well: a file stands in its place."""
    shutil.rmtree(path)
    path.write_text("")


def test_the_folder_that_was_named_comes_first(places: dict[str, Path]) -> None:
    folder = cache_folder()

    assert folder is not None
    assert folder.parent == places["given"]
    assert folder.stat().st_mode & 0o777 == 0o700


def test_without_it_the_users_own_then_a_temporary_one_serves(places: dict[str, Path]) -> None:
    occupy(places["given"])
    second = cache_folder()
    occupy(places["cache"])
    third = cache_folder()
    occupy(places["temporary"])

    assert second is not None
    assert third is not None
    assert second.parent == places["cache"] / "yangguang"
    assert third.parent == places["temporary"] / f"yangguang-{os.getuid()}"
    assert cache_folder() is None


def test_a_machine_without_any_temporary_folder_has_none(
    places: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere() -> str:
        raise FileNotFoundError("no usable temporary directory")

    occupy(places["given"])
    occupy(places["cache"])
    monkeypatch.setattr(tempfile, "gettempdir", nowhere)

    assert cache_folder() is None


def test_who_has_no_home_gets_no_folder_in_the_working_one(
    places: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    occupy(places["given"])
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    monkeypatch.chdir(tmp_path)

    folder = cache_folder()

    assert folder is not None
    assert folder.parent.parent == places["temporary"]
    assert not (tmp_path / "~").exists()


def test_a_folder_of_somebody_else_is_not_trusted(
    places: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4_711)

    assert cache_folder() is None


def test_another_source_has_another_folder(
    places: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = cache_folder()
    monkeypatch.setattr(numba, "__version__", "0.0")

    assert cache_folder() != before


def test_a_process_without_any_folder_still_ranks() -> None:
    program = "from matcher.ranking.warm import warm\nwarm()\nprint('ranked')"
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1", "NUMBA_CACHE_DIR": "/proc/nowhere"}
    environment |= {"XDG_CACHE_HOME": "/proc/nowhere", "TMPDIR": "/proc/nowhere"}

    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout == "ranked\n"


def test_what_kernels_read_is_read_only_whatever_it_was() -> None:
    writeable = np.arange(6).reshape(2, 3)

    views = [frozen(writeable), frozen(writeable.T), frozen(frozen(writeable))]

    assert all(not view.flags.writeable and view.flags.c_contiguous for view in views)
    assert writeable.flags.writeable


def test_a_folder_beside_which_others_may_write_is_not_trusted(places: dict[str, Path]) -> None:
    places["given"].chmod(0o777)

    folder = cache_folder()

    assert folder is not None
    assert folder.parent == places["cache"] / "yangguang"


@pytest.mark.parametrize("source", ["ranking/order.py", "allocation/rules.py", "compiling.py"])
def test_a_changed_constant_beside_kernels_has_another_folder(
    source: str, places: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources, origin = tmp_path / "matcher", Path(compiling.__file__).parent
    for package in ("ranking", "allocation"):
        shutil.copytree(origin / package, sources / package)
    shutil.copy(origin / "compiling.py", sources)
    monkeypatch.setattr(compiling, "__file__", str(sources / "compiling.py"))
    before = cache_folder()
    with (sources / source).open("a") as text:
        text.write("FIT_BITS = 1\n")

    assert cache_folder() != before
