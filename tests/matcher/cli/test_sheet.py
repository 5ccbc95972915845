"""The verb that counts the statistics sheet: its shape as documented, its file, and its exit code."""

import json
import re
from pathlib import Path

import pytest

from matcher.cli import sheet
from matcher.cli.entry import outcome
from matcher.db.engine import SessionFactory, transaction
from matcher.statistics.indicators import load_indicators
from tests.factories.random_logs import make_log_world
from tests.support import tree


@pytest.fixture
def drive_name(sqlite_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give a drive of the installation the verb opens."""
    monkeypatch.setattr(sheet, "open_house", lambda: sqlite_factory)
    with transaction(sqlite_factory) as session:
        return make_log_world(session).drive.name


def test_the_answer_has_the_documented_shape(
    drive_name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = outcome(["sheet", "--drive", drive_name, "--as-of", "2026-08-31", "--json"])

    told = json.loads(capsys.readouterr().out)
    page = (tree.ROOT / "docs" / "cli.md").read_text()
    found = re.search(r"<!-- shape: sheet -->\n```json\n(.*?)\n```", page, re.DOTALL)
    assert found is not None
    shape = json.loads(found[1])
    assert code == 0
    assert told.keys() == shape.keys()
    assert told["figures"][0].keys() == shape["figures"][0].keys()
    assert [one["code"] for one in told["figures"]] == [one.code for one in load_indicators()]


def test_a_union_outside_the_drive_is_refused(
    drive_name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = outcome(["sheet", "--drive", drive_name, "--union", "别处工会", "--json"])

    assert code == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "union_unknown"


def test_it_writes_the_file(
    drive_name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "sheet.xlsx"

    assert outcome(["sheet", "--drive", drive_name, "--out", str(out)]) == 0
    assert out.stat().st_size > 0
    assert "32  帮扶就业率：—" in capsys.readouterr().out
