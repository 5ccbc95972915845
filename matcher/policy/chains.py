"""Default chains of approval (默认审批链): dated data by region, which a union may replace by its own."""

import csv
import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from matcher.kinds.approvals import StepKind, StepLevel


@dataclass(frozen=True, slots=True)
class ChainStep:
    """One step: what, at which level, by which permission, in how long."""

    kind: StepKind
    level: StepLevel
    permission: str
    limit_rule: str


@dataclass(frozen=True, slots=True)
class DefaultChain:
    """One default as one source sets it."""

    name: str
    region: str
    valid_from: dt.date
    steps: tuple[ChainStep, ...]
    source: str

    @property
    def code(self) -> str:
        """What it is called in the database: name, region, day."""
        return ".".join((self.name, self.region or "all", self.valid_from.isoformat()))


@lru_cache(maxsize=1)
def load_chains() -> tuple[DefaultChain, ...]:
    """Read the table once per process."""
    table = files("matcher.policy.data").joinpath("chains.csv").read_text(encoding="utf-8")
    rows: dict[tuple[str, str, str], list[dict[str, str]]] = {}
    for row in csv.DictReader(table.splitlines()):
        rows.setdefault((row["chain"], row["region"], row["valid_from"]), []).append(row)
    return tuple(_chain(*key, steps) for key, steps in rows.items())


def _chain(name: str, region: str, valid_from: str, rows: list[dict[str, str]]) -> DefaultChain:
    return DefaultChain(
        name=name,
        region=region,
        valid_from=dt.date.fromisoformat(valid_from),
        steps=tuple(
            ChainStep(
                kind=StepKind(row["kind"]),
                level=StepLevel(row["level"]),
                permission=row["permission"],
                limit_rule=row["limit_rule"],
            )
            for row in sorted(rows, key=lambda row: int(row["position"]))
        ),
        source="；".join(dict.fromkeys(row["source"] for row in rows)),
    )


def default_chain(name: str, region: str | None, on: dt.date) -> DefaultChain:
    """Return the default of a region on a day, the nearest region's and newest first.

    Raises
    ------
    LookupError
        No chain of this name holds on that day.
    """
    holding = [
        chain
        for chain in load_chains()
        if chain.name == name
        and chain.valid_from <= on
        and (region or "").startswith(chain.region.rstrip("0"))
    ]
    if not holding:
        raise LookupError(f"no chain {name} on {on}")
    return max(holding, key=lambda chain: (len(chain.region.rstrip("0")), chain.valid_from))


def chain_names() -> tuple[str, ...]:
    """Return the names of all chains there are defaults of."""
    return tuple(dict.fromkeys(chain.name for chain in load_chains()))
