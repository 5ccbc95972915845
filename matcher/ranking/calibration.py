"""Weights of the parts from outcomes (分值校准): never negative, near the present ones unless outcomes say otherwise.

Data. One row a judged pair: what share of its most points each of the seven parts gave it. Nothing else goes in: no
priority rank, no sex, no ethnic group, no household. Two people judged for one posting, one with a better outcome,
make one comparison: the difference of their rows.

Model. Weights β ≥ 0 for which every better one should lie ahead by 1: least squares over the comparisons, every posting
counting by its judged people, plus a pull towards the present weights worth `PRIOR` comparisons. scikit-learn's
logistic regression cannot keep weights from turning negative and its trees, which can be monotone, have no weights to
publish; `LinearRegression(positive=True)` is the constrained linear model it has, and squared loss over comparisons
orders pairs as consistently as the logistic one does (Gao et al. 2013). The pull enters as seven more rows.

Points. β becomes points with the same sum as now, every part between half and twice its present points (what few
outcomes say is not taken further in one step); inside a part all points are scaled alike and rounded, so nearer stays
at least as good as further.

Honesty. Postings are cut into `FOLDS` parts; each is ordered by weights fitted to the others. The gain is the mean
over postings of the share of comparisons ordered right, proposed less present, with its standard error.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LinearRegression

from matcher.ranking.alteration import PART_FIELDS, most_points
from matcher.ranking.parameters import PartPoints

Floats = NDArray[np.float64]

PRIOR = 100
"""Comparisons the present weights are worth."""

LOWEST, HIGHEST = 0.5, 2.0
"""How far one proposal may take the points of a part from what they are."""

FOLDS = 5
SIGMAS = 1.96
"""Standard errors on both sides of the gain: an interval of 95 %."""

_ROUNDS = 60
"""Halvings of an interval: beyond the precision of floats."""


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Better minus worse, by posting.

    Parameters
    ----------
    rows : (n, 7) differences of shares
    group : number of the posting of every row, from 0
    weight : of every row
    """

    rows: Floats
    group: NDArray[np.int64]
    weight: Floats

    @property
    def n_groups(self) -> int:
        """Count the postings with somebody better and somebody worse."""
        return int(self.group.max()) + 1 if len(self.group) else 0


def comparisons(columns: Sequence[Floats], grades: Sequence[Sequence[int]]) -> Comparisons:
    """Compare the judged people of every posting.

    Parameters
    ----------
    columns : one array (people, 7) of shares a posting
    grades : grades of the same people
    """
    rows, groups, weights, number = [], [], [], 0
    for shares, own in zip(columns, grades, strict=True):
        order = np.asarray(own)
        better, worse = np.nonzero(order[:, None] > order[None, :])
        if len(better):
            rows.append(shares[better] - shares[worse])
            groups.append(np.full(len(better), number))
            weights.append(np.full(len(better), len(own) / len(better)))
            number += 1
    if not rows:
        nothing = np.zeros(0)
        return Comparisons(np.zeros((0, len(PART_FIELDS))), nothing.astype(np.int64), nothing)
    return Comparisons(np.concatenate(rows), np.concatenate(groups), np.concatenate(weights))


@dataclass(frozen=True, slots=True)
class Fitted:
    """Proposed points and what they gained on postings they had not seen."""

    points: PartPoints
    concordance_now: float
    concordance_proposed: float
    gain: float
    gain_error: float

    @property
    def gain_low(self) -> float:
        """Lower end of the interval of the gain."""
        return self.gain - SIGMAS * self.gain_error

    @property
    def gain_high(self) -> float:
        """Upper end of the interval of the gain."""
        return self.gain + SIGMAS * self.gain_error


def calibrate(found: Comparisons, points: PartPoints) -> Fitted | None:
    """Fit points to comparisons; None with fewer postings than twice the folds."""
    if found.n_groups < 2 * FOLDS:
        return None
    now = most_by_part(points)
    before, after = np.zeros(found.n_groups), np.zeros(found.n_groups)
    for fold in range(FOLDS):
        seen = found.group % FOLDS != fold
        proposed = _whole(_fit(found, seen, now), now)
        for group in range(fold, found.n_groups, FOLDS):
            rows = found.rows[found.group == group]
            before[group], after[group] = _in_order(rows, now), _in_order(rows, proposed)
    gains = after - before
    everything = np.ones(len(found.group), dtype=bool)
    return Fitted(
        points=scaled_points(points, _whole(_fit(found, everything, now), now)),
        concordance_now=float(before.mean()),
        concordance_proposed=float(after.mean()),
        gain=float(gains.mean()),
        gain_error=float(gains.std(ddof=1) / np.sqrt(len(gains))),
    )


def most_by_part(points: PartPoints) -> Floats:
    """Return the most points of every part."""
    return np.asarray([most_points(points, part) for part in PART_FIELDS], dtype=np.float64)


def _in_order(rows: Floats, weights: Floats) -> float:
    """Return the share of comparisons the weights order right, equal ones counting half."""
    ahead = rows @ weights
    return float(np.where(np.abs(ahead) < 1e-9, 0.5, ahead > 0).mean())


def _fit(found: Comparisons, seen: NDArray[np.bool_], now: Floats) -> Floats:
    """Fit weights to some of the comparisons, pulled towards the present ones."""
    rows, weight = found.rows[seen], found.weight[seen]
    present = now / now.sum()
    ahead = rows @ present
    spread = float((weight * ahead**2).sum())
    scale = max(1.0, float((weight * ahead).sum()) / spread) if spread else 1.0
    pull = PRIOR * float((weight[:, None] * rows**2).sum(axis=0).mean() / weight.sum())
    model = LinearRegression(positive=True, fit_intercept=False)
    model.fit(
        np.concatenate([rows, np.eye(len(now))]),
        np.concatenate([np.ones(len(rows)), scale * present]),
        sample_weight=np.concatenate([weight, np.full(len(now), pull)]),
    )
    fitted: Floats = np.asarray(model.coef_, dtype=np.float64)
    return fitted


def _whole(weights: Floats, now: Floats) -> Floats:
    """Turn weights into whole points: within the bounds of every part, in sum no more than now."""
    low, high = np.ceil(LOWEST * now), np.floor(HIGHEST * now)
    least, most = 0.0, float(HIGHEST * now.sum() / max(weights.max(), 1e-12)) + 1.0
    for _ in range(_ROUNDS):
        middle = (least + most) / 2
        if np.clip(middle * weights, low, high).sum() > now.sum():
            most = middle
        else:
            least = middle
    whole: Floats = np.floor(np.clip(least * weights, low, high) + 1e-6)
    return whole


def scaled_points(points: PartPoints, most: Floats) -> PartPoints:
    """Give every part its new most points; all points inside a part are scaled alike."""
    changes: dict[str, object] = {}
    for part, new in zip(PART_FIELDS, most.tolist(), strict=True):
        old = most_points(points, part)
        for name in PART_FIELDS[part]:
            value = getattr(points, name)
            changes[name] = (
                tuple(_scaled(one, old, int(new)) for one in value)
                if isinstance(value, tuple)
                else _scaled(value, old, int(new))
            )
    changed = replace(points, **changes)  # type: ignore[arg-type]  # by name
    reach = points.pay * points.pay_step_yuan
    return replace(
        changed,
        major_maybe=min(changed.major_maybe, changed.major_any - 1),
        second_major=min(changed.second_major, changed.major_maybe, changed.major_any - 1),
        pay_step_yuan=max(1, round(reach / changed.pay)) if changed.pay else points.pay_step_yuan,
    )


def _scaled(value: int, old: int, new: int) -> int:
    """Scale and round half up: never turns an order around."""
    return (2 * value * new + old) // (2 * old) if old else value
