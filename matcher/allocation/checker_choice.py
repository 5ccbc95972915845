"""The published choice, replayed (重放公布的选择规则): whom a posting keeps of those at it, and whom it would take.

Part of `checker`; written from the published rule alone. Groups of seats choose one after the other: with the minimum
guarantee those for zero-employment, for hardship, ordinary ones; over and above the other way round. Each takes the
best of its order among those it is open to who still wait; who is sure of a seat in it comes first. Reserved seats
left over, where they are released, go to whoever still waits, in the order of ordinary seats.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from matcher.allocation.checker_instance import LEAST_CLASS, Seats

NO_SEAT = -1
"""A limit nobody stays below."""

RELEASED = 3
"""Number of the reserved seats left over, behind the groups."""

ANYBODY = 1 << 60
"""A limit everybody stays below."""

_ORDINARY, _HARDSHIP, _ZERO = range(3)


class Sitter(NamedTuple):
    """Somebody at a posting: class, place in either order, and the group it is sure of a seat in, if any."""

    person: int
    person_class: int
    place: int
    reserved_place: int
    sure_of: int | None = None

    def rank_in(self, group: int) -> tuple[bool, int]:
        """Return what orders people in a group, lower first."""
        place = self.place if group == _ORDINARY else self.reserved_place
        return self.sure_of != group, place


@dataclass(frozen=True, slots=True)
class Kept:
    """What a posting chose.

    Parameters
    ----------
    refused : people it would not keep
    groups : by person kept, the group of its seat; `RELEASED` for reserved seats left over
    left_over : people kept in reserved seats left over, best first
    for_hardship : how many of the reserved seats left over were kept for hardship
    limits : what a newcomer has to stay below
    """

    refused: tuple[int, ...]
    groups: dict[int, int]
    left_over: tuple[int, ...]
    for_hardship: int
    limits: "Limits"

    def group_taken(self, person: int) -> int:
        """Return the group whose seat somebody kept takes: of those left over, the better take those for hardship."""
        if self.groups[person] != RELEASED:
            return self.groups[person]
        return _HARDSHIP if self.left_over.index(person) < self.for_hardship else _ZERO


class Limits(NamedTuple):
    """The places a newcomer has to stay below to be chosen: in an ordinary seat or a reserved one left over, and in
    the reserved groups, by the order of each."""

    place: int
    hardship: int
    zero_employment: int

    def admit(self, person_class: int, place: int, reserved_place: int) -> bool:
        """Say whether the posting would choose a newcomer: some group has room for it or somebody worse."""
        return (
            place < self.place
            or (person_class >= LEAST_CLASS[_HARDSHIP] and reserved_place < self.hardship)
            or (person_class >= LEAST_CLASS[_ZERO] and reserved_place < self.zero_employment)
        )


def choose(
    sitters: Sequence[Sitter], seats: Seats, *, over_and_above: bool, releases: bool
) -> Kept:
    """Let a posting choose among people."""
    order = (_ORDINARY, _HARDSHIP, _ZERO) if over_and_above else (_ZERO, _HARDSHIP, _ORDINARY)
    waiting, limits, unused = list(sitters), [NO_SEAT] * 3, [0, 0, 0]
    groups: dict[int, int] = {}
    for group in order:
        if not seats[group]:
            continue
        asking = [
            one for one in waiting if one.person_class >= LEAST_CLASS[group] or one.sure_of == group
        ]
        asking.sort(key=lambda one, group=group: one.rank_in(group))  # type: ignore[misc]  # bound now
        chosen = asking[: seats[group]]
        limits[group] = _limit([one.rank_in(group) for one in chosen], seats[group])
        groups.update((one.person, group) for one in chosen)
        waiting = [one for one in waiting if one.person not in groups]
        unused[group] = seats[group] - len(chosen)
    room = unused[_HARDSHIP] + unused[_ZERO] if releases else 0
    waiting.sort(key=lambda one: one.place)
    left_over = tuple(one.person for one in waiting[:room])
    groups.update((person, RELEASED) for person in left_over)
    released = _limit([(True, one.place) for one in waiting[:room]], room)
    return Kept(
        refused=tuple(one.person for one in waiting[room:]),
        groups=groups,
        left_over=left_over,
        for_hardship=unused[_HARDSHIP],
        limits=Limits(max(limits[_ORDINARY], released), limits[_HARDSHIP], limits[_ZERO]),
    )


def _limit(ranks: list[tuple[bool, int]], seats: int) -> int:
    """Return the place below which a newcomer gets in: the worst one's, unless a seat is free or all are sure."""
    if len(ranks) < seats:
        return ANYBODY
    if not ranks or not ranks[-1][0]:
        return NO_SEAT
    return ranks[-1][1]
