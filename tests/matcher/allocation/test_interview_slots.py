"""Interview slots: coverage first and as large as can be, the priority exact, nobody in two places at once."""

import itertools
import random
import time
from collections import Counter

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_bipartite_matching

from matcher.allocation.interview_slots import Candidate, Market, Slot, assign, reachable


@st.composite
def markets(draw: st.DrawFn, people: int = 5, employers: int = 3, times: int = 3) -> Market:
    """Draw a small market: unequal lengths of slots, several rooms, people with other appointments."""
    slots = []
    for employer in range(draw(st.integers(1, employers))):
        length = draw(st.sampled_from([10, 15]))
        for room, step in itertools.product(
            range(draw(st.integers(1, 2))), range(draw(st.integers(0, times)))
        ):
            slots.append(Slot((employer, room, step), employer, step * length, (step + 1) * length))
    pairs = draw(
        st.lists(
            st.tuples(st.integers(1, people), st.integers(0, employers - 1), st.integers(0, 3)),
            max_size=10,
        )
    )
    busy = draw(
        st.dictionaries(
            st.integers(1, people),
            st.lists(st.sampled_from([(0, 10), (10, 30), (5, 7)]), max_size=1),
            max_size=2,
        )
    )
    first = draw(st.permutations(range(1, people + 1)))
    return Market([Candidate(*pair) for pair in pairs], slots, first, busy)


_NEWLY_FREE = Market(
    [Candidate(2, 0), Candidate(3, 0), Candidate(3, 1)],
    [Slot((0, 0), 0, 0, 10), Slot((0, 1), 0, 10, 20), Slot((1, 0), 1, 0, 10)],
    first=[3, 2],
)
"""Once the times at employer 0 are dealt out by number, person 3 is free for employer 1."""


def _edges(market: Market) -> dict[int, set[Slot]]:
    """Return the slots each person may take, found one by one."""
    open_to: dict[int, set[Slot]] = {}
    for one in market.candidates:
        mine = open_to.setdefault(one.person, set())
        for slot in market.slots:
            taken = market.busy.get(one.person, ())
            if slot.employer == one.employer and not any(
                slot.begins < ends and begins < slot.ends for begins, ends in taken
            ):
                mine.add(slot)
    return open_to


def _can_all_be_served(people: tuple[int, ...], open_to: dict[int, set[Slot]]) -> bool:
    """Say by Hall's theorem whether all of some people can have a slot of their own."""
    for size in range(1, len(people) + 1):
        for some in itertools.combinations(people, size):
            if len(set().union(*(open_to[one] for one in some))) < size:
                return False
    return True


@given(markets())
def test_nobody_is_in_two_places_and_no_slot_takes_two(market: Market) -> None:
    found = assign(market).bookings
    assert max(Counter(one.slot.key for one in found).values(), default=0) <= 1
    assert max(Counter((one.person, one.slot.employer) for one in found).values(), default=0) <= 1
    wanted = {(one.person, one.employer) for one in market.candidates}
    assert all((one.person, one.slot.employer) in wanted for one in found)
    times: dict[int, list[tuple[int, int]]] = {}
    for one in found:
        mine = times.setdefault(one.person, list(market.busy.get(one.person, ())))
        assert not any(one.slot.begins < ends and begins < one.slot.ends for begins, ends in mine)
        mine.append((one.slot.begins, one.slot.ends))


@given(markets())
def test_as_many_people_as_can_be_get_one_and_the_first_before_the_others(market: Market) -> None:
    open_to = _edges(market)
    chosen: tuple[int, ...] = ()
    for person in market.first:
        if person in open_to and _can_all_be_served((*chosen, person), open_to):
            chosen = (*chosen, person)
    served = {one.person for one in assign(market).bookings}
    assert served == set(chosen)
    largest = max(
        (
            len(some)
            for size in range(len(open_to) + 1)
            for some in itertools.combinations(open_to, size)
            if _can_all_be_served(some, open_to)
        ),
        default=0,
    )
    assert len(served) == largest == reachable(market)


@given(markets())
def test_who_gets_none_is_named_once(market: Market) -> None:
    found = assign(market)
    people = {one.person for one in market.candidates}
    served = {one.person for one in found.bookings}
    assert sorted(found.without) == sorted(people - served)


@given(markets())
@example(_NEWLY_FREE)
def test_nothing_that_still_fits_is_left_out(market: Market) -> None:
    found = assign(market).bookings
    used = {one.slot.key for one in found}
    met = {(one.person, one.slot.employer) for one in found}
    times: dict[int, list[tuple[int, int]]] = {}
    for one in found:
        times.setdefault(one.person, []).append((one.slot.begins, one.slot.ends))
    for person, slots in _edges(market).items():
        for slot in slots:
            if slot.key in used or (person, slot.employer) in met:
                continue
            mine = times.get(person, [])
            assert any(slot.begins < ends and begins < slot.ends for begins, ends in mine)


@given(markets(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(market: Market, chance: random.Random) -> None:
    candidates, slots = list(market.candidates), list(market.slots)
    slots.sort(
        key=lambda one: (one.begins, one.ends)
    )  # slots of one time are told apart by their order
    shuffled = list(candidates)
    chance.shuffle(shuffled)
    assert assign(Market(candidates, slots, market.first, market.busy)) == assign(
        Market(shuffled, slots, market.first, market.busy)
    )


def test_a_first_interview_of_one_comes_before_the_second_of_another() -> None:
    slots = [Slot(1, 1, 0, 10), Slot(2, 2, 20, 30)]
    better = [Candidate(1, 1, 9), Candidate(1, 2, 9), Candidate(2, 1, 0)]
    found = assign(Market(better, slots, first=[1, 2]))
    assert {(one.person, one.slot.key) for one in found.bookings} == {(1, 2), (2, 1)}


def test_second_interviews_go_by_fit() -> None:
    slots = [Slot(1, 1, 0, 10), Slot(2, 2, 0, 10), Slot(3, 3, 20, 30)]
    wanted = [Candidate(1, 1, 9), Candidate(2, 2, 9), Candidate(1, 3, 1), Candidate(2, 3, 8)]
    found = assign(Market(wanted, slots, first=[1, 2]))
    assert {(one.person, one.slot.key, one.round) for one in found.bookings} == {
        (1, 1, 1),
        (2, 2, 1),
        (2, 3, 2),
    }


@given(st.permutations(range(6)), st.permutations(range(6)))
def test_times_tell_nothing_of_who_was_served_first(first: list[int], turns: list[int]) -> None:
    slots = [Slot(step, 1, step * 10, step * 10 + 10) for step in range(6)]
    wanted = [Candidate(person, 1, fit=person % 3) for person in range(6)]
    found = assign(Market(wanted, slots, first, turn=dict(enumerate(turns))))
    assert [turns[one.person] for one in found.bookings] == sorted(turns)


def test_at_most_as_many_interviews_as_asked_for() -> None:
    slots = [Slot(number, number, number * 10, number * 10 + 10) for number in range(4)]
    wanted = [Candidate(1, number) for number in range(4)]
    assert len(assign(Market(wanted, slots), most=2).bookings) == 2
    assert len(assign(Market(wanted, slots)).bookings) == 4


@pytest.mark.parametrize("seed", range(3))
def test_six_hundred_people_and_forty_employers_reach_the_maximum_flow(seed: int) -> None:
    chance = random.Random(seed)
    slots = [
        Slot((employer, step), employer, step * 20, step * 20 + 20)
        for employer in range(40)
        for step in range(16)
    ]
    pairs = {
        (person, min(int(chance.expovariate(0.08)), 39)) for person in range(600) for _ in range(4)
    }
    market = Market([Candidate(*pair, fit=chance.randrange(100)) for pair in sorted(pairs)], slots)
    began = time.process_time()
    found = assign(market)
    assert time.process_time() - began < 20
    served = {one.person for one in found.bookings}
    assert len(served) == _flow(market)


def _flow(market: Market) -> int:
    """Return the largest number of people served, by somebody else's matching."""
    rows, columns = [], []
    for one in market.candidates:
        for number, slot in enumerate(market.slots):
            if slot.employer == one.employer:
                rows.append(one.person)
                columns.append(number)
    shape = (max(rows) + 1, len(market.slots))
    graph = csr_matrix((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=shape)
    return int((maximum_bipartite_matching(graph, perm_type="column") >= 0).sum())
