"""Proposals of points (分值建议): fitted to the outcomes of a drive, for a person to take over or turn down.

What goes in are the points the seven parts gave judged pairs, and their grades. The rows of the snapshot hold a
priority rank too; it is not read here, and no other column of a household, of sex or ethnic group is in one at all.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError, SnapshotError
from matcher.models.drives import Drive
from matcher.models.ranking_runs import RankingRun
from matcher.policy.outcomes import CALIBRATE_GOOD, CALIBRATE_LEAST, INTERVIEWED
from matcher.ranking.alteration import PART_FIELDS, altered, most_points
from matcher.ranking.calibration import Fitted, calibrate, comparisons
from matcher.ranking.explain import explain_pair
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.snapshot import Snapshot
from matcher.services.drives import get_parameters
from matcher.services.quality.hits import known_pairs, outcome_counts, snapshot_of
from matcher.services.quality.outcomes import drive_outcomes, judged_run, least
from matcher.services.quality.shapes import Calibration, PartProposal, Proposal

Progress = Callable[[int, int], None]
"""Takes how many postings are looked at, and how many there are."""


def propose(
    session: Session, drive: Drive, progress: Progress = lambda _done, _total: None
) -> Calibration:
    """Propose points for a drive, or say why there is nothing to propose; callers have checked who asks."""
    outcomes = drive_outcomes(session, drive.id)
    run = judged_run(session, drive.id, outcomes)
    snapshot = _snapshot(session, run)
    known = known_pairs(snapshot, outcomes) if snapshot is not None else {}
    n_known = sum(map(len, known.values())) if snapshot is not None else None
    counts = outcome_counts(outcomes, n_known, least(CALIBRATE_LEAST))
    least_good = least(CALIBRATE_GOOD)
    proposal, missing = None, "too_few"
    n_good = sum(grade >= INTERVIEWED for grades in known.values() for grade in grades.values())
    if run is not None and counts.is_enough and (snapshot is None or n_good >= least_good):
        proposal, missing = _proposal(snapshot, known, get_parameters(session, drive), progress)
    return Calibration(
        drive=drive.name,
        run=None if run is None else run.number,
        drive_revision=drive.revision,
        outcomes=counts,
        least_good=least_good,
        proposal=proposal,
        without_proposal=missing,
        study=None,
    )


def _snapshot(session: Session, run: RankingRun | None) -> Snapshot | None:
    try:
        return None if run is None else snapshot_of(session, run)
    except SnapshotError:
        return None


def _proposal(
    snapshot: Snapshot | None,
    judged: dict[int, dict[int, int]],
    present: DriveParameters,
    progress: Progress,
) -> tuple[Proposal | None, str]:
    """Return a proposal, or why there is none."""
    if snapshot is None:
        return None, "snapshot_gone"
    now = altered(snapshot, replace(snapshot.parameters, points=present.points))
    columns, grades = [], []
    for number, (posting, own) in enumerate(sorted(judged.items()), start=1):
        columns.append(part_shares(now, posting, list(own)))
        grades.append(list(own.values()))
        progress(number, len(judged))
    found = comparisons(columns, grades)
    fitted = calibrate(found, present.points)
    if fitted is None:
        return None, "too_few_postings"
    try:
        parameters = replace(present, points=fitted.points)
    except InvalidInputError:
        return None, "rules_broken"
    return _shown(present, parameters, fitted, (found.n_groups, len(found.rows))), ""


def part_shares(snapshot: Snapshot, posting: int, people: list[int]) -> NDArray[np.float64]:
    """Return what share of its most points each part gives some people for a posting."""
    points = snapshot.parameters.points
    most = [max(1, most_points(points, part)) for part in PART_FIELDS]
    row = snapshot.row_of_posting(posting)
    shares = np.zeros((len(people), len(PART_FIELDS)))
    for at, one in enumerate(people):
        parts = {
            part.name: part.points
            for part in explain_pair(snapshot, snapshot.row_of_graduate(one), row).parts
        }
        shares[at] = [parts[name] for name in PART_FIELDS]
    found: NDArray[np.float64] = shares / np.asarray(most)
    return found


def _shown(
    present: DriveParameters, proposed: DriveParameters, fitted: Fitted, size: tuple[int, int]
) -> Proposal:
    return Proposal(
        parts=[
            PartProposal(
                part=part,
                now=most_points(present.points, part),
                proposed=most_points(proposed.points, part),
            )
            for part in PART_FIELDS
        ],
        parameters=proposed.to_dict(),
        concordance_now=round(fitted.concordance_now, 4),
        concordance_proposed=round(fitted.concordance_proposed, 4),
        gain=round(fitted.gain, 4),
        gain_low=round(fitted.gain_low, 4),
        gain_high=round(fitted.gain_high, 4),
        is_worth=fitted.gain_low > 0,
        postings=size[0],
        comparisons=size[1],
    )
