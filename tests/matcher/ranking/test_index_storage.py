"""Indexes beside a snapshot: taken when whole and of this snapshot, else built anew, always the same lists."""

import json
from pathlib import Path

import numpy as np
import pytest

from matcher.kinds import ListSide
from matcher.ranking import index
from matcher.ranking.array_folders import MANIFEST
from matcher.ranking.engine import rank_graduates, rank_postings
from matcher.ranking.index_storage import INDEX_FOLDER, save_index
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.snapshot import Snapshot, build_snapshot
from matcher.ranking.storage import load_snapshot, save_snapshot
from matcher.ranking.warm import tiny_snapshot, warm
from tests.factories.ranking import KEY, seeded_world, toy_compiler


def snapshot_of(seed: int) -> Snapshot:
    return build_snapshot(
        *seeded_world(60, 20, seed),
        DriveParameters(),
        compile_leaves=toy_compiler,
        lottery_key=KEY,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    snapshot, folder = snapshot_of(1), tmp_path / "drive" / "one"
    save_snapshot(snapshot, folder)
    save_index(snapshot, folder)
    return folder


def is_mapped(snapshot: Snapshot) -> bool:
    return snapshot._graduate_index is not None


def lists_of(snapshot: Snapshot) -> bytes:
    postings = rank_postings(snapshot, range(20), ListSide.POSTING_ORDINARY, length=5)
    return postings.keys.tobytes() + rank_graduates(snapshot, range(60), length=5).keys.tobytes()


def test_a_stored_index_is_taken_instead_of_built(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "graduate_records", None)

    loaded = load_snapshot(folder, check=True)

    assert is_mapped(loaded)
    monkeypatch.undo()
    assert lists_of(loaded) == lists_of(snapshot_of(1))


def test_storing_an_index_changes_no_hash_and_may_happen_twice(folder: Path) -> None:
    loaded = load_snapshot(folder)

    save_index(loaded, folder)

    assert loaded.content_hash() == snapshot_of(1).content_hash()


def damage_manifest(folder: Path) -> None:
    (folder / MANIFEST).write_bytes(b"{")


def remove_an_array(folder: Path) -> None:
    (folder / "graduate_pointer.npy").unlink()


def shorten_an_array(folder: Path) -> None:
    np.save(folder / "posting_city.npy", np.zeros(3, dtype=np.int32))


def belong_to_another(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_bytes())
    (folder / MANIFEST).write_text(json.dumps(manifest | {"content_hash": "0"}))


@pytest.mark.parametrize(
    "spoil", [damage_manifest, remove_an_array, shorten_an_array, belong_to_another]
)
def test_an_index_that_does_not_fit_is_built_anew(folder: Path, spoil: object) -> None:
    spoil(folder / INDEX_FOLDER)  # type: ignore[operator]  # one of the functions above

    loaded = load_snapshot(folder)

    assert not is_mapped(loaded)
    assert lists_of(loaded) == lists_of(snapshot_of(1))


def test_a_changed_byte_is_found_when_hashes_are_checked(folder: Path) -> None:
    path = folder / INDEX_FOLDER / "posting_records.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(bytes(content))

    assert not is_mapped(load_snapshot(folder, check=True))


def test_an_empty_drive_has_an_index_too(tmp_path: Path) -> None:
    empty = build_snapshot([], [], DriveParameters(), compile_leaves=toy_compiler, lottery_key=KEY)
    save_snapshot(empty, tmp_path / "empty")
    save_index(empty, tmp_path / "empty")

    loaded = load_snapshot(tmp_path / "empty", check=True)

    assert is_mapped(loaded)
    assert rank_graduates(loaded, [], length=3).keys.shape == (0, 3)


def test_warming_up_ranks_a_drive_of_two() -> None:
    warm()

    ranked = rank_graduates(tiny_snapshot(), range(2), length=3)
    assert ranked.counts.tolist() == [2, 2]
