"""Drives (活动): creating, parameters by revision, opening and closing, the lottery's commitment.

The lottery key is drawn when the drive is made; its hash is published, the key itself is kept
encrypted and revealed when the drive closes, so that anybody can check the numbers afterwards. A
drive is seen by its own union, those above it and those below it, which bring their people; it is
changed by its own union and those above.
"""

import datetime as dt
import hashlib
import secrets
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import DriveState
from matcher.models.drives import Drive, DriveRevision
from matcher.models.organisations import UnionClosure
from matcher.policy.targets import suggested_targets
from matcher.ranking.parameters import DriveParameters
from matcher.services import audit, ranking_changes
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import expect_version, first_or_missing, not_found, unique_or

LOTTERY_COLUMN = "drive.lottery_key"
"""Associated data of the encrypted lottery key."""

_KEY_BYTES = 32

_TELLING = (
    "困难",
    "零就业",
    "帮扶",
    "救助",
    "低保",
    "贫困",
    "特困",
    "扶贫",
    "援助",
    "解困",
    "脱困",
)
"""Words that would tell outsiders something of the people in a drive (decisions.md 31)."""


def create_drive(
    session: Session,
    by: Actor,
    *,
    union_id: int,
    name: str,
    neutral_name: str,
    opens_on: dt.date,
    closes_on: dt.date,
    census_on: dt.date | None = None,
    parameters: DriveParameters | None = None,
    targets: dict[str, Any] | None = None,
) -> Drive:
    """Create a drive in preparation, with revision 1 of its parameters and a committed lottery.

    Parameters
    ----------
    neutral_name : what employers, doors and phones read
    census_on : day hardship status is frozen for the figures (统计时点)
    targets : shares by name with percent and source; None takes the programme's

    Raises
    ------
    InvalidInputError
        Names or dates are missing or out of order, or the neutral name tells somebody's status.
    """
    require(by, Permission.MANAGE_DRIVE)
    if not scope_of(by).admits(session, union_id):
        raise not_found()
    _check(name, neutral_name, opens_on, closes_on)
    key = secrets.token_bytes(_KEY_BYTES)
    drive = Drive(
        union_id=union_id,
        name=name.strip(),
        neutral_name=neutral_name.strip(),
        opens_on=opens_on,
        closes_on=closes_on,
        census_on=census_on,
        targets=suggested_targets(opens_on) if targets is None else targets,
        lottery_key_cipher=ring_of(session).encrypt(key.hex(), LOTTERY_COLUMN),
        lottery_commitment=hashlib.sha256(key).hexdigest(),
        created_at=clock.now(),
    )
    with unique_or(session, RuleBrokenError("drive_name_taken", "本工会已有同名活动。")):
        session.add(drive)
    _add_revision(session, by, drive, parameters or DriveParameters())
    committed = drive.lottery_commitment
    subject = ("drive", drive.id)
    audit.record(session, by, "drive.created", subject=subject, lottery_commitment=committed)
    session.flush()
    return drive


def is_telling(words: str) -> bool:
    """Say whether words for the outside would tell something of the people in a drive."""
    return any(word in words for word in _TELLING)


def _check(name: str, neutral_name: str, opens_on: dt.date, closes_on: dt.date) -> None:
    fields: dict[str, str] = {}
    if not name.strip():
        fields["name"] = "请填写活动名称。"
    if not neutral_name.strip():
        fields["neutral_name"] = "请填写对外名称。"
    elif is_telling(neutral_name):
        fields["neutral_name"] = (
            "对外名称不能出现困难、零就业、帮扶等字样，以免暴露求职者的家庭情况。"
        )
    if opens_on > closes_on:
        fields["closes_on"] = "结束日期不能早于开始日期。"
    if fields:
        raise InvalidInputError("drive_input", "活动信息有误，请修改标出的项目。", fields=fields)


def _add_revision(
    session: Session, by: Actor, drive: Drive, parameters: DriveParameters
) -> DriveRevision:
    """Add the present revision; what plans go by is as it was before."""
    before = session.get(DriveRevision, (drive.id, drive.revision - 1))
    revision = DriveRevision(
        drive_id=drive.id,
        revision=drive.revision,
        parameters=parameters.to_dict(),
        plan_parameters=before.plan_parameters if before is not None else {},
        created_at=clock.now(),
        created_by_id=by.account_id,
    )
    session.add(revision)
    session.flush()
    return revision


def get_drive(session: Session, by: Actor, drive_id: int) -> Drive:
    """Return a drive the actor may see."""
    require(by, Permission.VIEW_DRIVE)
    found = sa.select(Drive).where(Drive.id == drive_id, Drive.id.in_(seen_drives(by)))
    return first_or_missing(session, found, lock=False)


def list_drives(session: Session, by: Actor) -> list[Drive]:
    """Return the drives the actor may see, newest first."""
    require(by, Permission.VIEW_DRIVE)
    found = sa.select(Drive).where(Drive.id.in_(seen_drives(by)))
    return list(session.scalars(found.order_by(Drive.opens_on.desc(), Drive.id.desc())))


def list_open_drives(session: Session, union_id: int) -> list[Drive]:
    """Return the open drives of a union, of those above and of those below it, newest first.

    For employers and graduates of that union, who see the neutral name only.
    """
    found = sa.select(Drive).where(
        Drive.state == DriveState.OPEN, Drive.union_id.in_(related_unions(union_id))
    )
    return list(session.scalars(found.order_by(Drive.opens_on.desc(), Drive.id.desc())))


def related_unions(union_id: int) -> sa.CompoundSelect[int]:
    """Select the union itself, all above it and all below it."""
    below = sa.select(UnionClosure.descendant_id).where(UnionClosure.ancestor_id == union_id)
    above = sa.select(UnionClosure.ancestor_id).where(UnionClosure.descendant_id == union_id)
    return below.union(above)


def seen_drives(by: Actor) -> sa.Select[int]:
    """Select the ids of the drives a union-side actor may see."""
    scope = scope_of(by)
    unions = scope.unions() if scope.union_id is None else related_unions(scope.union_id)
    return sa.select(Drive.id).where(Drive.union_id.in_(unions))


def get_managed(session: Session, by: Actor, drive_id: int) -> Drive:
    """Return a drive of the scope, locked for changing, for who manages drives."""
    require(by, Permission.MANAGE_DRIVE)
    found = sa.select(Drive).where(Drive.id == drive_id, Drive.union_id.in_(scope_of(by).unions()))
    return first_or_missing(session, found, lock=True)


def get_parameters(session: Session, drive: Drive) -> DriveParameters:
    """Return the parameters of a drive's present revision."""
    revision = session.get_one(DriveRevision, (drive.id, drive.revision))
    return DriveParameters.from_dict(revision.parameters)


def revise_parameters(
    session: Session,
    by: Actor,
    drive_id: int,
    parameters: DriveParameters,
    *,
    expected_version: int | None = None,
) -> DriveRevision:
    """Give a drive a new revision of its ranking parameters; runs made before cite the old one.

    Raises
    ------
    RuleBrokenError
        The drive is closed.
    """
    drive = get_managed(session, by, drive_id)
    expect_version(drive, expected_version)
    if drive.state is DriveState.CLOSED:
        raise RuleBrokenError("drive_closed", "活动已结束，不能再修改参数。")
    drive.revision += 1
    session.flush()
    revision = _add_revision(session, by, drive, parameters)
    audit.record(
        session,
        by,
        "drive.parameters_revised",
        subject=("drive", drive_id),
        revision=drive.revision,
        parameters=revision.parameters,
    )
    ranking_changes.note_many(session, drive_id)
    session.flush()
    return revision


def open_drive(
    session: Session, by: Actor, drive_id: int, *, expected_version: int | None = None
) -> Drive:
    """Open a drive in preparation; from now on the lottery's hash is public and employers may post."""
    drive = get_managed(session, by, drive_id)
    expect_version(drive, expected_version)
    if drive.state is not DriveState.PREPARING:
        raise RuleBrokenError("drive_step", "只有筹备中的活动可以开启。")
    drive.state = DriveState.OPEN
    audit.record(
        session,
        by,
        "drive.opened",
        subject=("drive", drive_id),
        lottery_commitment=drive.lottery_commitment,
    )
    session.flush()
    return drive


def close_drive(
    session: Session, by: Actor, drive_id: int, *, expected_version: int | None = None
) -> Drive:
    """Close an open drive and reveal its lottery key, once and for good."""
    drive = get_managed(session, by, drive_id)
    expect_version(drive, expected_version)
    if drive.state is not DriveState.OPEN:
        raise RuleBrokenError("drive_step", "只有进行中的活动可以结束。")
    drive.state = DriveState.CLOSED
    drive.lottery_revealed_at = clock.now()
    audit.record(
        session,
        by,
        "drive.closed",
        subject=("drive", drive_id),
        lottery_key=lottery_key(session, drive).hex(),
    )
    session.flush()
    return drive


def reveal_lottery(session: Session, by: Actor, drive_id: int) -> str:
    """Return the lottery key of a closed drive in hex; SHA-256 of its bytes is the commitment.

    Raises
    ------
    RuleBrokenError
        The drive is not closed: the key is not told while numbers still decide.
    """
    drive = get_drive(session, by, drive_id)
    if drive.lottery_revealed_at is None:
        raise RuleBrokenError("lottery_sealed", "抽签密钥在活动结束时公布。")
    return lottery_key(session, drive).hex()


def lottery_key(session: Session, drive: Drive) -> bytes:
    """Return the key ranking draws with; for snapshots only, never for a page."""
    return bytes.fromhex(ring_of(session).decrypt(drive.lottery_key_cipher, LOTTERY_COLUMN))
