"""Addresses of other areas: a link that is written only where its page exists."""

from flask import current_app, url_for
from werkzeug.routing import BuildError


def address_of(endpoint: str, **values: object) -> str:
    """Return the address of a view, or nothing if this installation has no such page."""
    if endpoint not in current_app.view_functions:
        return ""
    try:
        return url_for(endpoint, **values)  # type: ignore[arg-type] # any value an address can hold
    except BuildError:
        return ""
