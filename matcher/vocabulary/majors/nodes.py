"""The rows of the catalogues (专业目录) and what an old name became."""

import datetime as dt
from dataclasses import dataclass

from matcher.kinds import MajorLevel
from matcher.vocabulary.majors.references import (
    COLLEGE,
    GRADUATE,
    NATIONAL,
    VOCATIONAL_BACHELOR,
    name_key,
)

LEAF_KINDS = frozenset({"major", "discipline", "professional", "field", "second_level"})
NAMESPACES_OF_LEVEL = {
    MajorLevel.BACHELOR: (NATIONAL, VOCATIONAL_BACHELOR),
    MajorLevel.GRADUATE: (GRADUATE,),
    MajorLevel.COLLEGE: (COLLEGE,),
}
LEVEL_OF_NAMESPACE = {ns: level for level, spaces in NAMESPACES_OF_LEVEL.items() for ns in spaces}


@dataclass(frozen=True, slots=True)
class Node:
    """One row of a catalogue: a gate (门类/大类), class (类), major, discipline or field.

    `valid_to` is None while the row is in force: the first day on which an edition without it is in
    force. `successors` are the codes (of rows without one: the names) of what it became.
    """

    edition: str
    namespace: str
    level: MajorLevel
    code: str
    name: str
    kind: str
    parent_code: str
    note: str
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    successors: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """Namespace and code; the folded name where nobody vouches for a code."""
        return self.namespace, self.code or f"n:{self.parent_code}:{name_key(self.name)}"


@dataclass(frozen=True, slots=True)
class Place:
    """A class and a gate some edition put a major in."""

    namespace: str
    class_code: str
    gate_code: str


@dataclass(frozen=True, slots=True)
class Successor:
    """What an old name became; `certain` is False where a person has to choose."""

    name: str
    code: str
    certain: bool


@dataclass(frozen=True, slots=True)
class Alias:
    """A word in no catalogue and what issuers mean by it (财会审计类)."""

    kind: str
    target: str
    certain: bool
