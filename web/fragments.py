"""Answers to pages and htmx: a fragment or the whole page, redirects, a word about what was done."""

from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue


def wants_fragment() -> bool:
    """Say whether htmx asks for a part of the page (not for a whole one after going back)."""
    return (
        request.headers.get("HX-Request") == "true"
        and request.headers.get("HX-Boosted") != "true"
        and request.headers.get("HX-History-Restore-Request") != "true"
    )


def fragment_or_page(fragment: str, page: str, **context: Any) -> Response:
    """Render the fragment for htmx, else the page that includes the same fragment."""
    response = make_response(render_template(fragment if wants_fragment() else page, **context))
    response.vary.add("HX-Request")
    return response


def see_other(address: str) -> ResponseReturnValue:
    """Send the browser to another page after a change, with and without htmx."""
    if request.headers.get("HX-Request") == "true":
        return Response(status=204, headers={"HX-Redirect": address})
    return redirect(address, 303)


def toast(message: str, undo: str | None = None) -> None:
    """Say on the next page what was done; `undo` is the address a POST undoes it at."""
    flash((message, undo), "toast")  # type: ignore[arg-type] # flask keeps any JSON value
