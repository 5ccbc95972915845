"""What would help (做什么能有用): which changes seat more of the guaranteed people, and how many, exactly.

Each change is solved again from the standing coverage (`gains`). Three things make that quick for thousands of them:

- Whoever can be left over at all is known beforehand (`reached`: everybody on an alternating path from somebody
  without a seat, the same people for every largest coverage, Dulmage & Mendelsohn 1958). Only their further pairs
  can seat anybody.
- A seat leads to a free one or it does not, whatever the change (`leads_to_free`). If everybody guaranteed is of one
  class, a person who is left over, or could be, gains one exactly if a further pair leads to a free seat: the two
  halves of the path share nobody, for nothing on the first half leads to a free seat.
- No change seats more people than it gives further pairs, than lack a seat, or than the postings of its pairs have
  seats; and where none of these leads to a free seat, it seats nobody (`most_gain`). Changes are tried from the highest
  such bound on, until none left can be among the best asked for.

Seats added at one posting help n people at most one each: gains from flows through one node are concave in steps of
nought or one, so if many more seats there gain m, m more seats gain m and one fewer gains one fewer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.coverage import Coverage, Links, covered
from matcher.allocation.gains import Gain, gain
from matcher.allocation.kernels.paths import Graph
from matcher.allocation.market import Market
from matcher.allocation.rules import HIGHEST_CLASS, N_GROUPS, ZERO_EMPLOYMENT, PlanRules

Rows = NDArray[np.int64]
Nodes = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """One change in numbers.

    Parameters
    ----------
    links : pairs it makes eligible
    posting : row at which it adds seats for zero-employment, or -1
    seats : how many it may add at most
    """

    links: Links
    posting: int = -1
    seats: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What one of several changes gives.

    Parameters
    ----------
    number : place of the change in what was asked
    """

    number: int
    gain: Gain


def with_spare_postings(market: Market, n_spare: int) -> Market:
    """Return the market with more postings at the end, without seats and pairs, for seats still to be found."""
    first = int(market.postings.max(initial=0)) + 1
    more = np.arange(first, first + n_spare, dtype=np.int32)
    seats = np.vstack([market.seats, np.zeros((n_spare, N_GROUPS), dtype=np.int32)])
    return replace(market, postings=np.concatenate([market.postings, more]), seats=seats)


class Help:
    """A standing coverage, ready to be asked what changes would give."""

    def __init__(self, market: Market, rules: PlanRules, n_spare: int = 0) -> None:
        """Cover the guaranteed people anew.

        Parameters
        ----------
        n_spare : postings at the end of the market that are for seats still to be found, one for a change each
        """
        self.market, self.rules, self.n_spare = market, rules, n_spare
        self.standing = covered(market, rules)
        self.leads_to_free = leads_to_free(self.standing)
        self.reached = reached(self.standing)
        self.n_short = len(self.standing.uncovered)
        self._one_class = len(np.unique(market.classes[self.standing.order])) <= 1

    def gain_of(self, change: Change) -> Gain:
        """Solve one change again."""
        return self.gain_of_all([change])

    def gain_of_pairs(self, row: int, postings: Rows) -> tuple[int, int]:
        """Return how many more people further pairs of one person seat: guaranteed ones, and of the highest class."""
        if not len(postings) or not self.n_short:
            return 0, 0
        if not self._one_class:
            owner = np.full(len(postings), row, dtype=np.int64)
            found = self.gain_of(Change(Links(owner, postings)))
            return found.total, int(found.by_class[HIGHEST_CLASS])
        if not self.reached[row]:
            return 0, 0
        groups = self.standing.graph.turn[self.market.classes[row]]
        nodes = postings[:, None] * N_GROUPS + groups[groups >= 0]
        total = int(self.leads_to_free[nodes].any())
        return total, total * int(self.market.classes[row] == HIGHEST_CLASS)

    def most_gain(self, change: Change) -> int:
        """Return a number no gain of a change passes, also beside others: each seated person needs a further pair or
        seat of its own."""
        bound = len(np.unique(change.links.graduate))
        if change.posting >= 0:
            is_own = change.posting >= self.market.n_postings - self.n_spare
            bound = change.seats if is_own else bound + change.seats
        return min(bound, self.n_short)

    def _most_alone(self, change: Change) -> int:
        """Return `most_gain` of a change with no other beside it: its pairs fill no more than the seats that are."""
        if change.posting >= 0:
            return self.most_gain(change)
        postings = np.unique(change.links.posting)
        nodes = postings[:, None] * N_GROUPS + np.arange(N_GROUPS)
        if not self.leads_to_free[nodes].any():
            return 0
        return min(self.most_gain(change), int(self.market.seats[postings].sum()))

    def best(
        self, changes: Sequence[Change], keep: int, look: Callable[[int], None] = lambda done: None
    ) -> list[Found]:
        """Return the changes that seat most, most first, at most so many; equals in the order given.

        Parameters
        ----------
        look : told after each solution how many there were; may raise to give up
        """
        bounds = [self._most_alone(change) for change in changes]
        found: list[Found] = []
        for done, number in enumerate(sorted(range(len(changes)), key=lambda at: -bounds[at])):
            if not bounds[number]:
                break
            if len(found) >= keep:
                found.sort(key=lambda one: (-one.gain.total, one.number))
                del found[keep:]
                if found[-1].gain.total >= bounds[number]:
                    break
            told = self.gain_of(changes[number])
            look(done + 1)
            if told.total > 0:
                found.append(Found(number, told))
        found.sort(key=lambda one: (-one.gain.total, one.number))
        return found[:keep]

    def gain_of_all(self, changes: Sequence[Change]) -> Gain:
        """Solve several changes together: gains of single ones do not add up."""
        seats = np.zeros((self.market.n_postings, N_GROUPS), dtype=np.int32)
        for change in changes:
            if change.posting >= 0:
                seats[change.posting, ZERO_EMPLOYMENT] += change.seats
        links = Links(
            np.concatenate([np.zeros(0, np.int64), *(one.links.graduate for one in changes)]),
            np.concatenate([np.zeros(0, np.int64), *(one.links.posting for one in changes)]),
        )
        return gain(self.market, self.rules, links, extra_seats=seats, standing=self.standing)

    def bundle(self, changes: Sequence[Change], most: int) -> list[Found]:
        """Choose changes one after another, each the one that seats most beside those chosen before (greedy).

        Returns
        -------
        at most so many; the gain of each is that of all up to it together
        """
        chosen: list[Found] = []
        total = 0
        while len(chosen) < most and total < self.n_short:
            before = [changes[one.number] for one in chosen]
            best: Found | None = None
            left = sorted(
                set(range(len(changes))) - {one.number for one in chosen},
                key=lambda at: (-self.most_gain(changes[at]), at),
            )
            for number in left:
                most_now = best.gain.total if best else total
                if min(self.n_short, total + self.most_gain(changes[number])) <= most_now:
                    break
                told = self.gain_of_all([*before, changes[number]])
                if told.total > most_now:
                    best = Found(number, told)
            if best is None:
                break
            chosen.append(best)
            total = best.gain.total
        return chosen


def leads_to_free(standing: Coverage) -> Nodes:
    """Say of each node (group of seats) whether a free seat can be reached from it, its people moving over."""
    graph, seated = standing.graph, standing.seated
    leads: Nodes = seated.used < graph.seats
    people = np.flatnonzero(seated.node >= 0)
    owner, posting = pairs_of(graph, people)
    sits = seated.node[owner]
    turns = graph.turn[graph.classes[owner]]
    while True:
        moves = np.zeros(len(owner), dtype=np.bool_)
        for groups in turns.T:
            is_open = groups >= 0
            moves[is_open] |= leads[posting[is_open] * N_GROUPS + groups[is_open]]
        more = leads.copy()
        more[sits[moves]] = True
        if np.array_equal(more, leads):
            return more
        leads = more


def reached(standing: Coverage) -> Nodes:
    """Say of each graduate whether a largest coverage may leave it without a seat, another one seating it."""
    graph, seated = standing.graph, standing.seated
    is_in = np.zeros(len(graph.classes), dtype=np.bool_)
    nodes = np.zeros(len(graph.seats), dtype=np.bool_)
    new = standing.uncovered
    while len(new):
        is_in[new] = True
        owner, posting = pairs_of(graph, new)
        for groups in graph.turn[graph.classes[owner]].T:
            is_open = groups >= 0
            nodes[posting[is_open] * N_GROUPS + groups[is_open]] = True
        people = np.flatnonzero((seated.node >= 0) & ~is_in)
        new = people[nodes[seated.node[people]]]
    return is_in


def pairs_of(graph: Graph, people: Rows) -> tuple[Rows, Rows]:
    """Return all pairs of some people, further ones included: rows of graduate and posting."""
    owners, postings = [], []
    for pointer, posting in (
        (graph.pointer, graph.posting),
        (graph.more_pointer, graph.more_posting),
    ):
        counts = pointer[people + 1] - pointer[people]
        ends = np.cumsum(counts)
        at = np.arange(int(counts.sum())) + np.repeat(pointer[people] - (ends - counts), counts)
        owners.append(np.repeat(people, counts))
        postings.append(posting[at].astype(np.int64))
    return np.concatenate(owners), np.concatenate(postings)
