"""`yangguang bench plan`: both plans and the certificate on a made-up market, and how much slower other programs are.

Needs no installation. What was drawn and ranked is let go before anything is measured; peers come last, so that the
peak of memory is the product's own.
"""

from dataclasses import dataclass
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from matcher.allocation.fair_plan import fair_plan
from matcher.allocation.hall import certificate
from matcher.allocation.market import Market
from matcher.allocation.most_plan import most_plan
from matcher.allocation.plan_result import PlanResult
from matcher.allocation.rules import HIGHEST_CLASS, N_GROUPS, PlanRules
from matcher.cli.bench_clock import Spent, clocked
from matcher.cli.bench_plan_help import measure_help
from matcher.cli.bench_plan_market import PlanMarket, make_plan_market
from matcher.cli.bench_plan_peers import measure_peers
from matcher.cli.bench_plan_shapes import PeerOut, PeersOut, PlanBenchOut
from matcher.cli.bench_rank import peak_mib

_WARM_UP = (300, 60)


@dataclass(frozen=True, slots=True, eq=False)
class _Measured:
    """What was solved, and what each took."""

    fair: PlanResult
    most: PlanResult
    short_sets: int
    spent: tuple[Spent, Spent, Spent]
    peak_mib: float


def measure(
    graduates: int, postings: int, *, seed: int, peers: int, rules: PlanRules | None = None
) -> PlanBenchOut:
    """Measure both plans and the certificate, then the peers.

    Parameters
    ----------
    peers : graduates of the small market the peers solve, with a fifth as many postings; 0 leaves them out
    rules : other rules than those of a new drive
    """
    _solve(make_plan_market(*_WARM_UP, seed))
    made, spent = clocked(lambda: make_plan_market(graduates, postings, seed))
    market_mib = peak_mib()
    if rules is not None:
        made = PlanMarket(made.market, rules)
    measured = _solve(made)
    found, absent = measure_peers(peers, max(1, peers // 5), seed) if peers else (None, None)
    return _told(made, measured, seed=seed, made=(spent, market_mib), peers=found, absent=absent)


def _solve(made: PlanMarket) -> _Measured:
    fair, spent_fair = clocked(lambda: fair_plan(made.market, made.rules))
    proof, spent_proof = clocked(lambda: certificate(made.market, made.rules))
    most, spent_most = clocked(lambda: most_plan(made.market, made.rules))
    return _Measured(fair, most, len(proof), (spent_fair, spent_most, spent_proof), peak_mib())


def guaranteed_max_flow(market: Market, rules: PlanRules) -> int:
    """Return how many of the guaranteed can be seated at once, by somebody else's maximum flow."""
    graduate = market.graduate_of_edge()
    rows = np.flatnonzero(rules.guaranteed(market.classes))
    edges = np.flatnonzero(rules.guaranteed(market.classes)[graduate])
    starts, ends, room = [np.zeros(len(rows), np.int64)], [1 + rows], [np.ones(len(rows), np.int64)]
    people, nodes = 1 + market.n_graduates, market.n_postings * N_GROUPS
    for person_class in range(HIGHEST_CLASS + 1):
        of_class = edges[market.classes[graduate[edges]] == person_class]
        for group, is_open in enumerate(rules.open_to(person_class)):
            if is_open:
                starts.append(1 + graduate[of_class].astype(np.int64))
                ends.append(people + market.posting[of_class].astype(np.int64) * N_GROUPS + group)
                room.append(np.ones(len(of_class), np.int64))
    starts.append(people + np.arange(nodes))
    ends.append(np.full(nodes, people + nodes))
    room.append(market.seats.reshape(-1).astype(np.int64))
    columns = (np.concatenate(starts), np.concatenate(ends))
    size = people + nodes + 1
    graph = csr_array((np.concatenate(room).astype(np.int32), columns), shape=(size, size))
    return int(maximum_flow(graph, 0, size - 1).flow_value)


def _told(
    plan: PlanMarket,
    measured: _Measured,
    *,
    seed: int,
    made: tuple[Spent, float],
    peers: PeersOut | None,
    absent: str | None,
) -> PlanBenchOut:
    """Put what was measured into the shape that is printed."""
    market, fair, most = plan.market, measured.fair, measured.most
    is_guaranteed = plan.rules.guaranteed(market.classes)
    return PlanBenchOut(
        graduates=market.n_graduates,
        postings=market.n_postings,
        seed=seed,
        edges=market.n_edges,
        seats=int(market.seats.sum()),
        reserved_seats=int(market.seats[:, 1:].sum()),
        people_by_class=_by_class(market, np.ones(market.n_graduates, dtype=np.bool_)),
        seconds_market=round(made[0].cpu, 3),
        **_times(measured.spent),
        peak_mib=measured.peak_mib,
        market_mib=made[1],
        placed_fair=fair.n_placed,
        placed_most=most.n_placed,
        placed_fair_by_class=_by_class(market, fair.edge >= 0),
        placed_most_by_class=_by_class(market, most.edge >= 0),
        guaranteed=int(is_guaranteed.sum()),
        guaranteed_placed=int((fair.edge[is_guaranteed] >= 0).sum()),
        guaranteed_max_flow=guaranteed_max_flow(market, plan.rules),
        short_sets=measured.short_sets,
        ratio_matching=_ratio(peers, peers.matching if peers else None),
        ratio_algmatch=_ratio(peers, peers.algmatch if peers else None),
        peers_absent=absent,
        peers=peers,
    )


def _times(spent: tuple[Spent, Spent, Spent]) -> dict[str, Any]:
    """Return CPU and wall seconds of the fair plan, the most-placements plan and the certificate."""
    named = dict(zip(("fair", "most", "certificate"), spent, strict=True))
    cpu = {f"seconds_{name}": round(one.cpu, 4) for name, one in named.items()}
    return cpu | {f"wall_{name}": round(one.wall, 4) for name, one in named.items()}


def _by_class(market: Market, some: NDArray[np.bool_]) -> list[int]:
    counts = np.bincount(market.classes[some], minlength=HIGHEST_CLASS + 1)
    return [int(count) for count in counts]


def _ratio(peers: PeersOut | None, peer: PeerOut | None) -> float | None:
    """Return how many times the engine's CPU time a peer takes."""
    if peers is None or peer is None:
        return None
    return round(peer.seconds * 1000 / peers.engine_ms, 1)


@click.command("plan")
@click.option("--graduates", type=click.IntRange(min=0), default=20_000, show_default=True)
@click.option("--postings", type=click.IntRange(min=0), default=4_000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="同一个数生成同样的数据")
@click.option(
    "--peers",
    type=click.IntRange(min=0),
    default=500,
    show_default=True,
    help="与其他程序比较的小市场人数，0 为不比较",
)
@click.option("--with-help", is_flag=True, help="也测量“做什么能有用”，另建一次市场")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def plan(
    *, graduates: int, postings: int, seed: int, peers: int, with_help: bool, as_json: bool
) -> None:
    """测量安置方案的速度和内存。"""
    measured = measure(graduates, postings, seed=seed, peers=peers)
    if with_help:
        found = measure_help(graduates, postings, seed)
        measured = measured.model_copy(update={"help": found})
    if as_json:
        click.echo(measured.model_dump_json())
        return
    for name, value in measured.model_dump().items():
        click.echo(f"{name:22} {value}")
