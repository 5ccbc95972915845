"""The JSON API towards programs: tokens, refusals that repeat nothing, and its document."""

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
from matcher.kinds import Role
from matcher.models.accounts import ApiToken
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.postings import Posting
from tests.factories.postings import make_posting
from tests.support.pages import PageClient
from tests.web.api_world import World
from web.app import create_app

GRADUATE = {"name": "王芳", "education": "bachelor", "majors": [{"name": "会计学"}]}


@pytest.fixture
def world(app: APIFlask, sqlite_factory: SessionFactory) -> World:
    """Give a world of its own."""
    return World(app, sqlite_factory)


def _code(answer: TestResponse) -> tuple[int, str]:
    assert answer.mimetype == "application/problem+json", answer.text
    assert answer.json is not None
    return answer.status_code, answer.json["code"]


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


def test_a_token_is_shown_once_works_and_ends(
    world: World, as_role: Callable[[Role], PageClient]
) -> None:
    client = as_role(Role.EMPLOYER)

    made = client.submit("/account/tokens", name="人事系统")
    token = made.text.split("<code>")[1].split("</code>")[0]
    before = world.with_token(token)("GET", "/postings").status_code
    listed = client.get("/account/tokens").text
    number = listed.split("/account/tokens/")[1].split("/")[0]
    client.submit(f"/account/tokens/{number}/revoke")

    assert "人事系统" in listed
    assert token not in listed
    assert before == 200
    assert world.with_token(token)("GET", "/postings").status_code == 401
    assert as_role(Role.CASEWORKER).get("/account/tokens").status_code == 403
