"""Samples that can be drawn again (抽查): from a recorded seed and the ids, by anybody, with any tool."""

import csv
import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Share:
    """A share in percent as one source sets it."""

    rule: str
    region: str
    valid_from: dt.date
    valid_to: dt.date | None
    percent: int
    source: str


@lru_cache(maxsize=1)
def load_shares() -> tuple[Share, ...]:
    """Read the table once per process."""
    table = files("matcher.policy.data").joinpath("shares.csv").read_text(encoding="utf-8")
    return tuple(
        Share(
            rule=row["rule"],
            region=row["region"].rstrip("0"),
            valid_from=dt.date.fromisoformat(row["valid_from"]),
            valid_to=dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            percent=int(row["percent"]),
            source=row["source"],
        )
        for row in csv.DictReader(table.splitlines())
    )


def get_share(rule: str, region: str | None, on: dt.date) -> Share:
    """Return the share of a rule in a region on a day, the nearest region's and newest first."""
    holding = [
        share
        for share in load_shares()
        if share.rule == rule
        and (region or "").startswith(share.region)
        and share.valid_from <= on
        and (share.valid_to is None or on <= share.valid_to)
    ]
    if not holding:
        raise LookupError(f"no share {rule} on {on}")
    return max(holding, key=lambda share: (len(share.region), share.valid_from))


def sample_size(population: int, percent: int) -> int:
    """Return how many make up at least this share: never fewer than asked (30 % of 11 is 4)."""
    return -(-population * percent // 100)


def draw(ids: Iterable[int], seed: str, percent: int) -> list[int]:
    """Return a sample: the ids with the smallest SHA-256 of "seed:id", in that order."""
    listed = sorted(set(ids))
    ordered = sorted(listed, key=lambda one: (_digest(seed, one), one))
    return ordered[: sample_size(len(listed), percent)]


def _digest(seed: str, number: int) -> str:
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()
