"""The home of a fair (招聘会总览): counts over all areas, and the steps with what is next.

Counts are of everybody together; nothing here tells one group of people from another.
"""

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.fairs.permits import ON_SITE
from matcher.kinds.fair_paperwork import DutyKind
from matcher.kinds.fairs import FairEmployerState, FairState, VisitorState
from matcher.models.employers import Employer
from matcher.models.fair_visitors import DoorDevice, FairVisitor
from matcher.models.fairs import Booth, Fair, FairEmployer, FairPosting, FairSession
from matcher.models.postings import Posting
from matcher.services.fair_employers.posts import still_shown
from matcher.services.fair_employers.sight import STOPPED
from matcher.services.fairs.duties import DutyPage
from matcher.services.fairs.sight import is_over


@dataclass(frozen=True)
class FairCounts:
    """What a fair has come to so far."""

    n_sessions: int
    n_unlimited: int
    """Sessions without an approved number."""
    n_invited: int
    n_applied: int
    n_accepted: int
    n_booths: int
    n_given: int
    n_postings: int
    n_people_wanted: int
    """Heads the postings shown ask for (招聘人数)."""
    n_coming: int
    n_entered: int
    n_inside: int
    n_devices: int


class StepState(StrEnum):
    """Where a step stands."""

    DONE = "done"
    NEXT = "next"
    LATER = "later"


@dataclass(frozen=True)
class Step:
    """One step of a fair; the words and the page stand in `web/words/fairs.py`."""

    code: str
    state: StepState


def counts_of(session: Session, fair: Fair) -> FairCounts:
    """Return the counts of a fair; callers have asked who may read it. Six queries."""
    held = _held(session, fair)
    states = _states(session, fair)
    booths = session.execute(
        sa.select(sa.func.count(Booth.id), sa.func.count(Booth.fair_employer_id)).where(
            Booth.fair_id == fair.id
        )
    ).one()
    n_postings, n_wanted = _shown(session, fair)
    coming = sa.select(sa.func.count(FairVisitor.id)).where(
        FairVisitor.fair_id == fair.id, FairVisitor.state == VisitorState.COMING
    )
    devices = sa.select(sa.func.count(DoorDevice.id)).where(
        DoorDevice.fair_id == fair.id, DoorDevice.revoked_at.is_(None)
    )
    return FairCounts(
        n_sessions=held[0],
        n_unlimited=held[1],
        n_invited=sum(states.values()),
        n_applied=states.get(FairEmployerState.APPLIED, 0),
        n_accepted=states.get(FairEmployerState.ACCEPTED, 0),
        n_booths=booths[0],
        n_given=booths[1],
        n_postings=n_postings,
        n_people_wanted=n_wanted,
        n_coming=session.scalar(coming) or 0,
        n_entered=held[2],
        n_inside=held[3],
        n_devices=session.scalar(devices) or 0,
    )


def _shown(session: Session, fair: Fair) -> tuple[int, int]:
    """Return the posts shown by who was accepted, and the people they want."""
    n_postings, n_wanted = session.execute(
        sa.select(
            sa.func.count(FairPosting.id), sa.func.coalesce(sa.func.sum(Posting.headcount), 0)
        )
        .join(Posting, Posting.id == FairPosting.posting_id)
        .join(FairEmployer, FairEmployer.id == FairPosting.fair_employer_id)
        .join(Employer, Employer.id == FairEmployer.employer_id)
        .join(Fair, Fair.id == FairEmployer.fair_id)
        .where(
            FairEmployer.fair_id == fair.id,
            FairEmployer.state == FairEmployerState.ACCEPTED,
            Employer.state.not_in(STOPPED),
            *still_shown(),
        )
    ).one()
    return n_postings, int(n_wanted)


def _held(session: Session, fair: Fair) -> tuple[int, int, int, int]:
    """Return the sessions, those without a number, who came in and who is inside."""
    found = sa.select(
        sa.func.count(FairSession.id),
        sa.func.count(FairSession.id).filter(FairSession.approved_number.is_(None)),
        sa.func.coalesce(sa.func.sum(FairSession.n_entered), 0),
        sa.func.coalesce(sa.func.sum(FairSession.n_inside), 0),
    ).where(FairSession.fair_id == fair.id)
    n_sessions, n_open, n_entered, n_inside = session.execute(found).one()
    return n_sessions, n_open, int(n_entered), int(n_inside)


def _states(session: Session, fair: Fair) -> dict[FairEmployerState, int]:
    found = (
        sa.select(FairEmployer.state, sa.func.count(FairEmployer.id))
        .where(FairEmployer.fair_id == fair.id)
        .group_by(FairEmployer.state)
        .order_by(FairEmployer.state)
    )
    return dict(session.execute(found).all())


def steps_of(fair: Fair, counts: FairCounts, duties: DutyPage) -> list[Step]:
    """Return the steps in order; the first that is not done is next."""
    filed = [
        one
        for one in duties.duties
        if one.duty.rule.kind not in (DutyKind.IN_HAND, DutyKind.REPORT_AFTER)
    ]
    plan = [one for one in duties.duties if one.duty.rule.kind is DutyKind.IN_HAND]
    in_hall = fair.channel in ON_SITE
    steps: list[tuple[str, bool]] = [
        ("sessions", counts.n_sessions > 0 and not _open_numbers(fair, counts))
    ]
    if plan:
        steps.append(("plan", all(one.is_done for one in plan)))
    if filed:
        steps.append(("filings", all(one.is_done for one in filed)))
    steps.append(("employers", counts.n_accepted > 0 and counts.n_applied == 0))
    if in_hall:
        steps.append(("booths", counts.n_booths > 0 and counts.n_given >= counts.n_accepted > 0))
    steps.append(("announce", fair.state is not FairState.DRAFT))
    steps.append(("guests", counts.n_coming > 0))
    if in_hall:
        steps.append(("door", counts.n_devices > 0))
        steps.append(("day", counts.n_entered > 0 or is_over(fair)))
    steps.append(("report", fair.state is FairState.CLOSED))
    found, is_next = [], True
    for code, is_done in steps:
        waits = code == "report" and clock.today() <= fair.last_on
        state = (
            StepState.DONE
            if is_done
            else StepState.NEXT
            if is_next and not waits
            else StepState.LATER
        )
        is_next = is_next and is_done
        found.append(Step(code, state))
    return found


def _open_numbers(fair: Fair, counts: FairCounts) -> bool:
    return fair.channel in ON_SITE and counts.n_unlimited > 0
