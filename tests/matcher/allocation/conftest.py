"""Fixtures of allocation: its kernels as plain Python, and many markets solved under the four rules of reserves."""

import sys

import pytest
from numba.core.dispatcher import Dispatcher

from tests.factories.allocation import RESERVE_RULES, ReserveRule, Solved, solve

N_MARKETS = 600
BLOCKS = 4


@pytest.fixture
def plain_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every kernel as the Python it is written in: what coverage sees, and what a reader reads."""
    names = [name for name in sys.modules if name.startswith("matcher.allocation")]
    for module in [sys.modules[name] for name in names]:
        for name, value in list(vars(module).items()):
            if isinstance(value, Dispatcher):
                monkeypatch.setattr(module, name, value.py_func)


@pytest.fixture(scope="module", params=RESERVE_RULES, ids=lambda rule: f"{rule[0]}-{rule[1]}")
def reserve_rule(request: pytest.FixtureRequest) -> ReserveRule:
    """One of the four rules after the other."""
    return request.param


@pytest.fixture(scope="module", params=range(BLOCKS), ids=lambda block: f"block{block}")
def solved(request: pytest.FixtureRequest, reserve_rule: ReserveRule) -> list[Solved]:
    """A quarter of the markets, so that several workers share them; nobody may change them."""
    return [solve(seed, reserve_rule) for seed in range(request.param, N_MARKETS, BLOCKS)]
