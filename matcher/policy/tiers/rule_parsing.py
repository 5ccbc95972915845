"""Reading a rule set's text (TOML): every name is checked, so that a slip is found when it is loaded."""

import tomllib
from typing import Any

from matcher.errors import ConfigurationError
from matcher.kinds import HardshipTier
from matcher.kinds.tiers import FactGrade
from matcher.policy.tiers.inputs import load_fields
from matcher.policy.tiers.rule_shapes import (
    Choice,
    Comparison,
    Condition,
    Figure,
    FlagTest,
    Grade,
    Hurdle,
    RuleSet,
)

_SIGNS = ("<", "<=", ">", ">=")


def parse_rule_set(text: str, name: str) -> RuleSet:
    """Return the rule set a text describes.

    Raises
    ------
    ConfigurationError
        The text is no TOML, lacks something, or names an input, figure or sign that does not exist.
    """
    try:
        made = _rule_set(tomllib.loads(text), name)
        _check(made)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise ConfigurationError(
            "bad_rule_set", f"困难类别规则“{name}”写得不对：{error}。请更正后再启动。", name=name
        ) from error
    return made


def _rule_set(told: dict[str, Any], name: str) -> RuleSet:
    figures = {key: _figure(key, one) for key, one in told["figures"].items()}
    return RuleSet(
        name=name,
        title=told["title"],
        generation=told["generation"],
        version=told["version"],
        region=told["region"],
        valid_from=told["valid_from"],
        valid_to=told.get("valid_to"),
        source=told["source"],
        grade=FactGrade(told["grade"]),
        headline=told["headline"],
        near_fen=told["near"].get("fen", 0),
        near_percent=told["near"].get("percent", 0),
        near_source=told["near"]["source"],
        figures=figures,
        grades=tuple(_grade(one) for one in told["grades"]),
        exclusions=tuple(_hurdle(one) for one in told.get("exclusions", ())),
        requirements=tuple(_hurdle(one) for one in told.get("requirements", ())),
        prompts=tuple(told.get("prompts", ())),
        choices=tuple(_choice(key, one) for key, one in told.get("choices", {}).items()),
        notes=tuple(told.get("notes", ())),
    )


def _figure(name: str, told: dict[str, Any]) -> Figure:
    return Figure(
        name=name,
        label=told["label"],
        plus=tuple(told["plus"]),
        minus=tuple(told.get("minus", ())),
        per_head=told.get("per_head", False),
        months=told.get("months", 1),
    )


def _ways(told: dict[str, Any]) -> tuple[tuple[Condition, ...], ...]:
    return tuple(tuple(_condition(one) for one in way) for way in told["any"])


def _condition(told: dict[str, Any]) -> Condition:
    if "flag" in told:
        return FlagTest(told["flag"], wanted=told.get("wanted", True))
    if ("of" in told) == ("fen" in told):
        raise ValueError("比较的右边须是一个项目或一个金额")
    against = told["of"] if "of" in told else int(told["fen"])
    return Comparison(told["figure"], told["is"], against, told.get("percent", 100))


def _grade(told: dict[str, Any]) -> Grade:
    tier = told.get("tier")
    return Grade(
        code=told["code"],
        label=told["label"],
        tier=HardshipTier(tier) if tier else None,
        ways=_ways(told),
        source=told["source"],
        grade=FactGrade(told["grade"]),
        note=told.get("note", ""),
    )


def _hurdle(told: dict[str, Any]) -> Hurdle:
    return Hurdle(told["label"], _ways(told), told["source"], FactGrade(told["grade"]))


def _choice(name: str, told: dict[str, Any]) -> Choice:
    options = tuple((one["value"], one["label"]) for one in told["options"])
    if told["default"] not in dict(options):
        raise ValueError(f"{name}: 默认值不在选项里")
    return Choice(name, told["label"], options, told["default"], told["note"])


def _check(made: RuleSet) -> None:
    """Raise ValueError for a name nobody knows or a test nobody can make."""
    unknown = set(made.inputs()) - set(load_fields())
    if unknown:
        raise ValueError(f"没有这些项目：{'、'.join(sorted(unknown))}")
    if made.headline not in made.figures:
        raise ValueError(f"没有这个算式：{made.headline}")
    for one in made.conditions():
        if isinstance(one, Comparison) and (
            one.figure not in made.figures or one.sign not in _SIGNS
        ):
            raise ValueError(f"比较写得不对：{one.figure} {one.sign}")
