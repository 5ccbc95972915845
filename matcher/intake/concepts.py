"""What a column can mean: concepts, their Chinese labels, and the heads people write over them.

The list is data (`data/concepts.csv`): Chinese heads, English keys of JSON, and the pinyin initials
(ksh, sfzh, xm, zymc …) that school systems export.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Literal

from matcher.kinds import ImportKind

Fate = Literal["keep", "ignore", "drop", "flag"]
_KIND_LETTERS = {
    "p": ImportKind.POSTINGS,
    "e": ImportKind.EMPLOYERS,
    "g": ImportKind.GRADUATES,
    "h": ImportKind.HOUSEHOLDS,
}


@dataclass(frozen=True, slots=True)
class Concept:
    """One meaning of a column.

    `fate` says what becomes of its values: keep, ignore (read past), drop (removed and reported:
    sex, age, marriage, bank cards), flag (kept, and reported as a condition the law limits).
    `shapes` are the value shapes (`shapes.py`) that speak for it; empty means any text.
    """

    name: str
    label: str
    kinds: frozenset[ImportKind]
    fate: Fate
    shapes: frozenset[str]
    heads: tuple[str, ...]


def read_intake_table(name: str) -> list[dict[str, str]]:
    """Return the rows of a csv of `matcher/intake/data`; lines that begin with # are its notes."""
    path = resources.files("matcher.intake") / "data" / name
    text = path.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return list(csv.DictReader(io.StringIO("\n".join(lines))))


def kinds_of_letters(letters: str) -> frozenset[ImportKind]:
    """Return the kinds of sheets a row of intake data holds for (p, e, g, h)."""
    return frozenset(_KIND_LETTERS[letter] for letter in letters)


@lru_cache(maxsize=1)
def load_concepts() -> Mapping[str, Concept]:
    """Return every concept by name, in the order of the data."""
    return MappingProxyType(
        {row["concept"]: _concept(row) for row in read_intake_table("concepts.csv")}
    )


def _concept(row: dict[str, str]) -> Concept:
    fates: dict[str, Fate] = {"keep": "keep", "ignore": "ignore", "drop": "drop", "flag": "flag"}
    heads = (*row["heads"].split("|"), *filter(None, row["initials"].split("|")))
    return Concept(
        row["concept"],
        row["label"],
        kinds_of_letters(row["kinds"]),
        fates[row["fate"]],
        frozenset(filter(None, row["shapes"].split("|"))) - {"text"},
        heads,
    )


@lru_cache(maxsize=8)
def concepts_of(kind: ImportKind) -> tuple[Concept, ...]:
    """List the concepts a sheet of this kind may have."""
    return tuple(c for c in load_concepts().values() if kind in c.kinds)


def concept_label(name: str) -> str:
    """Return the Chinese label of a concept; numbered ones (member_name#2) say their number."""
    base, _, ordinal = name.partition("#")
    concept = load_concepts().get(base)
    label = concept.label if concept else base
    return f"{label}{ordinal}" if ordinal else label
