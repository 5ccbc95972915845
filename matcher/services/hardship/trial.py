"""Trying out a rule set without a file (试算): nothing is kept, nobody is named."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from matcher.kinds.tiers import StandardKind
from matcher.policy.tiers import rule_sets as known
from matcher.policy.tiers.calculator import Result, calculate
from matcher.policy.tiers.inputs import Given, Origin
from matcher.policy.tiers.rule_shapes import RuleSet
from matcher.policy.tiers.working import caution_of, write_working
from matcher.services.hardship.assessment_facts import describe
from matcher.services.hardship.rule_sets import get_rule_set, known_rule_sets
from matcher.services.hardship.standard_lines import line_for
from matcher.services.permissions import Actor, Permission, require


@dataclass(frozen=True, kw_only=True)
class TrialWish:
    """What is tried: rule set by name (None for the one in force), region, day, urban or rural line, parameters."""

    rule_set: str | None = None
    region: str = ""
    on: dt.date
    kind: StandardKind = StandardKind.URBAN_MINIMUM
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Trial:
    """The rule set that was found, the line that is known, and the result once values were given."""

    rules: RuleSet | None
    known: dict[str, Given]
    result: Result | None = None
    working: tuple[dict[str, Any], ...] = ()


def try_out(
    session: Session, by: Actor, wish: TrialWish, values: Mapping[str, Given] | None
) -> Trial:
    """Work out typed values; without values only the rule set and the local line are looked up."""
    require(by, Permission.VIEW_FILES)
    if wish.rule_set:
        rules: RuleSet | None = get_rule_set(session, wish.rule_set)
    else:
        rules = known.choose(known_rule_sets(session), wish.region, wish.on)
    if rules is None:
        return Trial(None, {})
    told: dict[str, Given] = {}
    if "minimum" in rules.inputs() and wish.region:
        line = line_for(session, by.union_id, wish.kind, wish.region, wish.on)
        if line is not None:
            note = describe(line.kind, line.region, line.source)
            told["minimum"] = Given(line.monthly_fen, Origin.TABLE, note)
    if values is None:
        return Trial(rules, told)
    options = {choice.name: dict(choice.options) for choice in rules.choices}
    chosen = {name: value for name, value in wish.choices.items() if value in options.get(name, ())}
    result = calculate(rules, {**told, **values}, chosen)
    caution = caution_of(rules, wish.region or rules.region, wish.on)
    return Trial(rules, told, result, tuple(write_working(result, caution)))
