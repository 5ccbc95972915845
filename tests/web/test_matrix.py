"""Permissions by routes (decisions.md 18): made from the address map and the marks on the views.

A new route is tried by itself. One that takes a new kind of row needs a line in `matrix_rows`, and a form
that is read before its row is looked up needs one in `FORMS` there; the tests say so.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from matcher.kinds import Role
from matcher.services.permissions import GRANTS, Permission
from tests.support.pages import PageClient, repeated_ids
from tests.web.house import House, Place, open_house
from tests.web.matrix_rows import (
    ANY_ACCOUNT,
    BODIES,
    FORMS,
    HIDDEN,
    HUNG_UP,
    OWN_ONLY,
    SCANNERS,
    values_for,
)
from web.problems import API_BLUEPRINTS


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(sqlite_template, tmp_path_factory.mktemp("matrix")) as opened:
        yield opened


def _rules(house: House) -> list[tuple[str, Rule]]:
    """Return every method and rule, in order; static files are nobody's, scanners have no account."""
    return sorted(
        (
            (method, rule)
            for rule in house.app.url_map.iter_rules()
            if rule.endpoint != "static" and rule.endpoint.split(".")[0] not in SCANNERS
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        ),
        key=lambda pair: (pair[1].rule, pair[0]),
    )


def _view(house: House, rule: Rule) -> Any:
    return house.app.view_functions[rule.endpoint]


def _is_program(house: House, rule: Rule) -> bool:
    return rule.endpoint.split(".")[0] in house.app.config[API_BLUEPRINTS]


def _address(house: House, rule: Rule, place: Place) -> str:
    with house.app.test_request_context():
        return house.app.url_for(rule.endpoint, **values_for(rule, place))


def _call(
    house: House, client: PageClient, method: str, rule: Rule, place: Place, **given: Any
) -> TestResponse:
    return client.open(_address(house, rule, place), method=method, **given)


def _allowed(house: House, rule: Rule, role: Role) -> bool:
    wanted = getattr(_view(house, rule), "needs", ())
    return not wanted or any(permission in GRANTS[role] for permission in wanted)


def test_every_view_is_public_or_says_what_it_needs(house: House) -> None:
    unmarked = {
        rule.endpoint
        for _, rule in _rules(house)
        if not getattr(_view(house, rule), "is_public", False)
        and not getattr(_view(house, rule), "needs", ())
    }

    assert unmarked - set(ANY_ACCOUNT) == set()
    assert set(ANY_ACCOUNT) - unmarked == set()


def test_no_two_views_answer_the_same_address(house: House) -> None:
    """Of two that do, the one registered first answers for both, and the other is never seen."""
    seen: dict[tuple[str, str], list[str]] = {}
    for method, rule in _rules(house):
        bare = re.sub(r"<(?:\w+:)?\w+>", "<>", rule.rule)
        seen.setdefault((method, bare), []).append(rule.endpoint)

    assert {key: names for key, names in seen.items() if len(names) > 1} == {}


def test_who_is_not_signed_in_is_asked_to(house: House) -> None:
    client = house.client(None)
    wrong = []
    for method, rule in _rules(house):
        answer = _call(house, client, method, rule, house.own)
        is_public = getattr(_view(house, rule), "is_public", False)
        asked = answer.status_code == 401 or (
            answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in")
        )
        passed = answer.status_code < 300 or answer.status_code in {303, 400, 422, 503}
        if rule.endpoint in HIDDEN:
            passed = answer.status_code == 404
        if not (passed if is_public else asked):
            wrong.append((method, rule.rule, answer.status_code))

    assert wrong == []


@pytest.mark.parametrize("role", list(Role))
def test_a_page_opens_for_the_roles_its_mark_names_and_for_no_other(
    house: House, role: Role
) -> None:
    """Every GET runs on a read-only session, so an answer below 400 also says that it wrote nothing.

    No page has an id twice: a label would name the wrong box.
    """
    client = house.client(house.own.actors[role])
    wrong: list[tuple[str, object]] = []
    for method, rule in _rules(house):
        if method != "GET" or _is_program(house, rule):
            continue
        answer = _call(house, client, method, rule, house.own)
        status = answer.status_code
        wrong += [(rule.rule, f"id {one} twice") for one in repeated_ids(answer)]
        is_right = status in (200, 204, 303) if _allowed(house, rule, role) else status == 403
        if role in OWN_ONLY.get(rule.endpoint, ()):
            is_right = status == 404
        if not is_right:
            wrong.append((rule.rule, status))

    assert wrong == []


@pytest.mark.parametrize("role", list(Role))
def test_a_change_is_refused_to_other_roles_and_to_all_without_the_forms_token(
    house: House, role: Role
) -> None:
    """The guard asks for the permission first, the token next: 400 says the permission was there."""
    client = house.client(house.own.actors[role])
    wrong = []
    for method, rule in _rules(house):
        if method == "GET" or _is_program(house, rule):
            continue
        answer = _call(house, client, method, rule, house.own)
        if answer.status_code != (400 if _allowed(house, rule, role) else 403):
            wrong.append((method, rule.rule, answer.status_code))

    assert wrong == []


@pytest.mark.parametrize("role", list(Role))
def test_rows_of_others_are_not_there(house: House, role: Role) -> None:
    """Every address of a row, read or changed by the same role of somewhere else, answers 404."""
    client = house.client(house.other.actors[role])
    token = client.token()
    wrong = []
    for method, rule in _rules(house):
        if not _is_of_a_row(rule) or _is_program(house, rule) or not _allowed(house, rule, role):
            continue
        given = {"data": {"csrf_token": token, **FORMS.get(rule.endpoint, {})}}
        answer = _call(house, client, method, rule, house.own, **(given if method != "GET" else {}))
        if answer.status_code != 404:
            wrong.append((method, rule.rule, answer.status_code))

    assert wrong == []


def _is_of_a_row(rule: Rule) -> bool:
    named = rule.arguments - {"kind", "purpose", "path", "filename", "person_kind", "token"}
    return bool(named) and rule.endpoint not in HUNG_UP


@pytest.mark.parametrize("role", list(Role))
def test_pages_without_a_row_in_their_address_name_no_row_of_others(
    house: House, role: Role
) -> None:
    client = house.client(house.other.actors[role])
    told = []
    for method, rule in _rules(house):
        if method != "GET" or rule.arguments or _is_program(house, rule):
            continue
        answer = _call(house, client, method, rule, house.own)
        told += [(rule.rule, mark) for mark in house.own.marks() if mark.encode() in answer.data]

    assert told == []


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", ["drive"])
def test_a_row_of_others_named_in_the_query_is_not_there(
    house: House, role: Role, name: str
) -> None:
    client = house.client(house.other.actors[role])
    wrong = []
    for method, rule in _rules(house):
        if method != "GET" or rule.arguments or not _allowed(house, rule, role):
            continue
        answer = client.get(rule.rule, query_string={name: house.own.drive_id})
        seen = any(mark.encode() in answer.data for mark in house.own.marks())
        if seen or answer.status_code >= 500:
            wrong.append((rule.rule, answer.status_code))

    assert wrong == []


@pytest.mark.parametrize("role", list(Role))
def test_a_program_is_answered_by_its_token_and_the_tokens_role_alone(
    house: House, role: Role
) -> None:
    bearer = house.bearer(house.own.actors[role])
    stranger = house.bearer(house.other.actors[role])
    signed_in, nobody = house.client(house.own.actors[role]), house.client(None)
    wrong = []
    for method, rule in _rules(house):
        if not _is_program(house, rule):
            continue
        if getattr(_view(house, rule), "is_public", False):
            continue
        by_cookie = _call(house, signed_in, method, rule, house.own).status_code
        answer = _call(house, nobody, method, rule, house.own, headers=bearer).status_code
        if Permission.USE_API not in GRANTS[role]:
            is_right = answer == 401
        elif not _allowed(house, rule, role):
            is_right = answer == 403
        else:
            is_right = answer == 200 if method == "GET" else answer in {200, 400, 415, 422}
        if is_right and answer < 401 and _is_of_a_row(rule):
            given = {"json": BODIES.get(rule.endpoint, {})} if method != "GET" else {}
            told = _call(house, nobody, method, rule, house.own, headers=stranger, **given)
            is_right = told.status_code == 404
        if by_cookie != 401 or not is_right:
            wrong.append((method, rule.rule, by_cookie, answer))

    assert wrong == []
