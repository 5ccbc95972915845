"""What may be read aloud: the same whatever class others have, and no cut-off where under five compete."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.allocation.fair_plan import fair_plan
from matcher.allocation.market import Market
from matcher.allocation.most_plan import most_plan
from matcher.allocation.rules import PlanRules
from matcher.allocation.spoken_reasons import FEWEST_COMPETITORS, spoken_reasons
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
@given(seed=st.integers(0, 100_000))
def test_a_cutoff_is_named_only_among_five_and_only_above_the_own_points(seed: int) -> None:
    market = random_market(seed)
    result = fair_plan(market, rules_of(seed, RESERVE_RULES[seed % 4]))
    sits_at = result.posting_row(market)
    for graduate in market.graduates.tolist():
        told = spoken_reasons(market, result, graduate)
        assert told is not None
        for line in told.better:
            posting = int(np.searchsorted(market.postings, line.posting))
            if line.cutoff_fit is None:
                continue
            assert (market.posting == posting).sum() >= FEWEST_COMPETITORS
            assert line.own_fit < line.cutoff_fit
            there = np.flatnonzero(sits_at == posting)
            assert line.cutoff_fit == market.fit[result.edge[there]].min()


def crowd(n_people: int) -> Market:
    """People for one seat, the last with the fewest points."""
    rows = np.arange(n_people)
    nothing = np.zeros(n_people, dtype=np.int64)
    fit = 100 - rows
    return market_with(nothing, rows, [[1, 0, 0]], rows, nothing, nothing + 5, fit)


def test_among_four_no_cutoff_is_named_and_among_five_it_is() -> None:
    named = {}
    for n_people in (4, 5):
        market = crowd(n_people)
        result = fair_plan(market, PlanRules())
        told = spoken_reasons(market, result, int(market.graduates[-1]))
        assert told is not None
        named[n_people] = told.better[0].cutoff_fit
    assert named == {4: None, 5: 100}


def test_a_pair_staff_ruled_out_is_said_to_be_that_and_nothing_more() -> None:
    market = crowd(6)
    result = fair_plan(market, PlanRules())
    last, posting = int(market.graduates[-1]), int(market.postings[0])

    told = spoken_reasons(market, result, last, ruled_out=[posting])

    assert told is not None
    assert told.better[0].is_ruled_out
    assert told.better[0].cutoff_fit is None
    assert spoken_reasons(replace(market), result, 1) is None
