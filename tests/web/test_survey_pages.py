"""The survey on a phone: a household is entered in one form, and the counts open their lists."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import reading, transaction
from matcher.kinds import Role
from matcher.kinds.casework import ProposalState
from matcher.kinds.household_facts import SchoolLevel
from matcher.kinds.households import WorkStatus
from matcher.models.graduate_cases import CaseProposal
from matcher.models.household_lives import MemberSchooling
from matcher.models.households import Household, HouseholdMember
from matcher.models.surveys import SurveyPerson, SurveyRound, SurveyVisit
from matcher.services.casework import survey
from tests.factories.people import make_member
from tests.web.house import House, open_house

_YEAR = clock.today().year


@pytest.fixture
def house(sqlite_template: Path, tmp_path: Path) -> Iterator[House]:
    with open_house(sqlite_template, tmp_path) as opened:
        with transaction(opened.factory) as session:
            household = session.get_one(Household, opened.own.household_id)
            for n, years in enumerate((0, 0, 1)):
                member = make_member(
                    session, household, name=f"陈小{n}", work_status=WorkStatus.STUDENT
                )
                session.add(
                    MemberSchooling(
                        member_id=member.id,
                        school="宁夏大学",
                        level=SchoolLevel.BACHELOR,
                        major="会计学",
                        expected_graduation_on=dt.date(_YEAR + years, 7, 1),
                        entered_at=clock.now(),
                    )
                )
            session.flush()
            one = session.scalars(
                sa.select(SurveyRound).where(SurveyRound.union_id == opened.own.union_id)
            ).one()
            survey.refresh_round(session, one)
        yield opened


def _people(house: House) -> list[SurveyPerson]:
    with reading(house.factory) as session:
        found = (
            sa.select(SurveyPerson)
            .join(SurveyVisit)
            .join(HouseholdMember, HouseholdMember.id == SurveyPerson.member_id)
            .where(
                SurveyVisit.id == house.own.cases.visit_id,
                HouseholdMember.name.startswith("陈小"),
            )
        )
        return list(session.scalars(found.order_by(SurveyPerson.graduated_on, SurveyPerson.id)))


def test_a_household_is_entered_in_one_form_and_what_is_wrong_is_said_beside_its_field(
    house: House,
) -> None:
    officer = house.client(house.own.actors[Role.GRASSROOTS_OFFICER])
    address = f"/survey/visits/{house.own.cases.visit_id}"
    first, second, child = (one.id for one in _people(house)[-3:])
    assert officer.get(address).status_code == 200
    sent = {
        "state": "done",
        f"destination_{first}": "seeking",
        f"destination_{second}": "not_now",
        f"aid_{child}": "yes",
    }

    wrong = officer.submit(address, **sent)
    assert wrong.status_code == 422
    assert "暂不就业请选一个原因" in wrong.text

    assert officer.submit(address, **sent, **{f"reason_{second}": "exam"}).status_code == 303
    page = officer.get("/survey").text
    assert (
        "要助学"
        in officer.get(f"/survey/{house.own.cases.survey_round}/people?figure=needs_aid").text
    )
    assert "已摸底" in page
    with reading(house.factory) as session:
        states = session.scalars(sa.select(CaseProposal.state)).all()
    assert states == [ProposalState.PROPOSED] * 2


def test_every_figure_opens_a_list_of_as_many_rows(house: House) -> None:
    chief = house.client(house.own.actors[Role.DRIVE_MANAGER])
    round_id = house.own.cases.survey_round

    for figure in ("in_school", "needs_aid", "graduates", "needs_help"):
        page = chief.get(f"/survey/{round_id}/people?figure={figure}").text
        current = page[page.index('aria-current="true"') :]
        n = int(current[current.index("<strong>") + 8 : current.index("</strong>")])
        assert page.count('<td role="cell" class="lead">') == n


def test_the_page_of_a_union_lists_its_households_by_progress(house: House) -> None:
    officer = house.client(house.own.actors[Role.GRASSROOTS_OFFICER])
    address = f"/survey/{house.own.cases.survey_round}/{house.own.cases.union}"

    everything = officer.get(address).text
    assert f"/survey/visits/{house.own.cases.visit_id}" in everything
    assert "这里没有家庭" in officer.get(f"{address}?state=done").text
    other = f"/survey/{house.own.cases.survey_round}/{house.other.cases.union}"
    assert officer.get(other).status_code == 404


def test_proposals_are_accepted_many_at_once_and_say_why_not(house: House) -> None:
    worker = house.client(house.own.actors[Role.CASEWORKER])
    with transaction(house.factory) as session:
        for person in _people(house)[-3:-1]:
            session.add(
                CaseProposal(
                    union_id=house.own.union_id,
                    member_id=person.member_id,
                    year=_YEAR,
                    expected_on=person.graduated_on,
                    created_at=clock.now(),
                )
            )
        bad = person.member_id
        session.execute(
            sa.update(MemberSchooling).where(MemberSchooling.member_id == bad).values(major=None)
        )
        session.flush()
        ids = list(session.scalars(sa.select(CaseProposal.id)))

    page = worker.submit("/cases/proposed", proposal=ids, act="accept")

    assert page.status_code == 200
    assert "请补全后再立案" in page.text
    with reading(house.factory) as session:
        states = session.scalars(sa.select(CaseProposal.state).order_by(CaseProposal.id)).all()
    assert states == [ProposalState.ACCEPTED, ProposalState.PROPOSED]
