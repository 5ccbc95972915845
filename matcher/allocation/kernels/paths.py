"""One more person seated (增广): others move over to seats that are open to them, nobody loses a seat.

Breadth first from one person: to all seats open to it, from a full group of seats to all who sit in it, and on. A
free seat at the end seats one more (augmenting path, Kuhn 1955). If there is none, the person may take the seat of
the lowest class met on the way, if it is lower than its own: sets that can be seated at once are the independent
sets of a transversal matroid (Edmonds & Fulkerson 1965), so giving up the least of a circuit keeps the best set best.
"""

from typing import NamedTuple

import numpy as np

from matcher.allocation.kernels.seating import NOBODY
from matcher.allocation.rules import N_GROUPS
from matcher.compiling import Array, Number, Truth, compiled_lean


class Graph(NamedTuple):
    """Who may sit where. A node (座区) is a group of seats at a posting, `posting * 3 + group`.

    Parameters
    ----------
    pointer, posting : edges of the market
    more_pointer, more_posting : further edges, by graduate as well; their numbers follow those of the market
    classes : by graduate
    seats : by node
    start : by node, where those who sit in it stand in `Seated.row`
    turn : [6, 3], by class the groups open to it in the order in which they are tried; -1 behind the last
    """

    pointer: Array
    posting: Array
    more_pointer: Array
    more_posting: Array
    classes: Array
    seats: Array
    start: Array
    turn: Array


class Seated(NamedTuple):
    """Who sits where.

    Parameters
    ----------
    edge, node, place : by graduate, or -1; `place` is where the graduate stands in `row`
    row : graduates, by node
    used : by node, how many sit in it
    claimed : by node, how many others sat in it before and would have to go
    vain : by node, the kind of seats (`FREE`, `UNCLAIMED`) no search from it can reach, or 0
    """

    edge: Array
    node: Array
    place: Array
    row: Array
    used: Array
    claimed: Array
    vain: Array


class Search(NamedTuple):
    """Scratch of a search: by node who found it by which edge in which search; queue of people, nodes found.

    `count` holds the number of people queued, of nodes found, the weakest person met and the number of the search.
    """

    stamp: Array
    edge: Array
    owner: Array
    queue: Array
    trail: Array
    count: Array


UNCLAIMED = 1
"""A seat that nobody has to leave."""

FREE = 2
"""A seat nobody who was seated so far sits in; who sat in it before would have to go."""

_NEAR = 16
"""People looked at for an unclaimed seat: a longer way would spare one person a move and cost many others theirs."""

_QUEUED, _FOUND, _WEAKEST, _NUMBER = range(4)


def new_search(n_graduates: int, n_nodes: int) -> Search:
    """Make room for searches."""
    return Search(
        np.zeros(n_nodes, dtype=np.int64),
        np.empty(n_nodes, dtype=np.int64),
        np.empty(n_nodes, dtype=np.int64),
        np.empty(n_graduates, dtype=np.int64),
        np.empty(n_nodes, dtype=np.int64),
        np.zeros(4, dtype=np.int64),
    )


@compiled_lean
def seat_one(row: Number, wanted: Number, graph: Graph, seated: Seated, search: Search) -> Truth:
    """Seat a person in a seat of the kind wanted, others moving over; say whether there was one.

    Nodes of a whole search in vain lead only to each other, whoever comes later, and are not looked at again: all
    such searches together look at each edge once. (For unclaimed seats that may miss one, as who is seated where he
    sat before may know a way out. They are but a preference.)
    """
    found = look_around(row, wanted, graph, seated, search)
    if found >= 0:
        place = graph.start[found] + seated.used[found]
        seated.used[found] += 1
        move_along(found, place, seated, search)
        return True
    if search.count[_WEAKEST] < 0 and search.count[_QUEUED] <= reach_of(wanted, search):
        for at in range(search.count[_FOUND]):
            seated.vain[search.trail[at]] = wanted
    return False


@compiled_lean
def reach_of(wanted: Number, search: Search) -> Number:
    """Count the people a search looks at, at most."""
    return _NEAR if wanted == UNCLAIMED else len(search.queue)


@compiled_lean
def take_weakest(seated: Seated, search: Search) -> Number:
    """Seat the person the last search began at in place of the weakest met, and return who; -1 if there was none."""
    weakest = search.count[_WEAKEST]
    if weakest >= 0:
        node, place = seated.node[weakest], seated.place[weakest]
        seated.edge[weakest] = seated.node[weakest] = seated.place[weakest] = NOBODY
        move_along(node, place, seated, search)
    return weakest


@compiled_lean
def look_around(
    row: Number, wanted: Number, graph: Graph, seated: Seated, search: Search
) -> Number:
    """Search from a person; return a node with a seat of the kind wanted, or -1."""
    count = search.count
    count[_QUEUED], count[_FOUND], count[_WEAKEST] = 1, 0, NOBODY
    count[_NUMBER] += 1
    search.queue[0] = row
    n_edges = len(graph.posting)
    at, reach = 0, reach_of(wanted, search)
    while at < min(reach, count[_QUEUED]):
        mover = search.queue[at]
        at += 1
        first, last = graph.pointer[mover], graph.pointer[mover + 1]
        found = look_along(mover, first, last, wanted, graph, seated, search)
        if found < 0:
            first, last = graph.more_pointer[mover], graph.more_pointer[mover + 1]
            found = look_along(
                mover, n_edges + first, n_edges + last, wanted, graph, seated, search
            )
        if found >= 0:
            return found
    return NOBODY


@compiled_lean
def look_along(
    mover: Number,
    first: Number,
    last: Number,
    wanted: Number,
    graph: Graph,
    seated: Seated,
    search: Search,
) -> Number:
    """Look at the nodes along some edges of a person; return one with a seat of the kind wanted, or -1."""
    count = search.count
    for edge in range(first, last):
        posting = posting_of(edge, graph)
        for turn in range(N_GROUPS):
            group = graph.turn[graph.classes[mover], turn]
            node = posting * N_GROUPS + group
            if group < 0 or is_passed(node, wanted, graph, seated, search):
                continue
            search.stamp[node] = count[_NUMBER]
            search.edge[node], search.owner[node] = edge, mover
            search.trail[count[_FOUND]] = node
            count[_FOUND] += 1
            taken = seated.used[node]
            if wanted == UNCLAIMED:
                taken += seated.claimed[node]
            if taken < graph.seats[node]:
                return node
            queue_people(node, graph, seated, search)
    return NOBODY


@compiled_lean
def posting_of(edge: Number, graph: Graph) -> Number:
    """Posting of an edge of the market, or of a further one."""
    n_edges = len(graph.posting)
    if edge < n_edges:
        return np.int64(graph.posting[edge])
    return np.int64(graph.more_posting[edge - n_edges])


@compiled_lean
def is_passed(node: Number, wanted: Number, graph: Graph, seated: Seated, search: Search) -> Truth:
    """Say whether a node has no seats, leads nowhere or was found before in this search."""
    return (
        graph.seats[node] == 0
        or seated.vain[node] >= wanted
        or search.stamp[node] == search.count[_NUMBER]
    )


@compiled_lean
def queue_people(node: Number, graph: Graph, seated: Seated, search: Search) -> None:
    """Queue all who sit in a node, and note the weakest below the class of who searches."""
    count = search.count
    least = graph.classes[search.queue[0]]
    if count[_WEAKEST] >= 0:
        least = graph.classes[count[_WEAKEST]]
    for at in range(graph.start[node], graph.start[node] + seated.used[node]):
        row = seated.row[at]
        search.queue[count[_QUEUED]] = row
        count[_QUEUED] += 1
        if graph.classes[row] < least:
            count[_WEAKEST], least = row, graph.classes[row]


@compiled_lean
def move_along(node: Number, place: Number, seated: Seated, search: Search) -> None:
    """Move everybody on the path to a free place by one, from its end to where the search began."""
    while True:
        mover = search.owner[node]
        before, left = seated.node[mover], seated.place[mover]
        seated.row[place] = mover
        seated.edge[mover], seated.node[mover], seated.place[mover] = search.edge[node], node, place
        if before < 0:
            return
        node, place = before, left
