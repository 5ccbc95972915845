"""`yangguang bench interviews`: assigning interview slots to made-up people, checked against an independent flow.

The reachable number of people comes from scipy's bipartite matching over the same slots; the assignment itself does
not use it. Needs no installation.
"""

import random
from collections.abc import Sequence

import click
import numpy as np
from pydantic import BaseModel
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_bipartite_matching

from matcher.allocation.interview_slots import Candidate, Market, Slot, assign
from matcher.cli.bench_clock import clocked

_MINUTES = 20
_FIRST_SHARE = 0.05
"""Share of the people who are served before the others."""
_SKEW = 3.0
"""How unequal employers are sought after: the exponent of a uniform draw."""


class InterviewsOut(BaseModel):
    """The machine shape of `yangguang bench interviews --json`."""

    people: int
    employers: int
    slots: int
    """Slots an employer has."""
    referrals: int
    seed: int
    seconds: float
    cpu_seconds: float
    covered: int
    reachable: int
    share: float
    """Covered divided by reachable."""
    interviews: int
    first_covered: int
    """People covered of those who are served first."""
    first_reachable: int


def made_up_market(people: int, employers: int, slots: int, each: int, seed: int) -> Market:
    """Return a day of employers with slots and people with referrals to a few of them, some sought after by many."""
    chance = random.Random(seed)  # noqa: S311 - made-up input, the same for a seed
    row = [
        Slot((employer, step), employer, step * _MINUTES, (step + 1) * _MINUTES)
        for employer in range(employers)
        for step in range(slots)
    ]
    candidates = []
    for person in range(people):
        chosen = {int(chance.random() ** _SKEW * employers) for _ in range(each)}
        candidates += [Candidate(person, one, chance.randrange(5_000)) for one in sorted(chosen)]
    first = chance.sample(range(people), int(people * _FIRST_SHARE))
    return Market(candidates, row, first)


def largest(market: Market, people: Sequence[int] | None = None) -> int:
    """Return how many people, or how many of some, can be served at most."""
    of_employer: dict[int, list[int]] = {}
    for number, slot in enumerate(market.slots):
        of_employer.setdefault(slot.employer, []).append(number)
    wanted = None if people is None else set(people)
    pairs = [
        (one.person, slot)
        for one in market.candidates
        if wanted is None or one.person in wanted
        for slot in of_employer.get(one.employer, ())
    ]
    if not pairs:
        return 0
    rows, columns = zip(*pairs, strict=True)
    shape = (max(rows) + 1, len(market.slots))
    graph = csr_matrix((np.ones(len(pairs), dtype=np.int8), (rows, columns)), shape=shape)
    return int((maximum_bipartite_matching(graph, perm_type="column") >= 0).sum())


def measure(people: int, employers: int, slots: int, each: int, seed: int) -> InterviewsOut:
    """Assign once and count."""
    market = made_up_market(people, employers, slots, each, seed)
    found, spent = clocked(lambda: assign(market))
    served = {one.person for one in found.bookings}
    most = largest(market)
    return InterviewsOut(
        people=people,
        employers=employers,
        slots=slots,
        referrals=len(market.candidates),
        seed=seed,
        seconds=round(spent.wall, 4),
        cpu_seconds=round(spent.cpu, 4),
        covered=len(served),
        reachable=most,
        share=round(len(served) / most, 4) if most else 1.0,
        interviews=len(found.bookings),
        first_covered=len(served.intersection(market.first)),
        first_reachable=largest(market, market.first),
    )


@click.command("interviews")
@click.option("--people", type=click.IntRange(min=1), default=600, help="People with referrals.")
@click.option("--employers", type=click.IntRange(min=1), default=40, help="Employers that come.")
@click.option("--slots", type=click.IntRange(min=1), default=16, help="Slots an employer has.")
@click.option("--each", type=click.IntRange(min=1), default=4, help="Referrals a person at most.")
@click.option("--seed", type=int, default=1, help="The same seed makes up the same input.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def interviews(
    *, people: int, employers: int, slots: int, each: int, seed: int, as_json: bool
) -> None:
    """Measure assigning interview slots (面试时段), on made-up input."""
    measured = measure(people, employers, slots, each, seed)
    if as_json:
        click.echo(measured.model_dump_json())
        return
    for name, value in measured.model_dump().items():
        click.echo(f"{name:16} {value}")
