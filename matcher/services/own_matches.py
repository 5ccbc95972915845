"""A graduate's own list (适合你的岗位): the postings in order with their reasons, and why there is none.

Nothing of anybody's priority, lottery number or place on a posting's list leaves here. A consent that is
withdrawn is looked up each time, so that the list is gone with the next page, before any worker has
followed.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import NotFoundError
from matcher.kinds import ConsentPurpose, DriveState, ListSide
from matcher.models.consents import Consent
from matcher.models.drives import Drive, DriveEntry
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.postings import Posting
from matcher.models.ranking_runs import RankedOverlay
from matcher.ranking.explain import Explanation
from matcher.ranking.parameters import DriveParameters
from matcher.services.graduate_lists import get_own
from matcher.services.permissions import Actor
from matcher.services.ranking_changes import last_change
from matcher.services.ranking_lists import own_view
from matcher.services.ranking_runs import current_run


class OwnState(StrEnum):
    """Whether there is a list, and what stands in the way."""

    READY = "ready"
    UNCONFIRMED = "unconfirmed"
    WITHDRAWN = "withdrawn"
    NO_DRIVE = "no_drive"
    NOT_YET = "not_yet"


@dataclass(frozen=True)
class OwnMatch:
    """One posting of the list."""

    posting: Posting
    employer: Employer
    explanation: Explanation


@dataclass(frozen=True)
class OwnMatches:
    """The list, or why there is none.

    Parameters
    ----------
    finished_at : when the whole ranking was made
    entry_number : own number in the drive, of which the lot is made; with the key, once that is told, anybody checks it
    drive : public number of the drive
    """

    state: OwnState
    matches: tuple[OwnMatch, ...] = ()
    finished_at: dt.datetime | None = None
    parameters: DriveParameters | None = None
    entry_number: int = 0
    drive: str = ""


def own_drive(session: Session, graduate: Graduate) -> Drive | None:
    """Return the newest open drive a graduate takes part in; callers have checked who asks."""
    found = (
        sa.select(Drive)
        .join(DriveEntry, DriveEntry.drive_id == Drive.id)
        .where(DriveEntry.graduate_id == graduate.id, DriveEntry.left_at.is_(None))
        .where(Drive.state == DriveState.OPEN)
    )
    return session.scalar(found.order_by(Drive.opens_on.desc(), Drive.id.desc()).limit(1))


def has_withdrawn(session: Session, graduate: Graduate) -> bool:
    """Say whether a graduate has withdrawn or refused RANKING and not agreed again."""
    ended = session.scalars(
        sa.select(Consent.withdrawn_at.is_not(None)).where(
            Consent.graduate_id == graduate.id, Consent.purpose == ConsentPurpose.RANKING
        )
    ).all()
    return bool(ended) and all(ended)


def own_matches(session: Session, by: Actor) -> OwnMatches:
    """Return the actor's own list with reasons; about twelve queries however long it is."""
    graduate = get_own(session, by)
    if has_withdrawn(session, graduate):
        return OwnMatches(OwnState.WITHDRAWN)
    if not graduate.is_confirmed:
        return OwnMatches(OwnState.UNCONFIRMED)
    drive = own_drive(session, graduate)
    if drive is None:
        return OwnMatches(OwnState.NO_DRIVE)
    try:
        view = own_view(session, drive, ListSide.GRADUATE, graduate.id)
    except NotFoundError:
        view = None
    if view is None:
        return OwnMatches(OwnState.NOT_YET)
    shown = {
        entry.partner_id: entry.explanation
        for entry in view.entries
        if entry.explanation is not None
    }
    offers = _offers(session, list(shown))
    matches = tuple(
        OwnMatch(*offers[number], explanation)
        for number, explanation in shown.items()
        if number in offers
    )
    return OwnMatches(
        state=OwnState.READY,
        matches=matches,
        finished_at=view.run.finished_at,
        parameters=view.parameters,
        entry_number=_entry_number(session, drive, graduate),
        drive=drive.public_id,
    )


def _entry_number(session: Session, drive: Drive, graduate: Graduate) -> int:
    found = sa.select(DriveEntry.number).where(
        DriveEntry.drive_id == drive.id, DriveEntry.graduate_id == graduate.id
    )
    return session.scalars(found).one()


def _offers(session: Session, ids: list[int]) -> dict[int, tuple[Posting, Employer]]:
    found = (
        sa.select(Posting, Employer)
        .join(Employer, Employer.id == Posting.employer_id)
        .where(Posting.id.in_(ids))
        .order_by(Posting.id)
    )
    return {posting.id: (posting, employer) for posting, employer in session.execute(found)}


def change_to_follow(session: Session, by: Actor) -> int:
    """Return the number of the last change of the actor's drive: the one just made, or a later one."""
    drive = own_drive(session, get_own(session, by))
    return last_change(session, drive.id) if drive is not None else 0


def is_followed(session: Session, by: Actor, change_number: int) -> bool:
    """Say whether the own list knows of a change; a few small queries, for polling.

    The own list is stored before those of all others the change touches, and nobody waits for these. True as well
    where no list will come, so that nobody waits for it.
    """
    graduate = get_own(session, by)
    drive = own_drive(session, graduate)
    run = current_run(session, drive.id) if drive is not None else None
    if run is None or max(run.followed_change, run.as_of_change) >= change_number:
        return True
    own = session.get(RankedOverlay, (run.drive_id, ListSide.GRADUATE, graduate.id))
    return own is not None and own.run_id == run.id and own.change_number >= change_number
