"""What may be read aloud: the same whatever class others have, and no cut-off that tells of anybody else."""

from collections import defaultdict
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.allocation.fair_plan import fair_plan
from matcher.allocation.market import Market
from matcher.allocation.most_plan import most_plan
from matcher.allocation.rules import PlanRules
from matcher.allocation.spoken_reasons import (
    FEWEST_COMPETITORS,
    FEWEST_SEATED,
    spoken_reasons,
)
from tests.factories.allocation import RESERVE_RULES, market_with, random_market, rules_of

_WIDTH = 2


def with_classes(market: Market, classes: np.ndarray) -> Market:
    """The market if its people had other classes: keys follow."""
    return market_with(
        classes,
        market.lottery,
        market.seats,
        market.graduate_of_edge().astype(np.int64),
        market.posting.astype(np.int64),
        market.wish.astype(np.int64),
        market.fit.astype(np.int64),
        width=_WIDTH,
    )


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 100_000), data=st.data())
def test_no_text_changes_when_somebody_elses_class_does_and_the_outcome_stays(
    seed: int, data: st.DataObject
) -> None:
    market = random_market(seed)
    before = with_classes(market, market.classes)
    other = data.draw(st.integers(0, market.n_graduates - 1))
    classes = market.classes.copy()
    classes[other] = data.draw(st.integers(0, 5))
    after = with_classes(market, classes)
    rules = rules_of(seed, RESERVE_RULES[seed % 4])
    solver = most_plan if seed % 3 == 0 else fair_plan
    was, now = solver(before, rules), solver(after, rules)
    if not np.array_equal(was.posting_row(before), now.posting_row(after)):
        return  # the outcome did not stay

    for row, graduate in enumerate(market.graduates.tolist()):
        if row != other:
            assert spoken_reasons(before, was, graduate) == spoken_reasons(after, now, graduate)


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 100_000), asked=st.integers(0, 1))
def test_all_who_lost_a_posting_hear_the_same_cutoff_and_only_one_their_points_explain(
    seed: int, asked: int
) -> None:
    market = random_market(seed)
    rules = rules_of(seed, RESERVE_RULES[seed % 4])
    result = (most_plan if asked else fair_plan)(market, rules)
    sits_at, heard = result.posting_row(market), defaultdict(set)
    for graduate in market.graduates.tolist():
        told = spoken_reasons(market, result, graduate, most=market.n_postings)
        assert told is not None
        for line in told.better:
            heard[line.posting].add((line.own_fit, line.cutoff_fit))
    for number, lines in heard.items():
        cutoffs = {cutoff for _, cutoff in lines}
        assert len(cutoffs) == 1
        (cutoff,) = cutoffs
        if cutoff is None:
            continue
        assert all(own < cutoff for own, _ in lines)
        posting = int(np.searchsorted(market.postings, number))
        there = np.flatnonzero(sits_at == posting)
        assert (market.posting == posting).sum() >= FEWEST_COMPETITORS
        assert len(there) >= FEWEST_SEATED
        assert cutoff == market.fit[result.edge[there]].min()


def crowd(n_people: int, n_seats: int = 2, last_but_one: int = 0) -> Market:
    """People for some seats, the last with the fewest points; the last but one of a class of its own."""
    rows = np.arange(n_people)
    nothing = np.zeros(n_people, dtype=np.int64)
    classes = nothing.copy()
    classes[-2] = last_but_one
    fit = 100 - rows
    return market_with(classes, rows, [[n_seats, 0, 0]], rows, nothing, nothing + 5, fit)


def cutoff_told(market: Market, person: int = -1) -> int | None:
    result = fair_plan(market, PlanRules())
    told = spoken_reasons(market, result, int(market.graduates[person]))
    assert told is not None
    return told.better[0].cutoff_fit


def test_among_four_no_cutoff_is_named_and_among_five_it_is() -> None:
    assert {n: cutoff_told(crowd(n)) for n in (4, 5)} == {4: None, 5: 99}


def test_who_sits_alone_at_a_posting_has_no_points_told() -> None:
    assert {n: cutoff_told(crowd(6, n)) for n in (1, 2)} == {1: None, 2: 99}


def test_where_somebody_with_more_points_was_refused_nobody_hears_a_cutoff() -> None:
    # The fifth of six sits there for the class, so the second, third and fourth do not.
    market = crowd(6, last_but_one=5)
    assert [cutoff_told(market, person) for person in (1, 2, 3, 5)] == [None] * 4


def test_a_pair_staff_ruled_out_is_said_to_be_that_and_nothing_more() -> None:
    market = crowd(6)
    result = fair_plan(market, PlanRules())
    last, posting = int(market.graduates[-1]), int(market.postings[0])

    told = spoken_reasons(market, result, last, ruled_out=[posting])

    assert told is not None
    assert told.better[0].is_ruled_out
    assert told.better[0].cutoff_fit is None
    assert spoken_reasons(replace(market), result, 1) is None
