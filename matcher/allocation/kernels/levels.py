"""Levels (层级): as many people seated as can be, the highest class first, and who competes with whom.

Class by class, from the highest down, everybody of the class who can still be seated is (Hopcroft & Karp 1973: many
shortest augmenting paths at a time). Nobody seated loses it, so each class gets the most it can have beside those
above it (transversal matroid). What a search in vain has reached are pools that are full for good: the level of such
a pool is one more than the class of the highest person who was refused there, that of all others is 0.
"""

from typing import NamedTuple

import numpy as np

from matcher.compiling import Array, Number, Truth, compiled, compiled_lean

NOBODY = -1
_FAR = 1 << 40


class Graph(NamedTuple):
    """Who may sit in which pool of seats.

    Parameters
    ----------
    pointer, pool : edges by graduate
    seats : by pool, how many it has
    start : by pool, where those who sit in it stand in `Seated.row`
    classes : by graduate
    """

    pointer: Array
    pool: Array
    seats: Array
    start: Array
    classes: Array


class Seated(NamedTuple):
    """Who sits where: by graduate the edge and the place in `row`, or -1; by pool how many sit in it, and its level."""

    edge: Array
    place: Array
    row: Array
    used: Array
    level: Array


class Search(NamedTuple):
    """One round: distances from the unseated, what is still to be tried, and the path at hand."""

    pool_depth: Array
    depth: Array
    queue: Array
    next_edge: Array
    next_place: Array
    path: Array


@compiled
def seat_by_class(graph: Graph, highest: Number) -> Seated:
    """Seat as many of each class as can be, the highest first."""
    people, pools = len(graph.classes), len(graph.seats)
    seated = Seated(
        np.full(people, NOBODY, dtype=np.int64),
        np.full(people, NOBODY, dtype=np.int64),
        np.empty(graph.start[pools], dtype=np.int64),
        np.zeros(pools, dtype=np.int64),
        np.zeros(pools, dtype=np.int8),
    )
    search = Search(
        np.empty(pools, dtype=np.int64),
        np.empty(people, dtype=np.int64),
        np.empty(people, dtype=np.int64),
        np.empty(people, dtype=np.int64),
        np.empty(pools, dtype=np.int64),
        np.empty(people, dtype=np.int64),
    )
    for person_class in range(highest, -1, -1):
        while measure(person_class, graph, seated, search):
            for row in range(people):
                if graph.classes[row] == person_class and seated.edge[row] < 0:
                    augment(row, graph, seated, search)
        seated.level[search.pool_depth >= 0] = person_class + 1
    return seated


@compiled_lean
def measure(person_class: Number, graph: Graph, seated: Seated, search: Search) -> Truth:
    """Measure how far everything is from the unseated of a class; say whether a free seat was reached."""
    for pool in range(len(graph.seats)):
        search.pool_depth[pool] = -1
        search.next_place[pool] = graph.start[pool]
    queued = 0
    for row in range(len(graph.classes)):
        search.depth[row] = -1
        search.next_edge[row] = graph.pointer[row]
        if graph.classes[row] == person_class and seated.edge[row] < 0:
            search.depth[row], search.queue[queued] = 0, row
            queued += 1
    limit, head = _FAR, 0
    while head < queued and search.depth[search.queue[head]] <= limit:
        row = search.queue[head]
        head += 1
        for edge in range(graph.pointer[row], graph.pointer[row + 1]):
            pool = graph.pool[edge]
            if seated.level[pool] > 0 or search.pool_depth[pool] >= 0:
                continue
            search.pool_depth[pool] = search.depth[row]
            if seated.used[pool] < graph.seats[pool]:
                limit = search.depth[row]
            elif limit == _FAR:
                queued = queue_up(pool, search.depth[row] + 1, queued, graph, seated, search)
    return limit < _FAR


@compiled_lean
def queue_up(
    pool: Number, depth: Number, queued: Number, graph: Graph, seated: Seated, search: Search
) -> Number:
    """Put all who sit in a full pool into the queue; return how many stand in it."""
    first = graph.start[pool]
    for place in range(first, first + seated.used[pool]):
        row = seated.row[place]
        if search.depth[row] < 0:
            search.depth[row], search.queue[queued] = depth, row
            queued += 1
    return queued


@compiled_lean
def augment(row: Number, graph: Graph, seated: Seated, search: Search) -> Truth:
    """Seat one person along a shortest path, each person on it taking the place of the next."""
    search.path[0], length = row, 1
    while length > 0:
        found = step(search.path[length - 1], graph, seated, search)
        if found == NOBODY:
            length -= 1
            if length > 0:
                search.next_place[graph.pool[search.next_edge[search.path[length - 1]]]] += 1
            continue
        if found >= 0:
            search.path[length] = found
            length += 1
            continue
        move_along(length, graph, seated, search)
        return True
    return False


@compiled_lean
def step(row: Number, graph: Graph, seated: Seated, search: Search) -> Number:
    """Return whom a person may send on, -1 for nobody any more, -2 if its next edge leads to a free seat."""
    while search.next_edge[row] < graph.pointer[row + 1]:
        pool = graph.pool[search.next_edge[row]]
        if search.pool_depth[pool] == search.depth[row] and seated.level[pool] == 0:
            if seated.used[pool] < graph.seats[pool]:
                return -2
            end = graph.start[pool] + seated.used[pool]
            while search.next_place[pool] < end:
                other = seated.row[search.next_place[pool]]
                if search.depth[other] == search.depth[row] + 1:
                    return other
                search.next_place[pool] += 1
        search.next_edge[row] += 1
    return NOBODY


@compiled_lean
def move_along(length: Number, graph: Graph, seated: Seated, search: Search) -> None:
    """Give the last person of the path the free seat, everybody before the place the next one leaves."""
    last = graph.pool[search.next_edge[search.path[length - 1]]]
    place = graph.start[last] + seated.used[last]
    seated.used[last] += 1
    for at in range(length - 1, -1, -1):
        row = search.path[at]
        left = seated.place[row]
        seated.edge[row], seated.place[row] = search.next_edge[row], place
        seated.row[place] = row
        if at < length - 1:
            search.next_place[graph.pool[search.next_edge[row]]] += 1
        place = left
