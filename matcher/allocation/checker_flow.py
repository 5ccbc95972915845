"""How many can be seated at once (核验器的最大流): a maximum matching of the checker's own.

Part of `checker`. Searches grow from all unseated people at once, a tree each; a tree that finds a free seat moves
everybody on its path on and stops. Rounds are repeated until none finds one: then the number is the largest there is
(Berge 1957), which is the maximum flow from people over seats.
"""

from collections.abc import Callable, Iterable, Sequence


class Seating:
    """People in seats; grows by people.

    Parameters
    ----------
    options : says of a person which nodes (seats of one kind at one posting) are open to it
    room : by node, how many seats
    """

    def __init__(self, options: Callable[[int], Iterable[int]], room: Sequence[int]) -> None:
        self.options = options
        self.room = room
        self.sitting: dict[int, list[int]] = {}
        self.node_of: dict[int, int] = {}
        self.spent: set[int] = set()
        """Nodes that no free seat can be reached from, whoever comes later."""

    def seat_at(self, person: int, nodes: Iterable[int]) -> bool:
        """Seat somebody in the first of some nodes with room; say whether there was one."""
        for node in nodes:
            if self._has_room(node):
                self._sit(person, node)
                return True
        return False

    def seat_all(self, people: Iterable[int]) -> None:
        """Seat as many of some people as can be; nobody seated loses its seat."""
        waiting = [one for one in people if one not in self.node_of]
        while waiting:
            still = self._round(waiting)
            if len(still) == len(waiting):
                break
            waiting = still

    def _has_room(self, node: int) -> bool:
        return len(self.sitting.get(node, ())) < self.room[node]

    def _sit(self, person: int, node: int) -> None:
        self.sitting.setdefault(node, []).append(person)
        self.node_of[person] = node

    def _round(self, waiting: list[int]) -> list[int]:
        """Grow all trees; return who has no seat yet. Without success, what was reached is spent."""
        root, came = {one: one for one in waiting}, dict[int, tuple[int, int]]()
        reached: set[int] = set()
        done: set[int] = set()
        queue = list(waiting)
        for person in queue:
            if root[person] in done:
                continue
            for node in self.options(person):
                if node in reached or node in self.spent:
                    continue
                if self._has_room(node):
                    self._move_along(person, node, came)
                    done.add(root[person])
                    break
                reached.add(node)
                for other in self.sitting.get(node, ()):
                    if other not in root:
                        root[other] = root[person]
                        came[other] = (person, node)
                        queue.append(other)
        if not done:
            self.spent |= reached
        return [one for one in waiting if one not in done]

    def _move_along(self, person: int, node: int, came: dict[int, tuple[int, int]]) -> None:
        """Seat a person at a node, and those before it on the path each where the next one sat."""
        while True:
            before = self.node_of.get(person)
            if before is not None:
                self.sitting[before].remove(person)
            self._sit(person, node)
            if person not in came:
                return
            person, node = came[person]
