"""Rules of circles: nobody's fallback seat changes hands for nothing."""

from collections import Counter
from copy import deepcopy
from typing import Any

import numpy as np

from matcher.allocation.bare import read_instance
from matcher.allocation.circles import in_circles
from matcher.allocation.fair_plan import fair_plan

_WISHES = {
    "p": ["n1", "n2"],
    "q": ["n1", "n2", "n3"],
    "w": ["m", "n3"],
    "r": ["n4"],
    "u": ["n1", "n4"],
    "v": ["m"],
}
_ORDERS = {"n1": "puq", "n2": "qp", "n3": "qw", "n4": "ru", "m": "wv"}

INSTANCE: dict[str, Any] = {
    "postings": [{"id": name, "seats": 1, "order": list(order)} for name, order in _ORDERS.items()],
    "graduates": [
        {"id": name, "class": 0 if name == "r" else 5, "wishes": wishes}
        for name, wishes in _WISHES.items()
    ],
}
"""First p, q, w, r sit at n1, n2, m, n4. u comes to n1, p to n2, q to n3; then v to m, w to n3, q to n1, u to n4."""


def test_who_took_each_others_seats_for_nothing_has_the_first_one_back() -> None:
    bare = read_instance(deepcopy(INSTANCE))

    result = fair_plan(bare.market, bare.rules)

    sits = {
        name: bare.postings[row]
        for name, row in zip(bare.graduates, result.posting_row(bare.market).tolist(), strict=True)
        if row >= 0
    }
    assert sits == {"p": "n1", "q": "n2", "w": "n3", "u": "n4", "v": "m"}


def _reaches(start: int, after: dict[int, set[int]]) -> set[int]:
    found: set[int] = set()
    todo = list(after[start])
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            todo += after.get(node, ())
    return found


def test_no_circle_is_left_and_no_group_has_more_people_than_before() -> None:
    rng = np.random.default_rng(7)
    for _ in range(300):
        moves = rng.integers(0, 7, (int(rng.integers(1, 14)), 2))
        moves = moves[moves[:, 0] != moves[:, 1]]
        before, after = (dict(enumerate(moves[:, side].tolist())) for side in (0, 1))

        back = in_circles(before, after)

        left = [one for one in before if one not in back]
        ways: dict[int, set[int]] = {node: set() for node in range(7)}
        for one in left:
            ways[before[one]].add(after[one])
        assert not [node for node in range(7) if node in _reaches(node, ways)]
        assert Counter(before[one] for one in back) == Counter(after[one] for one in back)
