"""Training from the first page to the certificate: courses, people, waiting list, the provider's link, what helps."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import reading, transaction
from matcher.kinds import Role
from matcher.kinds.referrals import LinkPurpose, ReferralVia
from matcher.kinds.training import TrainingState
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.referrals import AnswerLink
from matcher.models.training import Course, TrainingReferral, TrainingStep
from matcher.services.permissions import Actor
from matcher.services.referrals import links
from matcher.services.training import proposing
from tests.factories.people import make_graduate
from tests.factories.training import begin_today, make_course
from tests.support.pages import PageClient, form_token
from tests.web.house import House, open_house

_T = TrainingState


@pytest.fixture
def house(sqlite_template: Path, tmp_path: Path) -> Iterator[House]:
    with open_house(sqlite_template, tmp_path) as opened:
        yield opened


@pytest.fixture
def worker(house: House) -> PageClient:
    return house.client(house.own.actors[Role.CASEWORKER])


def _course(house: House, **changes: object) -> tuple[str, str, int]:
    """Insert a course and a graduate; return their public numbers and the course's id."""
    with transaction(house.factory) as session:
        union = session.get_one(Union, house.own.actors[Role.CASEWORKER].union_id)
        course = make_course(session, union, **changes)
        graduate = make_graduate(session, union, name="马小兰")
        return course.public_id, graduate.public_id, course.id


def _referral(house: House) -> TrainingReferral:
    with reading(house.factory) as session:
        found = sa.select(TrainingReferral).order_by(TrainingReferral.id.desc()).limit(1)
        return session.scalars(found).one()


def _text(answer: object) -> str:
    return answer.get_data(as_text=True)  # type: ignore[attr-defined]  # a response


def test_a_course_is_entered_changed_and_listed(house: House, worker: PageClient) -> None:
    worker.submit("/training-providers", name="第一技校", contact_phone="13900001111")
    with reading(house.factory) as session:
        provider = session.scalar(sa.text("SELECT max(id) FROM training_provider"))
    fields = {
        "kind": "skill", "title": "低压电工班", "provider_id": provider, "places": 1,
        "starts_on": "2099-03-01", "ends_on": "2099-04-01", "cost_yuan": "1800.50",
        "payer": "union", "certificate": "电工证", "promised_posts": 0,
    }  # fmt: skip
    wrong = worker.submit("/courses", **(fields | {"ends_on": "2099-02-01"}))
    assert wrong.status_code == 422
    assert "结束日期不能早于开始日期" in _text(wrong)

    made = worker.submit("/courses", **fields)

    assert made.status_code == 303
    page = _text(worker.get(made.location))
    assert "低压电工班" in page
    assert "1,800.50 元" in page
    assert "低压电工班" in _text(worker.get("/courses?kind=skill&room=yes&name=电工"))
    assert "低压电工班" not in _text(worker.get("/courses?kind=internship"))
    edit = made.location + "/edit"
    with reading(house.factory) as session:
        version = session.scalar(sa.select(Course.version_id).order_by(Course.id.desc()).limit(1))
    kept = worker.submit(edit, **(fields | {"title": "高压电工班", "version": version}))
    assert kept.status_code == 303
    assert "高压电工班" in _text(worker.get(made.location))
    assert worker.submit(edit, **(fields | {"version": 1})).status_code == 409


def test_somebody_is_referred_and_led_to_the_certificate_and_the_subsidy(
    house: House, worker: PageClient
) -> None:
    course, graduate, course_id = _course(house)
    assert "马*" in _text(worker.get(f"/training/new?course={course}&name=马小"))
    made = worker.submit("/training", graduate=graduate, course=course, agreed="true")
    address = made.location
    with transaction(house.factory) as session:
        begin_today(session, session.get_one(Course, course_id))

    def step(act: str, **fields: object) -> str:
        done = worker.submit(f"{address}/{act}", **fields)
        assert done.status_code == 303, _text(done)
        return _text(worker.get(address))

    step("accept")
    day = clock.today().isoformat()
    person = _referral(house)
    sheet = _text(worker.get(f"/courses/{course}/attendance?on={day}&part=morning"))
    assert f"h_{person.public_id}" in sheet
    assert "马小兰" not in sheet
    worker.submit(
        f"/courses/{course}/attendance", on=day, part="morning", **{f"h_{person.public_id}": 4}
    )
    assert _referral(house).state is _T.ATTENDING
    step("finish")
    assert worker.submit(f"{address}/certify", number="12", issued_on=day).status_code == 422
    page = step("certify", number="S000012345", issued_on=day)
    assert "2345" in page
    assert "S000012345" not in page
    refused = worker.submit(f"{address}/subsidy", own_cost="2800", amount="2900")
    assert refused.status_code == 422
    assert "2,800.00 元" in step("subsidy", own_cost="2800", amount="2800")
    assert "马*" in _text(worker.get("/training?state=certified"))


def test_a_graduates_page_lists_the_own_trainings(house: House, worker: PageClient) -> None:
    course, _graduate, _ = _course(house)
    with reading(house.factory) as session:
        person = session.get_one(Graduate, house.own.graduate_id).public_id
    page = f"/graduates/{person}?drive={house.own.drive_id}"
    made = worker.submit("/training", graduate=person, course=course)

    assert f'href="{made.location}"' in _text(worker.get(page))


def test_the_one_click_of_the_openings_refers_and_the_graduate_answers(
    house: House, worker: PageClient
) -> None:
    own = house.own.actors[Role.GRADUATE]
    course, _, course_id = _course(house)
    with transaction(house.factory) as session:
        public = session.get_one(Graduate, own.graduate_id).public_id
        by = house.own.actors[Role.CASEWORKER]
        proposing.propose(session, by, course_id=course_id, graduate_id=own.graduate_id or 0)
    person = house.client(own)
    page = _text(person.get("/me/trainings"))
    assert "我要参加" in page
    for word in ("困难", "零就业", "援助"):
        assert word not in page
    referral = _referral(house)

    assert person.submit(f"/me/trainings/{referral.public_id}/agree").status_code == 303

    assert _referral(house).agreed_via is ReferralVia.SELF
    assert "已报名，等机构答复" in _text(person.get("/me/trainings"))
    person.submit(f"/me/trainings/{referral.public_id}/drop", reason="mistake")
    assert _referral(house).state is _T.PROPOSED
    person.submit(f"/me/trainings/{referral.public_id}/drop", reason="time")
    assert _referral(house).state is _T.DROPPED
    assert worker.get(f"/openings/{public}").status_code == 200
    assert course


def test_the_providers_link_answers_and_opening_it_does_nothing(house: House) -> None:
    _, graduate, course_id = _course(house)
    with transaction(house.factory) as session:
        by = house.own.actors[Role.CASEWORKER]
        person = session.scalars(sa.select(Graduate).where(Graduate.public_id == graduate)).one()
        referral = proposing.propose(
            session, by, course_id=course_id, graduate_id=person.id, agreed=True
        )
        course = session.get_one(Course, course_id)
        token = links.issue(
            session, purpose=LinkPurpose.TRAINING, subject=("course", course_id),
            provider_id=course.provider_id,
        )  # fmt: skip
        number = referral.public_id
    client = house.app.test_client()
    for method in (client.get, client.head):
        assert method(f"/a/{token}").status_code == 200
    assert _referral(house).state is _T.PROPOSED
    page = client.get(f"/a/{token}").get_data(as_text=True)
    assert "马小兰" in page
    assert not re.search("困难|零就业|身份证|139", page)

    def post(**fields: str) -> int:
        shown = client.get(f"/a/{token}").get_data(as_text=True)
        sent = fields | {"csrf_token": form_token(shown)}
        return client.post(f"/a/{token}", data=sent).status_code

    assert post(act="accept", person=number) == 303
    assert _referral(house).state is _T.ACCEPTED
    with transaction(house.factory) as session:
        begin_today(session, session.get_one(Course, course_id))
    day = clock.today().isoformat()
    assert post(act="day", on=day, part="morning", person=number, hours="4") == 303
    assert post(act="finish", person=number, on=day) == 303
    assert post(act="certify", person=number, number="X7654321", issued_on=day) == 303
    assert _referral(house).state is _T.CERTIFIED
    with reading(house.factory) as session:
        vias = session.scalars(sa.select(TrainingStep.via).order_by(TrainingStep.id)).all()
    assert vias[-1] is ReferralVia.LINK
    with transaction(house.factory) as session:
        past = clock.now()
        session.execute(sa.update(AnswerLink).values(expires_at=past))
    assert client.get(f"/a/{token}").status_code == 404


def test_a_link_is_good_for_its_one_course(house: House) -> None:
    _, graduate, first = _course(house)
    with transaction(house.factory) as session:
        course = session.get_one(Course, first)
        union = session.get_one(Union, course.union_id)
        other = make_course(session, union, provider_id=course.provider_id)
        person = session.scalars(sa.select(Graduate).where(Graduate.public_id == graduate)).one()
        by = house.own.actors[Role.CASEWORKER]
        made = proposing.propose(
            session, by, course_id=other.id, graduate_id=person.id, agreed=True
        )
        token = links.issue(
            session, purpose=LinkPurpose.TRAINING, subject=("course", first),
            provider_id=course.provider_id,
        )  # fmt: skip
        number = made.public_id
    client = house.app.test_client()
    page = client.get(f"/a/{token}").get_data(as_text=True)
    sent = {"act": "accept", "person": number, "csrf_token": form_token(page)}
    assert client.post(f"/a/{token}", data=sent).status_code == 422
    assert _referral(house).state is _T.PROPOSED


def test_an_employer_reads_numbers_of_its_orders_and_no_name(house: House) -> None:
    firm: Actor = house.own.actors[Role.EMPLOYER]
    _, graduate, course_id = _course(house, employer_id=firm.employer_id, promised_posts=5)
    with transaction(house.factory) as session:
        by = house.own.actors[Role.CASEWORKER]
        person = session.scalars(sa.select(Graduate).where(Graduate.public_id == graduate)).one()
        proposing.propose(session, by, course_id=course_id, graduate_id=person.id, agreed=True)

    page = _text(house.client(firm).get("/orders"))

    assert "待答复" in page
    assert "马" not in page.split("<main")[1].replace("马上", "")


@contextmanager
def engine_counting() -> Iterator[list[int]]:
    """Count the statements of every engine."""
    seen: list[int] = []

    def note(*_args: object) -> None:
        seen.append(1)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


def test_lists_ask_the_same_number_of_queries_however_long_they_are(
    house: House, worker: PageClient
) -> None:
    counts = []
    for _ in range(2):
        for _ in range(3):
            course, graduate, _course_id = _course(house)
            worker.submit("/training", graduate=graduate, course=course, agreed="true")
        asked = []
        for address in ("/courses", "/training", "/training/figures", f"/courses/{course}"):
            with engine_counting() as queries:
                assert worker.get(address).status_code == 200
            asked.append(len(queries))
        counts.append(asked)

    assert counts[0] == counts[1]


def test_the_groups_count_is_work_in_the_background_kept_with_its_job(
    house: House, worker: PageClient
) -> None:
    assert "还没有计算" in _text(worker.get("/openings/group"))

    assert worker.submit("/openings/group").status_code == 303

    assert "排队中" in _text(worker.get("/openings/group"))
