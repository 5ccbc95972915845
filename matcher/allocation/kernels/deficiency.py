"""Who cannot all be seated (缺额): people without a seat, and all who sit where they could sit (Hall 1935).

From a person without a seat, over every group of seats open to it, to all who sit there, and on: as no free seat is
reached, these people are exactly one more than the seats open to them together. People who compete for the same
seats are one set.
"""

import numpy as np

from matcher.allocation.kernels.paths import Graph, Seated, posting_of
from matcher.allocation.kernels.seating import NOBODY
from matcher.allocation.rules import N_GROUPS
from matcher.compiling import Array, Number, compiled


@compiled
def label_sets(rows: Array, graph: Graph, seated: Seated) -> tuple[Array, Array]:
    """Number the sets; return the number by graduate and by node, -1 for those outside.

    Parameters
    ----------
    rows : people without a seat, none of whom a path to a free seat begins at
    """
    person = np.full(len(graph.classes), NOBODY, dtype=np.int64)
    node = np.full(len(graph.seats), NOBODY, dtype=np.int64)
    parent = np.arange(len(rows))
    queue = np.empty(len(graph.classes), dtype=np.int64)
    n_edges = len(graph.posting)
    for number in range(len(rows)):
        person[rows[number]] = number
        queue[0], queued, at = rows[number], 1, 0
        while at < queued:
            row = queue[at]
            at += 1
            first, last = graph.pointer[row], graph.pointer[row + 1]
            queued = reach(row, first, last, graph, seated, person, node, parent, queue, queued)
            first, last = n_edges + graph.more_pointer[row], n_edges + graph.more_pointer[row + 1]
            queued = reach(row, first, last, graph, seated, person, node, parent, queue, queued)
    for labels in (person, node):
        for at in range(len(labels)):
            if labels[at] >= 0:
                labels[at] = root(labels[at], parent)
    return person, node


@compiled
def reach(
    row: Number,
    first: Number,
    last: Number,
    graph: Graph,
    seated: Seated,
    person: Array,
    node: Array,
    parent: Array,
    queue: Array,
    queued: Number,
) -> Number:
    """Number all nodes along some edges of a person and who sits in them; return how many are queued."""
    own = person[row]
    for edge in range(first, last):
        for turn in range(N_GROUPS):
            group = graph.turn[graph.classes[row], turn]
            if group < 0:
                break
            there = posting_of(edge, graph) * N_GROUPS + group
            if node[there] >= 0:
                join(node[there], own, parent)
                continue
            node[there] = own
            for at in range(graph.start[there], graph.start[there] + seated.used[there]):
                sitter = seated.row[at]
                if person[sitter] < 0:
                    person[sitter] = own
                    queue[queued] = sitter
                    queued += 1
    return queued


@compiled
def root(number: Number, parent: Array) -> Number:
    """Number that stands for a set; the way there is shortened for the next who ask."""
    while parent[number] != number:
        parent[number] = parent[parent[number]]
        number = parent[number]
    return number


@compiled
def join(one: Number, other: Number, parent: Array) -> None:
    """Make two sets one, under the lower number."""
    one, other = root(one, parent), root(other, parent)
    parent[max(one, other)] = min(one, other)
