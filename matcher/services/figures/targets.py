"""The three targets (三项目标): which figures a target is made of, how far it is, and what stands beside it.

A target is a share of people who need help; the drive says how many per cent (`drive.targets`, with the source).
Zero-employment is read by people and by households side by side, because the programme counts graduates and the
law households (domain.md 3.2). Whether a target is reached is decided on whole people, never on a rounded share.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from matcher.models.drives import Drive
from matcher.services.figures.counting import count_figures
from matcher.services.figures.cuts import get_drive
from matcher.services.figures.moments import Moment
from matcher.services.figures.shapes import Figure
from matcher.services.permissions import Actor

FUNNEL = ("need_help", "served", "referred", "interviewed", "hired", "helped")
"""Stages from needing help to a placement that is proved, each of people; not each lies inside the one before."""

WHOLE = ("graduates", "signed", "study", "need_help", "left_out", "left_counted")
"""Figures that say in words who counts."""

BESIDE = (
    *("overall_rate", "settled_rate", "helped_still_there", "helped_no_service"),
    *("helped_reported", "zero_helped_reported"),
)
"""Figures shown beside the targets and never added to them."""

_WHOLE_PERCENT = 100


@dataclass(frozen=True, slots=True)
class TargetCodes:
    """The figures of one target.

    Parameters
    ----------
    name : key of `drive.targets`
    key : what addresses call it; says nothing of anybody's status
    rate, done, base, missing : the share, its numerator and denominator, and who is left of it
    household_rate, household_done, household_base : the same by households, or None
    """

    name: str
    key: str
    rate: str
    done: str
    base: str
    missing: str
    household_rate: str | None = None
    household_done: str | None = None
    household_base: str | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """All its figures."""
        found = (self.rate, self.done, self.base, self.missing)
        households = (self.household_rate, self.household_done, self.household_base)
        return (*found, *(code for code in households if code))


TARGETS = (
    TargetCodes("coverage", "served", "coverage", "served", "need_help", "not_served"),
    TargetCodes("placed", "placed", "helped_rate", "helped", "need_help", "not_placed"),
    TargetCodes(
        "zero_employment",
        "home",
        "zero_helped_rate",
        "zero_helped",
        "zero_need_help",
        "zero_not_placed",
        "zero_household_rate",
        "zero_helped_households",
        "zero_need_households",
    ),
)
"""The targets in the order of the programme (银川 2018)."""

BY_NAME = {one.name: one for one in TARGETS}
BY_KEY = {one.key: one for one in TARGETS}


@dataclass(frozen=True, slots=True)
class Target:
    """How far one target is.

    Parameters
    ----------
    percent, source : the share to reach and who set it
    households : done and base by households, where the target is also read so
    """

    codes: TargetCodes
    percent: int
    source: str
    done: Figure
    base: Figure
    missing: Figure
    households: tuple[Figure, Figure] | None

    @property
    def n_done(self) -> int:
        """People who count for it."""
        return self.done.value or 0

    @property
    def n_base(self) -> int:
        """People it is a share of."""
        return self.base.value or 0

    @property
    def is_reached(self) -> bool:
        """Say whether it is reached; nothing is reached where nobody needs it."""
        return bool(self.n_base) and self.short_by == 0

    @property
    def short_by(self) -> int:
        """How many people more would reach it."""
        wanted = -(-self.percent * self.n_base // _WHOLE_PERCENT)
        return max(0, wanted - self.n_done)


def target_codes(drive: Drive) -> tuple[TargetCodes, ...]:
    """Return the targets a drive has set, in the order of the programme."""
    return tuple(one for one in TARGETS if one.name in drive.targets)


def targets_of(drive: Drive, values: Mapping[str, Figure]) -> list[Target]:
    """Return the targets of a drive, read from figures already counted."""
    return [_target(one, drive.targets[one.name], values) for one in target_codes(drive)]


def _target(codes: TargetCodes, said: Mapping[str, Any], values: Mapping[str, Figure]) -> Target:
    households = None
    if codes.household_done and codes.household_base:
        households = (values[codes.household_done], values[codes.household_base])
    return Target(
        codes=codes,
        percent=int(said["percent"]),
        source=str(said.get("source", "")),
        done=values[codes.done],
        base=values[codes.base],
        missing=values[codes.missing],
        households=households,
    )


def read_targets(
    session: Session, by: Actor, drive_id: int, union_id: int, moment: Moment
) -> list[Target]:
    """Count the targets alone, for the line of a home page.

    Raises
    ------
    NotFoundError
        The drive or the union is not the actor's to see.
    """
    drive = get_drive(session, by, drive_id)
    codes = tuple(dict.fromkeys(code for one in target_codes(drive) for code in one.codes))
    found = count_figures(session, by, drive_id, union_id, moment, codes=codes)
    return targets_of(drive, found.values)
