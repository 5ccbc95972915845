"""What a fair plan must not depend on, what must never hurt, and what other programs say to the plain problem.

On 600 random markets under all four rules of reserves; each rule was seen to fail once with the code broken.
"""

from collections import Counter
from dataclasses import replace

import numpy as np
from algmatch import HospitalResidentsProblem
from matching.games import HospitalResident

from matcher.allocation.acceptance import accepted
from matcher.allocation.coverage import covered
from matcher.allocation.fair_plan import fair_plan
from matcher.allocation.market import Edges, Market, market_of
from matcher.allocation.most_plan import most_plan
from matcher.allocation.rules import PlanRules
from tests.factories.allocation import Solved, random_market
from tests.oracles.allocation import World, placed_of

UNGUARANTEED = PlanRules(guarantee_class=None)


def renumbered(market: Market, rng: np.random.Generator) -> tuple[Market, np.ndarray, np.ndarray]:
    """The same market with other ids, so in other rows; return it and the new row of each old one."""
    people, offers = rng.permutation(market.n_graduates), rng.permutation(market.n_postings)
    old_person, old_offer = np.argsort(people), np.argsort(offers)
    turn = rng.permutation(market.n_edges)
    # Wishes are made distinct: between equal ones the order of the postings would decide.
    place = np.arange(market.n_edges) - market.pointer[market.graduate_of_edge()]
    other = market_of(
        graduates=np.arange(market.n_graduates),
        postings=np.arange(market.n_postings),
        classes=market.classes[old_person],
        lottery=market.lottery[old_person],
        seats=market.seats[old_offer],
        edges=Edges(
            people[market.graduate_of_edge()][turn],
            offers[market.posting][turn],
            -place[turn],
            market.fit[turn],
            market.ordinary_key[turn],
            market.reserved_key[turn],
        ),
    )
    return other, people, offers


def test_renumbering_rows_does_not_change_who_sits_where_and_how(solved: list[Solved]) -> None:
    for seed, market, rules, result, _ in solved:
        other, people, offers = renumbered(market, np.random.default_rng(seed))

        again = fair_plan(other, rules)

        for row in range(market.n_graduates):
            assert again.seated_as[people[row]] == result.seated_as[row], seed
            assert again.group[people[row]] == result.group[row], seed
            if result.edge[row] >= 0:
                posting = market.posting[result.edge[row]]
                assert other.posting[again.edge[people[row]]] == offers[posting], seed


def with_list_of(market: Market, graduate: int, kept: np.ndarray) -> Market:
    """The market in which a graduate says it wants these of its edges alone, in this order."""
    first, last = market.pointer[graduate], market.pointer[graduate + 1]
    rows = np.concatenate([np.arange(first), kept, np.arange(last, market.n_edges)])
    pointer = market.pointer.copy()
    pointer[graduate + 1 :] += len(kept) - (last - first)
    columns = ("posting", "wish", "fit", "place", "ordinary_key", "reserved_key")
    return replace(
        market, pointer=pointer, **{name: getattr(market, name)[rows] for name in columns}
    )


def test_nobody_gains_by_another_order_of_wishes_in_plain_acceptance(solved: list[Solved]) -> None:
    for seed, market, rules, result, world in solved:
        rng = np.random.default_rng(seed)
        graduate = int(rng.integers(market.n_graduates))
        first, last = int(market.pointer[graduate]), int(market.pointer[graduate + 1])
        if last == first or result.first is None:
            continue
        kept = first + rng.permutation(last - first)[: int(rng.integers(1, last - first + 1))]
        lie = with_list_of(market, graduate, kept)

        got = placed_of(lie, accepted(lie, rules).edge).get(graduate)

        truly = placed_of(market, result.first)
        assert got not in world.better(graduate, truly), seed


def test_a_seat_more_or_an_edge_more_never_lowers_coverage(solved: list[Solved]) -> None:
    for seed, market, rules, result, world in solved:
        rng = np.random.default_rng(seed)
        seats = market.seats.copy()
        seats[rng.integers(market.n_postings), rng.integers(3)] += 1
        graduate = int(rng.integers(market.n_graduates))
        first, last = int(market.pointer[graduate]), int(market.pointer[graduate + 1])
        n_before = n_covered(market, rules)

        assert n_covered(replace(market, seats=seats), rules) >= n_before, seed
        if last > first:
            fewer = np.delete(np.arange(first, last), int(rng.integers(last - first)))
            assert n_covered(with_list_of(market, graduate, fewer), rules) <= n_before, seed
        assert n_before == len(world.guaranteed()) - len(result.uncovered), seed


def n_covered(market: Market, rules: PlanRules) -> int:
    found = covered(market, rules)
    return len(found.order) - len(found.uncovered)


def test_coverage_does_not_depend_on_what_acceptance_gave_before(solved: list[Solved]) -> None:
    for seed, market, rules, result, _ in solved:
        found = covered(market, rules)
        seats = market.classes[found.order[found.seated.edge[found.order] >= 0]]
        sits = market.classes[(result.edge >= 0) & rules.guaranteed(market.classes)]

        assert Counter(seats.tolist()) == Counter(sits.tolist()), seed


def test_both_plans_seat_equally_many_guaranteed_people_of_every_class(
    solved: list[Solved],
) -> None:
    for seed, market, rules, result, _ in solved:
        least = 6 if rules.guarantee_class is None else rules.guarantee_class

        most = most_plan(market, rules)

        for person_class in range(least, 6):
            of_class = market.classes == person_class
            assert (most.edge[of_class] >= 0).sum() == (result.edge[of_class] >= 0).sum(), seed


def plain_market(seed: int) -> Market:
    """A market without reserves in which everybody has somewhere to go and every posting somebody who may come."""
    market = random_market(seed)
    ordinary = np.zeros_like(market.seats)
    ordinary[:, 0] = 1 + market.seats.sum(axis=1)
    return replace(market, seats=ordinary)


def orders_of(world: World) -> tuple[dict[str, list[str]], dict[str, list[str]], dict[str, int]]:
    """Wishes, orders and seats by name; whoever has no pair at all is left out."""
    wishes = {f"g{row}": [f"p{p}" for p in listed] for row, listed in enumerate(world.wishes)}
    people: dict[str, list[tuple[int, str]]] = {}
    for (graduate, posting), key in world.ordinary.items():
        people.setdefault(f"p{posting}", []).append((-key, f"g{graduate}"))
    orders = {posting: [name for _, name in sorted(listed)] for posting, listed in people.items()}
    seats = {posting: sum(world.seats[int(posting[1:])]) for posting in orders}
    return {name: listed for name, listed in wishes.items() if listed}, orders, seats


def test_without_reserves_and_guarantees_two_other_programs_say_the_same() -> None:
    for seed in range(600):
        market = plain_market(seed)
        wishes, orders, seats = orders_of(World.of(market, UNGUARANTEED))
        if not wishes:
            continue

        placed = placed_of(market, fair_plan(market, UNGUARANTEED).edge)

        game = HospitalResident.create_from_dictionaries(wishes, orders, seats)
        matched = {
            resident.name: hospital.name
            for hospital, residents in game.solve(optimal="resident").items()
            for resident in residents
        }
        assert matched == {f"g{row}": f"p{posting}" for row, posting in placed.items()}, seed
        assert by_algmatch(wishes, orders, seats) == placed, seed


def by_algmatch(
    wishes: dict[str, list[str]], orders: dict[str, list[str]], seats: dict[str, int]
) -> dict[int, int]:
    """Graduate → posting as algmatch has it, which knows rows by number, from 1."""
    residents = {name: number for number, name in enumerate(wishes, start=1)}
    hospitals = {name: number for number, name in enumerate(orders, start=1)}
    problem = HospitalResidentsProblem(
        dictionary={
            "residents": {
                residents[n]: [hospitals[p] for p in listed] for n, listed in wishes.items()
            },
            "hospitals": {
                hospitals[p]: {"capacity": seats[p], "preferences": [residents[n] for n in listed]}
                for p, listed in orders.items()
            },
        },
        optimised_side="residents",
    )
    found = problem.get_stable_matching()["resident_sided"]
    names, offers = list(residents), list(hospitals)
    return {
        int(names[int(resident[1:]) - 1][1:]): int(offers[int(hospital[1:]) - 1][1:])
        for resident, hospital in found.items()
        if hospital
    }
