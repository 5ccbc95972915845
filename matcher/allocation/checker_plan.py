"""The plan the checker looks at (核验器的方案), as it was written.

Part of `checker`; the standard library alone.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from matcher.allocation.checker_instance import GROUPS
from matcher.allocation.checker_reading import (
    id_of,
    ids_of,
    list_of,
    object_of,
    text_of,
    whole,
    word_of,
)

RULES = ("fair", "most")
PIN, FORBID = "pin", "forbid"

_MOST = 1 << 62


@dataclass(frozen=True, slots=True)
class Seat:
    """One line of a plan, as it was written."""

    person: str
    posting: str
    kind: str | None


@dataclass(frozen=True, slots=True)
class PinLine:
    """A pair a person fixed or forbade, as it was written."""

    kind: str
    person: str
    posting: str

    def __str__(self) -> str:
        """Name the pin in words."""
        word = "固定" if self.kind == PIN else "禁止"
        return f"{word}毕业生 {self.person} — 岗位 {self.posting}"


@dataclass(frozen=True, slots=True)
class ShortSet:
    """A set of people and their postings with too few seats, as it was written."""

    people: tuple[str, ...]
    postings: tuple[str, ...]
    seats: int
    short: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan; `None` where it says nothing.

    Parameters
    ----------
    twice : people who stand in it more than once
    fallbacks : by person the posting and the group
    """

    rule: str
    seats: tuple[Seat, ...]
    twice: tuple[str, ...]
    fallbacks: dict[str, tuple[str, str | None]] | None
    uncovered: tuple[str, ...] | None
    certificate: tuple[ShortSet, ...] | None
    pins: tuple[PinLine, ...] | None
    placed: int | None
    instance_hash: str | None
    pins_hash: str | None
    result_hash: str | None
    written_seats: Any
    written_pins: Any


def read_plan(given: Any) -> Plan:
    """Take a plan apart; `seats` may also be a list of objects with `graduate`, `posting` and perhaps `kind`.

    Raises
    ------
    UnreadableError
        It has not the shape of one.
    """
    plan = object_of(given, "plan")
    seats = tuple(_lines(plan.get("seats")))
    times = Counter(seat.person for seat in seats)
    uncovered, placed = plan.get("uncovered"), plan.get("placed")
    return Plan(
        rule=word_of(plan.get("rule", RULES[0]), "rule", RULES),
        seats=seats,
        twice=tuple(sorted(name for name, count in times.items() if count > 1)),
        fallbacks=_fallbacks(plan.get("fallbacks")),
        uncovered=None if uncovered is None else _names(uncovered, "uncovered"),
        certificate=_certificate(plan.get("certificate")),
        pins=_pins(plan.get("pins")),
        placed=None if placed is None else whole(placed, "placed", 0, _MOST),
        instance_hash=text_of(plan.get("instance_hash"), "instance_hash"),
        pins_hash=text_of(plan.get("pins_hash"), "pins_hash"),
        result_hash=text_of(plan.get("result_hash"), "result_hash"),
        written_seats=plan.get("seats"),
        written_pins=plan.get("pins"),
    )


def _lines(written: object) -> Iterator[Seat]:
    if isinstance(written, dict):
        for person, given in written.items():
            yield _seat(person, given, f"seats 中 {person}")
        return
    for number, given in enumerate(list_of(written, "seats")):
        where = f"seats[{number}]"
        person = id_of(object_of(given, where).get("graduate"), f"{where} 的 graduate")
        yield _seat(str(person), given, where)


def _seat(person: str, given: object, where: str) -> Seat:
    line = object_of(given, where)
    posting = id_of(line.get("posting"), f"{where} 的 posting")
    return Seat(person, str(posting), text_of(line.get("kind"), f"{where} 的 kind"))


def _fallbacks(written: object) -> dict[str, tuple[str, str | None]] | None:
    if written is None:
        return None
    found = {}
    for person, given in object_of(written, "fallbacks").items():
        where = f"fallbacks 中 {person}"
        one = object_of(given, where)
        posting = id_of(one.get("posting"), f"{where} 的 posting")
        group = one.get("group")
        if group is not None:
            group = word_of(group, f"{where} 的 group", GROUPS)
        found[person] = (str(posting), group)
    return found


def _certificate(written: object) -> tuple[ShortSet, ...] | None:
    if written is None:
        return None
    found = []
    for number, given in enumerate(list_of(written, "certificate")):
        where = f"certificate[{number}]"
        one = object_of(given, where)
        found.append(
            ShortSet(
                _names(one.get("people"), f"{where} 的 people"),
                _names(one.get("postings"), f"{where} 的 postings"),
                whole(one.get("seats"), f"{where} 的 seats", 0, _MOST),
                whole(one.get("short"), f"{where} 的 short", 0, _MOST),
            )
        )
    return tuple(found)


def _pins(written: object) -> tuple[PinLine, ...] | None:
    if written is None:
        return None
    found = []
    for number, given in enumerate(list_of(written, "pins")):
        where = f"pins[{number}]"
        one = object_of(given, where)
        found.append(
            PinLine(
                word_of(one.get("kind"), f"{where} 的 kind", (PIN, FORBID)),
                str(id_of(one.get("graduate"), f"{where} 的 graduate")),
                str(id_of(one.get("posting"), f"{where} 的 posting")),
            )
        )
    return tuple(found)


def _names(written: object, where: str) -> tuple[str, ...]:
    return tuple(map(str, ids_of(written, where)))
