"""Hand-over of a caseload (交接): offered with a note, accepted whole or in part, moved in one transaction.

A supervisor may order one when the owner is away; the receiver still accepts, since nobody answers for a family
unknowingly. A household or case lies in one open offer at most, held by a partial unique index.
"""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.day import HandOverItemState, HandOverState
from matcher.models.day import HandOver, HandOverItem
from matcher.models.graduate_cases import GraduateCase
from matcher.models.households import Household
from matcher.services import audit
from matcher.services.casework import messages
from matcher.services.casework.cases import eligible_owners
from matcher.services.casework.hand_over_moves import Moved, move_owned, still_owned
from matcher.services.casework.sealed_words import seal
from matcher.services.permissions import Actor, Permission, may, require, scope_of
from matcher.services.rows import expect_version, first_or_missing, unique_or

NOTE = "hand_over.note"
"""Column the note is sealed for: it may speak of families."""


def offer_caseload(
    session: Session,
    by: Actor,
    to_id: int,
    *,
    household_ids: Collection[int] = (),
    case_ids: Collection[int] = (),
    note: str = "",
) -> HandOver:
    """Offer some of one's own households and cases to a colleague.

    Raises
    ------
    InvalidInputError
        Nothing was chosen, or the colleague cannot own it.
    RuleBrokenError
        Something of it lies in another open offer.
    """
    require(by, Permission.EDIT_CASES)
    return _offer(session, by, by.account_id, to_id, household_ids, case_ids, note)


def order_hand_over(
    session: Session,
    by: Actor,
    from_id: int,
    to_id: int,
    *,
    household_ids: Collection[int] = (),
    case_ids: Collection[int] = (),
    note: str = "",
) -> HandOver:
    """Order the hand-over of somebody who is away; a supervisor's act, within the own part of the tree."""
    require(by, Permission.SUPERVISE_CASES)
    if not note.strip():
        message = "请写明为什么由主管安排交接，例如：休产假。"
        raise InvalidInputError("hand_over_input", message, fields={"note": message})
    made = _offer(session, by, from_id, to_id, household_ids, case_ids, note)
    made.ordered_by_id = by.account_id
    session.flush()
    return made


def own_subjects(session: Session, by: Actor, owner_id: int | None) -> tuple[list[int], list[int]]:
    """Return the open households an account owns in the actor's sight, and its cases in none of them."""
    require(by, Permission.VIEW_CASES)
    unions = scope_of(by).unions()
    households = sa.select(Household.id).where(
        Household.owner_id == owner_id, Household.is_open.is_(True), Household.union_id.in_(unions)
    )
    inside = sa.select(Household.id).where(Household.owner_id == owner_id)
    cases = sa.select(GraduateCase.id).where(
        GraduateCase.owner_id == owner_id,
        GraduateCase.closed_on.is_(None),
        GraduateCase.union_id.in_(unions),
        sa.or_(GraduateCase.household_id.is_(None), GraduateCase.household_id.not_in(inside)),
    )
    return (
        list(session.scalars(households.order_by(Household.file_number, Household.id))),
        list(session.scalars(cases.order_by(GraduateCase.id))),
    )


def _offer(
    session: Session,
    by: Actor,
    from_id: int | None,
    to_id: int,
    household_ids: Collection[int],
    case_ids: Collection[int],
    note: str,
) -> HandOver:
    households, cases = own_subjects(session, by, from_id)
    households = [one for one in households if one in set(household_ids)]
    cases = [one for one in cases if one in set(case_ids)]
    if not households and not cases:
        message = "请至少勾选一户或一个个案。"
        raise InvalidInputError("hand_over_input", message, fields={"subjects": message})
    _check_receiver(session, from_id, to_id, households, cases)
    made = HandOver(
        union_id=by.union_id,
        from_id=from_id,
        to_id=to_id,
        note_cipher=seal(session, note, NOTE),
        offered_at=clock.now(),
    )
    session.add(made)
    session.flush()
    _add_items(session, made, households, cases)
    audit.record(
        session,
        by,
        "hand_over.offered",
        subject=("hand_over", made.id),
        before=from_id,
        after=to_id,
        n_households=len(households),
        n_cases=len(cases),
    )
    messages.tell_of_offer(session, made, len(households) + len(cases))
    session.flush()
    return made


def _add_items(
    session: Session, made: HandOver, households: Sequence[int], cases: Sequence[int]
) -> None:
    refusal = RuleBrokenError(
        "hand_over_offered", "其中有的户或个案已在另一份待接收的交接里，请先撤回那一份。"
    )
    with unique_or(session, refusal):
        session.add_all(
            [HandOverItem(hand_over_id=made.id, household_id=one) for one in households]
            + [HandOverItem(hand_over_id=made.id, case_id=one) for one in cases]
        )


def _check_receiver(
    session: Session,
    from_id: int | None,
    to_id: int,
    households: Sequence[int],
    cases: Sequence[int],
) -> None:
    """Refuse a receiver who is the owner, or no caseworker of each union concerned or above it."""
    unions = set(
        session.scalars(sa.select(Household.union_id).where(Household.id.in_(households)))
    ) | set(session.scalars(sa.select(GraduateCase.union_id).where(GraduateCase.id.in_(cases))))
    able = [{one.id for one in eligible_owners(session, [union_id])} for union_id in unions]
    if to_id == from_id or not all(to_id in ids for ids in able):
        message = "接收人须是这些户所在工会或其上级工会的另一位帮扶专员。"
        raise InvalidInputError("hand_over_input", message, fields={"to": message})


def get_hand_over(session: Session, by: Actor, public_id: str, *, lock: bool = False) -> HandOver:
    """Return a hand-over the actor offers, receives, or supervises."""
    require(by, Permission.VIEW_CASES)
    seen = sa.select(HandOver).where(HandOver.public_id == public_id, in_sight(by))
    return first_or_missing(session, seen, lock=lock)


def in_sight(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on `HandOver` for those an actor sees: one's own; a supervisor those of the district."""
    require(by, Permission.VIEW_CASES)
    inside = HandOver.union_id.in_(scope_of(by).unions())
    own = sa.or_(
        HandOver.from_id == by.account_id,
        HandOver.to_id == by.account_id,
        HandOver.ordered_by_id == by.account_id,
    )
    return inside if may(by, Permission.SUPERVISE_CASES) else sa.and_(inside, own)


def _require_why(reason: str) -> None:
    if not reason.strip():
        message = "不接收的请写明原因，对方好另作安排。"
        raise InvalidInputError("hand_over_input", message, fields={"reason": message})


def settle_hand_over(
    session: Session,
    by: Actor,
    public_id: str,
    accepted_ids: Collection[int],
    *,
    reason: str = "",
    expected_version: int | None = None,
) -> Moved:
    """Accept some items of a hand-over and decline the others; what is accepted moves at once.

    Parameters
    ----------
    accepted_ids : ids of items; none declines the whole
    reason : why the others are declined; needed if there are any

    Raises
    ------
    RuleBrokenError
        Not the receiver, or it is settled or withdrawn already.
    """
    require(by, Permission.EDIT_CASES)
    found = get_hand_over(session, by, public_id, lock=True)
    expect_version(found, expected_version)
    if found.to_id != by.account_id:
        raise RuleBrokenError("hand_over_not_receiver", "只有接收人可以接收或退回这份交接。")
    _expect_open(found)
    items = open_items(session, found.id)
    accepted = [one for one in items if one.id in set(accepted_ids)]
    declined = [one for one in items if one.id not in set(accepted_ids)]
    if declined:
        _require_why(reason)
    moved = _accept(session, by, found, accepted)
    for one in declined:
        one.state, one.settled_at = HandOverItemState.DECLINED, clock.now()
        one.reason = reason.strip()
    found.state = _outcome(accepted, declined)
    found.closed_at, found.closed_by_id = clock.now(), by.account_id
    audit.record(
        session,
        by,
        "hand_over.settled",
        subject=("hand_over", found.id),
        outcome=found.state,
        n_accepted=len(accepted),
        n_declined=len(declined),
        n_tasks=moved.n_tasks,
        n_clocks=moved.n_clocks,
    )
    messages.tell_of_answer(session, found, len(accepted), len(declined))
    session.flush()
    return moved


def _outcome(accepted: Sequence[HandOverItem], declined: Sequence[HandOverItem]) -> HandOverState:
    if not accepted:
        return HandOverState.DECLINED
    return HandOverState.PARTLY if declined else HandOverState.ACCEPTED


def _expect_open(found: HandOver) -> None:
    if found.state is not HandOverState.OFFERED:
        raise RuleBrokenError("hand_over_closed", "这份交接已经处理过，请看最新的状态。")


def _accept(
    session: Session, by: Actor, found: HandOver, accepted: Sequence[HandOverItem]
) -> Moved:
    """Move what the old owner still has; what changed hands meanwhile lapses."""
    if found.from_id is None:
        raise RuleBrokenError("hand_over_closed", "移交人的账号已注销，请主管重新安排。")
    households, cases = still_owned(session, found.from_id, accepted)
    for one in accepted:
        stands = one.household_id in households or one.case_id in cases
        one.state = HandOverItemState.ACCEPTED if stands else HandOverItemState.LAPSED
        one.settled_at = clock.now()
    session.flush()
    for household_id in sorted(households):
        audit.record(
            session,
            by,
            "household.owner_moved",
            subject=("household", household_id),
            before=found.from_id,
            after=found.to_id,
            hand_over=found.id,
        )
    return move_owned(
        session,
        found.from_id,
        by.account_id or 0,
        household_ids=households,
        case_ids=cases,
        actor_id=by.account_id,
    )


def open_items(session: Session, hand_over_id: int) -> Sequence[HandOverItem]:
    """Return the items of a hand-over nobody answered yet, locked, in order."""
    found = sa.select(HandOverItem).where(
        HandOverItem.hand_over_id == hand_over_id, HandOverItem.state == HandOverItemState.OFFERED
    )
    return session.scalars(found.order_by(HandOverItem.id).with_for_update()).all()
