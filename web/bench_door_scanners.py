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

from web.bench_door_wire import Wire


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
        self._wire = Wire(address)
        self._token = token

    async def open(self) -> None:
        """Connect, so that the first scan does not pay for it."""
        await self._wire.open()

    async def close(self) -> None:
        """Close the connection."""
        await self._wire.close()

    async def send(self, scan: Scan) -> Answered:
        """Send a scan until it is answered; the time counts from its first sending."""
        form = {"code": scan.code, "scan_number": scan.number, "direction": scan.direction}
        return await self._post("/door/scan", scan, form)

    async def walk_in(self, name: str, number: str) -> Answered:
        """Write somebody down who has no ticket, and let the person in."""
        form = {"name": name, "scan_number": number, "consent": "yes", "major": "会计"}
        return await self._post("/door/walk-in", Scan("", number=number), form)

    async def _post(self, path: str, scan: Scan, form: dict[str, str]) -> Answered:
        body = json.dumps(form).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self._wire.host}\r\nX-Door: {self._token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        said = await self._wire.ask(head.encode() + body)
        return Answered(scan, said.status, json.loads(said.body), said.seconds, said.resent)


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
