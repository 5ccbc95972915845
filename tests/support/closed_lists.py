"""The closed lists of the product (代码表), wherever in `matcher.kinds` they stand."""

import importlib
import inspect
import pkgutil

from matcher import kinds
from matcher.kinds.labelled import Labelled


def closed_lists() -> dict[str, type[Labelled]]:
    """Return every closed list by name; no two may have the same."""
    modules = [kinds] + [
        importlib.import_module(f"{kinds.__name__}.{found.name}")
        for found in pkgutil.iter_modules(kinds.__path__)
    ]
    found: dict[str, type[Labelled]] = {}
    for module in modules:
        for name, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, Labelled) and kind is not Labelled:
                assert found.setdefault(name, kind) is kind, f"two closed lists are named {name}"
    return found
