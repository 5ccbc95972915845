"""Lists in figures (名单概况): how many are eligible and listed, and the best fit, for many lists at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import ListSide
from matcher.models.ranking_runs import RankedList, RankedOverlay, RankingRun
from matcher.ranking.order import OrderRule
from matcher.ranking.parameters import DriveParameters
from matcher.services.ranking_chunks import unpacked


@dataclass(frozen=True)
class Standing:
    """A list in figures."""

    n_eligible: int
    n_listed: int
    best_fit: int | None


def standings(
    session: Session, run: RankingRun, side: ListSide, subjects: Sequence[int]
) -> dict[int, Standing]:
    """Return list figures by subject in two queries; callers have checked who reads them.

    An overlay stands over the run's own list.
    """
    rule = OrderRule.of(DriveParameters.from_dict(run.parameters), side)
    found: dict[int, Standing] = {}
    for table, whose in (
        (RankedList, RankedList.run_id == run.id),
        (
            RankedOverlay,
            sa.and_(RankedOverlay.drive_id == run.drive_id, RankedOverlay.run_id == run.id),
        ),
    ):
        chosen = (
            sa.select(table.subject_id, table.n_eligible, table.keys, table.partners)
            .where(whose, table.side == side, table.subject_id.in_(subjects))
            .order_by(table.subject_id)
        )
        for row in session.execute(chosen):
            found[row.subject_id] = _standing(row, rule)
    return found


def _standing(row: Any, rule: OrderRule) -> Standing:
    keys, _ = unpacked(row.keys, row.partners)
    fits = [rule.decode(key).fit for key in keys.tolist()]
    return Standing(row.n_eligible, len(fits), max(fits, default=None))
