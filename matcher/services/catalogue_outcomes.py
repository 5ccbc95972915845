"""What a person said about a table of majors, and what became of it."""

import datetime as dt
from dataclasses import dataclass, field

from matcher.services.catalogue_sheets import Line

CHANGES = ("added", "gone", "moved", "renamed", "split", "completed")
STATUSES = ("new", "changed", "same", "refused", "not_data")


@dataclass(frozen=True)
class Wishes:
    """What the person said about the table; None where the table itself should tell."""

    edition: str | None = None
    valid_from: dt.date | None = None
    level: str | None = None
    directory: str | None = None
    whole: bool | None = None


@dataclass
class Outcome:
    """What was taken in and what it changes."""

    kind: str
    edition: str
    belongs_to: str
    valid_from: dt.date
    whole: bool
    lines: list[Line]
    state: str = "new"
    changes: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """Rows by what became of them."""
        return {status: sum(line.status == status for line in self.lines) for status in STATUSES}
