"""The simulated crowd: nobody talks twice or after closing, lines are counted as they stand, chance is repeatable."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matcher.fairs.crowd import Comer, Stand, invent_crowd, simulate
from matcher.fairs.floor import Hall, Spot, Walks, measure


def _walks(n: int) -> Walks:
    spots = [Spot(1, column, 1) for column in range(n)]
    return measure([Hall(1, n, 3)], spots)


def _rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


@st.composite
def crowds(draw: st.DrawFn) -> tuple[list[Stand], list[Comer], int]:
    """Draw stands in a row and people who want some of them."""
    n = draw(st.integers(1, 6))
    stands = [
        Stand((i,), draw(st.integers(1, 3)), draw(st.sampled_from([1.0, 6.0]))) for i in range(n)
    ]
    wants = st.lists(st.integers(0, n - 1), unique=True, min_size=1)
    people = draw(st.lists(st.tuples(st.floats(0, 90), wants, st.booleans()), max_size=25))
    comers = [Comer(minute, tuple(wanted), in_order) for minute, wanted, in_order in people]
    return stands, comers, draw(st.integers(0, 9))


@given(crowds())
def test_every_wish_is_talked_over_once_or_missed(
    drawn: tuple[list[Stand], list[Comer], int],
) -> None:
    stands, comers, seed = drawn

    found = simulate(_walks(len(stands)), stands, comers, rng=_rng(seed))

    assert found.n_talks + found.n_missed >= sum(len(one.stands) for one in comers)
    assert found.n_talks <= sum(len(one.stands) for one in comers)
    assert 0 <= found.mean_wait <= 180
    assert found.longest_line <= max(
        Counter(s for c in comers for s in c.stands).values(), default=0
    )
    assert found.longest_line <= found.most_near <= len(comers)


@given(crowds())
def test_the_same_chance_gives_the_same_crowd(
    drawn: tuple[list[Stand], list[Comer], int],
) -> None:
    stands, comers, seed = drawn
    walks = _walks(len(stands))

    assert simulate(walks, stands, comers, rng=_rng(seed)) == simulate(
        walks, stands, comers, rng=_rng(seed)
    )


def test_ten_at_once_at_one_stand_are_a_line_of_nine() -> None:
    comers = [Comer(0.0, (0,)) for _ in range(10)]

    found = simulate(_walks(1), [Stand((0,), 1, 6.0)], comers, rng=_rng())

    assert found.longest_line == 9
    assert found.most_near == 9
    assert found.n_talks == 10
    assert found.mean_wait > 15


def test_more_hands_make_a_shorter_line() -> None:
    comers = [Comer(0.0, (0,)) for _ in range(30)]

    few, many = (
        simulate(_walks(1), [Stand((0,), hands, 6.0)], comers, rng=_rng()) for hands in (1, 5)
    )

    assert many.mean_wait < few.mean_wait / 3
    assert many.longest_line == 25


def test_nobody_begins_to_talk_after_closing() -> None:
    comers = [Comer(0.0, (0,)) for _ in range(30)]

    found = simulate(_walks(1), [Stand((0,), 1, 6.0)], comers, rng=_rng(), closes=30)

    assert found.n_talks < 12
    assert found.n_talks + found.n_missed >= 30


def test_a_line_that_is_too_long_is_left_for_later() -> None:
    stands = [Stand((0,), 1, 6.0), Stand((9,), 1, 6.0)]
    comers = [Comer(0.0, (0, 1)) for _ in range(30)]

    patient = simulate(_walks(10), stands, comers, rng=_rng(), patience=99)
    restless = simulate(_walks(10), stands, comers, rng=_rng(), patience=2)

    assert restless.longest_line < patient.longest_line
    assert restless.n_talks >= patient.n_talks


def test_a_route_is_followed_though_another_stand_is_nearer() -> None:
    stands = [Stand((i,), 1, 1.0) for i in range(4)]
    walks = _walks(4)
    together = [Comer(0.0, (0, 1, 2, 3)) for _ in range(20)]
    spread = [Comer(0.0, (i % 4, (i + 1) % 4, (i + 2) % 4, (i + 3) % 4), True) for i in range(20)]

    nearest = simulate(walks, stands, together, rng=_rng(), patience=99)
    routed = simulate(walks, stands, spread, rng=_rng(), patience=99)

    assert routed.longest_line < nearest.longest_line


@given(
    st.lists(st.tuples(st.integers(0, 30), st.sampled_from("CGI")), max_size=8), st.integers(0, 9)
)
def test_an_invented_crowd_wants_exactly_what_is_expected(
    expected: list[tuple[int, str]], seed: int
) -> None:
    demand, trades = [n for n, _ in expected], [trade for _, trade in expected]

    crowd = invent_crowd(demand, trades, rng=_rng(seed))

    wanted = Counter(stand for one in crowd for stand in one.stands)
    assert [wanted[i] for i in range(len(demand))] == demand
    assert all(len(set(one.stands)) == len(one.stands) for one in crowd)
    assert all(0 <= one.minute <= 120 for one in crowd)
    assert [one.minute for one in crowd] == sorted(one.minute for one in crowd)


def test_nobody_and_no_stand_come_to_nothing() -> None:
    found = simulate(measure([Hall(1, 3, 3)], []), [], [], rng=_rng())

    assert (found.longest_line, found.most_near, found.n_talks, found.n_missed) == (0, 0, 0, 0)
