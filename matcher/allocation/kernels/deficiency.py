"""Who cannot all be seated (缺额): people without a seat, and all who sit where they could sit (Hall 1935).

From a person without a seat, over every group of seats open to it, to all who sit there, and on: as no free seat is
reached, these people are exactly one more than the seats open to them together. People who compete for the same
seats are one set.
"""

from typing import NamedTuple

import numpy as np

from matcher.allocation.kernels.paths import Graph, Seated, posting_of
from matcher.allocation.kernels.seating import NOBODY
from matcher.allocation.rules import N_GROUPS
from matcher.compiling import Array, Number, compiled_lean


class Sets(NamedTuple):
    """Which set people and nodes are in.

    Parameters
    ----------
    person, node : by graduate and by node the number of the set, -1 for none
    parent : by number the number of a set it is part of; its own if of none
    queue : people still to be looked at
    """

    person: Array
    node: Array
    parent: Array
    queue: Array


def new_sets(n_without: int, n_graduates: int, n_nodes: int) -> Sets:
    """Make room for as many sets as there are people without a seat."""
    return Sets(
        np.full(n_graduates, NOBODY, dtype=np.int64),
        np.full(n_nodes, NOBODY, dtype=np.int64),
        np.arange(n_without, dtype=np.int64),
        np.empty(n_graduates, dtype=np.int64),
    )


@compiled_lean
def label_sets(rows: Array, graph: Graph, seated: Seated, sets: Sets) -> None:
    """Number the sets of people without a seat, none of whom a path to a free seat begins at."""
    n_edges = len(graph.posting)
    for number in range(len(rows)):
        sets.person[rows[number]] = number
        sets.queue[0], queued, at = rows[number], 1, 0
        while at < queued:
            row = sets.queue[at]
            at += 1
            first, last = graph.pointer[row], graph.pointer[row + 1]
            queued = reach(row, first, last, queued, graph, seated, sets)
            first, last = n_edges + graph.more_pointer[row], n_edges + graph.more_pointer[row + 1]
            queued = reach(row, first, last, queued, graph, seated, sets)
    for row in range(len(sets.person)):
        if sets.person[row] >= 0:
            sets.person[row] = root(sets.person[row], sets)
    for node in range(len(sets.node)):
        if sets.node[node] >= 0:
            sets.node[node] = root(sets.node[node], sets)


@compiled_lean
def reach(
    row: Number,
    first: Number,
    last: Number,
    queued: Number,
    graph: Graph,
    seated: Seated,
    sets: Sets,
) -> Number:
    """Number all nodes along some edges of a person and who sits in them; return how many are queued."""
    own = sets.person[row]
    for edge in range(first, last):
        for turn in range(N_GROUPS):
            group = graph.turn[graph.classes[row], turn]
            if group < 0:
                break
            there = posting_of(edge, graph) * N_GROUPS + group
            if sets.node[there] >= 0:
                join(sets.node[there], own, sets)
                continue
            sets.node[there] = own
            for at in range(graph.start[there], graph.start[there] + seated.used[there]):
                sitter = seated.row[at]
                if sets.person[sitter] < 0:
                    sets.person[sitter] = own
                    sets.queue[queued] = sitter
                    queued += 1
    return queued


@compiled_lean
def root(number: Number, sets: Sets) -> Number:
    """Number that stands for a set; the way there is shortened for the next who ask."""
    while sets.parent[number] != number:
        sets.parent[number] = sets.parent[sets.parent[number]]
        number = sets.parent[number]
    return number


@compiled_lean
def join(one: Number, other: Number, sets: Sets) -> None:
    """Make two sets one, under the lower number."""
    lower, higher = root(one, sets), root(other, sets)
    if lower > higher:
        lower, higher = higher, lower
    sets.parent[higher] = lower
