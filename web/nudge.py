"""Waking the dispatcher right after a commit, best effort.

The job row is the truth and the sweep the guarantee: a nudge that is lost costs at most a second. Every
committed write nudges: asking which of them wrote a job would cost more than the nudge.
"""

import logging
from functools import lru_cache

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from matcher.services.jobs import NUDGE_KEY
from matcher.settings import Settings

_TIMEOUT_SECONDS = 0.2
"""What a person waits at most for a broker that does not answer."""

_EXPIRE_SECONDS = 60
"""Nudges nobody takes do not pile up."""

_log = logging.getLogger(__name__)


@lru_cache(maxsize=4)
def _client(url: str | None, socket: str) -> redis.Redis:
    """Return the client of a broker; one a process, its pool serves all threads."""
    once = Retry(NoBackoff(), 0)  # the client's own default tries for seconds
    if url is not None:
        return redis.Redis.from_url(
            url,
            socket_timeout=_TIMEOUT_SECONDS,
            socket_connect_timeout=_TIMEOUT_SECONDS,
            retry=once,
        )
    return redis.Redis(unix_socket_path=socket, db=0, socket_timeout=_TIMEOUT_SECONDS, retry=once)


def wake_dispatcher(settings: Settings) -> None:
    """Tell the dispatcher to look for jobs now."""
    client = _client(settings.redis_url, str(settings.socket))
    try:
        with client.pipeline(transaction=False) as both:
            both.lpush(NUDGE_KEY, 1)
            both.expire(NUDGE_KEY, _EXPIRE_SECONDS)
            both.execute()
    except (redis.RedisError, OSError):
        _log.info("no broker to nudge; the sweep will find the jobs")
