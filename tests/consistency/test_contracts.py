"""Rules of imports: the contracts of pyproject.toml hold, and say what they should."""

import subprocess
import sys
from pathlib import Path

from tests.support import tree


def test_every_import_contract_holds() -> None:
    command = Path(sys.executable).with_name("lint-imports")

    ran = subprocess.run(
        [command, "--no-cache"], cwd=tree.ROOT, capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_contracts_place_every_module_of_matcher() -> None:
    contracts = tree.pyproject()["tool"]["importlinter"]["contracts"]
    inside = next(one for one in contracts if one.get("containers") == ["matcher"])

    assert inside["exhaustive"] is True
    assert "exhaustive_ignores" not in inside
    assert all("ignore_imports" not in one for one in contracts)
