"""How good lists are (排序质量), by the measures of the field.

Judged are only pairs somebody was referred to: the lists themselves chose what was tried, so every measure here is
kind to the ranking that made the referrals. Pairs nobody tried count as grade 0 in the plain measures and are
left out in the `judged` ones; the truth lies between the two.

============  =============================================================================================
measure       formula
============  =============================================================================================
nDCG@k        Σ grade / log2(place + 1) over the first k, divided by that of the best order
              (Järvelin & Kekäläinen 2002; what trec_eval calls ndcg_cut)
AP, MAP       mean over the relevant of the share of relevant among all down to it; those not listed count 0
recall@k      share of the relevant among the first k
reciprocal    share of the relevant pairs where each stands among the other's first k
Gini          Σ (2i − n − 1) x_i / (n Σ x), x ascending: 0 for all equal, (n − 1)/n if one has all
============  =============================================================================================

Relevant is an interview or more. Subjects without a relevant partner have no nDCG, no AP and no recall.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

RELEVANT = 1
"""Least grade that counts as relevant: an interview."""

DEPTH = 10
"""Places of a list people look at first."""

Judged = Mapping[int, int]
"""Grades of one subject's partners, by id."""

Lists = Mapping[int, Sequence[int]]
"""Partner ids of every subject, best first."""


def ndcg(partners: Sequence[int], judged: Judged, k: int = DEPTH) -> float | None:
    """Return nDCG@k of one list; None if nobody judged has a gain."""
    best = _gain(sorted(judged.values(), reverse=True)[:k])
    if not best:
        return None
    return _gain([judged.get(partner, 0) for partner in partners[:k]]) / best


def _gain(grades: Sequence[int]) -> float:
    return sum(grade / math.log2(place + 1) for place, grade in enumerate(grades, 1))


def average_precision(partners: Sequence[int], judged: Judged) -> float | None:
    """Return the average precision of one list; None if nothing judged is relevant."""
    relevant = _relevant(judged)
    if not relevant:
        return None
    found, total = 0, 0.0
    for place, partner in enumerate(partners, 1):
        if partner in relevant:
            found += 1
            total += found / place
    return total / len(relevant)


def recall(partners: Sequence[int], judged: Judged, k: int) -> float | None:
    """Return the share of the relevant among the first k; None if there are none."""
    relevant = _relevant(judged)
    return len(relevant.intersection(partners[:k])) / len(relevant) if relevant else None


def _relevant(judged: Judged) -> frozenset[int]:
    return frozenset(partner for partner, grade in judged.items() if grade >= RELEVANT)


@dataclass(frozen=True, slots=True)
class SideQuality:
    """Means over the subjects of one side that have a relevant partner; None where there are none.

    Parameters
    ----------
    n_subjects : subjects with a relevant partner, over which the means go
    ndcg_at_10_judged : of the lists with all pairs nobody tried taken out
    recall_at_length : within the whole list
    """

    n_subjects: int
    ndcg_at_10: float | None
    ndcg_at_10_judged: float | None
    mean_average_precision: float | None
    recall_at_10: float | None
    recall_at_length: float | None


def side_quality(lists: Lists, judged: Mapping[int, Judged], length: int) -> SideQuality:
    """Measure the lists of one side; a subject without a list has an empty one."""
    kept = {one: grades for one, grades in judged.items() if _relevant(grades)}
    of = {one: lists.get(one, ()) for one in kept}
    tried = {one: [p for p in of[one] if p in grades] for one, grades in kept.items()}
    return SideQuality(
        n_subjects=len(kept),
        ndcg_at_10=_mean(ndcg(of[one], grades) for one, grades in kept.items()),
        ndcg_at_10_judged=_mean(ndcg(tried[one], grades) for one, grades in kept.items()),
        mean_average_precision=_mean(
            average_precision(of[one], grades) for one, grades in kept.items()
        ),
        recall_at_10=_mean(recall(of[one], grades, DEPTH) for one, grades in kept.items()),
        recall_at_length=_mean(recall(of[one], grades, length) for one, grades in kept.items()),
    )


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return math.fsum(known) / len(known) if known else None


def reciprocal_hits(
    of_postings: Lists, of_graduates: Lists, judged: Mapping[int, Judged], k: int
) -> float | None:
    """Return the share of relevant pairs found among the first k of both sides.

    Parameters
    ----------
    judged : grades by posting and graduate
    """
    pairs = [(posting, one) for posting, grades in judged.items() for one in _relevant(grades)]
    if not pairs:
        return None
    hits = sum(
        one in of_postings.get(posting, ())[:k] and posting in of_graduates.get(one, ())[:k]
        for posting, one in pairs
    )
    return hits / len(pairs)


def turned(judged: Mapping[int, Judged]) -> dict[int, dict[int, int]]:
    """Return the same grades by the other side."""
    other: dict[int, dict[int, int]] = {}
    for subject, grades in judged.items():
        for partner, grade in grades.items():
            other.setdefault(partner, {})[subject] = grade
    return other


def gini(values: Sequence[float]) -> float:
    """Return how unequal values are: 0 for all equal (also for none at all)."""
    total, n = math.fsum(values), len(values)
    if not total:
        return 0.0
    ordered = sorted(values)
    return math.fsum((2 * i - n - 1) * x for i, x in enumerate(ordered, 1)) / (n * total)


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return the smallest of ascending values that at least `share` of them do not pass; 0 for none."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


HISTOGRAM_EDGES = (0, 1, 2, 5, 10, 20, 40, 80, 160, 320)
"""Lower ends of the bins of lists per seat; the last one is open."""


@dataclass(frozen=True, slots=True)
class Congestion:
    """How graduates' lists spread over postings (关注度分布), all of it by lists per seat.

    Parameters
    ----------
    n_never_shown : postings in nobody's list
    histogram : postings by lists per seat, bins of `HISTOGRAM_EDGES`
    """

    n_lists: int
    n_empty: int
    mean_length: float
    n_postings: int
    n_never_shown: int
    per_seat_p50: float
    per_seat_p99: float
    per_seat_max: float
    gini: float
    histogram: tuple[int, ...] = field(default=())


class Attention:
    """Counts in how many lists every posting stands; lists stream by and are not held.

    Parameters
    ----------
    seats : of every posting that may be shown; ids outside are not counted
    """

    def __init__(self, seats: Mapping[int, int]) -> None:
        self._postings = np.asarray(sorted(seats), dtype=np.int64)
        self._seats = np.asarray([max(1, seats[one]) for one in sorted(seats)], dtype=np.int64)
        self._shown = np.zeros(len(seats), dtype=np.int64)
        self._n_lists = self._n_empty = self._n_entries = 0

    def add(self, lengths: NDArray[np.int64], partners: NDArray[np.int32]) -> None:
        """Count some lists, given end to end."""
        self._n_lists += len(lengths)
        self._n_empty += int((lengths == 0).sum())
        self._n_entries += len(partners)
        known = partners[np.isin(partners, self._postings)]
        at = np.searchsorted(self._postings, known)
        self._shown += np.bincount(at, minlength=len(self._shown))

    def figures(self) -> Congestion:
        """Return the figures of all lists so far."""
        per_seat = np.sort(self._shown / self._seats).tolist()
        return Congestion(
            n_lists=self._n_lists,
            n_empty=self._n_empty,
            mean_length=self._n_entries / self._n_lists if self._n_lists else 0.0,
            n_postings=len(self._shown),
            n_never_shown=int((self._shown == 0).sum()),
            per_seat_p50=quantile(per_seat, 0.5),
            per_seat_p99=quantile(per_seat, 0.99),
            per_seat_max=per_seat[-1] if per_seat else 0.0,
            gini=gini(per_seat),
            histogram=_histogram(per_seat),
        )


def _histogram(per_seat: Sequence[float]) -> tuple[int, ...]:
    """Count values by bin: 0, under 1 … ; a value lies in the last bin whose lower end it reaches."""
    counts = [0] * len(HISTOGRAM_EDGES)
    for value in per_seat:
        reached = sum(value >= edge for edge in HISTOGRAM_EDGES) - 1
        counts[0 if not value else max(1, reached)] += 1
    return tuple(counts)
