"""Personal routes (参会路线): for all visitors together, which booths each should see and in which order.

Asked one by one, everybody would be sent to the same best booth first and stand in one line. Here a session is cut
into slots as long as a talk and the walk to it; a route says which booth in which slot, and all routes are chosen
together so that each booth has about as many visitors in every slot as it can talk to.

Two steps. *Which booths*: round by round each visitor takes the best of those that fit and are not yet full for the
session, by lot; if all are full, the emptiest, so that nobody gets fewer for want of room. What fits and found no place
on the route is named beside it: nobody is kept from any booth. *In which
order*: beginning with the order by fit, each visitor in turn is given the order that costs least, all others staying
as they are, until nothing improves; the cost is the sum over booths and slots of load squared by capacity, plus the
steps on foot. It never rises, so the result is never worse than the order by fit. That is congestion-game best
response (Rosenthal, 1973); an exact answer is an open-shop timetable, which is hard and not needed.

What goes in is what people studied and want, and their numbers for drawing lots. Who they are does not go in.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

MOST_STOPS = 7
"""All orders of a route are tried; of eight stops there would be forty thousand."""

_WALK_MINUTES = 2
_BY_THEN = 0.6
"""Share of the session in which everybody is asked to come."""
_PASSES = 4
"""Rounds of improvement: at a fair of 300 booths the fourth gains less than one in a hundred."""
_STEP_WEIGHT = 0.01
"""Walking a hundred steps more is worth one visitor less in a full slot."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Desk:
    """An employer as routes see it: how many people talk there at once."""

    n_interviewers: int = 1


@dataclass(frozen=True)
class Guest:
    """A visitor: a key that draws lots and names the route, and the desks that fit, best first."""

    key: str
    fitting: tuple[int, ...]


@dataclass(frozen=True)
class Hall:
    """Steps on foot between desks, shape (n, n), and from the door, shape (n,)."""

    between: NDArray[np.int32]
    from_door: NDArray[np.int32]


@dataclass(frozen=True)
class Route:
    """A route: desks in order, and the slot of the session in which it is best to begin."""

    stops: tuple[int, ...]
    slot: int


@dataclass(frozen=True)
class Timing:
    """Length of a session and of a talk, in minutes."""

    session_minutes: int = 180
    talk_minutes: int = 8

    @property
    def slot_minutes(self) -> int:
        """Minutes of a talk and of the way to it."""
        return self.talk_minutes + _WALK_MINUTES

    @property
    def n_slots(self) -> int:
        """Slots of the session, at least one."""
        return max(1, self.session_minutes // self.slot_minutes)


def plan_routes(
    guests: Sequence[Guest],
    desks: Sequence[Desk],
    hall: Hall,
    *,
    timing: Timing,
    most_stops: int,
    seed: str,
) -> list[Route]:
    """Return a route for each guest, in the guests' order.

    Parameters
    ----------
    most_stops : stops of a route at most, 1 to `MOST_STOPS`; who has fewer fitting desks gets all of them
    seed : another one draws other lots; the same one gives the same routes whatever the order of the guests
    """
    if not 1 <= most_stops <= MOST_STOPS:
        raise ValueError(f"a route has 1 to {MOST_STOPS} stops")
    drawn = sorted(range(len(guests)), key=lambda one: _lot(seed, guests[one].key))
    chosen = _choose(guests, desks, drawn, timing=timing, most_stops=most_stops)
    starts = _starts(drawn, [len(one) for one in chosen], timing.n_slots)
    orders = _Orders(desks, hall, timing, chosen, starts)
    for _ in range(_PASSES):
        if not orders.improve(drawn):
            break
    return [Route(tuple(stops), start) for stops, start in zip(orders.stops, starts, strict=True)]


def load_of(routes: Sequence[Route], desks: Sequence[Desk], timing: Timing) -> tuple[Ints, Floats]:
    """Return visitors by desk and slot, and what each desk can talk to in a slot."""
    load = np.zeros((len(desks), timing.n_slots), dtype=np.int64)
    for route in routes:
        for at, desk in enumerate(route.stops):
            load[desk, min(route.slot + at, timing.n_slots - 1)] += 1
    return load, _capacity(desks, timing)


def _lot(seed: str, key: str) -> bytes:
    return hashlib.sha256(f"{seed}\0{key}".encode()).digest()


def _capacity(desks: Sequence[Desk], timing: Timing) -> Floats:
    people = np.array([max(1, desk.n_interviewers) for desk in desks], dtype=np.float64)
    return people * timing.slot_minutes / timing.talk_minutes


def _choose(
    guests: Sequence[Guest],
    desks: Sequence[Desk],
    drawn: Sequence[int],
    *,
    timing: Timing,
    most_stops: int,
) -> list[list[int]]:
    """Return each guest's desks, best first; each round the other half of the lots is first."""
    room = _capacity(desks, timing) * timing.n_slots
    taken = np.zeros(len(desks))
    chosen: list[list[int]] = [[] for _ in guests]
    for turn in range(most_stops):
        for one in drawn if turn % 2 == 0 else reversed(drawn):
            left = [desk for desk in guests[one].fitting if desk not in chosen[one]]
            if not left:
                continue
            free = [desk for desk in left if taken[desk] < room[desk]]
            desk = free[0] if free else min(left, key=lambda d: (taken[d] / room[d], left.index(d)))
            chosen[one].append(desk)
            taken[desk] += 1
    for one, guest in enumerate(guests):
        chosen[one].sort(key=guest.fitting.index)
    return chosen


def _starts(drawn: Sequence[int], lengths: Sequence[int], n_slots: int) -> list[int]:
    """Return the slot each guest begins in: by lot, evenly over the slots that leave time for the whole route.

    Nobody is asked to come late: posts are talked about in the first hours, and some employers pack up early.
    """
    starts = [0] * len(drawn)
    for place, one in enumerate(drawn):
        slots = max(1, min(n_slots - max(lengths[one], 1) + 1, round(n_slots * _BY_THEN)))
        starts[one] = place * slots // max(1, len(drawn))
    return starts


@lru_cache(maxsize=MOST_STOPS + 1)
def _all_orders(n: int) -> Ints:
    return np.array(list(permutations(range(n))), dtype=np.int64).reshape(-1, n)


class _Orders:
    """All guests' orders and the load they make, improved one guest at a time."""

    def __init__(
        self,
        desks: Sequence[Desk],
        hall: Hall,
        timing: Timing,
        chosen: list[list[int]],
        starts: Sequence[int],
    ) -> None:
        self.hall, self.last = hall, timing.n_slots - 1
        self.stops, self.starts = chosen, starts
        routes = [Route(tuple(stops), slot) for stops, slot in zip(chosen, starts, strict=True)]
        self.load, self.capacity = load_of(routes, desks, timing)

    def improve(self, order: Sequence[int]) -> bool:
        """Give each guest the best order, others staying; say whether anybody's changed."""
        changed = False
        for one in order:
            stops = np.array(self.stops[one], dtype=np.int64)
            if len(stops) < 2:  # one stop has one order
                continue
            slots = np.minimum(self.starts[one] + np.arange(len(stops)), self.last)
            self._count(stops, slots, -1)
            best = stops[_all_orders(len(stops))[self._best(stops, slots)]]
            self._count(best, slots, 1)
            if not np.array_equal(best, stops):
                self.stops[one] = best.tolist()
                changed = True
        return changed

    def _count(self, stops: Ints, slots: Ints, by: int) -> None:
        np.add.at(self.load, (stops, slots), by)

    def _best(self, stops: Ints, slots: Ints) -> int:
        """Return the cheapest of all orders of some stops; of equal ones the first, nearest to the order by fit."""
        orders = _all_orders(len(stops))
        crowding = (2 * self.load[np.ix_(stops, slots)] + 1) / (2 * self.capacity[stops][:, None])
        steps = self.hall.between[np.ix_(stops, stops)]
        cost = crowding[orders, np.arange(len(stops))].sum(axis=1)
        walked = steps[orders[:, :-1], orders[:, 1:]].sum(axis=1)
        walked = walked + self.hall.from_door[stops][orders[:, 0]]
        return int(np.argmin(cost + _STEP_WEIGHT * walked))
