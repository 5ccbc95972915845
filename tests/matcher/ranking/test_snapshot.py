"""Snapshots: the same facts give the same bytes, limits are refused, folders are whole or nothing."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import InvalidInputError, SnapshotError
from matcher.kinds import ListSide
from matcher.ranking.engine import rank_graduates, rank_postings
from matcher.ranking.facts import GraduateFacts, PostingFacts
from matcher.ranking.parameters import DriveParameters, PartPoints
from matcher.ranking.snapshot import Snapshot, build_snapshot
from matcher.ranking.storage import MANIFEST, load_snapshot, save_snapshot
from tests.factories.ranking import (
    KEY,
    many_graduates,
    many_postings,
    parameters,
    seeded_world,
    toy_compiler,
)


def snapshot_of(
    graduates: Sequence[GraduateFacts],
    postings: Sequence[PostingFacts],
    drive: DriveParameters | None = None,
) -> Snapshot:
    drive = drive or DriveParameters()
    return build_snapshot(graduates, postings, drive, compile_leaves=toy_compiler, lottery_key=KEY)


@pytest.fixture
def snapshot() -> Snapshot:
    return snapshot_of(*seeded_world(50, 20, 1))


@settings(max_examples=60, deadline=None)
@given(many_graduates(), many_postings(), st.randoms(use_true_random=False))
def test_the_order_in_which_rows_arrive_changes_nothing(
    graduates: list[GraduateFacts], postings: list[PostingFacts], random: Random
) -> None:
    expected = snapshot_of(graduates, postings).content_hash()

    random.shuffle(graduates)
    random.shuffle(postings)

    assert snapshot_of(graduates, postings).content_hash() == expected


def test_any_changed_fact_or_parameter_changes_the_hash(snapshot: Snapshot) -> None:
    graduates, postings = seeded_world(50, 20, 1)
    other_pay = [replace(graduates[0], wanted_pay_yuan=1), *graduates[1:]]

    hashes = {
        snapshot.content_hash(),
        snapshot_of(other_pay, postings).content_hash(),
        snapshot_of(graduates[1:], postings).content_hash(),
        snapshot_of(graduates, postings, DriveParameters(equal_width=1)).content_hash(),
    }

    assert len(hashes) == 4


def test_a_saved_snapshot_ranks_to_the_same_bytes(snapshot: Snapshot, tmp_path: Path) -> None:
    content_hash = save_snapshot(snapshot, tmp_path / "drive" / "one")
    loaded = load_snapshot(tmp_path / "drive" / "one", check=True)

    assert loaded.content_hash() == content_hash == snapshot.content_hash()
    for side in (ListSide.POSTING_ORDINARY, ListSide.POSTING_RESERVED):
        ours = rank_postings(snapshot, range(20), side, length=7)
        theirs = rank_postings(loaded, range(20), side, length=7)
        assert ours.keys.tobytes() == theirs.keys.tobytes()
    ours = rank_graduates(snapshot, range(50), length=7)
    theirs = rank_graduates(loaded, range(50), length=7)
    assert ours.partners.tobytes() == theirs.partners.tobytes()
    assert isinstance(loaded.graduates.term.base, np.memmap)
    assert not loaded.graduates.term.flags.writeable


def test_an_empty_drive_can_be_saved_and_loaded(tmp_path: Path) -> None:
    empty = snapshot_of([], [])

    save_snapshot(empty, tmp_path / "empty")

    assert load_snapshot(tmp_path / "empty", check=True).content_hash() == empty.content_hash()


def test_only_the_owner_can_read_a_snapshot(snapshot: Snapshot, tmp_path: Path) -> None:
    folder = tmp_path / "one"

    save_snapshot(snapshot, folder)

    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_a_folder_without_manifest_is_not_a_snapshot_and_is_replaced(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    folder = tmp_path / "one"
    folder.mkdir()
    (folder / "graduate_id.npy").write_bytes(b"half")

    with pytest.raises(SnapshotError):
        load_snapshot(folder)
    save_snapshot(snapshot, folder)

    assert load_snapshot(folder, check=True).content_hash() == snapshot.content_hash()


def test_saving_twice_leaves_the_first_folder_alone(snapshot: Snapshot, tmp_path: Path) -> None:
    save_snapshot(snapshot, tmp_path / "one")
    before = (tmp_path / "one" / MANIFEST).stat()

    save_snapshot(snapshot, tmp_path / "one")

    after = (tmp_path / "one" / MANIFEST).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_flipped_bit_is_found(snapshot: Snapshot, tmp_path: Path) -> None:
    save_snapshot(snapshot, tmp_path / "one")
    path = tmp_path / "one" / "graduate_rank.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(bytes(content))

    with pytest.raises(SnapshotError):
        load_snapshot(tmp_path / "one", check=True)


@pytest.mark.parametrize("content", ["{", json.dumps({"format": 0}), json.dumps({"format": 1})])
def test_a_broken_or_old_manifest_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / MANIFEST).write_text(content)

    with pytest.raises(SnapshotError):
        load_snapshot(tmp_path)


def test_texts_of_one_person_alone_leave_no_word_behind(tmp_path: Path) -> None:
    graduates, postings = seeded_world(20, 5, 2)
    graduates[0] = replace(graduates[0], text="欧阳某某独有")

    save_snapshot(snapshot_of(graduates, postings), tmp_path / "one")

    stored = b"".join(path.read_bytes() for path in (tmp_path / "one").iterdir())
    assert "欧阳".encode() not in stored


def test_more_required_certificates_than_bits_are_refused() -> None:
    graduates, postings = seeded_world(5, 1, 3)
    postings[0] = replace(postings[0], certificates=tuple(f"证{n}" for n in range(65)))

    with pytest.raises(SnapshotError, match="65"):
        snapshot_of(graduates, postings)


@pytest.mark.parametrize("changes", [{"id": 2}, {"entry_number": 1}])
def test_two_people_with_one_number_are_refused(changes: dict[str, int]) -> None:
    graduates, postings = seeded_world(5, 1, 3)
    graduates[0] = replace(graduates[0], **changes)  # type: ignore[arg-type]  # ints

    with pytest.raises(SnapshotError):
        snapshot_of(graduates, postings)


@given(parameters())
def test_parameters_survive_json(drive: DriveParameters) -> None:
    plain = json.loads(json.dumps(drive.to_dict()))

    assert DriveParameters.from_dict(plain) == drive


@pytest.mark.parametrize(
    "wrong",
    [
        {"points": {"major_maybe": 1500}},
        {"points": {"text": -1}},
        {"points": {"text": 30_000}},
        {"points": {"place_choices": [1, 2, 3]}},
        {"points": {"pay_step_yuan": 0}},
        {"hardship_points": [0, 1]},
        {"hardship_points": [5, 4, 3, 2, 1, 0]},
        {"postings_length": 0},
        {"text_terms": 65_535},
        {"unheard_of": 1},
    ],
)
def test_parameters_that_break_the_score_model_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidInputError):
        DriveParameters.from_dict(wrong)


def test_the_default_points_are_the_published_table() -> None:
    assert PartPoints().max_fit() == 9000
