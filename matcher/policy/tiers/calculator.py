"""The answer of a rule set about a household (测算): yes, no, or cannot tell and what to ask for.

The answer is the same for every value a missing input might have, or it is not given. A grade is given only when
all grades above it are ruled out; near the line the answer stands, and a person decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from matcher.kinds import HardshipTier
from matcher.kinds.tiers import TierAnswer
from matcher.policy.tiers import ranges
from matcher.policy.tiers.amounts import round_fen
from matcher.policy.tiers.findings import (
    Finding,
    Truths,
    figure_range,
    lacking,
    truth_of,
    try_condition,
)
from matcher.policy.tiers.inputs import Inputs
from matcher.policy.tiers.rule_shapes import Comparison, Condition, Grade, RuleSet


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was answered: the grade for yes, the grade met at least for unknown."""

    answer: TierAnswer
    grade: Grade | None = None
    at_least: Grade | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """An outcome with all that led to it; exact figures are fractions of fen."""

    rule_set: RuleSet
    inputs: Inputs
    choices: Mapping[str, str]
    outcome: Outcome
    found: dict[Condition, Finding]
    asked_for: tuple[str, ...]
    figure: Fraction | None
    line: Fraction | None
    is_near: bool

    @property
    def tier(self) -> HardshipTier | None:
        """Tier of the current generation the household may get."""
        grade = self.outcome.grade
        return grade.tier if grade and self.outcome.answer is TierAnswer.YES else None

    @property
    def per_head_fen(self) -> int | None:
        """The headline figure, rounded for showing."""
        return None if self.figure is None else round_fen(self.figure)

    @property
    def line_fen(self) -> int | None:
        """The line it was held against."""
        return None if self.line is None else round_fen(self.line)

    @property
    def margin_fen(self) -> int | None:
        """Line less figure."""
        return (
            None if self.figure is None or self.line is None else round_fen(self.line - self.figure)
        )


def calculate(
    rule_set: RuleSet, inputs: Inputs, choices: Mapping[str, str] | None = None
) -> Result:
    """Work out the answer of a rule set.

    Parameters
    ----------
    inputs : known values by name; others are missing
    choices : what was chosen where the source leaves a parameter open; the default otherwise
    """
    found = {one: try_condition(one, rule_set, inputs) for one in rule_set.conditions()}
    truths = {one: finding.truth for one, finding in found.items()}
    outcome = _outcome(rule_set, truths)
    near = _near(rule_set, found, truths, outcome)
    chosen = {one.name: one.default for one in rule_set.choices} | dict(choices or {})
    return Result(
        rule_set=rule_set,
        inputs=inputs,
        choices=chosen,
        outcome=outcome,
        found=found,
        asked_for=_asked_for(rule_set, found, truths, outcome),
        figure=figure_range(rule_set.figures[rule_set.headline], inputs).value,
        line=_line(rule_set, found, outcome, near),
        is_near=near is not None,
    )


def _admitted(rule_set: RuleSet, truths: Truths) -> ranges.Truth:
    """Say whether nothing excludes the household and every requirement holds."""
    excluded = ranges.any_of(truth_of(one.ways, truths) for one in rule_set.exclusions)
    required = ranges.all_of(truth_of(one.ways, truths) for one in rule_set.requirements)
    return ranges.all_of((None if excluded is None else not excluded, required))


def _outcome(rule_set: RuleSet, truths: Truths) -> Outcome:
    admitted = _admitted(rule_set, truths)
    met = [(grade, truth_of(grade.ways, truths)) for grade in rule_set.grades]
    if admitted is False or all(truth is False for _, truth in met):
        return Outcome(TierAnswer.NO)
    first = next((grade for grade, truth in met if truth is not False), None)
    sure = next((grade for grade, truth in met if truth), None)
    if admitted and first is sure:
        return Outcome(TierAnswer.YES, grade=sure)
    return Outcome(TierAnswer.UNKNOWN, at_least=sure)


def _asked_for(
    rule_set: RuleSet, found: dict[Condition, Finding], truths: Truths, outcome: Outcome
) -> tuple[str, ...]:
    """Return the names of what is missing and could still decide, in the order of the rule set."""
    if outcome.answer is not TierAnswer.UNKNOWN:
        return ()
    names: set[str] = set()
    for hurdle in (*rule_set.exclusions, *rule_set.requirements):
        if truth_of(hurdle.ways, truths) is None:
            names |= lacking(hurdle.ways, found)
    for grade in rule_set.grades:
        truth = truth_of(grade.ways, truths)
        if truth:
            break
        if truth is None:
            names |= lacking(grade.ways, found)
    return tuple(name for name in rule_set.inputs() if name in names)


def _line(
    rule_set: RuleSet,
    found: dict[Condition, Finding],
    outcome: Outcome,
    near: Finding | None,
) -> Fraction | None:
    """Return the line the headline figure is shown against: the near one, that of the grade met, or the widest."""
    if near is not None and near.right is not None and _is_headline(near.condition, rule_set):
        return near.right.value
    grades = [outcome.grade] if outcome.grade else list(rule_set.grades)
    lines = [
        right.value
        for grade in grades
        for way in grade.ways
        for one in way
        if _is_headline(one, rule_set)
        and (right := found[one].right) is not None
        and right.value is not None
    ]
    return max(lines, default=None)


def _is_headline(one: Condition, rule_set: RuleSet) -> bool:
    return isinstance(one, Comparison) and one.figure == rule_set.headline


def _near(
    rule_set: RuleSet, found: dict[Condition, Finding], truths: Truths, outcome: Outcome
) -> Finding | None:
    """Return a comparison close to its line that would change the outcome if it fell the other way."""
    if outcome.answer is TierAnswer.UNKNOWN:
        return None
    for one, finding in found.items():
        margin = finding.margin
        if margin is None or finding.right is None or finding.right.value is None:
            continue
        limit = max(
            Fraction(rule_set.near_fen), finding.right.value * Fraction(rule_set.near_percent, 100)
        )
        if abs(margin) <= limit:
            turned = _outcome(rule_set, truths | {one: not finding.truth})
            if turned != outcome:
                return finding
    return None
