"""Call-backs and filled seats on pages: a list, one form, a link that acts by its button alone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import reading, transaction
from matcher.kinds import Role
from matcher.kinds.follow_ups import CallBackAnswer, CallBackState, SeatSurveyState
from matcher.kinds.referrals import LinkPurpose
from matcher.models.follow_ups import CallBack, SeatSurvey
from matcher.models.placements import Placement
from matcher.models.tasks import Task
from matcher.services.casework.task_subjects import subjects_of
from matcher.services.follow_ups.answering import CHANGED_RULE
from matcher.services.referrals import links
from tests.support.pages import PageClient, form_token
from tests.web.house import House, open_house

_HARDSHIP = re.compile("困难|零就业|低保|援助|脱困|解困|档案|优先|预留|household|tier")


@pytest.fixture
def house(sqlite_template: Path, tmp_path: Path) -> Iterator[House]:
    with open_house(sqlite_template, tmp_path) as opened:
        yield opened


@pytest.fixture
def manager(house: House) -> PageClient:
    return house.client(house.own.actors[Role.DRIVE_MANAGER])


def _main(page: str) -> str:
    return page[page.index("<main") : page.index("</main>")]


def _call(house: House) -> CallBack:
    with reading(house.factory) as session:
        found = sa.select(CallBack).where(CallBack.public_id == house.own.follow_ups.call_back)
        return session.scalars(found).one()


def _survey(house: House) -> SeatSurvey:
    with reading(house.factory) as session:
        found = sa.select(SeatSurvey).where(SeatSurvey.public_id == house.own.follow_ups.survey)
        return session.scalars(found).one()


def test_a_call_back_is_listed_and_answered(house: House, manager: PageClient) -> None:
    address = f"/call-backs/{house.own.follow_ups.call_back}"
    for list_of in ("", "?due=over", "?owner=me", "?state=answered"):
        assert manager.get(f"/call-backs{list_of}").status_code == 200
    assert house.own.follow_ups.call_back in manager.get("/call-backs").text
    assert manager.submit(f"{address}/no-answer").status_code == 303
    missing = manager.submit(f"{address}/answer", answer="left")
    assert missing.status_code == 422
    assert "请选离职原因" in missing.text
    today = clock.today().isoformat()
    done = manager.submit(f"{address}/answer", answer="left", left_on=today, reason="quit")
    assert done.status_code == 303
    call = _call(house)
    assert (call.state, call.answer) == (CallBackState.ANSWERED, CallBackAnswer.LEFT)
    with reading(house.factory) as session:
        assert session.get_one(Placement, call.placement_id).ended_on == clock.today()
    assert "本人离职" in manager.get(address).text
    assert house.own.follow_ups.call_back in manager.get("/call-backs?state=answered").text


def test_the_task_of_a_changed_job_names_the_person_and_leads_to_the_placement(
    house: House, manager: PageClient
) -> None:
    address = f"/call-backs/{house.own.follow_ups.call_back}"
    assert manager.submit(f"{address}/answer", answer="changed").status_code == 303
    with reading(house.factory) as session:
        placement = session.get_one(Placement, _call(house).placement_id)
        task = session.scalars(sa.select(Task).where(Task.rule == CHANGED_RULE)).one()
    worker = house.own.actors[Role.CASEWORKER]
    with transaction(house.factory) as session:
        session.get_one(Task, task.id).assignee_id = worker.account_id
    assert (task.subject_kind, task.subject_id) == ("placement", placement.id)

    day = house.client(worker).get("/today?when=today").text

    assert f'href="/placements/{placement.public_id}"' in day
    with reading(house.factory) as session:
        found = subjects_of(session, worker, [(task.subject_kind, task.subject_id)])
    (told,) = found.values()
    assert (told.kind, told.record) == ("graduate", placement.public_id)


def test_a_link_to_a_call_back_acts_by_its_button_and_once(house: House) -> None:
    call = _call(house)
    with transaction(house.factory) as session:
        token = links.issue(
            session,
            purpose=LinkPurpose.STILL_THERE,
            subject=("call_back", call.id),
            graduate_id=call.graduate_id,
        )
    nobody = house.client(None)
    page = nobody.get(f"/a/{token}")
    nobody.head(f"/a/{token}")
    assert page.status_code == 200
    assert not _HARDSHIP.search(_main(page.text))
    assert _call(house).state is CallBackState.DUE
    fields = {"csrf_token": form_token(page.text), "act": "answer", "answer": "still_there"}
    assert nobody.post(f"/a/{token}", data=fields).status_code == 303
    assert _call(house).answer is CallBackAnswer.STILL_THERE
    assert nobody.get(f"/a/{token}").status_code == 404


def test_the_union_takes_an_answer_about_seats_on_the_telephone(
    house: House, manager: PageClient
) -> None:
    address = f"/seat-surveys/{house.own.follow_ups.survey}"
    assert manager.get("/seat-surveys").status_code == 200
    wrong = manager.submit(f"{address}/answer", referred="1", other="1")
    assert wrong.status_code == 422
    assert "四项加起来应是 3 个名额" in wrong.text
    assert manager.submit(f"{address}/answer", referred="1", other="2").status_code == 303
    assert _survey(house).state is SeatSurveyState.ANSWERED
    assert "录用了其他人 2" in manager.get("/seat-surveys?state=answered").text
    assert "更正" in manager.get(address).text


def test_an_employer_answers_on_its_page_which_tells_nothing(house: House) -> None:
    employer = house.client(house.own.actors[Role.EMPLOYER])
    page = employer.get("/my/closed-postings").text
    assert "3 个名额" in page
    assert not _HARDSHIP.search(_main(page))
    address = f"/my/closed-postings/{house.own.follow_ups.survey}/answer"
    assert employer.submit(address, other="9").status_code == 422
    assert employer.submit(address, not_filled="3").status_code == 303
    assert "没有招到 3" in employer.get("/my/closed-postings").text


def test_an_employers_link_answers_by_its_button(house: House) -> None:
    with transaction(house.factory) as session:
        token = links.issue(
            session,
            purpose=LinkPurpose.SEATS_FILLED,
            subject=("employer", house.own.employer_id),
            employer_id=house.own.employer_id,
        )
    nobody = house.client(None)
    page = nobody.get(f"/a/{token}")
    assert not _HARDSHIP.search(_main(page.text))
    assert _survey(house).state is SeatSurveyState.ASKED
    fields = {"act": "answer", "survey": house.own.follow_ups.survey, "still_open": "3"}
    sent = nobody.post(f"/a/{token}", data={"csrf_token": form_token(page.text), **fields})
    assert sent.status_code == 303
    assert "都答复过了" in nobody.get(f"/a/{token}").text
    other = {**fields, "survey": house.other.follow_ups.survey}
    with transaction(house.factory) as session:
        session.execute(sa.update(SeatSurvey).values(state=SeatSurveyState.ASKED, answered_at=None))
    page = nobody.get(f"/a/{token}")
    sent = nobody.post(f"/a/{token}", data={"csrf_token": form_token(page.text), **other})
    assert sent.status_code == 404
