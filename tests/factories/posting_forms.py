"""What an employer fills in for a posting, and a posting drafted with it."""

import datetime as dt

from sqlalchemy.orm import Session

from matcher.kinds import EducationLevel
from matcher.models.drives import Drive
from matcher.models.postings import Posting
from matcher.services import posting_drafts
from matcher.services.permissions import Actor
from matcher.services.posting_drafts import PostingInput


def posting_input(**changes: object) -> PostingInput:
    fields: dict[str, object] = {
        "title": "会计",
        "headcount": 2,
        "duties": "账务处理",
        "place_text": "银川市兴庆区",
        "region_code": "640104",
        "pay_low_yuan": 4000,
        "pay_high_yuan": 6000,
        "closes_on": dt.date(2030, 1, 1),
        "education_min": EducationLevel.BACHELOR,
        "requirement": {"本科": "会计学"},
    }
    return PostingInput(**(fields | changes))  # type: ignore[arg-type]  # a factory


def draft_posting(session: Session, by: Actor, drive: Drive, **changes: object) -> Posting:
    facts = posting_input(**changes)
    return posting_drafts.create_posting(session, by, facts, drive_id=drive.id).posting
