"""Logs of background work: one JSON object a line, with ids and never with what people wrote.

The text of an unexpected exception is left out on purpose, since libraries quote the value that upset them
(a name, a number); its type and the lines of code it passed say where to look.
"""

import json
import logging
import sys
import traceback

from matcher import clock

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "data", "taskName"}
_FRAMES = 8
"""Lines of code kept of a traceback, the innermost ones."""


def where(error: BaseException) -> list[str]:
    """Return the lines of code an exception passed, innermost last."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


class JsonLines(logging.Formatter):
    """Write a record and its extra fields as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "at": clock.now().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "event": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            line |= {"error": type(error).__name__, "where": where(error)}
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up_logging(level: int = logging.INFO) -> None:
    """Send all records of this process to standard error, as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    logging.getLogger("alembic").setLevel(logging.WARNING)
