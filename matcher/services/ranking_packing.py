"""Packing lists (名单打包): one row a list, what is shown and the spare places behind it apart."""

from collections.abc import Iterable, Sequence
from typing import Any

from matcher.kinds import ListSide
from matcher.ranking.engine import Ranked
from matcher.ranking.parameters import DriveParameters


def packed_rows(subjects: Sequence[int], ranked: Ranked, length: int) -> Iterable[dict[str, Any]]:
    """Pack lists for the database: keys int64 and partners int32, little-endian, best first.

    Parameters
    ----------
    length : places that are shown; what `ranked` knows beyond is packed apart
    """
    keys, partners = ranked.keys.astype("<i8"), ranked.partners.astype("<i4")
    for number, subject_id in enumerate(subjects):
        filled = min(int(ranked.counts[number]), length)
        spare = keys[number, length:].tobytes() + partners[number, length:].tobytes()
        yield {
            "subject_id": int(subject_id),
            "length": filled,
            "n_eligible": int(ranked.eligible[number]),
            "keys": keys[number, :filled].tobytes(),
            "partners": partners[number, :filled].tobytes(),
            "spare": spare if filled == length else None,
        }


def list_length(parameters: DriveParameters, side: ListSide) -> int:
    """Return how many places lists of a kind show."""
    is_of_graduates = side is ListSide.GRADUATE
    return parameters.graduates_length if is_of_graduates else parameters.postings_length
