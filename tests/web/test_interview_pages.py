"""Interview days on pages: shown before it happens, confirmed once, one tap a person, nothing telling outside."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import reading, transaction
from matcher.kinds import JobState, Role
from matcher.kinds.interviews import InterviewState
from matcher.kinds.referrals import LinkPurpose, ReferralState
from matcher.models.audit import AuditEntry
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.interviews import Interview, InterviewDay
from matcher.models.jobs import Job
from matcher.models.referrals import Referral
from matcher.models.tasks import Task
from matcher.services.interviews import arranging
from matcher.services.referrals import links
from tests.support.pages import PageClient, form_token
from tests.web.house import House, open_house
from workers.interviews import arrange
from workers.runner import REGISTRY, Runner

_HARDSHIP = re.compile("困难|零就业|低保|援助|脱困|解困|档案|优先|预留|household|tier")


@pytest.fixture
def house(sqlite_template: Path, tmp_path: Path) -> Iterator[House]:
    with open_house(sqlite_template, tmp_path) as opened:
        yield opened


@pytest.fixture
def manager(house: House) -> PageClient:
    return house.client(house.own.actors[Role.DRIVE_MANAGER])


@pytest.fixture
def employer(house: House) -> PageClient:
    return house.client(house.own.actors[Role.EMPLOYER])


def _main(page: str) -> str:
    return page[page.index("<main") : page.index("</main>")]


def _hold_today(house: House) -> None:
    with transaction(house.factory) as session:
        session.execute(sa.update(InterviewDay).values(held_on=clock.today()))
        session.execute(sa.update(Interview).values(begins_at=clock.now()))
        booked = sa.select(Interview.referral_id)
        session.execute(
            sa.update(Referral)
            .where(Referral.id.in_(booked))
            .values(state=ReferralState.INTERVIEW, interview_on=clock.today())
        )


def _arrange(house: House) -> list[JobState | None]:
    """Do the waiting confirmations in this process."""
    waiting = sa.select(Job.id).where(Job.name == arranging.NAME, Job.state == JobState.QUEUED)
    with reading(house.factory) as session:
        ids = session.scalars(waiting).all()
    assert REGISTRY[arranging.NAME].body is arrange
    return [Runner(house.factory).run(number) for number in ids]


def test_a_day_is_planned_filled_proposed_and_confirmed(house: House, manager: PageClient) -> None:
    manager.submit(f"/interviews/{house.own.interviews.day}/cancel")
    made = manager.submit(
        "/interviews",
        drive_id=house.own.drive_id,
        held_on="2030-06-01",
        place="人才市场二楼",
        first_time="09:00",
        slot_minutes="20",
        slots_each="3",
    )
    assert made.status_code == 303
    address = made.headers["Location"]
    page = manager.get(address).text
    assert "加到场单位" in page
    manager.submit(f"{address}/employers", employers=house.own.interviews.employer, rooms="1")
    proposal = manager.get(f"{address}/proposal").text
    assert "还没有通知任何人" in proposal
    with reading(house.factory) as session:
        assert session.scalar(sa.select(sa.func.count(Interview.id))) == 2  # those of the houses
    digest = re.search(r'name="digest" value="([0-9a-f]+)"', proposal)
    version = re.search(r'name="version" value="(\d+)"', proposal)
    assert digest is not None
    assert version is not None
    fields = {"digest": digest[1], "version": version[1]}
    for _ in range(2):
        assert manager.submit(f"{address}/confirm", **fields).status_code == 303
    assert "/progress" in manager.get(address).text
    assert _arrange(house) == [JobState.DONE]
    assert "/progress" not in manager.get(address).text
    assert "09:00" in manager.get(address).text
    assert manager.submit(f"{address}/confirm", **fields).status_code == 409


def test_a_form_with_mistakes_comes_back_with_what_was_typed(
    house: House, manager: PageClient
) -> None:
    answer = manager.submit(
        "/interviews",
        drive_id=house.own.drive_id,
        held_on="2020-01-01",
        place="人才市场二楼",
        first_time="23:00",
        slot_minutes="60",
        slots_each="9",
    )
    assert answer.status_code == 422
    assert "人才市场二楼" in answer.text
    assert "面试日期应是今天或以后" in answer.text
    assert "排到了第二天" in answer.text


def test_the_employers_list_tells_nothing_and_changes_nothing_with_hardship(
    house: House, employer: PageClient
) -> None:
    _hold_today(house)
    before = employer.get("/my/interviews").text
    assert "09:00" in before
    assert not _HARDSHIP.search(_main(before))
    with transaction(house.factory) as session:
        households = sa.update(Household).values(
            is_zero_employment=sa.not_(Household.is_zero_employment),
            zero_employment_on=clock.today(),
        )
        session.execute(households.where(Household.is_zero_employment.is_(False)))
        session.execute(sa.update(Graduate).values(household_id=None))
    after = employer.get("/my/interviews").text
    assert _without_tokens(after) == _without_tokens(before)


def _without_tokens(page: str) -> str:
    plain = re.sub(r'(name="csrf_token" value|nonce)="[^"]*"', "", page)
    return re.sub(r'X-CSRFToken": "[^"]*"', "", plain)


def test_attendance_is_one_tap_for_the_employer(house: House, employer: PageClient) -> None:
    _hold_today(house)
    interview = house.own.interviews.interview
    address = f"/interviews/appointments/{interview}/attendance"
    assert employer.submit(address, attended="yes").headers["Location"].endswith("/my/interviews")
    with reading(house.factory) as session:
        found = session.scalars(sa.select(Interview).where(Interview.public_id == interview)).one()
        assert found.state is InterviewState.ATTENDED


def test_lists_to_print_show_masked_names_and_the_neutral_name(
    house: House, manager: PageClient
) -> None:
    for by in ("", "?by=person"):
        page = manager.get(f"/interviews/{house.own.interviews.day}/lists{by}").text
        assert "09:00" in page
        assert not _HARDSHIP.search(_main(page))
        assert "毕业生招聘活动" in page


def test_full_names_are_shown_on_request_only_and_written_down(
    house: House, manager: PageClient
) -> None:
    address = f"/interviews/{house.own.interviews.day}/lists"
    masked = manager.get(address).text

    named = manager.submit(address).text

    with reading(house.factory) as session:
        found = sa.select(Graduate.id, Graduate.name).join(
            Interview, Interview.graduate_id == Graduate.id
        )
        people = {row.id: row.name for row in session.execute(found)}
        acts = sa.select(AuditEntry).where(AuditEntry.action == "interview_day.names_shown")
        told = session.scalars(acts).one().details["graduates"]
    shown = {one for one, name in people.items() if name in _main(named)}
    assert shown
    assert set(told) == shown
    assert not any(name in _main(masked) for name in people.values())


def test_pages_of_a_day_open_for_all_its_states(house: House, manager: PageClient) -> None:
    rows = house.own.interviews
    for address in (
        "/interviews",
        "/interviews?when=past",
        "/interviews/new",
        f"/interviews/{rows.day}",
        f"/interviews/{rows.day}/proposal",
        f"/interviews/appointments/{rows.interview}",
    ):
        assert manager.get(address).status_code == 200
    manager.submit(f"/interviews/{rows.day}/cancel")
    assert "已取消" in manager.get(f"/interviews/{rows.day}").text
    assert "不能再改" in manager.get(f"/interviews/appointments/{rows.interview}").text


def test_a_link_shows_the_persons_times_and_only_its_button_answers(house: House) -> None:
    _hold_today(house)
    with transaction(house.factory) as session:
        interview = session.scalars(
            sa.select(Interview).where(Interview.public_id == house.own.interviews.interview)
        ).one()
        day = session.scalars(
            sa.select(InterviewDay).where(InterviewDay.public_id == house.own.interviews.day)
        ).one()
        referral = session.get_one(Referral, interview.referral_id)
        token = links.issue(
            session,
            purpose=LinkPurpose.INTERVIEW,
            subject=("interview_day", day.id),
            graduate_id=interview.graduate_id,
        )
    nobody = house.client(None)
    page = nobody.get(f"/a/{token}")
    assert page.status_code == 200
    assert "09:00" in page.text
    assert not _HARDSHIP.search(_main(page.text))
    nobody.head(f"/a/{token}")
    assert _tasks(house) == 0
    fields = {"act": "come", "referral": referral.public_id, "coming": "no"}
    answer = nobody.post(f"/a/{token}", data={"csrf_token": form_token(page.text), **fields})
    assert answer.status_code == 303
    assert _tasks(house) == 1
    page = nobody.get(f"/a/{token}")
    fields["referral"] = house.own.referral  # not of this day
    refused = nobody.post(f"/a/{token}", data={"csrf_token": form_token(page.text), **fields})
    assert refused.status_code == 404


def _tasks(house: House) -> int:
    with reading(house.factory) as session:
        found = sa.select(sa.func.count(Task.id)).where(Task.rule == "referral.cannot_come")
        return session.scalar(found) or 0
