"""Judging papers and employers (材料核验、确认参会): a place is confirmed only with a whole pack."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds.fair_papers import FairPaperKind, FairPaperState
from matcher.kinds.fairs import FairEmployerState
from matcher.models.accounts import Membership
from matcher.models.employers import Employer
from matcher.models.fair_papers import FairPaper
from matcher.models.fairs import Fair, FairEmployer
from matcher.services import audit
from matcher.services.booths.placing import release
from matcher.services.fair_employers import messages
from matcher.services.fair_employers.packs import Pack, pack_of, packs_of
from matcher.services.fair_employers.papers import find_of
from matcher.services.fair_employers.places import locked_call, move_up
from matcher.services.fair_employers.sight import (
    PRESENT,
    STOPPED,
    Place,
    find_fair,
    place_of,
    refuse_own,
    require_open,
    require_side,
)
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import expect_version

_State = FairEmployerState
_JUDGED = (FairPaperState.HANDED_IN, FairPaperState.ACCEPTED)


def accept_paper(
    session: Session, by: Actor, place: Place, paper_id: str, *, expected_version: int | None = None
) -> FairPaper:
    """Accept a paper that was handed in; a second time changes nothing."""
    paper = _judged(session, by, place, paper_id, expected_version)
    if paper.state is FairPaperState.HANDED_IN:
        _settle(session, by, paper, FairPaperState.ACCEPTED)
    return paper


def return_paper(
    session: Session,
    by: Actor,
    place: Place,
    paper_id: str,
    reason: str,
    *,
    expected_version: int | None = None,
) -> FairPaper:
    """Return a paper with the reason (退回), and tell the employer; an accepted one may be returned too."""
    if not reason.strip():
        raise RuleBrokenError("fair_return_reason", "退回材料须写明哪里不对、怎么改。")
    paper = _judged(session, by, place, paper_id, expected_version)
    paper.reason = reason.strip()
    _settle(session, by, paper, FairPaperState.RETURNED)
    messages.tell(
        session,
        place.fair,
        place.row,
        "fair_paper_returned",
        key=f"returned:{paper.id}:{paper.version_id}",
    )
    return paper


def _judged(
    session: Session, by: Actor, place: Place, paper_id: str, expected: int | None
) -> FairPaper:
    """Return a paper that may be judged, locked."""
    require_side(session, by, place)
    require_open(place.fair)
    refuse_own(session, by, place.employer.id)
    paper = find_of(session, place, paper_id, lock=True)
    expect_version(paper, expected)
    if paper.state not in _JUDGED:
        raise RuleBrokenError("fair_paper_gone", "这份材料已经退回或过期，等单位重新交来再核。")
    return paper


def _settle(session: Session, by: Actor, paper: FairPaper, state: FairPaperState) -> None:
    paper.state, paper.decided_at = state, clock.now()
    paper.decided_by_id = by.account_id
    audit.record(
        session,
        by,
        f"fair_paper.{state.value}",
        subject=("fair_employer", paper.fair_employer_id),
        paper=paper.id,
        kind=paper.kind,
    )
    session.flush()


def accept_employer(
    session: Session,
    by: Actor,
    fair_public_id: str,
    place_id: str,
    *,
    expected_version: int | None = None,
) -> FairEmployer:
    """Confirm an employer's place (确认参会); it must have applied, and its pack be whole.

    Raises
    ------
    RuleBrokenError
        It waits or does not come, papers are missing, its check failed, or who judges acts for it.
    """
    place = place_of(session, by, fair_public_id, place_id, lock=True)
    require_open(place.fair)
    refuse_own(session, by, place.employer.id)
    expect_version(place.row, expected_version)
    if place.row.state is _State.ACCEPTED:
        return place.row
    if place.row.state is not _State.APPLIED:
        raise RuleBrokenError("fair_not_applied", "只能确认已报名的单位；候补的等有展位再确认。")
    if place.employer.state in STOPPED:
        raise RuleBrokenError("employer_not_verified", "单位核验没有通过或已停用，不能参会。")
    _require_whole(pack_of(session, place))
    _accept(session, by, place.fair, place.row)
    return place.row


def _require_whole(pack: Pack) -> None:
    if pack.is_complete:
        return
    left = "、".join(FairPaperKind(one).label for one in [*pack.wanted, *pack.to_check])
    raise RuleBrokenError("fair_pack_incomplete", f"还不能确认参会，材料没有核完：{left}。")


def _accept(session: Session, by: Actor, fair: Fair, row: FairEmployer) -> None:
    row.state = _State.ACCEPTED
    audit.record(session, by, "fair_employer.accepted", subject=("fair_employer", row.id))
    session.flush()
    messages.tell(session, fair, row, "fair_accepted", key=f"accepted:{row.version_id}")


def accept_ready(session: Session, by: Actor, fair_public_id: str) -> int:
    """Confirm every employer that applied and whose pack is whole; return how many. A second run finds none.

    Employers the actor acts for are left to somebody else.
    """
    fair = find_fair(session, by, fair_public_id)
    require_open(fair)
    found = ready_rows(session, by, fair, lock=True)
    for row in found:
        _accept(session, by, fair, row)
    return len(found)


def ready_rows(
    session: Session, by: Actor, fair: Fair, *, lock: bool = False
) -> Sequence[FairEmployer]:
    """Return who applied with a whole pack and may be confirmed by the actor."""
    require(by, Permission.MANAGE_FAIRS)
    wanted = (
        sa.select(FairEmployer)
        .join(Employer, Employer.id == FairEmployer.employer_id)
        .where(
            FairEmployer.fair_id == fair.id,
            FairEmployer.state == _State.APPLIED,
            Employer.state.not_in(STOPPED),
        )
        .order_by(FairEmployer.id)
    )
    if lock:
        wanted = wanted.with_for_update(of=FairEmployer)
    rows = session.scalars(wanted).all()
    packs = packs_of(session, fair, [row.id for row in rows])
    own = _own_employers(session, by)
    return [row for row in rows if packs[row.id].is_complete and row.employer_id not in own]


def _own_employers(session: Session, by: Actor) -> set[int]:
    found = sa.select(Membership.employer_id).where(
        Membership.account_id == by.account_id, Membership.employer_id.is_not(None)
    )
    return {number for number in session.scalars(found.order_by(Membership.id)) if number}


def refuse_employer(
    session: Session,
    by: Actor,
    fair_public_id: str,
    place_id: str,
    reason: str,
    *,
    expected_version: int | None = None,
) -> FairEmployer:
    """Refuse an employer's place with the reason (不予通过), and tell it; freed booths go to who waits."""
    if not reason.strip():
        raise RuleBrokenError("refusal_needs_reason", "不予通过时须写明原因。")
    fair = find_fair(session, by, fair_public_id)
    locked_call(session, fair.id)
    place = place_of(session, by, fair_public_id, place_id, lock=True)
    require_open(fair)
    refuse_own(session, by, place.employer.id)
    expect_version(place.row, expected_version)
    row = place.row
    if row.state not in PRESENT:
        raise RuleBrokenError("fair_not_coming", "这家单位没有报名，或已经退出。")
    row.state, row.reason, row.waiting_since = _State.REFUSED, reason.strip(), None
    audit.record(session, by, "fair_employer.refused", subject=("fair_employer", row.id))
    release(session, by, row)
    session.flush()
    messages.tell(session, fair, row, "fair_refused", key=f"refused:{row.version_id}")
    move_up(session, fair)
    return row
