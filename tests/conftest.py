"""Switches of strictness and the fixtures of `tests/support`, for every test."""

import os
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

pytest_plugins = [
    "tests.support.databases",
    "tests.support.at_once",
    "tests.support.postgres",
    "tests.support.broker",
    "tests.support.browser",
    "tests.support.order",
]

SHARED = Path(__file__).parents[2] / "shared" / "data"
"""Real tables, never part of the repository: a clone without them skips what reads them."""

_NO_TABLES = f"the real tables are not here: {SHARED} is absent"

os.environ.setdefault("YANGGUANG_CONCEPTS", "off")
"""Rankings are compared with oracles that know words alone; tests of concepts switch them on."""

hypothesis_settings.register_profile("ci", derandomize=True, max_examples=300, deadline=None)
hypothesis_settings.register_profile("here", deadline=None)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what reads the real tables or drives a browser; skip the former where there are none."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "shared_data" in fixtures:
            item.add_marker("real_tables")
        if "browser" in fixtures:
            item.add_marker("browser")
        if item.get_closest_marker("real_tables") and not SHARED.is_dir():
            item.add_marker(pytest.mark.skip(reason=_NO_TABLES))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Give the folder of the real tables, or skip."""
    if not SHARED.is_dir():
        pytest.skip(_NO_TABLES)
    return SHARED
