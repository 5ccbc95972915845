"""Targets (目标) that programmes set for a drive: dated data with their source, offered as a start.

A drive copies them when it is made; its manager may set others. No region's own targets apply to
another by themselves: where none are set, those of `data/targets.csv` are shown as an example.
"""

import csv
import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Target:
    """A share to reach, in percent, and who set it."""

    name: str
    region: str
    valid_from: dt.date
    valid_to: dt.date | None
    percent: int
    source: str


@lru_cache(maxsize=1)
def load_targets() -> tuple[Target, ...]:
    """Read the table once per process."""
    table = files("matcher.policy.data").joinpath("targets.csv").read_text(encoding="utf-8")
    return tuple(
        Target(
            name=row["target"],
            region=row["region"],
            valid_from=dt.date.fromisoformat(row["valid_from"]),
            valid_to=dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            percent=int(row["percent"]),
            source=row["source"],
        )
        for row in csv.DictReader(table.splitlines())
    )


def suggested_targets(on: dt.date) -> dict[str, dict[str, object]]:
    """Return the newest target of each name in force on a day, as a drive keeps them."""
    chosen: dict[str, Target] = {}
    for target in sorted(load_targets(), key=lambda t: t.valid_from):
        if target.valid_from <= on and (target.valid_to is None or on <= target.valid_to):
            chosen[target.name] = target
    return {
        name: {"percent": target.percent, "source": target.source}
        for name, target in chosen.items()
    }
