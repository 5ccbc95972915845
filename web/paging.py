"""Pages of lists: the number out of the query, the slice for the database, the words below."""

from dataclasses import dataclass
from math import ceil
from urllib.parse import urlencode

from flask import Flask, request

PER_PAGE = 50
"""Rows of a page: two screens at 1280 px."""

_DEEPEST = 2_000
"""Highest page number taken: 100,000 rows; deeper lists are exported or filtered."""


@dataclass(frozen=True)
class Slice:
    """Which rows to read."""

    number: int
    per_page: int

    @property
    def offset(self) -> int:
        """Rows before the first."""
        return (self.number - 1) * self.per_page

    @property
    def limit(self) -> int:
        """Rows to read."""
        return self.per_page


@dataclass(frozen=True)
class PageOfRows:
    """Where a page lies in its list, for the pager macro."""

    number: int
    per_page: int
    total: int

    @property
    def first(self) -> int:
        """Place of the first row shown, from 1; 0 if there is none."""
        return min(self.total, (self.number - 1) * self.per_page + 1)

    @property
    def last(self) -> int:
        """Place of the last row shown."""
        return min(self.total, self.number * self.per_page)

    @property
    def pages(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, ceil(self.total / self.per_page))

    @property
    def before(self) -> int | None:
        """Number of the page before, or None."""
        return self.number - 1 if self.number > 1 else None

    @property
    def after(self) -> int | None:
        """Number of the page after, or None."""
        return self.number + 1 if self.number < self.pages else None


def requested_slice(per_page: int = PER_PAGE) -> Slice:
    """Return the slice that `?page=` asks for; nonsense means the first page."""
    text = request.args.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    return Slice(min(max(number, 1), _DEEPEST), per_page)


def page_of(rows: Slice, total: int) -> PageOfRows:
    """Return where a slice lies in a list of `total` rows."""
    return PageOfRows(rows.number, rows.per_page, total)


def with_query(**changes: object) -> str:
    """Return the present address with fields of its query changed; None takes a field off."""
    fields = request.args.to_dict(flat=False)
    for name, value in changes.items():
        if value is None:
            fields.pop(name, None)
        else:
            fields[name] = [str(value)]
    query = urlencode(fields, doseq=True)
    return f"{request.path}?{query}" if query else request.path


def install(app: Flask) -> None:
    """Give the addresses of pages to the templates."""
    app.jinja_env.globals["with_query"] = with_query
