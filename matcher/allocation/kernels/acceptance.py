"""Deferred acceptance (延迟接受): graduates propose in the order of their wishes, postings hold the best so far.

Gale & Shapley 1962. As every posting chooses as of `seating`, the outcome does not depend on who proposes when, no
pair would rather have each other, and nobody gains by another order of wishes (Hatfield & Milgrom 2005).
"""

import numpy as np

from matcher.allocation.kernels.seating import (
    NOBODY,
    RELEASED,
    Choice,
    Held,
    Pairs,
    People,
    ask,
    replace_worst,
)
from matcher.allocation.rules import HARDSHIP, N_GROUPS, ZERO_EMPLOYMENT
from matcher.compiling import Array, Number, compiled_lean


@compiled_lean
def accept(pairs: Pairs, people: People, choice: Choice, held: Held) -> Number:
    """Let everybody propose until nobody is refused any more; return how many proposals it took.

    Parameters
    ----------
    people : `edge` is the one before each person's first; in the end the one each is held by, or -1
    held : nobody yet; who is held in the end
    """
    proposals = 0
    for row in range(len(people.edge)):
        asker = np.int64(row)
        while asker >= 0:
            edge = people.edge[asker] + 1
            if edge == pairs.pointer[asker + 1]:
                people.edge[asker] = NOBODY
                break
            people.edge[asker] = edge
            proposals += 1
            asker = np.int64(ask(pairs.posting[edge], asker, pairs, people, choice, held))
    return proposals


@compiled_lean
def write_groups(choice: Choice, held: Held, group: Array) -> None:
    """Write in which group of seats each person sits; released seats get the group they were reserved for."""
    for posting in range(len(choice.seats)):
        for heap in range(N_GROUPS):
            first = held.start[posting, heap]
            for at in range(first, first + held.filled[posting, heap]):
                group[held.row[at]] = heap
        write_released(posting, choice, held, group)


@compiled_lean
def write_released(posting: Number, choice: Choice, held: Held, group: Array) -> None:
    """Give the worst of the released seats those for zero-employment, the better ones those for hardship.

    Whoever is in hardship sits in a released seat only if none for hardship is left, so nobody's kind of seat
    depends on it. The heap is taken down meanwhile.
    """
    first, filled = held.start[posting, RELEASED], held.filled[posting, RELEASED]
    left = choice.seats[posting, HARDSHIP] - held.filled[posting, HARDSHIP]
    while filled > 0:
        filled -= 1
        last = first + filled
        row = replace_worst(held, first, filled, held.key[last], held.row[last])
        group[row] = ZERO_EMPLOYMENT if filled >= left else HARDSHIP
    held.filled[posting, RELEASED] = 0
