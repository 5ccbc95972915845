"""Rules of files of JSON lines: UTF-8 as people save it, and a plain word about anything else."""

import json
from pathlib import Path

import pytest

from matcher.cli.entry import outcome

LINES = {
    "majors": {
        "id": 1,
        "requirement": "会计学",
        "requirement_column_level": "本科",
        "student": {"level": "本科", "major_name": "会计学"},
        "expected": "yes",
    },
    "intents": {"text": "想在银川做会计", "gold": {"places": ["640100"]}},
}


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder for files, with no installation about."""
    monkeypatch.setenv("YANGGUANG_DATA", str(tmp_path / "none"))
    return tmp_path


@pytest.mark.parametrize("verb", ["majors", "intents"])
def test_a_file_in_another_encoding_is_named_with_what_to_do(
    nowhere: Path, capsys: pytest.CaptureFixture[str], verb: str
) -> None:
    file = nowhere / "questions.jsonl"
    file.write_bytes(json.dumps(LINES[verb], ensure_ascii=False).encode("gb18030"))

    code = outcome([verb, "evaluate", str(file), "--json"])

    said = json.loads(capsys.readouterr().out)["error"]
    assert code == 1
    assert "questions.jsonl" in said["message"]
    assert "UTF-8" in said["message"]


@pytest.mark.parametrize("verb", ["majors", "intents"])
def test_the_mark_windows_programs_put_first_does_not_matter(
    nowhere: Path, capsys: pytest.CaptureFixture[str], verb: str
) -> None:
    file = nowhere / "questions.jsonl"
    file.write_text(json.dumps(LINES[verb], ensure_ascii=False), encoding="utf-8-sig")

    code = outcome([verb, "evaluate", str(file), "--json"])

    assert code == 0
    assert json.loads(capsys.readouterr().out)["refused"] == []
