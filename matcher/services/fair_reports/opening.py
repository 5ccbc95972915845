"""Which intents are followed (意向跟踪): one row a contact that stands as an intent, once its fair is closed."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.base import new_public_id
from matcher.db.insertion import insert_if_new
from matcher.kinds.fair_hall import ContactState
from matcher.kinds.fair_reports import FollowState
from matcher.models.fair_contacts import FairContact
from matcher.models.fair_reports import FairFollow
from matcher.models.fairs import Fair
from matcher.services.casework.due_dates import due_after
from matcher.services.fair_reports.following import drop_tasks

ANSWER_RULE = "fair.intent_answer"


def open_follows(session: Session, fair: Fair) -> int:
    """Begin to follow every intent of a fair, and end following what is none any more; return how many are new.

    A contact that becomes an intent again is followed again where it stood.
    """
    _end_gone(session, fair)
    followed = sa.exists().where(FairFollow.contact_id == FairContact.id)
    found = sa.select(FairContact).where(
        FairContact.fair_id == fair.id, FairContact.state == ContactState.INTENT, ~followed
    )
    due_on = due_after(session, ANSWER_RULE, fair.union_id, clock.today()).day
    n_new = 0
    for contact in session.scalars(found.order_by(FairContact.met_at, FairContact.id)):
        values = {
            "public_id": new_public_id(),
            "fair_id": fair.id,
            "contact_id": contact.id,
            "fair_employer_id": contact.fair_employer_id,
            "visitor_id": contact.visitor_id,
            "state": FollowState.OPEN,
            "due_on": due_on,
            "opened_at": clock.now(),
        }
        n_new += insert_if_new(session, FairFollow, values) is not None
    session.flush()
    return n_new


def _end_gone(session: Session, fair: Fair) -> None:
    intent = sa.exists().where(
        FairContact.id == FairFollow.contact_id, FairContact.state == ContactState.INTENT
    )
    found = sa.select(FairFollow).where(FairFollow.fair_id == fair.id)
    for follow in session.scalars(found.where(~intent, FairFollow.ended_at.is_(None))):
        follow.ended_at = clock.now()
        drop_tasks(session, follow)
    for follow in session.scalars(found.where(intent, FairFollow.ended_at.is_not(None))):
        follow.ended_at = None
    session.flush()
