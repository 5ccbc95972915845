"""What would help, in `yangguang bench plan`: it asks about the rows that were drawn. No time is asserted."""

import numpy as np

from matcher.cli.bench_plan_help import facts_of, measure_help
from matcher.cli.bench_rank_market import make_market
from matcher.ranking.engine import Scratch, score_graduate
from matcher.ranking.order import is_confirmed
from matcher.ranking.what_if import open_postings


def test_facts_read_back_from_a_row_are_eligible_for_the_same_postings() -> None:
    snapshot = make_market(60, 40, 3).snapshot
    scratch = Scratch(snapshot)
    people = [facts_of(snapshot, row) for row in range(60)]

    found = open_postings(snapshot, people)

    for row, ids in enumerate(found):
        pairs = score_graduate(scratch, row)
        certain = snapshot.postings.id[pairs.rows[is_confirmed(pairs.keys)]]
        assert np.array_equal(ids, np.sort(certain)), row


def test_the_table_asks_about_everybody_without_a_seat() -> None:
    found = measure_help(400, 30, 1)

    assert found.people == found.short > 0
    assert found.reached >= found.short
    assert found.lines > 0
