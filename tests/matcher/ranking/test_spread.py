"""A cap per seat with a floor per graduate: nobody falls below the floor, nothing depends on the order of rows."""

from dataclasses import dataclass

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from matcher.ranking.order import ORDER_SHIFT
from matcher.ranking.spread import spread, still_shown

LENGTH = 5


@dataclass(frozen=True)
class Case:
    """Lists as (fit, posting) by graduate, room by posting, lottery by graduate, floor."""

    lists: list[list[tuple[int, int]]]
    room: dict[int, int]
    lottery: list[int]
    floor: int

    def arrays(self, order: list[int]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        partners = np.full((len(order), LENGTH), -1, dtype=np.int32)
        keys = np.full((len(order), LENGTH), -1, dtype=np.int64)
        for row, at in enumerate(order):
            for place, (fit, posting) in enumerate(self.lists[at]):
                partners[row, place] = posting
                keys[row, place] = fit << ORDER_SHIFT | posting
        return partners, keys

    def shown(self, order: list[int] | None = None) -> dict[int, list[int]]:
        order = list(range(len(self.lists))) if order is None else order
        partners, keys = self.arrays(order)
        mask = spread(
            partners,
            keys,
            np.asarray(order, dtype=np.int64),
            np.asarray([self.lottery[at] for at in order], dtype=np.int64),
            room=self.room,
            floor=self.floor,
        )
        return {at: partners[row][mask[row]].tolist() for row, at in enumerate(order)}


@st.composite
def cases(draw: st.DrawFn) -> Case:
    n = draw(st.integers(0, 7))
    postings = st.integers(1, 4)
    one = st.dictionaries(postings, st.integers(0, 3), max_size=LENGTH)
    lists = [
        sorted(((fit, p) for p, fit in draw(one).items()), key=lambda x: (-x[0], x[1]))
        for _ in range(n)
    ]
    return Case(
        lists=lists,
        room=draw(st.dictionaries(postings, st.integers(0, 4), max_size=4)),
        lottery=draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)),
        floor=draw(st.integers(0, 3)),
    )


def slow(case: Case) -> dict[int, list[int]]:
    """Fill every posting by hand: floors first, then the better pairs, then the lottery, then the id."""
    kept = {at: [p for _, p in own[: case.floor]] for at, own in enumerate(case.lists)}
    for posting in {p for own in case.lists for _, p in own}:
        taken = sum(posting in own for own in kept.values())
        waiting = [
            (-fit, case.lottery[at], at)
            for at, own in enumerate(case.lists)
            for fit, p in own[case.floor :]
            if p == posting
        ]
        for _, _, at in sorted(waiting)[: max(0, case.room.get(posting, 0) - taken)]:
            kept[at].append(posting)
    return {at: [p for _, p in case.lists[at] if p in kept[at]] for at in range(len(case.lists))}


@given(cases())
def test_the_spread_is_the_one_filled_by_hand(case: Case) -> None:
    assert case.shown() == slow(case)


@given(cases())
def test_nobody_falls_below_the_floor_or_the_own_list(case: Case) -> None:
    for at, shown in case.shown().items():
        first = [p for _, p in case.lists[at][: case.floor]]
        assert shown[: len(first)] == first


@given(cases())
def test_no_posting_passes_its_room_but_through_floors(case: Case) -> None:
    shown = case.shown()
    for posting in range(1, 5):
        lists = sum(posting in own for own in shown.values())
        floors = sum(posting in [p for _, p in own[: case.floor]] for own in case.lists)
        assert lists <= max(case.room.get(posting, 0), floors)


@given(cases(), st.randoms())
def test_the_order_of_rows_changes_nothing(case: Case, random: st.DataObject) -> None:
    order = list(range(len(case.lists)))
    random.shuffle(order)  # type: ignore[attr-defined]  # a random.Random

    assert case.shown(order) == case.shown()


def test_a_changed_list_shows_its_floor_and_what_the_run_had_given() -> None:
    changed = np.asarray([9, 8, 7, 6], dtype=np.int32)
    admitted = np.asarray([6, 5], dtype=np.int32)

    assert still_shown(changed, admitted, floor=2).tolist() == [True, True, False, True]


def test_of_equal_pairs_the_lower_lottery_number_sees_the_posting() -> None:
    tied = Case(lists=[[(2, 1)], [(2, 1)], [(3, 1)]], room={1: 2}, lottery=[9, 4, 8], floor=0)

    assert tied.shown() == {0: [], 1: [1], 2: [1]}
