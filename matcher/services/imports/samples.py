"""Sample values of columns (样例值): masked, so that a person can check what a column was taken for."""

from collections.abc import Sequence

from matcher.intake import ColumnGuess, Grid, find_head, mask_value
from matcher.intake.concepts import load_concepts
from matcher.intake.grids import CellValue, is_blank
from matcher.intake.shapes import shapes_of

_SHOWN = 3
_LOOKED_AT = 200
"""Rows looked at for three values; a column empty for longer is shown as empty."""


def masked_samples(grid: Grid, guesses: Sequence[ColumnGuess]) -> list[list[str]]:
    """Return up to three different values of each column, from the top, fit to be shown and kept."""
    first = find_head(grid).first_data
    rows = [row for row in grid.rows if row.number >= first][:_LOOKED_AT]
    samples = []
    for guess in guesses:
        found: list[str] = []
        for row in rows:
            value = row.values[guess.index] if guess.index < len(row.values) else None
            shown = "" if is_blank(value) else _masked(value, guess)
            if shown and shown not in found:
                found.append(shown)
            if len(found) == _SHOWN:
                break
        samples.append(found)
    return samples


def _masked(value: CellValue, guess: ColumnGuess) -> str:
    """Mask a value by what its column was taken for; of unknown columns also what looks like a name."""
    concept = guess.proposal or guess.concept
    known = load_concepts().get((concept or "").partition("#")[0])
    if known is not None and "date" in known.shapes and known.name != "birth_date":
        return str(value)  # a month such as 2026-07 looks like the beginning of a number
    if concept is None and "name" in shapes_of(value):
        concept = "name"
    return mask_value(value, concept)
