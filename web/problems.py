"""Answers for programs (RFC 9457 problem details): which requests get them, and their form."""

from collections.abc import Mapping
from http import HTTPStatus

from flask import Response, current_app, json, request

API_BLUEPRINTS = "API_BLUEPRINTS"
"""Key of the set of blueprint names in `app.config` that answer programs."""


def wants_problem() -> bool:
    """Say whether the request is a program's: by its blueprint, or by its path if no route matched."""
    if request.blueprint is not None:
        return request.blueprint in current_app.config[API_BLUEPRINTS]
    return request.path.startswith("/api/")


def problem(status: int, code: str, message: str, fields: Mapping[str, str]) -> Response:
    """Return a problem document; it says which field and why, never what was sent."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": message,
    }
    if fields:
        body["fields"] = dict(fields)
    return Response(
        json.dumps(body, ensure_ascii=False),
        status=status,
        content_type="application/problem+json",
    )
