"""Working age (法定劳动年龄): from sixteen to the retirement age, which moves by birth month since 2025.

Whoever would have reached the former age before the rule began retires at the former age. From then on each
`months_per_step` months of birth add one month, up to the cap. Early or later retirement by choice (弹性退休) is a
fact of the person, not of the rule: somebody retired is not counted whatever the age.
"""

import csv
import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from matcher.policy.deadlines import add_months

_YEAR = 12


@dataclass(frozen=True, slots=True)
class RetirementRule:
    """One class of the decision: former age, speed and cap, with its source."""

    name: str
    valid_from: dt.date
    start_age: int
    base_age: int
    months_per_step: int
    capped_age: int
    source: str
    grade: str

    def months_at_retirement(self, birth_on: dt.date) -> int:
        """Return the retirement age of somebody born on a day, in months."""
        base = self.base_age * _YEAR
        late = _month(birth_on) + base - _month(self.valid_from)
        if late < 0:
            return base
        delay = late // self.months_per_step + 1
        return base + min(delay, (self.capped_age - self.base_age) * _YEAR)

    def retires_on(self, birth_on: dt.date) -> dt.date:
        """Return the day the retirement age is reached."""
        return add_months(birth_on, self.months_at_retirement(birth_on))


def _month(day: dt.date) -> int:
    return day.year * _YEAR + day.month - 1


@lru_cache(maxsize=1)
def load_rules() -> dict[str, RetirementRule]:
    """Read the table once per process."""
    table = files("matcher.policy.data").joinpath("retirement.csv").read_text(encoding="utf-8")
    return {
        row["class"]: RetirementRule(
            name=row["class"],
            valid_from=dt.date.fromisoformat(row["valid_from"]),
            start_age=int(row["start_age"]),
            base_age=int(row["base_age"]),
            months_per_step=int(row["months_per_step"]),
            capped_age=int(row["capped_age"]),
            source=row["source"],
            grade=row["grade"],
        )
        for row in csv.DictReader(table.splitlines())
    }


@dataclass(frozen=True, slots=True)
class WorkingSpan:
    """From which day somebody is of working age, and the first day no more; two ends if the class is not known."""

    from_on: dt.date
    earliest_end_on: dt.date
    latest_end_on: dt.date

    def holds(self, day: dt.date) -> bool | None:
        """Say whether somebody is of working age on a day; None if that hangs on the class of the post."""
        if day < self.from_on or day >= self.latest_end_on:
            return False
        return True if day < self.earliest_end_on else None


def rules_for(sex: str | None, original_age: int | None) -> list[RetirementRule]:
    """Return the classes a person may fall under, by sex and the former age of a woman's post."""
    rules = load_rules()
    if sex == "male":
        return [rules["man"]]
    if sex == "female" and original_age is not None:
        return [rules[f"woman_{original_age}"]]
    women = [rules["woman_50"], rules["woman_55"]]
    return women if sex == "female" else [*women, rules["man"]]


def working_span(birth_on: dt.date, sex: str | None, original_age: int | None) -> WorkingSpan:
    """Return the working age of a person.

    Parameters
    ----------
    sex : male, female, or None if it is not known
    original_age : 50 or 55, the former age of a woman's post; None if it is not known
    """
    rules = rules_for(sex, original_age)
    ends = [rule.retires_on(birth_on) for rule in rules]
    start = add_months(birth_on, rules[0].start_age * _YEAR)
    return WorkingSpan(start, min(ends), max(ends))
