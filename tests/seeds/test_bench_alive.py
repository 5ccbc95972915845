"""`yangguang bench alive` at a tiny size: what it says has the documented shape and is true."""

import json

import pytest
from click.testing import CliRunner

from seeds.alive_memory import measure_changes
from seeds.alive_shapes import AliveOut
from seeds.bench_alive import alive


def test_lists_after_made_up_changes_are_those_of_a_full_recompute() -> None:
    told = measure_changes(160, 70, 30, 3)

    assert told.equal
    assert told.compared > 200
    assert len(told.own) == len(told.redone) == 30
    assert sum(told.redone) > 0


def test_without_a_running_system_there_is_no_figure_of_one() -> None:
    asked = ["--graduates", "90", "--postings", "40", "--changes", "6", "--in-process", "--json"]
    result = CliRunner().invoke(alive, asked)

    assert result.exit_code == 0, result.output
    told = AliveOut.model_validate(json.loads(result.output))
    assert (told.graduates, told.postings, told.changes, told.equal) == (90, 40, 6, True)
    assert told.end_to_end is None
    assert told.end_to_end_p95_ms is None


def test_a_seed_below_zero_is_refused_in_words() -> None:
    result = CliRunner().invoke(alive, ["--seed", "-1", "--in-process"])

    assert result.exit_code == 2
    assert "--seed" in result.stderr


def test_a_save_in_a_running_system_shows_the_new_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    asked = ["--graduates", "60", "--postings", "30", "--changes", "2", "--saves", "4", "--json"]
    result = CliRunner().invoke(alive, asked)

    assert result.exit_code == 0, result.output
    told = AliveOut.model_validate(json.loads(result.stdout))
    assert told.end_to_end is not None
    for kind in (told.end_to_end.graduates, told.end_to_end.postings):
        assert kind.all_new
        assert kind.saves == 2
        assert 0 < kind.post_p95_ms < kind.p95_ms
    assert told.end_to_end_p95_ms == max(
        told.end_to_end.graduates.p95_ms, told.end_to_end.postings.p95_ms
    )
