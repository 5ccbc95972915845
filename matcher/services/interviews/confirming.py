"""Confirming a proposal (确认排期): what is confirmed is what was shown, or it is shown anew."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import ConflictError, InvalidInputError, RuleBrokenError
from matcher.kinds.interviews import InterviewDayState
from matcher.models.interviews import Interview, InterviewDay, InterviewSlot
from matcher.models.referrals import Referral
from matcher.services import audit
from matcher.services.interviews import booking, telling
from matcher.services.interviews.planning import Proposal, ProposedInterview, propose_for
from matcher.services.interviews.sight import get_own_day
from matcher.services.permissions import Actor, Permission, require
from matcher.services.referrals import locks
from matcher.services.rows import expect_version


@dataclass(frozen=True)
class Confirmed:
    """What a confirmation did: interviews made, and referrals whose invitation a rule forbade, with its words."""

    interviews: tuple[Interview, ...]
    refused: tuple[tuple[int, str], ...]


def confirm(
    session: Session,
    by: Actor,
    day_public_id: str,
    digest: str,
    *,
    expected_version: int | None = None,
) -> Confirmed:
    """Make the interviews of the proposal that was shown at once, invite the people and tell each once.

    A page asks for it as background work (`arranging`): hundreds take longer than anybody waits.

    Raises
    ------
    ConflictError
        Something changed since the proposal was shown; look again.
    """
    require(by, Permission.REFER)
    day, proposal = accept(session, by, day_public_id, digest, expected_version=expected_version)
    made, refused = book_some(session, by, day, proposal.interviews)
    session.flush()
    return Confirmed(tuple(made), tuple(refused))


def accept(
    session: Session,
    by: Actor,
    day_public_id: str,
    digest: str,
    *,
    expected_version: int | None = None,
) -> tuple[InterviewDay, Proposal]:
    """Take the proposal that was shown as the one to be made; return it with its day, locked.

    Raises
    ------
    ConflictError
        Something changed since the proposal was shown; look again.
    RuleBrokenError
        The day is over or was called off, or nothing can be arranged.
    """
    require(by, Permission.REFER)
    day = get_own_day(session, by, day_public_id)
    expect_version(day, expected_version)
    require_standing(day)
    if day.held_on < clock.today():
        raise RuleBrokenError("interview_day_past", "这个面试日已经过去，不能再安排，请另排一天。")
    proposal = propose_for(session, by, day)
    if not proposal.interviews:
        raise RuleBrokenError("no_interviews_to_arrange", "没有可以安排的面试。")
    if proposal.digest != digest:
        raise ConflictError(
            "proposal_changed", "情况有变，排期和刚才看到的不同，请重新核对后再确认。"
        )
    day.state = InterviewDayState.ARRANGED
    audit.record(
        session,
        by,
        "interview_day.arranged",
        subject=("interview_day", day.id),
        interviews=len(proposal.interviews),
        without=len(proposal.without),
    )
    session.flush()
    return day, proposal


def require_standing(day: InterviewDay) -> None:
    """Raise if a day was called off."""
    if day.state is InterviewDayState.CANCELLED:
        raise RuleBrokenError("interview_day_cancelled", "这个面试日已取消，请另排一天。")


def book_some(
    session: Session, by: Actor, day: InterviewDay, wanted: Sequence[ProposedInterview]
) -> tuple[list[Interview], list[tuple[int, str]]]:
    """Book interviews each by itself and tell the people; one that a rule forbids keeps no other back."""
    require(by, Permission.REFER)
    people = [one.graduate_id for one in wanted]
    locks.lock_graduates(session, people)
    locks.lock_seats(session, graduate_ids=people)
    locks.lock_referrals(session, Referral.id.in_([one.referral_id for one in wanted]))
    chosen = InterviewSlot.id.in_([one.slot_id for one in wanted])
    slots = {slot.id: slot for slot in session.scalars(sa.select(InterviewSlot).where(chosen))}
    made: list[Interview] = []
    refused: list[tuple[int, str]] = []
    for one in wanted:
        referral = session.get_one(Referral, one.referral_id)
        try:
            with session.begin_nested():
                made.append(booking.settle_in(session, by, slots[one.slot_id], day, referral))
        except (RuleBrokenError, InvalidInputError) as error:
            refused.append((one.referral_id, error.message))
    telling.tell_arranged(session, day, {one.graduate_id: one.id for one in made})
    return made, refused
