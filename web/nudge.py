"""Waking the dispatcher right after a commit that asked for background work; best effort.

The job row is the truth and the sweep the guarantee: a nudge that is lost costs at most a second.
"""

import logging
from functools import lru_cache

import redis
from sqlalchemy.orm import Session

from matcher.db.engine import settings_of

CHANNEL = "yangguang:jobs"
"""Channel the dispatcher listens on."""

PENDING = "jobs_enqueued"
"""Flag in `session.info` that `matcher.services.jobs.enqueue` sets."""

_TIMEOUT_SECONDS = 0.2
_log = logging.getLogger(__name__)


@lru_cache(maxsize=4)
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(
        url, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS
    )


def after_commit(session: Session) -> None:
    """Tell the dispatcher that jobs wait, if this session wrote any."""
    if not session.info.pop(PENDING, False):
        return
    settings = settings_of(session)
    url = settings.redis_url or f"unix://{settings.socket}?db=0"
    try:
        _client(url).publish(CHANNEL, "1")
    except redis.RedisError:
        _log.info("no broker to nudge; the sweep will find the jobs")
