"""A client for pages: parses every HTML answer strictly and sends the form token."""

import re
from collections import Counter
from typing import Any

import html5lib  # type: ignore[import-untyped] # its types are a package of their own
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_ID = re.compile(r'\sid="([^"]*)"')


def parse_strictly(page: str) -> Any:
    """Return the document of a page; raises html5lib's ParseError at the first mistake."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return (
        parser.parse(page)
        if page.lstrip().lower().startswith("<!doctype")
        else parser.parseFragment(page)
    )


def repeated_ids(answer: TestResponse) -> list[str]:
    """Return the ids that stand twice in a page; none for what is no page."""
    if answer.mimetype != "text/html" or answer.is_streamed:
        return []
    return sorted(one for one, n in Counter(_ID.findall(answer.text)).items() if n > 1)


def form_token(page: str) -> str:
    """Return the form token in a page."""
    found = _TOKEN.search(page)
    assert found is not None, "the page has no form"
    return found.group(1)


class PageClient(FlaskClient):
    """Flask's client, strict about what it gets back."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request; an HTML answer must parse without a mistake."""
        kwargs.setdefault("buffered", True)  # closes the answer, as a server does
        response = super().open(*args, **kwargs)
        is_page = response.mimetype == "text/html" and not 300 <= response.status_code < 400
        if is_page and response.data and not response.is_streamed:
            parse_strictly(response.text)
        return response

    def token(self) -> str:
        """Return a form token of this client's session."""
        for address in ("/account", "/sign-in"):
            page = self.get(address)
            if page.status_code == 200:
                return form_token(page.text)
        raise AssertionError("no page with a form")

    def submit(self, address: str, **fields: Any) -> TestResponse:
        """Send a form with its token."""
        return self.post(address, data={"csrf_token": self.token(), **fields})
