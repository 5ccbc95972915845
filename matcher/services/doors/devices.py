"""Scanners at the door (验票终端): paired once by a link, without an account, until the fair is over or one is revoked.

Of link and token only hashes are kept. A link pairs one scanner: who opens it second is told that it is used up. A
scanner may do nothing but what stands in this package: judge tickets of its own fair, and register who walks in.
"""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError
from matcher.models.fair_visitors import DoorDevice
from matcher.models.fairs import Fair
from matcher.services import audit
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import not_found

_BYTES = 32
_LONGEST = 64
"""Characters of a token at most; longer ones are not looked for."""

_PAIRING = dt.timedelta(hours=24)
"""A link made on the eve, when the doors are set up, serves in the morning; later nobody needs it."""

_AFTER = dt.timedelta(days=1)
"""A scanner that was offline brings its scans home on the day after the fair."""

_SEEN_EVERY = dt.timedelta(minutes=1)
"""How exactly the organiser's page tells when a scanner was last heard of; each scan would be a write more."""

_LONGEST_NAME = 40

_DEVICES = cast(sa.Table, DoorDevice.__table__)
_ROW = _DEVICES.c
_SEEN = (_ROW.id, _ROW.fair_id, _ROW.name, _ROW.revoked_at, _ROW.expires_at, _ROW.last_seen_at)
_HOLDS = sa.select(*_SEEN).where(_ROW.token_hash == sa.bindparam("hash", type_=sa.Text()))


@dataclass(frozen=True, slots=True)
class Scanner:
    """A paired scanner whose token holds now."""

    id: int
    fair_id: int
    name: str
    last_seen_at: dt.datetime | None = None


def add_device(session: Session, by: Actor, fair_id: int, name: str) -> tuple[DoorDevice, str]:
    """Make a scanner of a fair and return it with the token of the link that pairs it, readable this once.

    Raises
    ------
    NotFoundError
        No such fair in the actor's scope.
    InvalidInputError
        It has no name, or a long one.
    """
    require(by, Permission.MANAGE_FAIRS)
    fair = _fair(session, by, fair_id)
    name = name.strip()
    if not 1 <= len(name) <= _LONGEST_NAME:
        raise InvalidInputError(
            "door_name",
            "写上终端在哪道门，40 个字以内。",
            fields={"name": "写上终端在哪道门，40 个字以内。"},
        )
    token = secrets.token_urlsafe(_BYTES)
    ends = dt.datetime.combine(fair.last_on, dt.time(), clock.CHINA) + dt.timedelta(days=1) + _AFTER
    device = DoorDevice(
        fair_id=fair.id,
        name=name,
        pairing_hash=hash_of(token),
        pairing_expires_at=clock.now() + _PAIRING,
        expires_at=ends,
        created_at=clock.now(),
        created_by_id=by.account_id,
    )
    session.add(device)
    session.flush()
    audit.record(session, by, "door_device.added", subject=("door_device", device.id), fair=fair.id)
    return device, token


def renew_link(session: Session, by: Actor, device_id: int) -> tuple[DoorDevice, str]:
    """Make a new pairing link for a scanner; the old link and whoever was paired by it are shut out."""
    require(by, Permission.MANAGE_FAIRS)
    device = _device(session, by, device_id)
    token = secrets.token_urlsafe(_BYTES)
    device.pairing_hash, device.pairing_expires_at = hash_of(token), clock.now() + _PAIRING
    device.token_hash = device.paired_at = device.revoked_at = None
    session.flush()
    audit.record(
        session,
        by,
        "door_device.link_renewed",
        subject=("door_device", device.id),
        fair=device.fair_id,
    )
    return device, token


def revoke_device(session: Session, by: Actor, device_id: int) -> DoorDevice:
    """Shut a scanner out (停用) from this moment; doing it again changes nothing."""
    require(by, Permission.MANAGE_FAIRS)
    device = _device(session, by, device_id)
    if device.revoked_at is None:
        device.revoked_at = clock.now()
        device.pairing_hash = None
        session.flush()
        audit.record(
            session,
            by,
            "door_device.revoked",
            subject=("door_device", device.id),
            fair=device.fair_id,
        )
    return device


def list_devices(session: Session, by: Actor, fair_id: int) -> list[DoorDevice]:
    """Return the scanners of a fair in the order they were made."""
    require(by, Permission.VIEW_FAIRS)
    fair = _fair(session, by, fair_id)
    chosen = sa.select(DoorDevice).where(DoorDevice.fair_id == fair.id).order_by(DoorDevice.id)
    return list(session.scalars(chosen))


def look_at_link(session: Session, token: str) -> tuple[DoorDevice, Fair]:
    """Return scanner and fair of a pairing link, changing nothing.

    Raises
    ------
    NotFoundError
        Unknown, used, expired or revoked: all answer the same.
    """
    chosen = (
        sa.select(DoorDevice, Fair)
        .join(Fair, Fair.id == DoorDevice.fair_id)
        .where(DoorDevice.pairing_hash == hash_of(token), *_can_be_paired())
    )
    row = session.execute(chosen).one_or_none() if len(token) <= _LONGEST else None
    if row is None:
        raise NotFoundError("pairing_link", "这个配对链接已经用过或过期了，请主办方重新生成一个。")
    return row[0], row[1]


def pair(session: Session, token: str) -> tuple[DoorDevice, str]:
    """Pair the scanner that holds a link and return its own token; the link is used up, by one however many come."""
    device, _ = look_at_link(session, token)
    own = secrets.token_urlsafe(_BYTES)
    taken = session.execute(
        sa.update(DoorDevice)
        .where(DoorDevice.id == device.id, DoorDevice.pairing_hash == hash_of(token))
        .values(pairing_hash=None, token_hash=hash_of(own), paired_at=clock.now())
        .returning(DoorDevice.id)
    ).first()
    if taken is None:
        raise NotFoundError("pairing_link", "这个配对链接已经用过或过期了，请主办方重新生成一个。")
    session.refresh(device)
    return device, own


def scanner_of(session: Session, token: str) -> Scanner:
    """Return the scanner that holds a token, on every request anew, so that revoking works at once.

    Raises
    ------
    NotAllowedError
        Never paired, revoked, or the fair is long over.
    """
    row = None
    if token and len(token) <= _LONGEST:
        row = session.connection().execute(_HOLDS, {"hash": hash_of(token)}).one_or_none()
    if row is None or row.revoked_at is not None or row.expires_at <= clock.now():
        raise NotAllowedError(
            "door_not_paired", "这台设备没有配对，或已被停用，请主办方重新生成配对链接。"
        )
    return Scanner(row.id, row.fair_id, row.name, row.last_seen_at)


def note_seen(session: Session, scanner: Scanner) -> None:
    """Note when a scanner was last heard of, to the minute."""
    now = clock.now()
    if scanner.last_seen_at is None or scanner.last_seen_at < now - _SEEN_EVERY:
        session.execute(sa.update(_DEVICES).where(_ROW.id == scanner.id).values(last_seen_at=now))


def hash_of(token: str) -> str:
    """Return what is kept of a token; it is random and long enough to need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def _can_be_paired() -> tuple[sa.ColumnElement[bool], ...]:
    return (
        DoorDevice.revoked_at.is_(None),
        DoorDevice.pairing_expires_at > clock.now(),
        DoorDevice.expires_at > clock.now(),
    )


def _fair(session: Session, by: Actor, fair_id: int) -> Fair:
    fair = session.scalar(
        sa.select(Fair).where(Fair.id == fair_id, Fair.union_id.in_(scope_of(by).unions()))
    )
    if fair is None:
        raise not_found()
    return fair


def _device(session: Session, by: Actor, device_id: int) -> DoorDevice:
    device = session.scalar(
        sa.select(DoorDevice)
        .join(Fair, Fair.id == DoorDevice.fair_id)
        .where(DoorDevice.id == device_id, Fair.union_id.in_(scope_of(by).unions()))
        .with_for_update(of=DoorDevice)
    )
    if device is None:
        raise not_found()
    return device
