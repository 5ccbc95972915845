"""The contract of `yangguang bench door`: once only through the real server, and the shapes that are documented.

No time is asserted: the machine has other things to do.
"""

import json
import re
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest

from matcher.errors import ConfigurationError
from matcher.settings import Settings
from tests.support import tree
from web.bench_door import DoorOut, measure_door
from web.bench_door_day import DayOut, measure_day
from web.bench_door_house import gunicorn_argv, open_house
from web.bench_door_percentiles import percentile
from workers.units import units_of

_Out = TypeVar("_Out", DoorOut, DayOut)


def _documented(name: str) -> dict[str, Any]:
    page = (tree.ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    shown = re.search(rf"<!-- shape: {name} -->\n```json\n(.*?)\n```", page, re.DOTALL)
    assert shown is not None
    found: dict[str, Any] = json.loads(shown[1])
    return found


def _aside(measure: Callable[[], _Out]) -> _Out:
    """Measure in a thread of its own: a browser's event loop may still be going in the tests' own thread."""
    with ThreadPoolExecutor(max_workers=1) as aside:
        return aside.submit(measure).result()


@pytest.mark.slow
@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_the_last_place_and_one_ticket_admit_one_through_the_real_server(
    dialect: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    address = request.getfixturevalue("postgres_url") if dialect == "postgresql" else None

    measured: DoorOut = _aside(lambda: measure_door(300, 4, address, lambda _: None))

    assert (measured.dialect, measured.scans) == (dialect, 300)
    assert measured.admitted_of_64_at_last_place == 1
    assert measured.admitted_of_64_with_one_ticket == 1
    assert (measured.admitted_again, measured.is_consistent) == (0, True)
    assert measured.targets.once_only
    assert set(json.loads(measured.model_dump_json())) == set(_documented("bench door"))


@pytest.mark.slow
@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_a_day_with_a_killed_server_loses_nothing_and_counts_nobody_twice(
    dialect: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    address = request.getfixturevalue("postgres_url") if dialect == "postgresql" else None

    lived: DayOut = _aside(lambda: measure_day(6, 300, address, lambda _: None))

    assert lived.wrong == []
    assert (lived.dialect, lived.entrants, lived.kills) == (dialect, 300, 1)
    assert lived.walked_in == 3
    assert lived.answers["full"] == 6 + lived.walked_in, (
        "tickets too many, and places walk-ins took"
    )
    assert lived.contacts > 0
    assert set(json.loads(lived.model_dump_json())) == set(_documented("bench door --day"))


def test_the_web_is_measured_as_up_starts_it(settings: Settings) -> None:
    web = next(unit for unit in units_of(settings) if unit.name == "web")

    assert gunicorn_argv(settings) == web.argv
    assert web.argv[0] == sys.executable


def test_a_server_that_cannot_be_reached_is_said_clearly() -> None:
    with (
        pytest.raises(ConfigurationError) as refused,
        open_house("postgresql://nobody@127.0.0.1:1/nothing"),
    ):
        pass

    assert refused.value.code == "bench_database"


def test_percentiles_of_few() -> None:
    assert [percentile([], 95), percentile([7.0], 95), percentile([1.0, 3.0], 50)] == [0, 7.0, 2.0]
