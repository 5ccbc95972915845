"""Messages that ask for an answer: one a question, by consent, with a link that ends when the question does."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import NotFoundError
from matcher.kinds import MessageChannel, MessageState, Role
from matcher.kinds.referrals import DeclineReason, LinkPurpose, ReferralState
from matcher.models.consents import Consent
from matcher.models.graduates import Graduate
from matcher.models.outbox import OutboxMessage
from matcher.models.referrals import AnswerLink, Referral
from matcher.models.tasks import Task
from matcher.services import outbox, sealing
from matcher.services.permissions import Actor
from matcher.services.referrals import (
    answer_messages,
    employer_answers,
    interview_replies,
    links,
    person_answers,
)
from tests.factories.accounts import make_actor
from tests.factories.referrals import make_referral

_R = ReferralState


def _asked(session: Session, state: ReferralState = _R.PROPOSED) -> Referral:
    referral = make_referral(session, state=state, seat=state is _R.OFFERED)
    answer_messages.ask_person(session, referral)
    return referral


def _messages(session: Session) -> list[OutboxMessage]:
    return list(session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)))


def _taken(session: Session) -> outbox.OutgoingMessage | None:
    (message,) = _messages(session)
    message.send_after = clock.now()
    session.flush()
    return outbox.take(session, message.id)


def _token(sent: outbox.OutgoingMessage | None) -> str:
    assert sent is not None
    assert sent.secret is not None
    return sent.secret.rsplit("/a/", 1)[1]


@pytest.mark.parametrize(
    ("state", "purpose", "template"),
    [
        (_R.PROPOSED, LinkPurpose.REFERRAL, "referral_asked"),
        (_R.INTERVIEW, LinkPurpose.INTERVIEW, "interview_invited"),
        (_R.OFFERED, LinkPurpose.OFFER, "offer_made"),
    ],
)
def test_each_question_has_a_message_with_a_working_link(
    session: Session, state: ReferralState, purpose: LinkPurpose, template: str
) -> None:
    referral = _asked(session, state)

    sent = _taken(session)
    link = links.look(session, _token(sent))

    assert sent is not None
    assert (sent.template, sent.channel) == (template, MessageChannel.SMS)
    assert (link.purpose, link.subject_id) == (purpose, referral.id)
    phone = sealing.open_sealed(session, session.get_one(Graduate, referral.graduate_id), "phone")
    assert sent.address == phone


def test_a_message_names_neither_post_nor_unit_nor_person(session: Session) -> None:
    _asked(session)
    (message,) = _messages(session)

    words = str(message.parameters)
    assert not re.search("会计|公司|毕业生\\d", words)


def test_one_question_is_one_message(session: Session) -> None:
    referral = _asked(session)

    assert not answer_messages.ask_person(session, referral)

    assert len(_messages(session)) == 1
    assert session.scalar(sa.select(sa.func.count(AnswerLink.id))) == 1


@pytest.mark.parametrize("state", [_R.SENT, _R.ACCEPTED, _R.REFUSED])
def test_where_the_person_is_not_asked_nothing_is_sent(
    session: Session, state: ReferralState
) -> None:
    _asked(session, state)

    assert _messages(session) == []


def test_without_a_phone_there_is_neither_message_nor_link(session: Session) -> None:
    referral = make_referral(session, state=_R.PROPOSED)
    sealing.seal_phone(session, session.get_one(Graduate, referral.graduate_id), None)

    assert not answer_messages.ask_person(session, referral)
    assert session.scalar(sa.select(sa.func.count(AnswerLink.id))) == 0


def test_a_consent_to_the_service_taken_back_keeps_the_message_in(session: Session) -> None:
    _asked(session)
    session.execute(sa.update(Consent).values(withdrawn_at=clock.now()))

    assert _taken(session) is None
    assert _messages(session)[0].state is MessageState.WITHDRAWN


def test_an_answer_ends_the_link_of_its_question(session: Session) -> None:
    referral = _asked(session, _R.OFFERED)
    token = _token(_taken(session))
    clerk = _person(session, referral)

    person_answers.decline(session, clerk, referral.id, reason=DeclineReason.PAY)

    with pytest.raises(NotFoundError):
        links.look(session, token)


def _person(session: Session, referral: Referral) -> Actor:
    graduate = session.get_one(Graduate, referral.graduate_id)
    return make_actor(session, Role.GRADUATE, graduate=graduate)


def test_who_cannot_come_is_called_the_same_day_until_they_can(session: Session) -> None:
    referral = make_referral(session, state=_R.INTERVIEW)
    person = _person(session, referral)

    def open_tasks() -> list[object]:
        found = sa.select(Task.due_on).where(
            Task.rule == interview_replies.CANNOT_COME_RULE, Task.state == "open"
        )
        return list(session.scalars(found))

    interview_replies.reply(session, person, referral.id, is_coming=False)
    assert open_tasks() == [clock.today()]
    interview_replies.reply(session, person, referral.id, is_coming=True)

    assert open_tasks() == []
    assert referral.state is _R.INTERVIEW


def _invite(session: Session, referral: Referral, in_days: int, words: str) -> None:
    by = Actor(None, Role.EMPLOYER, employer_id=referral.employer_id)
    on = clock.today() + dt.timedelta(days=in_days)
    employer_answers.invite(session, by, referral.id, on=on, note=words)


@pytest.mark.parametrize(
    "said",
    [
        [(3, "九点"), (3, "下午两点")],
        [(3, "九点"), (3, "九点，公司前台")],
        [(3, "九点"), (5, "九点"), (3, "九点")],
    ],
)
def test_every_change_of_an_interview_is_told_and_the_last_message_says_what_stands(
    session: Session, said: list[tuple[int, str]]
) -> None:
    referral = make_referral(session)
    for in_days, words in said:
        _invite(session, referral, in_days, words)
        _invite(session, referral, in_days, words)  # a double click

    messages = _messages(session)

    assert [one.template for one in messages] == ["interview_invited"] * len(said)
    on = clock.today() + dt.timedelta(days=said[-1][0])
    assert messages[-1].parameters["day"] == f" {on.month}月{on.day}日"


def test_who_missed_an_interview_and_is_asked_to_the_same_hour_again_is_told(
    session: Session,
) -> None:
    referral = make_referral(session)
    _invite(session, referral, 0, "九点")
    employer_answers.note_attendance(
        session,
        Actor(None, Role.EMPLOYER, employer_id=referral.employer_id),
        referral.id,
        attended=False,
    )
    _invite(session, referral, 0, "九点")

    assert len(_messages(session)) == 2
