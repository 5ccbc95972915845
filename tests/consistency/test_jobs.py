"""Rules of background work: every name leads to a body, every body is asked for, every queue is served."""

import ast
from pathlib import Path

import pytest

from matcher.kinds import JobQueue
from matcher.services import jobs
from tests.support import tree
from workers import schedule
from workers.app import INCLUDE
from workers.runner import REGISTRY, job

pytestmark = pytest.mark.usefixtures("_registered")


@pytest.fixture(scope="module")
def _registered() -> None:
    for name in INCLUDE:
        __import__(name)


def _constants(path: Path) -> dict[str, str]:
    """Return the texts of a file's constants, by name, so that `enqueue(session, SEND_JOB)` is read."""
    return {
        node.targets[0].id: node.value.value
        for node in tree.parsed(path).body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


def _mentioned() -> set[str]:
    """Return the constants of files that ask for work: a name may reach `enqueue` through a parameter."""
    asking = [
        path
        for path in tree.files(".py")
        if any(tree.called(call) == jobs.enqueue.__name__ for call in tree.calls(path))
    ]
    return {text for path in asking for text in _constants(path).values()}


def _enqueued() -> set[str]:
    constants = {
        name: text for path in tree.files(".py") for name, text in _constants(path).items()
    }
    names = set()
    for path in tree.files(".py"):
        for call in tree.calls(path):
            if tree.called(call) != jobs.enqueue.__name__ or len(call.args) < 2:
                continue
            wanted = call.args[1]
            if isinstance(wanted, ast.Constant):
                names.add(str(wanted.value))
            elif isinstance(wanted, ast.Name | ast.Attribute):
                name = wanted.id if isinstance(wanted, ast.Name) else wanted.attr
                if name in constants:
                    names.add(constants[name])
    return names


def _scheduled() -> set[str]:
    return {line.job for line in schedule.LINES}


def _ours() -> set[str]:
    """Return the registered names of the product; other tests register bodies of their own."""
    return {
        name for name, known in REGISTRY.items() if known.body.__module__.startswith("workers.")
    }


def test_every_job_that_is_asked_for_has_a_body() -> None:
    assert _enqueued() | _scheduled() <= _ours()


def test_every_body_is_asked_for() -> None:
    assert _ours() <= _enqueued() | _scheduled() | _mentioned()


def test_every_scheduled_line_goes_to_the_queue_of_its_body() -> None:
    for line in schedule.LINES:
        assert REGISTRY[line.job].queue is line.queue
        assert line.reason


def test_every_queue_is_one_a_worker_serves() -> None:
    assert {registered.queue for registered in REGISTRY.values()} <= set(JobQueue)


def test_every_body_says_why_a_second_run_is_harmless() -> None:
    silent = [name for name, registered in REGISTRY.items() if not registered.body.__doc__]

    assert silent == []
    assert job.__doc__
