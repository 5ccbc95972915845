"""The second factor (动态口令, TOTP): setting up, checking, never accepting a code twice.

Compulsory for reviewers (审核员), who decide about employers' papers; free to everybody else.
"""

import pyotp
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.errors import InvalidInputError, NotAllowedError
from matcher.models.accounts import Account
from matcher.services import audit
from matcher.services.permissions import Actor

_COLUMN = "account.totp"
_STEP_SECONDS = 30
_DRIFT = 1
"""Steps a phone's clock may be off, either way (RFC 6238 section 5.2)."""

ISSUER = "毕业生就业服务"
"""Shown in the phone's authenticator: the neutral name, since anybody may look at the phone."""


def new_secret() -> str:
    """Return a fresh secret in base 32."""
    return pyotp.random_base32()


def setup_address(secret: str, login: str) -> str:
    """Return the otpauth address an authenticator app reads from a QR picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def _matching_step(secret: str, code: str) -> int | None:
    """Return the time step a code belongs to, or None."""
    totp = pyotp.TOTP(secret)
    present = int(clock.now().timestamp()) // _STEP_SECONDS
    for step in range(present - _DRIFT, present + _DRIFT + 1):
        if pyotp.utils.strings_equal(totp.at(step * _STEP_SECONDS), code):
            return step
    return None


def accept_code(session: Session, account_id: int, code: str) -> bool:
    """Say whether a code is right and not used before, and use it up.

    The step is written by a conditional update, so of two browsers that send the same code only one
    gets in.
    """
    account = session.get_one(Account, account_id)
    if account.totp_cipher is None:
        return False
    step = _matching_step(ring_of(session).decrypt(account.totp_cipher, _COLUMN), code.strip())
    if step is None:
        return False
    taken = session.execute(
        sa.update(Account)
        .where(
            Account.id == account_id,
            sa.or_(Account.totp_last_step.is_(None), Account.totp_last_step < step),
        )
        .values(totp_last_step=step)
        .execution_options(synchronize_session=False)
        .returning(Account.id)
    ).first()
    return taken is not None


def set_up(session: Session, by: Actor, secret: str, *, code: str) -> None:
    """Keep a secret for one's own account once the phone has shown a right code.

    Raises
    ------
    NotAllowedError
        A second factor is there already; an administrator must clear it first.
    InvalidInputError
        The code does not belong to the secret.
    """
    if by.account_id is None:
        raise NotAllowedError("not_allowed", "请先登录。")
    account = session.get_one(Account, by.account_id, with_for_update=True)
    if account.totp_cipher is not None:
        raise NotAllowedError("totp_present", "已经设过动态口令，要换手机请联系管理员清除。")
    step = _matching_step(secret, code.strip())
    if step is None:
        raise InvalidInputError(
            "totp_wrong",
            "动态口令不对。",
            fields={"code": "动态口令不对，看手机上最新的 6 位数字；手机时间要准。"},
        )
    account.totp_cipher = ring_of(session).encrypt(secret, _COLUMN)
    account.totp_last_step = step
    audit.record(session, by, "account.totp_set", subject=("account", account.id))
    session.flush()
