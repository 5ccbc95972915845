"""Addresses of other areas: a link that is written only where its page exists and opens for the role in use."""

from flask import current_app, url_for
from werkzeug.routing import BuildError

from matcher.services.permissions import Permission, may
from web.auth import signed_in


def address_of(endpoint: str, **values: object) -> str:
    """Return the address of a view, or nothing if there is no such page or it does not open for this role."""
    view = current_app.view_functions.get(endpoint)
    if view is None or not _opens(getattr(view, "needs", ())):
        return ""
    try:
        return url_for(endpoint, **values)  # type: ignore[arg-type] # any value an address can hold
    except BuildError:
        return ""


def _opens(wanted: tuple[Permission, ...]) -> bool:
    who = signed_in()
    return who is None or not wanted or any(may(who.actor, one) for one in wanted)
