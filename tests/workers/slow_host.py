"""The real application on a host that only ranks, slow enough that a cut falls into the middle of a chunk.

Started as a program only, and not named like a test: whoever imports it has every chunk slowed down.
"""

import sys
import time
from typing import Any

from matcher.kinds import ListSide
from matcher.services.ranking_replay import rank_rows
from tests.support.hosts import BEGAN
from workers import app as workers_app
from workers import ranking

SECONDS = 1.0
"""A chunk of a few hundred lists is ranked in milliseconds."""

app = workers_app.app
app.conf.include = ["workers.ranking"]


def _slowly(snapshot: Any, side: ListSide, rows: Any) -> Any:
    print(f"{BEGAN} {side.value} {rows[0]}", file=sys.stderr, flush=True)  # noqa: T201 - read by the test
    time.sleep(SECONDS)
    return rank_rows(snapshot, side, rows)


ranking.rank_rows = _slowly
