"""Notices as they are read (公示的查看): in the union's lists, and by whoever has the link, for its days."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.approvals import NoticeState
from matcher.models.publicity import Notice
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import first_or_missing

LINES = ("name", "unit", "tier")
"""All a notice says of anybody; the name masked."""


def get_notice(session: Session, by: Actor, notice_id: int, *, lock: bool = False) -> Notice:
    """Return a notice of the actor's part of the tree."""
    require(by, Permission.VIEW_FILES)
    found = sa.select(Notice).where(
        Notice.id == notice_id, Notice.union_id.in_(scope_of(by).unions())
    )
    return first_or_missing(session, found, lock=lock)


def list_notices(
    session: Session, by: Actor, *, state: NoticeState | None = None, limit: int = 200
) -> list[Notice]:
    """Return the notices of the actor's part of the tree, those that end first before the others."""
    require(by, Permission.VIEW_FILES)
    found = sa.select(Notice).where(Notice.union_id.in_(scope_of(by).unions()))
    if state is not None:
        found = found.where(Notice.state == state)
    is_over = sa.case((Notice.state == NoticeState.RUNNING, 0), else_=1)
    return list(session.scalars(found.order_by(is_over, Notice.to_on, Notice.id).limit(limit)))


def find_notice(session: Session, by: Actor, public_id: str) -> Notice:
    """Return a notice of the actor's part of the tree by its public id."""
    require(by, Permission.VIEW_FILES)
    found = sa.select(Notice).where(
        Notice.public_id == public_id, Notice.union_id.in_(scope_of(by).unions())
    )
    return first_or_missing(session, found, lock=False)


@dataclass(frozen=True)
class PublicNotice:
    """What the page by link shows: the frozen lines, the days, the telephone."""

    lines: dict[str, str | None]
    union_id: int
    contact: str
    from_on: dt.date
    to_on: dt.date
    round: int


def read_by_link(session: Session, token: str) -> PublicNotice | None:
    """Return what hangs under a link today; None if it is over or never was."""
    today = clock.today()
    notice = session.scalar(sa.select(Notice).where(Notice.token == token))
    if notice is None or notice.state is not NoticeState.RUNNING:
        return None
    if not notice.from_on <= today <= notice.to_on:
        return None
    return PublicNotice(
        lines={key: notice.lines.get(key) for key in LINES},
        union_id=notice.union_id,
        contact=notice.contact,
        from_on=notice.from_on,
        to_on=notice.to_on,
        round=notice.round,
    )


def is_over(session: Session, token: str) -> bool:
    """Say whether something hung under a link that is gone by now."""
    notice = session.scalar(sa.select(Notice).where(Notice.token == token))
    return notice is not None and (
        notice.state is not NoticeState.RUNNING or notice.to_on < clock.today()
    )
