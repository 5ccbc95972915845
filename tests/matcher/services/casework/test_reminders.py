"""Reminders: mandatory kinds stay on, one digest a person and a morning, by night nothing leaves the house."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import MessageChannel, Role
from matcher.kinds.day import ReminderKind
from matcher.models.day import ReminderChoice, ReminderPreference
from matcher.models.organisations import Union
from matcher.models.outbox import OutboxMessage
from matcher.services import outbox
from matcher.services.calendar import seed_calendar_days
from matcher.services.casework import digests, reminders
from matcher.services.permissions import SYSTEM, Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.day import make_case, make_colleague, make_family, make_task

FRIDAY = dt.datetime(2026, 11, 20, 8, 5, tzinfo=clock.CHINA)
ALL = list(ReminderKind)
MANDATORY = [one for one in ReminderKind if one.is_mandatory]


@pytest.fixture(autouse=True)
def _friday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: FRIDAY.astimezone(dt.UTC))


@pytest.fixture
def union(session: Session) -> Union:
    return make_union(session)


@pytest.fixture
def worker(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.CASEWORKER, union=union)


def _written(session: Session) -> list[OutboxMessage]:
    return list(session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)))


def _owe(session: Session, union: Union, worker: Actor, *days: int) -> None:
    household, _ = make_family(session, union, worker)
    for one in days:
        make_task(session, union, ("household", household.id), owner=worker, days=one)


def test_mandatory_kinds_cannot_be_switched_off_in_the_form_nor_in_the_table(
    session: Session, worker: Actor
) -> None:
    for kind in MANDATORY:
        with pytest.raises(RuleBrokenError):
            reminders.set_reminders(
                session, worker, hour=8, kinds=[one for one in ALL if one is not kind]
            )
    kept = reminders.set_reminders(session, worker, hour=7, kinds=MANDATORY)
    assert kept.kinds == frozenset(MANDATORY)

    for kind in MANDATORY:
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(
                sa.update(ReminderChoice).where(ReminderChoice.kind == kind).values(is_wanted=False)
            )


def test_a_digest_counts_what_the_lists_hold_and_names_nobody(
    session: Session, union: Union, worker: Actor
) -> None:
    _owe(session, union, worker, -3, -1, 0, 1, 4)
    _, graduate = make_family(session, union, worker)
    make_case(session, graduate, worker)
    free, _ = make_family(session, union)
    make_task(session, union, ("household", free.id))

    assert digests.write_digest(session, SYSTEM, worker.account_id or 0)

    [message] = _written(session)
    assert (message.channel, message.account_id) == (MessageChannel.SITE, worker.account_id)
    assert message.parameters == {
        "overdue": 2,
        "due_today": 1,
        "due_soon": 2,
        "hand_over": 0,
        "unclaimed": 1,
        "calls": 1,
    }
    [shown] = reminders.list_messages(session, worker)
    assert shown.words.subject == "今天的工作提醒"
    assert "超期 2 件，今天到期 1 件" in shown.words.text


def test_there_is_one_digest_a_day_for_whose_hour_has_come(
    session: Session, union: Union, worker: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed_calendar_days(session)
    late, off = make_colleague(session, worker), make_actor(session, Role.REVIEWER, union=union)
    reminders.set_reminders(session, late, hour=9, kinds=ALL)
    for one in (worker, late, off):
        _owe(session, union, one, -1)

    assert digests.due_accounts(session, SYSTEM) == [worker.account_id]
    digests.write_digest(session, SYSTEM, worker.account_id or 0)
    digests.write_digest(session, SYSTEM, worker.account_id or 0)

    assert len(_written(session)) == 1
    assert digests.due_accounts(session, SYSTEM) == []
    later = FRIDAY + dt.timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later.astimezone(dt.UTC))
    assert digests.due_accounts(session, SYSTEM) == [late.account_id]
    saturday = FRIDAY + dt.timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: saturday.astimezone(dt.UTC))
    assert digests.due_accounts(session, SYSTEM) == []


def test_a_kind_switched_off_is_not_told_and_nothing_to_tell_is_no_message(
    session: Session, union: Union, worker: Actor
) -> None:
    reminders.set_reminders(session, worker, hour=8, kinds=MANDATORY)
    _owe(session, union, worker, 4)

    assert not digests.write_digest(session, SYSTEM, worker.account_id or 0)
    assert _written(session) == []


def test_by_night_a_text_message_waits_but_the_site_does_not(
    session: Session, union: Union, worker: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    six = FRIDAY.replace(hour=6)
    monkeypatch.setattr(clock, "now", lambda: six.astimezone(dt.UTC))
    wish = {"hour": 6, "kinds": ALL, "quiet_from_hour": 8, "quiet_to_hour": 9}
    reminders.set_reminders(
        session, worker, channel=MessageChannel.SMS, address="139 0000 1234", **wish
    )
    household, _ = make_family(session, union, worker)
    make_task(session, union, ("household", household.id), owner=worker, days=-1)

    digests.write_digest(session, SYSTEM, worker.account_id or 0)

    site, text = _written(session)
    assert site.send_after == six
    assert text.send_after == FRIDAY.replace(hour=9, minute=0)
    monkeypatch.setattr(clock, "now", lambda: text.send_after)
    taken = outbox.take(session, text.id)
    assert taken is not None
    assert taken.address == "13900001234"


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        (MessageChannel.SMS, ""),
        (MessageChannel.SMS, "12345"),
        (MessageChannel.MAIL, "no address"),
        (MessageChannel.MAIL, None),
    ],
)
def test_a_channel_needs_an_address_that_fits(
    session: Session, worker: Actor, channel: MessageChannel, address: str | None
) -> None:
    with pytest.raises(InvalidInputError):
        reminders.set_reminders(
            session, worker, hour=8, kinds=ALL, channel=channel, address=address
        )


def test_an_address_is_sealed_kept_when_the_field_is_empty_and_dropped_with_the_channel(
    session: Session, worker: Actor
) -> None:
    mail = {"hour": 8, "kinds": ALL, "channel": MessageChannel.MAIL}
    reminders.set_reminders(session, worker, address="li.ming@example.cn", **mail)
    kept = reminders.set_reminders(session, worker, **mail)
    row = session.get_one(ReminderPreference, worker.account_id)

    assert kept.address_masked == "l***@example.cn"
    assert row.address_cipher is not None
    assert b"li.ming" not in row.address_cipher
    reminders.set_reminders(session, worker, hour=8, kinds=ALL)
    session.refresh(row)
    assert (row.address_cipher, row.address_masked) == (None, None)
