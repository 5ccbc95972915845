"""Service packages (服务包) such as 131: what is promised, and what of it is done, missing and due.

The packages are dated data with their source (`data/packages.toml`). Counting is pure: it takes the acts of one
person and answers item by item.
"""

import datetime as dt
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from matcher.kinds.casework import ActOutcome, ServiceKind
from matcher.policy.deadlines import add_months


@dataclass(frozen=True, slots=True)
class PackagePart:
    """One line of a package: so many acts of these kinds, whose outcome counts."""

    kinds: tuple[ServiceKind, ...]
    times: int
    outcomes: frozenset[ActOutcome]


@dataclass(frozen=True, slots=True)
class Package:
    """A package as one source sets it; `region` is the prefix of the codes it is meant for."""

    code: str
    name: str
    region: str
    valid_from: dt.date
    months: int
    repeats: bool
    grade: str
    source: str
    parts: tuple[PackagePart, ...]

    def period(self, from_on: dt.date, today: dt.date) -> tuple[dt.date, dt.date]:
        """Return first and last day of the time that runs today for a promise made on a day."""
        turns = 0
        while self.repeats and add_months(from_on, self.months * (turns + 1)) <= today:
            turns += 1
        first = add_months(from_on, self.months * turns)
        return first, add_months(from_on, self.months * (turns + 1)) - dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CountedAct:
    """What counting reads of a service act."""

    kind: ServiceKind
    outcome: ActOutcome
    happened_on: dt.date


@dataclass(frozen=True, slots=True)
class PackageItem:
    """How far one line of a package is: `done` of `wanted`, `missing` until `due_on`."""

    kinds: tuple[ServiceKind, ...]
    wanted: int
    done: int
    due_on: dt.date

    @property
    def missing(self) -> int:
        """How many acts are still to be done."""
        return max(0, self.wanted - self.done)

    @property
    def picture(self) -> str:
        """A dot for each act wanted, filled for each one done: ●●○."""
        filled = self.wanted - self.missing
        return "●" * filled + "○" * self.missing


@lru_cache(maxsize=1)
def load_packages() -> tuple[Package, ...]:
    """Read the table once per process."""
    text = files("matcher.policy.data").joinpath("packages.toml").read_text(encoding="utf-8")
    return tuple(_package(row) for row in tomllib.loads(text)["package"])


def _package(row: dict[str, Any]) -> Package:
    return Package(
        code=row["code"],
        name=row["name"],
        region=row["region"].rstrip("0"),
        valid_from=row["valid_from"],
        months=row["months"],
        repeats=row["repeats"],
        grade=row["grade"],
        source=row["source"],
        parts=tuple(
            PackagePart(
                kinds=tuple(ServiceKind(kind) for kind in item["kinds"]),
                times=item["times"],
                outcomes=frozenset(ActOutcome(outcome) for outcome in item["outcomes"]),
            )
            for item in row["items"]
        ),
    )


def find_package(code: str, on: dt.date | None = None) -> Package | None:
    """Return the newest package of a code that is valid on a day (any day if None)."""
    found = [p for p in load_packages() if p.code == code and (on is None or p.valid_from <= on)]
    return max(found, key=lambda p: p.valid_from, default=None)


def offered_packages(region: str | None, on: dt.date) -> list[Package]:
    """Return the packages a region may promise on a day, nationwide ones first."""
    codes = sorted({p.code for p in load_packages()})
    newest = [find_package(code, on) for code in codes]
    fitting = [p for p in newest if p is not None and (region or "").startswith(p.region)]
    return sorted(fitting, key=lambda p: (p.region, p.code))


def count_items(
    package: Package, from_on: dt.date, acts: Iterable[CountedAct], today: dt.date
) -> list[PackageItem]:
    """Return how far each line of a package is; the order of the acts does not matter.

    Acts before the first day of the running time count for nothing; those after its last day still fill a
    package that does not repeat, late as they are.
    """
    first, last = package.period(from_on, today)
    tally = Counter(
        (act.kind, act.outcome)
        for act in acts
        if act.happened_on >= first and (not package.repeats or act.happened_on <= last)
    )
    return [
        PackageItem(
            kinds=part.kinds,
            wanted=part.times,
            done=sum(tally[kind, outcome] for kind in part.kinds for outcome in part.outcomes),
            due_on=last,
        )
        for part in package.parts
    ]
