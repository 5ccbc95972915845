"""Entitlements: unknown never yields no, a fact more never takes an answer back, and an oracle agrees."""

import datetime as dt
import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.kinds.entitlements import EntitlementAnswer
from matcher.policy.entitlement_answers import (
    Answer,
    answer_all,
    answer_rule,
)
from matcher.policy.entitlements import load_catalogue
from tests.oracles import entitlements as oracle

_A = EntitlementAnswer
_TODAY = dt.date(2026, 11, 23)
_RULES = range(len(load_catalogue().rules))
_DATES = st.one_of(
    st.dates(dt.date(2023, 1, 1), dt.date(2028, 12, 31)),
    st.dates(dt.date(1998, 1, 1), dt.date(2012, 12, 31)),
    st.sampled_from(
        [_TODAY, _TODAY + dt.timedelta(1), dt.date(2024, 2, 29), dt.date(2002, 11, 23)]
    ),
)


def _value(fact: str) -> st.SearchStrategy[Any]:
    kind = oracle.kind_of(fact)
    if kind == "yes_no":
        return st.booleans()
    if kind == "date":
        return _DATES
    if kind == "choice":
        return st.sampled_from(oracle.KINDS[fact]["choices"])
    return st.sampled_from([0, 1, 2, 3, 4, 5, 9, 10, 11, 12, 36, 999])


@st.composite
def _cases(draw: st.DrawFn) -> tuple[int, dict[str, Any], frozenset[str]]:
    """Draw a rule, all its facts, and which of them are not known."""
    at = draw(st.sampled_from(_RULES))
    facts = sorted(oracle.facts_of(oracle.RULES[at]))
    whole = {fact: draw(_value(fact)) for fact in facts}
    hidden = draw(st.frozensets(st.sampled_from(facts), max_size=len(facts)))
    return at, whole, hidden


def _answer(at: int, facts: dict[str, Any], today: dt.date = _TODAY) -> Answer:
    return answer_rule(load_catalogue().rules[at], facts, today)


def _without(facts: dict[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    return {fact: value for fact, value in facts.items() if fact not in hidden}


@given(_cases(), st.dates(dt.date(2024, 1, 1), dt.date(2028, 12, 31)))
def test_where_everything_is_known_the_answer_is_the_slow_one(
    case: tuple[int, dict[str, Any], frozenset[str]], today: dt.date
) -> None:
    at, whole, _ = case

    answer = _answer(at, whole, today)

    assert answer.result is (_A.YES if oracle.claims(oracle.RULES[at], whole, today) else _A.NO)
    assert answer.ask == ()


@given(_cases())
def test_a_fact_more_never_takes_a_yes_or_a_no_back(
    case: tuple[int, dict[str, Any], frozenset[str]],
) -> None:
    at, whole, hidden = case
    before = _answer(at, _without(whole, hidden))

    for fact in sorted(hidden):
        after = _answer(at, _without(whole, hidden - {fact}))
        assert before.result in (_A.UNKNOWN, after.result)


_FEW: dict[str, list[Any]] = {
    "yes_no": [True, False],
    "date": [
        dt.date(2001, 1, 1),
        dt.date(2008, 1, 1),
        dt.date(2025, 6, 30),
        _TODAY,
        dt.date(2027, 6, 30),
    ],
    "count": [0, 2, 3, 7, 12, 999],
}


@settings(max_examples=150)
@given(_cases())
def test_an_answer_over_what_is_known_holds_however_the_rest_turns_out(
    case: tuple[int, dict[str, Any], frozenset[str]],
) -> None:
    """Unknown never yields no: a no stays one for every completion, and a yes too."""
    at, whole, hidden = case
    few = sorted(hidden)[:4]
    answer = _answer(at, _without(whole, frozenset(few)))
    values = [_FEW.get(oracle.kind_of(f)) or list(oracle.KINDS[f]["choices"]) for f in few]

    found = {
        oracle.claims(oracle.RULES[at], whole | dict(zip(few, one, strict=True)), _TODAY)
        for one in itertools.product(*values)
    }

    if answer.result is _A.YES:
        assert found == {True}
    if answer.result is _A.NO:
        assert found == {False}


@pytest.mark.parametrize("at", _RULES)
def test_of_somebody_unknown_nothing_is_refused_and_all_is_asked(at: int) -> None:
    answer = _answer(at, {})
    ended = oracle.RULES[at]["deadline"].get("on", _TODAY) < _TODAY

    assert answer.result is (_A.NO if ended else _A.UNKNOWN)
    if not ended:
        assert set(answer.ask) == oracle.facts_of(oracle.RULES[at])
        for fact in answer.ask:
            assert load_catalogue().fact(fact).ask.endswith(("？", "。"))


@given(_cases())
def test_what_is_asked_is_what_is_not_known_and_only_while_open(
    case: tuple[int, dict[str, Any], frozenset[str]],
) -> None:
    at, whole, hidden = case

    answer = _answer(at, _without(whole, hidden))

    assert set(answer.ask) <= hidden
    assert bool(answer.ask) is (answer.result is _A.UNKNOWN)


def test_exclusion_is_symmetric_and_names_what_there_is() -> None:
    catalogue = load_catalogue()
    known = set(catalogue.entitlements) | set(catalogue.others)
    for pair in catalogue.exclusions:
        assert len(pair.pair) == 2
        assert pair.pair <= known
    for code in known:
        for other, _ in catalogue.excluded_by(code):
            assert code in [back for back, _ in catalogue.excluded_by(other)]


@given(st.fixed_dictionaries({fact: _value(fact) for fact in sorted(oracle.KINDS)}))
def test_of_two_that_exclude_each_other_both_say_so_or_none(facts: dict[str, Any]) -> None:
    for pair in oracle.PAIRS:
        facts |= {f"same_item.{code}": False for code in pair}
    answers = {one.code: one for one in answer_all(facts, None, _TODAY)}

    for one in answers.values():
        for other in one.with_others:
            assert one.code in answers[other].with_others
            assert one.result is answers[other].result is _A.YES
