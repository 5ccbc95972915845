"""One query (查询): the row whose list is made, ready to be compared with many others."""

from typing import Any, NamedTuple

import numpy as np

from matcher.ranking.kernels.compiled import compiled
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

    term: Any
    weight: Any
    lottery: Any
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

    codes: Any
    dense: Any
    signature: Any
    caps: Any
    energy: Any


@compiled
def new_query(n_codes, n_terms):
    """Make room for queries."""
    return Query(
        np.zeros(n_codes + 1, dtype=np.int32),
        np.zeros(n_terms + 1, dtype=np.int16),
        np.zeros(WORDS, dtype=np.uint64),
        np.zeros(SLOTS + 1, dtype=np.int64),
        np.zeros(BITS, dtype=np.int64),
    )


@compiled
def open_text(query, term, weight, longest, most):
    """Take up a row's text."""
    spread_text(term, weight, query.dense)
    write_signature(term, weight, query.signature)
    write_caps(term, weight, longest, most, query.energy, query.caps)


@compiled
def close_text(query, term):
    """Forget the row's text."""
    clear_text(term, query.dense)
