"""A run on three hosts, one killed in the middle, one cut off and late: complete, the same bytes, nothing twice.

The hosts have network namespaces of their own where that is allowed (root, iproute2), else separate data folders
and lines that can be held; PostgreSQL, broker and web are reached through each host's own line only.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, make_engine, reading, session_factory, transaction
from matcher.keys import KeyRing
from matcher.kinds import JobQueue, JobState, ListSide, RunState
from matcher.models.jobs import Job
from matcher.models.ranking_runs import RankedList, RankingChunk, RankingRun
from matcher.services.permissions import SYSTEM
from matcher.services.ranking_chunks import FINISH, RANK_CHUNK
from matcher.services.ranking_replay import replay_run
from matcher.services.ranking_runs import request_run
from matcher.settings import Settings, load_settings
from seeds.big_market import fill_market
from tests.factories.ranked_drives import BODIES
from tests.support.hosts import BEGAN, Host, Target, several_hosts
from tests.support.postgres import die_with_parent
from tests.support.serving import served
from tests.workers.conftest import OwnBroker
from tests.workers.running import ROOT, START_SECONDS, wait_until
from web.app import create_app
from workers.app import make_app
from workers.dispatch import sender, sweep_once
from workers.leases import leases, resend_seconds
from workers.runner import Runner

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="hosts are made on Linux only"),
]

_GRADUATES, _POSTINGS = 1200, 120
_LEASE = "4"
_FINISH_SECONDS = 150


@dataclass
class House:
    """The house itself: it prepares and ends runs, serves snapshots, and has no worker that ranks."""

    factory: SessionFactory
    settings: Settings
    sweep: Callable[[], int]

    def step(self) -> None:
        """Dispatch once, and do what only the house may do."""
        self.sweep()
        waiting = sa.select(Job.id).where(Job.queue == JobQueue.BATCH, Job.state == JobState.QUEUED)
        with reading(self.factory) as session:
            ids = session.scalars(waiting.order_by(Job.id)).all()
        for job_id in ids:
            Runner(self.factory, leases=leases(self.settings)).run(job_id)


@dataclass
class Worker:
    """A worker on a host, with what it wrote."""

    host: Host
    program: subprocess.Popen[bytes]
    log: Path
    data: Path
    seen: int = field(default=0)

    def text(self) -> str:
        return self.log.read_text()

    def chunks_begun(self) -> list[tuple[ListSide, int]]:
        lines = [line.split() for line in self.text().splitlines() if line.startswith(BEGAN)]
        return [(ListSide(words[2]), int(words[3])) for words in lines]

    def n_ended(self) -> int:
        return self.text().count('"job": "ranking.rank_chunk"')


@pytest.fixture
def house(
    postgres_database: str,
    settings: Settings,
    ring: KeyRing,
    own_broker: OwnBroker,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[House]:
    monkeypatch.setenv("DATABASE_URL", postgres_database)
    monkeypatch.setenv("YANGGUANG_LEASE_SECONDS", _LEASE)
    own = load_settings()
    engine = make_engine(own.database_url)
    factory = session_factory(engine, ring, own)
    app = make_app(own)
    send = sender(app)
    yield House(factory, own, lambda: sweep_once(factory, send, resend_seconds=resend_seconds(own)))
    app.pool.force_close_all()
    app.close()
    engine.dispose()


@pytest.fixture
def hosts(house: House, postgres_database: str) -> Iterator[list[Host]]:
    """Give three hosts that reach the house's three services."""
    database = sa.make_url(postgres_database)
    folder, where = database.query.get("host"), (database.host or "", database.port or 5432)
    web = create_app(house.settings, factory=house.factory)
    with served(web) as address:
        targets: dict[str, Target] = {
            "database": Path(str(folder)) / ".s.PGSQL.5432" if folder else where,
            "broker": house.settings.socket,
            "web": ("127.0.0.1", int(address.rsplit(":", 1)[1])),
        }
        with several_hosts(3, targets) as made:
            yield made


@pytest.fixture
def workers(house: House, hosts: list[Host], tmp_path: Path) -> Iterator[list[Worker]]:
    """Give a worker on each host, ready; whatever is left of them is killed at the end."""
    started: list[Worker] = []
    try:
        for number, host in enumerate(hosts):
            started.append(_start(host, house, tmp_path / f"host-{number}"))
        for worker in started:
            wait_until(lambda: " ready." in worker.text(), START_SECONDS, "a worker is ready")  # noqa: B023 - called at once
        yield started
    finally:
        for worker in started:
            if worker.program.poll() is None:
                os.killpg(worker.program.pid, signal.SIGKILL)
                worker.program.wait(10)


def _start(host: Host, house: House, data: Path) -> Worker:
    data.mkdir(mode=0o700)
    database = sa.make_url(house.settings.database_url)
    address, _, port = host.address("database").partition(":")
    url = sa.URL.create(
        database.drivername,
        database.username,
        database.password,
        host=address,
        port=int(port),
        database=database.database,
    )
    environment = os.environ | {
        "YANGGUANG_DATA": str(data),
        "YANGGUANG_KEYS": str(house.settings.keys),
        "YANGGUANG_SNAPSHOTS_FROM": f"http://{host.address('web')}",
        "DATABASE_URL": url.render_as_string(hide_password=False),
        "REDIS_URL": f"redis://{host.address('broker')}/0",
    }
    argv = [sys.executable, "-m", "celery", "-A", "tests.workers.slow_host", "worker"]
    options = ["-c", "1", "-Q", "ranking", "-l", "INFO", "--without-mingle", "--without-gossip"]
    log = data / "worker.log"
    with log.open("ab") as output:
        program = subprocess.Popen(
            [*host.prefix, *argv, *options],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
    return Worker(host, program, log, data)


def _state(house: House, run_id: int) -> RunState:
    with reading(house.factory) as session:
        return session.get_one(RankingRun, run_id).state


def _is_done(house: House, run_id: int, chunk: tuple[ListSide, int]) -> bool:
    with reading(house.factory) as session:
        return session.get_one(RankingChunk, (run_id, *chunk)).done_at is not None


def _wait(house: House, check: Callable[[], bool], seconds: float, what: str) -> None:
    def look() -> bool:
        house.step()
        return check()

    wait_until(look, seconds, what)


def _ask_for_run(house: House, drive_id: int) -> int:
    with transaction(house.factory) as session:
        return request_run(session, SYSTEM, drive_id).id


def _disturb(house: House, run_id: int, killed: Worker, cut: Worker) -> tuple[ListSide, int]:
    """Kill one host and cut off another while both rank; return the chunk the latter was at."""
    os.killpg(killed.program.pid, signal.SIGKILL)
    killed.program.wait(10)
    n_begun = len(cut.chunks_begun())
    _wait(house, lambda: len(cut.chunks_begun()) > n_begun, 30, "the other began a chunk")
    cut.host.cut()
    chunk = cut.chunks_begun()[-1]
    _wait(house, lambda: _is_done(house, run_id, chunk), _FINISH_SECONDS, "another did its chunk")
    cut.host.mend()
    return chunk


def test_a_run_on_three_hosts_one_killed_and_one_cut_off_is_that_of_one_process(
    house: House, workers: list[Worker]
) -> None:
    assert BODIES
    killed, cut, steady = workers
    drive_id = fill_market(house.factory, graduates=_GRADUATES, postings=_POSTINGS)
    run_id = _ask_for_run(house, drive_id)
    _wait(
        house, lambda: all(worker.n_ended() for worker in workers), START_SECONDS, "all three rank"
    )

    _disturb(house, run_id, killed, cut)
    _wait(house, lambda: _state(house, run_id) is RunState.DONE, _FINISH_SECONDS, "the run is done")
    _wait(house, lambda: "lease_lost" in cut.text(), 60, "the late one was told so")

    _assert_done_once(house, run_id)
    with reading(house.factory) as session:
        run = session.get_one(RankingRun, run_id)
        assert _own_snapshot(steady, run).exists()
        assert _own_snapshot(cut, run).exists()
    _assert_as_one_process(house, run_id)


def _own_snapshot(worker: Worker, run: RankingRun) -> Path:
    folder = worker.data / "snapshots" / str(run.drive_id) / (run.snapshot_hash or "")
    return folder / "manifest.json"


def _assert_done_once(house: House, run_id: int) -> None:
    """Every chunk was done and asked for once, some were tried again, and the run ended once."""
    with reading(house.factory) as session:
        chunks = session.scalars(sa.select(RankingChunk).where(RankingChunk.run_id == run_id)).all()
        ranked = session.scalars(sa.select(Job).where(Job.name == RANK_CHUNK)).all()
        n_finishes = session.scalar(sa.select(sa.func.count()).where(Job.name == FINISH))
    assert all(chunk.done_at is not None for chunk in chunks)
    assert len(ranked) == len(chunks) > 20
    assert {job.state for job in ranked} == {JobState.DONE}
    assert sum(job.attempts for job in ranked) > len(chunks)
    assert n_finishes == 1


def _assert_as_one_process(house: House, run_id: int) -> None:
    """Rank the same snapshot again in this process alone, and compare every list."""
    with reading(house.factory) as session:
        report = replay_run(session, run_id)
        sides = sa.select(RankedList.side, sa.func.count()).where(RankedList.run_id == run_id)
        rows = session.execute(sides.group_by(RankedList.side)).all()
        counted = {side: number for side, number in rows}  # noqa: C416 - dict() takes no rows
    assert report.equal
    assert counted[ListSide.GRADUATE] == _GRADUATES
    assert counted[ListSide.POSTING_ORDINARY] == _POSTINGS
    assert 0 < counted[ListSide.POSTING_RESERVED] < _POSTINGS
