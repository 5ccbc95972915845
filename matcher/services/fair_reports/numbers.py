"""The numbers suggestions rest on (改进建议的数字): hours, refusals, waits, scores of one fair."""

from collections import Counter
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.fairs.improvements import FairNumbers, Found, find_improvements
from matcher.kinds.fair_hall import ContactState, QueueState
from matcher.kinds.fair_reports import SurveySide
from matcher.kinds.fairs import EntryKind
from matcher.models.employers import Employer
from matcher.models.fair_contacts import FairContact
from matcher.models.fair_queues import FairQueuePlace
from matcher.models.fair_visitors import FairEntry
from matcher.models.fairs import Fair, FairEmployer
from matcher.services.fair_reports import figures, surveys
from matcher.services.permissions import Actor

_SHOWN_WAITS = 10


def improvements(
    session: Session, by: Actor, fair: Fair, counted: Mapping[str, int] | None = None
) -> list[Found]:
    """Return what to do better at the next fair, the weightiest first.

    Parameters
    ----------
    counted : all figures of the fair, if the caller has them
    """
    if counted is None:
        counted = figures.count_all(session, fair, (*figures.REPORT, *figures.BESIDE))
    return find_improvements(_read_numbers(session, by, fair, counted))


def _read_numbers(
    session: Session, by: Actor, fair: Fair, counted: Mapping[str, int]
) -> FairNumbers:
    return FairNumbers(
        n_employers=counted["units"],
        n_absent=counted["absent"],
        n_idle=counted["idle"],
        n_people=counted["people"],
        n_reached_nobody=counted["reached_nobody"],
        n_posts=counted["positions"],
        n_unused_posts=counted["unused_posts"],
        n_outside_door=counted["outside_door"],
        n_open_follows=counted["open_follows"] + counted["disputed"],
        entries_by_hour=entries_by_hour(session, fair),
        door_refusals=door_refusals(session, fair),
        booth_refusals=_booth_refusals(session, fair),
        longest_waits=longest_waits(session, fair),
        scores=_scores(session, by, fair),
    )


def entries_by_hour(session: Session, fair: Fair) -> dict[str, int]:
    """Return how many came in the first time by hour, in order of time; hours without anybody are left out."""
    found = sa.select(FairEntry.at).where(
        FairEntry.fair_id == fair.id, FairEntry.kind == EntryKind.ENTERED
    )
    hours = Counter(f"{clock.in_china(at):%Y-%m-%d %H}" for at in session.scalars(found))
    return dict(sorted(hours.items()))


def door_refusals(session: Session, fair: Fair) -> dict[str, int]:
    """Return how many scans the door refused, by reason."""
    found = (
        sa.select(FairEntry.refusal, sa.func.count())
        .where(FairEntry.fair_id == fair.id, FairEntry.kind == EntryKind.REFUSED)
        .group_by(FairEntry.refusal)
        .order_by(FairEntry.refusal)
    )
    return {reason.value: int(n) for reason, n in session.execute(found) if reason is not None}


def _booth_refusals(session: Session, fair: Fair) -> dict[str, int]:
    found = (
        sa.select(FairContact.refusal_reason, sa.func.count())
        .where(FairContact.fair_id == fair.id, FairContact.state == ContactState.REFUSED)
        .group_by(FairContact.refusal_reason)
        .order_by(FairContact.refusal_reason)
    )
    return {reason.value: int(n) for reason, n in session.execute(found) if reason is not None}


def longest_waits(session: Session, fair: Fair) -> list[tuple[str, float]]:
    """Return the employers with the longest mean wait between taking a number and being called, in minutes."""
    found = (
        sa.select(Employer.name, FairQueuePlace.taken_at, FairQueuePlace.called_at)
        .join(FairEmployer, FairEmployer.id == FairQueuePlace.fair_employer_id)
        .join(Employer, Employer.id == FairEmployer.employer_id)
        .where(
            FairEmployer.fair_id == fair.id,
            FairQueuePlace.state.in_((QueueState.CALLED, QueueState.SERVED, QueueState.MISSED)),
            FairQueuePlace.called_at.is_not(None),
        )
        .order_by(FairQueuePlace.id)
    )
    waits: dict[str, list[float]] = {}
    for name, taken, called in session.execute(found):
        if called is not None:
            waits.setdefault(name, []).append((called - taken).total_seconds() / 60)
    means = [(name, sum(one) / len(one)) for name, one in waits.items()]
    return sorted(means, key=lambda one: (-one[1], one[0]))[:_SHOWN_WAITS]


def _scores(session: Session, by: Actor, fair: Fair) -> list[tuple[str, float, int]]:
    found = []
    for side in SurveySide:
        for one in surveys.read_results(session, by, fair, side).questions:
            if one.mean is not None:
                found.append((f"{side.value}.{one.question.code}", one.mean, one.n))
    return found
