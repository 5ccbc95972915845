"""Preferences of reminders (提醒设置): hour, kinds, a channel beside the site, quiet hours of one's own.

Mandatory kinds cannot be switched off, and the site's own message always comes: what is overdue is nobody's choice.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.identity import mask_phone, normalise_phone, phone_problem
from matcher.kinds import MessageChannel, MessageState
from matcher.kinds.day import ReminderKind
from matcher.models.day import ReminderChoice, ReminderPreference
from matcher.models.outbox import OutboxMessage
from matcher.services import audit
from matcher.services.casework.sealed_words import seal
from matcher.services.message_texts import ComposedMessage, compose
from matcher.services.permissions import Actor, Permission, require

ADDRESS = "reminder_preference.address"
"""Column the address is sealed for."""

ORDINARY_HOUR = 8
"""When the office opens."""

_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


@dataclass(frozen=True)
class ReminderSettings:
    """What somebody chose; `kinds` are those that come."""

    hour: int = ORDINARY_HOUR
    channel: MessageChannel = MessageChannel.SITE
    address_masked: str | None = None
    quiet_from_hour: int | None = None
    quiet_to_hour: int | None = None
    kinds: frozenset[ReminderKind] = frozenset(ReminderKind)


@dataclass(frozen=True)
class SiteMessage:
    """A message on the site as its reader sees it."""

    row: OutboxMessage
    words: ComposedMessage


def own_settings(session: Session, by: Actor) -> ReminderSettings:
    """Return the actor's own settings, the ordinary ones if nothing was ever set."""
    require(by, Permission.VIEW_FILES)
    return settings_of_account(session, by.account_id)


def settings_of_account(session: Session, account_id: int | None) -> ReminderSettings:
    """Return the settings of an account."""
    off = set(
        session.scalars(
            sa.select(ReminderChoice.kind).where(
                ReminderChoice.account_id == account_id, ReminderChoice.is_wanted.is_(False)
            )
        )
    )
    kinds = frozenset(one for one in ReminderKind if one.is_mandatory or one not in off)
    kept = session.get(ReminderPreference, account_id) if account_id else None
    if kept is None:
        return ReminderSettings(kinds=kinds)
    return ReminderSettings(
        kept.hour,
        kept.channel,
        kept.address_masked,
        kept.quiet_from_hour,
        kept.quiet_to_hour,
        kinds,
    )


def set_reminders(
    session: Session,
    by: Actor,
    *,
    hour: int,
    kinds: Collection[ReminderKind],
    channel: MessageChannel = MessageChannel.SITE,
    address: str | None = None,
    quiet_from_hour: int | None = None,
    quiet_to_hour: int | None = None,
) -> ReminderSettings:
    """Set one's own reminders; an empty address keeps the one that stands for the same channel.

    Raises
    ------
    RuleBrokenError
        A mandatory kind is left out.
    InvalidInputError
        The address does not fit the channel, or only one end of the quiet hours is given.
    """
    require(by, Permission.VIEW_FILES)
    missing = [one for one in ReminderKind if one.is_mandatory and one not in kinds]
    if missing:
        raise RuleBrokenError(
            "reminder_mandatory", "超期、今天到期和等接收的交接必须提醒，不能关闭。"
        )
    if (quiet_from_hour is None) != (quiet_to_hour is None):
        message = "免打扰要填起止两个钟点，或都不填。"
        raise InvalidInputError("reminder_input", message, fields={"quiet_to_hour": message})
    kept = session.get(ReminderPreference, by.account_id, with_for_update=True)
    if kept is None:
        kept = ReminderPreference(account_id=by.account_id, hour=hour, channel=MessageChannel.SITE)
        session.add(kept)
    _set_address(session, kept, channel, address)
    kept.hour, kept.changed_at = hour, clock.now()
    kept.quiet_from_hour, kept.quiet_to_hour = quiet_from_hour, quiet_to_hour
    _set_choices(session, by, kinds)
    audit.record(session, by, "reminders.set", hour=hour, channel=channel, kinds=sorted(kinds))
    session.flush()
    return settings_of_account(session, by.account_id)


def _set_address(
    session: Session, kept: ReminderPreference, channel: MessageChannel, address: str | None
) -> None:
    """Seal the address of a channel; the site needs none."""
    if channel is MessageChannel.SITE:
        kept.channel, kept.address_cipher, kept.address_masked = channel, None, None
        return
    given = (address or "").strip()
    if not given and kept.channel is channel and kept.address_cipher is not None:
        return
    message = "请填手机号码。" if channel is MessageChannel.SMS else "请填邮箱地址。"
    wrong = InvalidInputError("reminder_input", message, fields={"address": message})
    if channel is MessageChannel.SMS:
        given = normalise_phone(given)
        if not given or phone_problem(given) is not None:
            raise wrong
        masked = mask_phone(given)
    else:
        if _MAIL.fullmatch(given) is None:
            raise wrong
        masked = f"{given[0]}***@{given.rpartition('@')[2]}"
    kept.channel, kept.address_masked = channel, masked
    kept.address_cipher = seal(session, given, ADDRESS)


def _set_choices(session: Session, by: Actor, kinds: Collection[ReminderKind]) -> None:
    session.execute(sa.delete(ReminderChoice).where(ReminderChoice.account_id == by.account_id))
    session.add_all(
        [
            ReminderChoice(account_id=by.account_id, kind=one, is_wanted=one in kinds)
            for one in ReminderKind
        ]
    )


def list_messages(session: Session, by: Actor, *, limit: int = 50) -> list[SiteMessage]:
    """Return the messages on the site to the actor's own account, newest first."""
    found = (
        sa.select(OutboxMessage)
        .where(
            OutboxMessage.account_id == by.account_id,
            OutboxMessage.channel == MessageChannel.SITE,
            OutboxMessage.state != MessageState.WITHDRAWN,
        )
        .order_by(OutboxMessage.created_at.desc(), OutboxMessage.id.desc())
        .limit(limit)
    )
    return [
        SiteMessage(row, compose(row.template, row.parameters)) for row in session.scalars(found)
    ]
