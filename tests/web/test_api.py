"""The JSON API: who may, what is taken, what comes out, and its document."""

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from werkzeug.test import TestResponse

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Channel, Role, SeatClass
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from tests.factories.drives import make_entry
from tests.factories.people import make_graduate, make_household, make_id_number
from tests.factories.postings import make_employer, make_posting
from tests.web.api_world import World

POSTING = {
    "title": "会计",
    "headcount": 3,
    "pledged": 1,
    "duties": "负责日常账务处理",
    "region_code": "640104",
    "pay_low_yuan": 4000,
    "pay_high_yuan": 6000,
    "education_min": "college",
    "requirement": {"any_level": "会计学、财务管理"},
    "occupation_code": "2-06-03-00",
    "closes_on": "2030-12-31",
}
ID_NUMBER = make_id_number(7)
GRADUATE = {
    "name": "王芳",
    "education": "bachelor",
    "majors": [{"name": "会计学"}],
    "school": "宁夏大学",
    "phone": "13912345678",
    "id_number": ID_NUMBER,
    "intent": {"places": ["640100"], "wanted_pay_yuan": 4500},
}


@pytest.fixture
def world(app: APIFlask, sqlite_factory: SessionFactory) -> World:
    """Give a world of its own."""
    return World(app, sqlite_factory)


def _code(answer: TestResponse) -> tuple[int, str]:
    assert answer.mimetype == "application/problem+json", answer.text
    assert answer.json is not None
    return answer.status_code, answer.json["code"]


def test_an_employer_drafts_publishes_and_closes_its_posting(world: World) -> None:
    call = world.bearer(Role.EMPLOYER)

    made = call("POST", "/postings", POSTING | {"drive": world.drive})
    assert made.status_code == 201, made.text
    posting = made.json
    assert posting is not None
    address = f"/postings/{posting['id']}"
    published = call("POST", f"{address}/publish", {"version": posting["version"]})
    listed = call("GET", "/postings?state=published")
    closed = call("POST", f"{address}/close", {"reason": "已经招满"})

    assert (posting["state"], posting["pledged"], posting["seats"]) == ("draft", 1, 3)
    assert published.json is not None
    assert published.json["state"] == "published"
    assert published.json["not_ranked"] == []
    assert listed.json is not None
    assert [one["id"] for one in listed.json["items"]] == [posting["id"]]
    assert closed.json is not None
    assert closed.json["state"] == "closed"


def test_what_lacks_and_what_offends_is_named_in_the_answer(world: World) -> None:
    call = world.bearer(Role.EMPLOYER)
    body = {"title": "出纳", "conditions": "限女性", "drive": world.drive}

    made = call("POST", "/postings", body).json
    assert made is not None
    asked = call("POST", f"/postings/{made['id']}/publish", {}).json

    assert asked is not None
    assert asked["state"] == "blocked"
    assert asked["findings"][0]["severity"] == "block"
    assert "工作内容" in asked["missing"]


def test_a_change_over_a_newer_version_is_refused(world: World) -> None:
    call = world.bearer(Role.EMPLOYER)
    made = call("POST", "/postings", POSTING | {"drive": world.drive}).json
    assert made is not None
    address, change = f"/postings/{made['id']}", POSTING | {"version": made["version"]}

    first = call("PUT", address, change | {"title": "会计主管"})
    late = call("PUT", address, change)

    assert first.status_code == 200, first.text
    assert _code(late) == (409, "changed_meanwhile")


def test_an_employer_reads_no_seat_class_and_nobody_elses_postings(world: World) -> None:
    with transaction(world.factory) as session:
        drive = session.get_one(Drive, world.drive_id)
        own = make_posting(
            session,
            drive,
            session.get_one(Employer, world.employer_id),
            reserved={SeatClass.ZERO_EMPLOYMENT: 1},
        )
        other = make_posting(session, drive)
    call = world.bearer(Role.EMPLOYER)

    shown, others = (
        call("GET", f"/postings/{own.public_id}"),
        call("GET", f"/postings/{other.public_id}"),
    )

    assert shown.json is not None
    assert shown.json["pledged"] == 1
    for word in ("zero", "hardship", "reserved", "seat_class"):
        assert word not in shown.text
    assert _code(others) == (404, "not_found")


def test_a_manager_posts_for_an_employer_of_the_scope_only(world: World) -> None:
    call = world.bearer(Role.DRIVE_MANAGER)
    with transaction(world.factory) as session:
        stranger = make_employer(session).public_id
    body = POSTING | {"drive": world.drive}

    made = call("POST", "/postings", body | {"employer": world.employer})
    unnamed = call("POST", "/postings", body)
    outside = call("POST", "/postings", body | {"employer": stranger})

    assert made.status_code == 201, made.text
    assert _code(unnamed) == (422, "employer_missing")
    assert _code(outside) == (404, "not_found")


def test_lists_are_given_in_slices_that_lead_to_the_next(world: World) -> None:
    with transaction(world.factory) as session:
        drive = session.get_one(Drive, world.drive_id)
        for _ in range(5):
            make_posting(session, drive, session.get_one(Employer, world.employer_id))
    call = world.bearer(Role.EMPLOYER)

    seen: list[str] = []
    address: str | None = "/postings?limit=2"
    while address:
        page = call("GET", address.removeprefix("/api/v1")).json
        assert page is not None
        assert page["total"] == 5
        seen += [one["id"] for one in page["items"]]
        address = page["next"]

    assert len(seen) == len(set(seen)) == 5


def test_a_graduate_is_entered_on_behalf_and_numbers_never_come_out(world: World) -> None:
    call = world.bearer(Role.DRIVE_MANAGER)

    made = call("POST", "/graduates", GRADUATE | {"drive": world.drive})
    assert made.status_code == 201, made.text
    record = made.json
    assert record is not None
    change = {k: v for k, v in GRADUATE.items() if k not in ("phone", "id_number")}
    change |= {"version": record["version"], "majors": [{"name": "法学"}]}
    changed = call("PUT", f"/graduates/{record['id']}", change)
    listed = call("GET", f"/graduates?drive={world.drive}")

    assert changed.status_code == 200, changed.text
    everything = made.text + changed.text + listed.text
    assert "13912345678" not in everything
    assert ID_NUMBER not in everything
    assert "王芳" not in everything
    assert (record["name"], record["entered_through"]) == ("王*", Channel.ON_BEHALF.value)
    assert changed.json is not None
    assert [one["name"] for one in changed.json["majors"]] == ["法学"]
    assert listed.json is not None
    assert listed.json["total"] == 1
    with reading(world.factory) as session:
        assert session.scalars(sa.select(Graduate)).one().entered_by_id is not None


def test_graduates_tell_nothing_of_their_families(world: World) -> None:
    with transaction(world.factory) as session:
        union = session.get_one(Union, world.union_id)
        household = make_household(session, union, zero_employment=True)
        make_entry(
            session,
            session.get_one(Drive, world.drive_id),
            make_graduate(session, union, household=household),
        )
    call = world.bearer(Role.DRIVE_MANAGER)

    listed = call("GET", "/graduates").text

    for word in ("tier", "household", "zero", "hardship", "priority"):
        assert word not in listed
