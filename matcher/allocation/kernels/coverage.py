"""Coverage (保底覆盖): as many of the guaranteed as there are seats for, the higher class first.

One after another by class, each is seated for good while those before move over if need be (matroid greedy). So the
people covered are the lexicographically best of all sets that can be seated at once; whoever is left over could not
be seated beside those before, whatever the plan.
"""

from matcher.allocation.kernels.paths import (
    FREE,
    UNCLAIMED,
    Graph,
    Search,
    Seated,
    seat_one,
    take_weakest,
)
from matcher.compiling import Array, Number, Truth, compiled_lean


@compiled_lean
def cover(
    order: Array, hint_edge: Array, hint_node: Array, graph: Graph, seated: Seated, search: Search
) -> None:
    """Seat people one after another.

    Parameters
    ----------
    order : rows, the higher class first
    hint_edge, hint_node : by graduate, the seat each had before and keeps if it is free; -1 for none.
        All of them are counted in `seated.claimed`
    """
    for row in order:
        node = hint_node[row]
        if node >= 0:
            seated.claimed[node] -= 1
            if keep_seat(row, hint_edge[row], node, graph, seated):
                continue
        if not seat_one(row, UNCLAIMED, graph, seated, search):
            seat_one(row, FREE, graph, seated, search)


@compiled_lean
def keep_seat(row: Number, edge: Number, node: Number, graph: Graph, seated: Seated) -> Truth:
    """Seat a person where it sat before if there is room; say whether there was."""
    if seated.used[node] >= graph.seats[node]:
        return False
    place = graph.start[node] + seated.used[node]
    seated.used[node] += 1
    seated.row[place] = row
    seated.edge[row], seated.node[row], seated.place[row] = edge, node, place
    return True


@compiled_lean
def seat_more(rows: Array, graph: Graph, seated: Seated, search: Search, gained: Array) -> None:
    """Try to seat people who have no seat, the higher class first; count by class how many more have one then.

    Who loses a seat to a higher class is counted off. The people seated before stay the best possible by class, so
    one try each is enough, in any order among equals.
    """
    for row in rows:
        if seat_one(row, FREE, graph, seated, search):
            gained[graph.classes[row]] += 1
            continue
        loser = take_weakest(seated, search)
        if loser >= 0:
            gained[graph.classes[row]] += 1
            gained[graph.classes[loser]] -= 1
