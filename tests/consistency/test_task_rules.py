"""Rules that make tasks: each has words, and a button that leads somewhere."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

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


@cache
def _assigned(path: Path) -> dict[str, set[str]]:
    """Return the texts that names of a file stand for, module constants and local variables alike."""
    found: dict[str, set[str]] = {}
    for function in tree.functions(path):
        answers = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
        texts = {text for one in answers if one is not None for text in _constants(one)}
        found.setdefault(function.name, set()).update(texts)
    for node in ast.walk(tree.parsed(path)):
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign):
            targets = [node.target]
        value = getattr(node, "value", None)
        for target in targets:
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            for one in names:
                if isinstance(one, ast.Name) and value is not None:
                    found.setdefault(one.id, set()).update(_constants(value))
        if isinstance(node, ast.For) and isinstance(node.target, ast.Tuple | ast.Name):
            names = node.target.elts if isinstance(node.target, ast.Tuple) else [node.target]
            for one in names:
                if isinstance(one, ast.Name):
                    found.setdefault(one.id, set()).update(_constants(node.iter))
    return found


def _constants(node: ast.AST) -> Iterator[str]:
    """Give every text in an expression, and `name:` of every name that may stand for one."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Name | ast.Attribute):
        yield f"name:{node.id if isinstance(node, ast.Name) else node.attr}"
    elif isinstance(node, ast.Call):
        yield from _constants(node.func)
    else:
        for one in ast.iter_child_nodes(node):
            yield from _constants(one)


def _all() -> dict[str, set[str]]:
    """Return the constants of all files by name: what a file imports, it has from one of them."""
    found: dict[str, set[str]] = {}
    for path in tree.files(".py", under=("matcher",)):
        for name, texts in _assigned(path).items():
            if name.isupper():
                found.setdefault(name, set()).update(texts)
    return found


def _imported(path: Path) -> dict[str, set[str]]:
    """Return the constants a file has from others by name: from the very module, since names repeat."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree.parsed(path)):
        source = tree.ROOT / f"{(getattr(node, 'module', None) or '').replace('.', '/')}.py"
        if isinstance(node, ast.ImportFrom) and source.is_file():
            theirs = _assigned(source)
            for one in node.names:
                if one.name.isupper() and one.name in theirs:
                    found[one.asname or one.name] = theirs[one.name]
    return found


def _resolved(name: str, own: dict[str, set[str]], every: dict[str, set[str]]) -> set[str]:
    """Return the codes a name may stand for: this file's before others', through three names at most."""
    texts, codes = own.get(name) or every.get(name) or set(), set[str]()
    for _ in range(3):
        codes |= {text for text in texts if _CODE.fullmatch(text)}
        further = {text.removeprefix("name:") for text in texts if text.startswith("name:")}
        texts = set().union(*(own.get(one) or every.get(one) or set() for one in further))
    return codes


_CODE = re.compile(r"[a-z_]+\.[a-z_.]+|employer_recheck|graduate_confirm|pledge_lowered")
"""How a rule is written; other texts in an expression are not rules."""


def _rules(call: ast.Call, own: dict[str, set[str]], every: dict[str, set[str]]) -> set[str]:
    """Return the codes a call opens tasks by; none if they are computed elsewhere."""
    given = next((k.value for k in call.keywords if k.arg == "rule"), None)
    if isinstance(given, ast.Constant):
        return {str(given.value)}
    if isinstance(given, ast.JoinedStr) and isinstance(given.values[0], ast.Constant):
        return {str(given.values[0].value)}
    if given is None:
        return set()
    names = {text.removeprefix("name:") for text in _constants(given) if text.startswith("name:")}
    return set().union(*(_resolved(name, own, every) for name in names))


def _calls() -> Iterator[tuple[str, str, set[str]]]:
    """Give every call that opens tasks: its file, where, and by which codes."""
    every = _all()
    for path in tree.files(".py", under=("matcher/services",)):
        opening = [one for one in tree.calls(path) if tree.called(one) == open_task.__name__]
        own = {**_imported(path), **_assigned(path)} if opening else {}
        for call in opening:
            where = f"{tree.name(path)}:{call.lineno}"
            yield tree.name(path), where, _rules(call, own, every)


@pytest.fixture
def app(settings: Settings, sqlite_factory: SessionFactory) -> Flask:
    """Give the application as it is served."""
    made: Flask = create_app(settings, factory=sqlite_factory)
    return made


def test_every_rule_that_opens_a_task_has_words() -> None:
    silent = {rule: where for _, where, rules in _calls() for rule in rules if not has_words(rule)}

    assert silent == {}


def test_every_place_that_opens_tasks_names_its_rule_where_it_can_be_read() -> None:
    hidden = [where for file, where, rules in _calls() if not rules and file not in _HANDED_ON]

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
    assert rule_of("some_new_thing.first_act").what == "some new thing, first act"
