"""Whose fair and whose place at it (可见范围): an organiser's fairs by union, an employer's own place alone."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import EmployerState
from matcher.kinds.fairs import FairEmployerState, FairState
from matcher.models.accounts import Membership
from matcher.models.employers import Employer
from matcher.models.fair_papers import FairCall
from matcher.models.fairs import Fair, FairEmployer
from matcher.models.organisations import UnionClosure
from matcher.models.postings import Posting
from matcher.services.fairs.sight import LIVE, get_managed, is_over, require_live
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import first_or_missing, not_found

PRESENT = (FairEmployerState.APPLIED, FairEmployerState.WAITING, FairEmployerState.ACCEPTED)
"""States of an employer that wants to come; its papers and posts may be worked on."""

STOPPED = (EmployerState.REFUSED, EmployerState.SUSPENDED)
"""States of an employer that comes to no fair, and is shown at none even if its place was confirmed before."""


@dataclass(frozen=True)
class Place:
    """An employer's place at a fair, with both."""

    fair: Fair
    row: FairEmployer
    employer: Employer


def find_fair(session: Session, by: Actor, public_id: str, *, lock: bool = False) -> Fair:
    """Return a fair of the organiser's scope."""
    return get_managed(session, by, public_id, lock=lock)


def place_of(
    session: Session, by: Actor, fair_public_id: str, place_id: str, *, lock: bool = False
) -> Place:
    """Return an employer's place at a fair of the organiser's scope, by the place's public number."""
    fair = find_fair(session, by, fair_public_id)
    found = sa.select(FairEmployer).where(
        FairEmployer.public_id == place_id, FairEmployer.fair_id == fair.id
    )
    row = first_or_missing(session, found, lock=lock)
    return Place(fair, row, session.get_one(Employer, row.employer_id))


def seen_fairs(by: Actor) -> sa.Select[int]:
    """Select the fairs an employer may read: where it has a place, and announced ones it may apply to.

    It may apply to what its own union, one above or below it holds, and to fairs of drives it has posts in.
    """
    require(by, Permission.TAKE_PART_IN_FAIRS)
    keeper = sa.select(Employer.union_id).where(Employer.id == by.employer_id)
    above = sa.select(UnionClosure.ancestor_id).where(UnionClosure.descendant_id.in_(keeper))
    below = sa.select(UnionClosure.descendant_id).where(UnionClosure.ancestor_id.in_(keeper))
    drives = sa.select(Posting.drive_id).where(Posting.employer_id == by.employer_id)
    own = sa.select(FairEmployer.fair_id).where(FairEmployer.employer_id == by.employer_id)
    may_apply = sa.and_(
        Fair.state == FairState.ANNOUNCED,
        Fair.last_on >= clock.today(),
        sa.or_(Fair.union_id.in_(above), Fair.union_id.in_(below), Fair.drive_id.in_(drives)),
    )
    return sa.select(Fair.id).where(sa.or_(Fair.id.in_(own), may_apply))


def find_seen_fair(session: Session, by: Actor, public_id: str) -> Fair:
    """Return a fair an employer may read."""
    found = sa.select(Fair).where(Fair.public_id == public_id, Fair.id.in_(seen_fairs(by)))
    return first_or_missing(session, found, lock=False)


def find_own(session: Session, by: Actor, fair: Fair, *, lock: bool = False) -> FairEmployer | None:
    """Return an employer's own place at a fair; None while it has none."""
    require(by, Permission.TAKE_PART_IN_FAIRS)
    found = sa.select(FairEmployer).where(
        FairEmployer.fair_id == fair.id, FairEmployer.employer_id == by.employer_id
    )
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    return session.scalar(found)


def own_place(session: Session, by: Actor, fair_public_id: str, *, lock: bool = False) -> Place:
    """Return an employer's own place at a fair, by the fair's public number."""
    fair = find_seen_fair(session, by, fair_public_id)
    row = find_own(session, by, fair, lock=lock)
    if row is None:
        raise not_found()
    return Place(fair, row, session.get_one(Employer, row.employer_id))


def require_side(session: Session, by: Actor, place: Place) -> None:
    """Let only the two sides of a place act on it: the employer itself, and who organises the fair.

    Raises
    ------
    NotFoundError
        The place is another employer's, or the fair another union's.
    """
    if by.employer_id is not None:
        require(by, Permission.TAKE_PART_IN_FAIRS)
        is_side = by.employer_id == place.row.employer_id
    else:
        require(by, Permission.MANAGE_FAIRS)
        is_side = scope_of(by).admits(session, place.fair.union_id)
    if not is_side:
        raise not_found()


def require_open(fair: Fair) -> None:
    """Refuse changes of a fair that was held, closed or cancelled."""
    require_live(fair)
    if is_over(fair):
        raise RuleBrokenError("fair_held", "这场招聘会的日子已经过了，不能再改参会单位。")


def is_open(fair: Fair) -> bool:
    """Say whether employers may still come and go."""
    return fair.state in LIVE and not is_over(fair)


def refuse_own(session: Session, by: Actor, employer_id: int) -> None:
    """Refuse who judges an employer they act for themselves."""
    require(by, Permission.MANAGE_FAIRS)
    own = sa.select(Membership.id).where(
        Membership.account_id == by.account_id, Membership.employer_id == employer_id
    )
    if session.scalar(own.limit(1)) is not None:
        raise RuleBrokenError("own_employer", "不能审核自己代表的单位，请由其他人审核。")


def call_of(session: Session, fair_id: int) -> FairCall | None:
    """Return what a fair offers; None before anything was set."""
    return session.scalar(sa.select(FairCall).where(FairCall.fair_id == fair_id))
