"""A graduate's list as the union reads it (毕业生岗位名单): postings in order, a page of them explained.

The order is by fit alone, so nothing here tells hardship. Seven queries, however long the list.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import ListSide, Verdict
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.postings import Posting
from matcher.models.ranking_runs import RankedList, RankedOverlay, RankingRun
from matcher.ranking.explain import Explanation
from matcher.ranking.order import DecodedKey, OrderRule
from matcher.ranking.parameters import DriveParameters
from matcher.services.drives import get_drive
from matcher.services.permissions import Actor, Permission, require
from matcher.services.quality.spread import shown_list
from matcher.services.ranking_chunks import unpacked
from matcher.services.ranking_lists import explain_some
from matcher.services.ranking_overlays import stored_list
from matcher.services.ranking_runs import current_run
from matcher.services.ranking_state import AsOf, state_of


@dataclass(frozen=True)
class RankedOffer:
    """A place of a graduate's list."""

    position: int
    posting: Posting
    employer: Employer
    key: DecodedKey
    explanation: Explanation | None

    @property
    def verdict(self) -> Verdict:
        """Whether the pair is certain or to be confirmed."""
        return Verdict.YES if self.key.confirmed else Verdict.MAYBE


@dataclass(frozen=True)
class OfferList:
    """A graduate's list with the state it is of."""

    run: RankingRun
    as_of: AsOf
    parameters: DriveParameters
    is_missing: bool = False
    rows: Sequence[RankedOffer] = ()
    total: int = 0
    n_listed: int = 0
    n_maybe: int = 0
    n_eligible: int = 0
    n_held_back: int = 0
    """Places a cap keeps from being shown."""


def offer_list(
    session: Session,
    by: Actor,
    drive_id: int,
    graduate: Graduate,
    *,
    verdict: Verdict | None = None,
    limit: int | None = 50,
    offset: int = 0,
) -> OfferList | None:
    """Return a page of a graduate's list in a drive; None if the drive has no finished run.

    The graduate has been loaded within the actor's scope.
    """
    require(by, Permission.VIEW_RANKING)
    drive = get_drive(session, by, drive_id)
    run = current_run(session, drive.id)
    if run is None:
        return None
    parameters = DriveParameters.from_dict(run.parameters)
    state = state_of(session, run, ListSide.GRADUATE, graduate.id)
    stored = shown_list(session, run, graduate.id)
    if stored is None:
        return OfferList(run, state, parameters, is_missing=True)
    keys, partners = unpacked(stored.keys, stored.partners)
    rule = OrderRule.of(parameters, ListSide.GRADUATE)
    decoded = [rule.decode(key) for key in keys.tolist()]
    places = list(zip(range(1, len(decoded) + 1), partners.tolist(), decoded, strict=True))
    kept = [
        one for one in places if verdict is None or one[2].confirmed == (verdict is Verdict.YES)
    ]
    shown = kept[offset:] if limit is None else kept[offset : offset + limit]
    return OfferList(
        run=run,
        as_of=state,
        parameters=parameters,
        rows=_explained(session, drive, run, graduate, shown),
        total=len(kept),
        n_listed=len(places),
        n_maybe=sum(not key.confirmed for key in decoded),
        n_eligible=stored.n_eligible,
        n_held_back=stored.n_held_back,
    )


def _explained(
    session: Session,
    drive: Drive,
    run: RankingRun,
    graduate: Graduate,
    shown: Sequence[tuple[int, int, DecodedKey]],
) -> list[RankedOffer]:
    ids = [number for _, number, _ in shown]
    chosen = (
        sa.select(Posting, Employer)
        .join(Employer, Employer.id == Posting.employer_id)
        .where(Posting.id.in_(ids), Posting.drive_id == drive.id)
        .order_by(Posting.id)
    )
    offers = {posting.id: (posting, employer) for posting, employer in session.execute(chosen)}
    reasons = explain_some(session, drive, run, graduates=[graduate.id], postings=ids)
    return [
        RankedOffer(position, *offers[number], key, reasons.get((graduate.id, number)))
        for position, number, key in shown
        if number in offers
    ]


@dataclass(frozen=True)
class Elsewhere:
    """Where else a graduate stands: how many postings fit, and the best place in one's own list."""

    n_eligible: int
    posting: Posting | None
    position: int | None


def best_elsewhere(session: Session, by: Actor, run: RankingRun, graduate_id: int) -> Elsewhere:
    """Return the posting in whose ordinary list a graduate stands best; four queries."""
    require(by, Permission.VIEW_RANKING)
    stored = stored_list(session, run, ListSide.GRADUATE, graduate_id)
    if stored is None:
        return Elsewhere(0, None, None)
    _, partners = unpacked(stored.keys, stored.partners)
    ids = [int(number) for number in partners]
    side = ListSide.POSTING_ORDINARY
    of_run = sa.select(RankedList.subject_id, RankedList.partners).where(
        RankedList.run_id == run.id, RankedList.side == side, RankedList.subject_id.in_(ids)
    )
    later = sa.select(RankedOverlay.subject_id, RankedOverlay.partners).where(
        RankedOverlay.drive_id == run.drive_id,
        RankedOverlay.run_id == run.id,
        RankedOverlay.side == side,
        RankedOverlay.subject_id.in_(ids),
    )
    lists = {row.subject_id: row.partners for row in session.execute(of_run)}
    lists.update({row.subject_id: row.partners for row in session.execute(later)})
    places = []
    for number in ids:
        _, people = unpacked(b"", lists.get(number, b""))
        found = (people == graduate_id).nonzero()[0]
        if len(found):
            places.append((int(found[0]) + 1, number))
    if not places:
        return Elsewhere(stored.n_eligible, None, None)
    position, number = min(places)
    return Elsewhere(stored.n_eligible, session.get(Posting, number), position)
