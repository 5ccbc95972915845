"""Why somebody is not on a list (为什么没有出现): finding the person, the answer, what can be done."""

from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from matcher.kinds import ConsentPurpose, ListSide, Verdict
from matcher.models.consents import Consent
from matcher.models.drives import DriveEntry
from matcher.models.graduates import Graduate, GraduateMajor
from matcher.models.postings import Posting
from matcher.models.ranking_runs import RankingRun
from matcher.ranking.order import OrderRule
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.why_not import WhyNot
from matcher.services.drives import get_drive
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.ranked_people import Person, person_of
from matcher.services.ranked_postings import Elsewhere, best_elsewhere
from matcher.services.ranking_chunks import unpacked
from matcher.services.ranking_lists import explain_absence
from matcher.services.ranking_overlays import stored_list

_MOST_FOUND = 8
"""More people of one name than this are told apart by their numbers."""


@dataclass(frozen=True)
class Absence:
    """The answer about one person.

    Parameters
    ----------
    out : why the person takes no part in ranking at all: left, unconfirmed, withdrew, no_major;
        then there is no `why`
    with_major : about which place a second major of an accepted class would give, if only the
        major stands against it
    """

    person: Person
    out: str | None
    why: WhyNot | None
    with_major: int | None
    elsewhere: Elsewhere | None


def find_people(session: Session, by: Actor, drive_id: int, words: str) -> list[Graduate]:
    """Return graduates of the drive and the scope by name, student number or public number."""
    require(by, Permission.VIEW_GRADUATES)
    get_drive(session, by, drive_id)
    words = words.strip()
    if not words:
        return []
    entered = sa.select(DriveEntry.graduate_id).where(DriveEntry.drive_id == drive_id)
    named = Graduate.name.contains(words, autoescape=True)
    chosen = (
        sa.select(Graduate)
        .where(Graduate.id.in_(entered), Graduate.union_id.in_(scope_of(by).unions()))
        .where(named | (Graduate.student_number == words) | (Graduate.public_id == words))
        .options(selectinload(Graduate.majors).load_only(GraduateMajor.name))
    )
    exact = sa.case((Graduate.name == words, 0), else_=1)
    return list(
        session.scalars(chosen.order_by(exact, Graduate.name, Graduate.id).limit(_MOST_FOUND))
    )


def absence(
    session: Session,
    by: Actor,
    run: RankingRun,
    side: ListSide,
    *,
    posting: Posting,
    graduate: Graduate,
) -> Absence:
    """Say why a graduate is not on a posting's list, or where on it."""
    require(by, Permission.VIEW_RANKING)
    person = person_of(graduate)
    out = why_out(session, by, run.drive_id, graduate)
    if out is not None:
        return Absence(person, out, None, None, None)
    why = explain_absence(session, by, side, posting_id=posting.id, graduate_id=graduate.id)
    with_major = None
    if why is not None and side is not ListSide.GRADUATE:
        with_major = _with_major(session, run, side, posting=posting, why=why)
    elsewhere = best_elsewhere(session, by, run, graduate.id)
    return Absence(person, None, why, with_major, elsewhere)


def why_out(session: Session, by: Actor, drive_id: int, graduate: Graduate) -> str | None:
    """Return why a graduate takes no part in the ranking of a drive, or None."""
    require(by, Permission.VIEW_GRADUATES)
    entry = session.scalar(
        sa.select(DriveEntry).where(
            DriveEntry.drive_id == drive_id, DriveEntry.graduate_id == graduate.id
        )
    )
    if entry is None:
        return "not_entered"
    if entry.left_at is not None:
        return "left"
    if not graduate.is_confirmed:
        return "unconfirmed"
    if not graduate.majors:
        return "no_major"
    withdrawn = session.scalars(
        sa.select(Consent.withdrawn_at).where(
            Consent.graduate_id == graduate.id, Consent.purpose == ConsentPurpose.RANKING
        )
    ).all()
    if withdrawn and all(moment is not None for moment in withdrawn):
        return "withdrew"
    return None


def _with_major(
    session: Session, run: RankingRun, side: ListSide, *, posting: Posting, why: WhyNot
) -> int | None:
    """Return the place a second major of an accepted class would give."""
    against = [c.code for c in why.explanation.checks if c.verdict is Verdict.NO]
    if against != ["major"]:
        return None
    parameters = DriveParameters.from_dict(run.parameters)
    stored = stored_list(session, run, side, posting.id)
    if stored is None or why.last is None:
        return None
    points = parameters.points
    fit = why.explanation.fit + points.major_class - points.second_major
    keys, _ = unpacked(stored.keys, stored.partners)
    rule = OrderRule.of(parameters, side)
    # Without priority: a guess that promises nothing on account of a household.
    own = rule.keys(np.asarray([fit]), np.asarray([0]), np.asarray([True]), np.asarray([0]))
    return int((keys > own[0]).sum()) + 1
