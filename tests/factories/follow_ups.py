"""Factories of call-backs and of questions about seats: plain rows, no use case in between."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.follow_ups import SeatSurveyState
from matcher.models.drives import Drive
from matcher.models.follow_ups import CallBack, SeatSurvey
from matcher.models.organisations import Union
from matcher.models.placements import Placement
from matcher.models.postings import Posting
from tests.factories.people import make_graduate
from tests.factories.placements import make_placement


def make_call_back(session: Session, placement: Placement, **changes: object) -> CallBack:
    """Insert a call-back of one month that is due today."""
    fields: dict[str, object] = {
        "placement_id": placement.id,
        "graduate_id": placement.graduate_id,
        "union_id": placement.union_id,
        "months": 1,
        "reached_on": clock.today() - dt.timedelta(days=5),
        "due_on": clock.today(),
        "created_at": clock.now(),
    }
    row = CallBack(**(fields | changes))
    session.add(row)
    session.flush()
    return row


def make_survey(session: Session, posting: Posting, **changes: object) -> SeatSurvey:
    """Insert a question about a posting's seats that waits for its answer."""
    fields: dict[str, object] = {
        "posting_id": posting.id,
        "employer_id": posting.employer_id,
        "union_id": session.get_one(Drive, posting.drive_id).union_id,
        "seats": posting.headcount,
        "closed_on": clock.today() - dt.timedelta(days=14),
        "ask_on": clock.today(),
        "due_on": clock.today() + dt.timedelta(days=14),
        "state": SeatSurveyState.ASKED,
        "created_at": clock.now(),
    }
    row = SeatSurvey(**(fields | changes))
    session.add(row)
    session.flush()
    return row


@dataclass(frozen=True)
class FollowUpRows:
    """Public numbers of a call-back and of a question about seats, for the addresses of pages."""

    call_back: str
    survey: str


def make_follow_up_rows(session: Session, union: Union, posting: Posting) -> FollowUpRows:
    """Insert a call-back about a job of somebody of a union, and a question about a posting."""
    placement = make_placement(session, make_graduate(session, union))
    call = make_call_back(session, placement)
    return FollowUpRows(call.public_id, make_survey(session, posting).public_id)
