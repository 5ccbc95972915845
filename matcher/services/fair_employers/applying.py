"""An employer says whether it comes (报名、谢绝、退出): by itself, or the organiser writes down what it said."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.fairs import FairEmployerState
from matcher.models.employers import Employer
from matcher.models.fairs import Fair, FairEmployer
from matcher.services import audit
from matcher.services.booths.placing import release
from matcher.services.fair_employers import packs
from matcher.services.fair_employers.places import locked_call, move_up, room_of
from matcher.services.fair_employers.sight import (
    PRESENT,
    STOPPED,
    Place,
    find_fair,
    find_own,
    find_seen_fair,
    place_of,
    require_open,
    require_side,
)
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import expect_version, unique_or

MOST_BOOTHS = 20
"""What one employer may ask for; the database holds it too."""

_State = FairEmployerState


@dataclass(frozen=True, kw_only=True)
class Application:
    """What an employer asks for: booths, people it sends, how many of them talk at the same time."""

    n_booths: int = 1
    n_staff: int | None = None
    n_interviewers: int = 1


def apply(
    session: Session,
    by: Actor,
    fair_public_id: str,
    asked: Application,
    *,
    expected_version: int | None = None,
) -> FairEmployer:
    """Apply for an employer's own place, or change what it asked for; without a free booth it waits.

    Raises
    ------
    RuleBrokenError
        The time to apply is over, the unit is stopped or refused, or more booths are asked for than are free.
    """
    require(by, Permission.TAKE_PART_IN_FAIRS)
    fair = find_seen_fair(session, by, fair_public_id)
    call = locked_call(session, fair.id)
    row = find_own(session, by, fair, lock=True)
    comes_already = row is not None and row.state in PRESENT
    if not comes_already and call.apply_until is not None and call.apply_until < clock.today():
        raise RuleBrokenError("fair_apply_over", "报名已经截止，要参加请联系主办单位。")
    if row is not None and row.state is _State.REFUSED:
        raise RuleBrokenError("fair_refused", "这场招聘会的报名没有通过，请联系主办单位。")
    if row is None:
        row = _new_row(session, by, fair, by.employer_id or 0)
    return enter(
        session,
        by,
        Place(fair, row, session.get_one(Employer, row.employer_id)),
        asked,
        expected_version=expected_version,
    )


def _new_row(session: Session, by: Actor, fair: Fair, employer_id: int) -> FairEmployer:
    row = FairEmployer(
        fair_id=fair.id,
        employer_id=employer_id,
        state=_State.INVITED,
        created_at=clock.now(),
        created_by_id=by.account_id,
    )
    twice = RuleBrokenError("fair_applied_twice", "这家单位刚刚报过名，请刷新看看。")
    with unique_or(session, twice):
        session.add(row)
    return row


def enter(
    session: Session,
    by: Actor,
    place: Place,
    asked: Application,
    *,
    expected_version: int | None = None,
) -> FairEmployer:
    """Write down that an employer comes; the call's row must be locked."""
    require_side(session, by, place)
    fair, row = place.fair, place.row
    require_open(fair)
    expect_version(row, expected_version)
    _check(place.employer, asked)
    room = room_of(session, fair.id, besides=row.id)
    came, before = row.state in PRESENT, row.n_booths
    if row.state in (_State.APPLIED, _State.ACCEPTED) and not room.has(asked.n_booths):
        raise RuleBrokenError("fair_booths_gone", f"只剩 {room.free} 个展位，请减少后再存。")
    row.n_booths, row.n_staff = asked.n_booths, asked.n_staff
    row.n_interviewers, row.answered_at = asked.n_interviewers, clock.now()
    if not came:
        stands_behind = room.n_waiting > 0 or not room.has(asked.n_booths)
        row.state = _State.WAITING if stands_behind else _State.APPLIED
        row.waiting_since = clock.now() if stands_behind else None
        row.reason = None
    audit.record(
        session,
        by,
        "fair_employer.changed" if came else "fair_employer.applied",
        subject=("fair_employer", row.id),
        state=row.state,
        booths=row.n_booths,
    )
    packs.take_over_licence(session, place)
    if not came or row.n_booths < before:
        move_up(session, fair)
    session.flush()
    return row


def _check(employer: Employer, asked: Application) -> None:
    if employer.state in STOPPED:
        raise RuleBrokenError("employer_not_verified", "单位核验没有通过或已停用，不能参会。")
    wrong: dict[str, str] = {}
    if not 1 <= asked.n_booths <= MOST_BOOTHS:
        wrong["n_booths"] = f"展位数应为 1 至 {MOST_BOOTHS}。"
    if asked.n_interviewers < 1:
        wrong["n_interviewers"] = "至少要有 1 人面谈。"
    if asked.n_staff is not None and asked.n_staff < asked.n_interviewers:
        wrong["n_staff"] = "到场人数不能少于同时面谈的人数。"
    if wrong:
        raise InvalidInputError("fair_application", "报名内容有几处要改。", fields=wrong)


def leave(
    session: Session,
    by: Actor,
    place: Place,
    *,
    reason: str | None,
    expected_version: int | None = None,
) -> FairEmployer:
    """Decline an invitation or withdraw; freed booths go to who waits. The call's row must be locked.

    A second time changes nothing.
    """
    require_side(session, by, place)
    fair, row = place.fair, place.row
    if row.state in (_State.DECLINED, _State.WITHDRAWN, _State.REFUSED):
        return row
    require_open(fair)
    expect_version(row, expected_version)
    was_asked = row.state is _State.INVITED
    row.state = _State.DECLINED if was_asked else _State.WITHDRAWN
    row.reason, row.waiting_since, row.answered_at = reason, None, clock.now()
    audit.record(
        session,
        by,
        "fair_employer.declined" if was_asked else "fair_employer.withdrawn",
        subject=("fair_employer", row.id),
    )
    release(session, by, row)
    move_up(session, fair)
    session.flush()
    return row


def leave_own(
    session: Session,
    by: Actor,
    fair_public_id: str,
    *,
    reason: str | None = None,
    expected_version: int | None = None,
) -> FairEmployer:
    """Decline or withdraw for the own employer."""
    require(by, Permission.TAKE_PART_IN_FAIRS)
    fair = find_seen_fair(session, by, fair_public_id)
    locked_call(session, fair.id)
    row = find_own(session, by, fair, lock=True)
    if row is None:
        row = _new_row(session, by, fair, by.employer_id or 0)
    place = Place(fair, row, session.get_one(Employer, row.employer_id))
    return leave(session, by, place, reason=reason, expected_version=expected_version)


def enter_for(
    session: Session,
    by: Actor,
    fair_public_id: str,
    place_id: str,
    asked: Application,
    *,
    expected_version: int | None = None,
) -> FairEmployer:
    """Write down for an employer that it comes (代为报名), as it said by phone or on paper."""
    locked_call(session, find_fair(session, by, fair_public_id).id)
    place = place_of(session, by, fair_public_id, place_id, lock=True)
    return enter(session, by, place, asked, expected_version=expected_version)


def leave_for(
    session: Session,
    by: Actor,
    fair_public_id: str,
    place_id: str,
    *,
    reason: str | None = None,
    expected_version: int | None = None,
) -> FairEmployer:
    """Write down for an employer that it does not come."""
    locked_call(session, find_fair(session, by, fair_public_id).id)
    place = place_of(session, by, fair_public_id, place_id, lock=True)
    return leave(session, by, place, reason=reason, expected_version=expected_version)
