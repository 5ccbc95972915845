"""Made-up placements for `yangguang bench lists`: two for each graduate with a case, in every state, with papers.

Rows are written table by table; one in ten is warned of, one in three has a paper nobody judged; each ten make an
anomaly of some kind.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.base import new_public_id
from matcher.db.engine import SessionFactory, transaction
from matcher.kinds.placements import (
    AlertFinding,
    AlertKind,
    AlertState,
    DoubtReason,
    EvidenceKind,
    PlacementEnd,
    PlacementSource,
    PlacementState,
)
from matcher.kinds.referrals import ReferralVia
from matcher.models.accounts import Account
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.graduate_cases import GraduateCase
from matcher.models.placements import Placement, PlacementAlert, PlacementEvidence
from matcher.policy.destinations import CURRENT_LIST
from web.bench_people import insert_rows

_SLICE = 5_000
_AN_ALERT = 10
"""Placements an anomaly was computed from."""
_STATES = (
    PlacementState.VERIFIED,
    PlacementState.CHECKING,
    PlacementState.REPORTED,
    PlacementState.VERIFIED,
    PlacementState.DOUBTED,
)


def make_placements(factory: SessionFactory, union_id: int) -> None:
    """Give everybody with a case two placements, the first of which ended."""
    with transaction(factory) as session:
        cases = session.execute(
            sa.select(GraduateCase.graduate_id, GraduateCase.id).order_by(GraduateCase.id)
        ).all()
    for start in range(0, len(cases), _SLICE):
        with transaction(factory) as session:
            _place(session, union_id, start, cases[start : start + _SLICE])
    with transaction(factory) as session:
        session.execute(sa.text("ANALYZE"))


def _place(session: Session, union_id: int, start: int, cases: Sequence[sa.Row[int, int]]) -> None:
    rows = [
        _row(union_id, start + n, graduate_id, case_id, is_over=over)
        for n, (graduate_id, case_id) in enumerate(cases)
        for over in (True, False)
    ]
    placements = insert_rows(session, Placement, iter(rows))
    insert_rows(
        session,
        PlacementEvidence,
        (
            {
                "public_id": new_public_id(),
                "placement_id": one,
                "kind": EvidenceKind.CONTRACT,
                "sha256": hashlib.sha256(str(one).encode()).hexdigest(),
                "entered_at": clock.now(),
                "entered_via": ReferralVia.STAFF,
            }
            for one in placements[::3]
        ),
    )


def _row(union_id: int, n: int, graduate_id: int, case_id: int, *, is_over: bool) -> dict[str, Any]:
    today, now = clock.today(), clock.now()
    state = PlacementState.VERIFIED if is_over else _STATES[n % len(_STATES)]
    return {
        "public_id": new_public_id(),
        "union_id": union_id,
        "graduate_id": graduate_id,
        "case_id": case_id,
        "source": PlacementSource.STAFF,
        "is_helped": n % 2 == 0,
        "destination_list": CURRENT_LIST,
        "destination_code": ("11", "10", "75", "80")[n % 4],
        "is_outcome": True,
        "employer_name": f"第{n % 700}有限公司",
        "job_title": "文员",
        "region_code": "371622",
        "started_on": today - dt.timedelta(days=60 + n % 90),
        "ended_on": today - dt.timedelta(days=30) if is_over else None,
        "end_reason": PlacementEnd.QUIT if is_over else None,
        "state": state,
        "warnings": ["credit_code_missing"] if n % 10 == 0 else [],
        "recorded_at": now,
        "check_due_on": today + dt.timedelta(days=n % 9 - 3),
        "verified_at": now if state is PlacementState.VERIFIED else None,
        "doubt_reason": DoubtReason.OTHER if state is PlacementState.DOUBTED else None,
        "version_id": 1,
    }


def make_alerts(factory: SessionFactory, union_id: int) -> None:
    """Find an anomaly in each ten placements, of a drive, an employer or a clerk; one in four was looked at."""
    with transaction(factory) as session:
        drive_id = session.scalar(sa.select(sa.func.min(Drive.id)))
        employers = session.scalars(sa.select(Employer.id).order_by(Employer.id)).all()
        clerks = session.scalars(sa.select(Account.id).order_by(Account.id)).all()
        rows = session.scalars(sa.select(Placement.id).order_by(Placement.id)).all()
        tens = [rows[at : at + _AN_ALERT] for at in range(0, len(rows), _AN_ALERT)]
        subjects: Sequence[dict[str, Any]] = (
            {"kind": AlertKind.LATE_JUMP, "facts": {"drive": drive_id}},
            {"kind": AlertKind.HIRES_ON_DAY, "facts": {"employer": employers[-1]}},
            {"kind": AlertKind.CLERK_DAY, "facts": {}, "about_account_id": clerks[0]},
            {"kind": AlertKind.PHONE_SHARED, "facts": {}},
        )
        insert_rows(
            session,
            PlacementAlert,
            (_alert(union_id, n, subjects[n % len(subjects)], ten) for n, ten in enumerate(tens)),
        )
    with transaction(factory) as session:
        session.execute(sa.text("ANALYZE"))


def _alert(
    union_id: int, n: int, subject: dict[str, Any], placements: Sequence[int]
) -> dict[str, Any]:
    now = clock.now()
    seen = now - dt.timedelta(hours=n % 700)
    is_settled = n // 4 % 4 == 0
    counts = {"n": len(placements), "of": 40, "days": 7, "day": f"{clock.today()}", "percent": 60}
    return (
        {"about_account_id": None}
        | subject
        | {
            "public_id": new_public_id(),
            "union_id": union_id,
            "key": f"bench:{n}",
            "facts": counts | subject["facts"] | {"placements": list(placements)},
            "first_seen_at": seen,
            "last_seen_at": seen,
            "state": AlertState.SETTLED if is_settled else AlertState.OPEN,
            "finding": AlertFinding.EXPLAINED if is_settled else None,
            "settled_at": now if is_settled else None,
            "version_id": 1,
        }
    )
