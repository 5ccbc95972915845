"""Interview slots (面试时段): first as many people as can be get one, then second and third interviews.

A slot takes one person; a person is in one place at a time and meets an employer once. The first round is a
maximum matching of people and slots, grown one person at a time in the order of priority: who is once in stays in
while places are swapped, so the people served are the lexicographically first of all largest sets (a transversal
matroid), and serving some first costs nobody else a place in number. Each further round gives everybody at most one
more interview, by fit, in what is still free, until nothing fits any more.

Then the times at each employer are dealt out anew by `turn`: who was served first shall not be read from who comes
early. If other times let somebody meet one employer more, both are done once more.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Slot:
    """One place for one person at an employer; `begins` and `ends` on one scale for all (minutes)."""

    key: Hashable
    employer: int
    begins: int
    ends: int

    def overlaps(self, begins: int, ends: int) -> bool:
        """Say whether the slot and a time have a moment in common."""
        return self.begins < ends and begins < self.ends


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person and an employer that should meet; higher `fit` first."""

    person: int
    employer: int
    fit: int = 0


@dataclass(frozen=True, slots=True)
class Booking:
    """One interview of the result."""

    person: int
    slot: Slot
    round: int
    """1 is the person's first."""


@dataclass(frozen=True, slots=True)
class Market:
    """What is to be assigned.

    Parameters
    ----------
    first : people in the order in which they are served; who is missing comes after them by number
    busy : times a person is taken already, as (begins, ends)
    turn : number that orders people in time at an employer, blind to `first`; the person's own number if missing
    """

    candidates: Sequence[Candidate]
    slots: Sequence[Slot]
    first: Sequence[int] = ()
    busy: Mapping[int, Sequence[tuple[int, int]]] = field(default_factory=dict)
    turn: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assignment:
    """The interviews, and who got none at all."""

    bookings: tuple[Booking, ...]
    without: tuple[int, ...]


def assign(market: Market, *, most: int | None = None) -> Assignment:
    """Assign slots, coverage first; `most` (one or more) interviews a person at most, None for no limit."""
    board = _Board(market)
    n_rounds = _fill(board, board.people, most=most, n_rounds=0)
    n_dealt = -1
    while len(board.bookings) > n_dealt:
        # Other times may let somebody meet one employer more, and whoever is new is dealt a time in turn as well.
        n_dealt = len(board.bookings)
        board.replace(_dealt_anew(market, board.bookings))
        n_rounds = _fill(board, board.by_fit(most), most=most, n_rounds=n_rounds)
    served = {booking.person for booking in board.bookings}
    without = tuple(person for person in board.people if person not in served)
    listed = sorted(board.bookings, key=lambda one: (one.slot.begins, one.slot.employer, one.round))
    return Assignment(tuple(listed), without)


def _fill(board: "_Board", order: Sequence[int], *, most: int | None, n_rounds: int) -> int:
    """Book round after round until nothing fits any more; return how many rounds there were in all."""
    while won := _round(board, order):
        n_rounds += 1
        for person, slot in won.items():
            board.book(person, slot, n_rounds)
        order = board.by_fit(most)
    return n_rounds


def _dealt_anew(market: Market, bookings: Sequence[Booking]) -> list[Booking]:
    """Return the bookings with times at each employer in the order of `turn`, as far as nobody is in two places."""
    slots = {(one.person, one.slot.employer): one.slot for one in bookings}
    at: dict[int, list[int]] = defaultdict(list)
    for one in sorted(bookings, key=lambda one: (market.turn.get(one.person, 0), one.person)):
        at[one.slot.employer].append(one.person)

    def may(person: int, slot: Slot) -> bool:
        others = [s for (who, of), s in slots.items() if who == person and of != slot.employer]
        taken = [*market.busy.get(person, ()), *((s.begins, s.ends) for s in others)]
        return not any(slot.overlaps(*time) for time in taken)

    for employer, people in sorted(at.items()):
        for number, person in enumerate(people):
            for later in people[number + 1 :]:
                mine, theirs = slots[person, employer], slots[later, employer]
                early = (theirs.begins, theirs.ends) < (mine.begins, mine.ends)
                if early and may(person, theirs) and may(later, mine):
                    slots[person, employer], slots[later, employer] = theirs, mine
    return [
        Booking(one.person, slots[one.person, one.slot.employer], one.round) for one in bookings
    ]


def reachable(market: Market) -> int:
    """Return how many people can get an interview at most: the size of the first round."""
    board = _Board(market)
    return len(_round(board, board.people))


class _Board:
    """What is free, and whom each person has still to meet, best fit first."""

    def __init__(self, market: Market) -> None:
        self.free: dict[int, list[Slot]] = defaultdict(list)
        for slot in sorted(market.slots, key=lambda one: (one.begins, one.ends)):
            self.free[slot.employer].append(slot)
        self.wanted: dict[int, list[int]] = {}
        self.fit: dict[tuple[int, int], int] = {}
        for one in sorted(market.candidates, key=lambda c: (-c.fit, c.employer, c.person)):
            listed = self.wanted.setdefault(one.person, [])
            if one.employer not in listed:
                listed.append(one.employer)
            self.fit.setdefault((one.person, one.employer), one.fit)
        self.people = _in_order(market.first, self.wanted)
        self.busy: dict[int, list[tuple[int, int]]] = {
            person: list(market.busy.get(person, ())) for person in self.people
        }
        self.bookings: list[Booking] = []

    def by_fit(self, most: int | None) -> list[int]:
        """Return who may still meet somebody, by the best fit that is left; equal ones in the old order."""
        had = Counter(one.person for one in self.bookings)
        waiting = [
            person
            for person in self.people
            if self.wanted[person] and (most is None or had[person] < most)
        ]
        return sorted(waiting, key=lambda person: -self.fit[person, self.wanted[person][0]])

    def may_take(self, person: int, slot: Slot) -> bool:
        """Say whether a person is free at a slot's time."""
        return not any(slot.overlaps(*taken) for taken in self.busy[person])

    def replace(self, bookings: Sequence[Booking]) -> None:
        """Put other times of the same slots into the bookings; what is free stays free."""
        for before, now in zip(self.bookings, bookings, strict=True):
            self.busy[now.person].remove((before.slot.begins, before.slot.ends))
        for now in bookings:
            self.busy[now.person].append((now.slot.begins, now.slot.ends))
        self.bookings = list(bookings)

    def book(self, person: int, slot: Slot, number: int) -> None:
        """Take a slot out of what is free."""
        self.bookings.append(Booking(person, slot, number))
        self.free[slot.employer].remove(slot)
        self.wanted[person].remove(slot.employer)
        self.busy[person].append((slot.begins, slot.ends))


def _in_order(first: Iterable[int], wanted: Mapping[int, object]) -> list[int]:
    chosen = [person for person in dict.fromkeys(first) if person in wanted]
    named = set(chosen)
    return chosen + sorted(person for person in wanted if person not in named)


def _round(board: _Board, order: Sequence[int]) -> dict[int, Slot]:
    """Return one interview more for as many people as can be, the first in the order before the others."""
    holder: dict[Hashable, int] = {}
    held: dict[int, Slot] = {}
    dead: set[Hashable] = set()
    for person in order:
        _place(board, person, holder, held, dead)
    return held


def _place(
    board: _Board,
    person: int,
    holder: dict[Hashable, int],
    held: dict[int, Slot],
    dead: set[Hashable],
) -> None:
    """Give a person a free slot, others moving if need be, along a shortest alternating path.

    What a search without success has looked at leads nowhere for anybody later either (`dead`): all people who
    could move are in it with every slot they may take. So all failures together cost one look at each slot.
    """
    came: dict[Hashable, tuple[int, Slot]] = {}
    queue = deque([person])
    while queue:
        mover = queue.popleft()
        for slot in _open_to(board, mover):
            if slot.key in came or slot.key in dead:
                continue
            came[slot.key] = (mover, slot)
            owner = holder.get(slot.key)
            if owner is None:
                _move_along(slot, person, came, holder, held)
                return
            queue.append(owner)
    dead.update(came)


def _open_to(board: _Board, person: int) -> Iterable[Slot]:
    for employer in board.wanted[person]:
        for slot in board.free[employer]:
            if board.may_take(person, slot):
                yield slot


def _move_along(
    last: Slot,
    person: int,
    came: Mapping[Hashable, tuple[int, Slot]],
    holder: dict[Hashable, int],
    held: dict[int, Slot],
) -> None:
    """Move everybody on the path to the slot they were found for, from its free end back to the person."""
    slot = last
    while True:
        mover = came[slot.key][0]
        before = held.get(mover)
        holder[slot.key], held[mover] = mover, slot
        if mover == person:
            return
        assert before is not None, "only who has a slot is moved out of it"  # noqa: S101 - states the invariant
        slot = before
