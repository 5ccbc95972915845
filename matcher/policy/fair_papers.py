"""Which papers an employer hands in for a fair (参会材料): dated, by region, with source and grade.

The rule of the nearest region wins, of equals the newest; a kind without a rule is not asked for.
"""

import csv
import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from matcher.kinds.fair_papers import FairPaperKind


@dataclass(frozen=True, slots=True)
class PaperRule:
    """What one source says of a paper; `is_needed` False: only if the employer brings one."""

    kind: FairPaperKind
    region: str
    valid_from: dt.date
    valid_to: dt.date | None
    is_needed: bool
    source: str
    grade: str

    def holds(self, region: str, on: dt.date) -> bool:
        """Say whether the rule applies in a region on a day."""
        in_time = self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)
        return in_time and region.startswith(self.region)


@lru_cache(maxsize=1)
def load_paper_rules() -> tuple[PaperRule, ...]:
    """Read the table once per process."""
    table = files("matcher.policy.data").joinpath("fair_papers.csv").read_text(encoding="utf-8")
    return tuple(
        PaperRule(
            kind=FairPaperKind(row["kind"]),
            region=row["region"].rstrip("0"),
            valid_from=dt.date.fromisoformat(row["valid_from"]),
            valid_to=dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            is_needed=row["is_needed"] == "yes",
            source=row["source"],
            grade=row["grade"],
        )
        for row in csv.DictReader(table.splitlines())
    )


def paper_rules(region: str | None, on: dt.date) -> dict[FairPaperKind, PaperRule]:
    """Return the rule of each paper of the pack in a region on a day, in the order of the closed list."""
    holding = [one for one in load_paper_rules() if one.holds(region or "", on)]
    return {
        kind: max(of_kind, key=lambda one: (len(one.region), one.valid_from))
        for kind in FairPaperKind
        if (of_kind := [one for one in holding if one.kind is kind])
    }
