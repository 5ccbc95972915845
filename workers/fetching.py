"""Reading files from the web process of the house (取文件): piece by piece, resumed where it broke off.

Plain `http.client`: one host is asked, for known files, with a header of our own. A piece is small, so that the
web's threads serve people in between, and so that a pass lives no longer than it is needed.
"""

import contextlib
import hashlib
import http.client
import re
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO

from matcher import clock
from matcher.errors import ConflictError
from matcher.keys import KeyRing
from matcher.services.snapshot_passes import check_seal, make_pass
from workers.runner import JobStoppedError

PIECE_BYTES = 8 << 20
"""Under a second on a network of 100 Mbit/s, and few enough requests for a gigabyte."""

_BLOCK_BYTES = 1 << 18
_ANSWER_TIMEOUT_S = 20
WAITS_S = (0.5, 1, 2, 4, 8, 15)
"""Between tries that bring nothing: half a minute in all, then the job goes back to the queue."""

_DAMAGED_TRIES = 3
"""A network damages a file once in a while; a disk does so every time."""

_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


class RefusedError(Exception):
    """The web process says that there is no such file, or not for us."""


class BrokenOffError(Exception):
    """No answer, half an answer, or one that says "later": worth another try."""


@dataclass(frozen=True)
class Offered:
    """What the web process says of a file: its length and hash."""

    n_bytes: int
    sha256: str


class Patience:
    """Waits between tries that bring nothing, up to a bound; every byte received renews it."""

    def __init__(self, address: str, stopping: Callable[[], bool]) -> None:
        self._address, self._stopping, self._n_tries = address, stopping, 0

    def renew(self) -> None:
        """Begin to count anew: something came."""
        self._n_tries = 0

    def check(self) -> None:
        """Raise JobStoppedError if it is time to give up for other reasons."""
        if self._stopping():
            raise JobStoppedError

    def wait(self) -> None:
        """Wait before the next try.

        Raises
        ------
        ConflictError
            Too many tries brought nothing; the job is tried again later, here or by another host.
        """
        if self._n_tries == len(WAITS_S):
            raise ConflictError(
                "snapshot_out_of_reach",
                f"从 {self._address} 取不到排序快照：网页服务没有应答。请检查网页服务和网络，系统稍后自动重试。",
            )
        ends = time.monotonic() + WAITS_S[self._n_tries]
        self._n_tries += 1
        while time.monotonic() < ends:
            self.check()
            time.sleep(min(0.2, max(0.0, ends - time.monotonic())))


class Web:
    """The web process as the place files come from; one connection serves many pieces."""

    def __init__(self, address: str, ring: KeyRing, *, piece_bytes: int = PIECE_BYTES) -> None:
        self._address = urllib.parse.urlsplit(address)
        self._ring, self._piece_bytes = ring, piece_bytes
        self._connection: http.client.HTTPConnection | None = None

    def close(self) -> None:
        """End the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def add_piece(self, path: str, into: BinaryIO, known: str | None) -> Offered:
        """Append the next piece of a file to what there is of it; `known` is the hash that was told before.

        Raises
        ------
        RefusedError
            There is no such file, for us.
        BrokenOffError
            What came until then is written.
        """
        try:
            return self._ask(path, into, known)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise BrokenOffError from error
        except (RefusedError, BrokenOffError):
            self.close()
            raise

    def _ask(self, path: str, into: BinaryIO, known: str | None) -> Offered:
        start = into.seek(0, 2)
        headers = {
            "Authorization": make_pass(self._ring, path, clock.now()),
            "Range": f"bytes={start}-{start + self._piece_bytes - 1}",
        }
        if known is not None:
            headers["If-Range"] = f'"{known}"'
        connection = self._connected()
        connection.request("GET", self._address.path + path, headers=headers)
        with connection.getresponse() as answer:
            if answer.status == HTTPStatus.NOT_FOUND:
                raise RefusedError
            offered, n_expected = self._understand(answer, path, into)
            _copy(answer, into, n_expected)
        return offered

    def _understand(
        self, answer: http.client.HTTPResponse, path: str, into: BinaryIO
    ) -> tuple[Offered, int]:
        """Return what is offered and how many bytes follow; `into` stands where they belong."""
        sha256 = answer.headers.get("X-Content-SHA256", "")
        if answer.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            into.truncate(0)  # what there is belongs to something else, or is whole and wrong
            raise BrokenOffError
        if answer.status not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
            raise BrokenOffError
        if not check_seal(self._ring, path, sha256, answer.headers.get("X-Snapshot-Seal", "")):
            raise RefusedError
        if answer.status == HTTPStatus.OK:
            into.seek(into.truncate(0))
            n_bytes = int(answer.headers.get("Content-Length", "0"))
            return Offered(n_bytes, sha256), n_bytes
        told = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
        if told is None or int(told[1]) != into.tell():
            raise BrokenOffError
        first, last, n_bytes = (int(number) for number in told.groups())
        return Offered(n_bytes, sha256), last + 1 - first

    def _connected(self) -> http.client.HTTPConnection:
        if self._connection is None:
            kind = (
                http.client.HTTPSConnection
                if self._address.scheme == "https"
                else http.client.HTTPConnection
            )
            where = self._address.hostname or ""
            self._connection = kind(where, self._address.port, timeout=_ANSWER_TIMEOUT_S)
        return self._connection


def _copy(answer: http.client.HTTPResponse, into: BinaryIO, n_expected: int) -> None:
    """Write what an answer brings; what came before it broke off is kept."""
    n_read = 0
    while n_read < n_expected:
        block = answer.read(min(_BLOCK_BYTES, n_expected - n_read))
        if not block:
            raise BrokenOffError
        into.write(block)
        n_read += len(block)
    answer.read()  # the end of the answer, so that the connection serves the next one


def fetch_file(web: Web, path: str, target: Path, patience: Patience) -> None:
    """Fetch a file to its place; its beginning may lie beside it from an earlier try.

    It gets its name when it is whole and its hash is what the house says. A damaged one is fetched again.

    Raises
    ------
    RefusedError
        The house has no such file for us.
    ConflictError
        It cannot be fetched now.
    """
    beside = target.with_name(f"{target.name}.part")
    for _ in range(_DAMAGED_TRIES):
        with beside.open("ab") as into:
            told = _fill(web, path, into, patience)
        with beside.open("rb") as whole:
            is_right = hashlib.file_digest(whole, "sha256").hexdigest() == told.sha256
        if is_right:
            beside.chmod(0o600)
            beside.rename(target)
            return
        beside.unlink()
    raise ConflictError(
        "snapshot_arrives_damaged",
        "取到的排序快照与校验值不符，请检查网页服务器上的磁盘和网络；系统稍后自动重试，仍不行请重新排序。",
    )


def _fill(web: Web, path: str, into: BinaryIO, patience: Patience) -> Offered:
    """Append pieces until the file is as long as the house says."""
    told: Offered | None = None
    into.seek(0, 2)
    while told is None or into.tell() < told.n_bytes:
        patience.check()
        before = into.tell()
        with contextlib.suppress(BrokenOffError):
            told = web.add_piece(path, into, told.sha256 if told else None)
        into.flush()
        if into.tell() > before:
            patience.renew()
        else:
            patience.wait()
    return told
