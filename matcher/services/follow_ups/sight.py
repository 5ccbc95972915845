"""Who sees which call-back (就业回访) and which question about seats (招满情况)."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.follow_ups import CallBack, SeatSurvey
from matcher.models.placements import Placement
from matcher.models.postings import Posting
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.placements.sight import placements_in_sight
from matcher.services.referrals import locks
from matcher.services.rows import first_or_missing, not_found

CALL_BACK = "call_back"
"""Kind of subject of a call-back's task, link and entries in the trail."""

SURVEY = "seat_survey"


def call_backs_in_sight(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on `CallBack` for those whose placement an actor sees."""
    if by.graduate_id is not None:
        require(by, Permission.ANSWER_OWN_REFERRALS)
        return CallBack.graduate_id == by.graduate_id
    return CallBack.placement_id.in_(sa.select(Placement.id).where(placements_in_sight(by)))


def find_call_back(session: Session, by: Actor, public_id: str, *, lock: bool = False) -> CallBack:
    """Return a call-back in sight; for changing it is locked, after its person."""
    found = sa.select(CallBack).where(CallBack.public_id == public_id, call_backs_in_sight(by))
    row = first_or_missing(session, found, lock=False)
    if not lock:
        return row
    locks.lock_graduates(session, [row.graduate_id])
    return first_or_missing(session, found, lock=True)


def require_caller(by: Actor) -> None:
    """Ask that an actor answers a call-back: the person, or staff who record placements."""
    own = by.graduate_id is not None
    require(by, Permission.ANSWER_OWN_REFERRALS if own else Permission.RECORD_PLACEMENTS)


def surveys_in_sight(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on `SeatSurvey`: the union's, or the employer's own once it was asked."""
    if by.employer_id is not None:
        require(by, Permission.ANSWER_REFERRALS)
        return sa.and_(SeatSurvey.employer_id == by.employer_id, SeatSurvey.state != "waiting")
    if by.graduate_id is not None:
        raise not_found()
    require(by, Permission.VIEW_REFERRALS)
    return SeatSurvey.union_id.in_(scope_of(by).unions())


def find_survey(session: Session, by: Actor, public_id: str, *, lock: bool = False) -> SeatSurvey:
    """Return a question about seats in sight, locked for changing if asked."""
    found = sa.select(SeatSurvey).where(SeatSurvey.public_id == public_id, surveys_in_sight(by))
    return first_or_missing(session, found, lock=lock)


def require_answerer(by: Actor) -> None:
    """Ask that an actor answers for the employer: its agent, or staff on behalf."""
    own = by.employer_id is not None
    require(by, Permission.ANSWER_REFERRALS if own else Permission.REFER)


def survey_of_posting(session: Session, by: Actor, posting_public_id: str) -> SeatSurvey:
    """Return the question about a posting."""
    posting = sa.select(Posting.id).where(Posting.public_id == posting_public_id)
    found = sa.select(SeatSurvey).where(SeatSurvey.posting_id.in_(posting), surveys_in_sight(by))
    return first_or_missing(session, found, lock=False)
