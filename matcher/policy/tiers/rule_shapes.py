"""The shape of a rule set (规则集): figures, lines, conditions, grades, exclusions, each with its source."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from matcher.kinds import HardshipTier
from matcher.kinds.tiers import FactGrade


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount worked out of inputs: sums and differences, by head, by month."""

    name: str
    label: str
    plus: tuple[str, ...]
    minus: tuple[str, ...]
    per_head: bool
    months: int


@dataclass(frozen=True, slots=True)
class FlagTest:
    """A flag that must be as wanted."""

    flag: str
    wanted: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """Inputs it reads beside figures."""
        return (self.flag,)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure against a share of an input (of the line, as a rule), or against an amount the rule names itself."""

    figure: str
    sign: str
    against: str | int
    percent: int = 100

    @property
    def names(self) -> tuple[str, ...]:
        """Inputs it reads beside figures."""
        return (self.against,) if isinstance(self.against, str) else ()


Condition = FlagTest | Comparison


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade of a generation (类别): any of several lists of conditions that all hold."""

    code: str
    label: str
    tier: HardshipTier | None
    ways: tuple[tuple[Condition, ...], ...]
    source: str
    grade: FactGrade
    note: str = ""


@dataclass(frozen=True, slots=True)
class Hurdle:
    """An exclusion (排除情形) or a requirement that stands before all grades."""

    label: str
    ways: tuple[tuple[Condition, ...], ...]
    source: str
    grade: FactGrade


@dataclass(frozen=True, slots=True)
class Choice:
    """A parameter the source leaves open (口径), shown in the working."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    default: str
    note: str


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All of one generation in one place."""

    name: str
    title: str
    generation: str
    version: str
    region: str
    valid_from: dt.date
    valid_to: dt.date | None
    source: str
    grade: FactGrade
    headline: str
    """Figure shown large, on the bar to the line."""
    near_fen: int
    near_percent: int
    near_source: str
    figures: dict[str, Figure]
    grades: tuple[Grade, ...]
    exclusions: tuple[Hurdle, ...] = ()
    requirements: tuple[Hurdle, ...] = ()
    prompts: tuple[str, ...] = ()
    """Flags that remind a person and decide nothing."""
    choices: tuple[Choice, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def prefix(self) -> str:
        """Digits by which the codes of the region and all below it begin."""
        for empty in ("0000", "00"):
            if self.region.endswith(empty):
                return self.region.removesuffix(empty)
        return self.region

    @property
    def sets_tiers(self) -> bool:
        """Whether a file may get a tier by it."""
        return any(grade.tier for grade in self.grades)

    def holds(self, region: str, on: dt.date) -> bool:
        """Say whether it applies in a region on a day."""
        in_time = self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)
        return in_time and region.startswith(self.prefix)

    def conditions(self) -> Iterator[Condition]:
        """Give every condition."""
        parts: list[Grade | Hurdle] = [*self.grades, *self.exclusions, *self.requirements]
        for part in parts:
            for way in part.ways:
                yield from way

    def inputs(self) -> tuple[str, ...]:
        """Return the names of the inputs it reads, each once, prompts last."""
        names: list[str] = []
        for figure in self.figures.values():
            names += [*figure.plus, *figure.minus, *(["people"] if figure.per_head else [])]
        for one in self.conditions():
            names += one.names
        return tuple(dict.fromkeys([*names, *self.prompts]))
