"""Folders of arrays outlast a loss of power: files are on the disk before their name, and the name before we go on."""

import json
import os
import stat
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from matcher.ranking.array_folders import MANIFEST, map_arrays, write_folder

ARRAYS: dict[str, NDArray[Any]] = {"one": np.arange(5), "none": np.zeros((0, 3), dtype=np.int32)}


@pytest.fixture
def deeds(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Give what is brought to the disk and what is renamed, in order, by the last part of its path."""
    done: list[tuple[str, str]] = []
    sync, rename = os.fsync, Path.rename

    def synced(descriptor: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file"
        done.append((kind, Path(os.readlink(f"/proc/self/fd/{descriptor}")).name))
        sync(descriptor)

    def renamed(path: Path, target: Path) -> Any:
        done.append(("rename", target.name))
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "rename", renamed)
    return done


@pytest.mark.skipif(
    not Path("/proc/self/fd").exists(), reason="names of open files are read in /proc"
)
def test_files_and_folders_are_on_the_disk_in_the_order_in_which_they_are_relied_on(
    deeds: list[tuple[str, str]], tmp_path: Path
) -> None:
    write_folder(tmp_path / "7" / "whole", ARRAYS, {})

    kinds = [kind for kind, _ in deeds]
    renamed = kinds.index("rename")
    assert deeds[0] == ("folder", tmp_path.name)  # it has the new folder "7" now
    assert {name for kind, name in deeds[1:renamed] if kind == "file"} == {
        "one.npy", "none.npy", MANIFEST,
    }  # fmt: skip
    assert deeds[renamed - 1][0] == "folder"
    assert deeds[renamed - 1][1].startswith(".whole.")
    assert deeds[renamed:] == [("rename", "whole"), ("folder", "7")]


def test_a_folder_that_could_not_be_named_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path, _target: Path) -> Path:
        raise OSError(28, "no space left")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", full)
        with pytest.raises(OSError, match="space"):
            write_folder(tmp_path / "whole", ARRAYS, {})

    assert not list(tmp_path.iterdir())
    write_folder(tmp_path / "whole", ARRAYS, {"arrays": {}})
    assert (tmp_path / "whole" / MANIFEST).exists()
    assert map_arrays(tmp_path / "whole", {"one": "", "none": ""})["none"].shape == (0, 3)


@pytest.mark.parametrize("harm", ["lost", "cut", "changed", "no manifest", "another description"])
def test_writing_again_mends_a_folder_that_lost_something(tmp_path: Path, harm: str) -> None:
    folder = tmp_path / "whole"
    write_folder(folder, ARRAYS, {"version": 1})
    array = folder / "one.npy"
    content = array.read_bytes()
    match harm:
        case "lost":
            array.unlink()
        case "cut":
            array.write_bytes(content[:-1])
        case "changed":
            array.write_bytes(content[:-1] + b"\x01")
        case "no manifest":
            (folder / MANIFEST).unlink()
        case _:
            told = json.loads((folder / MANIFEST).read_text())
            (folder / MANIFEST).write_text(json.dumps(told | {"version": 2}))

    write_folder(folder, ARRAYS, {"version": 1})

    assert array.read_bytes() == content
    assert json.loads((folder / MANIFEST).read_text())["version"] == 1


def test_a_whole_folder_is_left_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "whole"
    write_folder(folder, ARRAYS, {})
    before = (folder / "one.npy").stat().st_ino

    write_folder(folder, ARRAYS, {})

    assert (folder / "one.npy").stat().st_ino == before
