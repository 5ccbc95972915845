"""Entitlements (政策待遇) in words: answers and their lines, facts with where they are known from, steps."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from matcher.kinds import EducationLevel
from matcher.kinds.entitlements import EntitlementAnswer, EntitlementState
from matcher.kinds.training import TradeLevel
from matcher.models.entitlements import EntitlementApplication, EntitlementStep
from matcher.policy import entitlement_steps
from matcher.policy.entitlement_answers import Answer, Line
from matcher.policy.entitlement_facts import Fact, FactKind, FactValue
from matcher.policy.entitlements import Rule, load_catalogue
from matcher.policy.programmes import get_programme
from matcher.services.entitlements.facts import UNKNOWN, find_fact
from matcher.services.entitlements.records import Known
from web.filters import day
from web.i18n import gettext, label, msg, translated
from web.words import places

BADGES: Mapping[EntitlementAnswer, str] = {
    EntitlementAnswer.YES: "yes",
    EntitlementAnswer.UNKNOWN: "maybe",
    EntitlementAnswer.NO: "not",
}
"""Answer → look of its badge."""

CHIPS: Mapping[EntitlementState, str] = {
    EntitlementState.CLUE: "line",
    EntitlementState.PREPARING: "on",
    EntitlementState.SUBMITTED: "on",
    EntitlementState.PUBLICITY: "hold",
    EntitlementState.PAID: "done",
    EntitlementState.RECLAIMED: "stop",
    EntitlementState.REFUSED: "stop",
    EntitlementState.EXPIRED: "stop",
    EntitlementState.DROPPED: "",
}
"""State → look of its chip."""

WAY = (
    EntitlementState.CLUE,
    EntitlementState.PREPARING,
    EntitlementState.SUBMITTED,
    EntitlementState.PUBLICITY,
    EntitlementState.PAID,
)
"""The states of the way that ends well, in order."""

_ACTS: Mapping[str, str] = {
    "opened": msg("开始办理"),
    "moved": msg("办到下一步"),
    "taken_back": msg("撤回上一步"),
    "given": msg("改跟进人或期限"),
    "listed": msg("列入发放清单"),
}

_SOURCES: Mapping[str, str] = {
    "graduate": msg("毕业生资料"),
    "household": msg("家庭档案"),
    "schooling": msg("就学情况"),
    "work": msg("就业状况"),
    "survey": msg("摸底"),
    "placement": msg("就业去向"),
    "training": msg("培训证书"),
    "ledger": msg("资金台账"),
    "employer": msg("单位资料"),
    "asked": msg("问到的"),
}

_GRADES: Mapping[str, str] = {
    "A": msg("依据原文"),
    "B": msg("依据官方网页"),
    "C": msg("依据转载，须核实"),
    "U": msg("未核实，须向当地确认"),
}


def name_of(code: str) -> str:
    """Return what an entitlement is called; the rules' own words, which are data."""
    return load_catalogue().name_of(code)


def names_of(codes: Sequence[str]) -> str:
    """Return the names of entitlements in one line."""
    return "、".join(name_of(code) for code in codes)


def programme_words(code: str) -> str:
    """Return what a programme of the ledger is called."""
    return get_programme(code).label


def papers_of(codes: Sequence[str]) -> list[str]:
    """Return the names of papers."""
    return [load_catalogue().papers[code].name for code in codes]


def grade_words(rule: Rule) -> str:
    """Return how well a rule is known."""
    return translated(_GRADES[rule.grade])


def region_words(region: str | None) -> str:
    """Return whose rule was read."""
    return places.region(region) or gettext("全国")


def rule_region(rule: Rule) -> str:
    """Return for where a rule is made."""
    return places.region(rule.region.ljust(6, "0")) if rule.region else gettext("全国")


def limit_words(rule: Rule) -> str:
    """Return how often or how long, in one line; empty where the rule sets no limit."""
    one = rule.limit
    said = [
        gettext("终身一次") if one.lifetime == 1 else "",
        gettext("最长 %(n)s 个月", n=one.months) if one.months else "",
        gettext("最多 %(n)s 次安置", n=one.placements) if one.placements else "",
        gettext("每年最多 %(n)s 次", n=one.per_year) if one.per_year else "",
    ]
    return "，".join(filter(None, said))


def value_words(fact: Fact, value: FactValue) -> str:
    """Return a known value as it is read."""
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if isinstance(value, dt.date):
        return day(value)
    if fact.kind is FactKind.CHOICE:
        return dict(choices_of(fact)).get(str(value), str(value))
    return str(value)


def stored_words(fact: Fact, value: FactValue) -> str:
    """Return a known value as a form field takes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def choices_of(fact: Fact) -> list[tuple[str, str]]:
    """Return what may be chosen as an answer to a question."""
    if fact.kind is FactKind.YES_NO:
        return [("yes", gettext("是")), ("no", gettext("否"))]
    levels = {one.value: label(one) for one in TradeLevel}
    names = {one.value: label(one) for one in EducationLevel} | levels
    return [(code, names.get(code, code)) for code in fact.choices]


def source_words(one: Known) -> str:
    """Return where a fact is known from."""
    said = translated(_SOURCES.get(one.source, one.source))
    if one.source != "asked":
        return said
    parts = [one.basis or "", day(one.on) if one.on else ""]
    return "，".join(filter(None, [said, *parts]))


def line_words(line: Line, known: Mapping[str, Known], depth: int = 0) -> list[dict[str, Any]]:
    """Return a line and its parts as rows: answer, what is asked, what is known, where from."""
    rows = [
        {
            "depth": depth,
            "badge": BADGES[line.result],
            "result": label(line.result),
            "say": line.say,
            "known": "" if line.parts else _known_words(line, known),
            "source": line.source,
        }
    ]
    for part in line.parts:
        rows += line_words(part, known, depth + 1)
    return rows


def _known_words(line: Line, known: Mapping[str, Known]) -> str:
    said = []
    for code in line.facts:
        fact = find_fact(code)
        one = known.get(code)
        if one is None:
            said.append(gettext("%(fact)s：还不知道", fact=fact.name))
        else:
            said.append(
                gettext(
                    "%(fact)s：%(value)s（%(source)s）",
                    fact=fact.name,
                    value=value_words(fact, one.value),
                    source=source_words(one),
                )
            )
    return "；".join(said)


def explanation(answer: Answer, known: Mapping[str, Known]) -> list[dict[str, Any]]:
    """Return an answer line by line."""
    return [row for line in answer.lines for row in line_words(line, known)]


def ask_names(codes: Sequence[str]) -> str:
    """Return the names of facts to ask for in one line."""
    return "、".join(find_fact(code).name for code in codes)


def question(
    code: str, known: Mapping[str, Known], *, n: int = 0, typed: str | None = None
) -> dict[str, Any]:
    """Return a question as a form shows it."""
    fact = find_fact(code)
    one = known.get(code)
    stands = stored_words(fact, one.value) if one else ""
    return {
        "code": code,
        "name": fact.name,
        "ask": fact.ask,
        "kind": fact.kind.value,
        "options": [*choices_of(fact), (UNKNOWN, gettext("还不知道"))],
        "value": stands if typed is None else typed,
        "n": n,
        "through": name_of(fact.through) if fact.through else "",
    }


def step_words(step: EntitlementStep) -> str:
    """Return what a step did."""
    if step.act == "moved" and step.actor_id is None and step.after is EntitlementState.EXPIRED:
        return gettext("过了最后一天，自动记为过期")
    return translated(_ACTS.get(step.act, step.act))


def next_states(row: EntitlementApplication, *, by_list: bool) -> list[tuple[str, str]]:
    """Return the steps that may come next; union money is not paid by hand."""
    found = [one for one in EntitlementState if entitlement_steps.may_follow(row.state, one)]
    return [
        (one.value, label(one)) for one in found if not (by_list and one is EntitlementState.PAID)
    ]
