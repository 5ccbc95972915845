"""The survey asks every open household; its counts equal their lists, and who needs help becomes a proposal."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.casework import (
    NotNowReason,
    ProposalState,
    SurveyDestination,
    SurveyStanding,
    SurveyState,
)
from matcher.kinds.household_facts import SchoolLevel
from matcher.kinds.households import WorkStatus
from matcher.models.graduate_cases import CaseProposal
from matcher.models.household_lives import MemberSchooling
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union
from matcher.models.surveys import SurveyPerson, SurveyRound, SurveyVisit
from matcher.services.casework import survey, survey_figures
from matcher.services.casework.survey import PersonAnswer, VisitInput
from matcher.services.casework.survey_figures import SurveyFigure
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.people import make_graduate, make_household, make_member

_YEAR = clock.today().year


@pytest.fixture
def county(session: Session) -> Union:
    return make_union(session)


@pytest.fixture
def chief(session: Session, county: Union) -> Actor:
    return make_actor(session, Role.DRIVE_MANAGER, union=county)


def _child(
    session: Session, household: Household, graduates: dt.date | None, **changes: object
) -> HouseholdMember:
    fields = {"relation": "子女", "work_status": WorkStatus.STUDENT}
    member = make_member(session, household, **(fields | changes))  # type: ignore[arg-type]  # by name
    session.add(
        MemberSchooling(
            member_id=member.id,
            school="宁夏大学",
            level=SchoolLevel.BACHELOR,
            major="会计学",
            entered_on=dt.date(_YEAR - 4, 9, 1),
            expected_graduation_on=graduates,
            entered_at=clock.now(),
        )
    )
    session.flush()
    return member


def _round(session: Session, chief: Actor) -> SurveyRound:
    today = clock.today()
    return survey.open_round(session, chief, _YEAR, today, today + dt.timedelta(days=30))


def _person(session: Session, member: HouseholdMember) -> SurveyPerson:
    return session.scalars(sa.select(SurveyPerson).where(SurveyPerson.member_id == member.id)).one()


@pytest.mark.parametrize(
    ("status", "graduates", "known", "standing"),
    [
        (WorkStatus.STUDENT, dt.date(_YEAR + 1, 7, 1), True, SurveyStanding.IN_SCHOOL),
        (WorkStatus.STUDENT, dt.date(_YEAR, 7, 1), True, SurveyStanding.GRADUATE),
        (WorkStatus.EMPLOYED, dt.date(_YEAR, 7, 1), True, SurveyStanding.GRADUATE),
        (WorkStatus.UNEMPLOYED, dt.date(_YEAR - 2, 7, 1), True, SurveyStanding.GRADUATE),
        (WorkStatus.FLEXIBLE, dt.date(_YEAR - 2, 7, 1), True, None),
        (WorkStatus.STUDENT, None, False, SurveyStanding.IN_SCHOOL),
        (WorkStatus.UNEMPLOYED, None, True, SurveyStanding.GRADUATE),
        (WorkStatus.UNEMPLOYED, None, False, None),
        (WorkStatus.RETIRED, None, False, None),
    ],
)
def test_graduates_of_earlier_years_count_while_without_work(
    status: WorkStatus, graduates: dt.date | None, known: bool, standing: SurveyStanding | None
) -> None:
    assert survey.standing_of(status, graduates, _YEAR, is_graduate=known) is standing


def test_a_round_covers_the_open_files_of_the_union_and_below_and_is_refreshed_without_doubles(
    session: Session, county: Union, chief: Actor
) -> None:
    below = make_union(session, county)
    inside = make_household(session, below)
    make_household(session, below, is_open=False, state="exited")
    make_household(session)
    _child(session, inside, dt.date(_YEAR, 7, 1))
    one = _round(session, chief)

    def lines() -> tuple[list[int], int | None]:
        visits = sa.select(SurveyVisit.household_id).where(SurveyVisit.round_id == one.id)
        people = sa.select(sa.func.count(SurveyPerson.id))
        return list(session.scalars(visits)), session.scalar(people)

    assert lines() == ([inside.id], 1)
    assert survey.refresh_round(session, one) == 0
    assert lines() == ([inside.id], 1)

    _child(session, inside, dt.date(_YEAR + 2, 7, 1))
    assert survey.refresh_round(session, one) == 1
    with pytest.raises(RuleBrokenError):
        _round(session, chief)


def test_only_a_supervisor_opens_a_round(session: Session, county: Union) -> None:
    worker = make_actor(session, Role.CASEWORKER, union=county)

    with pytest.raises(NotAllowedError):
        _round(session, worker)


def test_each_count_equals_its_list_and_the_sum_holds(
    session: Session, county: Union, chief: Actor
) -> None:
    officer = make_actor(session, Role.GRASSROOTS_OFFICER, union=county)
    household = make_household(session, county)
    leaving = [_child(session, household, dt.date(_YEAR, 7, 1)) for _ in range(5)]
    staying = _child(session, household, dt.date(_YEAR + 1, 7, 1))
    former = make_graduate(session, county, graduates_on=dt.date(_YEAR - 1, 7, 1))
    make_member(session, household, graduate_id=former.id, work_status=WorkStatus.UNEMPLOYED)
    one = _round(session, chief)
    visit = session.scalars(sa.select(SurveyVisit)).one()
    told = [
        PersonAnswer(destination=SurveyDestination.SIGNED),
        PersonAnswer(destination=SurveyDestination.FURTHER_STUDY),
        PersonAnswer(destination=SurveyDestination.SEEKING),
        PersonAnswer(destination=SurveyDestination.NOT_NOW, reason=NotNowReason.EXAM),
    ]
    answers = {
        _person(session, member).id: answer for member, answer in zip(leaving, told, strict=False)
    }
    answers[_person(session, staying).id] = PersonAnswer(needs_aid=True)

    survey.record_visit(session, officer, visit.id, VisitInput(SurveyState.DONE, answers=answers))

    counts = survey_figures.count_survey(session, chief, one)
    assert counts.figures == {
        SurveyFigure.IN_SCHOOL: 1,
        SurveyFigure.NEEDS_AID: 1,
        SurveyFigure.GRADUATES: 6,
        SurveyFigure.NEEDS_HELP: 4,
    }
    figures = counts.figures
    assert figures[SurveyFigure.NEEDS_HELP] == (
        figures[SurveyFigure.GRADUATES] - counts.signed - counts.further_study
    )
    for figure, n in figures.items():
        assert len(survey_figures.list_figure(session, chief, one, figure)) == n
    (line,) = survey_figures.list_figure(session, chief, one, SurveyFigure.NEEDS_AID)
    assert (line.school, line.major, line.entered_on) == (
        "宁夏大学",
        "会计学",
        dt.date(_YEAR - 4, 9, 1),
    )
    proposed = sa.select(CaseProposal.member_id).where(CaseProposal.state == ProposalState.PROPOSED)
    assert set(session.scalars(proposed)) == {leaving[2].id, leaving[3].id}


def test_not_now_needs_a_reason(session: Session, county: Union, chief: Actor) -> None:
    member = _child(session, make_household(session, county), dt.date(_YEAR, 7, 1))
    _round(session, chief)
    visit = session.scalars(sa.select(SurveyVisit)).one()
    officer = make_actor(session, Role.GRASSROOTS_OFFICER, union=county)
    number = _person(session, member).id
    bad = VisitInput(
        SurveyState.DONE, answers={number: PersonAnswer(destination=SurveyDestination.NOT_NOW)}
    )

    with pytest.raises(InvalidInputError) as refused:
        survey.record_visit(session, officer, visit.id, bad)
    assert f"reason_{number}" in refused.value.details["fields"]  # type: ignore[operator]  # a dict


def test_progress_is_told_by_union_within_the_own_part_of_the_tree(
    session: Session, county: Union, chief: Actor
) -> None:
    north, south = make_union(session, county), make_union(session, county)
    for union, n in ((north, 2), (south, 1)):
        for _ in range(n):
            make_household(session, union)
    one = _round(session, chief)
    officer = make_actor(session, Role.GRASSROOTS_OFFICER, union=north)
    first = survey_figures.list_visits(session, officer, one, north.id)[0]
    survey.record_visit(session, officer, first.visit.id, VisitInput(SurveyState.UNREACHABLE))

    def found(by: Actor) -> dict[int, tuple[int, int, int]]:
        rows = survey_figures.progress_by_union(session, by, one)
        return {row.union_id: (row.to_visit, row.done, row.unreachable) for row in rows}

    assert found(chief) == {north.id: (1, 0, 1), south.id: (1, 0, 0)}
    assert found(officer) == {north.id: (1, 0, 1)}
    assert survey.rounds_in_sight(session, officer) == [one]
    theirs = survey_figures.list_visits(session, chief, one, south.id)[0].visit.id
    with pytest.raises(NotFoundError):
        survey.record_visit(session, officer, theirs, VisitInput(SurveyState.DONE))
