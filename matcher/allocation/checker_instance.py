"""The instance the checker looks at (核验器的实例), as plain Python lists, read by the checker's own reading.

Part of `checker`; the standard library alone.
"""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matcher.allocation.checker_reading import (
    Id,
    UnreadableError,
    id_of,
    ids_of,
    list_of,
    object_of,
    some,
    whole,
    word_of,
)

GROUPS = ("ordinary", "hardship", "zero_employment")
LEAST_CLASS = (0, 1, 5)
"""By group of seats, the least class it is kept for."""

_MODES = ("minimum_guarantee", "over_and_above")
_UNFILLED = ("release", "hold")
_HIGHEST_CLASS = 5
_MOST_SEATS = 1_000_000
_LAST_LOT = (1 << 62) - 1

Seats = tuple[int, int, int]
"""How many by group."""


@dataclass(slots=True)
class Instance:
    """An instance; people and postings are numbered as they stand in it.

    Parameters
    ----------
    people, postings : their names: ids as texts, which all differ
    orders, reserved_orders : by posting, numbers of the graduates, best first; the same ones in both
    wishes : by graduate, numbers of the postings, best first
    lottery : by graduate, who goes first among equals: the lower number
    number_of, number_of_posting : by name
    """

    people: list[str]
    postings: list[str]
    classes: list[int]
    lottery: list[int]
    seats: list[Seats]
    orders: list["array[int]"]
    reserved_orders: list["array[int]"]
    wishes: list["array[int]"]
    guarantee_class: int | None
    over_and_above: bool
    releases: bool
    number_of: dict[str, int]
    number_of_posting: dict[str, int]

    def is_guaranteed(self, person: int) -> bool:
        """Say whether somebody is guaranteed a seat."""
        return self.guarantee_class is not None and self.classes[person] >= self.guarantee_class

    def open_groups(self, seats: Seats, person_class: int) -> tuple[int, ...]:
        """Return the groups, of some seats of a posting, that somebody of a class may end in, and that have seats."""
        return tuple(
            group
            for group in range(3)
            if seats[group] and (self.releases or person_class >= LEAST_CLASS[group])
        )


def read_instance(given: Any) -> Instance:
    """Take an instance apart.

    Raises
    ------
    UnreadableError
        It has not the shape of one.
    """
    instance = object_of(given, "instance")
    postings = _records(instance, "postings", "岗位")
    graduates = _records(instance, "graduates", "毕业生")
    number_of, number_of_posting = _numbers(graduates), _numbers(postings)
    guaranteed = instance.get("guarantee_class", _HIGHEST_CLASS)
    if guaranteed is not None:
        guaranteed = whole(guaranteed, "guarantee_class", 1, _HIGHEST_CLASS)
    orders = [_order(one, name, "order", number_of) for name, one in postings]
    return Instance(
        people=[str(one["id"]) for _, one in graduates],
        postings=[str(one["id"]) for _, one in postings],
        classes=[
            whole(one.get("class"), f"{name} 的 class", 0, _HIGHEST_CLASS)
            for name, one in graduates
        ],
        lottery=_lottery(graduates),
        seats=[_seats(name, one) for name, one in postings],
        orders=orders,
        reserved_orders=[
            _reserved_order(one, name, order, number_of)
            for (name, one), order in zip(postings, orders, strict=True)
        ],
        wishes=[_order(one, name, "wishes", number_of_posting) for name, one in graduates],
        guarantee_class=guaranteed,
        over_and_above=word_of(instance.get("mode", _MODES[0]), "mode", _MODES) == _MODES[1],
        releases=word_of(instance.get("unfilled", _UNFILLED[0]), "unfilled", _UNFILLED)
        == _UNFILLED[0],
        number_of={str(one): number for one, number in number_of.items()},
        number_of_posting={str(one): number for one, number in number_of_posting.items()},
    )


def _records(
    instance: Mapping[str, Any], field: str, word: str
) -> list[tuple[str, dict[str, Any]]]:
    """Take one side's records, each with the name it is called by."""
    found = []
    for number, given in enumerate(list_of(instance.get(field), field)):
        record = object_of(given, f"{field}[{number}]")
        identity = id_of(record.get("id"), f"{field}[{number}] 的 id")
        found.append((f"{word} {identity}", record))
    return found


def _numbers(records: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[Id, int]:
    """Number ids; they must differ as texts do, for so a plan names them."""
    first: set[str] = set()
    for name, record in records:
        if str(record["id"]) in first:
            raise UnreadableError(f"{name} 出现了不止一次，编号不得重复。")
        first.add(str(record["id"]))
    return {record["id"]: number for number, (_, record) in enumerate(records)}


def _order(
    record: Mapping[str, Any], name: str, field: str, number_of: Mapping[Id, int]
) -> "array[int]":
    """Take a list of the other side's ids, as numbers."""
    listed = ids_of(record.get(field), f"{name} 的 {field}")
    try:
        return array("i", map(number_of.__getitem__, listed))
    except KeyError:
        unknown = some(one for one in listed if one not in number_of)
        raise UnreadableError(f"{name} 的 {field} 中 {unknown} 不在实例中。") from None


def _reserved_order(
    record: Mapping[str, Any], name: str, order: "array[int]", number_of: Mapping[Id, int]
) -> "array[int]":
    """Take the order of reserved seats, the ordinary one unless it is told."""
    if "reserved_order" not in record:
        return order
    reserved = _order(record, name, "reserved_order", number_of)
    if reserved == order:
        return order
    if set(reserved) != set(order):
        raise UnreadableError(f"{name} 的 reserved_order 须与 order 列出同样的毕业生。")
    return reserved


def _seats(name: str, posting: Mapping[str, Any]) -> Seats:
    total = whole(posting.get("seats"), f"{name} 的 seats", 0, _MOST_SEATS)
    reserved = whole(posting.get("reserved", 0), f"{name} 的 reserved", 0, _MOST_SEATS)
    zero = whole(posting.get("zero_employment", 0), f"{name} 的 zero_employment", 0, _MOST_SEATS)
    if not zero <= reserved <= total:
        raise UnreadableError(
            f"{name}：席位 {total} 个，预留 {reserved} 个，其中零就业 {zero} 个，前后不一致。"
        )
    return total - reserved, reserved - zero, zero


def _lottery(graduates: Sequence[tuple[str, Mapping[str, Any]]]) -> list[int]:
    """Take who goes first among equals: the places in the list, or a number of each, all different."""
    if not any("lottery" in one for _, one in graduates):
        return list(range(len(graduates)))
    drawn = [
        whole(one.get("lottery"), f"{name} 的 lottery", 0, _LAST_LOT) for name, one in graduates
    ]
    ids_of(drawn, "graduates 的 lottery")
    return drawn
