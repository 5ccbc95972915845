"""Sign-ins and codes are forgotten when nobody can ask about them any more, and not before."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.models.accounts import OneTimeCode, SignInSession
from matcher.services import retention
from tests.factories.accounts import make_account, numbers


def _signed_in(session: Session, *, expired_days_ago: int, revoked_days_ago: int | None) -> None:
    now = clock.now()
    row = SignInSession(
        token_hash=f"t{next(numbers)}",
        account_id=make_account(session).id,
        created_at=now - dt.timedelta(days=60),
        seen_at=now - dt.timedelta(days=60),
        expires_at=now - dt.timedelta(days=expired_days_ago),
        revoked_at=None if revoked_days_ago is None else now - dt.timedelta(days=revoked_days_ago),
    )
    session.add(row)
    session.flush()


@pytest.mark.parametrize(
    ("expired", "revoked", "gone"),
    [(8, None, 1), (6, None, 0), (-1, None, 0), (-1, 8, 1), (-1, 6, 0)],
)
def test_a_sign_in_is_kept_for_a_week_after_its_end(
    session: Session, expired: int, revoked: int | None, gone: int
) -> None:
    _signed_in(session, expired_days_ago=expired, revoked_days_ago=revoked)

    assert retention.forget_sign_ins(session) == gone
    assert retention.forget_sign_ins(session) == 0
    assert len(session.scalars(sa.select(SignInSession.id)).all()) == 1 - gone


@pytest.mark.parametrize(("hours", "gone"), [(30, 1), (20, 0), (-1, 0)])
def test_a_code_is_kept_for_a_day_so_that_a_phones_codes_can_be_counted(
    session: Session, hours: int, gone: int
) -> None:
    now = clock.now()
    row = OneTimeCode(
        phone_index="p",
        purpose="sign_in",
        code_hash="h",
        created_at=now - dt.timedelta(hours=hours),
        expires_at=now - dt.timedelta(hours=hours),
    )
    session.add(row)
    session.flush()

    assert retention.forget_sign_ins(session) == gone
