"""What a fair offers to employers (招展): how many booths, until when to apply and to hand in papers."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError
from matcher.models.fair_papers import FairCall
from matcher.models.fairs import Fair
from matcher.services import audit
from matcher.services.drives import is_telling
from matcher.services.fair_employers.places import locked_call, move_up, room_of
from matcher.services.fair_employers.sight import find_fair, require_open
from matcher.services.permissions import Actor
from matcher.services.rows import expect_version


@dataclass(frozen=True, kw_only=True)
class CallInput:
    """What an organiser offers; a number of booths of None follows the plan of the halls."""

    n_booths: int | None = None
    apply_until: dt.date | None = None
    papers_until: dt.date | None = None
    words: str | None = None


def set_call(
    session: Session,
    by: Actor,
    fair_public_id: str,
    facts: CallInput,
    *,
    expected_version: int | None = None,
) -> FairCall:
    """Set what a fair offers; more booths than before go to who waits, in order.

    Raises
    ------
    InvalidInputError
        Days out of order, fewer booths than are promised, or words that tell of somebody's circumstances.
    """
    fair = find_fair(session, by, fair_public_id)
    require_open(fair)
    call = locked_call(session, fair.id)
    expect_version(call, expected_version)
    _check(session, fair, facts)
    call.n_booths, call.words = facts.n_booths, facts.words
    call.apply_until, call.papers_until = facts.apply_until, facts.papers_until
    audit.record(
        session,
        by,
        "fair_call.set",
        subject=("fair", fair.id),
        n_booths=facts.n_booths,
        apply_until=facts.apply_until,
        papers_until=facts.papers_until,
    )
    move_up(session, fair)
    session.flush()
    return call


def _check(session: Session, fair: Fair, facts: CallInput) -> None:
    wrong: dict[str, str] = {}
    if facts.apply_until and facts.apply_until > fair.last_on:
        wrong["apply_until"] = "报名截止不能晚于招聘会最后一天。"
    if facts.papers_until and facts.papers_until > fair.last_on:
        wrong["papers_until"] = "交材料的期限不能晚于招聘会最后一天。"
    if facts.apply_until and facts.papers_until and facts.papers_until < facts.apply_until:
        wrong["papers_until"] = "交材料的期限不能早于报名截止。"
    taken = room_of(session, fair.id).taken
    if facts.n_booths is not None and facts.n_booths < taken:
        wrong["n_booths"] = f"已经答应 {taken} 个展位，不能少于这个数。"
    if facts.words and is_telling(facts.words):
        wrong["words"] = "邀请词单位都看得到，不能写会透露个人情况的词。"
    if wrong:
        raise InvalidInputError("fair_call_input", "招展设置有几处要改。", fields=wrong)
