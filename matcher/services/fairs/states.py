"""Announcing a fair, taking that back, cancelling it with a reason (公布、撤回、取消)."""

from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.fairs.permits import ON_SITE
from matcher.kinds.fairs import FairState
from matcher.models.fairs import Fair
from matcher.services import audit
from matcher.services.drives import is_telling
from matcher.services.fairs import telling
from matcher.services.fairs.sessions import sessions_of
from matcher.services.fairs.sight import get_managed, is_over, require_live
from matcher.services.permissions import Actor
from matcher.services.rows import expect_version


def lacks(session: Session, fair: Fair) -> list[str]:
    """Return codes of what keeps a fair from being announced: session, number, enquiries, past."""
    held = sessions_of(session, fair.id)
    found = []
    if not held:
        found.append("session")
    if fair.channel in ON_SITE and any(one.approved_number is None for one in held):
        found.append("number")
    if not fair.enquiries:
        found.append("enquiries")
    if is_over(fair):
        found.append("past")
    return found


_LACK_WORDS = {
    "session": "还没有场次。",
    "number": "有场次没有定核准人数，验票不知道到几个人停。",
    "enquiries": "还没有咨询电话。",
    "past": "日期已经过去。",
}


def announce_fair(
    session: Session, by: Actor, public_id: str, *, expected_version: int | None = None
) -> Fair:
    """Open the public page of a fair; from now on anybody may register.

    Raises
    ------
    RuleBrokenError
        It is announced already or over, or something is lacking.
    """
    fair = get_managed(session, by, public_id)
    expect_version(fair, expected_version)
    if fair.state is not FairState.DRAFT:
        raise RuleBrokenError("fair_step", "只有筹备中的招聘会可以公布。")
    missing = lacks(session, fair)
    if missing:
        raise RuleBrokenError("fair_incomplete", "".join(_LACK_WORDS[one] for one in missing))
    fair.state = FairState.ANNOUNCED
    fair.announced_at = fair.announced_at or clock.now()
    audit.record(session, by, "fair.announced", subject=("fair", fair.id))
    session.flush()
    return fair


def take_back(
    session: Session, by: Actor, public_id: str, *, expected_version: int | None = None
) -> Fair:
    """Close the public page again; who registered stays registered.

    Raises
    ------
    RuleBrokenError
        It is not announced, or somebody came in already.
    """
    fair = get_managed(session, by, public_id)
    expect_version(fair, expected_version)
    if fair.state is not FairState.ANNOUNCED:
        raise RuleBrokenError("fair_step", "只有已公布的招聘会可以撤回公布。")
    _refuse_running(session, fair)
    fair.state = FairState.DRAFT
    audit.record(session, by, "fair.taken_back", subject=("fair", fair.id))
    session.flush()
    return fair


def cancel_fair(
    session: Session,
    by: Actor,
    public_id: str,
    *,
    reason: str,
    expected_version: int | None = None,
) -> Fair:
    """Cancel a fair for good and tell employers and visitors why.

    Raises
    ------
    InvalidInputError
        No reason, or one that tells somebody's circumstances: everybody reads it.
    RuleBrokenError
        It is over, or somebody came in already.
    """
    fair = get_managed(session, by, public_id)
    expect_version(fair, expected_version)
    require_live(fair)
    _refuse_running(session, fair)
    words = reason.strip()
    wrong = "请写明取消的原因。" if not words else ""
    if is_telling(words):
        wrong = "原因会发给所有人，不能出现困难、零就业、帮扶等字样。"
    if wrong:
        raise InvalidInputError("fair_cancel", wrong, fields={"reason": wrong})
    fair.state, fair.cancelled_because = FairState.CANCELLED, words
    session.flush()
    audit.record(session, by, "fair.cancelled", subject=("fair", fair.id))
    telling.ask(session, fair, telling.CANCELLED, asked_by_id=by.account_id)
    session.flush()
    return fair


def _refuse_running(session: Session, fair: Fair) -> None:
    if any(one.n_entered for one in sessions_of(session, fair.id)):
        raise RuleBrokenError("fair_running", "已经有人入场，不能再撤回或取消。")
