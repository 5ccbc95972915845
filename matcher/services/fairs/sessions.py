"""Sessions of a fair (场次): when they are, and how many people each may let in (核准人数).

The door moves the counters of a session by conditional updates; so does a change of its number, which never goes below
who came in already. A number the police must permit is only taken from a permit that was given for this session.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.fairs.permits import ON_SITE, permit_rule
from matcher.kinds.fair_paperwork import DutyKind, FilingOutcome
from matcher.kinds.fairs import FairState
from matcher.models.fair_guests import FairBooking
from matcher.models.fair_paperwork import FairFiling
from matcher.models.fair_visitors import FairTicket
from matcher.models.fairs import Fair, FairSession
from matcher.services import audit
from matcher.services.drives import is_telling
from matcher.services.fair_guests import bookings
from matcher.services.fair_sheets import layouts
from matcher.services.fairs import telling
from matcher.services.fairs.moves import standing
from matcher.services.fairs.sight import get_managed, require_live
from matcher.services.permissions import Actor
from matcher.services.rows import first_or_missing

_MINUTES = 24 * 60
_MOST_BEFORE = 180
"""Doors open at most three hours before."""


@dataclass(frozen=True, kw_only=True)
class SessionInput:
    """What is entered of a session; minutes count from midnight in China."""

    name: str
    held_on: dt.date
    begins_minute: int
    ends_minute: int
    opens_minutes_before: int = 30
    approved_number: int | None = None


def sessions_of(session: Session, fair_id: int) -> Sequence[FairSession]:
    """List the sessions of a fair by time; callers have asked who may read it."""
    found = sa.select(FairSession).where(FairSession.fair_id == fair_id)
    return session.scalars(
        found.order_by(FairSession.held_on, FairSession.begins_minute, FairSession.id)
    ).all()


def add_session(session: Session, by: Actor, public_id: str, facts: SessionInput) -> FairSession:
    """Add a session to a fair.

    Raises
    ------
    InvalidInputError
        Outside the fair's days, out of order, at the same time as another, or a number that is not permitted.
    """
    fair = get_managed(session, by, public_id)
    require_live(fair)
    _check(session, fair, facts)
    made = FairSession(fair_id=fair.id, **_columns(facts))
    session.add(made)
    session.flush()
    audit.record(
        session,
        by,
        "fair.session_added",
        subject=("fair", fair.id),
        held=made.id,
        approved=made.approved_number,
    )
    session.flush()
    return made


def change_session(
    session: Session, by: Actor, public_id: str, session_id: str, facts: SessionInput
) -> FairSession:
    """Change a session; if people can come in that waited, they move up.

    Raises
    ------
    RuleBrokenError
        Its number would fall below who came in, or its time changes while people are in.
    """
    fair = get_managed(session, by, public_id)
    require_live(fair)
    held = _session(session, fair, session_id)
    _check(session, fair, facts, but=held)
    moves = (held.held_on, held.begins_minute, held.ends_minute) != (
        facts.held_on,
        facts.begins_minute,
        facts.ends_minute,
    )
    if moves and held.n_entered:
        raise RuleBrokenError("fair_running", "已经有人入场，时间不能再改。")
    stood = standing(session, fair)
    _set(session, held, _columns(facts))
    audit.record(
        session,
        by,
        "fair.session_changed",
        subject=("fair", fair.id),
        held=held.id,
        approved=facts.approved_number,
    )
    if moves:
        flag_modified(fair, "first_on")  # a version of its own: messages are told apart by it
        session.flush()
        telling.note_moved(session, fair, ("first_on",), before=stood, asked_by_id=by.account_id)
    bookings.promote(session, held)
    session.flush()
    return held


def remove_session(session: Session, by: Actor, public_id: str, session_id: str) -> None:
    """Remove a session nobody has a ticket for and nobody came to; its number on paper is no other's, now or later.

    Raises
    ------
    RuleBrokenError
        Somebody has.
    """
    fair = get_managed(session, by, public_id)
    require_live(fair)
    held = _session(session, fair, session_id)
    if held.n_entered or _is_used(session, held.id):
        raise RuleBrokenError("session_used", "这一场已经有人报名或入场，不能删除，可以改时间。")
    number = next(n for n, one in layouts.numbered_sessions(session, fair) if one.id == held.id)
    session.delete(held)
    audit.record(
        session,
        by,
        layouts.SESSION_REMOVED,
        subject=("fair", fair.id),
        on=held.held_on,
        number=number,
    )
    session.flush()


def set_approved(session: Session, held: FairSession, number: int | None) -> None:
    """Set the approved number of a session by a conditional update.

    Raises
    ------
    RuleBrokenError
        More people came in or have a lent place than the number allows.
    """
    _set(session, held, {"approved_number": number})


def largest_free(fair: Fair) -> int:
    """Return the largest number a session may have without a permit of the police."""
    least = permit_rule(fair.venue_region or "", fair.first_on).least_people
    return min(least - 1, fair.venue_capacity or least - 1)


def permitted_number(session: Session, fair: Fair, session_public_id: str) -> int | None:
    """Return the number the last permit gives a session; None without one."""
    found = sa.select(FairFiling.approved_numbers).where(
        FairFiling.fair_id == fair.id,
        FairFiling.kind == DutyKind.PERMIT,
        FairFiling.outcome == FilingOutcome.APPROVED,
    )
    for numbers in session.scalars(found.order_by(FairFiling.id.desc())):
        if session_public_id in numbers:
            return int(numbers[session_public_id])
    return None


def _session(session: Session, fair: Fair, session_id: str) -> FairSession:
    found = sa.select(FairSession).where(
        FairSession.public_id == session_id, FairSession.fair_id == fair.id
    )
    held = first_or_missing(session, found, lock=False)
    session.refresh(held, with_for_update={"key_share": True})
    return held


def _is_used(session: Session, session_id: int) -> bool:
    booked = sa.select(FairBooking.id).where(FairBooking.session_id == session_id)
    ticket = sa.select(FairTicket.id).where(FairTicket.session_id == session_id)
    return any(session.scalar(one.limit(1)) is not None for one in (booked, ticket))


def _set(session: Session, held: FairSession, columns: dict[str, Any]) -> None:
    number = columns.get("approved_number")
    fits = sa.true()
    if number is not None:
        fits = FairSession.n_entered + FairSession.n_set_aside <= number
    changed = session.execute(
        sa.update(FairSession).where(FairSession.id == held.id, fits).values(**columns),
        execution_options={"synchronize_session": False},
    )
    if cast("sa.CursorResult[Any]", changed).rowcount != 1:
        raise RuleBrokenError(
            "approved_number_used", "已经入场或借给验票终端的名额比这个数多，不能改得更小。"
        )
    session.refresh(held)


def _columns(facts: SessionInput) -> dict[str, Any]:
    return asdict(facts) | {"name": facts.name.strip()}


def _check(
    session: Session, fair: Fair, facts: SessionInput, *, but: FairSession | None = None
) -> None:
    fields: dict[str, str] = {}
    if not facts.name.strip():
        fields["name"] = "请填写场次名称，例如上午场。"
    elif is_telling(facts.name):
        fields["name"] = "场次名称对外公开，不能出现困难、零就业、帮扶等字样。"
    if not fair.first_on <= facts.held_on <= fair.last_on:
        fields["held_on"] = "场次要在招聘会的日期以内，请先改招聘会的日期。"
    if not 0 <= facts.begins_minute < facts.ends_minute <= _MINUTES:
        fields["ends_minute"] = "结束时间要晚于开始时间。"
    elif _overlaps(session, fair, facts, but):
        fields["begins_minute"] = "和同一天的另一场时间重叠，请改开。"
    if not 0 <= facts.opens_minutes_before <= _MOST_BEFORE:
        fields["opens_minutes_before"] = "提前入场最多 180 分钟。"
    wrong = _wrong_number(session, fair, facts.approved_number, but)
    if wrong:
        fields["approved_number"] = wrong
    if fields:
        raise InvalidInputError("fair_session_input", "场次有误，请修改标出的项目。", fields=fields)


def _overlaps(session: Session, fair: Fair, facts: SessionInput, but: FairSession | None) -> bool:
    return any(
        one.held_on == facts.held_on
        and one.begins_minute < facts.ends_minute
        and facts.begins_minute < one.ends_minute
        for one in sessions_of(session, fair.id)
        if but is None or one.id != but.id
    )


def _wrong_number(
    session: Session, fair: Fair, number: int | None, held: FairSession | None
) -> str:
    """Return why a number of people cannot be set; empty if it can."""
    if fair.channel not in ON_SITE:
        return ""
    if number is None:
        announced = fair.state is FairState.ANNOUNCED
        return "已经公布，要定核准人数，验票到这个数就停。" if announced else ""
    if number < 1:
        return "人数至少是 1。"
    if fair.venue_capacity is not None and number > fair.venue_capacity:
        return f"场馆只能容纳 {fair.venue_capacity} 人，不能更多。"
    if number <= largest_free(fair):
        return ""
    permitted = permitted_number(session, fair, held.public_id) if held is not None else None
    if permitted is None:
        return f"每场 {largest_free(fair) + 1} 人起要先取得公安机关的许可，在“报批和方案”里登记。"
    return "" if number <= permitted else f"许可的人数是 {permitted}，不能更多。"


def is_now(held: FairSession) -> bool:
    """Say whether the door of a session is open now."""
    now = clock.in_china(clock.now())
    minute = now.hour * 60 + now.minute
    opens = held.begins_minute - held.opens_minutes_before
    return now.date() == held.held_on and opens <= minute < held.ends_minute
