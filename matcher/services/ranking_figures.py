"""What a run says about itself (排序情况): pairs, empty lists, texts nobody could decide."""

from typing import Any

import numpy as np

from matcher.ranking.pairs import YES_CODE
from matcher.ranking.snapshot import Snapshot


def snapshot_figures(snapshot: Snapshot) -> dict[str, Any]:
    """Count requirements, and those (and the postings under them) with an answer to be confirmed.

    A requirement counts as undecided if at least one of this drive's majors is to be confirmed
    under it.
    """
    table = snapshot.acceptance
    of_entry = table.requirement_of_entry()
    undecided = np.unique(of_entry[table.code < YES_CODE])
    postings = np.isin(snapshot.postings.requirement, undecided)
    return {
        "n_requirements": int(table.n_requirements),
        "n_requirements_undecided": len(undecided),
        "n_postings_undecided": int(postings.sum()),
        "n_majors": int(table.n_leaves),
    }
