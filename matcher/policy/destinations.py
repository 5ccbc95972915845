"""Codes of where graduates go (毕业去向代码) and of kinds of units (单位性质代码), each qualified by its list.

The same digits mean other things in another list (10 is 签就业协议 in one and 派遣 in another), so no code is read
without its list. Whether a code counts as 落实 and which evidence proves it stand beside it, with the source.
"""

import csv
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from matcher.kinds.placements import DestinationGroup, EvidenceKind

CURRENT_LIST = "graduate_destination"
"""毕业去向类别代码, in use now; forms offer its codes."""

OLDER_LIST = "jyt1001_gxbyqx"
"""JY/T 1001 GXBYQX, an older standard; read from old records only."""

UNIT_LIST = "unit_nature"
"""单位性质代码."""

LIST_NAMES = {
    CURRENT_LIST: "毕业去向类别代码",
    OLDER_LIST: "JY/T 1001 高校毕业去向",
    UNIT_LIST: "单位性质代码",
}

WORK_GROUPS = frozenset(
    {
        DestinationGroup.UNIT,
        DestinationGroup.PROJECT,
        DestinationGroup.BUSINESS,
        DestinationGroup.FLEXIBLE,
    }
)
"""Destinations that are work, which one can leave: study and service are outcomes, and no job."""

UNCONFIRMED = "U"
"""Grade of a code no source was found for."""


@dataclass(frozen=True, slots=True)
class Destination:
    """One code of one list as one source sets it."""

    list_name: str
    code: str
    name: str
    group: DestinationGroup
    counts: bool
    """Counts as 落实."""
    is_offered: bool
    evidence: frozenset[EvidenceKind]
    valid_from: dt.date
    valid_to: dt.date | None
    source: str
    grade: str

    @property
    def qualified(self) -> str:
        """The code with its list, as forms and files carry it."""
        return f"{self.list_name}:{self.code}"


@dataclass(frozen=True, slots=True)
class UnitNature:
    """One code of 单位性质."""

    list_name: str
    code: str
    name: str
    valid_from: dt.date
    valid_to: dt.date | None
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class EvidenceRule:
    """What one kind of evidence needs and is good for."""

    kind: EvidenceKind
    needs: str
    """file, number or either."""
    is_personal: bool
    """One paper is one person's: used for another it is refused, not only noted."""
    proves: bool
    source: str
    grade: str


def _rows(name: str) -> Iterable[dict[str, str]]:
    table = files("matcher.policy.data").joinpath(name).read_text(encoding="utf-8")
    return csv.DictReader(table.splitlines())


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


@lru_cache(maxsize=1)
def load_destinations() -> tuple[Destination, ...]:
    """Read the table once per process."""
    return tuple(
        Destination(
            list_name=row["list"],
            code=row["code"],
            name=row["name"],
            group=DestinationGroup(row["group"]),
            counts=row["counts"] == "yes",
            is_offered=row["is_offered"] == "yes",
            evidence=frozenset(EvidenceKind(one) for one in row["evidence"].split()),
            valid_from=dt.date.fromisoformat(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
            source=row["source"],
            grade=row["grade"],
        )
        for row in _rows("destinations.csv")
    )


@lru_cache(maxsize=1)
def load_unit_natures() -> tuple[UnitNature, ...]:
    """Read the table once per process."""
    return tuple(
        UnitNature(
            list_name=row["list"],
            code=row["code"],
            name=row["name"],
            valid_from=dt.date.fromisoformat(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
            source=row["source"],
            grade=row["grade"],
        )
        for row in _rows("unit_natures.csv")
    )


@lru_cache(maxsize=1)
def load_evidence_rules() -> dict[EvidenceKind, EvidenceRule]:
    """Read the table once per process; every kind has its row."""
    return {
        EvidenceKind(row["kind"]): EvidenceRule(
            kind=EvidenceKind(row["kind"]),
            needs=row["needs"],
            is_personal=row["is_personal"] == "yes",
            proves=row["proves"] == "yes",
            source=row["source"],
            grade=row["grade"],
        )
        for row in _rows("evidence_kinds.csv")
    }


def _holds(one: Destination | UnitNature, on: dt.date) -> bool:
    return one.valid_from <= on and (one.valid_to is None or on <= one.valid_to)


def find_destination(list_name: str, code: str, on: dt.date) -> Destination | None:
    """Return a code of a list on a day; None if that list has no such code then.

    Raises
    ------
    ValueError
        The list is not named or not known: digits alone say nothing.
    """
    if list_name not in {one.list_name for one in load_destinations()}:
        raise ValueError("a destination code needs its list")
    matching = (
        one for one in load_destinations() if (one.list_name, one.code) == (list_name, code)
    )
    held = [one for one in matching if _holds(one, on)]
    return max(held, key=lambda one: one.valid_from) if held else None


def split_qualified(text: str) -> tuple[str, str]:
    """Return list and code of a qualified code; ValueError for digits without a list."""
    list_name, colon, code = text.strip().partition(":")
    if not colon or not list_name or not code:
        raise ValueError("a destination code needs its list")
    return list_name, code


def offered(on: dt.date) -> list[Destination]:
    """Return the codes a form offers on a day, in the order of the list."""
    return [one for one in load_destinations() if one.is_offered and _holds(one, on)]


def name_of(list_name: str, code: str) -> str:
    """Return the name of a code for showing, whatever the day; the digits if it is unknown."""
    found = [one for one in load_destinations() if (one.list_name, one.code) == (list_name, code)]
    return max(found, key=lambda one: one.valid_from).name if found else code


def find_unit_nature(list_name: str, code: str, on: dt.date) -> UnitNature | None:
    """Return a code of 单位性质 on a day; ValueError without its list."""
    if list_name != UNIT_LIST:
        raise ValueError("a code of a unit's kind needs its list")
    held = [one for one in load_unit_natures() if one.code == code and _holds(one, on)]
    return max(held, key=lambda one: one.valid_from) if held else None


def unit_natures(on: dt.date) -> list[UnitNature]:
    """Return the codes of 单位性质 a form offers on a day."""
    return [one for one in load_unit_natures() if _holds(one, on)]


def proves(destination: Destination, kind: EvidenceKind) -> bool:
    """Say whether a kind of evidence proves a destination; papers of internships prove nothing."""
    return load_evidence_rules()[kind].proves and kind in destination.evidence
