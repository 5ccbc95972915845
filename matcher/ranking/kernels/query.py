"""One query (查询): the row whose list is made, ready to be compared with many others."""

from typing import NamedTuple

import numpy as np

from matcher.compiling import Array, Number, compiled
from matcher.ranking.kernels.text import (
    BITS,
    WORDS,
    clear_text,
    spread_text,
    write_caps,
    write_signature,
)
from matcher.ranking.text import SLOTS


class Texts(NamedTuple):
    """Texts of one side's table, and the lottery numbers, by row; `longest` is the largest squared length."""

    term: Array
    weight: Array
    lottery: Array
    longest: int


class Query(NamedTuple):
    """What one row is compared by; the arrays are used again for the next row.

    Parameters
    ----------
    codes : major code by leaf (of a posting) or by requirement (of a graduate), and a zero at the end
    dense : weight of every term in the row's text
    signature, caps : see `text`
    energy : zeros, for `text.write_caps`
    """

    codes: Array
    dense: Array
    signature: Array
    caps: Array
    energy: Array


@compiled
def new_query(n_codes: Number, n_terms: Number) -> Query:
    """Make room for queries."""
    return Query(
        np.zeros(n_codes + 1, dtype=np.int32),
        np.zeros(n_terms + 1, dtype=np.int16),
        np.zeros(WORDS, dtype=np.uint64),
        np.zeros(SLOTS + 1, dtype=np.int64),
        np.zeros(BITS, dtype=np.int64),
    )


@compiled
def open_text(query: Query, term: Array, weight: Array, longest: Number, most: Number) -> None:
    """Take up a row's text."""
    spread_text(term, weight, query.dense)
    write_signature(term, weight, query.signature)
    write_caps(term, weight, longest, most, query.energy, query.caps)


@compiled
def close_text(query: Query, term: Array) -> None:
    """Forget the row's text."""
    clear_text(term, query.dense)
