"""Standard lines (低保标准) by region and date: shipped rows and those a union added, the nearest region's first.

No line is shipped whose notice was not seen; a union enters its own with the source.
"""

import csv
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from matcher.kinds.tiers import FactGrade, StandardKind
from matcher.policy.tiers.amounts import fen_of


@dataclass(frozen=True, slots=True)
class Standard:
    """One line as one source sets it; `valid_to` None means still in force."""

    kind: StandardKind
    region: str
    valid_from: dt.date
    valid_to: dt.date | None
    monthly_fen: int
    source: str
    grade: FactGrade

    @property
    def prefix(self) -> str:
        """Digits by which the codes of the region and all below it begin."""
        for empty in ("0000", "00"):
            if self.region.endswith(empty):
                return self.region.removesuffix(empty)
        return self.region

    def holds(self, kind: StandardKind, region: str, on: dt.date) -> bool:
        """Say whether it applies in a region on a day."""
        in_time = self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)
        return self.kind is kind and in_time and region.startswith(self.prefix)


@lru_cache(maxsize=1)
def load_standards() -> tuple[Standard, ...]:
    """Read the shipped lines once per process."""
    table = files("matcher.policy.data").joinpath("tiers", "standard_lines.csv")
    rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    return tuple(_standard(row) for row in rows)


def _standard(row: dict[str, str]) -> Standard:
    return Standard(
        kind=StandardKind(row["kind"]),
        region=row["region"],
        valid_from=dt.date.fromisoformat(row["valid_from"]),
        valid_to=dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        monthly_fen=fen_of(row["monthly_yuan"]),
        source=row["source"],
        grade=FactGrade(row["grade"]),
    )


def choose_standard(
    standards: Iterable[Standard], kind: StandardKind, region: str, on: dt.date
) -> Standard | None:
    """Return the line of a region on a day: the nearest region's, the newest first, a union's own last row wins."""
    holding = [one for one in standards if one.holds(kind, region, on)]
    best = None
    for one in holding:
        if best is None or (len(one.prefix), one.valid_from) >= (len(best.prefix), best.valid_from):
            best = one
    return best
