"""Forgetting what has no use any more (保存期限): sign-ins and one-time codes that are over.

Finished jobs are forgotten by `job_sweep.forget_finished`; people's records have rules of their own.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.models.accounts import OneTimeCode, SignInSession

KEEP_SIGN_INS_DAYS = 7
"""A week, to answer "was that me"; the audit trail keeps the sign-in itself."""

KEEP_CODES_DAYS = 1
"""A day, for counting how many codes a phone asked for."""


def forget_sign_ins(session: Session) -> int:
    """Delete sign-in sessions and codes that ended long ago; return how many rows went."""
    now = clock.now()
    sessions_end = now - dt.timedelta(days=KEEP_SIGN_INS_DAYS)
    codes_end = now - dt.timedelta(days=KEEP_CODES_DAYS)
    quiet = {"synchronize_session": False}
    gone = session.scalars(
        sa.delete(SignInSession)
        .where(
            sa.or_(SignInSession.expires_at < sessions_end, SignInSession.revoked_at < sessions_end)
        )
        .returning(SignInSession.id),
        execution_options=quiet,
    ).all()
    codes = session.scalars(
        sa.delete(OneTimeCode).where(OneTimeCode.expires_at < codes_end).returning(OneTimeCode.id),
        execution_options=quiet,
    ).all()
    return len(gone) + len(codes)
