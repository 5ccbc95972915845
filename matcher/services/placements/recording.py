"""Recording a placement (登记去向) by hand, and correcting it before it is checked.

At most one live placement a person is a partial unique index; who records a second is told which one stands, by
its number only where it is in sight.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.placements import PlacementEnd, PlacementSource, PlacementState
from matcher.models.drives import Drive, DriveEntry
from matcher.models.employers import Employer
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.placements import Placement
from matcher.models.referrals import Referral
from matcher.policy.destinations import Destination
from matcher.services.casework.sealed_words import seal, unseal
from matcher.services.permissions import Actor, Permission, require
from matcher.services.placements import asking, own
from matcher.services.placements.facts import PlacementFacts, checked
from matcher.services.placements.sight import get_placement, is_in_sight
from matcher.services.placements.stepping import note
from matcher.services.placements.warnings import find_warnings
from matcher.services.referrals import looks
from matcher.services.rows import get_in_scope, unique_or

REASON = "placement.warning_reason"

_BEFORE_CHECK = (PlacementState.REPORTED, PlacementState.DOUBTED)

_CONFIRMED = (
    "destination_list",
    "destination_code",
    "employer_name",
    "job_title",
    "started_on",
)
"""What a graduate says to be true or not."""


def record(
    session: Session,
    by: Actor,
    graduate_id: int,
    facts: PlacementFacts,
    *,
    reason: str | None = None,
) -> Placement:
    """Record where a graduate of the scope went; it is 自报 until it is proved and checked.

    Parameters
    ----------
    reason : why it goes on although something is warned of; needed if anything is

    Raises
    ------
    InvalidInputError
        A field is wrong, or a warning has no reason (`placement_warned`, `details["warnings"]`).
    RuleBrokenError
        The person has a live placement (`placement_elsewhere`).
    """
    require(by, Permission.RECORD_PLACEMENTS)
    graduate = get_in_scope(session, by, Graduate, graduate_id)
    destination, values = checked(session, by, facts)
    case_id = session.scalar(
        sa.select(GraduateCase.id).where(
            GraduateCase.graduate_id == graduate.id, GraduateCase.closed_on.is_(None)
        )
    )
    placement = Placement(
        union_id=graduate.union_id,
        graduate_id=graduate.id,
        case_id=case_id,
        drive_id=_drive_of(session, graduate.id, facts.started_on),
        source=PlacementSource.STAFF,
        recorded_at=clock.now(),
        recorded_by_id=by.account_id,
        **values,
    )
    accept_warnings(session, placement, destination, reason)
    insert(session, by, placement)
    note(session, by, placement, "recorded", facts=coded(placement))
    asking.ask_for_evidence(session, placement)
    session.flush()
    looks.ask_for_departures(session, graduate_id=graduate.id)
    return placement


def _drive_of(session: Session, graduate_id: int, day: dt.date) -> int | None:
    """Return the newest drive a graduate takes part in, begun by then."""
    found = (
        sa.select(Drive.id)
        .join(DriveEntry, DriveEntry.drive_id == Drive.id)
        .where(
            DriveEntry.graduate_id == graduate_id,
            DriveEntry.left_at.is_(None),
            Drive.opens_on <= max(day, clock.today()),
        )
        .order_by(Drive.opens_on.desc(), Drive.id.desc())
    )
    return session.scalar(found.limit(1))


def accept_warnings(
    session: Session, placement: Placement, destination: Destination, reason: str | None
) -> None:
    """Keep what is warned of with the reason for going on; refuse without one.

    Raises
    ------
    InvalidInputError
        Something new is warned of and no reason is given.
    """
    found = [one.value for one in find_warnings(session, placement, destination)]
    said = (reason or "").strip()
    told = set(placement.warnings or []) if placement.warning_reason_cipher else set()
    if set(found) - told and not said:
        message = "有提示的情况请核对；确实如此的，写明理由后再继续。"
        raise InvalidInputError(
            "placement_warned", message, fields={"reason": message}, warnings=found
        )
    placement.warnings = found
    if said:
        placement.warning_reason_cipher = seal(session, said, REASON)


def insert(session: Session, by: Actor, placement: Placement) -> None:
    """Write a new placement; one that is no outcome gives way to it, another is a refusal."""
    standing = live_of(session, placement.graduate_id)
    if standing is not None and not standing.is_outcome and placement.is_outcome:
        last = placement.started_on - dt.timedelta(days=1)
        standing.ended_on = max(standing.started_on, last)
        standing.end_reason = PlacementEnd.CHANGED
        ended = {"on": standing.ended_on.isoformat()}
        note(session, by, standing, "ended", reason=PlacementEnd.CHANGED, facts=ended)
    with unique_or(session, _elsewhere(session, by, standing)):
        session.add(placement)


def live_of(session: Session, graduate_id: int) -> Placement | None:
    """Return the placement of a graduate that stands and goes on, whoever recorded it."""
    found = sa.select(Placement).where(
        Placement.graduate_id == graduate_id,
        Placement.state != PlacementState.REVOKED,
        Placement.ended_on.is_(None),
    )
    return session.scalar(found)


def _elsewhere(session: Session, by: Actor, standing: Placement | None) -> RuleBrokenError:
    """Refuse a second live placement: one person is not at two employers; the second hears nothing of the first."""
    if by.role is Role.EMPLOYER:
        return RuleBrokenError(
            "placement_elsewhere", "现在还不能登记报到，请联系工会工作人员核对后再登记。"
        )
    if standing is not None and is_in_sight(session, by, standing.id):
        return RuleBrokenError(
            "placement_elsewhere",
            "这名毕业生已有一条进行中的去向，一人不能同时在两处。请先结束或撤销那一条再登记。",
            placement=standing.public_id,
        )
    return RuleBrokenError(
        "placement_elsewhere",
        "这名毕业生已有一条进行中的去向，不在您的范围内，一人不能同时在两处。请上级工会核对。",
    )


def change(
    session: Session,
    by: Actor,
    placement_id: int,
    facts: PlacementFacts,
    *,
    reason: str | None = None,
    expected_version: int | None = None,
) -> Placement:
    """Correct what was recorded, before it is checked or while it is doubted.

    Raises
    ------
    RuleBrokenError
        It is being checked or was verified: what was found true is doubted or revoked, never rewritten.
    """
    require(by, Permission.RECORD_PLACEMENTS)
    placement = get_placement(
        session, by, placement_id, lock=True, expected_version=expected_version
    )
    if placement.state not in _BEFORE_CHECK:
        raise RuleBrokenError(
            "placement_settled", "送核或核实以后不能再改内容；有误请退回、存疑或撤销。"
        )
    destination, values = checked(session, by, facts)
    _check_end(placement, facts)
    before, said = coded(placement), None
    if _is_other_job(placement, values):
        said = _take_back_answer(session, placement)
    for name, value in values.items():
        setattr(placement, name, value)
    if placement.source is PlacementSource.REFERRAL and _is_of_referral(session, placement):
        placement.is_helped = True
    placement.work_before = None  # a check looks at the household's file anew
    accept_warnings(session, placement, destination, reason)
    changed = {"was": before, "now": coded(placement)}
    note(session, by, placement, "changed", words=said, facts=changed)
    session.flush()
    return placement


def _check_end(placement: Placement, facts: PlacementFacts) -> None:
    if placement.ended_on is not None and facts.started_on > placement.ended_on:
        said = "开始日期不能晚于已登记的结束日期。"
        raise InvalidInputError("placement_input", said, fields={"started_on": said})


def _is_other_job(placement: Placement, values: Mapping[str, Any]) -> bool:
    """Say whether a correction changes what the graduate is shown and asked to confirm."""
    return any(getattr(placement, name) != values[name] for name in _CONFIRMED)


def _take_back_answer(session: Session, placement: Placement) -> str | None:
    """Forget an answer to other facts, so that it is asked for anew; return it for the log."""
    answer = placement.person_answer
    if answer is None:
        return None
    words = unseal(session, placement.person_words_cipher, own.WORDS)
    placement.person_answer, placement.person_answered_at = None, None
    placement.person_words_cipher = None
    return f"更正前本人答复：{answer.label}" + (f"，{words}" if words else "")


def _is_of_referral(session: Session, placement: Placement) -> bool:
    """Say whether a placement still is at the employer the person was referred to."""
    referral = session.get(Referral, placement.referral_id) if placement.referral_id else None
    employer = session.get(Employer, referral.employer_id) if referral is not None else None
    if employer is None or placement.employer_id is not None:
        return employer is None or employer.id == placement.employer_id
    return employer.name == placement.employer_name


def coded(placement: Placement) -> dict[str, Any]:
    """Return what the log keeps of a placement: codes, days and ids; figures of an instant are read from it."""
    return {
        "destination": f"{placement.destination_list}:{placement.destination_code}",
        "employer": placement.employer_id,
        "started_on": placement.started_on.isoformat(),
        "signed_on": placement.signed_on.isoformat() if placement.signed_on else None,
        "is_outcome": bool(placement.is_outcome),
        "is_helped": bool(placement.is_helped),
        "is_public_welfare": bool(placement.is_public_welfare),
        "warnings": list(placement.warnings or []),
    }
