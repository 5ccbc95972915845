"""Rules that make tasks: each has words, and a button that leads somewhere."""

import ast
from collections.abc import Iterator

import pytest
from flask import Flask

from matcher.db.engine import SessionFactory
from matcher.services.tasks import open_task
from matcher.settings import Settings
from tests.support import tree
from web.app import create_app
from web.words.task_rules import PREFIXES, RULES, has_words, rule_of

_HANDED_ON = {
    "matcher/services/tasks.py": "the use case itself",
}
"""Files that open tasks by a rule they were given; where it comes from is looked through as well."""


def _texts() -> dict[str, set[str]]:
    """Return the texts of constants anywhere in matcher, by name; a name may stand in several files."""
    found: dict[str, set[str]] = {}
    for path in tree.files(".py", under=("matcher",)):
        for node in ast.walk(tree.parsed(path)):
            target = node.targets[0] if isinstance(node, ast.Assign) else None
            if isinstance(target, ast.Name) and isinstance(node, ast.Assign):
                texts = set(_constants(node.value))
                found.setdefault(target.id, set()).update(texts)
    return found


def _constants(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from _constants(value)


def _rules(call: ast.Call, texts: dict[str, set[str]]) -> set[str] | None:
    """Return the codes a call opens tasks by; None if they are computed elsewhere."""
    given = next((k.value for k in call.keywords if k.arg == "rule"), None)
    if isinstance(given, ast.Constant):
        return {str(given.value)}
    if isinstance(given, ast.JoinedStr) and isinstance(given.values[0], ast.Constant):
        return {str(given.values[0].value)}
    name = given.id if isinstance(given, ast.Name) else getattr(given, "attr", "")
    if isinstance(given, ast.Subscript) and isinstance(given.value, ast.Name):
        name = given.value.id
    return texts.get(name) or None


def _opened() -> dict[str, str]:
    texts, found = _texts(), {}
    for path in tree.files(".py", under=("matcher/services",)):
        for call in tree.calls(path):
            if tree.called(call) == open_task.__name__:
                for rule in _rules(call, texts) or ():
                    found[rule] = f"{tree.name(path)}:{call.lineno}"
    return found


@pytest.fixture
def app(settings: Settings, sqlite_factory: SessionFactory) -> Flask:
    """Give the application as it is served."""
    made: Flask = create_app(settings, factory=sqlite_factory)
    return made


def test_every_rule_that_opens_a_task_has_words() -> None:
    silent = {rule: where for rule, where in _opened().items() if not has_words(rule)}

    assert silent == {}


def test_every_place_that_opens_tasks_names_its_rule_where_it_can_be_read() -> None:
    texts = _texts()
    hidden = [
        f"{tree.name(path)}:{call.lineno}"
        for path in tree.files(".py", under=("matcher/services",))
        for call in tree.calls(path)
        if tree.called(call) == open_task.__name__
        and tree.name(path) not in _HANDED_ON
        and _rules(call, texts) is None
    ]

    assert hidden == []


def test_every_button_of_a_rule_leads_to_a_view_that_takes_its_argument(app: Flask) -> None:
    wrong = []
    for code, rule in {**RULES, **PREFIXES}.items():
        if not rule.endpoint:
            continue
        taken = [one.arguments for one in app.url_map.iter_rules() if one.endpoint == rule.endpoint]
        wanted = {rule.argument} if rule.argument else set()
        if wanted not in taken:
            wrong.append((code, rule.endpoint))

    assert wrong == []


def test_a_rule_nobody_told_of_is_readable() -> None:
    assert rule_of("clock.some_new_thing.first_act").what == "clock, some new thing, first act"
