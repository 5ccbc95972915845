"""Pairs that would rather have each other (可提异议的组合), under one choice or another."""

from matcher.allocation.kernels.seating import (
    Choice,
    Held,
    Pairs,
    People,
    ask,
    is_open,
    key_in,
    seats_of,
)
from matcher.compiling import Array, Number, Truth, compiled_lean


@compiled_lean
def mark_objecting(pairs: Pairs, people: People, choice: Choice, held: Held, marks: Array) -> None:
    """Mark the edges whose graduate likes them better than its own and whose posting would choose the graduate.

    What a posting would choose is replayed from those who sit at it (`people.edge`), whatever solver put them there.

    Parameters
    ----------
    held : nobody yet
    marks : bool[E], all false
    """
    for row in range(len(people.edge)):
        if people.edge[row] >= 0:
            ask(pairs.posting[people.edge[row]], row, pairs, people, choice, held)
    for row in range(len(people.edge)):
        own = people.edge[row]
        last = own if own >= 0 else pairs.pointer[row + 1]
        for edge in range(pairs.pointer[row], last):
            people.edge[row] = edge
            marks[edge] = would_hold(pairs.posting[edge], row, pairs, people, choice, held)
        people.edge[row] = own


@compiled_lean
def would_hold(
    posting: Number, row: Number, pairs: Pairs, people: People, choice: Choice, held: Held
) -> Truth:
    """Say whether a posting would choose a person beside those it holds; nothing changes."""
    for heap in choice.turn:
        room = seats_of(posting, heap, choice, held)
        if room == 0 or not is_open(heap, row, people):
            continue
        if held.filled[posting, heap] < room:
            return True
        if key_in(heap, row, pairs, people) > held.key[held.start[posting, heap]]:
            return True
    return False
