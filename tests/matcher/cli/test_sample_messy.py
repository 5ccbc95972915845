"""`yangguang sample households --messy`: a workbook, and the truth of each of its rows."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from matcher.intake import open_table
from seeds.sample import command


def _sample(folder: Path, *more: str) -> Result:
    return CliRunner().invoke(
        command, ["households", "--count", "40", "--out", str(folder / "名册.xlsx"), *more]
    )


def test_every_row_of_the_workbook_has_its_truth(tmp_path: Path) -> None:
    ran = _sample(tmp_path, "--messy", "--truth", str(tmp_path / "truth.json"))

    assert ran.exit_code == 0
    told = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    rows = {(row["sheet"], row["row"]) for row in told["rows"]}
    grids = open_table(tmp_path / "名册.xlsx")
    assert rows == {(grid.sheet, row.number) for grid in grids for row in grid.rows}
    assert sum(told["outcomes"].values()) == len(rows)


def test_the_truth_is_told_of_messy_rosters_only(tmp_path: Path) -> None:
    assert _sample(tmp_path, "--truth", str(tmp_path / "truth.json")).exit_code != 0
    other = CliRunner().invoke(command, ["postings", "--messy", "--out", str(tmp_path / "a.xlsx")])
    assert other.exit_code != 0
