"""Rule sets of tiers (困难类别认定规则): read from dated regional data, never written in code.

Generations are never mixed: each set has grades of its own, and only a set of the current generation names the
tier a file may get. An office may lay further sets beside the shipped ones, in the same form.
"""

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

from matcher.policy.tiers.rule_parsing import parse_rule_set
from matcher.policy.tiers.rule_shapes import RuleSet


@lru_cache(maxsize=1)
def load_shipped() -> tuple[RuleSet, ...]:
    """Read the shipped sets once per process."""
    folder = files("matcher.policy.data").joinpath("tiers")
    texts = sorted(
        (one.name, one.read_text(encoding="utf-8"))
        for one in folder.iterdir()
        if one.name.endswith(".toml")
    )
    return tuple(parse_rule_set(text, name.removesuffix(".toml")) for name, text in texts)


def find(sets: Iterable[RuleSet], name: str) -> RuleSet | None:
    """Return the set of a name."""
    return next((one for one in sets if one.name == name), None)


def choose(sets: Iterable[RuleSet], region: str, on: dt.date) -> RuleSet | None:
    """Return the set that sets tiers in a region on a day: the nearest region's, the newest first."""
    holding = [one for one in sets if one.holds(region, on) and one.sets_tiers]
    return max(holding, key=lambda one: (len(one.prefix), one.valid_from), default=None)
