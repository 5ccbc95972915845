"""One kept HTTP connection for `yangguang bench door`, with as little work as possible: it shares the measured cores.

What is not answered (connection closed, server killed, server busy) is sent again as it is; whoever uses this gives
each request a number of its own by which the server knows it again.
"""

import asyncio
import time
from dataclasses import dataclass

_RETRY_SECONDS = 0.1
_PATIENCE_SECONDS = 120.0
"""A killed server is back before that, or the run fails."""

_LIMIT = 1 << 20
_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Said:
    """What came back, how long it took since it was first sent, and how often it was sent again."""

    status: int
    head: bytes
    body: bytes
    seconds: float
    resent: int


class Wire:
    """A connection to the server, opened again when it breaks."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    @property
    def host(self) -> str:
        """The address as a request names it."""
        return f"{self._address[0]}:{self._address[1]}"

    async def open(self) -> None:
        """Connect, so that the first request does not pay for it."""
        self._streams = await asyncio.open_connection(*self._address, limit=_LIMIT)

    async def close(self) -> None:
        """Close the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def ask(self, request: bytes) -> Said:
        """Send a request until it is answered.

        Raises
        ------
        TimeoutError
            The server does not come back.
        """
        began, resent = time.perf_counter(), 0
        while True:
            try:
                status, head, body = await self._exchange(request)
            except (OSError, asyncio.IncompleteReadError):
                status, head, body = 0, b"", b""
            if 0 < status < _SERVER_ERROR:
                return Said(status, head, body, time.perf_counter() - began, resent)
            await self.close()
            resent += 1
            if time.perf_counter() - began > _PATIENCE_SECONDS:
                raise TimeoutError("the server does not come back")
            if resent > 1:
                await asyncio.sleep(_RETRY_SECONDS)

    async def _exchange(self, request: bytes) -> tuple[int, bytes, bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection(*self._address, limit=_LIMIT)
        reader, writer = self._streams
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        lower = head.lower()
        start = lower.index(b"content-length:") + len(b"content-length:")
        body = await reader.readexactly(int(lower[start : lower.index(b"\r\n", start)]))
        if b"connection: close" in lower:
            await self.close()
        return int(head[9:12]), head, body
