"""Nothing employers and graduates get tells anybody's status: pages, headers, addresses, files (decisions.md 31).

The world of the test is full of it: a zero-employment family on file, reserved seats, a finished run.
"""

import re
from typing import Any
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import HardshipTier, Role, SeatClass
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.postings import Posting
from matcher.services.consents import seed_consent_texts
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive, make_entry
from tests.factories.people import make_graduate, make_household
from tests.factories.postings import make_employer, make_posting
from tests.factories.ranked_drives import rank
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs

WORDS = re.compile(
    "困难|零就业|低保|帮扶|援助|脱困|优先|预留|保底|阳光就业"
    "|hardship|zero.?employment|reserved|priority|tier|poverty|low.?income",
    re.IGNORECASE,
)
"""ui.md, wording; the English ones for addresses, classes, JSON and the second language."""

_EMPLOYER = ("api_tokens", "own_postings", "own_employer", "vocabulary_search")
_GRADUATE = ("own_matches", "own_profile", "own_consents", "registration", "vocabulary_search")
_SHARED = ("/home", "/account", "/nowhere")


def _check(answer: TestResponse) -> None:
    """Look through body, headers and the address somebody is sent to."""
    headers = " ".join(f"{name}: {unquote(value)}" for name, value in answer.headers.items())
    for text in (answer.request.path, headers, answer.text):
        found = WORDS.search(text)
        assert found is None, (answer.request.path, text[max(0, found.start() - 40) : found.end()])


@pytest.fixture
def world(sqlite_factory: SessionFactory) -> tuple[int, int]:
    """Give the ids of a graduate and an employer in a ranked drive full of statuses."""
    with transaction(sqlite_factory) as session:
        seed_consent_texts(session)
        union = make_union(session)
        drive = make_drive(session, union, name="阳光就业 2026", neutral_name="毕业生服务")
        employer = make_employer(session, union)
        for kind in (SeatClass.HARDSHIP, SeatClass.ZERO_EMPLOYMENT):
            make_posting(session, drive, employer, reserved={kind: 1})
        household = make_household(session, union, tier=HardshipTier.DEEP, zero_employment=True)
        graduate = make_graduate(session, union, household=household, hardship_codes=7)
        make_entry(session, drive, graduate)
        ids, drive_id = (graduate.id, employer.id), drive.id
    rank(sqlite_factory, drive_id)
    return ids


def _addresses(app: Flask, blueprints: tuple[str, ...], **values: str) -> list[str]:
    """Return the addresses of all pages of some areas that can be read."""
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            area = rule.endpoint.split(".")[0]
            if area in blueprints and "GET" in (rule.methods or ()):
                wanted: dict[str, Any] = {name: values[name] for name in rule.arguments}
                found.append(app.url_for(rule.endpoint, **wanted))
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_an_employer_gets_tells_a_status(
    app: Flask,
    world: tuple[int, int],
    signed_in_as: SignInAs,
    sqlite_factory: SessionFactory,
    language: str,
) -> None:
    client = _client(sqlite_factory, signed_in_as, world, Role.EMPLOYER)
    client.submit("/language", language=language)
    with transaction(sqlite_factory) as session:
        public_ids = list(session.scalars(sa.select(Posting.public_id)))
    assert len(public_ids) == 2

    for public_id in public_ids:
        for address in _addresses(app, _EMPLOYER, public_id=public_id, kind="majors"):
            _check(client.get(address))
    for address in _SHARED:
        _check(client.get(address))
    _check(client.submit("/my/postings/read", requirement="会计学", conditions="认真"))
    _check(client.submit("/my/postings", title="", act="publish"))
    _check(client.submit(f"/my/postings/{public_ids[0]}", title="会计", headcount="1", pledged="2"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_a_graduate_gets_tells_a_status(
    app: Flask,
    world: tuple[int, int],
    signed_in_as: SignInAs,
    sqlite_factory: SessionFactory,
    language: str,
) -> None:
    client = _client(sqlite_factory, signed_in_as, world, Role.GRADUATE)
    client.submit("/language", language=language)
    if language == "zh":
        assert "适合你的岗位" in client.get("/me").text
        assert 'class="panel match"' in client.get("/me").text

    for address in (*_addresses(app, _GRADUATE, kind="places"), *_SHARED):
        _check(client.get(address))
    _check(client.get("/me/list"))
    for form in ("page", "json"):
        _check(client.submit("/me/consents/data", form=form))
    _check(client.submit("/me/profile", major_1="会计学", education="bachelor"))
    _check(client.submit("/me/consents/ranking/withdraw"))
    _check(client.get("/me"))


def test_style_sheets_and_scripts_everybody_gets_tell_nothing(client: PageClient) -> None:
    for name in ("site.css", "more.css", "outer.css", "site.js", "icon.svg"):
        _check(client.get(f"/static/{name}"))


def _client(
    factory: SessionFactory, signed_in_as: SignInAs, ids: tuple[int, int], role: Role
) -> PageClient:
    with transaction(factory) as session:
        if role is Role.GRADUATE:
            actor = make_actor(session, role, graduate=session.get_one(Graduate, ids[0]))
        else:
            actor = make_actor(session, role, employer=session.get_one(Employer, ids[1]))
    return signed_in_as(actor)
