"""The command `yangguang`: verbs by entry point, exit codes, JSON in failure too."""

import json
from collections.abc import Callable
from typing import Any

import click
import pytest

from matcher.cli import entry
from matcher.errors import RuleBrokenError


class Verb:
    """An entry point that needs no installed package."""

    def __init__(self, command: object) -> None:
        self._command = command

    def load(self) -> object:
        return self._command


@pytest.fixture
def verb(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Give what registers a function as the verb `try`."""

    def register(body: Callable[[], Any]) -> None:
        command = click.Command(
            "try",
            callback=lambda as_json: body(),
            params=[click.Option(["--json", "as_json"], is_flag=True)],
        )
        monkeypatch.setattr(entry, "_verbs", lambda: {"try": Verb(command)})

    return register


@pytest.mark.parametrize(("answer", "code"), [(None, 0), (0, 0), (1, 1), (2, 2)])
def test_a_verb_ends_with_the_code_it_returns(
    verb: Callable[..., None], answer: int | None, code: int
) -> None:
    verb(lambda: answer)

    assert entry.outcome(["try"]) == code


def test_an_error_of_the_product_is_told_in_words_and_ends_with_1(
    verb: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse() -> None:
        raise RuleBrokenError("no_drive", "没有这个活动。")

    verb(refuse)

    assert entry.outcome(["try"]) == 1

    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "yangguang: 没有这个活动。\n")


def test_with_json_standard_output_carries_json_alone_in_failure_too(
    verb: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse() -> None:
        raise RuleBrokenError("no_drive", "没有这个活动。")

    verb(refuse)

    assert entry.outcome(["try", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "no_drive"
    assert entry.outcome(["try", "--json", "--wrong"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "usage"


def test_wrong_usage_is_a_failure_and_not_a_check_that_was_not_met(
    verb: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    verb(lambda: 0)

    assert entry.outcome(["try", "--wrong"]) == 1
    assert entry.outcome(["no-such-verb"]) == 1
    assert "--wrong" in capsys.readouterr().err


def test_what_is_no_command_is_not_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(entry, "_verbs", lambda: {"try": Verb("a string")})

    with pytest.raises(TypeError, match="try is not a click command"):
        entry.outcome(["try"])
