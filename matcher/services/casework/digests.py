"""The daily digest (每日提醒): one message a person and a morning, counts only, into the outbox.

Run each hour on working days: whoever's hour has come and has no digest of today gets one, so that a machine that
was off catches up. The key of the message names account and day: a second run writes nothing.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.kinds import MessageChannel, Role
from matcher.kinds.day import ReminderKind
from matcher.models.accounts import Account, Membership
from matcher.models.day import ReminderPreference
from matcher.models.organisations import Union
from matcher.models.outbox import OutboxMessage
from matcher.policy.quiet_hours import QuietHours, first_loud, quiet_hours
from matcher.services import outbox
from matcher.services.calendar import is_working_day
from matcher.services.casework import call_lists, hand_over_lists, today
from matcher.services.casework.reminders import ADDRESS, ORDINARY_HOUR, settings_of_account
from matcher.services.casework.today import When
from matcher.services.permissions import Actor, Permission, may, require

TEMPLATE = "daily_digest"

_REMINDED = (Role.CASEWORKER, Role.GRASSROOTS_OFFICER, Role.APPROVER)
"""Roles whose work is made of tasks with a day."""


def due_accounts(session: Session, by: Actor) -> list[int]:
    """Return the accounts whose hour has come and that have no digest of today; none on days off."""
    require(by, Permission.VIEW_FILES)
    day = clock.today()
    if not is_working_day(session, day).is_working:
        return []
    hour = clock.in_china(clock.now()).hour
    wanted = sa.func.coalesce(ReminderPreference.hour, ORDINARY_HOUR)
    rows = session.execute(
        sa.select(Account.id)
        .join(Membership, Membership.account_id == Account.id)
        .outerjoin(ReminderPreference, ReminderPreference.account_id == Account.id)
        .where(
            Membership.role.in_(_REMINDED),
            Membership.ended_on.is_(None),
            Account.is_active.is_(True),
            wanted <= hour,
        )
        .distinct()
        .order_by(Account.id)
    )
    sent = sa.select(OutboxMessage.account_id).where(
        OutboxMessage.template == TEMPLATE, OutboxMessage.created_at >= call_lists.start_of_today()
    )
    done = set(session.scalars(sent))
    return [row.id for row in rows if row.id not in done]


def write_digest(session: Session, by: Actor, account_id: int) -> bool:
    """Write the digest of one account, on the site and by the chosen channel; False if there is nothing to tell."""
    require(by, Permission.VIEW_FILES)
    actor = _actor(session, account_id)
    if actor is None:
        return False
    settings = settings_of_account(session, account_id)
    found = _counts(session, actor)
    counts = {kind.value: found.get(kind, 0) for kind in sorted(settings.kinds)}
    if not any(counts.values()):
        return False
    key = f"digest:{account_id}:{clock.today().isoformat()}"
    outbox.write(
        session,
        unique_key=f"{key}:site",
        channel=MessageChannel.SITE,
        template=TEMPLATE,
        parameters=counts,
        account_id=account_id,
    )
    if settings.channel is not MessageChannel.SITE:
        outbox.write(
            session,
            unique_key=f"{key}:{settings.channel.value}",
            channel=settings.channel,
            template=TEMPLATE,
            parameters=counts,
            account_id=account_id,
            address=_address(session, account_id),
            send_after=_loud(session, actor, settings.quiet_from_hour, settings.quiet_to_hour),
        )
    return True


def _actor(session: Session, account_id: int) -> Actor | None:
    """Return the account in the first of its roles that is reminded, a caseworker's before others."""
    row = session.execute(
        sa.select(Membership.role, Membership.union_id)
        .where(
            Membership.account_id == account_id,
            Membership.role.in_(_REMINDED),
            Membership.ended_on.is_(None),
        )
        .order_by(Membership.role != Role.CASEWORKER, Membership.id)
        .limit(1)
    ).first()
    return None if row is None else Actor(account_id, row.role, union_id=row.union_id)


def _counts(session: Session, actor: Actor) -> dict[ReminderKind, int]:
    days = today.count_tasks(session, actor)
    counts = {
        ReminderKind.OVERDUE: days[When.OVERDUE],
        ReminderKind.DUE_TODAY: days[When.TODAY],
        ReminderKind.DUE_SOON: days[When.WEEK] - days[When.TODAY],
        ReminderKind.UNCLAIMED: days[When.UNCLAIMED],
    }
    if may(actor, Permission.EDIT_CASES):
        counts[ReminderKind.HAND_OVER] = hand_over_lists.count_waiting(session, actor)
        counts[ReminderKind.CALLS] = call_lists.list_calls(session, actor).total
    return counts


def _address(session: Session, account_id: int) -> str | None:
    kept = session.get_one(ReminderPreference, account_id)
    cipher = kept.address_cipher
    return None if cipher is None else ring_of(session).decrypt(cipher, ADDRESS)


def _loud(
    session: Session, actor: Actor, from_hour: int | None, to_hour: int | None
) -> dt.datetime:
    """Return the first instant that is quiet neither by the region's data nor by the person's wish."""
    region = session.scalar(sa.select(Union.region_code).where(Union.id == actor.union_id))
    quiet = [quiet_hours(region, clock.today())]
    if from_hour is not None and to_hour is not None:
        quiet.append(QuietHours(from_hour, to_hour))
    return first_loud(clock.in_china(clock.now()), *quiet)
