"""What would help: every shortcut gives what solving anew gives."""

import numpy as np
import pytest

from matcher.allocation.coverage import Links, covered
from matcher.allocation.help import Change, Help, reached, with_spare_postings
from matcher.allocation.market import Market
from matcher.allocation.rules import PlanRules
from matcher.kinds.plans import ReserveOrder, UnfilledReserve
from tests.factories.allocation import random_market, rules_of, with_pairs, without_edges

N_MARKETS = 150


def n_covered(market: Market, rules: PlanRules) -> int:
    found = covered(market, rules)
    return int((found.seated.edge[found.order] >= 0).sum())


def rules_for(seed: int) -> PlanRules:
    reserves = (
        ReserveOrder.MINIMUM_GUARANTEE,
        UnfilledReserve.HOLD if seed % 2 else UnfilledReserve.RELEASE,
    )
    return rules_of(seed, reserves)


def test_a_persons_further_pairs_seat_one_more_exactly_if_solving_anew_does() -> None:
    met = {True: 0, False: 0}
    for seed in range(N_MARKETS):
        market, rules = random_market(seed), rules_for(seed)
        asked, before = Help(market, rules), n_covered(market, rules)
        rng = np.random.default_rng(seed)
        for row in np.flatnonzero(rules.guaranteed(market.classes)).tolist():
            postings = np.unique(rng.integers(0, market.n_postings, 2))
            links = Links(np.full(len(postings), row), postings)
            anew = n_covered(with_pairs(market, links), rules)

            told = asked.gain_of_pairs(row, postings)

            solved = asked.gain_of(Change(links))
            assert told == (anew - before, solved.by_class[5]), (seed, row)
            assert solved.total == told[0]
            met[told[0] > 0] += 1
    assert min(met.values()) > 20


def test_who_can_be_left_over_is_who_some_coverage_leaves_over() -> None:
    for seed in range(N_MARKETS):
        market, rules = random_market(seed), PlanRules(guarantee_class=1)
        standing, before = covered(market, rules), n_covered(market, rules)
        may = reached(standing)
        for row in standing.order.tolist():
            kept = np.ones(market.n_edges, dtype=bool)
            kept[market.pointer[row] : market.pointer[row + 1]] = False
            without = without_edges(market, kept)
            assert may[row] == (n_covered(without, rules) == before), (seed, row)


def random_changes(market: Market, seed: int) -> list[Change]:
    rng, changes = np.random.default_rng(seed), []
    for _ in range(8):
        people = np.unique(rng.integers(0, market.n_graduates, 3))
        posting = int(rng.integers(0, market.n_postings))
        links = Links(people, np.full(len(people), posting))
        adds = bool(rng.random() < 0.5)
        changes.append(Change(links, posting if adds else -1, 3 if adds else 0))
    return changes


def test_the_best_changes_are_those_solving_every_one_would_find() -> None:
    for seed in range(N_MARKETS):
        market, rules = with_spare_postings(random_market(seed), 1), rules_for(seed)
        asked, changes = Help(market, rules, 1), random_changes(market, seed)
        every = [asked.gain_of(change).total for change in changes]

        found = asked.best(changes, 3)

        expected = sorted((total for total in every if total > 0), reverse=True)[:3]
        assert [one.gain.total for one in found] == expected, seed
        assert all(one.gain.total == every[one.number] for one in found)


def test_no_change_gains_more_than_it_is_thought_to_also_beside_others() -> None:
    met = {True: 0, False: 0}
    for seed in range(N_MARKETS):
        market, rules = with_spare_postings(random_market(seed), 1), rules_for(seed)
        asked, changes = Help(market, rules, 1), random_changes(market, seed)
        before = 0
        for upto, change in enumerate(changes, start=1):
            together = asked.gain_of_all(changes[:upto]).total
            assert together - before <= asked.most_gain(change), seed
            if not asked._most_alone(change):
                assert asked.gain_of(change).total == 0, seed
            met[asked._most_alone(change) > 0] += 1
            before = together
    assert min(met.values()) > 20


def test_the_pairs_that_seat_somebody_gain_as_much_without_the_others() -> None:
    n_fewer = 0
    for seed in range(N_MARKETS):
        market, rules = random_market(seed), rules_for(seed)
        asked, rng = Help(market, rules), np.random.default_rng(seed)
        people = np.flatnonzero(rules.guaranteed(market.classes))
        posting = int(rng.integers(0, market.n_postings))
        every = Change(Links(people, np.full(len(people), posting)))

        told = asked.gain_of(every)
        used = Change(Links(told.by_link, np.full(len(told.by_link), posting)))

        assert asked.gain_of(used).total == told.total, seed
        n_fewer += 0 < len(told.by_link) < len(people)
    assert n_fewer > 20


def test_m_seats_gain_m_where_many_gain_m() -> None:
    for seed in range(N_MARKETS):
        market, rules = random_market(seed), rules_for(seed)
        asked = Help(market, rules)
        for posting in range(market.n_postings):
            most = asked.gain_of(Change(Links.none(), posting, 20)).total
            for seats in range(most + 1):
                assert asked.gain_of(Change(Links.none(), posting, seats)).total == seats


def test_a_bundle_gains_together_what_it_says_and_begins_with_the_best() -> None:
    for seed in range(N_MARKETS):
        market, rules = with_spare_postings(random_market(seed), 1), rules_for(seed)
        asked, changes = Help(market, rules, 1), random_changes(market, seed)

        chosen = asked.bundle(changes, 3)

        best = max((asked.gain_of(change).total for change in changes), default=0)
        totals = [one.gain.total for one in chosen]
        assert totals == sorted(set(totals)), seed
        assert (totals[0] if totals else 0) == best, seed
        together = [changes[one.number] for one in chosen]
        assert asked.gain_of_all(together).total == (totals[-1] if totals else 0)


@pytest.mark.usefixtures("plain_python")
def test_plain_python_gives_the_same() -> None:
    market = random_market(7)
    asked = Help(market, PlanRules(guarantee_class=1))
    change = Change(Links.none(), 0, 5)
    assert asked.best([change], 1) == [] or asked.best([change], 1)[0].gain.total > 0
