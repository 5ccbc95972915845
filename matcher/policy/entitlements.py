"""Entitlements (政策待遇) as data: what there is, the dated regional rules, facts to ask, papers, exclusion pairs.

Nothing here decides; `entitlement_answers` does. The rule of the nearest region holds, of equals the newest, and
replaces the wider one whole: the same subsidy differs in three places in amount, window and limit.
"""

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from matcher.kinds.entitlements import EntitlementChannel, EntitlementSubject
from matcher.policy.deadlines import region_prefix
from matcher.policy.entitlement_facts import (
    RECEIVED,
    SAME_ITEM,
    Fact,
    FactKind,
    FactOf,
    FactValue,
)


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper an application needs (材料); `kinds` are papers of the household's file that are the same one."""

    code: str
    name: str
    own: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One entitlement.

    Parameters
    ----------
    own : its name on pages that tell no status; empty where it stands on none
    programme : code of `programmes.csv`, whose ledger its money stands in; empty where no money is given
    """

    code: str
    name: str
    own: str
    subject: EntitlementSubject
    programme: str


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a rule: a test of a fact, or all or any of others."""

    say: str
    fact: str = ""
    tests: tuple[tuple[str, Any], ...] = ()
    all: tuple["Condition", ...] = ()
    any: tuple["Condition", ...] = ()

    def facts(self) -> tuple[str, ...]:
        """Return the facts it reads, in order."""
        if self.fact:
            return (self.fact,)
        return tuple(fact for one in (*self.all, *self.any) for fact in one.facts())


@dataclass(frozen=True, slots=True)
class Amount:
    """How much; zero to zero where no figure is known, then `words` say it."""

    least_fen: int
    most_fen: int
    per: str
    words: str
    by_fact: str = ""
    by_value: tuple[tuple[str, int], ...] = ()

    def known_fen(self, facts: Mapping[str, FactValue]) -> int | None:
        """Return the one figure the facts lead to, or None where only bounds are known."""
        if self.by_fact:
            return dict(self.by_value).get(str(facts.get(self.by_fact, "")))
        return self.most_fen if self.least_fen == self.most_fen and self.most_fen else None


@dataclass(frozen=True, slots=True)
class Limit:
    """How often or how long; None where the rule sets no such limit."""

    lifetime: int | None = None
    months: int | None = None
    placements: int | None = None
    per_year: int | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """Until when it is applied for (申报期限)."""

    kind: str
    fact: str = ""
    months: int = 0
    on: dt.date | None = None
    opens_month: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """One entitlement as one source sets it for a region and a time; `region` is a prefix of region codes."""

    entitlement: str
    region: str
    valid_from: dt.date
    valid_to: dt.date | None
    source: str
    grade: str
    channel: EntitlementChannel
    amount: Amount
    limit: Limit
    window: Window
    papers: tuple[str, ...]
    when: tuple[Condition, ...]

    def holds(self, region: str, on: dt.date) -> bool:
        """Say whether it is in force in a region on a day."""
        in_time = self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)
        return in_time and region.startswith(self.region)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Two aids that are not had together for the same item (互斥); symmetric."""

    pair: frozenset[str]
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that is known of entitlements."""

    entitlements: Mapping[str, Entitlement]
    rules: tuple[Rule, ...]
    facts: Mapping[str, Fact]
    papers: Mapping[str, Paper]
    others: Mapping[str, str]
    exclusions: tuple[Exclusion, ...]

    def name_of(self, code: str) -> str:
        """Return what an entitlement, or an aid by others, is called."""
        found = self.entitlements.get(code)
        return found.name if found else self.others.get(code, code)

    def excluded_by(self, code: str) -> list[tuple[str, Exclusion]]:
        """Return what excludes an entitlement, ordered, each with its line."""
        found = [(next(iter(e.pair - {code})), e) for e in self.exclusions if code in e.pair]
        return sorted(found, key=lambda one: one[0])

    def fact(self, code: str) -> Fact:
        """Return how a fact is asked; those about aid had before are made from its name."""
        if code.startswith(RECEIVED):
            name = self.name_of(code.removeprefix(RECEIVED))
            ask = f"以前（包括在别的学校、别的地方）领过{name}吗？"
            return Fact(code, f"领过{name}", ask, FactKind.YES_NO, FactOf.PERSON)
        if code.startswith(SAME_ITEM):
            name = self.name_of(code.removeprefix(SAME_ITEM))
            ask = f"同一事项（同一张证书、同一份工作）已经领了{name}吗？"
            return Fact(code, f"同一事项领过{name}", ask, FactKind.YES_NO, FactOf.PERSON)
        return self.facts[code]


def _table(name: str) -> dict[str, Any]:
    text = files("matcher.policy.data").joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text)


_SHAPE = ("say", "fact", "any", "all")


def _condition(row: Mapping[str, Any]) -> Condition:
    tests = tuple((key, _test(row[key])) for key in row if key not in _SHAPE)
    return Condition(
        say=row["say"],
        fact=row.get("fact", ""),
        tests=tests or ((("is", True),) if row.get("fact") else ()),
        all=tuple(_condition(one) for one in row.get("all", ())),
        any=tuple(_condition(one) for one in row.get("any", ())),
    )


def _test(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _rule(row: Mapping[str, Any]) -> Rule:
    amount = dict(row["amount"])
    by_value = tuple(amount.pop("by_value", {}).items())
    return Rule(
        entitlement=row["entitlement"],
        region=region_prefix(row["region"]),
        valid_from=row["valid_from"],
        valid_to=row.get("valid_to"),
        source=row["source"],
        grade=row["grade"],
        channel=EntitlementChannel(row["channel"]),
        amount=Amount(**amount, by_value=by_value),
        limit=Limit(**row["limit"]),
        window=Window(**row["deadline"]),
        papers=tuple(row["papers"]),
        when=tuple(_condition(one) for one in row["when"]),
    )


def _fact(row: Mapping[str, Any]) -> Fact:
    given = dict(row) | {"kind": FactKind(row["kind"]), "of": FactOf(row["of"])}
    return Fact(**given | {"choices": tuple(row.get("choices", ()))})


@lru_cache(maxsize=1)
def load_catalogue() -> Catalogue:
    """Read both tables once per process."""
    given, rules = _table("entitlements.toml"), _table("entitlement_rules.toml")
    return Catalogue(
        entitlements={
            row["code"]: Entitlement(**row | {"subject": EntitlementSubject(row["subject"])})
            for row in rules["entitlement"]
        },
        rules=tuple(_rule(row) for row in rules["rule"]),
        facts={row["code"]: _fact(row) for row in given["fact"]},
        papers={
            row["code"]: Paper(row["code"], row["name"], row["own"], tuple(row["kinds"]))
            for row in given["paper"]
        },
        others={row["code"]: row["name"] for row in given["other"]},
        exclusions=tuple(
            Exclusion(frozenset(row["pair"]), row["source"], row["grade"])
            for row in given["exclusion"]
        ),
    )


def rules_in_force(
    region: str | None, on: dt.date, subject: EntitlementSubject | None = None
) -> list[Rule]:
    """Return for each entitlement the rule that holds in a region on a day, in the order of the table."""
    named = load_catalogue().entitlements
    return [
        one
        for one in _in_force(region or "", on)
        if subject is None or named[one.entitlement].subject is subject
    ]


@lru_cache(maxsize=256)
def _in_force(region: str, on: dt.date) -> tuple[Rule, ...]:
    """Choose once a region and day: a caseload asks for the same few regions again and again."""
    catalogue = load_catalogue()
    found = (_holding(catalogue.rules, code, region, on) for code in catalogue.entitlements)
    return tuple(
        max(holding, key=lambda one: (len(one.region), one.valid_from))
        for holding in found
        if holding
    )


def _holding(rules: Sequence[Rule], code: str, region: str, on: dt.date) -> list[Rule]:
    return [one for one in rules if one.entitlement == code and one.holds(region, on)]


def find_rule(code: str, region: str | None, on: dt.date) -> Rule | None:
    """Return the rule of one entitlement that holds in a region on a day."""
    return next((one for one in rules_in_force(region, on) if one.entitlement == code), None)
