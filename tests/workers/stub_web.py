"""A web application that is only healthy: what `up` waits for, without the pages."""

from collections.abc import Callable, Iterable


def create_app() -> Callable[..., Iterable[bytes]]:
    """Return a WSGI application that answers 200 to everything."""

    def answer(_environ: object, start: Callable[..., object]) -> Iterable[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]

    return answer
