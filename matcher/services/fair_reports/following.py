"""What each side tells of a followed intent (意向去向): a row a word, folded into what is known by `fairs.outcomes`.

The employer and the person tell of their own intents only, staff of those of their unions' fairs. Nobody is told what
the other side said; that two disagree is staff's to find out.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.fairs.outcomes import HIRES, SETTLED, settle
from matcher.kinds import TaskState
from matcher.kinds.fair_reports import FollowState, OutcomeSaid, OutcomeSide
from matcher.kinds.referrals import ReferralVia
from matcher.models.fair_reports import FairFollow, FairOutcomeStep
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Fair, FairEmployer
from matcher.models.graduates import Graduate
from matcher.services import audit, tasks
from matcher.services.fair_reports.sight import FOLLOW
from matcher.services.permissions import SYSTEM, Actor, Permission, may, require, scope_of
from matcher.services.rows import expect_version, first_or_missing, not_found

ASK_RULE = "fair.intent_ask"
RECORD_RULE = "fair.hire_record"

_MAY_SAY = {
    OutcomeSide.EMPLOYER: frozenset(
        {OutcomeSaid.TALKING, OutcomeSaid.HIRED, OutcomeSaid.STARTED, OutcomeSaid.NOT_HIRED}
        | {OutcomeSaid.NOT_GOING}
    ),
    OutcomeSide.VISITOR: frozenset(set(OutcomeSaid) - {OutcomeSaid.LOST}),
    OutcomeSide.STAFF: frozenset(OutcomeSaid),
}


@dataclass(frozen=True)
class Told:
    """What is told of an intent.

    Parameters
    ----------
    happened_on : day of the hiring, start or end; None is today
    """

    said: OutcomeSaid
    happened_on: dt.date | None = None


def get_follow(session: Session, by: Actor, public_id: str, *, lock: bool = False) -> FairFollow:
    """Return a followed intent the actor may speak of: one's own, or one of a fair or a person of one's unions."""
    found = sa.select(FairFollow).where(FairFollow.public_id == public_id, _in_sight(by))
    return first_or_missing(session, found, lock=lock)


def _in_sight(by: Actor) -> sa.ColumnElement[bool]:
    if by.employer_id is not None:
        require(by, Permission.TAKE_PART_IN_FAIRS)
        own = sa.select(FairEmployer.id).where(FairEmployer.employer_id == by.employer_id)
        return FairFollow.fair_employer_id.in_(own)
    if by.graduate_id is not None:
        require(by, Permission.VISIT_FAIRS)
        visits = sa.select(FairVisitor.id).where(
            FairVisitor.graduate_id == by.graduate_id, FairVisitor.forgotten_at.is_(None)
        )
        return sa.and_(FairFollow.visitor_id.in_(visits), FairFollow.ended_at.is_(None))
    require(by, Permission.VIEW_FAIRS)
    unions = scope_of(by).unions()
    at_own = FairFollow.fair_id.in_(sa.select(Fair.id).where(Fair.union_id.in_(unions)))
    if not may(by, Permission.VIEW_GRADUATES):
        return at_own
    own = (
        sa.select(FairVisitor.id)
        .join(Graduate, Graduate.id == FairVisitor.graduate_id)
        .where(Graduate.union_id.in_(unions))
    )
    return sa.or_(at_own, FairFollow.visitor_id.in_(own))


def tell(
    session: Session,
    by: Actor,
    public_id: str,
    told: Told,
    *,
    expected_version: int | None = None,
) -> FairFollow:
    """Record what the employer, the person or staff tell of an intent; the same word again changes nothing."""
    follow = get_follow(session, by, public_id, lock=True)
    expect_version(follow, expected_version)
    side, via = _side_of(by)
    return record(session, by, follow, told, side=side, via=via)


def _side_of(by: Actor) -> tuple[OutcomeSide, ReferralVia]:
    if by.employer_id is not None:
        return OutcomeSide.EMPLOYER, ReferralVia.EMPLOYER if by.account_id else ReferralVia.LINK
    if by.graduate_id is not None:
        return OutcomeSide.VISITOR, ReferralVia.SELF if by.account_id else ReferralVia.LINK
    return OutcomeSide.STAFF, ReferralVia.STAFF


def record(
    session: Session,
    by: Actor,
    follow: FairFollow,
    told: Told,
    *,
    side: OutcomeSide,
    via: ReferralVia,
) -> FairFollow:
    """Write a side's word on a locked row and fold it.

    Raises
    ------
    NotFoundError
        The intent is not the actor's to speak of.
    InvalidInputError
        The side cannot say this, or the day lies ahead or before the fair.
    """
    if (side, via) != (OutcomeSide.VISITOR, ReferralVia.LINK):
        _require_speaker(session, by, follow)
    fair = session.get_one(Fair, follow.fair_id)
    day = told.happened_on or clock.today()
    _check(fair, side, told.said, day)
    before = last_words(session, follow).get(side)
    if before is not None and (before.said, before.happened_on) == (told.said, day):
        return follow
    session.add(
        FairOutcomeStep(
            follow_id=follow.id,
            side=side,
            said=told.said,
            happened_on=day,
            entered_at=clock.now(),
            via=via,
            by_account_id=by.account_id,
            replaces_id=before.id if before else None,
        )
    )
    session.flush()
    fold(session, follow)
    subject = (FOLLOW, follow.id)
    audit.record(session, by, "fair_follow.told", subject=subject, side=side, said=told.said)
    if follow.state in SETTLED:
        _close_ask(session, by, follow)
    if follow.state not in HIRES:
        tasks.drop_task(session, RECORD_RULE, (FOLLOW, follow.id))
    session.flush()
    return follow


def _require_speaker(session: Session, by: Actor, follow: FairFollow) -> None:
    """Let only the two of an intent and staff of the fair speak; a visitor without account is known by the link."""
    seen = sa.select(FairFollow.id).where(FairFollow.id == follow.id, _in_sight(by))
    if session.scalar(seen) is None:
        raise not_found()


def _check(fair: Fair, side: OutcomeSide, said: OutcomeSaid, day: dt.date) -> None:
    fields: dict[str, str] = {}
    if said not in _MAY_SAY[side]:
        fields["said"] = "请从列出的答复里选择。"
    if day > clock.today():
        fields["happened_on"] = "日期不能晚于今天，到那一天再来登记。"
    elif day < fair.first_on:
        fields["happened_on"] = "日期不能早于招聘会当天。"
    if fields:
        raise InvalidInputError("fair_outcome_input", "答复有误，请修改标出的项目。", fields=fields)


def last_words(session: Session, follow: FairFollow) -> dict[OutcomeSide, FairOutcomeStep]:
    """Return what each side said last."""
    return last_words_of(session, [follow.id])[follow.id]


def last_words_of(
    session: Session, follow_ids: Collection[int]
) -> dict[int, dict[OutcomeSide, FairOutcomeStep]]:
    """Return what each side said last of each intent, in one query."""
    found = sa.select(FairOutcomeStep).where(FairOutcomeStep.follow_id.in_(follow_ids))
    words: dict[int, dict[OutcomeSide, FairOutcomeStep]] = {one: {} for one in follow_ids}
    for step in session.scalars(found.order_by(FairOutcomeStep.id)):
        words[step.follow_id][step.side] = step
    return words


def fold(session: Session, follow: FairFollow) -> FollowState:
    """Set what is known of an intent from all that was told."""
    words = {side: step.said for side, step in last_words(session, follow).items()}
    follow.state = settle(
        words.get(OutcomeSide.EMPLOYER),
        words.get(OutcomeSide.VISITOR),
        staff=words.get(OutcomeSide.STAFF),
        has_placement=follow.placement_id is not None,
    )
    return follow.state


def _close_ask(session: Session, by: Actor, follow: FairFollow) -> None:
    """Close the caseworker's task to ask, since it is known now."""
    standing = tasks.find_open_task(session, ASK_RULE, (FOLLOW, follow.id))
    if standing is None:
        return
    is_staff = by is SYSTEM or may(by, Permission.VIEW_FAIRS)
    state = TaskState.DONE if is_staff else TaskState.DROPPED
    tasks.close_task(session, standing.id, state, by_account_id=by.account_id)


def drop_tasks(session: Session, follow: FairFollow) -> None:
    """Drop what staff were asked to do about an intent that is followed no more."""
    for rule in (ASK_RULE, RECORD_RULE):
        tasks.drop_task(session, rule, (FOLLOW, follow.id))
