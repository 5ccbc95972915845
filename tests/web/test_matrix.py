"""Permissions by routes (decisions.md 18): made from the address map and the marks on the views.

A new route is tried by itself. One that takes a new kind of row needs a line in `_values`, and a form
that is read before its row is looked up needs one in `_FORMS`; the tests say so.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from matcher.kinds import Role
from matcher.services.permissions import GRANTS, Permission
from tests.support.pages import PageClient
from tests.web.house import House, Place, open_house
from web.problems import API_BLUEPRINTS

_ANY_ACCOUNT = {
    "account.change_password": "one's own password",
    "account.home": "one's own account",
    "account.revoke": "one's own sessions",
    "account.second_factor_check": "one's own second factor",
    "account.second_factor_page": "one's own second factor",
    "account.switch": "one's own roles",
    "account.switch_form": "one's own roles",
    "home.home": "what the role in use may go to",
    "home.start": "leads to the role's first page",
    "jobs.progress": "a job of the reader's union; checked by scope",
    "reminders.messages": "one's own messages",
    "sign_in.leave": "signing out",
    "vocabulary_search.suggest": "public catalogues",
}
"""Views every signed-in account may call, with what they show; all others are public or ask."""

_FORMS: dict[str, dict[str, str]] = {
    "today.defer": {"to": "2099-01-01", "reason": "约好下周上门"},
    "employers.suspend": {"reason": "举报核实中"},
    "graduates.number": {"field": "phone", "reason": "核对本人电话"},
    "employers.open_agent": {"login": "new.agent", "display_name": "经办人"},
    "own_postings.close": {"reason": "filled"},
    "aliases.end": {"reason": "不用了"},
    "exports.decide": {"decision": "approve"},
    "holder_access.link": {"phone": "13900000000", "document_seen": "yes"},
    "rights.answer": {"decision": "grant", "result": "已办理"},
    "stories.release": {"text": "全文", "medium": "日报"},
    "registrations.update": {"name": "张三", "education": "bachelor", "major_1": "会计学"},
}
"""Fields of forms that are read before their row is looked up."""

_BODIES: dict[str, dict[str, object]] = {
    "api_graduates.update": {
        "name": "张三",
        "education": "bachelor",
        "majors": [{"name": "会计学"}],
        "version": 1,
    },
    "api_postings.update": {"title": "出纳", "version": 1},
    "api_postings.close": {"reason": "已招满"},
    "api_postings.publish": {},
}
"""The same for programs."""


_OWN_ONLY = {
    "exports.show": (Role.CASEWORKER,),
    "jobs.progress": (Role.EMPLOYER, Role.GRADUATE, Role.HOLDER),
    "rights.show": (Role.CASEWORKER,),
}
"""Rows a role sees only if it asked for them itself, and those of the place were asked by others."""


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(sqlite_template, tmp_path_factory.mktemp("matrix")) as opened:
        yield opened


def _rules(house: House) -> list[tuple[str, Rule]]:
    """Return every method and rule, in order; static files are nobody's."""
    return sorted(
        (
            (method, rule)
            for rule in house.app.url_map.iter_rules()
            if rule.endpoint != "static"
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        ),
        key=lambda pair: (pair[1].rule, pair[0]),
    )


def _view(house: House, rule: Rule) -> Any:
    return house.app.view_functions[rule.endpoint]


def _is_program(house: House, rule: Rule) -> bool:
    return rule.endpoint.split(".")[0] in house.app.config[API_BLUEPRINTS]


def _values(rule: Rule, place: Place) -> dict[str, Any]:
    """Return the values a rule's address takes, for rows of a place."""
    area = rule.endpoint.rsplit(".", 1)[0]
    by_name = {
        "assessment_id": place.assessment,
        "exit_id": place.household_exit,
        "line_id": place.line,
        "merge_id": place.joins.merge,
        "transfer_id": place.joins.transfer,
        "cooperation_id": place.joins.cooperation,
        "drive_id": place.drive_id,
        "employer_id": place.employer_id,
        "household_id": place.household,
        "member_id": place.member_id,
        "comparison_id": place.approvals.comparison,
        "item_id": place.approvals.item,
        "interest_id": place.approvals.interest_id,
        "token": place.approvals.token,
        "part": "incomes",
        "row_id": place.income_id,
        "change_id": place.income_id,
        "person_id": place.graduate,
        "person_key": str(place.member_id),
        "person_kind": "member",
        "posting_id": place.posting,
        "session_id": place.session_id,
        "story_id": place.story,
        "token_id": place.token_id,
        "term_id": place.term_id,
        "what": "owners",
        "act_id": place.cases.act,
        "need_id": place.cases.need_id,
        "measure_id": place.cases.measure_id,
        "obstacle_id": place.cases.obstacle_id,
        "round_id": place.cases.survey_round,
        "union_id": place.cases.union,
        "visit_id": place.cases.visit_id,
        "refusal_id": place.family.refusal_id,
        "clock_id": place.family.clock_id,
        "kind": "majors",
        "purpose": "ranking",
    }
    by_area = {
        "file_acts": place.paper,
        "today": place.day.task,
        "calls": place.day.call,
        "hand_overs": place.day.hand_over,
        "approvals": place.approvals.approval,
        "notices": place.approvals.notice,
        "register": place.approvals.change,
        "reviews": place.approvals.review,
        "exports": place.export,
        "rights": place.rights,
        "stories": place.story,
        "accounts": place.account,
        "graduates": place.graduate,
        "registrations": place.graduate,
        "imports": place.batch,
        "jobs": place.job,
        "postings": place.posting,
        "posting_list": place.posting,
        "own_postings": place.posting,
        "api_graduates": place.graduate,
        "api_postings": place.posting,
        "ranking": place.run,
        "families": place.household,
        "cases": place.cases.case,
        "case_acts": place.cases.case,
        "case_parts": place.cases.case,
        "case_additions": place.cases.case,
        "requests": place.cases.request,
        "pairings": place.cases.pairing,
        "own_pairings": place.cases.pairing,
    }
    values = {}
    for name in rule.arguments:
        if name == "public_id":
            where = next((key for key in reversed(area.split(".")) if key in by_area), None)
            where = where or next((key for key in by_area if key in rule.rule.split("/")), None)
            assert where is not None, f"say in _values which row {rule.rule} shows"
            values[name] = by_area[where]
        else:
            assert name in by_name, f"say in _values what {name} of {rule.rule} is"
            values[name] = by_name[name]
    return values


def _address(house: House, rule: Rule, place: Place) -> str:
    with house.app.test_request_context():
        return house.app.url_for(rule.endpoint, **_values(rule, place))


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

    assert unmarked - set(_ANY_ACCOUNT) == set()
    assert set(_ANY_ACCOUNT) - unmarked == set()


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
        if not (passed if is_public else asked):
            wrong.append((method, rule.rule, answer.status_code))

    assert wrong == []


@pytest.mark.parametrize("role", list(Role))
def test_a_page_opens_for_the_roles_its_mark_names_and_for_no_other(
    house: House, role: Role
) -> None:
    """Every GET runs on a read-only session, so an answer below 400 also says that it wrote nothing."""
    client = house.client(house.own.actors[role])
    wrong = []
    for method, rule in _rules(house):
        if method != "GET" or _is_program(house, rule):
            continue
        status = _call(house, client, method, rule, house.own).status_code
        is_right = status in (200, 204, 303) if _allowed(house, rule, role) else status == 403
        if role in _OWN_ONLY.get(rule.endpoint, ()):
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
        given = {"data": {"csrf_token": token, **_FORMS.get(rule.endpoint, {})}}
        answer = _call(house, client, method, rule, house.own, **(given if method != "GET" else {}))
        if answer.status_code != 404:
            wrong.append((method, rule.rule, answer.status_code))

    assert wrong == []


def _is_of_a_row(rule: Rule) -> bool:
    return bool(rule.arguments - {"kind", "purpose", "path", "filename", "person_kind", "token"})


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
        told += [(rule.rule, mark) for mark in house.own.marks() if mark in answer.text]

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
        if any(mark in answer.text for mark in house.own.marks()) or answer.status_code >= 500:
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
            given = {"json": _BODIES.get(rule.endpoint, {})} if method != "GET" else {}
            told = _call(house, nobody, method, rule, house.own, headers=stranger, **given)
            is_right = told.status_code == 404
        if by_cookie != 401 or not is_right:
            wrong.append((method, rule.rule, by_cookie, answer))

    assert wrong == []
