"""Whatever is known or missing: an answer given stands, the oracle agrees, more income never helps."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.kinds.tiers import TierAnswer
from matcher.policy.tiers import rule_sets
from matcher.policy.tiers.calculator import Outcome, calculate
from matcher.policy.tiers.inputs import Given, InputKind, largest, load_fields
from matcher.policy.tiers.rule_shapes import RuleSet
from tests.oracles.tiers import ORACLES, Facts

SETS = rule_sets.load_shipped()
LINE = 1000
"""Small amounts, so that boundaries are met often: a line of 10 yuan, amounts in steps around its multiples."""


def _value(name: str) -> st.SearchStrategy[int]:
    kind = load_fields()[name].kind
    if kind is InputKind.FLAG:
        return st.integers(0, 1)
    if kind is InputKind.COUNT:
        return st.integers(1, 4)
    if name == "minimum":
        return st.sampled_from([1, LINE, 3 * LINE])
    steps = st.integers(0, 16).map(lambda n: n * LINE * 6)
    return st.one_of(
        st.tuples(steps, st.integers(-1, 1)).map(lambda p: max(0, p[0] + p[1])),
        st.sampled_from([84000 * 12, 84000 * 24, 84000 * 24 - 1, 84000 * 36 + 1]),
        st.integers(0, 10**9 - 1),
    )


@st.composite
def _whole(draw: st.DrawFn) -> tuple[RuleSet, Facts]:
    rule_set = draw(st.sampled_from(SETS))
    return rule_set, {name: draw(_value(name)) for name in rule_set.inputs()}


def _outcome(rule_set: RuleSet, facts: Facts) -> Outcome:
    return calculate(rule_set, {name: Given(value) for name, value in facts.items()}).outcome


@given(_whole())
def test_with_everything_known_the_oracle_says_the_same(drawn: tuple[RuleSet, Facts]) -> None:
    rule_set, facts = drawn

    outcome = _outcome(rule_set, facts)

    assert outcome.answer is not TierAnswer.UNKNOWN
    assert (outcome.grade.code if outcome.grade else None) == ORACLES[rule_set.name](facts)


@given(_whole(), st.data())
def test_filling_in_what_is_missing_never_turns_an_answer(
    drawn: tuple[RuleSet, Facts], data: st.DataObject
) -> None:
    rule_set, facts = drawn
    hidden = data.draw(st.sets(st.sampled_from(sorted(facts))))
    known = {name: value for name, value in facts.items() if name not in hidden}

    before = _outcome(rule_set, known)

    if before.answer is not TierAnswer.UNKNOWN:
        assert _outcome(rule_set, facts) == before


@given(_whole(), st.data())
def test_what_is_asked_for_is_enough_for_an_answer(
    drawn: tuple[RuleSet, Facts], data: st.DataObject
) -> None:
    rule_set, facts = drawn
    hidden = data.draw(st.sets(st.sampled_from(sorted(facts))))
    known = {name: value for name, value in facts.items() if name not in hidden}
    asked = calculate(rule_set, {n: Given(v) for n, v in known.items()}).asked_for
    assert set(asked) <= hidden

    known |= {name: facts[name] for name in asked}

    assert _outcome(rule_set, known) == _outcome(rule_set, facts)


def _ends(name: str) -> tuple[int, ...]:
    """The least and the most a form takes, and something between."""
    field = load_fields()[name]
    least = 1 if name == "minimum" or field.kind is InputKind.COUNT else 0
    return tuple(sorted({least, min(4, largest(field)), largest(field)}))


@pytest.mark.parametrize("name", ["yinchuan_2018", "current"])
@given(st.data())
def test_a_missing_input_is_asked_for_only_if_it_could_change_the_answer(
    name: str, data: st.DataObject
) -> None:
    rule_set = next(one for one in SETS if one.name == name)
    facts = {name: data.draw(_value(name)) for name in rule_set.inputs()}
    facts["minimum"] = facts.get("minimum", LINE)
    hidden = sorted(data.draw(st.sets(st.sampled_from(sorted(rule_set.inputs())), max_size=4)))
    known = {n: v for n, v in facts.items() if n not in hidden}

    if _outcome(rule_set, known).answer is TierAnswer.UNKNOWN:
        met = {
            ORACLES[name](facts | dict(zip(hidden, values, strict=True)))
            for values in product(*map(_ends, hidden))
        }
        assert len(met) > 1, (known, hidden)


_RANKS = {
    "yinchuan_2018": ["student_aid"],
    "current": ["deep", "relative", "accidental"],
    "current_qingdao": ["deep", "relative", "accidental"],
}


@given(_whole(), st.integers(0, 10**6))
def test_more_income_never_leads_to_a_higher_tier(drawn: tuple[RuleSet, Facts], more: int) -> None:
    rule_set, facts = drawn
    if rule_set.name not in _RANKS:
        return
    order = [*_RANKS[rule_set.name], None]
    before = _outcome(rule_set, facts).grade
    after = _outcome(rule_set, facts | {"income": facts["income"] + more}).grade

    assert order.index(before.code if before else None) <= order.index(
        after.code if after else None
    )
