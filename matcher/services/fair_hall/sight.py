"""Who stands where in the hall: an employer at its own booths, an organiser over the fair, a visitor by the ticket."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds.fairs import FairEmployerState, FairState
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.fairs import Booth, Fair, FairEmployer
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import first_or_missing, not_found


@dataclass(frozen=True)
class OwnPlace:
    """An employer's place at a fair, with what its pages say of it.

    Attributes
    ----------
    booths : labels of its booths, in order
    is_day : today is a day of the fair and it is on
    is_open : steps may still be written: the fair is not closed
    """

    id: int
    public_id: str
    fair_id: int
    employer_id: int
    employer_name: str
    fair_title: str
    drive_name: str
    fair_token: str
    first_on: dt.date
    last_on: dt.date
    n_interviewers: int
    booths: tuple[str, ...]
    is_day: bool
    is_open: bool


def own_place(session: Session, by: Actor, public_id: str) -> OwnPlace:
    """Return the place of the actor's employer at a fair that accepted it."""
    require(by, Permission.TAKE_PART_IN_FAIRS)
    if by.employer_id is None:
        raise not_found()
    found = (
        sa.select(FairEmployer, Fair, Drive.neutral_name, Employer.name)
        .join(Fair, Fair.id == FairEmployer.fair_id)
        .join(Drive, Drive.id == Fair.drive_id)
        .join(Employer, Employer.id == FairEmployer.employer_id)
        .where(
            FairEmployer.public_id == public_id,
            FairEmployer.employer_id == by.employer_id,
            FairEmployer.state == FairEmployerState.ACCEPTED,
            Fair.state.in_((FairState.ANNOUNCED, FairState.CLOSED)),
        )
    )
    row = session.execute(found).one_or_none()
    if row is None:
        raise not_found()
    place, fair, drive_name, employer_name = row
    return OwnPlace(
        id=place.id,
        public_id=place.public_id,
        fair_id=fair.id,
        employer_id=place.employer_id,
        employer_name=employer_name,
        fair_title=fair.title,
        drive_name=drive_name,
        fair_token=fair.token,
        first_on=fair.first_on,
        last_on=fair.last_on,
        n_interviewers=place.n_interviewers,
        booths=labels_of(session, place.id),
        is_day=fair.state is FairState.ANNOUNCED and fair.first_on <= clock.today() <= fair.last_on,
        is_open=fair.state is FairState.ANNOUNCED and fair.first_on <= clock.today(),
    )


def cancelled_fair_of(session: Session, by: Actor, public_id: str) -> Fair | None:
    """Return the fair of the actor's employer's place if it was cancelled, for saying so."""
    require(by, Permission.TAKE_PART_IN_FAIRS)
    found = (
        sa.select(Fair)
        .join(FairEmployer, FairEmployer.fair_id == Fair.id)
        .where(
            FairEmployer.public_id == public_id,
            FairEmployer.employer_id == by.employer_id,
            Fair.state == FairState.CANCELLED,
        )
    )
    return session.scalar(found)


def labels_of(session: Session, fair_employer_id: int) -> tuple[str, ...]:
    """Return the labels of an employer's booths."""
    found = sa.select(Booth.label).where(Booth.fair_employer_id == fair_employer_id)
    return tuple(session.scalars(found.order_by(Booth.label)))


def lock_place(session: Session, place_id: int) -> FairEmployer:
    """Lock a place for changing its queue or slots, so that numbers are given one after another.

    The fair is held first, since whoever closes it locks it before its places.
    """
    fair = sa.select(Fair.id).join(FairEmployer).where(FairEmployer.id == place_id)
    session.execute(fair.with_for_update(read=True, key_share=True, of=Fair)).all()
    found = sa.select(FairEmployer).where(FairEmployer.id == place_id)
    wanted = found.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalars(wanted).one()


def require_open(place: OwnPlace) -> None:
    """Ask that steps may still be written."""
    if not place.is_open:
        raise RuleBrokenError(
            "fair_hall_closed", "招聘会还没开始或者已经结束，现在不能在展位登记。"
        )


def fair_of_token(session: Session, token: str) -> Fair:
    """Return the announced fair of a public address; drafts and cancelled ones answer like missing ones."""
    shown = (FairState.ANNOUNCED, FairState.CLOSED)
    found = sa.select(Fair).where(Fair.token == token, Fair.state.in_(shown))
    return first_or_missing(session, found, lock=False)
