"""Conditions tried on what is known (条件判断): each with its truth, its numbers and what it lacks."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from matcher.policy.tiers import ranges
from matcher.policy.tiers.inputs import InputKind, Inputs, largest, load_fields
from matcher.policy.tiers.ranges import Range, Truth
from matcher.policy.tiers.rule_shapes import Comparison, Condition, Figure, FlagTest, RuleSet

Truths = dict[Condition, Truth]
Ways = tuple[tuple[Condition, ...], ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One condition tried: left and right side are None for flags."""

    condition: Condition
    truth: Truth
    missing: frozenset[str]
    left: Range | None = None
    right: Range | None = None

    @property
    def margin(self) -> Fraction | None:
        """Right less left, once both are known."""
        if self.left is None or self.right is None:
            return None
        left, right = self.left.value, self.right.value
        return None if left is None or right is None else right - left


def input_range(name: str, inputs: Inputs) -> Range:
    """Return the range of an input: its value, or everything a form would take."""
    given = inputs.get(name)
    if given is not None:
        return ranges.exactly(given.value)
    field = load_fields()[name]
    is_never_nothing = name == "minimum" or field.kind is InputKind.COUNT
    return ranges.between(1 if is_never_nothing else 0, largest(field))


def figure_inputs(figure: Figure) -> tuple[str, ...]:
    """Return the names of the inputs a figure reads."""
    return (*figure.plus, *figure.minus, *(("people",) if figure.per_head else ()))


def figure_range(figure: Figure, inputs: Inputs) -> Range:
    """Return the range of a figure."""
    total = ranges.exactly(0)
    for name in figure.plus:
        total = ranges.add(total, input_range(name, inputs))
    for name in figure.minus:
        total = ranges.add(total, ranges.negate(input_range(name, inputs)))
    if figure.per_head:
        total = ranges.divide(total, input_range("people", inputs))
    return ranges.scale(total, Fraction(1, figure.months))


def _right(one: Comparison, inputs: Inputs) -> Range:
    if isinstance(one.against, int):
        return ranges.exactly(one.against)
    return ranges.scale(input_range(one.against, inputs), Fraction(one.percent, 100))


def _missing(names: Iterable[str], inputs: Inputs) -> frozenset[str]:
    return frozenset(name for name in names if name not in inputs)


def try_condition(condition: Condition, rule_set: RuleSet, inputs: Inputs) -> Finding:
    """Try one condition."""
    if isinstance(condition, FlagTest):
        given = inputs.get(condition.flag)
        truth = None if given is None else bool(given.value) is condition.wanted
        return Finding(condition, truth, _missing(condition.names, inputs))
    figure = rule_set.figures[condition.figure]
    left, right = figure_range(figure, inputs), _right(condition, inputs)
    names = [*figure_inputs(figure), *condition.names]
    truth = ranges.compare(left, condition.sign, right)
    return Finding(condition, truth, _missing(names, inputs), left, right)


def truth_of(ways: Ways, truths: Truths) -> Truth:
    """Say whether one of several lists of conditions holds as a whole."""
    return ranges.any_of(ranges.all_of(truths[one] for one in way) for way in ways)


def lacking(ways: Ways, found: dict[Condition, Finding]) -> set[str]:
    """Return what is missing in the ways that are still open; the ways that fail ask for nothing."""
    names: set[str] = set()
    for way in ways:
        parts = [found[one] for one in way]
        if ranges.all_of(part.truth for part in parts) is None:
            for part in parts:
                names |= part.missing if part.truth is None else set()
    return names
