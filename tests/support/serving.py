"""Serve an application to a real browser on a free port of this machine."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from apiflask import APIFlask
from werkzeug.serving import WSGIRequestHandler, make_server

_ANSWER = "tests.answer"


class _ClosingHandler(WSGIRequestHandler):
    """Closes what it was sending when the browser leaves in the middle.

    werkzeug closes an answer last; where emptying the connection fails before that, the answer's
    file stays open until the collector finds it, in whichever test then runs.
    """

    def connection_dropped(
        self, error: BaseException, environ: dict[str, Any] | None = None
    ) -> None:
        super().connection_dropped(error, environ)
        answer = (environ or {}).get(_ANSWER)
        if answer is not None and hasattr(answer, "close"):
            answer.close()


@contextmanager
def served(app: APIFlask) -> Iterator[str]:
    """Give the address of an application served by threads of this process."""

    def remembering(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answer: Iterable[bytes] = app(environ, start_response)
        environ[_ANSWER] = answer
        return answer

    server = make_server(
        "127.0.0.1", 0, remembering, threaded=True, request_handler=_ClosingHandler
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
