"""The JSON API: who may, what is taken, what comes out, and its document."""

import datetime as dt
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from werkzeug.test import TestResponse

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Channel, Role, SeatClass
from matcher.models.accounts import ApiToken, Membership
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.postings import Posting
from matcher.services.api_tokens import issue_token
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive, make_entry
from tests.factories.people import make_graduate, make_household, make_id_number
from tests.factories.postings import make_employer, make_posting
from web.app import create_app

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

Call = Callable[..., TestResponse]


class World:
    """A union with an open drive, an employer, and clients that bear tokens."""

    def __init__(self, app: APIFlask, factory: SessionFactory) -> None:
        self.app, self.factory = app, factory
        with transaction(factory) as session:
            union = make_union(session)
            self.union_id = union.id
            drive = make_drive(session, union)
            self.drive, self.drive_id = drive.public_id, drive.id
            employer = make_employer(session, union)
            self.employer, self.employer_id = employer.public_id, employer.id

    def bearer(self, role: Role, *, employer_id: int | None = None) -> Call:
        """Return a function that calls the API with a token of a role."""
        with transaction(self.factory) as session:
            employer = session.get_one(Employer, employer_id or self.employer_id)
            union = session.get_one(Union, self.union_id)
            place: dict[str, Any] = (
                {"employer": employer} if role is Role.EMPLOYER else {"union": union}
            )
            actor = make_actor(session, role, **place)
            token = issue_token(session, actor, "test", membership_id=_membership(session, actor))
        return self.with_token(token)

    def with_token(self, token: str | None) -> Call:
        """Return a function that calls the API with a token."""
        client = self.app.test_client()

        def call(method: str, path: str, body: Any = None, **more: Any) -> TestResponse:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            if body is not None:
                more["json"] = body
            return client.open(f"/api/v1{path}", method=method, headers=headers, **more)

        return call


def _membership(session: Any, actor: Actor) -> int:
    found = session.scalar(
        sa.select(Membership.id).where(Membership.account_id == actor.account_id)
    )
    return int(found)


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


@pytest.mark.parametrize("path", ["/postings", "/graduates"])
def test_without_a_live_token_nothing_is_told(world: World, path: str) -> None:
    call = world.bearer(Role.DRIVE_MANAGER)
    before = call("GET", path).status_code
    with transaction(world.factory) as session:
        expired = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
        session.execute(sa.update(ApiToken).values(expires_at=expired))

    answers = [
        call("GET", path),
        world.with_token(None)("GET", path),
        world.with_token("x")("GET", path),
    ]

    assert before == 200
    for answer in answers:
        assert _code(answer) == (401, "unauthorized")
        assert "Bearer" in answer.headers["WWW-Authenticate"]


def test_an_employers_token_reads_no_graduate(world: World) -> None:
    call = world.bearer(Role.EMPLOYER)

    assert _code(call("GET", "/graduates")) == (403, "not_allowed")
    assert _code(call("POST", "/graduates", GRADUATE)) == (403, "not_allowed")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": "会计", "headcount": "3"}, "headcount"),
        ({"title": "会计", "headcount": True}, "headcount"),
        ({"title": ""}, "title"),
        ({"title": "会\u0000计"}, "title"),
        ({"title": "会计", "closes_on": "7月1日"}, "closes_on"),
        ({"title": "会计", "region_code": "６４０１０４"}, "region_code"),
        ({"title": "会计", "秘密的字段": 1}, "body"),
        ({"title": "会计", "requirement": {"混合": "会计"}}, "requirement"),
        ({"title": "会计", "pay_low_yuan": 6000, "pay_high_yuan": 4000}, "pay_high_yuan"),
        ({"title": "会计", "certificates": ["火星证"]}, "certificates"),
    ],
)
def test_a_wrong_body_is_refused_by_field_and_not_repeated(
    world: World, body: dict[str, Any], field: str
) -> None:
    answer = world.bearer(Role.EMPLOYER)("POST", "/postings", body | {"drive": world.drive})

    assert answer.status_code == 422, answer.text
    assert answer.json is not None
    assert list(answer.json["fields"]) == [field]
    for sent in ("秘密", "7月1日", "６４"):
        assert sent not in answer.text


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        ("{", "application/json", 400),
        ("[1]", "application/json", 400),
        ("title=x", "application/x-www-form-urlencoded", 415),
    ],
)
def test_what_is_no_json_object_is_not_read(
    world: World, data: str, kind: str, status: int
) -> None:
    answer = world.bearer(Role.EMPLOYER)("POST", "/postings", data=data, content_type=kind)

    assert _code(answer)[0] == status


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "offset=-1", "page=2", "limit=1&limit=2"])
def test_a_wrong_query_is_refused(world: World, query: str) -> None:
    assert _code(world.bearer(Role.EMPLOYER)("GET", f"/postings?{query}"))[0] == 422


def test_the_document_names_every_route_of_the_api(app: APIFlask, world: World) -> None:
    document = world.with_token(None)("GET", "/openapi.json").json

    assert document is not None
    assert document["openapi"] == "3.1.0"
    known = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and not rule.rule.endswith("openapi.json")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    written = {(path, method) for path, one in document["paths"].items() for method in one}
    assert written == known
    for one in document["paths"].values():
        for operation in one.values():
            assert {"401", "403", "429"} <= set(operation["responses"])


def test_every_reference_of_the_document_leads_somewhere(world: World) -> None:
    document = world.with_token(None)("GET", "/openapi.json").json
    assert document is not None

    references = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))

    assert references
    assert references <= set(document["components"]["schemas"])


def test_too_many_calls_wait(settings: Any, sqlite_factory: SessionFactory) -> None:
    client = create_app(settings, factory=sqlite_factory).test_client()

    statuses = [client.get("/api/v1/openapi.json").status_code for _ in range(62)]

    assert statuses[0] == 200
    assert statuses[-1] == 429


def test_the_answers_are_those_of_the_document(world: World) -> None:
    document = world.with_token(None)("GET", "/openapi.json").json
    assert document is not None
    with transaction(world.factory) as session:
        drive = session.get_one(Drive, world.drive_id)
        posting = make_posting(session, drive, session.get_one(Employer, world.employer_id))
    wanted = document["components"]["schemas"]["PostingOut"]["properties"]

    shown = world.bearer(Role.EMPLOYER)("GET", f"/postings/{posting.public_id}").json

    assert shown is not None
    assert set(shown) == set(wanted)
    with reading(world.factory) as session:
        assert session.scalar(sa.select(sa.func.count(Posting.id))) == 1
