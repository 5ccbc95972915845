"""What the checker reads (核验器读入): an instance and a plan as plain Python lists, by the checker's own reading.

Part of `checker`; the standard library alone.
"""

import json
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

GROUPS = ("ordinary", "hardship", "zero_employment")
LEAST_CLASS = (0, 1, 5)
"""By group of seats, the least class it is kept for."""


class UnreadableError(Exception):
    """The file is no instance or no plan; the message says where and why."""


class Doubled(dict[str, Any]):
    """A JSON object in which a name stood more than once, which `json` alone would pass over."""

    twice: tuple[str, ...] = ()


def load(text: str) -> Any:
    """Read JSON, noting names that stand twice in an object.

    Raises
    ------
    UnreadableError
        The text is not JSON.
    """
    try:
        return json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"不是完整的 JSON：{error}") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    names = [name for name, _ in pairs]
    doubled = Doubled(plain)
    doubled.twice = tuple(sorted({name for name in names if names.count(name) > 1}))
    return doubled


@dataclass(slots=True)
class Instance:
    """An instance; people and postings are numbered as they stand in it.

    Parameters
    ----------
    orders, reserved_orders : by posting, ids as given, best first
    wishes : by graduate, numbers of the postings, best first
    """

    people: list[str]
    postings: list[str]
    classes: list[int]
    seats: list[tuple[int, int, int]]
    orders: list[list[Any]]
    reserved_orders: list[list[Any]]
    wishes: list["array[int]"]
    guarantee_class: int | None
    over_and_above: bool
    releases: bool
    number_of: dict[str, int] = field(default_factory=dict)
    number_of_posting: dict[str, int] = field(default_factory=dict)

    def is_guaranteed(self, person: int) -> bool:
        """Say whether somebody is guaranteed a seat."""
        return self.guarantee_class is not None and self.classes[person] >= self.guarantee_class

    def open_groups(self, posting: int, person_class: int) -> tuple[int, ...]:
        """Return the groups of seats of a posting that somebody of a class may end in, and that have seats."""
        return tuple(
            group
            for group in range(3)
            if self.seats[posting][group] and (self.releases or person_class >= LEAST_CLASS[group])
        )


def read_instance(given: Any) -> Instance:
    """Take an instance apart.

    Raises
    ------
    UnreadableError
        It has not the shape of one.
    """
    try:
        postings, graduates = given["postings"], given["graduates"]
        number_of_posting = _numbers(postings, "postings")
        instance = Instance(
            people=[str(one["id"]) for one in graduates],
            postings=[str(one["id"]) for one in postings],
            classes=[int(one["class"]) for one in graduates],
            seats=[_seats(one) for one in postings],
            orders=[list(one["order"]) for one in postings],
            reserved_orders=[list(one.get("reserved_order", one["order"])) for one in postings],
            wishes=[
                array("i", [number_of_posting[str(one)] for one in graduate["wishes"]])
                for graduate in graduates
            ],
            guarantee_class=given.get("guarantee_class", 5),
            over_and_above=given.get("mode", "minimum_guarantee") == "over_and_above",
            releases=given.get("unfilled", "release") == "release",
        )
        instance.number_of = _numbers(graduates, "graduates")
        instance.number_of_posting = number_of_posting
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableError(f"实例不完整：{type(error).__name__} {error}") from error
    return instance


def _numbers(records: Any, field_name: str) -> dict[str, int]:
    numbers = {str(one["id"]): number for number, one in enumerate(records)}
    if len(numbers) < len(records):
        raise UnreadableError(f"{field_name} 中有重复的编号。")
    return numbers


def _seats(posting: Any) -> tuple[int, int, int]:
    total, reserved = int(posting["seats"]), int(posting.get("reserved", 0))
    zero = int(posting.get("zero_employment", 0))
    if not 0 <= zero <= reserved <= total:
        raise UnreadableError(f"岗位 {posting['id']} 的席位数前后不一致。")
    return total - reserved, reserved - zero, zero


@dataclass(frozen=True, slots=True)
class Seat:
    """One line of a plan, as it was written."""

    person: str
    posting: str
    kind: str | None


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan; `None` where it says nothing.

    Parameters
    ----------
    twice : people who stand in it more than once
    fallbacks : by person the posting and the group, as written
    """

    rule: str
    seats: tuple[Seat, ...]
    twice: tuple[str, ...]
    fallbacks: dict[str, tuple[str, str | None]]
    uncovered: tuple[str, ...] | None
    certificate: list[Any] | None
    instance_hash: str | None
    result_hash: str | None
    written_seats: Any


def read_plan(given: Any) -> Plan:
    """Take a plan apart; `seats` may also be a list of objects with `graduate`, `posting` and perhaps `kind`.

    Raises
    ------
    UnreadableError
        It has not the shape of one.
    """
    try:
        written = given["seats"]
        seats = tuple(_lines(written))
        names = [seat.person for seat in seats]
        twice = getattr(written, "twice", ())
        if len(set(names)) < len(names):
            twice = tuple(sorted({name for name in names if names.count(name) > 1}))
        uncovered = given.get("uncovered")
        return Plan(
            rule=str(given.get("rule", "fair")),
            seats=seats,
            twice=twice,
            fallbacks={
                str(person): (str(one["posting"]), one.get("group"))
                for person, one in (given.get("fallbacks") or {}).items()
            },
            uncovered=None if uncovered is None else tuple(map(str, uncovered)),
            certificate=given.get("certificate"),
            instance_hash=given.get("instance_hash"),
            result_hash=given.get("result_hash"),
            written_seats=written,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableError(f"方案不完整：{type(error).__name__} {error}") from error


def _lines(written: Any) -> Iterator[Seat]:
    if isinstance(written, dict):
        for person, one in written.items():
            yield Seat(str(person), str(one["posting"]), one.get("kind"))
        return
    for one in written:
        yield Seat(str(one["graduate"]), str(one["posting"]), one.get("kind"))
