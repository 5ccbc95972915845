"""An employer hears once a morning, in counts and neutral words, of what waits for it."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.kinds import MessageChannel, Role
from matcher.kinds.referrals import LinkPurpose, ReferralState
from matcher.models.day import ReminderPreference
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.organisations import Union
from matcher.models.outbox import OutboxMessage
from matcher.models.referrals import AnswerLink
from matcher.services import outbox, sealing
from matcher.services.calendar import seed_calendar_days
from matcher.services.casework.reminders import ADDRESS
from matcher.services.message_texts import compose
from matcher.services.permissions import SYSTEM
from matcher.services.referrals import digests, links
from tests.factories.accounts import make_actor
from tests.factories.drives import make_drive
from tests.factories.postings import make_employer, make_posting
from tests.factories.referrals import make_referral

_R = ReferralState
FRIDAY = dt.datetime(2026, 11, 20, 8, 10, tzinfo=clock.CHINA)


def _at(monkeypatch: pytest.MonkeyPatch, moment: dt.datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment.astimezone(dt.UTC))


@pytest.fixture(autouse=True)
def _friday(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    _at(monkeypatch, FRIDAY)
    seed_calendar_days(session)


@pytest.fixture
def drive(session: Session) -> Drive:
    return make_drive(session)


@pytest.fixture
def employer(session: Session, drive: Drive) -> Employer:
    return make_employer(session, session.get_one(Union, drive.union_id))


def _wait(session: Session, drive: Drive, employer: Employer) -> None:
    """Insert one of each: new, due today, interview today, and some that do not wait for the employer."""
    posting = make_posting(session, drive, employer, headcount=9)
    make_referral(session, posting)
    make_referral(session, posting, state=_R.ON_HOLD, decide_by_on=clock.today())
    make_referral(session, posting, state=_R.INTERVIEW)
    for state in (_R.PROPOSED, _R.OFFERED, _R.REFUSED, _R.WITHDRAWN):
        make_referral(session, posting, state=state)


def _written(session: Session) -> list[OutboxMessage]:
    found = sa.select(OutboxMessage).where(OutboxMessage.template == digests.TEMPLATE)
    return list(session.scalars(found.order_by(OutboxMessage.id)))


def _morning(session: Session) -> None:
    for one in digests.due_employers(session, SYSTEM):
        digests.write_digest(session, SYSTEM, one)


def test_one_digest_a_morning_tells_counts_and_the_drives_neutral_name(
    session: Session, drive: Drive, employer: Employer
) -> None:
    account = make_actor(session, Role.EMPLOYER, employer=employer)
    _wait(session, drive, employer)

    _morning(session)

    [message] = _written(session)
    assert (message.account_id, message.channel) == (account.account_id, MessageChannel.SITE)
    assert message.parameters == {
        "drive": drive.neutral_name,
        "waiting": 3,
        "unanswered": 1,
        "interviews": 1,
        "due": 1,
    }
    said = compose(message.template, message.parameters).text
    assert said == (
        f"{drive.neutral_name}：等您答复的 3 位，今天面试 1 位，今天到期或已过期 1 位。"
    )


def test_however_often_it_runs_there_is_one_a_day(
    session: Session, drive: Drive, employer: Employer, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_actor(session, Role.EMPLOYER, employer=employer)
    _wait(session, drive, employer)

    for hour in (0, 1, 2):
        _at(monkeypatch, FRIDAY + dt.timedelta(hours=hour))
        _morning(session)
        digests.write_digest(session, SYSTEM, employer.id)
    assert len(_written(session)) == 1
    assert digests.due_employers(session, SYSTEM) == []

    _at(monkeypatch, FRIDAY + dt.timedelta(days=3))
    _morning(session)
    assert len(_written(session)) == 2


@pytest.mark.parametrize("moment", [FRIDAY - dt.timedelta(hours=1), FRIDAY + dt.timedelta(days=1)])
def test_nobody_hears_before_the_office_opens_or_on_days_off(
    session: Session,
    drive: Drive,
    employer: Employer,
    monkeypatch: pytest.MonkeyPatch,
    moment: dt.datetime,
) -> None:
    make_actor(session, Role.EMPLOYER, employer=employer)
    _wait(session, drive, employer)
    _at(monkeypatch, moment)

    assert digests.due_employers(session, SYSTEM) == []


def test_with_nothing_waiting_or_nobody_to_tell_nothing_is_written(
    session: Session, drive: Drive, employer: Employer
) -> None:
    _wait(session, drive, employer)
    idle = make_employer(session)
    make_actor(session, Role.EMPLOYER, employer=idle)

    assert not digests.write_digest(session, SYSTEM, employer.id)
    assert not digests.write_digest(session, SYSTEM, idle.id)
    assert _written(session) == []


PHONE = "13995550123"


def _with_contact(session: Session, employer: Employer) -> None:
    sealing.seal_contact_phone(session, employer, PHONE)


def _linked(session: Session) -> list[OutboxMessage]:
    found = sa.select(OutboxMessage).where(OutboxMessage.template == digests.LINKED)
    return list(session.scalars(found.order_by(OutboxMessage.id)))


def test_the_contact_gets_one_link_a_day_that_answers_without_an_account(
    session: Session, drive: Drive, employer: Employer
) -> None:
    _with_contact(session, employer)
    _wait(session, drive, employer)
    drive.neutral_sender = "区就业服务窗口"

    for _ in range(2):
        _morning(session)
        digests.write_digest(session, SYSTEM, employer.id)

    [message] = _linked(session)
    assert session.scalars(sa.select(AnswerLink.employer_id)).all() == [employer.id]
    ring = ring_of(session)
    assert (message.channel, message.account_id) == (MessageChannel.SMS, None)
    assert message.address_cipher
    assert message.secret_cipher
    assert ring.decrypt(message.address_cipher, outbox.ADDRESS_COLUMN) == PHONE
    address = ring.decrypt(message.secret_cipher, outbox.SECRET_COLUMN)
    link = links.look(session, address.rsplit("/", 1)[1])
    assert (link.purpose, link.employer_id) == (LinkPurpose.EMPLOYER_ANSWER, employer.id)
    assert (link.subject_kind, link.subject_id) == ("employer", employer.id)
    said = compose(message.template, message.parameters, secret=address).text
    assert said == (
        "区就业服务窗口：等您答复的 1 位，今天面试 1 位，今天到期或已过期 1 位。"
        f"点开就能答复：{address}"
    )


def test_the_sites_own_message_carries_no_link(
    session: Session, drive: Drive, employer: Employer
) -> None:
    _with_contact(session, employer)
    account = make_actor(session, Role.EMPLOYER, employer=employer)
    _wait(session, drive, employer)

    _morning(session)

    [own] = _written(session)
    assert (own.account_id, own.channel) == (account.account_id, MessageChannel.SITE)
    assert own.secret_cipher is None
    assert len(_linked(session)) == 1


def test_an_account_that_chose_the_contacts_phone_hears_there_once(
    session: Session, drive: Drive, employer: Employer
) -> None:
    _with_contact(session, employer)
    account = make_actor(session, Role.EMPLOYER, employer=employer)
    sealed = ring_of(session).encrypt(PHONE, ADDRESS)
    session.add(
        ReminderPreference(
            account_id=account.account_id,
            channel=MessageChannel.SMS,
            address_cipher=sealed,
            hour=8,
            changed_at=clock.now(),
        )
    )
    _wait(session, drive, employer)

    _morning(session)

    assert [one.channel for one in _written(session)] == [MessageChannel.SITE]
    assert len(_linked(session)) == 1


def test_without_anybody_unanswered_the_contact_gets_no_link(
    session: Session, drive: Drive, employer: Employer
) -> None:
    _with_contact(session, employer)
    make_referral(session, make_posting(session, drive, employer), state=_R.INTERVIEW)

    _morning(session)

    assert _linked(session) == []
