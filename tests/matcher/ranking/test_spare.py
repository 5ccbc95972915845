"""Spare places: a patched list is the list somebody would get who ranks everybody, as far as it is known."""

from types import FunctionType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.ranking.engine import Ranked
from matcher.ranking.kernels import spare as kernels
from matcher.ranking.kernels.spare import UNKNOWN
from matcher.ranking.order import EMPTY
from matcher.ranking.spare import DueLists, shown, unknown_lists

LENGTH, SPARE = 2, 2
WIDTH = LENGTH + SPARE
Entries = dict[int, int]


def known_of(entries: Entries) -> Ranked:
    """A list as ranking gives it: everybody, best first, as many as there are places."""
    best = sorted(entries.items(), key=lambda entry: -entry[1])[:WIDTH]
    lists = Ranked.empty(1, WIDTH)
    for place, (partner, key) in enumerate(best):
        lists.partners[0, place], lists.keys[0, place] = partner, key
    lists.counts[0], lists.eligible[0] = len(best), len(entries)
    return lists


def patch(lists: Ranked, *moves: tuple[int, int, int]) -> bool:
    """Do (partner, key, gained) in a list of one; say whether it must be ranked."""
    due, rows = DueLists(), np.zeros(1, dtype=np.int64)
    for partner, *told in moves:
        key, gained = (np.asarray([one], dtype=np.int64) for one in told)
        due.note(rows, key, gained, partner)
    return bool(due.patch(rows, lists, LENGTH)[0])


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(st.integers(1, 9), st.integers(0, 40), max_size=8),
    st.lists(st.tuples(st.integers(1, 9), st.none() | st.integers(0, 40)), min_size=1, max_size=6),
)
def test_a_patched_list_begins_as_the_list_ranked_anew(
    entries: Entries, changes: list[tuple[int, int | None]]
) -> None:
    now = {partner: key * 10 + partner for partner, key in entries.items()}
    lists, moves = known_of(now), []
    for partner, key in changes:
        gained = (key is not None) - (partner in now)
        now.pop(partner, None)
        if key is not None:
            now[partner] = key * 10 + partner
        moves.append((partner, now.get(partner, EMPTY), gained))

    if patch(lists, *moves):
        assert lists.counts[0] == UNKNOWN
        return
    anew, patched = known_of(now), shown(lists, LENGTH)
    assert patched.keys.tolist() == anew.keys[:, :LENGTH].tolist()
    assert patched.partners.tolist() == anew.partners[:, :LENGTH].tolist()
    filled = lists.counts[0]
    assert lists.partners[0, :filled].tolist() == anew.partners[0, :filled].tolist()
    assert set(lists.partners[0, filled:].tolist()) <= {EMPTY}
    assert lists.eligible[0] == len(now)
    # Whoever is not on the list stands below its floor.
    missing = [key for one, key in now.items() if one not in lists.partners[0].tolist()]
    assert all(key < lists.keys[0, -1] for key in missing)


@pytest.mark.parametrize("n_leave", [1, 2, 3])
def test_as_many_may_leave_as_there_are_spare_places(n_leave: int) -> None:
    lists = known_of({partner: 100 - partner for partner in range(1, 8)})

    must_be_ranked = patch(lists, *((partner, EMPTY, -1) for partner in range(1, n_leave + 1)))

    assert must_be_ranked is (n_leave > SPARE)


def test_a_list_everybody_is_on_is_never_ranked() -> None:
    lists = known_of({1: 10, 2: 20, 3: 30})

    assert not patch(lists, (1, EMPTY, -1), (2, EMPTY, -1), (3, EMPTY, -1))

    assert (lists.counts[0], lists.eligible[0]) == (0, 0)
    assert set(lists.keys[0].tolist()) == {EMPTY}


def test_a_list_that_is_not_stored_is_ranked() -> None:
    assert patch(unknown_lists(1, WIDTH), (1, 10, 1))


@pytest.mark.usefixtures("plain_python")
def test_the_kernel_does_the_same_as_plain_python() -> None:
    assert isinstance(kernels.patch_lists, FunctionType)
    test_a_patched_list_begins_as_the_list_ranked_anew()
    test_a_list_everybody_is_on_is_never_ranked()
