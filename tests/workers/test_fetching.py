"""A host without the folder fetches a snapshot from the web process: whole, once, resumed, never a damaged one."""

import json
import multiprocessing
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from matcher.db.engine import SessionFactory, make_engine, session_factory
from matcher.errors import ConflictError, SnapshotError
from matcher.keys import make_ring
from matcher.ranking.storage import MANIFEST, load_snapshot
from matcher.settings import Settings
from tests.factories.snapshots import put_snapshot
from tests.support.serving import served
from tests.workers.disturbed_line import Host, Line, make_host
from web.app import create_app
from workers import fetching, snapshots
from workers.runner import JobStoppedError
from workers.snapshots import local_snapshot

pytestmark = pytest.mark.usefixtures("impatient")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let waits be short; what is waited for comes at once here, or never."""
    monkeypatch.setattr(fetching, "WAITS_S", (0.01,) * 4)


@pytest.fixture
def line(sqlite_factory: SessionFactory, settings: Settings) -> Line:
    return Line(create_app(settings, factory=sqlite_factory))


@pytest.fixture
def folder(settings: Settings) -> Path:
    """Give the folder of a snapshot in the house."""
    return put_snapshot(settings.snapshots)


@pytest.fixture
def host(
    line: Line, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Host]:
    snapshots.open_snapshot.cache_clear()
    with served(line) as address:  # type: ignore[arg-type] # any WSGI application
        yield make_host(settings, tmp_path / "host", address, monkeypatch)


def test_a_host_fetches_a_snapshot_with_its_indexes_and_opens_what_the_house_has(
    host: Host, folder: Path
) -> None:
    snapshot = local_snapshot(host.factory, 1, folder.name)

    own = host.folder_of(folder)
    assert snapshot.content_hash() == folder.name
    assert load_snapshot(own, check=True).content_hash() == folder.name
    assert _files(own) == _files(folder)
    assert (own.stat().st_mode & 0o777, (own / "graduate_id.npy").stat().st_mode & 0o777) == (
        0o700,
        0o600,
    )


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != snapshots._FETCHED
    }


def test_what_is_there_is_not_asked_for_again(host: Host, folder: Path, line: Line) -> None:
    local_snapshot(host.factory, 1, folder.name)
    n_asked = len(line.asked)
    snapshots.open_snapshot.cache_clear()

    local_snapshot(host.factory, 1, folder.name)

    assert len(line.asked) == n_asked


def test_a_snapshot_without_indexes_is_fetched_without_them(host: Host, settings: Settings) -> None:
    bare = put_snapshot(settings.snapshots, indexed=False)

    assert local_snapshot(host.factory, 1, bare.name).content_hash() == bare.name


def test_a_file_that_broke_off_is_resumed_where_it_broke_off(
    host: Host, folder: Path, line: Line
) -> None:
    """Seen to matter: at half a kilobyte an answer, nothing but resuming ever gets to the end."""

    def cut(_environ: dict[str, Any], body: list[bytes]) -> list[bytes]:
        return [b"".join(body)[:500]]

    line.disturb = cut

    assert local_snapshot(host.factory, 1, folder.name).content_hash() == folder.name
    starts = [
        int(asked.removeprefix("bytes=").split("-")[0])
        for path, asked in line.asked
        if path.endswith("/graduate_id.npy")
    ]
    assert starts == sorted(set(starts))
    assert len(starts) > 2


def test_large_files_come_in_pieces(
    host: Host, folder: Path, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many short requests, so that people get their turn on the web's threads."""
    monkeypatch.setattr(fetching.Web.__init__, "__kwdefaults__", {"piece_bytes": 400})

    assert local_snapshot(host.factory, 1, folder.name).content_hash() == folder.name
    size = (folder / "graduate_id.npy").stat().st_size
    assert line.n_asked("graduate_id.npy") == -(-size // 400)


def test_what_arrives_damaged_is_fetched_again_and_never_kept(
    host: Host, folder: Path, line: Line
) -> None:
    damaged = []

    def damage(environ: dict[str, Any], body: list[bytes]) -> list[bytes]:
        whole = b"".join(body)
        if environ["PATH_INFO"].endswith("graduate_id.npy") and not damaged:
            damaged.append(True)
            whole = whole[:-1] + bytes([whole[-1] ^ 1])
        return [whole]

    line.disturb = damage

    assert local_snapshot(host.factory, 1, folder.name).content_hash() == folder.name
    assert line.n_asked("graduate_id.npy") == 2
    assert _files(host.folder_of(folder)) == _files(folder)


def test_a_file_that_is_damaged_in_the_house_is_never_taken(host: Host, folder: Path) -> None:
    victim = folder / "graduate_id.npy"
    victim.write_bytes(victim.read_bytes()[:-1] + b"\7")

    with pytest.raises(ConflictError, match="校验值") as refused:
        local_snapshot(host.factory, 1, folder.name)

    assert refused.value.code == "snapshot_arrives_damaged"
    assert not host.folder_of(folder).exists()


def test_a_snapshot_damaged_on_this_host_is_fetched_again(host: Host, folder: Path) -> None:
    local_snapshot(host.factory, 1, folder.name)
    snapshots.open_snapshot.cache_clear()
    (host.folder_of(folder) / "graduate_id.npy").write_bytes(b"rubbish")

    assert local_snapshot(host.factory, 1, folder.name).content_hash() == folder.name


def test_a_damaged_snapshot_is_replaced_by_one_process_of_a_host_at_a_time(
    host: Host, folder: Path
) -> None:
    local_snapshot(host.factory, 1, folder.name)
    snapshots.open_snapshot.cache_clear()
    (host.folder_of(folder) / "graduate_id.npy").write_bytes(b"rubbish")
    with snapshots._alone(host.settings, lambda: False), pytest.raises(JobStoppedError):
        local_snapshot(host.factory, 1, folder.name, stopping=lambda: True)
    assert host.folder_of(folder).exists()


def test_a_snapshot_of_another_version_is_fetched_once_and_the_job_tried_later(
    host: Host, folder: Path, line: Line
) -> None:
    manifest = folder / MANIFEST
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"format": 1}))
    for _ in range(2):
        with pytest.raises(ConflictError, match="版本不一致"):
            local_snapshot(host.factory, 1, folder.name)
    assert line.n_asked("graduate_id.npy") == 1


def test_a_web_that_stays_away_is_said_to_be_and_what_came_is_kept(
    host: Host, folder: Path, line: Line
) -> None:
    def away(environ: dict[str, Any], body: list[bytes]) -> list[bytes]:
        if environ["PATH_INFO"].endswith("posting_id.npy"):
            line.status = "503 Service Unavailable"
        return body

    line.disturb = away
    with pytest.raises(ConflictError, match="没有应答") as refused:
        local_snapshot(host.factory, 1, folder.name)
    assert refused.value.code == "snapshot_out_of_reach"
    assert not host.folder_of(folder).exists()

    line.status, line.disturb = None, lambda _environ, body: body
    n_before = line.n_asked("graduate_id.npy")
    assert local_snapshot(host.factory, 1, folder.name).content_hash() == folder.name
    assert line.n_asked("graduate_id.npy") == n_before


def test_a_host_with_another_key_is_refused_in_words(
    host: Host, folder: Path, tmp_path: Path
) -> None:
    strange = make_ring(tmp_path / "strange")
    other = session_factory(make_engine("sqlite://"), strange, host.settings)

    with pytest.raises(ConflictError) as refused:
        local_snapshot(other, 1, folder.name)

    assert refused.value.code == "snapshot_refused"


def test_content_the_house_did_not_seal_is_not_taken(
    host: Host, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.snapshots.seal", lambda *_given: "0" * 64)

    with pytest.raises(ConflictError) as refused:
        local_snapshot(host.factory, 1, folder.name)

    assert refused.value.code == "snapshot_refused"


def test_who_is_asked_to_stop_does_not_wait_for_the_web(
    host: Host, folder: Path, line: Line
) -> None:
    line.status = "503 Service Unavailable"

    with pytest.raises(JobStoppedError):
        local_snapshot(host.factory, 1, folder.name, stopping=lambda: True)


def test_a_host_that_shares_the_folder_asks_nobody(
    folder: Path, sqlite_factory: SessionFactory, line: Line
) -> None:
    snapshots.open_snapshot.cache_clear()

    assert local_snapshot(sqlite_factory, 1, folder.name).content_hash() == folder.name
    with pytest.raises(SnapshotError):
        local_snapshot(sqlite_factory, 1, "0" * 64)
    assert line.asked == []


def test_processes_of_a_host_fetch_once(host: Host, folder: Path, line: Line) -> None:
    context = multiprocessing.get_context("fork")
    answers = context.Queue()

    def open_it() -> None:
        snapshot = local_snapshot(host.factory, 1, folder.name)
        answers.put(snapshot.content_hash())

    workers = [context.Process(target=open_it) for _ in range(3)]
    for worker in workers:
        worker.start()
    found = [answers.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join(30)

    assert found == [folder.name] * 3
    assert line.n_asked("graduate_id.npy") == 1


def test_a_host_keeps_the_last_snapshots_only(host: Host, settings: Settings) -> None:
    folders = [put_snapshot(settings.snapshots, graduates=20 + number) for number in range(6)]

    for one in folders:
        local_snapshot(host.factory, 1, one.name)

    kept = [host.folder_of(one).exists() for one in folders]
    assert kept == [False, False, True, True, True, True]


@contextmanager
def _silent_server() -> Iterator[str]:
    """Give the address of a port that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        over.set()


def test_a_web_that_says_nothing_is_given_up(
    settings: Settings,
    sqlite_factory: SessionFactory,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fetching, "_ANSWER_TIMEOUT_S", 0.1)
    with _silent_server() as address:
        host = make_host(settings, tmp_path / "host", address, monkeypatch)
        with pytest.raises(ConflictError):
            local_snapshot(host.factory, 1, folder.name)
    shutil.rmtree(host.settings.data)
