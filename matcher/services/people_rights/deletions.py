"""What a granted request for deletion does (删除): anonymous at once, or only stored while a law obliges to keep.

A person in a hardship file is kept ten years after its exit, one served as a graduate two years (服务台账); until then
the data is stored and used for nothing, and ranking, publicity, reveals and exports leave the person out.
"""

from sqlalchemy.orm import Session

from matcher import clock
from matcher.models.households import Household, HouseholdMember
from matcher.models.people_rights import RightsRequest, StorageOnly
from matcher.services import audit, consent_acts
from matcher.services.fair_guests import forgetting
from matcher.services.people_rights import anonymising, keeping, story_consents
from matcher.services.permissions import Actor, Permission, require
from matcher.services.referrals import links

ASKED_RULE = "asked"


def delete_or_block(session: Session, by: Actor, request: RightsRequest) -> str | None:
    """Delete a person's data; if a law obliges to keep it, block it and return the words that say so."""
    require(by, Permission.HANDLE_RIGHTS)
    if request.graduate_id is not None:
        return _graduate(session, by, request, request.graduate_id)
    return _member(session, by, request, request.member_id or 0)


def _graduate(session: Session, by: Actor, request: RightsRequest, graduate_id: int) -> str | None:
    consent_acts.end_all(session, by, graduate_id)
    story_consents.end_all(session, by, ("graduate", graduate_id))
    anonymising.forget_resume(session, graduate_id)
    links.revoke_all(session, graduate_id)
    forgetting.forget_graduate(session, graduate_id)
    kept = keeping.graduate_kept(session, graduate_id)
    if kept is None:
        anonymising.anonymise_graduate(session, graduate_id, ASKED_RULE, clock.today())
        return None
    _block(session, by, request, kept)
    return kept.words()


def _member(session: Session, by: Actor, request: RightsRequest, member_id: int) -> str | None:
    story_consents.end_all(session, by, ("member", member_id))
    member = session.get_one(HouseholdMember, member_id)
    household = session.get_one(Household, member.household_id)
    kept = keeping.household_kept(session, household)
    if kept is None:
        anonymising.anonymise_member(session, member_id, ASKED_RULE, clock.today())
        return None
    _block(session, by, request, kept)
    return kept.words()


def _block(session: Session, by: Actor, request: RightsRequest, kept: keeping.Kept) -> StorageOnly:
    block = StorageOnly(
        graduate_id=request.graduate_id,
        member_id=request.member_id,
        request_id=request.id,
        basis=kept.basis,
        keep_until_on=kept.until,
        blocked_at=clock.now(),
    )
    session.add(block)
    session.flush()
    audit.record(
        session, by, "rights.blocked", subject=("rights_request", request.id), until=kept.until
    )
    return block
