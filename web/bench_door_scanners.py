"""Made-up scanners (验票终端) for `yangguang bench door`: each keeps one connection and sends one scan after the other.

Plain sockets and as little work as possible, since scanners and server share the cores that are measured. A scan whose
answer did not come (connection closed, server killed) is sent again under its own number, as a real scanner does.
"""

import asyncio
import json
import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

_RETRY_SECONDS = 0.1
_PATIENCE_SECONDS = 120.0
"""A killed server is back before that, or the run fails."""
_LONGEST_HEAD = 16_384


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan to send."""

    code: str
    direction: str = "in"
    number: str = field(default_factory=lambda: secrets.token_hex(12))


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back, how long it took, and how often it was sent again."""

    scan: Scan
    status: int
    said: dict[str, Any]
    seconds: float
    resent: int

    @property
    def kind(self) -> str:
        """What the scan came to."""
        return str(self.said.get("kind"))


class Scanner:
    """One paired scanner with a connection of its own."""

    def __init__(self, address: tuple[str, int], token: str) -> None:
        self._address = address
        self._head = (
            f"POST /door/scan HTTP/1.1\r\nHost: {address[0]}:{address[1]}\r\nX-Door: {token}\r\n"
            "Content-Type: application/json\r\nContent-Length: "
        ).encode()
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def open(self) -> None:
        """Connect, so that the first scan does not pay for it."""
        self._streams = await asyncio.open_connection(*self._address, limit=1 << 20)

    async def close(self) -> None:
        """Close the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def send(self, scan: Scan) -> Answered:
        """Send a scan until it is answered; the time counts from its first sending."""
        body = json.dumps(
            {"code": scan.code, "scan_number": scan.number, "direction": scan.direction}
        ).encode()
        request = self._head + str(len(body)).encode() + b"\r\n\r\n" + body
        began, resent = time.perf_counter(), 0
        while True:
            try:
                status, said = await self._exchange(request)
            except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                status, said = 0, {}
            if status and status < 500:
                return Answered(scan, status, said, time.perf_counter() - began, resent)
            await self.close()
            resent += 1
            if time.perf_counter() - began > _PATIENCE_SECONDS:
                raise TimeoutError("the server does not come back")
            if resent > 1:
                await asyncio.sleep(_RETRY_SECONDS)

    async def _exchange(self, request: bytes) -> tuple[int, dict[str, Any]]:
        if self._streams is None:
            self._streams = await asyncio.open_connection(*self._address, limit=1 << 20)
        reader, writer = self._streams
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        lower = head.lower()
        start = lower.index(b"content-length:") + len(b"content-length:")
        length = int(lower[start : lower.index(b"\r\n", start)])
        body = await reader.readexactly(length)
        if b"connection: close" in lower:
            await self.close()
        return int(head[9:12]), json.loads(body)


async def keep_scanning(scanner: Scanner, scans: Iterator[Scan], answers: list[Answered]) -> None:
    """Send scans one after the other until there are no more; several scanners may share them."""
    for scan in scans:
        answers.append(await scanner.send(scan))


async def scan_all(scanners: list[Scanner], scans: Iterable[Scan]) -> list[Answered]:
    """Send all scans, each scanner taking the next one as soon as it has its answer."""
    shared, answers = iter(scans), list[Answered]()
    for scanner in scanners:
        await scanner.open()
    await asyncio.gather(*(keep_scanning(one, shared, answers) for one in scanners))
    for scanner in scanners:
        await scanner.close()
    return answers


async def scan_at_once(scanners: list[Scanner], scans: list[Scan]) -> list[Answered]:
    """Send one scan from each scanner at the same moment."""
    await asyncio.gather(*(scanner.open() for scanner in scanners))
    answers = await asyncio.gather(
        *(scanner.send(scan) for scanner, scan in zip(scanners, scans, strict=True))
    )
    for scanner in scanners:
        await scanner.close()
    return list(answers)


async def scan_by_the_clock(
    scanners: list[Scanner], scans: list[Scan], each_second: float
) -> list[Answered]:
    """Send scans at a steady pace whatever the answers take; a scan that waits for a scanner waits in its own time.

    Open, not closed: a slow server is not spared, and the wait before sending counts.
    """
    free: asyncio.Queue[Scanner] = asyncio.Queue()
    for scanner in scanners:
        await scanner.open()
        free.put_nowait(scanner)
    began = time.perf_counter()

    async def one(number: int, scan: Scan) -> Answered:
        due = began + number / each_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        scanner = await free.get()
        answered = await scanner.send(scan)
        free.put_nowait(scanner)
        waited = time.perf_counter() - due
        return Answered(scan, answered.status, answered.said, waited, answered.resent)

    answers = await asyncio.gather(*(one(number, scan) for number, scan in enumerate(scans)))
    for scanner in scanners:
        await scanner.close()
    return list(answers)
