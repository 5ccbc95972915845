"""The imported editions of the catalogues (专业目录版次): every request is answered under those in force.

One small query before a view, on a session that only reads: an import on the command line is seen by
the next request, without a restart. Files of the page itself need no catalogue, nor does the door (`door`), which
names no major and is asked a hundred times a second.
"""

from apiflask import APIFlask
from flask import request

from matcher.services import catalogues
from web.session import reading_aside

_WITHOUT = frozenset({"door", "static", "health", "snapshots"})


def install(app: APIFlask) -> None:
    """Ask before every request that may read a major."""
    app.before_request(_adopt)


def _adopt() -> None:
    endpoint = request.endpoint or ""
    if endpoint and endpoint.partition(".")[0] not in _WITHOUT:
        with reading_aside() as session:
            catalogues.adopt(session)
