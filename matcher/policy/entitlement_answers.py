"""Whether somebody may claim an entitlement: 可享, 不可享 or 缺信息, line by line, with what to ask and until when.

Three-valued from end to end: a line is no only if the known facts make it so, an answer is no only if a line is.
A fact more therefore never turns a yes into something else, nor a no; a property test holds it.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from matcher.kinds.entitlements import EntitlementAnswer, EntitlementSubject
from matcher.policy.deadlines import add_months
from matcher.policy.entitlement_facts import RECEIVED, SAME_ITEM, FactValue
from matcher.policy.entitlements import Condition, Rule, Window, load_catalogue, rules_in_force

Facts = Mapping[str, FactValue]
"""Known facts by code; a fact nobody knows is absent."""

_A = EntitlementAnswer


class LineKind(StrEnum):
    """What a line of an answer is about."""

    CONDITION = "condition"
    LIFETIME = "lifetime"
    EXCLUSION = "exclusion"
    DEADLINE = "deadline"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an answer: what is asked, what came out, by which facts; `parts` of an any or all."""

    kind: LineKind
    say: str
    result: EntitlementAnswer
    facts: tuple[str, ...] = ()
    parts: tuple["Line", ...] = ()
    source: str = ""

    def ask(self) -> tuple[str, ...]:
        """Return the facts whose answer could still settle this line."""
        if self.result is not _A.UNKNOWN:
            return ()
        if self.parts:
            return tuple(fact for part in self.parts for fact in part.ask())
        return self.facts


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered about one entitlement.

    Parameters
    ----------
    opens_on, closes_on : first and last day to apply; None where no day is known
    with_others : entitlements that are also yes and exclude this one: one of them is to be chosen
    amount_fen : the one figure the facts lead to; None where the rule knows bounds or words only
    """

    rule: Rule
    result: EntitlementAnswer
    lines: tuple[Line, ...]
    opens_on: dt.date | None
    closes_on: dt.date | None
    amount_fen: int | None
    with_others: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """Return the entitlement's code."""
        return self.rule.entitlement

    @property
    def ask(self) -> tuple[str, ...]:
        """Return the facts to ask for, each once; none where the answer stands."""
        if self.result is not _A.UNKNOWN:
            return ()
        return tuple(dict.fromkeys(fact for line in self.lines for fact in line.ask()))

    def is_open(self, today: dt.date) -> bool:
        """Say whether it may be applied for today, as far as days are known."""
        begun = self.opens_on is None or self.opens_on <= today
        return begun and (self.closes_on is None or today <= self.closes_on)


def _all(results: Sequence[EntitlementAnswer]) -> EntitlementAnswer:
    if _A.NO in results:
        return _A.NO
    return _A.UNKNOWN if _A.UNKNOWN in results else _A.YES


def _any(results: Sequence[EntitlementAnswer]) -> EntitlementAnswer:
    if _A.YES in results:
        return _A.YES
    return _A.UNKNOWN if _A.UNKNOWN in results else _A.NO


def _age(birth_on: dt.date, today: dt.date) -> int:
    return today.year - birth_on.year - ((today.month, today.day) < (birth_on.month, birth_on.day))


_TESTS: Mapping[str, Callable[[Any, Any, dt.date], bool]] = {
    "is": lambda value, wanted, today: value is wanted,
    "in": lambda value, wanted, today: value in wanted,
    "least": lambda value, wanted, today: value >= wanted,
    "most": lambda value, wanted, today: value <= wanted,
    "passed": lambda value, wanted, today: (value <= today) is wanted,
    "months_after_most": lambda value, wanted, today: today <= add_months(value, wanted),
    "months_since_least": lambda value, wanted, today: add_months(value, wanted) <= today,
    "age_least": lambda value, wanted, today: _age(value, today) >= wanted,
    "age_most": lambda value, wanted, today: _age(value, today) <= wanted,
    "graduation_year": lambda value, wanted, today: (value.year == today.year) is wanted,
}
"""Each test of a known fact; a test the data names and nobody wrote here fails when the table is read."""

KNOWN_TESTS = frozenset(_TESTS)


def _judge(condition: Condition, facts: Facts, today: dt.date) -> Line:
    if condition.fact:
        value = facts.get(condition.fact)
        if value is None:
            result = _A.UNKNOWN
        else:
            met = all(_TESTS[name](value, wanted, today) for name, wanted in condition.tests)
            result = _A.YES if met else _A.NO
        return Line(LineKind.CONDITION, condition.say, result, (condition.fact,))
    parts = tuple(_judge(one, facts, today) for one in (condition.any or condition.all))
    found = (_any if condition.any else _all)([part.result for part in parts])
    return Line(LineKind.CONDITION, condition.say, found, condition.facts(), parts)


def _not_had(kind: LineKind, say: str, fact: str, facts: Facts, source: str = "") -> Line:
    """Return the line that asks for the absence of something had."""
    had = facts.get(fact)
    result = _A.UNKNOWN if had is None else _A.NO if had else _A.YES
    return Line(kind, say, result, (fact,), source=source)


def _days(
    window: Window, facts: Facts, today: dt.date
) -> tuple[dt.date | None, dt.date | None, str]:
    """Return first and last day to apply, and the fact still missing for them."""
    if window.kind == "until":
        return None, window.on, ""
    if window.kind == "months_after":
        begun = facts.get(window.fact)
        if not isinstance(begun, dt.date):
            return None, None, window.fact
        return None, add_months(begun, window.months), ""
    if window.kind == "graduation":
        graduates_on = facts.get("graduates_on")
        if not isinstance(graduates_on, dt.date):
            return None, None, "graduates_on"
        closes_on = graduates_on - dt.timedelta(days=1)
        return _school_year_begins(graduates_on, window.opens_month), closes_on, ""
    return None, None, ""


def _school_year_begins(graduates_on: dt.date, month: int) -> dt.date:
    """Return the first day of the school year somebody graduates in (毕业学年)."""
    begins = dt.date(graduates_on.year, month, 1)
    return begins if begins < graduates_on else dt.date(graduates_on.year - 1, month, 1)


def _deadline_line(
    window: Window, closes_on: dt.date | None, missing: str, today: dt.date
) -> Line | None:
    say = {"graduation": "毕业前申请", "months_after": "在期限内申请", "until": "政策还在执行"}
    if window.kind not in say:
        return None
    result = _A.UNKNOWN if closes_on is None else _A.YES if today <= closes_on else _A.NO
    return Line(LineKind.DEADLINE, say[window.kind], result, (missing,) if missing else ())


def answer_rule(rule: Rule, facts: Facts, today: dt.date) -> Answer:
    """Return the answer one rule gives to the facts that are known."""
    catalogue = load_catalogue()
    code = rule.entitlement
    lines = [_judge(condition, facts, today) for condition in rule.when]
    if rule.limit.lifetime is not None:
        lines.append(_not_had(LineKind.LIFETIME, "以前没有领过", RECEIVED + code, facts))
    for other, pair in catalogue.excluded_by(code):
        say = f"同一事项没有领{catalogue.name_of(other)}"
        lines.append(_not_had(LineKind.EXCLUSION, say, SAME_ITEM + other, facts, pair.source))
    opens_on, closes_on, missing = _days(rule.window, facts, today)
    deadline = _deadline_line(rule.window, closes_on, missing, today)
    if deadline is not None:
        lines.append(deadline)
    return Answer(
        rule=rule,
        result=_all([line.result for line in lines]),
        lines=tuple(lines),
        opens_on=opens_on,
        closes_on=closes_on,
        amount_fen=rule.amount.known_fen(facts),
    )


def answer_all(
    facts: Facts, region: str | None, today: dt.date, subject: EntitlementSubject | None = None
) -> list[Answer]:
    """Return the answers of all entitlements in force; those that exclude one another are marked on both."""
    found = [answer_rule(rule, facts, today) for rule in rules_in_force(region, today, subject)]
    yes = {one.code for one in found if one.result is _A.YES}
    excluded_by = load_catalogue().excluded_by
    return [
        replace(one, with_others=tuple(c for c, _ in excluded_by(one.code) if c in yes))
        if one.code in yes
        else one
        for one in found
    ]


def rank_asks(answers: Sequence[Answer]) -> list[tuple[str, int]]:
    """Return the facts to ask for with how many entitlements each concerns, the most useful first."""
    counts: dict[str, int] = {}
    for one in answers:
        for fact in one.ask:
            counts[fact] = counts.get(fact, 0) + 1
    order = {fact: at for at, fact in enumerate(counts)}
    return sorted(counts.items(), key=lambda item: (-item[1], order[item[0]]))
