"""How often one address may call a view marked `@rate_limited` (限流).

Counters live in the broker; while it is away each process counts in its own memory, and a failure to
count never refuses anybody.
"""

from typing import Any, cast

from flask import Flask
from flask.typing import RouteCallable
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from redis.backoff import NoBackoff
from redis.retry import Retry

from matcher.settings import Settings

_PATIENCE_SECONDS = 0.3
"""What a sign-in waits for counters before it goes on without."""


def _options() -> dict[str, Any]:
    """Return how the counters are reached: once, since the client's own default tries for seconds."""
    return {
        "socket_timeout": _PATIENCE_SECONDS,
        "socket_connect_timeout": _PATIENCE_SECONDS,
        "retry": Retry(NoBackoff(), 0),
    }


def install(app: Flask, settings: Settings) -> Limiter:
    """Wrap every marked view; called when all blueprints are registered."""
    limiter = Limiter(
        get_remote_address,
        app=app,
        storage_uri=settings.limiter_url,
        storage_options=_options(),
        strategy="moving-window",
        in_memory_fallback_enabled=True,
        swallow_errors=True,
        key_prefix="yangguang",
        headers_enabled=False,
    )
    for endpoint, view in list(app.view_functions.items()):
        rule = getattr(view, "rate_limit", None)
        if rule is not None:
            app.view_functions[endpoint] = cast(RouteCallable, limiter.limit(rule)(view))
    return limiter
