"""Hardship stays where it belongs (decisions.md 31): not a word, an order, a count or a length tells it.

Everything is tried on every address of the application, so that a new page is tried by itself.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from matcher import clock
from matcher.db.engine import transaction
from matcher.documents.pdf_reading import read_pdf
from matcher.kinds import HardshipTier, Role
from matcher.models.households import Household
from matcher.services.permissions import GRANTS, Permission
from tests.factories.ranked_drives import rank
from tests.support.pages import PageClient
from tests.web.house import House, open_house
from tests.web.test_matrix import _address, _allowed, _is_program, _rules
from web.faces import STATIC

HARDSHIP = (
    "困难", "零就业", "低保", "帮扶", "援助", "脱困", "优先", "预留", "保底", "深度", "意外致困", "清零",
    "重病", "残疾", "低收入", "就业困难", "扶贫", "救助", "特困", "边缘户",
)  # fmt: skip
"""ui.md's list, the tiers' names and illnesses."""

IN_ADDRESSES = ("hardship", "zero", "tier", "reserved", "priority", "poor", "deprived", "guarantee")
"""The same in the words of addresses and file names."""

OUTSIDE = (Role.EMPLOYER, Role.GRADUATE, Role.HOLDER)
"""Readers outside the union; a holder reads the own file only by sending a form, since phones are shared."""

BLIND = tuple(role for role in Role if Permission.VIEW_HARDSHIP not in GRANTS[role])
"""Roles that must not learn anybody's status; fair organisers among them."""

_VOLATILE = (
    re.compile(r'(name="csrf_token" value|data-token)="[^"]*"'),
    re.compile(r'"X-CSRFToken": ?"[^"]*"'),
    re.compile(r"content=\"[^\"]*\" ?name=\"csrf-token\"|name=\"csrf-token\" ?content=\"[^\"]*\""),
    re.compile(r'nonce="[^"]*"|nonce-[\w-]+'),
    re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d:\d\d|Z)?"),
    re.compile(r"\d{1,2}月\d{1,2}日 ?\d\d:\d\d|\b\d\d:\d\d\b"),
    re.compile(r"第 \d+ 次"),
    re.compile(r"DTSTAMP:\d{8}T\d{6}Z"),
    re.compile(r'name="step" value="[0-9a-f]{24}"'),
)
"""What differs between two answers that say the same: form tokens, nonces, clock times, runs counted,
when a calendar file was made, the random number of a step at a booth."""


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(sqlite_template, tmp_path_factory.mktemp("secrecy")) as opened:
        yield opened


Reader = tuple[PageClient, dict[str, str]]
"""A browser that is signed in, and the header of a program."""


def _reader(house: House, role: Role) -> Reader:
    actor = house.own.actors[role]
    return house.client(actor), house.bearer(actor)


def _readable(
    house: House, role: Role, reader: Reader | None = None
) -> Iterator[tuple[Rule, TestResponse]]:
    """Give every address a role may read, of the own place, with its answer."""
    client, bearer = reader or _reader(house, role)
    for method, rule in _rules(house):
        if method != "GET" or not _allowed(house, rule, role):
            continue
        if _is_program(house, rule):
            if Permission.USE_API in GRANTS[role]:
                yield rule, house.client(None).get(_address(house, rule, house.own), headers=bearer)
            continue
        yield rule, client.get(_address(house, rule, house.own))


def _told(answer: TestResponse, *, words: tuple[str, ...] = HARDSHIP) -> set[str]:
    """Return the words an answer tells: in its text, JSON escapes undone, and in its headers."""
    if answer.is_json:
        text = json.dumps(answer.json, ensure_ascii=False)
    elif answer.mimetype == "application/pdf":
        text = read_pdf(answer.data).text
    else:
        text = answer.text
    said = text + str(answer.headers)
    return {word for word in words if word in said}


_SAYS_BY_RULE = {"/n/<token>", "/figures/<token>", "/figures/<token>/figures.<kind>"}
"""What is public by its link: the sheet of publicity (公示), on which the rule wants the tier, and published
figures (公布的统计表), counts of whole unions without small ones; tests of their own look at their words."""


@pytest.mark.parametrize("role", OUTSIDE)
def test_no_page_of_an_employer_or_graduate_holds_a_word_of_hardship(
    house: House, role: Role
) -> None:
    told = {
        (rule.rule, word)
        for rule, answer in _readable(house, role)
        if rule.rule not in _SAYS_BY_RULE
        for word in _told(answer)
    }

    assert told == set()


def test_no_public_page_and_no_error_page_holds_a_word_of_hardship(house: House) -> None:
    client = house.client(None)
    pages = [client.get(rule.rule) for method, rule in _rules(house) if _is_open(house, rule)]
    pages += [client.get("/nowhere"), client.get("/static/nowhere.css")]
    pages += [
        house.client(house.own.actors[role]).get(address)
        for role in OUTSIDE
        for address in ("/nowhere", "/drives", "/graduates", f"/postings/{house.own.posting}")
    ]

    assert {word for page in pages for word in _told(page)} == set()


def _is_open(house: House, rule: Rule) -> bool:
    view = house.app.view_functions[rule.endpoint]
    return bool(getattr(view, "is_public", False)) and "GET" in (rule.methods or ())


def test_what_the_browser_gets_of_styles_and_scripts_says_nothing_of_anybodys_status() -> None:
    words = (*HARDSHIP, "hardship", "zero-employment", "zero_employment")
    told = [
        (path.name, word)
        for path in STATIC.rglob("*")
        if path.suffix in {".css", ".js", ".svg", ".json"} and "vendor" not in path.parts
        for word in words
        if word in path.read_text()
    ]

    assert told == []


@pytest.mark.parametrize("role", list(Role))
def test_no_title_address_or_file_name_holds_a_word_of_hardship_for_anybody(
    house: House, role: Role
) -> None:
    """Titles stand in the history of shared computers, addresses in logs and in mails."""
    told = []
    for rule, answer in _readable(house, role):
        if answer.mimetype != "text/html":
            continue
        titles = " ".join(re.findall(r"<title>(.*?)</title>", answer.text, re.DOTALL))
        addresses = " ".join(re.findall(r'(?:href|action|hx-\w+)="([^"]*)"', answer.text))
        named = titles + addresses + answer.headers.get("Content-Disposition", "")
        told += [(rule.rule, word) for word in HARDSHIP if word in named]
        told += [(rule.rule, word) for word in IN_ADDRESSES if word in addresses.lower()]

    assert told == []


_HANDED_OUT = re.compile(r"\.(sheet|data|download|export)$")
"""Views that answer a form with a file, by their names."""

_ASKED_ELSEWHERE = {"plans.download", "payment_papers.export"}
"""Here no plan was really solved and no payment list approved: the names of their files are asked in
`test_plan_pages` and `test_money_pages`."""


def test_no_file_that_is_handed_out_is_named_by_anybodys_status_or_name(house: House) -> None:
    rules = [rule for method, rule in _rules(house) if method == "POST"]
    named = {}
    for rule in rules:
        if not _HANDED_OUT.search(rule.endpoint) or rule.endpoint in _ASKED_ELSEWHERE:
            continue
        role = next(role for role in (Role.DRIVE_MANAGER, *OUTSIDE) if _allowed(house, rule, role))
        client = house.client(house.own.actors[role])
        answer = client.submit(_address(house, rule, house.own), form="json")
        named[rule.endpoint] = unquote(answer.headers.get("Content-Disposition", ""))

    assert len(named) >= 3
    assert {endpoint for endpoint, name in named.items() if "filename" not in name} == set()
    told = [name for name in named.values() for word in (*HARDSHIP, *IN_ADDRESSES) if word in name]
    assert told == []
    assert not [name for name in named.values() if re.search(r"毕业生\d", name)]


Said = dict[str, tuple[int, dict[str, str], str]]


def _said(house: House, role: Role, reader: Reader) -> Said:
    """Return what each address says to a role, freed of what differs anyway."""
    found: Said = {}
    reader[0].get("/v/" + house.own.fairs.of_area["visits"]["token"])  # queues know the phone then
    for rule, answer in _readable(house, role, reader):
        if rule.endpoint in _RANDOM:
            continue
        text = answer.get_data().decode("utf-8", "replace")  # a GET may hand out a printed sheet
        headers = {
            name: value
            for name, value in answer.headers
            if name not in {"X-Request-Id", "Content-Security-Policy", "Set-Cookie", "Date"}
        }
        plain = text
        for volatile in _VOLATILE:
            text = volatile.sub("", text)
        if any(volatile.search(plain) for volatile in _VOLATILE):
            headers.pop("Content-Length", None)  # else it must be the same as well
        found[rule.rule] = (answer.status_code, headers, text)
    return found


_RANDOM = {"account.second_factor_page"}
"""Shows a fresh secret each time."""


def _flip(session: Any) -> None:
    """Turn everybody's status into another one."""
    for household in session.scalars(sa.select(Household).order_by(Household.id)):
        household.tier = {
            HardshipTier.DEEP: HardshipTier.NONE,
            HardshipTier.RELATIVE: HardshipTier.DEEP,
        }.get(household.tier, HardshipTier.RELATIVE)
        household.is_zero_employment = not household.is_zero_employment
        household.zero_employment_on = clock.today() if household.is_zero_employment else None


def test_turning_everybodys_status_changes_no_answer_to_who_must_not_know_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Printed reports carry the head of the trail, which every act of anybody moves: here it stands still."""
    monkeypatch.setattr("matcher.services.fair_reports.papers._head", lambda _session: "0" * 64)
    with clock.set_by_hand(clock.now()):  # sheets carry the minute they were made in
        differing = _turned(house)

    assert differing == {}


def _turned(house: House) -> dict[tuple[str, str], list[str]]:
    """Turn everybody's status; return the answers that differ to those who must not know it."""
    rank(house.factory, house.own.drive_id)
    readers = {role: _reader(house, role) for role in BLIND}
    before = {role: _said(house, role, readers[role]) for role in BLIND}

    with transaction(house.factory) as session:
        _flip(session)
    rank(house.factory, house.own.drive_id)

    differing = {}
    for role in BLIND:
        after = _said(house, role, readers[role])
        differing |= {
            (role.value, rule): _difference(before[role][rule], said)
            for rule, said in after.items()
            if said != before[role][rule]
        }
    return differing


def _difference(one: tuple[int, Any, str], other: tuple[int, Any, str]) -> list[str]:
    """Return the first lines that differ, to be read in a message."""
    if one[:2] != other[:2]:
        return [str(one[:2]), str(other[:2])]
    pairs = zip(one[2].splitlines(), other[2].splitlines(), strict=False)
    return [line for pair in pairs if pair[0] != pair[1] for line in pair][:4]


def test_who_may_know_it_sees_the_difference(house: House) -> None:
    """Else the test above would pass on pages that show nothing at all."""
    reader = _reader(house, Role.DRIVE_MANAGER)
    before = _said(house, Role.DRIVE_MANAGER, reader)

    with transaction(house.factory) as session:
        _flip(session)
    rank(house.factory, house.own.drive_id)

    after = _said(house, Role.DRIVE_MANAGER, reader)
    assert any(before[rule] != after[rule] for rule in before)
