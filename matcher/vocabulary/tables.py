"""Reading the product's own dated tables (`matcher/vocabulary/data`) out of the installed package."""

import csv
import io
from importlib import resources


def read_table(name: str) -> list[dict[str, str]]:
    """Return the rows of a csv of `matcher/vocabulary/data`; lines that begin with # are its notes.

    Raises
    ------
    FileNotFoundError
        No such table.
    """
    path = resources.files("matcher.vocabulary") / "data" / name
    lines = [
        line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    return list(csv.DictReader(io.StringIO("\n".join(lines))))
