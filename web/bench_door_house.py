"""A house of its own for `yangguang bench door`: a new database and the real web server in front of it.

SQLite in a temporary folder, or a database made for the run on the PostgreSQL that `DATABASE_URL` names and dropped
after it; nobody else's rows are near. The web runs as `yangguang up` starts it: gunicorn, its processes and threads.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.error import URLError

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from matcher.db.engine import SessionFactory
from matcher.errors import ConfigurationError
from matcher.keys import make_ring
from matcher.services.installation import prepare_installation
from matcher.settings import Settings, load_settings

WEB_PROCESSES, WEB_THREADS = 2, 4
"""As `yangguang up` starts the web."""

_READY_SECONDS = 180
_STOP_SECONDS = 25


@dataclass(frozen=True)
class House:
    """A prepared installation that nobody else uses."""

    settings: Settings
    factory: SessionFactory
    dialect: str

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of the web."""
        return self.settings.host, self.settings.port


@contextmanager
def open_house(database: str | None = None) -> Iterator[House]:
    """Give a house on SQLite, or on the PostgreSQL named here or by `DATABASE_URL`.

    Raises
    ------
    ConfigurationError
        The server cannot be reached, or its account may not make a database.
    """
    address = database or os.environ.get("DATABASE_URL", "")
    with tempfile.TemporaryDirectory(prefix="yangguang-door-") as folder:
        data = Path(folder) / "data"
        with _database(address, data) as url:
            own = replace(load_settings(), data=data, database_url=url, redis_url=None)
            settings = free_port(own)
            settings.prepare()
            with _keys_in(data / "keys"):
                make_ring(settings.keys)
                factory = prepare_installation(settings)
                engine = factory.kw["bind"]
                try:
                    yield House(settings, factory, engine.dialect.name)
                finally:
                    engine.dispose()


@contextmanager
def _keys_in(folder: Path) -> Iterator[None]:
    """Keep this run's keys in its own folder, whatever the environment says."""
    before = os.environ.get("YANGGUANG_KEYS")
    os.environ["YANGGUANG_KEYS"] = str(folder)
    try:
        yield
    finally:
        del os.environ["YANGGUANG_KEYS"]
        if before is not None:
            os.environ["YANGGUANG_KEYS"] = before


@contextmanager
def _database(address: str, data: Path) -> Iterator[str]:
    """Give the address of a new database: a file of the folder, or one on the server that is named."""
    if not address or address.startswith("sqlite"):
        yield f"sqlite:///{data / 'yangguang.db'}"
        return
    for prefix in ("postgres://", "postgresql://"):
        if address.startswith(prefix):
            address = "postgresql+psycopg://" + address.removeprefix(prefix)
    name = f"yangguang_bench_{secrets.token_hex(6)}"
    server = sa.create_engine(address, isolation_level="AUTOCOMMIT", hide_parameters=True)
    try:
        with server.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
    except SQLAlchemyError as error:
        server.dispose()
        raise ConfigurationError(
            "bench_database",
            "测量要在 DATABASE_URL 的服务器上新建一个临时数据库，连不上或者没有建库权限。",
        ) from error
    try:
        yield server.url.set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        server.dispose()


def free_port(settings: Settings) -> Settings:
    """Return settings with a port of this machine that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return replace(settings, host="127.0.0.1", port=int(trial.getsockname()[1]))


class WebServer:
    """The real web server of a house, which may be killed and started again."""

    def __init__(
        self, house: House, log: Path | None = None, *, behind_proxy: bool = False
    ) -> None:
        self._house = house
        self._https = "1" if behind_proxy else "0"
        self._log = log or house.settings.data / "web.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start gunicorn and wait until it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                gunicorn_argv(self._house.settings),
                env=_environment(self._house.settings) | {"YANGGUANG_HTTPS": self._https},
                stdout=log,
                stderr=log,
                process_group=0,
            )
        self._wait()

    def kill(self) -> None:
        """Kill the server with all its processes at once (kill -9), in the middle of whatever it does."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """Stop the server in an orderly way."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def _wait(self) -> None:
        host, port = self._house.address
        ends = time.monotonic() + _READY_SECONDS
        while time.monotonic() < ends:
            if self._process is None or self._process.poll() is not None:
                break
            with suppress(URLError, OSError):
                address = f"http://{host}:{port}/healthz"
                with urllib.request.urlopen(address, timeout=5):
                    return
            time.sleep(0.1)
        raise ConfigurationError(
            "start_timed_out", f"网页服务没有就绪，请看 {self._log}。", log=str(self._log)
        )


@contextmanager
def serving(house: House, *, behind_proxy: bool = False) -> Iterator[WebServer]:
    """Give a house's running web server, stopped at the end.

    Parameters
    ----------
    behind_proxy : requests say themselves from which address they come, as a proxy in front would
    """
    server = WebServer(house, behind_proxy=behind_proxy)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def gunicorn_argv(settings: Settings) -> list[str]:
    """Return the command `yangguang up` starts the web with (`workers.units`), on the house's port."""
    return [
        *(sys.executable, "-m", "gunicorn", "--no-control-socket", "-k", "gthread"),
        *("-w", str(WEB_PROCESSES), "--threads", str(WEB_THREADS)),
        *("--graceful-timeout", "20", "-b", f"{settings.host}:{settings.port}"),
        "web.app:create_app()",
    ]


def _environment(settings: Settings) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if name != "REDIS_URL"}
    return environment | {
        "YANGGUANG_DATA": str(settings.data),
        "YANGGUANG_KEYS": str(settings.keys),
        "YANGGUANG_HOST": settings.host,
        "YANGGUANG_PORT": str(settings.port),
        "DATABASE_URL": settings.database_url,
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONUNBUFFERED": "1",
    }
