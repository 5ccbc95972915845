"""Who is proposed where: the clerks' morning, reading the stored lists as their pages do."""

from collections.abc import Iterator, Sequence
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import ListSide, SeatState
from matcher.kinds.referrals import LIVE
from matcher.kinds.training import TrainingState
from matcher.models.postings import Seat
from matcher.models.referrals import Referral
from matcher.models.training import TrainingReferral
from matcher.ranking.order import CONFIRMED_BIT
from matcher.services.ranking_chunks import unpacked
from matcher.services.ranking_overlays import stored_list
from matcher.services.ranking_runs import current_run
from matcher.services.referrals.proposing import Pair
from seeds.simulator.town import Town

_TRAINED = (TrainingState.FINISHED, TrainingState.CERTIFIED)

_TRAINED_FIRST = 3
"""So many who finished a course are looked at first each morning."""

_LOOKED_AT = 12
"""Places of a list a clerk reads."""

_LISTS_READ = 3
"""Lists read for one person who can be proposed somewhere."""

_AT_ONCE = 2
"""Postings a person is proposed to at the same time."""


def proposals_of_day(
    session: Session, town: Town, random: Random, *, people: int
) -> Iterator[Pair]:
    """Choose pairs for some people nobody proposed yet or whose proposals ended: the trained and guaranteed first."""
    run = current_run(session, town.drive_id)
    if run is None:
        return
    free = _postings_with_seats(session, town.postings)
    before = _pairs(session, town.drive_id)
    served = 0
    for graduate_id in _waiting(session, town, random)[: people * _LISTS_READ]:
        stored = stored_list(session, run, ListSide.GRADUATE, graduate_id)
        if stored is None:
            continue
        keys, partners = unpacked(stored.keys, stored.partners)
        sure = partners[(keys >> CONFIRMED_BIT) & 1 == 1][:_LOOKED_AT].tolist()
        fitting = [one for one in sure if one in free and (one, graduate_id) not in before]
        yield from (Pair(posting_id, graduate_id) for posting_id in fitting[:_AT_ONCE])
        served += bool(fitting)
        if served == people:
            return


def _waiting(session: Session, town: Town, random: Random) -> list[int]:
    busy = set(
        session.scalars(
            sa.select(Referral.graduate_id).where(
                Referral.drive_id == town.drive_id, Referral.state.in_(LIVE)
            )
        )
    )
    trained = set(
        session.scalars(
            sa.select(TrainingReferral.graduate_id).where(TrainingReferral.state.in_(_TRAINED))
        )
    )
    idle = [one for one in town.graduates if one not in busy]
    random.shuffle(idle)
    first = set([one for one in idle if one in trained][:_TRAINED_FIRST])
    return sorted(
        idle,
        key=lambda one: (
            one not in first,
            one not in town.guaranteed,
            one not in town.supported,
        ),
    )


def _postings_with_seats(session: Session, postings: Sequence[int]) -> set[int]:
    chosen = sa.select(Seat.posting_id).where(Seat.state == SeatState.OPEN).distinct()
    return set(session.scalars(chosen)) & set(postings)


def _pairs(session: Session, drive_id: int) -> set[tuple[int, int]]:
    chosen = sa.select(Referral.posting_id, Referral.graduate_id).where(
        Referral.drive_id == drive_id
    )
    return {(row.posting_id, row.graduate_id) for row in session.execute(chosen)}
