"""How often one caller may call a view marked `@rate_limited` (限流).

A hall of thousands shares one address on the net, so calls are counted by account where a view asks for a sign-in, and
by visitor where a phone or link is known; what anybody could make up is never counted by, since a made-up name each
time would be no limit at all. Only strangers are counted by address.

Counters live in the broker; while it is away each process counts in its own memory, and a failure to
count never refuses anybody.
"""

from collections.abc import Callable
from typing import Any, cast

from flask import Flask, request
from flask.typing import RouteCallable
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from redis.backoff import NoBackoff
from redis.retry import Retry

from matcher.keys import KeyRing
from matcher.services.fair_guests.guest_links import whose_link, whose_phone
from matcher.settings import Settings
from web.auth import signed_in
from web.fair_ticket_cookie import token_of_phone
from web.marks import Counted
from web.session import factory

_PATIENCE_SECONDS = 0.3
"""What a sign-in waits for counters before it goes on without."""


def _options() -> dict[str, Any]:
    """Return how the counters are reached: once, since the client's own default tries for seconds."""
    return {
        "socket_timeout": _PATIENCE_SECONDS,
        "socket_connect_timeout": _PATIENCE_SECONDS,
        "retry": Retry(NoBackoff(), 0),
    }


def _caller() -> str:
    """Return the account that asks, the address if nobody is signed in."""
    who = signed_in()
    account = None if who is None else who.actor.account_id
    return get_remote_address() if account is None else f"account:{account}"


def _visitor(whose: Callable[[KeyRing, str], str | None], token: str) -> str:
    """Return the visitor of a token, the address if we did not make it."""
    public_id = whose(cast(KeyRing, factory().kw["info"]["ring"]), token)
    return get_remote_address() if public_id is None else f"visitor:{public_id}"


_NAMES: dict[Counted, Callable[[], str]] = {
    Counted.PHONE: lambda: _visitor(whose_phone, token_of_phone()),
    Counted.LINK: lambda: _visitor(whose_link, str((request.view_args or {}).get("token", ""))),
}


def named(view: RouteCallable) -> Callable[[], str]:
    """Return what names the caller of a view; whoever is signed in calls a public view like anybody."""
    if getattr(view, "is_public", False):
        return _NAMES.get(view.__dict__["counted"], get_remote_address)
    return _caller


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
            app.view_functions[endpoint] = cast(
                RouteCallable, limiter.limit(rule, key_func=named(view))(view)
            )
    return limiter
