"""Factories of placements and their evidence: plain rows, and a verified one through its use cases."""

import datetime as dt
import hashlib
from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.placements import (
    AlertKind,
    EvidenceKind,
    EvidenceMethod,
    EvidenceVerdict,
    PlacementSource,
    PlacementState,
)
from matcher.kinds.referrals import ReferralVia
from matcher.models.graduates import Graduate
from matcher.models.placements import Placement, PlacementAlert, PlacementEvidence
from matcher.policy.destinations import CURRENT_LIST
from matcher.services.permissions import Actor
from matcher.services.placements import evidence, recording, reviewing, submitting
from matcher.services.placements.evidence import EvidenceInput
from matcher.services.placements.facts import PlacementFacts
from tests.factories.people import make_graduate

CREDIT_CODE = "91350200MA2YJ1XR9G"
"""A code whose check digit is right."""


def pdf(text: str = "contract") -> bytes:
    """Return the smallest whole PDF, one of its own for each text."""
    body = f"%PDF-1.4\n1 0 obj<</Type/Page>>endobj\n% {text}\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    return body.encode()


def facts(**changes: object) -> PlacementFacts:
    """Return a job with everything it needs, so that nothing is warned of."""
    today = clock.today()
    given: dict[str, object] = {
        "destination": f"{CURRENT_LIST}:11",
        "started_on": today - dt.timedelta(days=10),
        "employer_name": "银川某科技有限公司",
        "credit_code": CREDIT_CODE,
        "job_title": "软件测试",
        "region_code": "640104",
        "pay_fen": 450000,
        "signed_on": today - dt.timedelta(days=8),
        "contract_from_on": today - dt.timedelta(days=10),
        "contract_until_on": today + dt.timedelta(days=720),
    }
    return PlacementFacts(**(given | changes))  # type: ignore[arg-type] # by name


def make_placement(
    session: Session, graduate: Graduate | None = None, **changes: object
) -> Placement:
    """Insert a placement recorded by nobody; the graduate is a new one if none is given."""
    graduate = graduate or make_graduate(session)
    fields: dict[str, object] = {
        "union_id": graduate.union_id,
        "graduate_id": graduate.id,
        "source": PlacementSource.STAFF,
        "destination_list": CURRENT_LIST,
        "destination_code": "11",
        "is_outcome": True,
        "employer_name": "银川某科技有限公司",
        "credit_code": CREDIT_CODE,
        "job_title": "软件测试",
        "region_code": "640104",
        "started_on": clock.today() - dt.timedelta(days=10),
        "recorded_at": clock.now(),
        "warnings": [],
    }
    fields |= changes
    if fields.get("state") is PlacementState.VERIFIED:
        fields.setdefault("verified_at", clock.now())
    placement = Placement(**fields)
    session.add(placement)
    session.flush()
    return placement


def make_evidence(
    session: Session,
    placement: Placement,
    kind: EvidenceKind = EvidenceKind.CONTRACT,
    **changes: object,
) -> PlacementEvidence:
    """Insert a piece of evidence nobody judged; its file is only a hash."""
    fields: dict[str, object] = {
        "placement_id": placement.id,
        "kind": kind,
        "sha256": hashlib.sha256(f"{placement.id}:{kind}".encode()).hexdigest(),
        "entered_at": clock.now(),
        "entered_via": ReferralVia.STAFF,
    }
    row = PlacementEvidence(**(fields | changes))
    session.add(row)
    session.flush()
    return row


@dataclass(frozen=True)
class PlacementRows:
    """One of everything the pages of placements show: public numbers."""

    placement: str
    paper: str
    alert: str


def make_placement_rows(session: Session, graduate: Graduate) -> PlacementRows:
    """Insert a placement being checked with its paper, and an anomaly."""
    placement = make_placement(session, graduate, state=PlacementState.CHECKING)
    paper = make_evidence(session, placement)
    alert = PlacementAlert(
        union_id=graduate.union_id,
        kind=AlertKind.CLERK_DAY,
        key=f"{graduate.id}",
        facts={"n": 1, "day": clock.today().isoformat(), "placements": [placement.id]},
        first_seen_at=clock.now(),
        last_seen_at=clock.now(),
    )
    session.add(alert)
    session.flush()
    return PlacementRows(placement.public_id, paper.public_id, alert.public_id)


def bring_to_check(
    session: Session, clerk: Actor, graduate: Graduate, given: PlacementFacts | None = None
) -> Placement:
    """Record a job, put a contract to it and send it to be checked, through the use cases."""
    placement = recording.record(session, clerk, graduate.id, given or facts())
    paper = EvidenceInput(kind=EvidenceKind.CONTRACT, content=pdf(graduate.public_id))
    evidence.add_evidence(session, clerk, placement.id, paper)
    return submitting.submit(session, clerk, placement.id)


def verify_placement(
    session: Session,
    clerk: Actor,
    checker: Actor,
    graduate: Graduate,
    given: PlacementFacts | None = None,
) -> Placement:
    """Bring a job from the record to 已核, through the use cases."""
    placement = bring_to_check(session, clerk, graduate, given)
    for row in evidence.evidence_of(session, [placement.id]):
        reviewing.judge(
            session,
            checker,
            placement.id,
            row.public_id,
            EvidenceVerdict.GOOD,
            EvidenceMethod.ORIGINAL,
        )
    return reviewing.verify(session, checker, placement.id)
