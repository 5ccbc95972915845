"""A made-up drive for `yangguang bench sheet`: ten counties, everybody counted, served; every other one placed.

Rows are written table by table, after those of the district: the log of the cohort, services, placements with their
steps, majors, identity numbers closed as real ones are.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.base import new_public_id
from matcher.db.engine import SessionFactory, ring_of, transaction
from matcher.kinds import DriveState, HardshipTier, MajorLevel, UnionKind
from matcher.kinds.casework import ActOutcome, ContactChannel, ServiceKind
from matcher.kinds.cohorts import CohortActKind, CohortStanding, StandingBasis
from matcher.kinds.placements import PlacementSource, PlacementState
from matcher.kinds.referrals import ReferralVia
from matcher.models.cohorts import CohortAct
from matcher.models.drives import Drive
from matcher.models.graduate_cases import GraduateCase, ServiceAct
from matcher.models.graduates import Graduate, GraduateMajor
from matcher.models.organisations import Union, UnionClosure
from matcher.models.placements import Placement, PlacementStep
from matcher.policy.destinations import CURRENT_LIST
from web.bench_people import District, insert_rows

_COUNTIES = 10
_SLICE = 5_000
_STANDINGS = (
    CohortStanding.SEEKING,
    CohortStanding.SEEKING,
    CohortStanding.UNKNOWN,
    CohortStanding.SEEKING,
    CohortStanding.SIGNED,
    CohortStanding.SEEKING,
    CohortStanding.FURTHER_STUDY,
    CohortStanding.NOT_NOW,
)
_BEGUN_AGO, _SERVED_AGO, _PLACED_AGO = 60, 40, 20
"""Days."""


@dataclass(frozen=True, slots=True)
class MadeDrive:
    """The drive and how many people it counts."""

    drive_id: int
    people: int


def make_cohort(factory: SessionFactory, district: District) -> MadeDrive:
    """Give the graduates of a district a drive with figures."""
    with transaction(factory) as session:
        drive_id = _drive(session, district.union_id)
        counties = [_county(session, district.union_id, n) for n in range(_COUNTIES)]
        rows = session.execute(
            sa.select(GraduateCase.graduate_id, GraduateCase.id, GraduateCase.household_id)
            .where(GraduateCase.household_id.is_not(None))
            .order_by(GraduateCase.id)
        ).all()
    for start in range(0, len(rows), _SLICE):
        with transaction(factory) as session:
            part = _Part(drive_id, counties, district.caseworker_id, start, rows[start:][:_SLICE])
            _count(session, part)
            _serve(session, part)
            _place(session, part)
            _close_numbers(session, part)
    with transaction(factory) as session:
        session.execute(sa.text("ANALYZE"))
    return MadeDrive(drive_id, len(rows))


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the people: graduate, case, household; `start` numbers the first."""

    drive_id: int
    counties: Sequence[int]
    caseworker_id: int
    start: int
    rows: Sequence[sa.Row[int, int, int | None]]

    def county(self, n: int) -> int:
        return self.counties[(self.start + n) % len(self.counties)]


def _day(ago: int) -> dt.date:
    return clock.today() - dt.timedelta(days=ago)


def _drive(session: Session, union_id: int) -> int:
    drive = Drive(
        union_id=union_id,
        name="某市阳光就业行动",
        neutral_name="毕业生就业服务",
        opens_on=_day(_BEGUN_AGO),
        closes_on=clock.today() + dt.timedelta(days=30),
        state=DriveState.OPEN,
        lottery_key_cipher=b"\0",
        lottery_commitment="0" * 64,
        created_at=clock.now(),
    )
    session.add(drive)
    session.flush()
    return drive.id


def _county(session: Session, parent_id: int, n: int) -> int:
    union = Union(
        code=f"U1{n:04d}", name=f"第{n + 1}区总工会", kind=UnionKind.COUNTY, parent_id=parent_id
    )
    session.add(union)
    session.flush()
    for ancestor, depth in ((parent_id, 1), (union.id, 0)):
        session.add(UnionClosure(ancestor_id=ancestor, descendant_id=union.id, depth=depth))
    return union.id


def _count(session: Session, part: _Part) -> None:
    tiers = (HardshipTier.DEEP, HardshipTier.RELATIVE, HardshipTier.ACCIDENTAL)
    entered = clock.now() - dt.timedelta(days=_BEGUN_AGO)
    insert_rows(
        session,
        CohortAct,
        (
            {
                "drive_id": part.drive_id,
                "graduate_id": graduate,
                "kind": CohortActKind.COUNTED,
                "union_id": part.county(n),
                "household_id": household,
                "tier": tiers[n % 3],
                "is_zero_employment": n % 50 == 0,
                "is_earlier_year": n % 5 == 0,
                "standing": _STANDINGS[n % len(_STANDINGS)],
                "standing_basis": StandingBasis.SURVEY,
                "since_on": _day(_BEGUN_AGO),
                "counts_out": False,
                "happened_on": _day(_BEGUN_AGO),
                "entered_at": entered,
            }
            for n, (graduate, _, household) in enumerate(part.rows)
        ),
    )


def _serve(session: Session, part: _Part) -> None:
    insert_rows(
        session,
        ServiceAct,
        (
            {
                "public_id": new_public_id(),
                "case_id": case,
                "union_id": part.county(n),
                "kind": (ServiceKind.POLICY, ServiceKind.GUIDANCE)[n % 2],
                "happened_on": _day(_SERVED_AGO),
                "entered_at": clock.now() - dt.timedelta(days=_SERVED_AGO),
                "credited_to_id": part.caseworker_id,
                "channel": ContactChannel.PHONE,
                "outcome": ActOutcome.DONE,
            }
            for n, (_, case, _) in enumerate(part.rows)
        ),
    )


def _place(session: Session, part: _Part) -> None:
    chosen = [(n, row) for n, row in enumerate(part.rows) if n % 2]
    started = _day(_PLACED_AGO)
    placements = insert_rows(
        session,
        Placement,
        (
            {
                "public_id": new_public_id(),
                "union_id": part.county(n),
                "graduate_id": graduate,
                "case_id": case,
                "drive_id": part.drive_id,
                "source": PlacementSource.STAFF,
                "is_helped": True,
                "destination_list": CURRENT_LIST,
                "destination_code": "11",
                "is_outcome": True,
                "employer_name": f"第{n % 400}公司",
                "started_on": started,
                "state": PlacementState.VERIFIED,
                "recorded_at": clock.now(),
                "verified_at": clock.now(),
                "version_id": 1,
            }
            for n, (graduate, case, _) in chosen
        ),
    )
    _step(session, placements, started)


def _step(session: Session, placements: Sequence[int], started: dt.date) -> None:
    """Record and verify placements, as their log tells it."""
    at = clock.now() - dt.timedelta(days=_PLACED_AGO - 1)
    facts = {
        "destination": f"{CURRENT_LIST}:11",
        "is_outcome": True,
        "is_helped": True,
        "started_on": started.isoformat(),
    }
    insert_rows(
        session,
        PlacementStep,
        (
            {
                "placement_id": one,
                "act": act,
                "before": before,
                "after": after,
                "at": at,
                "via": ReferralVia.STAFF,
                "facts": facts if act == "recorded" else {},
            }
            for one in placements
            for act, before, after in (
                ("recorded", None, PlacementState.CHECKING),
                ("verified", PlacementState.CHECKING, PlacementState.VERIFIED),
            )
        ),
    )


def _close_numbers(session: Session, part: _Part) -> None:
    """Give everybody a major and a closed identity number, each closed for itself as real ones are."""
    ring = ring_of(session)
    session.execute(
        sa.insert(GraduateMajor),
        [
            {
                "graduate_id": graduate,
                "position": 1,
                "level": MajorLevel.BACHELOR,
                "name": "会计学",
                "code": "120203K",
                "edition": "",
            }
            for graduate, _, _ in part.rows
        ],
    )
    session.execute(
        sa.update(Graduate),
        [
            {
                "id": graduate,
                "version_id": 1,
                "id_number_cipher": ring.encrypt(
                    f"64010420030101{n % 10_000:04d}", "graduate.id_number"
                ),
                "id_number_masked": "640104********0011",
            }
            for n, (graduate, _, _) in enumerate(part.rows)
        ],
    )
