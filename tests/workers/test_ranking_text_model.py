"""The text model of a drive revision: taken over while it can be read, learned anew where it is of an older version."""

import json
from pathlib import Path

import pytest

from matcher.ranking.concepts import Concepts
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.snapshot import build_snapshot
from matcher.ranking.storage import MANIFEST, save_snapshot
from matcher.services.ranking_snapshots import snapshot_folder
from matcher.settings import Settings, load_settings
from tests.factories.ranking import KEY, seeded_world, toy_compiler
from workers.ranking import _text_model

HASH = "of an older run"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return settings with a stored snapshot of drive 1."""
    monkeypatch.setenv("YANGGUANG_DATA", str(tmp_path))
    found = load_settings()
    graduates, postings = seeded_world(6, 3, 1)
    snapshot = build_snapshot(
        graduates, postings, DriveParameters(), compile_leaves=toy_compiler, lottery_key=KEY
    )
    save_snapshot(snapshot, snapshot_folder(found, 1, HASH))
    return found


def test_the_model_of_the_run_before_is_taken_over(settings: Settings) -> None:
    model = _text_model(settings, 1, HASH)

    assert model is not None
    assert model.vocabulary


def test_without_a_run_before_or_its_folder_a_model_is_learned(settings: Settings) -> None:
    assert _text_model(settings, 1, None) is None
    assert _text_model(settings, 1, "gone") is None


def test_a_model_of_an_older_version_is_learned_anew(settings: Settings) -> None:
    path = snapshot_folder(settings, 1, HASH) / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 1}))

    assert _text_model(settings, 1, HASH) is None


def test_a_damaged_model_is_learned_anew(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    (snapshot_folder(settings, 1, HASH) / "text_idf.npy").unlink()

    assert _text_model(settings, 1, HASH) is None
    assert [record.code for record in caplog.records] == ["snapshot_damaged"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("installed", ["the same", "a newer one", None])
def test_a_model_whose_concepts_this_machine_cannot_tell_is_learned_anew(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, installed: str | None
) -> None:
    found = Concepts(installed, ("1-01",), ("会计",)) if installed else None
    monkeypatch.setattr("matcher.ranking.concepts.installed_concepts", lambda: found)
    path = snapshot_folder(settings, 1, HASH) / MANIFEST
    manifest = json.loads(path.read_text())
    manifest["codebook"]["concepts"] = Concepts("the same", ("1-01",), ("会计",)).to_dict()
    path.write_text(json.dumps(manifest))

    model = _text_model(settings, 1, HASH)

    assert (model is not None) is (installed == "the same")
