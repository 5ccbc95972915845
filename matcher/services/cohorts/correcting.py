"""Correcting somebody's place in the cohort (更正统计记录): a new row that names the one it replaces, with a reason.

What the census froze is never rewritten; a correction says how the person stood on the day it is about, and figures
asked for as they were known before do not change.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import ConflictError, InvalidInputError
from matcher.kinds import HardshipTier
from matcher.kinds.cohorts import CohortActKind, CohortStanding, StandingBasis
from matcher.models.cohorts import CohortAct
from matcher.models.drives import Drive
from matcher.models.organisations import UnionClosure
from matcher.services import audit
from matcher.services.casework.sealed_words import seal
from matcher.services.cohorts import log
from matcher.services.cohorts.joining import WORDS
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import first_or_missing, is_below, not_found


@dataclass(frozen=True, kw_only=True)
class CorrectedPlace:
    """How somebody stood in truth; everything is given, changed or not."""

    union_id: int
    tier: HardshipTier
    is_zero_employment: bool
    is_earlier_year: bool
    standing: CohortStanding


def get_place(session: Session, by: Actor, drive_id: int, graduate_id: int) -> CohortAct:
    """Return somebody's newest row, of a union in scope."""
    require(by, Permission.VIEW_FIGURES)
    require(by, Permission.VIEW_HARDSHIP)
    found = sa.select(CohortAct).where(
        CohortAct.id.in_(log.newest_ids(drive_id)),
        CohortAct.graduate_id == graduate_id,
        CohortAct.union_id.in_(scope_of(by).unions()),
    )
    return first_or_missing(session, found, lock=False)


def correct_place(
    session: Session,
    by: Actor,
    drive_id: int,
    graduate_id: int,
    place: CorrectedPlace,
    *,
    words: str,
    expected_act_id: int | None = None,
) -> CohortAct:
    """Correct how somebody stood when counted; the reason is kept sealed.

    Parameters
    ----------
    expected_act_id : the row the person had before their eyes

    Raises
    ------
    InvalidInputError
        No reason, nothing changed, or the union lies outside the drive.
    ConflictError
        Another row was written meanwhile.
    """
    require(by, Permission.MANAGE_DRIVE)
    before = get_place(session, by, drive_id, graduate_id)
    _expect_newest(before, expected_act_id)
    changes = {name: value for name, value in vars(place).items() if getattr(before, name) != value}
    _check(session, by, before, place, changes, words)
    if "standing" in changes:
        changes |= {"standing_basis": StandingBasis.CORRECTION, "standing_source_id": None}
    act = log.follow(
        session,
        by,
        before,
        CohortActKind.CORRECTED,
        happened_on=before.since_on,
        words_cipher=seal(session, words, WORDS),
        **changes,
    )
    audit.record(
        session,
        by,
        "cohort.corrected",
        subject=("graduate", graduate_id),
        drive=drive_id,
        replaces=before.id,
        changed=sorted(changes),
    )
    session.flush()
    return act


def _expect_newest(act: CohortAct, expected: int | None) -> None:
    if expected is not None and act.id != expected:
        raise ConflictError(
            "changed_meanwhile",
            "这条记录刚被别人修改过，请核对最新内容后再保存。",
            expected=expected,
            current=act.id,
            subject=("graduate", act.graduate_id),
        )


def _check(
    session: Session,
    by: Actor,
    before: CohortAct,
    place: CorrectedPlace,
    changes: dict[str, object],
    words: str,
) -> None:
    fields = {}
    if not words.strip():
        fields["words"] = "请写明更正的依据。"
    if not changes:
        fields["standing"] = "没有改动任何一项。"
    if fields:
        raise InvalidInputError("cohort_correction", "更正有误，请修改标出的项目。", fields=fields)
    if "union_id" in changes:
        drive = session.get_one(Drive, before.drive_id)
        own = is_below(session, place.union_id, drive.union_id)
        if not own or not scope_of(by).admits(session, place.union_id):
            raise not_found()


def unions_to_choose(session: Session, by: Actor, drive_id: int) -> list[int]:
    """Return the unions a correction may name: of the scope and below the drive's own."""
    require(by, Permission.MANAGE_DRIVE)
    drive = sa.select(Drive.union_id).where(Drive.id == drive_id).scalar_subquery()
    below = sa.select(UnionClosure.descendant_id).where(UnionClosure.ancestor_id == drive)
    found = sa.select(UnionClosure.descendant_id).where(
        UnionClosure.descendant_id.in_(below),
        UnionClosure.descendant_id.in_(scope_of(by).unions()),
    )
    return sorted(set(session.scalars(found.order_by(UnionClosure.descendant_id))))


def days_late(census_on: dt.date, taken_at: dt.datetime) -> int:
    """Return how many days after its day a census was taken; the night after it is in time."""
    return max(0, (clock.in_china(taken_at).date() - census_on).days - 1)
