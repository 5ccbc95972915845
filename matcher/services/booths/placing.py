"""Who has which booth (展位安排): placing, moving, clearing by hand, fixing, and taking back what was done.

Every act is a row of the log with the booths it changed, before and after; taking it back is a further row. That
works as long as those booths still are as the act left them.
"""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import ConflictError, RuleBrokenError
from matcher.kinds.booth_plans import BoothChangeKind
from matcher.kinds.fairs import FairEmployerState
from matcher.models.booth_plans import BoothChange, BoothPlan
from matcher.models.employers import Employer
from matcher.models.fairs import Booth, Fair, FairEmployer
from matcher.services import audit
from matcher.services.booths.sight import (
    FAIR,
    booths_of_fair,
    get_booth,
    get_coming,
    open_floor,
)
from matcher.services.fair_employers.sight import Place, require_side
from matcher.services.fairs.sight import require_managed
from matcher.services.permissions import Actor
from matcher.services.rows import expect_version, first_or_missing, unique_or

Move = tuple[Booth, int | None]
"""A booth and who is to have it."""


def place(
    session: Session,
    by: Actor,
    fair_public_id: str,
    *,
    booth_public_id: str,
    employer_public_id: str,
    expected_version: int | None = None,
) -> BoothChange | None:
    """Give a booth to an employer; None if it has it already.

    An employer with a single booth elsewhere changes places with whoever is there; whoever is put out by one that
    had no booth is without one then.

    Raises
    ------
    RuleBrokenError
        The employer does not come, has all its booths, or a booth is fixed.
    """
    fair = open_floor(session, by, fair_public_id)
    booth = get_booth(session, fair, booth_public_id)
    expect_version(booth, expected_version)
    employer = get_coming(session, fair, employer_public_id)
    if booth.fair_employer_id == employer.id:
        return None
    own = [one for one in booths_of_fair(session, fair.id) if one.fair_employer_id == employer.id]
    moves: list[Move] = [(booth, employer.id)]
    if len(own) >= employer.n_booths:
        if len(own) != 1:
            raise RuleBrokenError(
                "booths_enough",
                f"这家单位要 {employer.n_booths} 个展位，已经全部安排，请先移出一个。",
            )
        moves.append((own[0], booth.fair_employer_id))
    return change(session, by, fair, BoothChangeKind.PLACED, moves)


def move(
    session: Session,
    by: Actor,
    fair_public_id: str,
    *,
    from_public_id: str,
    to_public_id: str,
    expected_version: int | None = None,
) -> BoothChange | None:
    """Move an employer to another booth; whoever stands there comes back the other way."""
    fair = open_floor(session, by, fair_public_id)
    one, other = (get_booth(session, fair, name) for name in (from_public_id, to_public_id))
    expect_version(one, expected_version)
    if one.fair_employer_id == other.fair_employer_id:
        return None
    moves = [(one, other.fair_employer_id), (other, one.fair_employer_id)]
    return change(session, by, fair, BoothChangeKind.MOVED, moves)


def clear(
    session: Session,
    by: Actor,
    fair_public_id: str,
    *,
    booth_public_id: str,
    expected_version: int | None = None,
) -> BoothChange | None:
    """Take an employer out of a booth; None if it is empty already."""
    fair = open_floor(session, by, fair_public_id)
    booth = get_booth(session, fair, booth_public_id)
    expect_version(booth, expected_version)
    if booth.fair_employer_id is None:
        return None
    return change(session, by, fair, BoothChangeKind.CLEARED, [(booth, None)])


def fix(
    session: Session,
    by: Actor,
    fair_public_id: str,
    *,
    booth_public_id: str,
    is_fixed: bool,
    label: str | None = None,
) -> Booth:
    """Fix a booth as it is, held or kept empty, or let it go again; a label renames it."""
    fair = open_floor(session, by, fair_public_id)
    booth = get_booth(session, fair, booth_public_id)
    taken = RuleBrokenError("booth_label_taken", "已有这个编号的展位，请换一个。")
    with unique_or(session, taken):
        booth.is_fixed = is_fixed
        booth.label = (label or "").strip().upper() or booth.label
    audit.record(
        session, by, "booth.fixed", subject=(FAIR, fair.id), booth=booth.id, is_fixed=is_fixed
    )
    return booth


def release(session: Session, by: Actor, fair_employer: FairEmployer) -> None:
    """Empty the booths of an employer that does not come after all, fixed ones too; its own act or the organiser's."""
    fair = session.get_one(Fair, fair_employer.fair_id)
    employer = session.get_one(Employer, fair_employer.employer_id)
    require_side(session, by, Place(fair, fair_employer, employer))
    own = [
        one for one in booths_of_fair(session, fair.id) if one.fair_employer_id == fair_employer.id
    ]
    for booth in own:
        booth.is_fixed = False
    if own:
        _write(session, by, fair, BoothChangeKind.RELEASED, [(one, None) for one in own])


def change(
    session: Session,
    by: Actor,
    fair: Fair,
    kind: BoothChangeKind,
    moves: Iterable[Move],
    *,
    plan: BoothPlan | None = None,
    undoes: BoothChange | None = None,
) -> BoothChange:
    """Let others have some booths of a fair of one's own unions and write it down; the fair is locked."""
    require_managed(session, by, fair)
    return _write(session, by, fair, kind, moves, plan=plan, undoes=undoes)


def _write(
    session: Session,
    by: Actor,
    fair: Fair,
    kind: BoothChangeKind,
    moves: Iterable[Move],
    *,
    plan: BoothPlan | None = None,
    undoes: BoothChange | None = None,
) -> BoothChange:
    noted: list[list[int | None]] = []
    for booth, employer_id in moves:
        if booth.is_fixed:
            raise RuleBrokenError("booth_fixed", f"展位 {booth.label} 已固定，请先取消固定。")
        noted.append([booth.id, booth.fair_employer_id, employer_id])
        booth.fair_employer_id = employer_id
    made = BoothChange(
        fair_id=fair.id,
        kind=kind,
        moves=noted,
        plan_id=plan.id if plan else None,
        undoes_id=undoes.id if undoes else None,
        entered_at=clock.now(),
        entered_by_id=by.account_id,
    )
    session.add(made)
    session.flush()
    audit.record(
        session, by, f"booths.{kind.value}", subject=(FAIR, fair.id), change=made.id, n=len(noted)
    )
    return made


def undo(session: Session, by: Actor, fair_public_id: str, change_public_id: str) -> BoothChange:
    """Take back an act on booths, if they still are as it left them.

    Raises
    ------
    RuleBrokenError
        It was taken back already, or is itself a taking back.
    ConflictError
        Somebody changed one of its booths since.
    """
    fair = open_floor(session, by, fair_public_id)
    found = sa.select(BoothChange).where(
        BoothChange.fair_id == fair.id, BoothChange.public_id == change_public_id
    )
    done = first_or_missing(session, found, lock=False)
    again = RuleBrokenError("booth_change_undone", "这一步已经撤销，或不能撤销。")
    if done.kind in (BoothChangeKind.UNDONE, BoothChangeKind.RELEASED):
        raise again
    booths = {one.id: one for one in booths_of_fair(session, fair.id)}
    if any(_has(booths, booth) != after for booth, _, after in done.moves):
        raise ConflictError(
            "booth_changed_since", "这些展位后来又变动过，不能直接撤销，请手动调整。"
        )
    coming = _coming(session, fair.id)
    moves = [
        (booths[booth], before if before in coming else None)
        for booth, before, _ in done.moves
        if booth in booths
    ]
    with unique_or(session, again):
        return change(session, by, fair, BoothChangeKind.UNDONE, moves, undoes=done)


def _has(booths: dict[int, Booth], booth_id: int | None) -> int | None:
    """Return who has a booth now; -1 for a booth that is gone, which nobody ever had."""
    booth = booths.get(booth_id or 0)
    return -1 if booth is None else booth.fair_employer_id


def _coming(session: Session, fair_id: int) -> Sequence[int]:
    coming = sa.select(FairEmployer.id).where(
        FairEmployer.fair_id == fair_id, FairEmployer.state == FairEmployerState.ACCEPTED
    )
    return session.scalars(coming.order_by(FairEmployer.id)).all()
