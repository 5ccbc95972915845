"""Figures on pages lead to their lists: people and person-times of training, and how closed postings were filled."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from matcher import clock
from matcher.db.engine import transaction
from matcher.kinds import Role
from matcher.kinds.follow_ups import SeatOutcomeKind
from matcher.models.organisations import Union
from matcher.models.training import TrainingReferral
from matcher.services.follow_ups import seat_answers
from matcher.services.permissions import SYSTEM
from matcher.services.training import answers, hiring
from tests.factories.people import make_graduate
from tests.factories.placements import make_placement
from tests.factories.training import begin_today, make_course, make_training
from tests.support.pages import PageClient
from tests.web.house import House, open_house


@pytest.fixture
def house(sqlite_template: Path, tmp_path: Path) -> Iterator[House]:
    with open_house(sqlite_template, tmp_path) as opened:
        yield opened


@pytest.fixture
def worker(house: House) -> PageClient:
    return house.client(house.own.actors[Role.CASEWORKER])


def _main(page: str) -> str:
    return unescape(page[page.index("<main") : page.index("</main>")])


def _people_in_two_courses(house: House) -> tuple[str, str]:
    """Bring one person through two courses, and another into one; return the first course and referral."""
    with transaction(house.factory) as session:
        by = house.own.actors[Role.CASEWORKER]
        union = session.get_one(Union, by.union_id)
        first, second = make_course(session, union), make_course(session, union)
        both, one = make_graduate(session, union), make_graduate(session, union)
        made: list[TrainingReferral] = []
        for course, person in ((first, both), (first, one), (second, both)):
            begin_today(session, course)
            row = make_training(session, by, course, person)
            answers.accept(session, by, row.id)
            answers.start(session, by, row.id)
            made.append(row)
        answers.finish(session, by, made[0].id)
        make_placement(session, both, started_on=clock.today())
        hiring.link_found(session, SYSTEM)
        return first.public_id, made[0].public_id


def test_each_figure_of_training_leads_to_a_list_of_as_many(
    house: House, worker: PageClient
) -> None:
    course, _ = _people_in_two_courses(house)
    today = clock.today().isoformat()
    page = _main(worker.get(f"/training/figures?since={today}&until={today}").text)

    assert "2 人，2 人次" in page
    assert "0" in page
    (address,) = re.findall(rf'href="(/training\?[^"]*counted=began[^"]*course={course})"', page)
    assert f"since={today}" in address
    assert "2 条，2 人" in _main(worker.get(address).text)
    (all_of_them,) = set(re.findall(r'href="(/training\?[^"]*counted=began[^"]*)"', page)) - set(
        re.findall(r'href="(/training\?[^"]*counted=began[^"]*course=[^"]*)"', page)
    )
    shown = _main(worker.get(all_of_them).text)
    assert "3 条，2 人" in shown
    assert "清除" in shown
    assert "没有这样的转介" in _main(worker.get("/training?counted=hired").text)
    none = _main(worker.get(f"/training/figures?until={today}&kind=internship&since=x").text)
    assert "这段时间没有人参加培训" in none


@pytest.mark.parametrize("address", ["/training", "/training/figures"])
def test_people_and_person_times_are_told_apart(
    house: House, worker: PageClient, address: str
) -> None:
    _people_in_two_courses(house)

    words = " ".join(re.sub(r"<[^>]+>", " ", _main(worker.get(address).text)).split())

    assert "参加 2 人，3 人次" in words
    assert "结业 1 人，1 人次" in words
    assert "培训后就业 0 人，0 人次" in words  # said by nobody but the graduate so far
    assert "培训数字" in words


def test_a_certificate_can_be_entered_on_the_page_of_who_has_a_job(
    house: House, worker: PageClient
) -> None:
    _, referral = _people_in_two_courses(house)
    address = f"/training/{referral}"
    assert "证书下来以后仍可登记" in _main(worker.get(address).text)

    day = clock.today().isoformat()
    made = worker.submit(f"{address}/certify", number="S000012345", issued_on=day)

    assert made.status_code == 303
    page = _main(worker.get(address).text)
    assert "取得证书" in page
    assert "申领培训补贴" in page
    assert "证书下来以后仍可登记" not in page


def test_how_seats_were_filled_is_added_up_and_leads_to_the_postings(house: House) -> None:
    manager = house.client(house.own.actors[Role.DRIVE_MANAGER])
    survey = house.own.follow_ups.survey
    with transaction(house.factory) as session:
        by = house.own.actors[Role.DRIVE_MANAGER]
        seats = seat_answers.read_survey(session, by, survey).survey.seats
        seat_answers.answer_seats(session, by, survey, {SeatOutcomeKind.OTHER: seats})

    page = _main(manager.get("/seat-surveys").text)

    assert f"<strong>{seats}</strong>" in page
    (address,) = re.findall(r'href="(/seat-surveys\?[^"]*outcome=[^"]*)"', page)
    assert survey in manager.get(address).text
    assert survey not in manager.get("/seat-surveys?state=answered&outcome=referred").text
    (drive,) = re.findall(r'<option value="([^"]+)">', page.split('name="drive"')[1])
    assert survey in manager.get(f"/seat-surveys?state=answered&drive={drive}").text


def test_before_the_first_answer_no_totals_are_shown(house: House) -> None:
    manager = house.client(house.own.actors[Role.DRIVE_MANAGER])

    assert "个名额" not in _main(manager.get("/seat-surveys").text)
