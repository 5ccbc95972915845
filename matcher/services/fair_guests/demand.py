"""How many people a fair's employers may expect (预计人数): from graduates' own ranked lists, which know no priority.

Only sums leave here, and they count everybody alike.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from matcher.kinds import ListSide, PostingState
from matcher.kinds.fairs import FairEmployerState
from matcher.models.fairs import Fair, FairEmployer, FairPosting
from matcher.models.postings import Posting
from matcher.models.ranking_runs import RankedList, RankedOverlay, RankingRun
from matcher.services.ranking_chunks import unpacked
from matcher.services.ranking_facts import ranked_graduates
from matcher.services.ranking_runs import current_run

COMES = (FairEmployerState.ACCEPTED,)
"""Employers that stand on plans and routes."""

_BATCH = 2_000

Ints = NDArray[np.int32]


def expected_by_employer(session: Session, fair_id: int) -> dict[int, int]:
    """Return how many graduates of the drive fit some post of each employer that comes, 0 without a ranking.

    One pass over the drive's lists; a graduate counts once for an employer however many of its posts fit.
    """
    postings = postings_of(session, fair_id, states=_COMING_OR_ASKED)
    employers = sorted({*postings.values(), *_employers(session, fair_id)})
    rank = {employer: at for at, employer in enumerate(employers)}
    rank_of = np.zeros(max(postings, default=0) + 1, dtype=np.int32)
    for posting, employer in postings.items():
        rank_of[posting] = rank[employer]
    counts = np.zeros(len(employers), dtype=np.int64)
    for _, partners in fitting_lists(session, fair_id, list(postings)):
        fits = np.zeros(len(employers), dtype=np.bool_)
        fits[rank_of[partners]] = True
        counts += fits
    return dict(zip(employers, counts.tolist(), strict=True))


_COMING_OR_ASKED = (
    FairEmployerState.INVITED,
    FairEmployerState.APPLIED,
    FairEmployerState.WAITING,
    FairEmployerState.ACCEPTED,
)


def postings_of(
    session: Session, fair_id: int, *, states: Sequence[FairEmployerState] = COMES
) -> dict[int, int]:
    """Return the employer at the fair of each posting shown there that is published."""
    chosen = (
        sa.select(FairPosting.posting_id, FairPosting.fair_employer_id)
        .join(FairEmployer, FairEmployer.id == FairPosting.fair_employer_id)
        .join(Posting, Posting.id == FairPosting.posting_id)
        .where(FairEmployer.fair_id == fair_id, FairEmployer.state.in_(states))
        .where(Posting.state == PostingState.PUBLISHED)
        .order_by(FairPosting.posting_id)
    )
    return {row.posting_id: row.fair_employer_id for row in session.execute(chosen)}


def _employers(session: Session, fair_id: int) -> Sequence[int]:
    chosen = sa.select(FairEmployer.id).where(
        FairEmployer.fair_id == fair_id, FairEmployer.state.in_(_COMING_OR_ASKED)
    )
    return session.scalars(chosen.order_by(FairEmployer.id)).all()


def fitting_lists(
    session: Session, fair_id: int, postings: Sequence[int]
) -> Iterator[tuple[int, Ints]]:
    """Stream graduate and the given postings that fit, best first, of everybody ranked; the newest list counts.

    People who left the drive or take no part in ranking are passed over.
    """
    fair = session.get_one(Fair, fair_id)
    run = current_run(session, fair.drive_id)
    if run is None or not postings:
        return
    wanted = np.zeros(max(postings) + 1, dtype=np.bool_)
    wanted[list(postings)] = True
    ranked = set(session.scalars(ranked_graduates(fair.drive_id)))
    newer = _overlays(session, run)
    for subject, packed in _stored(session, run):
        partners = newer.pop(subject, packed)
        if subject in ranked:
            yield from _cut(subject, partners, wanted)
    for subject, partners in sorted(newer.items()):
        if subject in ranked:
            yield from _cut(subject, partners, wanted)


def _cut(subject: int, packed: bytes, wanted: NDArray[np.bool_]) -> Iterator[tuple[int, Ints]]:
    """Keep the wanted postings of a list, in its order, by looking each up in a table."""
    _, partners = unpacked(b"", packed)
    known = partners[partners < len(wanted)]
    fitting = known[wanted[known]]
    if len(fitting):
        yield subject, fitting


def _stored(session: Session, run: RankingRun) -> Iterator[tuple[int, bytes]]:
    chosen = (
        sa.select(RankedList.subject_id, RankedList.partners)
        .where(RankedList.run_id == run.id, RankedList.side == ListSide.GRADUATE)
        .order_by(RankedList.subject_id)
        .execution_options(yield_per=_BATCH)
    )
    with session.execute(chosen) as rows:
        for row in rows:
            yield row.subject_id, row.partners


def _overlays(session: Session, run: RankingRun) -> dict[int, bytes]:
    chosen = (
        sa.select(RankedOverlay.subject_id, RankedOverlay.partners)
        .where(
            RankedOverlay.drive_id == run.drive_id,
            RankedOverlay.run_id == run.id,
            RankedOverlay.side == ListSide.GRADUATE,
        )
        .order_by(RankedOverlay.subject_id)
    )
    newer: Mapping[int, bytes] = {row.subject_id: row.partners for row in session.execute(chosen)}
    return dict(newer)
