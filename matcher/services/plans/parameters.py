"""What a drive's plans go by (方案规则): part of its revision, set by who manages it, published to everybody.

Weights of the wish are in hundredths of the ranking's points; at first they give `intent + text // 4 + major // 4`, so
that a person's wish and a posting's fit are two orders and not one (matching.md §2.2).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.allocation.rules import PlanRules
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import DriveState
from matcher.kinds.plans import ReserveOrder, UnfilledReserve
from matcher.models.drives import Drive, DriveRevision
from matcher.ranking.parameters import POINTS_LIMIT, DriveParameters
from matcher.services import audit
from matcher.services.drives import get_managed, lottery_key
from matcher.services.permissions import Actor
from matcher.services.rows import expect_version, first_or_missing

_WHOLE = 100
"""Weights are hundredths."""

_MOST_WEIGHT = 1_000
_MOST_LISTED = 1_000
_MOST_DRIVES = 50


@dataclass(frozen=True, slots=True)
class WishWeights:
    """How much of each part of the points counts in a person's wish, in hundredths."""

    intent: int = 100
    text: int = 25
    major: int = 25


@dataclass(frozen=True, slots=True)
class PlanParameters:
    """What a drive manager sets before a plan is solved.

    Parameters
    ----------
    list_length : how many places of each list may come about; people who are guaranteed a seat bring all of theirs
    """

    rules: PlanRules = field(default_factory=PlanRules)
    wish: WishWeights = field(default_factory=WishWeights)
    list_length: int = 50

    def __post_init__(self) -> None:
        """Refuse what makes no order."""
        broken = dict(_broken(self))
        if broken:
            raise InvalidInputError("plan_parameters", "方案规则有误，请修改。", fields=broken)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; `from_dict` reads them back."""
        return {
            "guarantee_class": self.rules.guarantee_class,
            "reserves": self.rules.reserves.value,
            "unfilled": self.rules.unfilled.value,
            "stickiness": self.rules.stickiness,
            "wish": asdict(self.wish),
            "list_length": self.list_length,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote; what is absent takes its default, what is unknown is refused."""
        known = PlanParameters().to_dict()
        wish = values.get("wish", {})
        if not set(values) <= set(known) or not set(wish) <= set(known["wish"]):
            raise InvalidInputError("plan_parameters", "方案规则中有不认识的项目。", fields={})
        given = known | dict(values)
        return cls(
            rules=PlanRules(
                guarantee_class=given["guarantee_class"],
                reserves=ReserveOrder(given["reserves"]),
                unfilled=UnfilledReserve(given["unfilled"]),
                stickiness=given["stickiness"],
            ),
            wish=WishWeights(**wish),
            list_length=given["list_length"],
        )


def _broken(parameters: PlanParameters) -> list[tuple[str, str]]:
    weights = list(asdict(parameters.wish).values())
    rules = (
        (
            "wish",
            min(weights) >= 0 and max(weights) <= _MOST_WEIGHT,
            "志愿权重须在 0 到 1000 之间。",
        ),
        ("wish", any(weights), "志愿权重不能全为零。"),
        ("stickiness", parameters.rules.stickiness <= POINTS_LIMIT, "沿用上次方案的加分过大。"),
        (
            "list_length",
            1 <= parameters.list_length <= _MOST_LISTED,
            "名单长度须在 1 到 1000 之间。",
        ),
    )
    return [(name, words) for name, holds, words in rules if not holds]


def weighed(weights: WishWeights, *, intent: Any, text: Any, major: Any) -> Any:
    """Return points of wish; whole numbers or arrays of them."""
    return (
        intent * weights.intent // _WHOLE
        + text * weights.text // _WHOLE
        + major * weights.major // _WHOLE
    )


def get_plan_parameters(session: Session, drive: Drive) -> PlanParameters:
    """Return what plans of a drive's present revision go by."""
    revision = session.get_one(DriveRevision, (drive.id, drive.revision))
    return PlanParameters.from_dict(revision.plan_parameters)


def revise_plan_parameters(
    session: Session,
    by: Actor,
    drive_id: int,
    parameters: PlanParameters,
    *,
    expected_version: int | None = None,
) -> DriveRevision:
    """Give a drive a new revision of what its plans go by; its ranking goes on by the rules it had.

    Raises
    ------
    RuleBrokenError
        The drive is closed.
    """
    drive = get_managed(session, by, drive_id)
    expect_version(drive, expected_version)
    if drive.state is DriveState.CLOSED:
        raise RuleBrokenError("drive_closed", "活动已结束，不能再修改参数。")
    before = session.get_one(DriveRevision, (drive.id, drive.revision))
    drive.revision += 1
    revision = DriveRevision(
        drive_id=drive.id,
        revision=drive.revision,
        parameters=before.parameters,
        plan_parameters=parameters.to_dict(),
        created_at=clock.now(),
        created_by_id=by.account_id,
    )
    session.add(revision)
    audit.record(
        session,
        by,
        "drive.plan_rules_revised",
        subject=("drive", drive_id),
        revision=drive.revision,
        parameters=revision.plan_parameters,
    )
    session.flush()
    return revision


@dataclass(frozen=True)
class PublishedRevision:
    """Rules of one revision, and since when they stand."""

    revision: int
    since: dt.datetime
    plans: PlanParameters
    ranking: DriveParameters


@dataclass(frozen=True)
class PublishedRules:
    """What everybody may read of a drive's rules: no name of a person, no figure of people.

    Parameters
    ----------
    revisions : newest first
    lottery_commitment : SHA-256 of the lottery key's bytes
    lottery_key : in hex, once the drive is closed; None before
    """

    neutral_name: str
    opens_on: dt.date
    closes_on: dt.date
    state: DriveState
    revisions: tuple[PublishedRevision, ...]
    lottery_commitment: str
    lottery_key: str | None


def published_rules(session: Session, public_id: str) -> PublishedRules:
    """Return the published rules of a drive that was opened, for anybody who asks; two queries."""
    found = sa.select(Drive).where(
        Drive.public_id == public_id, Drive.state != DriveState.PREPARING
    )
    drive = first_or_missing(session, found, lock=False)
    rows = session.scalars(
        sa.select(DriveRevision)
        .where(DriveRevision.drive_id == drive.id)
        .order_by(DriveRevision.revision.desc())
    )
    is_told = drive.lottery_revealed_at is not None
    return PublishedRules(
        neutral_name=drive.neutral_name,
        opens_on=drive.opens_on,
        closes_on=drive.closes_on,
        state=drive.state,
        revisions=tuple(_published(row) for row in rows),
        lottery_commitment=drive.lottery_commitment,
        lottery_key=lottery_key(session, drive).hex() if is_told else None,
    )


@dataclass(frozen=True)
class PublishedDrive:
    """A drive whose rules are published, under its neutral name."""

    public_id: str
    neutral_name: str
    opens_on: dt.date
    closes_on: dt.date


def published_drives(session: Session) -> list[PublishedDrive]:
    """Return the drives that were opened, newest first, for anybody who asks; one query."""
    found = (
        sa.select(Drive.public_id, Drive.neutral_name, Drive.opens_on, Drive.closes_on)
        .where(Drive.state != DriveState.PREPARING)
        .order_by(Drive.opens_on.desc(), Drive.id.desc())
        .limit(_MOST_DRIVES)
    )
    return [PublishedDrive(*row) for row in session.execute(found)]


def _published(row: DriveRevision) -> PublishedRevision:
    return PublishedRevision(
        revision=row.revision,
        since=row.created_at,
        plans=PlanParameters.from_dict(row.plan_parameters),
        ranking=DriveParameters.from_dict(row.parameters),
    )
