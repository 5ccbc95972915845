"""What a roster says around a file: causes, last year's income, what members do and where they study.

Written once, with the file or the person they came with. What stands in a file later is the file's business: a
roster taken in again does not overwrite what people recorded.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.household_facts import IncomeKind, SchoolLevel
from matcher.kinds.households import HardshipCause, WorkStatus
from matcher.models.household_facts import HouseholdCause, HouseholdIncome
from matcher.models.household_lives import MemberEmployment, MemberSchooling
from matcher.services.imports.household_members import day
from matcher.services.imports.kinds import insert_plain
from matcher.services.imports.rows import Values

_FROM_ROSTER = "名册导入，待核"
_MONTHS = 12
_INCOME_OF = {
    WorkStatus.RETIRED: IncomeKind.TRANSFER,
    WorkStatus.INTERNAL_RETIREMENT: IncomeKind.TRANSFER,
    WorkStatus.SELF_EMPLOYED: IncomeKind.BUSINESS,
    WorkStatus.EMPLOYED: IncomeKind.WAGE,
    WorkStatus.FLEXIBLE: IncomeKind.WAGE,
}


def write_of_files(session: Session, files: Sequence[tuple[int, Values]]) -> None:
    """Write causes and the family's income of new files."""
    causes: list[dict[str, Any]] = []
    incomes: list[dict[str, Any]] = []
    for household_id, said in files:
        causes += [
            {
                "household_id": household_id,
                "position": position,
                "cause": HardshipCause(cause),
                "detail": detail,
            }
            for position, (cause, detail) in enumerate(said["causes"] or [])
        ]
        if said["income"] is not None:
            year, fen = said["income"]
            incomes.append(_income(household_id, None, year, fen, IncomeKind.OTHER))
    insert_plain(session, HouseholdCause, causes)
    insert_plain(session, HouseholdIncome, incomes)


def write_of_members(
    session: Session, people: Sequence[tuple[int, int, Values]], told: frozenset[int]
) -> None:
    """Write what new members do, earn and study.

    Parameters
    ----------
    people : household, member, what the roster says of the person
    told : households whose income the roster gives as a whole: parts of it would count twice
    """
    work = [row for _, member_id, said in people if (row := _employment(member_id, said))]
    schooling = [row for _, member_id, said in people if (row := _schooling(member_id, said))]
    year = clock.today().year - 1
    incomes = [
        _income(household_id, member_id, year, said["monthly_fen"] * _MONTHS, _kind(said))
        for household_id, member_id, said in people
        if said["monthly_fen"] and household_id not in told
    ]
    insert_plain(session, MemberEmployment, work)
    insert_plain(session, MemberSchooling, schooling)
    insert_plain(session, HouseholdIncome, incomes)


def _income(
    household_id: int, member_id: int | None, year: int, fen: int, kind: IncomeKind
) -> dict[str, Any]:
    return {
        "household_id": household_id,
        "member_id": member_id,
        "year": year,
        "kind": kind,
        "amount_fen": fen,
        "basis": _FROM_ROSTER,
        "entered_at": clock.now(),
    }


def _kind(said: Values) -> IncomeKind:
    return _INCOME_OF.get(WorkStatus(said["work_status"]), IncomeKind.OTHER)


def _employment(member_id: int, said: Values) -> dict[str, Any] | None:
    status = WorkStatus(said["work_status"])
    is_registered = bool(said["is_registered_unemployed"])
    if status is WorkStatus.UNKNOWN and not is_registered:
        return None
    registered_on = day(said["registered_on"]) if is_registered else None
    return {
        "member_id": member_id,
        "from_on": registered_on or clock.today(),
        "status": WorkStatus.UNEMPLOYED if status is WorkStatus.UNKNOWN else status,
        "unit": said["work_unit"],
        "is_registered_unemployed": is_registered,
        "registered_on": registered_on,
        "is_able": said["is_able"],
        "is_willing": said["is_willing"],
        "evidence": _FROM_ROSTER,
        "entered_at": clock.now(),
    }


def _schooling(member_id: int, said: Values) -> dict[str, Any] | None:
    if not said["school"] or not said["school_level"]:
        return None
    entered, leaves = day(said["entered_on"]), day(said["graduates_on"])
    return {
        "member_id": member_id,
        "school": said["school"],
        "level": SchoolLevel(said["school_level"]),
        "major": said["major"],
        "entered_on": entered if not (entered and leaves and leaves < entered) else None,
        "expected_graduation_on": leaves,
        "ended_on": leaves if leaves and leaves < clock.today() else None,
        "fee_fen": said["tuition_fen"],
        "entered_at": clock.now(),
    }
