"""Programmes money is given under (资助项目): each with its payer and its purpose, as data with a source.

The purpose is what equal aid is found by: 金秋助学 and the charity's aid for study have the same one.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from matcher.kinds.money import Payer


@dataclass(frozen=True, slots=True)
class Programme:
    """One programme; `is_listed` says whether it is paid by lists of the union (发放清单)."""

    code: str
    label: str
    payer: Payer
    purpose: str
    purpose_label: str
    is_listed: bool
    source: str


@lru_cache(maxsize=1)
def load_programmes() -> tuple[Programme, ...]:
    """Read the table once per process."""
    table = files("matcher.policy.data").joinpath("programmes.csv").read_text(encoding="utf-8")
    return tuple(
        Programme(
            code=row["programme"],
            label=row["label"],
            payer=Payer(row["payer"]),
            purpose=row["purpose"],
            purpose_label=row["purpose_label"],
            is_listed=row["is_listed"] == "yes",
            source=row["source"],
        )
        for row in csv.DictReader(table.splitlines())
    )


def get_programme(code: str) -> Programme:
    """Return a programme by its code.

    Raises
    ------
    LookupError
        There is no such programme.
    """
    found = next((one for one in load_programmes() if one.code == code), None)
    if found is None:
        raise LookupError(f"no programme {code}")
    return found


def purpose_labels() -> dict[str, str]:
    """Return the words of each purpose by its code."""
    return {one.purpose: one.purpose_label for one in load_programmes()}
