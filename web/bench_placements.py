"""Made-up placements for `yangguang bench lists`: one for each graduate with a case, in every state, with papers.

Rows are written table by table; one in ten is warned of, one in three has a paper nobody judged.
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
    DoubtReason,
    EvidenceKind,
    PlacementEnd,
    PlacementSource,
    PlacementState,
)
from matcher.kinds.referrals import ReferralVia
from matcher.models.graduate_cases import GraduateCase
from matcher.models.placements import Placement, PlacementEvidence
from matcher.policy.destinations import CURRENT_LIST
from web.bench_people import insert_rows

_SLICE = 5_000
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
