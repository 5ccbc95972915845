"""Other names of indicators (指标别名), as forms of different years and places print them; only for suggestions.

They come from the wordings of published figures (domain dossier 3.1) and of everyday forms; a name leads to a guess
that a person confirms, never to a count.
"""

import csv
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def names_by_code() -> dict[str, tuple[str, ...]]:
    """Return the other names of each indicator that has some, in the order of the table."""
    table = files("matcher.statistics.data").joinpath("indicator_names.csv")
    found: dict[str, list[str]] = {}
    for row in csv.DictReader(table.read_text(encoding="utf-8").splitlines()):
        found.setdefault(row["code"], []).append(row["name"])
    return {code: tuple(names) for code, names in found.items()}
