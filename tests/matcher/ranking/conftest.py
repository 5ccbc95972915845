"""Fixtures of ranking: its kernels as plain Python."""

import sys

import pytest
from numba.core.dispatcher import Dispatcher


@pytest.fixture
def plain_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every kernel as the Python it is written in: what coverage sees, and what a reader reads."""
    modules = [module for name, module in sys.modules.items() if name.startswith("matcher.ranking")]
    for module in modules:
        for name, value in list(vars(module).items()):
            if isinstance(value, Dispatcher):
                monkeypatch.setattr(module, name, value.py_func)
