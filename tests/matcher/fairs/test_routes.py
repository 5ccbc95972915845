"""Rules of personal routes: only fitting booths, the best one kept, lines shorter than by fit, the same for all."""

import inspect
from dataclasses import fields, replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.fairs import routes
from matcher.fairs.crowd import Comer, CrowdFigures, Stand, simulate
from matcher.fairs.floor import Hall as Floor
from matcher.fairs.floor import Spot, Walks, measure
from matcher.fairs.routes import Desk, Guest, Hall, Route, Timing, load_of, plan_routes

_TIMING = Timing(session_minutes=120, talk_minutes=8)


@st.composite
def fairs(draw: st.DrawFn) -> tuple[list[Guest], list[Desk], Hall]:
    n_desks = draw(st.integers(1, 8))
    desks = [Desk(draw(st.integers(1, 3))) for _ in range(n_desks)]
    wishes = st.lists(st.integers(0, n_desks - 1), unique=True, max_size=n_desks)
    guests = [
        Guest(f"k{number}", tuple(wish))
        for number, wish in enumerate(draw(st.lists(wishes, max_size=25)))
    ]
    places = np.arange(n_desks, dtype=np.int32)
    return guests, desks, Hall(np.abs(places[:, None] - places[None, :]) * 3, places + 1)


def _plan(given_fair: tuple[list[Guest], list[Desk], Hall], **changes: str | int) -> list[Route]:
    guests, desks, hall = given_fair
    wish = {"most_stops": 4, "seed": "s"} | changes
    return plan_routes(guests, desks, hall, timing=_TIMING, **wish)  # type: ignore[arg-type] # by name


@given(fairs())
def test_a_route_has_as_many_fitting_booths_as_the_limit_allows_each_once(
    given_fair: tuple[list[Guest], list[Desk], Hall],
) -> None:
    for guest, route in zip(given_fair[0], _plan(given_fair), strict=True):
        assert set(route.stops) <= set(guest.fitting)
        assert len(route.stops) == len(set(route.stops)) == min(4, len(guest.fitting))


@given(fairs())
def test_the_best_booth_is_missing_only_from_routes_drawn_after_it_was_full(
    given_fair: tuple[list[Guest], list[Desk], Hall],
) -> None:
    guests, desks, _ = given_fair
    found = _plan(given_fair)
    load, capacity = load_of(found, desks, _TIMING)
    room = capacity * _TIMING.n_slots

    for guest, route in zip(guests, found, strict=True):
        if guest.fitting and guest.fitting[0] not in route.stops:
            assert load[guest.fitting[0]].sum() >= room[guest.fitting[0]]


def _cost(found: list[Route], desks: list[Desk], hall: Hall) -> float:
    """Return what routes make small: crowding of slots, and steps on foot."""
    load, capacity = load_of(found, desks, _TIMING)
    steps = sum(_steps(hall, route.stops) for route in found)
    return float((load**2 / (2 * capacity[:, None])).sum() + routes._STEP_WEIGHT * steps)


def _steps(hall: Hall, stops: tuple[int, ...]) -> int:
    if not stops:
        return 0
    inside = sum(int(hall.between[a, b]) for a, b in pairwise(stops))
    return int(hall.from_door[stops[0]]) + inside


@given(fairs())
def test_routes_cost_never_more_than_the_order_by_fit(
    given_fair: tuple[list[Guest], list[Desk], Hall],
) -> None:
    guests, desks, hall = given_fair
    found = _plan(given_fair)
    by_fit = [
        replace(route, stops=tuple(sorted(route.stops, key=guest.fitting.index)))
        for guest, route in zip(guests, found, strict=True)
    ]

    assert _cost(found, desks, hall) <= _cost(by_fit, desks, hall) + 1e-9


@given(fairs(), st.randoms(use_true_random=False))
def test_who_stands_where_in_the_list_changes_nobody_s_route(
    given_fair: tuple[list[Guest], list[Desk], Hall], random: object
) -> None:
    guests, desks, hall = given_fair
    before = dict(zip([one.key for one in guests], _plan(given_fair), strict=True))
    shuffled = list(guests)
    random.shuffle(shuffled)  # type: ignore[attr-defined] # Hypothesis' own Random

    after = _plan((shuffled, desks, hall))

    assert dict(zip([one.key for one in shuffled], after, strict=True)) == before


@given(fairs())
def test_every_visit_is_counted_once(given_fair: tuple[list[Guest], list[Desk], Hall]) -> None:
    found = _plan(given_fair)

    load, _ = load_of(found, given_fair[1], _TIMING)

    assert load.sum() == sum(len(one.stops) for one in found)


@given(fairs())
def test_a_route_begins_early_enough_to_end_in_time(
    given_fair: tuple[list[Guest], list[Desk], Hall],
) -> None:
    for route in _plan(given_fair):
        assert route.slot >= 0
        assert route.slot + max(len(route.stops), 1) <= _TIMING.n_slots


def test_a_route_knows_nothing_of_who_somebody_is() -> None:
    """Secrecy by construction: nothing goes in but lots, fits, interviewers and steps."""
    assert [one.name for one in fields(Guest)] == ["key", "fitting"]
    assert [one.name for one in fields(Route)] == ["stops", "slot"]
    assert set(inspect.signature(plan_routes).parameters) == {
        "guests", "desks", "hall", "timing", "most_stops", "seed"
    }  # fmt: skip


def test_more_stops_than_can_be_tried_are_refused() -> None:
    hall = Hall(np.zeros((1, 1), np.int32), np.zeros(1, np.int32))
    for most in (0, routes.MOST_STOPS + 1):
        with pytest.raises(ValueError, match="stops"):
            plan_routes([], [Desk()], hall, timing=_TIMING, most_stops=most, seed="s")


def crowded_fair(
    rng: np.random.Generator, n_guests: int = 600, n_desks: int = 48
) -> tuple[list[Guest], list[Desk], Walks]:
    """Return a fair whose people agree on who is best, as people of one major do: fits fall by a common taste."""
    spots = [Spot(1, 1 + 2 * (n % 12), 1 + 2 * (n // 12)) for n in range(n_desks)]
    walks = measure([Floor(1, 26, 10)], spots)
    desks = [Desk(int(rng.integers(1, 4))) for _ in spots]
    trade = rng.integers(0, 4, n_desks)
    taste = rng.gumbel(size=n_desks)
    guests = []
    for number in range(n_guests):
        own = np.flatnonzero(trade == rng.integers(0, 4))
        liked = own[np.argsort(-(taste[own] + 0.5 * rng.gumbel(size=len(own))))]
        guests.append(Guest(f"{number}", tuple(int(one) for one in liked[:10])))
    return guests, desks, walks


def walked(
    orders: list[tuple[int, ...]], minutes: np.ndarray, desks: list[Desk], walks: Walks
) -> CrowdFigures:
    """Let a crowd walk its routes in the simulation that knows nothing of how they were made."""
    stands = [Stand((n,), desk.n_interviewers, 8.0) for n, desk in enumerate(desks)]
    comers = [
        Comer(float(minute), stops, in_order=True)
        for minute, stops in zip(minutes, orders, strict=True)
    ]
    # Nobody is sent home: else whoever stood in the longest lines would drop out of the mean.
    rng = np.random.default_rng(7)
    return simulate(walks, stands, comers, rng=rng, patience=10_000, closes=10_000.0)


@pytest.mark.parametrize("seed", range(3))
def test_lines_are_shorter_by_routes_than_in_the_order_of_fit(seed: int) -> None:
    """People come when they like (most early); only the order differs, and which of the fitting booths."""
    rng = np.random.default_rng(seed)
    guests, desks, walks = crowded_fair(rng)
    minutes = 120.0 * (1.0 - np.sqrt(rng.random(len(guests))))
    timing = Timing(180, 8)
    found = plan_routes(
        guests,
        desks,
        Hall(walks.between, walks.from_door),
        timing=timing,
        most_stops=6,
        seed="fair",
    )

    by_fit = walked([one.fitting[:6] for one in guests], minutes, desks, walks)
    by_route = walked([one.stops for one in found], minutes, desks, walks)

    assert by_route.longest_line < 0.6 * by_fit.longest_line
    assert by_route.mean_wait < by_fit.mean_wait


def test_the_order_alone_makes_lines_shorter() -> None:
    """The same booths and arrivals for everybody, and only a third as many people as would fill the hall."""
    before, after = zip(*(_ordered(seed) for seed in range(4)), strict=True)

    assert sum(one.longest_line for one in after) < 0.9 * sum(one.longest_line for one in before)
    assert sum(one.mean_wait for one in after) < sum(one.mean_wait for one in before)


def _ordered(seed: int) -> tuple[CrowdFigures, CrowdFigures]:
    rng = np.random.default_rng(seed)
    guests, desks, walks = crowded_fair(rng, n_guests=200)
    hall = Hall(walks.between, walks.from_door)
    found = plan_routes(guests, desks, hall, timing=Timing(180, 8), most_stops=5, seed="fair")
    minutes = 10.0 * np.array([route.slot for route in found]) + 10.0 * rng.random(len(guests))
    by_fit = [
        tuple(sorted(route.stops, key=guest.fitting.index))
        for guest, route in zip(guests, found, strict=True)
    ]
    after = walked([one.stops for one in found], minutes, desks, walks)
    return walked(by_fit, minutes, desks, walks), after
