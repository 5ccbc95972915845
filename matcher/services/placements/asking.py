"""Who is asked for what about a placement (待办、短信): papers from the caseworker, a check from another, a word from
the graduate. No use case: it follows from acts that were allowed.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import ConsentPurpose, MessageChannel, TaskState
from matcher.kinds.referrals import SETTLED, LinkPurpose
from matcher.models.drives import Drive
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.outbox import OutboxMessage
from matcher.models.placements import Placement, PlacementStep
from matcher.models.referrals import Referral
from matcher.policy.quiet_hours import first_loud, quiet_hours
from matcher.services import outbox, sealing, tasks
from matcher.services.casework.due_dates import due_after
from matcher.services.outbox import NeededConsent
from matcher.services.permissions import Actor
from matcher.services.placements.sight import SUBJECT
from matcher.services.referrals import links
from matcher.services.referrals.neutral_contacts import names_of

EVIDENCE_RULE = "placement.evidence"
CHECK_RULE = "placement.check"
DOUBT_RULE = "placement.doubt"
RULES = (EVIDENCE_RULE, CHECK_RULE, DOUBT_RULE)
"""Codes of the rules that make tasks about a placement; their words stand in `web/words/placement_tasks.py`."""

SEAT_RULE = "placement.seat_held"
"""Rule of the task to say what became of somebody whose placement was revoked and who still holds a seat."""

_TEMPLATE = "placement_confirm"
_NO_DRIVE = "就业服务"


def _open(session: Session, placement: Placement, rule: str, assignee_id: int | None) -> None:
    """Open the one task that waits now, in place of those that waited before."""
    for other in RULES:
        if other != rule:
            tasks.drop_task(session, other, (SUBJECT, placement.id))
    tasks.open_task(
        session,
        union_id=placement.union_id,
        rule=rule,
        subject=(SUBJECT, placement.id),
        due_on=due_after(session, rule, placement.union_id, clock.today()).day,
        assignee_id=assignee_id,
    )


def owner_of(session: Session, placement: Placement) -> int | None:
    """Return who answers for the case of a placement; None without a case or an owner."""
    return session.scalar(
        sa.select(GraduateCase.owner_id).where(GraduateCase.id == placement.case_id)
    )


def ask_for_evidence(session: Session, placement: Placement) -> None:
    """Ask the caseworker to collect the papers and send the placement to be checked."""
    _open(session, placement, EVIDENCE_RULE, owner_of(session, placement))


def ask_for_check(session: Session, placement: Placement) -> None:
    """Ask for the check by somebody else: a task nobody owns yet."""
    _open(session, placement, CHECK_RULE, None)
    placement.check_due_on = due_after(session, CHECK_RULE, placement.union_id, clock.today()).day


def ask_to_clear_up(session: Session, placement: Placement) -> None:
    """Ask the caseworker to clear up a doubt."""
    _open(session, placement, DOUBT_RULE, owner_of(session, placement))


def ask_about_seat(session: Session, placement: Placement) -> None:
    """Ask what became of the person, if the referral of a revoked placement still holds its seat."""
    referral = session.get(Referral, placement.referral_id) if placement.referral_id else None
    if referral is None or referral.state not in SETTLED or referral.left_on is not None:
        return
    tasks.open_task(
        session,
        union_id=referral.union_id,
        rule=SEAT_RULE,
        subject=("referral", referral.id),
        due_on=clock.today(),
        assignee_id=owner_of(session, placement),
    )


def settle(session: Session, actor: Actor, placement: Placement) -> None:
    """Close what was asked: it was done, or the placement is gone."""
    placement.check_due_on = None
    for rule in RULES:
        standing = tasks.find_open_task(session, rule, (SUBJECT, placement.id))
        if standing is not None:
            tasks.close_task(session, standing.id, TaskState.DONE, by_account_id=actor.account_id)


def ask_person(session: Session, placement: Placement, *, again: bool = False) -> bool:
    """Write the message with the link by which the graduate says whether it is true; once a day at most.

    Returns
    -------
    bool : False if there is no phone, or it was asked before; an answer a correction took back is asked for anew
    """
    graduate = session.get_one(Graduate, placement.graduate_id)
    phone = sealing.open_sealed(session, graduate, "phone")
    if phone is None or placement.person_answer is not None:
        return False
    n_answers = _count_answers(session, placement)
    key = f"{_TEMPLATE}:{placement.id}" + (f":after{n_answers}" if n_answers else "")
    key += f":{clock.today().isoformat()}" if again else ""
    written = sa.select(OutboxMessage.id).where(OutboxMessage.unique_key == key)
    if session.scalar(written) is not None:
        return False
    token = links.issue(
        session,
        purpose=LinkPurpose.PLACEMENT,
        subject=(SUBJECT, placement.id),
        graduate_id=graduate.id,
        region=graduate.origin_region,
    )
    drive = session.get(Drive, placement.drive_id) if placement.drive_id else None
    outbox.write(
        session,
        unique_key=key,
        channel=MessageChannel.SMS,
        template=_TEMPLATE,
        parameters={"drive": names_of(drive).sender if drive else _NO_DRIVE},
        address=phone,
        secret=links.address_of(session, token),
        consent=NeededConsent(graduate.id, ConsentPurpose.SERVICE),
        send_after=first_loud(
            clock.in_china(clock.now()), quiet_hours(graduate.origin_region, clock.today())
        ),
    )
    return True


def _count_answers(session: Session, placement: Placement) -> int:
    found = sa.select(sa.func.count()).where(
        PlacementStep.placement_id == placement.id, PlacementStep.act == "answered"
    )
    return session.scalar(found) or 0
