"""Logs as JSON lines with a request's number and an account's id, never a name or what was typed."""

import json
import logging
import secrets
import time
import traceback
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, has_request_context, request

_log = logging.getLogger("yangguang.web")


def _where(error: BaseException | None) -> list[str]:
    """Return the places an error went through; its words may hold what somebody typed."""
    frames = traceback.extract_tb(error.__traceback__ if error else None)
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON; an error brings its type and place, not its values."""
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update(getattr(record, "facts", {}))
        if has_request_context():
            line["request"] = g.get("request_id")
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _where(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def _begin() -> None:
    g.request_id = secrets.token_hex(8)
    g.began = time.perf_counter()


def _note(response: Response) -> Response:
    """Log the route (not the address, which holds ids of people's records and search words)."""
    who = g.get("signed_in")
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if request.endpoint not in ("static", "health.alive"):
        facts = {
            "method": request.method,
            "route": str(request.url_rule) if request.url_rule else None,
            "status": response.status_code,
            "milliseconds": round(
                1000 * (time.perf_counter() - g.get("began", time.perf_counter()))
            ),
            "account": who.account_id if who is not None else None,
        }
        _log.info("request", extra={"facts": facts})
    return response


def set_up(level: int = logging.INFO) -> None:
    """Write every log line of this process to standard error as JSON; for the real server only."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)


def install(app: Flask) -> None:
    """Number and log every request."""
    app.before_request(_begin)
    app.after_request(_note)
