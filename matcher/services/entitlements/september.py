"""The September list (求职补贴名单): next year's final-year children of hardship households, before the window closes.

The subsidy is applied for in the school year before graduation and lost with it, so the list of a year is drawn when
that school year begins: running studies of members that end in the year, and graduates linked to a file.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.entitlements import EntitlementAnswer
from matcher.kinds.household_facts import SchoolLevel
from matcher.kinds.households import FileState
from matcher.models.graduates import Graduate
from matcher.models.household_lives import MemberSchooling
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union
from matcher.policy.limits import get_limit
from matcher.services import audit
from matcher.services.entitlements.answers import Offered, Overview, computed
from matcher.services.entitlements.sight import (
    Claimant,
    load_claimants,
    members_in_sight,
    require_view,
)
from matcher.services.permissions import Actor, Permission, require, scope_of

CODE = "job_seeking"
"""The entitlement the list is drawn for."""

FIRST_MONTH = "september_list.from_month"
_HIGHER = tuple(one for one in SchoolLevel if one.is_higher)


@dataclass(frozen=True)
class Child:
    """One line of the list."""

    person: Claimant
    file_number: str
    school: str | None
    graduates_on: dt.date | None
    offered: Offered | None
    asks: tuple[str, ...]


@dataclass(frozen=True)
class ChildList:
    """The list of a year, with how many there are by answer and how many are being followed."""

    year: int
    rows: Sequence[Child]
    total: int
    by_answer: dict[EntitlementAnswer, int]
    n_followed: int


def list_year(on: dt.date) -> int:
    """Return the year of graduation whose list is drawn on a day: the year after the school year begins."""
    first = get_limit(FIRST_MONTH, None, on).value
    return on.year + 1 if on.month >= first else on.year


def in_season(on: dt.date) -> bool:
    """Say whether the list is being worked on: from its month until the year ends."""
    return on.month >= get_limit(FIRST_MONTH, None, on).value


def candidates(by: Actor, year: int) -> sa.Select[int]:
    """Return a select of the ids of the members on the list of a year, of open active files in sight."""
    studies = sa.exists().where(
        MemberSchooling.member_id == HouseholdMember.id,
        MemberSchooling.level.in_(_HIGHER),
        MemberSchooling.ended_on.is_(None),
        MemberSchooling.expected_graduation_on.between(dt.date(year, 1, 1), dt.date(year, 12, 31)),
    )
    graduates = sa.exists().where(
        Graduate.id == HouseholdMember.graduate_id,
        Graduate.graduates_on.between(dt.date(year, 1, 1), dt.date(year, 12, 31)),
    )
    return (
        sa.select(HouseholdMember.id)
        .join(Household, Household.id == HouseholdMember.household_id)
        .where(
            HouseholdMember.in_open_file,
            Household.state == FileState.ACTIVE,
            members_in_sight(by),
            sa.or_(studies, graduates),
        )
    )


def list_children(
    session: Session,
    by: Actor,
    year: int,
    *,
    union_id: int | None = None,
    answer: EntitlementAnswer | None = None,
    waiting: bool = False,
) -> ChildList:
    """Return the list of a year, the nearest last day first.

    Parameters
    ----------
    union_id : only files of this union
    answer : only those with this answer; the counts stay those of all
    waiting : only those nobody follows yet
    """
    require_view(by)
    found = candidates(by, year)
    if union_id is not None:
        found = found.where(Household.union_id == union_id)
    ids = list(session.scalars(found.order_by(HouseholdMember.id)))
    people = load_claimants(session, member_ids=ids)
    more = _files(session, ids)
    children = [_child(one, more) for one in computed(session, people)]
    children.sort(
        key=lambda one: (one.graduates_on or dt.date.max, one.file_number, one.person.key)
    )
    counts = dict.fromkeys(EntitlementAnswer, 0)
    for child in children:
        counts[_result(child)] += 1
    kept = [
        child
        for child in children
        if (answer is None or _result(child) is answer) and not (waiting and _followed(child))
    ]
    return ChildList(year, kept, len(children), counts, sum(map(_followed, children)))


def _result(child: Child) -> EntitlementAnswer:
    return child.offered.answer.result if child.offered else EntitlementAnswer.NO


def _followed(child: Child) -> bool:
    return child.offered is not None and child.offered.application is not None


def _child(one: Overview, more: dict[int, tuple[str, str | None, dt.date | None]]) -> Child:
    number, school, ends_on = more.get(one.person.member_id or 0, ("", None, None))
    offered = next((each for each in one.offered if each.answer.code == CODE), None)
    known = one.known.get("graduates_on")
    value = known.value if known else ends_on
    return Child(
        person=one.person,
        file_number=number,
        school=one.person.school or school,
        graduates_on=value if isinstance(value, dt.date) else None,
        offered=offered,
        asks=offered.answer.ask if offered else (),
    )


def _files(
    session: Session, member_ids: Sequence[int]
) -> dict[int, tuple[str, str | None, dt.date | None]]:
    """Return file number, school and end of study of each member."""
    rows = session.execute(
        sa.select(
            HouseholdMember.id,
            Household.file_number,
            MemberSchooling.school,
            MemberSchooling.expected_graduation_on,
        )
        .join(Household, Household.id == HouseholdMember.household_id)
        .outerjoin(
            MemberSchooling,
            sa.and_(
                MemberSchooling.member_id == HouseholdMember.id,
                MemberSchooling.level.in_(_HIGHER),
                MemberSchooling.ended_on.is_(None),
            ),
        )
        .where(HouseholdMember.id.in_(member_ids))
        .order_by(HouseholdMember.id, MemberSchooling.id)
    )
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def unions_of(session: Session, by: Actor, year: int) -> list[tuple[int, str]]:
    """Return the unions that have children on the list, for the filter."""
    found = candidates(by, year).with_only_columns(Household.union_id).distinct()
    ids = sorted(session.scalars(found.order_by(Household.union_id)))
    named = load_names(session, ids)
    return [(one, named[one]) for one in ids]


def load_names(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Return the names of unions."""
    rows = session.execute(sa.select(Union.id, Union.name).where(Union.id.in_(ids)))
    return {row.id: row.name for row in rows}


def note_export(session: Session, by: Actor, year: int, n_rows: int) -> None:
    """Write into the trail that the list left as a file; names in it are masked."""
    require(by, Permission.EXPORT_FILES)
    scope_of(by)
    audit.record(
        session,
        by,
        "entitlement.list_exported",
        subject=("union", by.union_id) if by.union_id else None,
        year=year,
        rows=n_rows,
    )
