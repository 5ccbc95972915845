"""Settings, read once from the environment; no default for a secret.

`YANGGUANG_DATA` names the data folder, `DATABASE_URL` and `REDIS_URL` name outside servers; without
them SQLite and an embedded Valkey in the data folder serve. Every variable stands in the README.
"""

import hashlib
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from matcher.errors import ConfigurationError

_SOCKET_PATH_LIMIT = 100
"""A unix socket path holds 107 bytes on Linux and 103 on macOS; a margin for the name is kept."""

_SHORTEST_LEASE_S = 3
"""A worker gives word four times a lease; a busy machine must manage one of them."""


@dataclass(frozen=True)
class Settings:
    """Where data lie, which servers serve, and how much the machine may do at once."""

    data: Path
    database_url: str
    redis_url: str | None
    host: str
    port: int
    batch_workers: int
    secure_cookies: bool

    @property
    def embedded_broker(self) -> bool:
        """Whether `yangguang up` starts a broker of its own."""
        return self.redis_url is None

    @property
    def embedded_database(self) -> bool:
        """Whether the database is the SQLite file of the data folder."""
        return self.database_url.startswith("sqlite")

    @property
    def socket(self) -> Path:
        """Path of the embedded broker's unix socket; a private short folder if the data folder is deep."""
        path = self.data / "broker.sock"
        if len(str(path)) <= _SOCKET_PATH_LIMIT:
            return path
        digest = hashlib.sha256(str(self.data).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"yangguang-{os.getuid()}-{digest}" / "broker.sock"

    @property
    def broker_url(self) -> str:
        """Address of the broker as Celery writes it."""
        return self.redis_url or f"redis+socket://{self.socket}?virtual_host=0"

    @property
    def limiter_url(self) -> str:
        """Address of the rate limiter's counters as Flask-Limiter writes it."""
        return self.redis_url or f"redis+unix://{self.socket}?db=1"

    @property
    def keys(self) -> Path:
        """Folder of the encryption keys, kept apart from data in backups."""
        return Path(os.environ.get("YANGGUANG_KEYS", "") or self.data / "keys")

    @property
    def snapshots(self) -> Path:
        """Folder of ranking snapshots; several hosts may share one."""
        given = os.environ.get("YANGGUANG_SNAPSHOTS", "")
        return Path(given).expanduser().resolve() if given else self.data / "snapshots"

    @property
    def snapshots_from(self) -> str | None:
        """Address of the web process this host fetches snapshots from; None where their folder is at hand."""
        return os.environ.get("YANGGUANG_SNAPSHOTS_FROM", "").strip().rstrip("/") or None

    @property
    def child_memory_mb(self) -> int:
        """A worker's child above this is replaced after its job; what it mapped of a snapshot counts."""
        return _whole_number("YANGGUANG_CHILD_MB", 1500)

    @property
    def lease_seconds(self) -> int:
        """After how long without a word a worker is given up and its job done by another."""
        return max(_SHORTEST_LEASE_S, _whole_number("YANGGUANG_LEASE_SECONDS", 60))

    @property
    def concepts(self) -> bool:
        """Whether rankings use the extra `concepts` where it is installed; `YANGGUANG_CONCEPTS=off`: never."""
        return os.environ.get("YANGGUANG_CONCEPTS", "").strip().lower() != "off"

    @property
    def files(self) -> Path:
        """Folder of the encrypted file store."""
        return self.data / "files"

    @property
    def outbox(self) -> Path:
        """Folder the file adapter of the outbox writes to."""
        return self.data / "outbox"

    @property
    def smtp_url(self) -> str | None:
        """Address of the mail server, smtp://name:password@host:587?from=office@example.cn; None sends no mail out."""
        return os.environ.get("YANGGUANG_SMTP") or None

    @property
    def address(self) -> str:
        """Address people reach this house at, for links in messages; the own machine's if none is set."""
        given = os.environ.get("YANGGUANG_ADDRESS", "").strip().rstrip("/")
        return given or f"http://{self.host}:{self.port}"

    def prepare(self) -> None:
        """Make the data folder (0700) and its private socket folder; refuse a folder of somebody else."""
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder = self.socket.parent
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        status = folder.stat()
        if status.st_uid != os.getuid():
            raise ConfigurationError(
                "data_folder_owner",
                f"{folder} 属于其他系统用户，请用 YANGGUANG_DATA 指定自己的数据目录。",
            )


def default_data_folder() -> Path:
    """Return the XDG data folder of this user."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "yangguang"
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "yangguang"


def _whole_number(name: str, default: int) -> int:
    text = os.environ.get(name, "")
    if not text:
        return default
    if not text.isdigit():
        raise ConfigurationError(
            "setting_not_a_number", f"环境变量 {name} 应为整数，现为“{text}”。", name=name
        )
    return int(text)


def _database_url(data: Path) -> str:
    """Return the database address; plain postgresql:// addresses get the driver we ship."""
    url = os.environ.get("DATABASE_URL") or f"sqlite:///{data / 'yangguang.db'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def load_settings() -> Settings:
    """Read the settings from the environment."""
    data = Path(os.environ.get("YANGGUANG_DATA") or default_data_folder()).expanduser().resolve()
    return Settings(
        data=data,
        database_url=_database_url(data),
        redis_url=os.environ.get("REDIS_URL") or None,
        host=os.environ.get("YANGGUANG_HOST", "127.0.0.1"),
        port=_whole_number("YANGGUANG_PORT", 8000),
        batch_workers=_whole_number("YANGGUANG_BATCH_WORKERS", os.cpu_count() or 2),
        secure_cookies=os.environ.get("YANGGUANG_HTTPS", "") == "1",
    )
