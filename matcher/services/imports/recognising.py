"""What a file seems to hold (表格种类), told by its recognised columns, when nobody has said it."""

from collections.abc import Sequence

from matcher.intake import Grid, score_kinds
from matcher.kinds import ImportKind

_LOOKED_AT = 2
"""Sheets looked at: the first ones hold the table, later ones code lists."""


def guess_kind(grids: Sequence[Grid]) -> ImportKind | None:
    """Return the kind whose columns a file shows most clearly, or None if nothing speaks for one."""
    sheets = [score_kinds(grid) for grid in grids[:_LOOKED_AT]]
    scores = {kind: max((sheet[kind] for sheet in sheets), default=0.0) for kind in ImportKind}
    if scores[ImportKind.POSTINGS]:
        scores[ImportKind.EMPLOYERS] = 0.0  # a list of postings names its employers too
    best = max(scores, key=lambda kind: scores[kind])
    return best if scores[best] else None
