"""Snapshots are handed to workers of this house alone: whole or in parts, each with its hash."""

import dataclasses
import datetime as dt
import hashlib
import logging
from pathlib import Path

import pytest
from apiflask import APIFlask
from werkzeug.test import TestResponse

from matcher import clock
from matcher.keys import KeyRing
from matcher.services.snapshot_files import address_path
from matcher.services.snapshot_passes import check_seal, make_pass
from matcher.settings import Settings
from tests.factories.snapshots import put_snapshot

_ARRAY = "graduate_id.npy"


@pytest.fixture
def folder(settings: Settings) -> Path:
    return put_snapshot(settings.snapshots)


def _get(
    app: APIFlask,
    ring: KeyRing,
    folder: Path,
    name: str,
    *,
    at: dt.datetime | None = None,
    passed: str | None = None,
    **headers: str,
) -> TestResponse:
    path = address_path(1, folder.name, name)
    bearer = make_pass(ring, path, at or clock.now()) if passed is None else passed
    sent = {"Authorization": bearer, **{key.replace("_", "-"): headers[key] for key in headers}}
    return app.test_client().get(path, headers=sent, buffered=True)


@pytest.mark.parametrize("name", ["manifest.json", _ARRAY, "index/manifest.json"])
def test_a_worker_with_a_pass_gets_a_file_with_its_hash_and_the_houses_seal(
    app: APIFlask, ring: KeyRing, folder: Path, name: str
) -> None:
    answer = _get(app, ring, folder, name)

    content = (folder / name).read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    assert (answer.status_code, answer.data) == (200, content)
    assert answer.headers["X-Content-SHA256"] == sha256
    assert answer.headers["ETag"] == f'"{sha256}"'
    seal = answer.headers["X-Snapshot-Seal"]
    assert check_seal(ring, address_path(1, folder.name, name), sha256, seal)
    assert "Set-Cookie" not in answer.headers


def test_a_part_is_sent_as_asked_for_and_its_end_is_told(
    app: APIFlask, ring: KeyRing, folder: Path
) -> None:
    content = (folder / _ARRAY).read_bytes()

    answer = _get(app, ring, folder, _ARRAY, Range="bytes=100-199")

    assert (answer.status_code, answer.data) == (206, content[100:200])
    assert answer.headers["Content-Range"] == f"bytes 100-199/{len(content)}"


def test_a_part_beyond_the_end_is_refused(app: APIFlask, ring: KeyRing, folder: Path) -> None:
    assert _get(app, ring, folder, _ARRAY, Range="bytes=9999999-").status_code == 416


def test_a_part_of_another_content_is_answered_by_the_whole(
    app: APIFlask, ring: KeyRing, folder: Path
) -> None:
    """If-Range: whoever has the beginning of something else must not go on with ours."""
    content = (folder / _ARRAY).read_bytes()
    ours = hashlib.sha256(content).hexdigest()

    same = _get(app, ring, folder, _ARRAY, Range="bytes=5-", If_Range=f'"{ours}"')
    other = _get(app, ring, folder, _ARRAY, Range="bytes=5-", If_Range=f'"{"0" * 64}"')

    assert (same.status_code, same.data) == (206, content[5:])
    assert (other.status_code, other.data) == (200, content)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_pass_is_good_for_some_minutes_only(
    app: APIFlask, ring: KeyRing, folder: Path, minutes: int
) -> None:
    at = clock.now() + dt.timedelta(minutes=minutes)

    assert _get(app, ring, folder, _ARRAY, at=at).status_code == 404


@pytest.mark.parametrize(
    "passed",
    ["", "Bearer x", "Yangguang-Worker", "Yangguang-Worker 1:", "Yangguang-Worker ٣:é"],
)
def test_without_a_pass_there_is_nothing(
    app: APIFlask, ring: KeyRing, folder: Path, passed: str
) -> None:
    assert _get(app, ring, folder, _ARRAY, passed=passed).status_code == 404


def test_a_pass_of_another_house_or_for_another_file_opens_nothing(
    app: APIFlask, ring: KeyRing, folder: Path
) -> None:
    strange = dataclasses.replace(ring, signing_key=b"another house")
    path = address_path(1, folder.name, _ARRAY)
    for_manifest = make_pass(ring, address_path(1, folder.name, "manifest.json"), clock.now())

    assert (
        _get(app, ring, folder, _ARRAY, passed=make_pass(strange, path, clock.now())).status_code
        == 404
    )
    assert _get(app, ring, folder, _ARRAY, passed=for_manifest).status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "",
        "index/",
        "index",
        "nothing.npy",
        "../../../keys/keyring.json",
        "..%2f..%2f..%2fkeys%2fkeyring.json",
        "index/../manifest.json",
        "/etc/passwd",
        "secret.txt",
    ],
)
def test_nothing_but_what_a_manifest_lists_is_there_even_with_a_pass(
    app: APIFlask, ring: KeyRing, folder: Path, name: str
) -> None:
    (folder / "secret.txt").write_text("x")

    assert _get(app, ring, folder, name).status_code in (404, 405, 308)


def test_a_snapshot_that_is_not_whole_is_not_there(
    app: APIFlask, ring: KeyRing, folder: Path
) -> None:
    (folder / "manifest.json").unlink()

    assert _get(app, ring, folder, _ARRAY).status_code == 404


def test_the_log_names_no_file_and_no_pass(
    app: APIFlask, ring: KeyRing, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        _get(app, ring, folder, _ARRAY)

    told = " ".join(str(vars(record)) for record in caplog.records)
    assert folder.name not in told
    assert "Yangguang-Worker" not in told
