"""Rules of who may: use cases ask, pages ask, and the list of what is public is short and known."""

import ast
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from matcher.db.engine import SessionFactory
from matcher.settings import Settings
from tests.support import tree
from web.app import create_app

_ASKING = {"require", "require_any", "scope_of"}
_OWN_ACCOUNT = "an act on the actor's own account, found by `by.account_id`"
_OWN = {
    "matcher/services/audit.py:record": "notes what was done; who did it asked before",
    "matcher/services/approvals/steps.py:advance": "the last step of use cases that asked",
    "matcher/services/approvals/steps.py:finish": "the last step of use cases that asked",
    "matcher/services/posting_gate.py:settle": "the last step of use cases that asked",
    "matcher/services/entitlements/papers.py:take_from_file": "part of `applications.start`, which asks",
    "matcher/services/entitlements/tracking.py:log": "the last step of use cases that asked",
    "matcher/services/figures/families.py:may_list": "says what the actor may do, by `may`; does nothing",
    "matcher/services/reports/comments.py:put_comment": "the last step of use cases that asked",
    "matcher/services/reports/next_acts.py:reviews": "says whose turn it is; the act itself asks",
    "matcher/services/fair_reports/events.py:write_event": "a step of use cases that asked, and of the night",
    "matcher/services/reports/sight.py:is_above": "says where the actor stands; reads the tree of unions alone",
    "matcher/services/reports/sight.py:own_unit": "says where the actor stands; reads the tree of unions alone",
    "matcher/services/reports/stepping.py:note": "the last step of use cases that asked",
    "matcher/services/reports/stepping.py:step": "the last step of use cases that asked",
    "matcher/services/tuition/standards.py:may_set": "says what the actor may do, by `may`; does nothing",
    "matcher/services/accounts.py:change_password": _OWN_ACCOUNT,
    "matcher/services/accounts.py:check_new_password": _OWN_ACCOUNT,
    "matcher/services/accounts.py:set_language": _OWN_ACCOUNT,
    "matcher/services/api_tokens.py:list_tokens": _OWN_ACCOUNT,
    "matcher/services/api_tokens.py:revoke_token": _OWN_ACCOUNT,
    "matcher/services/casework/reminders.py:list_messages": _OWN_ACCOUNT,
    "matcher/services/second_factor.py:set_up": _OWN_ACCOUNT,
    "matcher/services/sign_in_sessions.py:list_places": _OWN_ACCOUNT,
    "matcher/services/sign_in_sessions.py:list_sessions": _OWN_ACCOUNT,
    "matcher/services/sign_in_sessions.py:revoke_session": _OWN_ACCOUNT,
    "matcher/services/sign_in_sessions.py:switch_place": _OWN_ACCOUNT,
}
"""Use cases that ask nothing, each with the reason: mostly acts on the actor's own account."""

_PUBLIC_LIMIT = 21
"""Signing in, registering, language, health, words of consent, answer links (three), published rules,
published figures (two: the page and its files); more needs a reason. Those of a fair are named below."""

_FAIR_PAGE = "read by anybody at the fair's address; no person on it"
_FAIR_FORM = "a fair is open to anybody; tells nobody who is registered"
_SCANNER = "asks for the token of a paired scanner, and answers nobody else"
_OWN_LINK = "its link is all a visitor or employer has; opens that one's own page alone"
_PHONE = "known by the visitor's own page on this phone, or by the ticket's code"
_WORDS = "words or a program, the same for everybody"

_PUBLIC_OF_FAIRS = {
    "public_fairs.show": _FAIR_PAGE,
    "public_fairs.calendar_file": _FAIR_PAGE,
    "public_fairs.register_form": _FAIR_FORM,
    "public_fairs.register": _FAIR_FORM,
    "fair_wall.show": _FAIR_PAGE,
    "fair_wall.figures": _FAIR_PAGE,
    "fair_wall.said": _FAIR_PAGE,
    "fair_exit.open_survey": _FAIR_FORM,
    "fair_exit.answer_openly": _FAIR_FORM,
    "fair_after.show": _OWN_LINK,
    "fair_after.answer": _OWN_LINK,
    "fair_after.tell": _OWN_LINK,
    "fair_after.thanks": _WORDS,
    "visits.show": _OWN_LINK,
    "visits.answer": _OWN_LINK,
    "visits.calendar_file": _OWN_LINK,
    "fair_queues.index": _PHONE,
    "fair_queues.now": _PHONE,
    "fair_queues.show": _PHONE,
    "fair_queues.take": _PHONE,
    "fair_queues.leave": _PHONE,
    "door_pairing.show": "its link pairs one scanner, once, within a day",
    "door_pairing.pair": "its link pairs one scanner, once, within a day",
    "door.show": _SCANNER,
    "door.take": _SCANNER,
    "door.figures": _SCANNER,
    "door_walk_ins.form": _SCANNER,
    "door_walk_ins.admit": _SCANNER,
    "door_offline.take_list": _SCANNER,
    "door_offline.sync": _SCANNER,
    "door_offline.worker": _WORDS,
}
"""What visitors, employers and scanners of a fair reach without signing in, each with what stands before it."""


@pytest.fixture
def app(settings: Settings, sqlite_factory: SessionFactory) -> Flask:
    """Give the application as it is served."""
    made: Flask = create_app(settings, factory=sqlite_factory)
    return made


def _views(app: Flask) -> Iterator[tuple[str, str, object]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if rule.endpoint != "static":
                yield method, rule.endpoint, app.view_functions[rule.endpoint]


def _use_cases() -> dict[str, tuple[str, ast.FunctionDef]]:
    """Return every function of the services by file and name, private ones too."""
    return {
        f"{tree.name(path)}:{node.name}": (node.name, node)
        for path in tree.files(".py", under=("matcher/services",))
        for node in tree.parsed(path).body
        if isinstance(node, ast.FunctionDef)
    }


def _takes_actor(function: ast.FunctionDef) -> bool:
    arguments = [*function.args.args, *function.args.kwonlyargs]
    return any(one.arg == "by" for one in arguments)


def _hands_actor(call: ast.Call) -> bool:
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return any(isinstance(one, ast.Name) and one.id == "by" for one in given)


def _imported(module: ast.Module) -> dict[str, str]:
    """Return what the names a file imports stand for: `module.function` or `module`, dotted."""
    return {
        one.asname or one.name: f"{node.module}.{one.name}"
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom)
        for one in node.names
    }


def _calls(where: str, function: ast.FunctionDef) -> set[str]:
    """Return the functions a function hands its actor to, as `module.function`; others by bare name."""
    path = tree.ROOT / where.split(":")[0]
    imported = _imported(tree.parsed(path))
    found = set()
    for node in ast.walk(function):
        if not isinstance(node, ast.Call) or not _hands_actor(node):
            continue
        if isinstance(node.func, ast.Name):
            own = f"{_dotted(where)}.{node.func.id}"
            found.add(imported.get(node.func.id, own))
        elif isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            module = imported.get(node.func.value.id, node.func.value.id)
            found.add(f"{module}.{node.func.attr}")
    return found


def _dotted(where: str) -> str:
    return where.split(":")[0].removesuffix(".py").replace("/", ".")


def _asking() -> set[str]:
    """Return the functions that ask, themselves or by handing the actor to one that asks."""
    calls = {
        f"{_dotted(where)}.{name}": _calls(where, function)
        for where, (name, function) in _use_cases().items()
    }
    asking = {f"matcher.services.permissions.{name}" for name in _ASKING}
    while True:
        more = {name for name, called in calls.items() if called & asking}
        if more <= asking:
            return asking
        asking |= more


def test_every_use_case_with_an_actor_asks_for_a_permission_or_a_scope() -> None:
    asking = _asking()

    silent = {
        where
        for where, (name, function) in _use_cases().items()
        if not name.startswith("_")
        and _takes_actor(function)
        and f"{_dotted(where)}.{name}" not in asking
    }

    assert silent - set(_OWN) == set()
    assert set(_OWN) - silent == set()


def test_every_view_needs_a_login_but_for_a_short_list(app: Flask) -> None:
    public = {endpoint for _, endpoint, view in _views(app) if getattr(view, "is_public", False)}

    others = public - set(_PUBLIC_OF_FAIRS)
    assert set(_PUBLIC_OF_FAIRS) <= public
    assert others
    assert len(others) <= _PUBLIC_LIMIT, sorted(others)


def test_every_public_view_of_a_fair_is_counted_or_asks_for_a_scanner(app: Flask) -> None:
    """A scanner's token stops strangers by itself; all else is limited in how often one caller calls."""
    free = {_SCANNER, _WORDS}

    uncounted = {
        endpoint
        for endpoint, why in _PUBLIC_OF_FAIRS.items()
        if why not in free and not getattr(app.view_functions[endpoint], "rate_limit", None)
    }

    assert uncounted == set()


def test_nobody_who_is_not_signed_in_reads_or_changes_anything(app: Flask) -> None:
    client = app.test_client()
    answered = []
    for method, endpoint, view in _views(app):
        if getattr(view, "is_public", False):
            continue
        rule = next(one for one in app.url_map.iter_rules() if one.endpoint == endpoint)
        with app.test_request_context():
            values: dict[str, Any] = dict.fromkeys(rule.arguments, "1")
            address = app.url_for(endpoint, **values)
        if client.open(address, method=method).status_code < 300:
            answered.append(f"{method} {address}")

    assert answered == []
