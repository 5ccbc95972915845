"""Columns of a school's submission of where its graduates went (学校就业信息报送), and which of them we can fill.

The list is that of the national submission's companion fields (domain dossier 4.1). What the house does not hold
stays an empty column with a note, so that a school can paste and add. No column tells of a household's hardship.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class SchoolColumn:
    """One column: heading, what fills it (empty: nothing of ours), text or date, and what to know of it."""

    heading: str
    field: str
    kind: str
    note: str
    source: str
    grade: str


@lru_cache(maxsize=1)
def load_school_columns() -> tuple[SchoolColumn, ...]:
    """Read the columns once per process, in the order of the submission."""
    table = files("matcher.policy.data").joinpath("school_columns.csv").read_text(encoding="utf-8")
    return tuple(SchoolColumn(**row) for row in csv.DictReader(table.splitlines()))
