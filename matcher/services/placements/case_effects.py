"""What a placement means for the person's case (个案): closed when it is verified, opened again when it falls.

No use case: it follows from a check or a correction that was allowed; the case is closed in the product's name and
the trail of the placement says who checked.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher import clock
from matcher.kinds.casework import CaseClosing
from matcher.kinds.placements import DestinationGroup
from matcher.models.graduate_cases import GraduateCase
from matcher.models.placements import Placement, PlacementStep
from matcher.policy.destinations import find_destination
from matcher.services import tasks
from matcher.services.casework import cases
from matcher.services.permissions import SYSTEM

REOPENED_RULE = "placement.case_reopened"
"""Task: a case is open again because a placement fell; due today."""

CLOSES = "closes_case"
"""Fact of the step of a check: the case to be closed on the first day of a job that begins later."""

_REASONS = {
    DestinationGroup.UNIT: CaseClosing.EMPLOYED,
    DestinationGroup.PROJECT: CaseClosing.EMPLOYED,
    DestinationGroup.FLEXIBLE: CaseClosing.EMPLOYED,
    DestinationGroup.BUSINESS: CaseClosing.OWN_BUSINESS,
    DestinationGroup.ENLISTED: CaseClosing.ENLISTED,
    DestinationGroup.STUDY: CaseClosing.FURTHER_STUDY,
    DestinationGroup.ABROAD: CaseClosing.FURTHER_STUDY,
}


def group_of(placement: Placement) -> DestinationGroup | None:
    """Return the group of a placement's destination."""
    found = find_destination(
        placement.destination_list, placement.destination_code, placement.started_on
    )
    return found.group if found is not None else None


def open_case_of(session: Session, graduate_id: int) -> GraduateCase | None:
    """Return the open case of a graduate."""
    return session.scalar(
        sa.select(GraduateCase).where(
            GraduateCase.graduate_id == graduate_id, GraduateCase.closed_on.is_(None)
        )
    )


def case_to_close(session: Session, placement: Placement) -> int | None:
    """Return the case that waits for the first day of the job to be closed; None if there is nothing to wait for."""
    case = open_case_of(session, placement.graduate_id)
    return case.id if case is not None and placement.started_on > clock.today() else None


def waits_to_close() -> sa.ColumnElement[bool]:
    """Return the condition on `Placement` and the person's open case: its last check asked to close that case."""
    check, last = aliased(PlacementStep), aliased(PlacementStep)
    newest = (
        sa.select(sa.func.max(last.id))
        .where(last.placement_id == Placement.id, last.act == "verified")
        .correlate(Placement)
        .scalar_subquery()
    )
    asked = check.facts[CLOSES].as_integer()
    found = sa.select(check.id).where(check.id == newest, asked == GraduateCase.id)
    return found.correlate(Placement, GraduateCase).exists()


def close_case(session: Session, placement: Placement) -> bool:
    """Close the open case with the reason the destination gives; False if there is none or it begins later."""
    case, group = open_case_of(session, placement.graduate_id), group_of(placement)
    if case is None or group not in _REASONS or placement.started_on > clock.today():
        return False
    cases.close_case(session, SYSTEM, case.id, _REASONS[group])
    placement.case_id, placement.closed_case = case.id, True
    return True


def is_unserved(session: Session, placement: Placement) -> bool:
    """Say whether a job is of somebody whose case was closed, by whomever; one opened by mistake was none."""
    if not placement.is_outcome or open_case_of(session, placement.graduate_id) is not None:
        return False
    former = _former_case(session, placement)
    return former is not None and former.closing_reason is not CaseClosing.MISTAKE


def _former_case(session: Session, placement: Placement) -> GraduateCase | None:
    """Return the case a placement was of, else the person's last one."""
    if placement.case_id is not None:
        return session.get(GraduateCase, placement.case_id)
    found = sa.select(GraduateCase).where(
        GraduateCase.graduate_id == placement.graduate_id,
        GraduateCase.closing_reason != CaseClosing.MISTAKE,
    )
    return session.scalar(found.order_by(GraduateCase.id.desc()).limit(1))


def reopen_case(session: Session, placement: Placement) -> GraduateCase:
    """See to it that the person has an open case with its task due today, with the owner there was."""
    case = open_case_of(session, placement.graduate_id)
    if case is None:
        former = _former_case(session, placement)
        case = cases.open_case(
            session,
            SYSTEM,
            placement.graduate_id,
            owner_id=_owner_still(session, former),
            package=former.package if former is not None else None,
        )
    placement.closed_case = False
    tasks.open_task(
        session,
        union_id=case.union_id,
        rule=REOPENED_RULE,
        subject=(cases.SUBJECT, case.id),
        due_on=clock.today(),
        facts={"placement": placement.id},
        assignee_id=case.owner_id,
    )
    return case


def _owner_still(session: Session, former: GraduateCase | None) -> int | None:
    """Return the owner of the closed case if that account may still own one."""
    if former is None or former.owner_id is None:
        return None
    owners = {one.id for one in cases.eligible_owners(session, [former.union_id])}
    return former.owner_id if former.owner_id in owners else None
