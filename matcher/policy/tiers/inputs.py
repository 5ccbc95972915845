"""What a rule set may ask of a household (测算项目): names, words, units, and the paper that proves each."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files


class InputKind(StrEnum):
    """What a value is: whole fen, a count of people, or yes and no."""

    MONEY = "money"
    COUNT = "count"
    FLAG = "flag"


class Origin(StrEnum):
    """Where a value came from."""

    FILE = "file"
    TABLE = "table"
    TYPED = "typed"
    MISSING = "missing"

    @property
    def words(self) -> str:
        """Chinese words for the working."""
        return {"file": "取自档案", "table": "取自标准线", "typed": "手工填写", "missing": "未填"}[
            self.value
        ]


@dataclass(frozen=True, slots=True)
class InputField:
    """One item a rule set may use; `proof` says what to ask the family for."""

    name: str
    kind: InputKind
    label: str
    proof: str


@dataclass(frozen=True, slots=True)
class Given:
    """A value with its origin: fen, people, or 0 and 1."""

    value: int
    origin: Origin = Origin.TYPED
    note: str = ""
    """Words on the source, shown in the working."""


Inputs = Mapping[str, Given]
"""Known values by name; a name that is absent is unknown."""

LARGEST_FEN = 999_999_999
"""Just under ten million yuan: more is a slip of the pen, and every sum fits the database's integers."""

LARGEST_LINE_FEN = 2_000_000
"""Twenty thousand yuan a month: no line is near it."""

LARGEST_COUNT = 30


@lru_cache(maxsize=1)
def load_fields() -> dict[str, InputField]:
    """Return the items by name, in the order forms show them."""
    table = files("matcher.policy.data").joinpath("tiers", "inputs.csv")
    rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    fields = (
        InputField(row["name"], InputKind(row["kind"]), row["label"], row["proof"]) for row in rows
    )
    return {field.name: field for field in fields}


def largest(field: InputField) -> int:
    """Return the largest value an item may have."""
    if field.name == "minimum":
        return LARGEST_LINE_FEN
    limits = {InputKind.MONEY: LARGEST_FEN, InputKind.COUNT: LARGEST_COUNT, InputKind.FLAG: 1}
    return limits[field.kind]
