"""Several hosts on one machine: network namespaces of their own (root and iproute2), else separate data folders.

A host reaches nothing of this machine but what is forwarded to its side of its own line. Cutting the line takes
the link down: packets are lost, connections stay open, nobody is told. Without namespaces the forwarders stop
passing bytes on, which looks the same from both ends.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

_WITHOUT = "YANGGUANG_TEST_WITHOUT_NAMESPACES"
"""Set, tests take the way of machines that allow none."""

BEGAN = "chunk began"
"""What a host that is told to be slow says when it begins a chunk."""

Target = Path | tuple[str, int]
"""A unix socket, or an address of this machine."""


def namespaces_allowed() -> bool:
    """Say whether this machine lets us make network namespaces."""
    if os.environ.get(_WITHOUT) or os.geteuid() != 0 or shutil.which("ip") is None:
        return False
    name = f"ygtry{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], check=False, capture_output=True)
    if made.returncode == 0:
        _ip("netns", "del", name)
    return made.returncode == 0


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


class Forwarder:
    """Passes the bytes of every connection on to a target, until it is told to hold them back."""

    def __init__(self, address: str, target: Target) -> None:
        self._target = target
        self._listening = socket.create_server((address, 0))
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._passing = threading.Event()
        self._passing.set()
        self.port: int = self._listening.getsockname()[1]
        self._start(self._accept)

    def hold(self, held: bool) -> None:
        """Hold bytes back, or pass them on again."""
        if held:
            self._passing.clear()
        else:
            self._passing.set()

    def close(self) -> None:
        """End all connections."""
        self._passing.set()
        # A thread that waits in accept() is only woken by a shutdown, not by a close.
        for one in [self._listening, *self._sockets]:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in list(self._threads):
            thread.join(10)
        for one in [self._listening, *self._sockets]:
            one.close()

    def _start(self, body: object, *given: socket.socket) -> None:
        thread = threading.Thread(target=body, args=given, daemon=True)  # type: ignore[arg-type] # one of ours
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            try:
                far = self._connect()
            except OSError:
                near.close()
                continue
            self._sockets += [near, far]
            self._start(self._pass_on, near, far)
            self._start(self._pass_on, far, near)

    def _connect(self) -> socket.socket:
        if isinstance(self._target, Path):
            far = socket.socket(socket.AF_UNIX)
            far.connect(str(self._target))
            return far
        return socket.create_connection(self._target)

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while content := source.recv(1 << 16):
                self._passing.wait()
                sink.sendall(content)
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


class Host:
    """One host: its line to this machine, and what is forwarded to it."""

    def __init__(self, number: int, targets: dict[str, Target], *, has_namespace: bool) -> None:
        self.has_namespace = has_namespace
        self._namespace = f"yg{os.getpid()}h{number}"
        self._link = f"yg{os.getpid() % 100_000}h{number}"
        self._subnet = f"10.{60 + os.getpid() % 190}.{number}"
        self.gateway = f"{self._subnet}.1" if has_namespace else "127.0.0.1"
        if has_namespace:
            self._make_namespace()
        self._forwarders = {
            name: Forwarder(self.gateway, target) for name, target in targets.items()
        }

    def _make_namespace(self) -> None:
        _ip("netns", "add", self._namespace)
        peer = ("peer", "name", "eth0", "netns", self._namespace)
        _ip("link", "add", self._link, "type", "veth", *peer)
        _ip("addr", "add", f"{self._subnet}.1/30", "dev", self._link)
        _ip("link", "set", self._link, "up")
        _ip("-n", self._namespace, "addr", "add", f"{self._subnet}.2/30", "dev", "eth0")
        _ip("-n", self._namespace, "link", "set", "eth0", "up")

    @property
    def prefix(self) -> list[str]:
        """What a command begins with to run on this host."""
        return ["ip", "netns", "exec", self._namespace] if self.has_namespace else []

    def address(self, name: str) -> str:
        """Return where this host reaches a target: address and port."""
        return f"{self.gateway}:{self._forwarders[name].port}"

    def cut(self) -> None:
        """Take the line down; nobody is told."""
        if self.has_namespace:
            _ip("link", "set", self._link, "down")
        for forwarder in self._forwarders.values():
            forwarder.hold(not self.has_namespace)

    def mend(self) -> None:
        """Bring the line up again."""
        if self.has_namespace:
            _ip("link", "set", self._link, "up")
        for forwarder in self._forwarders.values():
            forwarder.hold(False)

    def close(self) -> None:
        """Take the host away."""
        for forwarder in self._forwarders.values():
            forwarder.close()
        if self.has_namespace:
            _ip("netns", "del", self._namespace)  # the link goes with it


@contextlib.contextmanager
def several_hosts(count: int, targets: dict[str, Target]) -> Iterator[list[Host]]:
    """Give hosts, taken away at the end."""
    hosts: list[Host] = []
    has_namespaces = namespaces_allowed()
    if not has_namespaces:
        print("no network namespaces here (root and iproute2): hosts are data folders apart")  # noqa: T201 - pytest -rP shows it
    try:
        for number in range(1, count + 1):
            hosts.append(Host(number, targets, has_namespace=has_namespaces))
        yield hosts
    finally:
        for host in hosts:
            host.close()
