"""An edition imported on the command line is seen by the running application (试验数据)."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from matcher.kinds import MajorLevel
from matcher.services import catalogues
from matcher.vocabulary.majors import load_catalogue
from matcher.vocabulary.requirements import read_requirement
from tests.support.pages import PageClient


@pytest.fixture(autouse=True)
def _shipped_afterwards() -> Iterator[None]:
    catalogues.give_up()
    yield
    catalogues.give_up()


def test_a_running_application_sees_an_imported_edition_at_the_next_request(
    client: PageClient, tmp_path: Path
) -> None:
    assert client.get("/sign-in").status_code < 500
    assert load_catalogue().editions == ()
    sheet = tmp_path / "additions.csv"
    sheet.write_text("专业代码,专业名称,专业类\n080994,试验新学,计算机类\n")

    subprocess.run(
        [sys.executable, "-m", "matcher.cli", "majors", "import", str(sheet)], check=True
    )
    assert load_catalogue().editions == ()
    client.get("/sign-in")

    assert len(load_catalogue().editions) == 1
    reading = read_requirement("试验新学", "本科")
    assert reading.by_level[MajorLevel.BACHELOR].majors == ("080994",)


def test_looking_whether_the_process_lives_asks_no_database(
    client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogues, "adopt", lambda session: pytest.fail("asked"))

    assert client.get("/healthz").status_code == 200
