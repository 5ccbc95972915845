"""A web process behind a line that can be disturbed, and a host at its other end."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask

from matcher.db.engine import SessionFactory, make_engine, session_factory
from matcher.keys import load_ring
from matcher.settings import Settings, load_settings


@dataclass
class Line:
    """The web application behind a line that can be disturbed; remembers what was asked for."""

    app: APIFlask
    asked: list[tuple[str, str]] = field(default_factory=list)
    disturb: Callable[[dict[str, Any], list[bytes]], list[bytes]] = lambda _environ, body: body
    status: str | None = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.asked.append((environ["PATH_INFO"], environ.get("HTTP_RANGE", "")))
        if self.status is not None:
            start_response(self.status, [("Content-Length", "0")])
            return []
        answer = self.app(environ, start_response)
        body = list(answer)
        if hasattr(answer, "close"):
            answer.close()
        return self.disturb(environ, body)

    def n_asked(self, name: str) -> int:
        """Count how often a file was asked for."""
        return sum(path.endswith(f"/{name}") for path, _ in self.asked)


@dataclass(frozen=True)
class Host:
    """Another host: its own data folder, the house's keys, the address of the web process."""

    factory: SessionFactory
    settings: Settings

    def folder_of(self, theirs: Path) -> Path:
        """Return where a snapshot of the house lies here."""
        return self.settings.snapshots / "1" / theirs.name


def make_host(house: Settings, data: Path, address: str, patch: pytest.MonkeyPatch) -> Host:
    """Make a host by the environment, as its own programs would read it."""
    ring = load_ring(house.keys)
    patch.setenv("YANGGUANG_DATA", str(data))
    patch.setenv("YANGGUANG_KEYS", str(house.keys))
    patch.setenv("YANGGUANG_SNAPSHOTS_FROM", address)
    own = load_settings()
    own.prepare()
    # The house goes on serving its own folder, whatever the environment of this one process says.
    patch.setattr(Settings, "snapshots", property(lambda one: one.data / "snapshots"))
    return Host(session_factory(make_engine("sqlite://"), ring, own), own)
