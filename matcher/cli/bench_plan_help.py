"""What would help, measured for `yangguang bench plan --with-help`: the whole table, and single changes.

Facts of the few people the table asks about are read back from the drawn rows.
"""

from functools import partial
from typing import Any

import numpy as np

from matcher.allocation.coverage import Links
from matcher.allocation.help import Change, Help
from matcher.cli.bench_clock import clocked
from matcher.cli.bench_plan_market import plan_market_of
from matcher.cli.bench_plan_shapes import HelpOut
from matcher.cli.bench_rank_market import make_market
from matcher.kinds import EducationLevel, Mobility
from matcher.ranking.facts import GraduateFacts
from matcher.ranking.snapshot import Snapshot
from matcher.services.plans.help_asking import HelpInput
from matcher.services.plans.help_solving import help_of_market, help_table, people_in_reach

_TRIED = 20
_MILLI = 1000


def measure_help(graduates: int, postings: int, seed: int) -> HelpOut:
    """Make the table of a market, then some single changes once more."""
    snapshot = make_market(graduates, postings, seed).snapshot
    made = plan_market_of(snapshot, seed)
    _ = snapshot.posting_index
    _table(help_of_market(made.market, made.rules), snapshot)  # compiles what is not yet
    asked_of, covering = clocked(lambda: help_of_market(made.market, made.rules))
    lines, spent = clocked(lambda: _table(asked_of, snapshot))
    return HelpOut(
        seconds=round(covering.cpu + spent.cpu, 2),
        one_change_ms=round(_slowest(asked_of) * _MILLI, 2),
        short=lines["n_short"],
        reached=lines["n_reached"],
        people=len(lines["people"]),
        solved=lines["n_solved"],
        lines=sum(len(lines[name]) for name in ("groups", "employers", "seats"))
        + sum(len(one["lines"]) for one in lines["people"]),
    )


def _table(asked_of: Help, snapshot: Snapshot) -> dict[str, Any]:
    """Make the table for all who have no seat."""
    ids = people_in_reach(asked_of)
    market = asked_of.market
    given = HelpInput(
        asked_of=asked_of,
        snapshot=snapshot,
        people={one: facts_of(snapshot, snapshot.row_of_graduate(one)) for one in ids},
        asked=sorted(market.graduates[asked_of.standing.uncovered].tolist()),
        ruled_out=frozenset(),
    )
    return help_table(given)


def _slowest(asked_of: Help) -> float:
    """Seconds the slowest of some changes took, each opening ten postings to somebody without a seat."""
    rng, market = np.random.default_rng(1), asked_of.market
    slowest = 0.0
    for row in asked_of.standing.uncovered[:_TRIED].tolist():
        postings = rng.integers(0, market.n_postings, 10)
        change = Change(Links(np.full(10, row, dtype=np.int64), postings))
        slowest = max(slowest, clocked(partial(asked_of.gain_of, change))[1].cpu)
    return slowest


def facts_of(snapshot: Snapshot, row: int) -> GraduateFacts:
    """Return a row as facts, as far as who is eligible goes."""
    table, book = snapshot.graduates, snapshot.codebook
    mask = int(table.certificates[row])
    return GraduateFacts(
        id=int(table.id[row]),
        entry_number=0,
        education=list(EducationLevel)[int(table.education[row])],
        majors=tuple(book.leaves[leaf] for leaf in table.leaf[row].tolist() if leaf >= 0),
        places=tuple(f"{city:06d}" for city in table.city[row].tolist() if city),
        mobility=list(Mobility)[int(table.mobility[row])],
        certificates=tuple(
            name for number, name in enumerate(book.certificates.values) if mask >> number & 1
        ),
        priority_rank=int(table.rank[row]),
    )
