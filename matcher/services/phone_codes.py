"""Signing in with a phone (手机验证码): one-time codes, and the account behind a phone number.

A phone is not an identity: a new account has no record attached, whatever imported rows carry the same
number; a caseworker confirms who it is. Only keyed hashes of number and code are kept.
"""

import datetime as dt
import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.identity import mask_phone, normalise_phone, phone_problem
from matcher.kinds import MessageChannel
from matcher.models.accounts import Account, OneTimeCode
from matcher.services import audit, outbox, sealing
from matcher.services.permissions import Actor
from matcher.services.sign_in_sessions import PHONE_LOGIN

LIFE = dt.timedelta(minutes=10)
MOST_ATTEMPTS = 5
"""Guesses at one code: five of a million."""

_PAUSE = dt.timedelta(seconds=60)
_PER_DAY = 10
"""Codes to one number in 24 hours: each costs money and may annoy a stranger."""

_DIGITS = 6
_SIGN_IN = "sign_in"


def _phone_index(session: Session, phone: str) -> str:
    return ring_of(session).blind_index(phone, sealing.PHONES)


def _code_hash(session: Session, phone_index: str, code: str) -> str:
    return ring_of(session).blind_index(f"{phone_index}:{code}", "one_time_code")


def _mobile(text: str) -> str:
    """Return a mobile number in its one form, or raise InvalidInputError."""
    phone = normalise_phone(text)
    if phone_problem(phone) is not None or not phone.startswith("1"):
        raise InvalidInputError(
            "phone_form",
            "手机号不对。",
            fields={"phone": "手机号应为 11 位，以 1 开头。"},
        )
    return phone


def send_code(session: Session, phone_text: str) -> None:
    """Write a message with a fresh code for a phone; older codes of the number end.

    Raises
    ------
    InvalidInputError
        Not a mobile number.
    RuleBrokenError
        A code was sent less than a minute ago, or ten in 24 hours.
    """
    phone = _mobile(phone_text)
    index = _phone_index(session, phone)
    now = clock.now()
    _check_pace(session, index, now)
    session.execute(
        sa.update(OneTimeCode)
        .where(OneTimeCode.phone_index == index, OneTimeCode.used_at.is_(None))
        .values(used_at=now)
    )
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
    row = OneTimeCode(
        phone_index=index,
        purpose=_SIGN_IN,
        code_hash=_code_hash(session, index, code),
        created_at=now,
        expires_at=now + LIFE,
    )
    session.add(row)
    session.flush()
    outbox.write(
        session,
        unique_key=f"one-time-code:{row.id}",
        channel=MessageChannel.SMS,
        template="sign_in_code",
        address=phone,
        secret=code,
        parameters={"minutes": int(LIFE.total_seconds() // 60)},
    )


def _check_pace(session: Session, index: str, now: dt.datetime) -> None:
    """Refuse a code too soon after the last, or too many in a day."""
    sent = session.scalars(
        sa.select(OneTimeCode.created_at)
        .where(
            OneTimeCode.phone_index == index, OneTimeCode.created_at > now - dt.timedelta(days=1)
        )
        .order_by(OneTimeCode.created_at.desc())
    ).all()
    if sent and sent[0] > now - _PAUSE:
        raise RuleBrokenError("code_too_soon", "刚发过验证码，一分钟后再试。")
    if len(sent) >= _PER_DAY:
        raise RuleBrokenError("codes_per_day", "这个号码今天收到的验证码太多，请明天再试。")


def accept_code(session: Session, phone_text: str, code: str) -> bool:
    """Say whether a code is the phone's live one, and use it up; a wrong one counts.

    The caller commits whatever the answer, so that guesses are counted.
    """
    index = _phone_index(session, _mobile(phone_text))
    now = clock.now()
    row = session.scalar(
        sa.select(OneTimeCode)
        .where(
            OneTimeCode.phone_index == index,
            OneTimeCode.purpose == _SIGN_IN,
            OneTimeCode.used_at.is_(None),
            OneTimeCode.expires_at > now,
            OneTimeCode.attempts < MOST_ATTEMPTS,
        )
        .order_by(OneTimeCode.id.desc())
        .limit(1)
        .with_for_update()
    )
    if row is None:
        return False
    row.attempts += 1
    right = secrets.compare_digest(row.code_hash, _code_hash(session, index, code.strip()))
    if right:
        row.used_at = now
    session.flush()
    return right


def account_of(session: Session, phone_text: str) -> int:
    """Return the account of a phone number whose code was accepted; makes it the first time."""
    phone = _mobile(phone_text)
    login = PHONE_LOGIN + _phone_index(session, phone)
    known = session.scalar(sa.select(Account.id).where(Account.login == login))
    if known is not None:
        return known
    account = Account(login=login, display_name=mask_phone(phone), created_at=clock.now())
    session.add(account)
    session.flush()
    audit.record(
        session,
        Actor(account_id=account.id, role=None),
        "account.registered",
        subject=("account", account.id),
    )
    return account.id
