"""What one column seems to mean: the answer of column recognition."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """What one column seems to mean.

    `index` is 0-based; `concept` None: unknown, kept and reported. Repeated member columns are
    numbered (member_name#2). `conflict` is a Chinese sentence when head and values disagree, and
    `proposal` the concept the values speak for.
    """

    index: int
    letter: str
    head: str
    concept: str | None
    confidence: float
    evidence: str
    conflict: str | None = None
    proposal: str | None = None
