"""What a run of the tests may leave on the disk: a whole run once kept 16 GB, three filled a disk."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support import tree

_TWO_TESTS = """
def test_passed(tmp_path):
    (tmp_path / "written").write_text("by the one that passed")

def test_failed(tmp_path):
    (tmp_path / "written").write_text("by the one that failed")
    raise AssertionError
"""


def test_a_passed_test_leaves_nothing_on_the_disk_and_a_failed_one_its_files(
    tmp_path: Path,
) -> None:
    (tmp_path / "test_two.py").write_text(_TWO_TESTS)
    roots = tmp_path / "roots"
    roots.mkdir()

    subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-c",
            tree.ROOT / "pyproject.toml",
            "test_two.py",
            "-n",
            "0",
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTEST_DEBUG_TEMPROOT": str(roots), "PYTEST_ADDOPTS": ""},
        stdout=subprocess.DEVNULL,
        check=False,
    )

    # A link "current" stands beside each folder, so the same file may be met twice.
    kept = {path.read_text() for path in roots.glob("pytest-of-*/pytest-0/*/written")}
    assert kept == {"by the one that failed"}
