"""How the seats of a closed posting were filled (招满情况): noted when it closes, asked two weeks later, never dropped.

An employer gets one message a night, however many postings; who does not answer is called by the union. Postings of
other people's tables nobody was ever sent to are not asked about.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.base import new_public_id
from matcher.db.insertion import insert_if_new
from matcher.kinds import MessageChannel, PostingState, Role
from matcher.kinds.follow_ups import SeatSurveyState
from matcher.kinds.referrals import LinkPurpose
from matcher.models.accounts import Account, Membership
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.follow_ups import SeatSurvey
from matcher.models.outbox import OutboxMessage
from matcher.models.postings import Posting
from matcher.models.referrals import Referral
from matcher.models.tasks import Task
from matcher.policy.deadlines import get_deadline
from matcher.policy.quiet_hours import first_loud, quiet_hours
from matcher.services import audit, outbox, sealing, tasks
from matcher.services.casework.due_dates import due_after
from matcher.services.follow_ups.sight import SURVEY
from matcher.services.permissions import Actor, Permission, require
from matcher.services.referrals import links
from matcher.services.referrals.neutral_contacts import names_of

ASK_RULE = "seat_survey.ask"
ANSWER_RULE = "seat_survey.answer"
"""Limit of the employer's answer, and rule of the union's task once it is over."""

TEMPLATE = "seats_filled_asked"
_FORM = "form"
"""Source of a posting an employer wrote here."""


def _goes_on() -> sa.ColumnElement[bool]:
    """Return the condition that a posting noted as over goes on, or went on, beyond the day it was noted with."""
    later = sa.or_(Posting.closes_on.is_(None), Posting.closes_on > SeatSurvey.closed_on)
    return sa.and_(Posting.state != PostingState.CLOSED, later)


def drop_reopened(session: Session, by: Actor) -> int:
    """Forget unanswered questions about postings that got a later last day; noted again once they close."""
    require(by, Permission.REFER)
    found = (
        sa.select(SeatSurvey)
        .join(Posting, Posting.id == SeatSurvey.posting_id)
        .where(SeatSurvey.state != SeatSurveyState.ANSWERED, _goes_on())
        .order_by(SeatSurvey.id)
    )
    rows = list(session.scalars(found.with_for_update(of=SeatSurvey)))
    for survey in rows:
        tasks.drop_task(session, ANSWER_RULE, ("posting", survey.posting_id))
        audit.record(session, by, "seat_survey.dropped", subject=(SURVEY, survey.id))
        session.delete(survey)
    session.flush()
    return len(rows)


def note_closed(session: Session, by: Actor) -> int:
    """Note the postings that closed since the last look, with the day they will be asked about.

    One whose last day was moved is first forgotten, and noted anew when it is over.
    """
    require(by, Permission.REFER)
    drop_reopened(session, by)
    today = clock.today()
    lapsed = sa.and_(Posting.state == PostingState.PUBLISHED, Posting.closes_on < today)
    sent = sa.exists().where(Referral.posting_id == Posting.id, Referral.sent_at.is_not(None))
    noted = sa.exists().where(SeatSurvey.posting_id == Posting.id)
    found = (
        sa.select(Posting, Drive.union_id, Employer.region_code)
        .join(Drive, Drive.id == Posting.drive_id)
        .join(Employer, Employer.id == Posting.employer_id)
        .where(
            sa.or_(Posting.state == PostingState.CLOSED, lapsed),
            sa.or_(sent, Posting.source == _FORM),
            ~noted,
        )
        .order_by(Posting.id)
    )
    rows = session.execute(found).all()
    for posting, union_id, region in rows:
        closed = min(posting.closes_on, today) if posting.closes_on else today
        ask_on = get_deadline(ASK_RULE, region, today).after(closed)
        insert_if_new(
            session,
            SeatSurvey,
            {
                "public_id": new_public_id(),
                "posting_id": posting.id,
                "employer_id": posting.employer_id,
                "union_id": union_id,
                "seats": posting.headcount,
                "closed_on": closed,
                "ask_on": ask_on,
                "due_on": due_after(session, ANSWER_RULE, union_id, max(ask_on, today)).day,
                "state": SeatSurveyState.WAITING,
                "created_at": clock.now(),
            },
        )
    return len(rows)


def due_employers(session: Session, by: Actor) -> list[int]:
    """Return the employers with something to be asked today."""
    require(by, Permission.REFER)
    found = sa.select(SeatSurvey.employer_id).where(
        SeatSurvey.state == SeatSurveyState.WAITING, SeatSurvey.ask_on <= clock.today()
    )
    return list(session.scalars(found.distinct().order_by(SeatSurvey.employer_id)))


def ask_employer(session: Session, by: Actor, employer_id: int) -> int:
    """Ask an employer about all that is due, in one message; return how many postings.

    Asked about are the seats the posting has by now; one that goes on meanwhile is left to the next night.
    """
    require(by, Permission.REFER)
    found = (
        sa.select(SeatSurvey, Posting.headcount)
        .join(Posting, Posting.id == SeatSurvey.posting_id)
        .where(
            SeatSurvey.employer_id == employer_id,
            SeatSurvey.state == SeatSurveyState.WAITING,
            SeatSurvey.ask_on <= clock.today(),
            sa.not_(_goes_on()),
        )
        .order_by(SeatSurvey.id)
    )
    due = []
    for survey, headcount in session.execute(found.with_for_update(of=SeatSurvey)).all():
        due.append(survey)
        survey.state, survey.seats = SeatSurveyState.ASKED, headcount
        survey.due_on = due_after(session, ANSWER_RULE, survey.union_id, clock.today()).day
        audit.record(session, by, "seat_survey.asked", subject=(SURVEY, survey.id))
    session.flush()
    if due:
        _tell(session, session.get_one(Employer, employer_id), due)
    session.flush()
    return len(due)


def _tell(session: Session, employer: Employer, due: list[SeatSurvey]) -> None:
    """Write the message to the employer's contact, and to its accounts on the site."""
    posting = session.get_one(Posting, due[0].posting_id)
    parameters = {
        "drive": names_of(session.get_one(Drive, posting.drive_id)).sender,
        "count": len(due),
    }
    key = f"{TEMPLATE}:{employer.id}:{clock.today().isoformat()}"
    phone = sealing.open_sealed(session, employer, "contact_phone")
    written = sa.select(OutboxMessage.id).where(OutboxMessage.unique_key == key)
    if phone is not None and session.scalar(written) is None:
        token = links.issue(
            session,
            purpose=LinkPurpose.SEATS_FILLED,
            subject=("employer", employer.id),
            employer_id=employer.id,
            region=employer.region_code,
        )
        outbox.write(
            session,
            unique_key=key,
            channel=MessageChannel.SMS,
            template=TEMPLATE,
            parameters=parameters,
            address=phone,
            secret=links.address_of(session, token),
            send_after=first_loud(
                clock.in_china(clock.now()), quiet_hours(employer.region_code, clock.today())
            ),
        )
    for account_id in _accounts(session, employer.id):
        outbox.write(
            session,
            unique_key=f"{key}:{account_id}",
            channel=MessageChannel.SITE,
            template=f"{TEMPLATE}_here",
            parameters=parameters,
            account_id=account_id,
        )


def _accounts(session: Session, employer_id: int) -> list[int]:
    found = (
        sa.select(Account.id)
        .join(Membership, Membership.account_id == Account.id)
        .where(
            Membership.employer_id == employer_id,
            Membership.role == Role.EMPLOYER,
            Membership.ended_on.is_(None),
            Account.is_active.is_(True),
        )
    )
    return list(session.scalars(found.distinct().order_by(Account.id)))


def open_calls(session: Session, by: Actor) -> int:
    """Open the union's task for each question whose days are over; return how many are new."""
    require(by, Permission.REFER)
    has_task = sa.exists().where(
        Task.rule == ANSWER_RULE,
        Task.subject_kind == "posting",
        Task.subject_id == SeatSurvey.posting_id,
        Task.created_at >= SeatSurvey.created_at,  # one of an earlier question is not this one's
    )
    found = sa.select(SeatSurvey).where(
        SeatSurvey.state == SeatSurveyState.ASKED, SeatSurvey.due_on < clock.today(), ~has_task
    )
    rows = list(session.scalars(found.order_by(SeatSurvey.id)))
    for survey in rows:
        tasks.open_task(
            session,
            union_id=survey.union_id,
            rule=ANSWER_RULE,
            subject=("posting", survey.posting_id),
            due_on=clock.today(),
        )
    return len(rows)
