"""Aid after recognition (援助): begun, confirmed stable after a call-back, ended, taken up again.

That somebody works, or works no more, nobody types here: the members' facts say it, see `consequences`.
"""

from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds.zero_employment import ClaimState
from matcher.models.zero_employment import ZeroEmploymentClaim
from matcher.services import clocks
from matcher.services.permissions import Actor, Permission, require
from matcher.services.zero_employment.claims import get_claim, require_note
from matcher.services.zero_employment.moves import SUBJECT, Doing, move


def begin_aid(
    session: Session,
    by: Actor,
    household_id: int,
    doing: Doing | None = None,
    *,
    expected_version: int | None = None,
) -> ZeroEmploymentClaim:
    """Begin aid (援助中): measures are agreed; the clocks go on from the day of recognition."""
    require(by, Permission.EDIT_CASES)
    claim = get_claim(session, by, household_id, expected_version)
    if claim.state is not ClaimState.RECOGNISED:
        raise RuleBrokenError(
            "step_not_allowed", "只有刚认定的家庭可以开始援助，请刷新查看最新状态。"
        )
    move(session, by, claim, ClaimState.AIDED, doing or Doing("aid_begun"))
    return claim


def come_back(
    session: Session,
    by: Actor,
    household_id: int,
    note: str,
    *,
    expected_version: int | None = None,
) -> ZeroEmploymentClaim:
    """Take a household that was set apart back into aid: it was found, or wishes to work again."""
    require(by, Permission.EDIT_CASES)
    claim = get_claim(session, by, household_id, expected_version)
    require_note(note)
    if claim.state is not ClaimState.SET_APART:
        raise RuleBrokenError("step_not_allowed", "这户没有另列退出，请刷新查看最新状态。")
    claim.reopened_on = clock.today()
    move(session, by, claim, ClaimState.AIDED, Doing("came_back", note=note))
    return claim


def confirm_stable(
    session: Session,
    by: Actor,
    household_id: int,
    note: str,
    *,
    expected_version: int | None = None,
) -> ZeroEmploymentClaim:
    """Confirm by a call-back that the work holds (稳定); not before its clock's last day."""
    require(by, Permission.EDIT_CASES)
    claim = get_claim(session, by, household_id, expected_version)
    require_note(note)
    running = clocks.running_clock(session, "zero_employment.stable", (SUBJECT, household_id))
    if running is not None and clock.today() < running.due_on:
        raise RuleBrokenError(
            "not_stable_yet",
            "稳定期还没有满，到期回访后再确认。",
            due_on=running.due_on.isoformat(),
        )
    move(session, by, claim, ClaimState.STABLE, Doing("stable", note=note))
    return claim


def finish(
    session: Session,
    by: Actor,
    household_id: int,
    note: str,
    *,
    expected_version: int | None = None,
) -> ZeroEmploymentClaim:
    """End a claim with stable work (退出)."""
    require(by, Permission.EDIT_CASES)
    claim = get_claim(session, by, household_id, expected_version)
    require_note(note)
    move(session, by, claim, ClaimState.EXITED, Doing("finished", note=note))
    return claim
