"""Whom a posting holds (暂收): slot-specific priorities, group after group (Kominers & Sönmez, Theor. Econ. 2016).

A posting goes through its groups of seats in a published order. Each takes the best of those still waiting that it is
open to and passes the others on; last come seats left over in reserved groups, which are open to all (`RELEASED`;
their number falls when a reserved seat is taken: a monotone transfer, Westkamp, Econ. Theory 2013). Adding a person
to such a choice puts at most one other out, and whom it has once refused it would refuse again. So holding the chosen
alone, in one heap a group with the worst on top, is the same as choosing anew from all who ever asked.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.rules import HARDSHIP, LEAST_CLASS, N_GROUPS, ZERO_EMPLOYMENT
from matcher.compiling import Array, Number, Truth, compiled_lean

RELEASED = N_GROUPS
"""Number of the heap behind the groups: reserved seats nobody of their class wants."""

NOBODY = -1

FALLBACK = np.int64(1 << 62)
"""Above every key: in its group the holder of a fallback seat goes before everybody else."""

_LEAST_HARDSHIP = LEAST_CLASS[HARDSHIP]
_LEAST_ZERO = LEAST_CLASS[ZERO_EMPLOYMENT]


class Pairs(NamedTuple):
    """Edges of a market and their order at the postings, as of `Market`."""

    pointer: Array
    posting: Array
    ordinary_key: Array
    reserved_key: Array


class People(NamedTuple):
    """Graduates, by row.

    Parameters
    ----------
    classes : as of `Market`
    edge : the edge each proposed along last; who is held is held by it
    fallback, fallback_group : edge and group of the seat each is sure of, or -1
    """

    classes: Array
    edge: Array
    fallback: Array
    fallback_group: Array


class Choice(NamedTuple):
    """Rules of the choice.

    Parameters
    ----------
    turn : the heaps in the order in which they choose; `RELEASED` last
    seats : as of `Market`
    releases : whether reserved seats left over are open to all
    """

    turn: Array
    seats: Array
    releases: Truth


class Held(NamedTuple):
    """Heaps of all postings, the worst on top; [P, 4] numbers say where each begins and how many it holds."""

    start: Array
    filled: Array
    key: Array
    row: Array


def new_held(seats: NDArray[np.int32]) -> Held:
    """Make room for nobody yet; released seats are as many as the reserved ones at most."""
    reserved = seats[:, HARDSHIP] + seats[:, ZERO_EMPLOYMENT]
    room = np.column_stack([seats, reserved]).astype(np.int64)
    ends = np.cumsum(room).reshape(room.shape)
    n_places = int(room.sum())
    return Held(
        ends - room,
        np.zeros(room.shape, dtype=np.int32),
        np.empty(n_places, dtype=np.int64),
        np.empty(n_places, dtype=np.int32),
    )


@compiled_lean
def ask(
    posting: Number, asker: Number, pairs: Pairs, people: People, choice: Choice, held: Held
) -> Number:
    """Let a posting choose among those it holds and one who asks; return who is put out, or -1."""
    waiting = asker
    for heap in choice.turn:
        room = seats_of(posting, heap, choice, held)
        if room == 0 or not is_open(heap, waiting, people):
            continue
        key = key_in(heap, waiting, pairs, people)
        first = held.start[posting, heap]
        if held.filled[posting, heap] < room:
            rise(held, first, held.filled[posting, heap], key, waiting)
            held.filled[posting, heap] += 1
            return take_back(posting, choice, held)
        if key > held.key[first]:
            waiting = replace_worst(held, first, room, key, waiting)
    return waiting


@compiled_lean
def seats_of(posting: Number, heap: Number, choice: Choice, held: Held) -> Number:
    """Count the seats of a group; released ones are what the reserved groups have left."""
    if heap < RELEASED:
        return np.int64(choice.seats[posting, heap])
    if not choice.releases:
        return np.int64(0)
    left = np.int64(0)
    for group in (HARDSHIP, ZERO_EMPLOYMENT):
        left += choice.seats[posting, group] - held.filled[posting, group]
    return left


@compiled_lean
def is_open(heap: Number, row: Number, people: People) -> Truth:
    """Say whether a group takes a person: by class, or because the person is sure of a seat in it."""
    if heap == HARDSHIP:
        enough = people.classes[row] >= _LEAST_HARDSHIP
    elif heap == ZERO_EMPLOYMENT:
        enough = people.classes[row] >= _LEAST_ZERO
    else:
        return True
    return enough or is_sure(heap, row, people)


@compiled_lean
def is_sure(heap: Number, row: Number, people: People) -> Truth:
    """Say whether the seat a person asks for is the one the person is sure of."""
    # In this order: hardly anybody passes the first, and the second has to be fetched from far.
    return people.fallback_group[row] == heap and people.fallback[row] == people.edge[row]


@compiled_lean
def key_in(heap: Number, row: Number, pairs: Pairs, people: People) -> Number:
    """Order of a person in a group."""
    edge = people.edge[row]
    is_kept = heap in (HARDSHIP, ZERO_EMPLOYMENT)
    key = pairs.reserved_key[edge] if is_kept else pairs.ordinary_key[edge]
    return key | FALLBACK if is_sure(heap, row, people) else key


@compiled_lean
def take_back(posting: Number, choice: Choice, held: Held) -> Number:
    """Put the worst out of the released seats if one of them was just taken as reserved; return who, or -1."""
    filled, first = held.filled[posting, RELEASED], held.start[posting, RELEASED]
    if filled == 0 or filled <= seats_of(posting, RELEASED, choice, held):
        return NOBODY
    held.filled[posting, RELEASED] = filled - 1
    last = first + filled - 1
    return replace_worst(held, first, filled - 1, held.key[last], held.row[last])


@compiled_lean
def rise(held: Held, first: Number, at: Number, key: Number, row: Number) -> None:
    """Put a person at a free place below and let it rise past better parents."""
    while at > 0:
        parent = (at - 1) >> 1
        if held.key[first + parent] <= key:
            break
        held.key[first + at], held.row[first + at] = (
            held.key[first + parent],
            held.row[first + parent],
        )
        at = parent
    held.key[first + at], held.row[first + at] = key, row


@compiled_lean
def replace_worst(held: Held, first: Number, filled: Number, key: Number, row: Number) -> Number:
    """Put a person in place of the worst, sink it below worse ones, and return who was the worst."""
    worst = held.row[first]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= filled:
            break
        if child + 1 < filled and held.key[first + child + 1] < held.key[first + child]:
            child += 1
        if held.key[first + child] >= key:
            break
        held.key[first + at], held.row[first + at] = (
            held.key[first + child],
            held.row[first + child],
        )
        at = child
    if filled > 0:
        held.key[first + at], held.row[first + at] = key, row
    return worst
