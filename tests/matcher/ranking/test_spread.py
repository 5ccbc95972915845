"""A cap per seat with a floor per graduate: nobody falls below the floor, nothing depends on the order of rows."""

from dataclasses import dataclass

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matcher.ranking.order import ORDER_SHIFT
from matcher.ranking.spread import Lists, find_limits, still_shown

LENGTH = 5


@dataclass(frozen=True)
class Case:
    """Lists as (fit, posting) by graduate, room by posting, lottery by graduate, floor."""

    lists: list[list[tuple[int, int]]]
    room: dict[int, int]
    lottery: list[int]
    floor: int

    def pieces(self, order: list[int], cut: int) -> list[Lists]:
        """Return the lists in some order, a few at once."""
        return [
            self._some(order[start : start + cut]) for start in range(0, max(1, len(order)), cut)
        ]

    def _some(self, order: list[int]) -> Lists:
        flat = [entry for at in order for entry in self.lists[at]]
        return Lists(
            graduates=np.asarray(order, dtype=np.int64),
            lottery=np.asarray([self.lottery[at] for at in order], dtype=np.int64),
            lengths=np.asarray([len(self.lists[at]) for at in order], dtype=np.int64),
            partners=np.asarray([posting for _, posting in flat], dtype=np.int32),
            keys=np.asarray([fit << ORDER_SHIFT | p for fit, p in flat], dtype=np.int64),
        )

    def shown(
        self, order: list[int] | None = None, *, cut: int = 3, at_once: int = 4
    ) -> dict[int, list[int]]:
        pieces = self.pieces(list(range(len(self.lists))) if order is None else order, cut)
        limits = find_limits(lambda: pieces, room=self.room, floor=self.floor, at_once=at_once)
        found = {}
        for some in pieces:
            stops = np.cumsum(some.lengths)[:-1]
            masks = np.split(limits.shown(some), stops)
            for at, own, mask in zip(
                some.graduates, np.split(some.partners, stops), masks, strict=False
            ):
                found[int(at)] = own[mask].tolist()
        return found


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


@given(cases(), st.integers(1, 8), st.integers(1, 40))
def test_no_cutting_of_lists_and_no_slice_of_postings_changes_anything(
    case: Case, cut: int, at_once: int
) -> None:
    assert case.shown(cut=cut, at_once=at_once) == case.shown(cut=8, at_once=1_000)


def test_a_changed_list_shows_its_floor_and_what_the_run_had_given() -> None:
    changed = np.asarray([9, 8, 7, 6], dtype=np.int32)
    admitted = np.asarray([6, 5], dtype=np.int32)

    assert still_shown(changed, admitted, floor=2).tolist() == [True, True, False, True]


def test_of_equal_pairs_the_lower_lottery_number_sees_the_posting() -> None:
    tied = Case(lists=[[(2, 1)], [(2, 1)], [(3, 1)]], room={1: 2}, lottery=[9, 4, 8], floor=0)

    assert tied.shown() == {0: [], 1: [1], 2: [1]}
