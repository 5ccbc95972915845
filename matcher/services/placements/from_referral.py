"""The placement a referral leads to (推荐后报到): begun when the person reports for work, 自报 until proved."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.placements import PlacementSource, PlacementState
from matcher.models.employers import Employer
from matcher.models.placements import Placement
from matcher.models.postings import Posting
from matcher.models.referrals import Referral
from matcher.policy.destinations import CURRENT_LIST, find_destination
from matcher.policy.internships import sounds_like_internship
from matcher.services.permissions import Actor
from matcher.services.placements import asking, recording
from matcher.services.placements.stepping import note
from matcher.services.placements.warnings import find_warnings
from matcher.services.referrals.sight import require_party

_EXPECTED = "12"
"""其他录用形式 until a contract (11) or an agreement (10) is shown: nothing better is claimed than is known."""


def begin(session: Session, by: Actor, referral: Referral) -> Placement | None:
    """Write the placement of a referral whose person reported for work; run twice it is the same one.

    Returns
    -------
    Placement or None : None for an internship (见习、实习), which is a service and no outcome

    Raises
    ------
    RuleBrokenError
        The person has another live placement.
    """
    require_party(by)
    standing = placement_of(session, referral)
    if standing is not None:
        return standing
    posting = session.get_one(Posting, referral.posting_id)
    if sounds_like_internship(posting.work_form):
        return None
    placement = _placement(session, by, referral, posting)
    destination = find_destination(CURRENT_LIST, _EXPECTED, placement.started_on)
    if destination is None:
        raise LookupError("the current list has no code for it")
    placement.is_outcome = destination.counts
    placement.warnings = [one.value for one in find_warnings(session, placement, destination)]
    recording.insert(session, by, placement)
    note(session, by, placement, "begun", facts=recording.coded(placement))
    asking.ask_for_evidence(session, placement)
    asking.ask_person(session, placement)
    session.flush()
    return placement


def _placement(session: Session, by: Actor, referral: Referral, posting: Posting) -> Placement:
    employer = session.get_one(Employer, referral.employer_id)
    return Placement(
        union_id=referral.union_id,
        graduate_id=referral.graduate_id,
        case_id=referral.case_id,
        referral_id=referral.id,
        drive_id=referral.drive_id,
        source=PlacementSource.REFERRAL,
        is_helped=True,
        destination_list=CURRENT_LIST,
        destination_code=_EXPECTED,
        employer_id=employer.id,
        employer_name=employer.name,
        credit_code=employer.credit_code,
        job_title=posting.title,
        is_public_welfare=posting.is_public_welfare,
        region_code=posting.region_code or employer.region_code,
        started_on=referral.reported_on or clock.today(),
        recorded_at=clock.now(),
        recorded_by_id=by.account_id,
    )


def placement_of(session: Session, referral: Referral) -> Placement | None:
    """Return the placement of a referral that was not revoked."""
    found = sa.select(Placement).where(
        Placement.referral_id == referral.id, Placement.state != PlacementState.REVOKED
    )
    return session.scalar(found.order_by(Placement.id.desc()).limit(1))
