"""Announcements of a fair (现场公告): written by the organiser, read on the wall, on phones and at the booths."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds.fair_hall import Audience
from matcher.models.fair_queues import FairAnnouncement
from matcher.policy.own_words import tells_too_much
from matcher.services import audit
from matcher.services.fairs.sight import get_managed, require_live
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import first_or_missing

LONGEST = 200
"""Characters: more is not read on a wall."""


@dataclass(frozen=True)
class Said:
    """An announcement as it is read."""

    public_id: str
    body: str
    is_urgent: bool
    audience: Audience
    shown_from: dt.datetime
    shown_until: dt.datetime
    withdrawn_at: dt.datetime | None = None

    @property
    def stands(self) -> bool:
        """Say whether it is shown now."""
        return self.withdrawn_at is None and self.shown_from <= clock.now() < self.shown_until


def announce(
    session: Session,
    by: Actor,
    fair_public_id: str,
    body: str,
    *,
    audience: Audience,
    minutes: int,
    is_urgent: bool = False,
) -> FairAnnouncement:
    """Say something to the hall from now on for so many minutes.

    Raises
    ------
    InvalidInputError
        Nothing to read, too long, or words that tell of people's circumstances.
    """
    require(by, Permission.MANAGE_FAIRS)
    fair = get_managed(session, by, fair_public_id, lock=False)
    require_live(fair)
    body = " ".join(body.split())
    why = _problem(body)
    if why is not None:
        raise InvalidInputError("announcement_unfit", why, fields={"body": why})
    now = clock.now()
    row = FairAnnouncement(
        fair_id=fair.id,
        audience=audience,
        is_urgent=is_urgent,
        body=body,
        shown_from=now,
        shown_until=now + dt.timedelta(minutes=minutes),
        created_at=now,
        created_by_id=by.account_id,
    )
    session.add(row)
    session.flush()
    audit.record(
        session, by, "fair_announcement.made", subject=("fair", fair.id), announcement=row.id
    )
    return row


def _problem(body: str) -> str | None:
    if not body:
        return "请写公告内容。"
    if len(body) > LONGEST:
        return f"公告最多 {LONGEST} 个字。"
    if tells_too_much(body):
        return "公告所有人都看得到，请去掉涉及个人情况的词。"
    return None


def withdraw(session: Session, by: Actor, fair_public_id: str, public_id: str) -> None:
    """Take an announcement off the screens; withdrawn already, nothing happens."""
    require(by, Permission.MANAGE_FAIRS)
    fair = get_managed(session, by, fair_public_id, lock=False)
    found = sa.select(FairAnnouncement).where(
        FairAnnouncement.public_id == public_id, FairAnnouncement.fair_id == fair.id
    )
    row = first_or_missing(session, found, lock=True)
    if row.withdrawn_at is None:
        row.withdrawn_at = clock.now()
        session.flush()
        audit.record(
            session,
            by,
            "fair_announcement.withdrawn",
            subject=("fair", fair.id),
            announcement=row.id,
        )


def standing(session: Session, fair_id: int, audience: Audience) -> list[Said]:
    """Return what somebody reads now: said to everybody or to them, urgent ones first, then the newest."""
    now = clock.now()
    found = (
        sa.select(FairAnnouncement)
        .where(
            FairAnnouncement.fair_id == fair_id,
            FairAnnouncement.withdrawn_at.is_(None),
            FairAnnouncement.shown_from <= now,
            FairAnnouncement.shown_until > now,
            FairAnnouncement.audience.in_((Audience.EVERYBODY, audience)),
        )
        .order_by(FairAnnouncement.is_urgent.desc(), FairAnnouncement.id.desc())
    )
    return [_said(row) for row in session.scalars(found)]


def all_said(session: Session, fair_id: int) -> list[Said]:
    """Return everything that was said at a fair the caller looked up in sight, the newest first."""
    found = sa.select(FairAnnouncement).where(FairAnnouncement.fair_id == fair_id)
    return [_said(row) for row in session.scalars(found.order_by(FairAnnouncement.id.desc()))]


def _said(row: FairAnnouncement) -> Said:
    return Said(
        public_id=row.public_id,
        body=row.body,
        is_urgent=row.is_urgent,
        audience=row.audience,
        shown_from=row.shown_from,
        shown_until=row.shown_until,
        withdrawn_at=row.withdrawn_at,
    )
