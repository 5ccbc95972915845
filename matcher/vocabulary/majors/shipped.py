"""The catalogues and word lists that ship with the product, read out of `vocabulary/data`."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from matcher.kinds import MajorLevel
from matcher.vocabulary.majors.nodes import Alias, Node, Successor
from matcher.vocabulary.majors.references import (
    COLLEGE,
    GRADUATE,
    NATIONAL,
    VOCATIONAL_BACHELOR,
    name_key,
)
from matcher.vocabulary.tables import read_table

TABLES = {
    "majors_undergraduate_2025.csv": NATIONAL,
    "majors_graduate_2022.csv": GRADUATE,
    "majors_graduate_second_level.csv": GRADUATE,
    "majors_vocational_bachelor_2021.csv": VOCATIONAL_BACHELOR,
    "majors_college_2021.csv": COLLEGE,
}
Word = tuple[MajorLevel, str]


@dataclass(frozen=True)
class Words:
    """Old names, words in no catalogue, and which disciplines an undergraduate class leads to."""

    successors: tuple[tuple[Word, Successor], ...]
    aliases: tuple[tuple[Word, Alias], ...]
    disciplines: tuple[tuple[str, str, str, str, bool], ...]


@lru_cache(maxsize=1)
def shipped_nodes() -> tuple[Node, ...]:
    """Return the rows of all catalogues, in their order."""
    days: dict[str, dt.date] = {}
    found = []
    for table, namespace in TABLES.items():
        for row in read_table(table):
            day = row["valid_from"]
            found.append(
                Node(
                    edition=row["edition"],
                    namespace=namespace,
                    level=MajorLevel(row["level"]),
                    code=row["code"],
                    name=row["name"],
                    kind=row["kind"],
                    parent_code=row["parent_code"],
                    note=row["note"],
                    valid_from=days.setdefault(day, dt.date.fromisoformat(day)),
                )
            )
    return tuple(found)


@lru_cache(maxsize=1)
def shipped_words() -> Words:
    """Return the word lists."""
    successors, aliases = [], []
    for row in read_table("majors_successors.csv"):
        successor = Successor(row["new_name"], row["new_code"], row["certainty"] == "one")
        successors.append(((MajorLevel(row["level"]), name_key(row["old_name"])), successor))
    for row in read_table("majors_aliases.csv"):
        alias = Alias(row["kind"], row["target"], row["certainty"] == "yes")
        aliases.append(((MajorLevel(row["level"]), name_key(row["alias"])), alias))
    related = tuple(
        (
            row["class_code"],
            row["class_name"],
            row["discipline_code"],
            row["discipline_name"],
            row["relation"] == "equal",
        )
        for row in read_table("majors_class_disciplines.csv")
    )
    return Words(tuple(successors), tuple(aliases), related)
