"""What the survey (摸底) found: its four counts, each with the list it opens, and how far each union is.

在读子女, 助学需求, 毕业生, 需帮扶. The last is 毕业生 − 签约 − 升学 (domain.md 3.2); graduates of earlier years who
have no work count among them, and who was not asked yet counts as needing help.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.identity import mask_name
from matcher.kinds.casework import (
    NotNowReason,
    SurveyDestination,
    SurveyStanding,
    SurveyState,
)
from matcher.kinds.household_facts import SchoolLevel
from matcher.kinds.labelled import Labelled
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union
from matcher.models.surveys import SurveyPerson, SurveyRound, SurveyVisit
from matcher.services.casework.proposal_lists import newest_schooling
from matcher.services.hardship.sight import lines_in_sight, whole_in_sight
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import first_or_missing


class SurveyFigure(Labelled):
    """One of the four counts of the survey."""

    IN_SCHOOL = "in_school", "在读子女"
    NEEDS_AID = "needs_aid", "助学需求"
    GRADUATES = "graduates", "毕业生"
    NEEDS_HELP = "needs_help", "需帮扶"


_SETTLED = (SurveyDestination.SIGNED, SurveyDestination.FURTHER_STUDY)
_IS_GRADUATE = SurveyPerson.standing == SurveyStanding.GRADUATE
_WHICH: dict[SurveyFigure, sa.ColumnElement[bool]] = {
    SurveyFigure.IN_SCHOOL: SurveyPerson.standing == SurveyStanding.IN_SCHOOL,
    SurveyFigure.NEEDS_AID: SurveyPerson.needs_aid.is_(True),
    SurveyFigure.GRADUATES: _IS_GRADUATE,
    SurveyFigure.NEEDS_HELP: sa.and_(
        _IS_GRADUATE,
        sa.or_(SurveyPerson.destination.is_(None), SurveyPerson.destination.not_in(_SETTLED)),
    ),
}


def _seen(by: Actor, one: SurveyRound, union_id: int | None) -> list[sa.ColumnElement[bool]]:
    require(by, Permission.VIEW_FILES)
    kept = [
        SurveyVisit.round_id == one.id,
        SurveyVisit.union_id.in_(scope_of(by).unions()),
    ]
    if union_id is not None:
        kept.append(SurveyVisit.union_id == union_id)
    return kept


@dataclass(frozen=True)
class SurveyCounts:
    """The four counts, and the parts of the sum: needs_help = graduates − signed − further_study."""

    figures: dict[SurveyFigure, int]
    signed: int
    further_study: int
    not_asked: int


def count_survey(
    session: Session, by: Actor, one: SurveyRound, union_id: int | None = None
) -> SurveyCounts:
    """Count what a round found in the actor's part of the tree, or in one union; one query."""

    def count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)

    row = session.execute(
        sa.select(
            *(count(condition) for condition in _WHICH.values()),
            count(SurveyPerson.destination == SurveyDestination.SIGNED),
            count(SurveyPerson.destination == SurveyDestination.FURTHER_STUDY),
            count(sa.and_(_IS_GRADUATE, SurveyPerson.destination.is_(None))),
        )
        .join(SurveyVisit, SurveyVisit.id == SurveyPerson.visit_id)
        .where(*_seen(by, one, union_id))
    ).one()
    numbers = [int(number) for number in row]
    figures = dict(zip(_WHICH, numbers[: len(_WHICH)], strict=True))
    return SurveyCounts(figures, *numbers[len(_WHICH) :])


@dataclass(frozen=True)
class SurveyLine:
    """A person of a figure's list."""

    visit_id: int
    name_masked: str
    union_name: str
    school: str | None
    major: str | None
    level: SchoolLevel | None
    entered_on: dt.date | None
    graduated_on: dt.date | None
    needs_aid: bool | None
    destination: SurveyDestination | None
    reason: NotNowReason | None


def list_figure(
    session: Session,
    by: Actor,
    one: SurveyRound,
    figure: SurveyFigure,
    *,
    union_id: int | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[SurveyLine]:
    """Return the people a figure counts, by union and household; two queries."""
    rows = session.execute(
        sa.select(SurveyPerson, HouseholdMember.name, Union.name.label("union"))
        .join(SurveyVisit, SurveyVisit.id == SurveyPerson.visit_id)
        .join(HouseholdMember, HouseholdMember.id == SurveyPerson.member_id)
        .join(Union, Union.id == SurveyVisit.union_id)
        .where(*_seen(by, one, union_id), _WHICH[figure])
        .order_by(SurveyVisit.union_id, SurveyVisit.household_id, SurveyPerson.id)
        .limit(limit)
        .offset(offset)
    ).all()
    schooling = newest_schooling(session, [row.SurveyPerson.member_id for row in rows])
    lines = []
    for person, name, union in rows:
        last = schooling.get(person.member_id)
        lines.append(
            SurveyLine(
                person.visit_id,
                mask_name(name),
                union,
                last.school if last else None,
                last.major if last else None,
                last.level if last else None,
                last.entered_on if last else None,
                person.graduated_on,
                person.needs_aid,
                person.destination,
                person.reason,
            )
        )
    return lines


@dataclass(frozen=True)
class UnionProgress:
    """How far a grass-roots union is."""

    union_id: int
    public_id: str
    name: str
    to_visit: int
    done: int
    unreachable: int

    @property
    def total(self) -> int:
        """Households of the union in the round."""
        return self.to_visit + self.done + self.unreachable


def progress_by_union(session: Session, by: Actor, one: SurveyRound) -> list[UnionProgress]:
    """Return how far each union of the actor's part of the tree is; one query."""
    found = (
        sa.select(
            Union.id,
            Union.public_id,
            Union.name,
            *(
                sa.func.sum(sa.case((SurveyVisit.state == state, 1), else_=0))
                for state in SurveyState
            ),
        )
        .join(SurveyVisit, SurveyVisit.union_id == Union.id)
        .where(*_seen(by, one, None))
        .group_by(Union.id, Union.public_id, Union.name)
        .order_by(Union.id)
    )
    return [UnionProgress(*row) for row in session.execute(found)]


def find_union(session: Session, by: Actor, public_id: str) -> Union:
    """Return a union of the actor's part of the tree by its public number."""
    found = sa.select(Union).where(
        Union.public_id == public_id, Union.id.in_(scope_of(by).unions())
    )
    return first_or_missing(session, found, lock=False)


@dataclass(frozen=True)
class VisitLine:
    """A household of a union's page; `may_enter` says whether the actor sees its file whole."""

    visit: SurveyVisit
    holder_masked: str
    unit_name: str | None
    n_people: int
    may_enter: bool


def list_visits(
    session: Session,
    by: Actor,
    one: SurveyRound,
    union_id: int,
    *,
    state: SurveyState | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[VisitLine]:
    """Return the households of a union in a round, those to visit first; one query."""
    n_people = (
        sa.select(sa.func.count(SurveyPerson.id))
        .where(SurveyPerson.visit_id == SurveyVisit.id)
        .correlate(SurveyVisit)
        .scalar_subquery()
    )
    holder = (
        sa.select(sa.func.min(HouseholdMember.name))
        .where(HouseholdMember.household_id == Household.id, HouseholdMember.is_holder)
        .correlate(Household)
        .scalar_subquery()
    )
    order = sa.case({one.value: n for n, one in enumerate(SurveyState)}, value=SurveyVisit.state)
    found = (
        sa.select(SurveyVisit, holder, Household.unit_name, n_people, whole_in_sight(by))
        .join(Household, Household.id == SurveyVisit.household_id)
        .where(*_seen(by, one, union_id), lines_in_sight(by))
        .order_by(order, SurveyVisit.id)
        .limit(limit)
        .offset(offset)
    )
    if state is not None:
        found = found.where(SurveyVisit.state == state)
    return [
        VisitLine(visit, mask_name(name or ""), unit, n, bool(whole))
        for visit, name, unit, n, whole in session.execute(found)
    ]


@dataclass(frozen=True)
class VisitPerson:
    """A person of the entry form, by full name: the visitor stands before the family."""

    person: SurveyPerson
    name: str
    relation: str
    school: str | None
    major: str | None


def people_of(session: Session, by: Actor, visit: SurveyVisit) -> list[VisitPerson]:
    """Return the people of a visit, for whoever sees the file whole."""
    require(by, Permission.EDIT_FILES)
    rows = session.execute(
        sa.select(SurveyPerson, HouseholdMember)
        .join(HouseholdMember, HouseholdMember.id == SurveyPerson.member_id)
        .where(SurveyPerson.visit_id == visit.id)
        .order_by(SurveyPerson.id)
    ).all()
    schooling = newest_schooling(session, [row.HouseholdMember.id for row in rows])
    return [
        VisitPerson(
            person,
            member.name,
            member.relation,
            schooling[member.id].school if member.id in schooling else None,
            schooling[member.id].major if member.id in schooling else None,
        )
        for person, member in rows
    ]
