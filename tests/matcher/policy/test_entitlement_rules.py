"""The rules of entitlements as data: regions, dates, limits, and what every line must have."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from matcher.kinds.entitlements import EntitlementAnswer, EntitlementState, EntitlementSubject
from matcher.kinds.household_facts import PaperKind
from matcher.policy import entitlement_steps, entitlements
from matcher.policy.entitlement_answers import (
    KNOWN_TESTS,
    LineKind,
    answer_all,
    answer_rule,
    rank_asks,
)
from matcher.policy.entitlements import Condition, find_rule, load_catalogue, rules_in_force
from matcher.policy.programmes import get_programme

_A = EntitlementAnswer
_TODAY = dt.date(2026, 11, 23)


def test_the_job_seeking_subsidy_is_lost_on_the_day_of_graduation() -> None:
    facts: dict[str, Any] = {
        "wants_work": True, "has_student_loan": True, "received.job_seeking": False,
        "graduates_on": dt.date(2027, 6, 30),
    }  # fmt: skip
    rule = find_rule("job_seeking", "440000", _TODAY)
    assert rule is not None

    last = answer_rule(rule, facts, dt.date(2027, 6, 29))
    lost = answer_rule(rule, facts, dt.date(2027, 6, 30))

    assert (last.result, last.closes_on) == (_A.YES, dt.date(2027, 6, 29))
    assert last.opens_on == dt.date(2026, 9, 1)
    assert last.amount_fen == 300_000
    assert lost.result is _A.NO
    assert [one.kind for one in lost.lines if one.result is _A.NO] == [LineKind.DEADLINE]


def test_a_hardship_file_alone_opens_it_nowhere_but_is_no_refusal_either() -> None:
    rule = find_rule("job_seeking", "640000", _TODAY)
    assert rule is not None
    facts: dict[str, Any] = {
        "wants_work": True, "is_hardship_household": True, "graduates_on": dt.date(2027, 6, 30),
    }  # fmt: skip

    answer = answer_rule(rule, facts, _TODAY)

    assert answer.result is _A.UNKNOWN
    assert "receives_minimum" in answer.ask


def test_a_county_takes_the_union_file_as_proof_where_the_nation_does_not() -> None:
    facts: dict[str, Any] = {
        "is_registered_unemployed": True, "is_hardship_household": True, "is_zero_employment": False,
        "receives_minimum": False, "is_disabled": False, "is_land_lost": False,
        "unemployed_since_on": _TODAY,
    }  # fmt: skip
    by_region = {
        region: next(a for a in answer_all(facts, region, _TODAY) if a.code == "difficulty").result
        for region in ("", "410328", "410000")
    }

    assert by_region == {"": _A.NO, "410328": _A.YES, "410000": _A.YES}


def test_the_newest_rule_of_the_nearest_region_is_the_one() -> None:
    def found(code: str, region: str, on: dt.date) -> tuple[str, int]:
        rule = find_rule(code, region, on)
        return (rule.region, rule.amount.most_fen) if rule else ("none", 0)

    assert found("expansion", "410000", dt.date(2025, 5, 1)) == ("", 150_000)
    assert found("expansion", "420800", dt.date(2025, 5, 1)) == ("4208", 100_000)
    assert found("expansion", "420800", dt.date(2026, 5, 1)) == ("", 150_000)
    assert found("expansion", "", dt.date(2027, 1, 1)) == ("none", 0)
    assert found("tuition_compensation", "", dt.date(2020, 1, 1))[1] == 1_200_000
    assert found("business_loan", "230100", _TODAY)[1] == 40_000_000


def test_the_first_days_of_a_rule_are_the_last_of_the_one_before() -> None:
    for rule in load_catalogue().rules:
        assert rule.valid_to is None or rule.valid_from <= rule.valid_to
    keys = [(r.entitlement, r.region, r.valid_from) for r in load_catalogue().rules]
    assert len(keys) == len(set(keys))


def test_every_row_of_the_dossier_is_there_with_source_and_grade() -> None:
    catalogue = load_catalogue()
    assert {
        "job_seeking", "internship", "insurance_unit_hard", "insurance_unit_small",
        "insurance_flexible_hard", "insurance_flexible_graduate", "public_post", "training",
        "skill", "union_training", "business_loan", "business_loan_unit", "business_grant",
        "expansion", "tuition_compensation", "enlistment", "projects", "difficulty",
        "union_job_seeking",
    } == set(catalogue.entitlements)  # fmt: skip
    for one in catalogue.rules:
        assert one.source
        assert one.grade in {"A", "B", "C", "U"}
        assert one.amount.words
        assert one.papers
        assert set(one.papers) <= set(catalogue.papers)
    for code in catalogue.entitlements:
        assert any(one.entitlement == code for one in catalogue.rules), code


def test_every_test_fact_and_paper_the_tables_name_is_known() -> None:
    catalogue = load_catalogue()

    def walk(one: Condition) -> None:
        assert one.say
        assert {name for name, _ in one.tests} <= KNOWN_TESTS
        assert not one.fact or one.fact in catalogue.facts
        assert bool(one.fact) + bool(one.any) + bool(one.all) == 1
        for part in (*one.any, *one.all):
            walk(part)

    for rule in catalogue.rules:
        for one in rule.when:
            walk(one)
    for paper in catalogue.papers.values():
        assert paper.own
        assert set(paper.kinds) <= set(PaperKind)
    for fact in catalogue.facts.values():
        assert not fact.through or fact.through in catalogue.entitlements


def test_what_a_person_reads_tells_no_status() -> None:
    for one in load_catalogue().entitlements.values():
        for word in ("困难", "零就业", "低保", "帮扶", "援助", "优先", "保底"):
            assert word not in one.own
    for paper in load_catalogue().papers.values():
        assert not {"困难", "零就业", "低保"} & {
            w for w in ("困难", "零就业", "低保") if w in paper.own
        }


def test_only_persons_or_only_units_are_answered_when_asked() -> None:
    persons = {r.entitlement for r in rules_in_force("", _TODAY, EntitlementSubject.PERSON)}
    units = {r.entitlement for r in rules_in_force("", _TODAY, EntitlementSubject.UNIT)}

    assert persons & units == set()
    assert {"expansion", "internship"} <= units


def test_the_fact_that_opens_most_is_asked_first() -> None:
    asks = rank_asks(answer_all({}, "", _TODAY, EntitlementSubject.PERSON))

    counts = [n for _, n in asks]
    assert counts == sorted(counts, reverse=True)
    assert asks[0][0] == "graduates_on"


def test_every_state_can_be_reached_and_all_but_the_last_left() -> None:
    reached = {EntitlementState.CLUE}
    for _ in EntitlementState:
        reached |= {after for one in reached for after in entitlement_steps.STEPS[one]}

    assert reached == set(EntitlementState)
    ends = [one for one, after in entitlement_steps.STEPS.items() if not after]
    assert ends == [EntitlementState.RECLAIMED]
    assert not entitlement_steps.may_follow(EntitlementState.PAID, EntitlementState.SUBMITTED)


def test_a_skill_subsidy_is_as_much_as_its_level_says() -> None:
    rule = find_rule("skill", "", _TODAY)
    assert rule is not None

    assert rule.amount.known_fen({"trade_level": "four"}) == 150_000
    assert rule.amount.known_fen({}) is None


def test_the_money_of_every_entitlement_has_a_ledger() -> None:
    for one in load_catalogue().entitlements.values():
        assert not one.programme or get_programme(one.programme).purpose


def test_the_last_day_is_still_in_time_and_the_day_after_is_not() -> None:
    facts: dict[str, Any] = {
        "unit_is_eligible": True, "contract_months": 12, "insured_months": 3,
        "graduates_on": dt.date(2026, 7, 1), "received.expansion": False,
        "same_item.hire_grant": False,
    }  # fmt: skip
    rule = find_rule("expansion", "", dt.date(2026, 12, 31))
    assert rule is not None
    assert answer_rule(rule, facts, dt.date(2026, 12, 31)).result is _A.YES
    assert answer_rule(rule, facts, dt.date(2027, 1, 1)).result is _A.NO

    flexible = find_rule("insurance_flexible_graduate", "", dt.date(2026, 7, 1))
    assert flexible is not None
    graduate: dict[str, Any] = {
        "graduates_on": dt.date(2024, 7, 1), "is_flexible_insured": True,
        "same_item.insurance_flexible_hard": False,
    }  # fmt: skip
    assert answer_rule(flexible, graduate, dt.date(2026, 7, 1)).result is _A.YES
    assert answer_rule(flexible, graduate, dt.date(2026, 7, 2)).result is _A.NO


def test_so_many_months_after_leaving_counts_the_last_day() -> None:
    rule = find_rule("insurance_unit_small", "", dt.date(2026, 7, 1))
    assert rule is not None
    facts: dict[str, Any] = {
        "unit_is_small": True, "contract_months": 12, "insured_months": 1,
        "graduates_on": dt.date(2024, 7, 1), "same_item.insurance_unit_hard": False,
    }  # fmt: skip

    assert answer_rule(rule, facts, dt.date(2026, 7, 1)).result is _A.YES
    assert answer_rule(rule, facts, dt.date(2026, 7, 2)).result is _A.NO


def test_an_older_rule_of_the_place_stands_before_a_newer_one_of_the_nation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wide = find_rule("business_loan", "", _TODAY)
    assert wide is not None
    newer = replace(wide, valid_from=_TODAY)
    near = replace(wide, region="2301", valid_from=dt.date(2010, 1, 1))
    catalogue = replace(load_catalogue(), rules=(newer, near))
    monkeypatch.setattr(entitlements, "load_catalogue", lambda: catalogue)
    monkeypatch.setattr(entitlements, "_in_force", entitlements._in_force.__wrapped__)

    assert find_rule("business_loan", "230102", _TODAY) is near
    assert find_rule("business_loan", "640100", _TODAY) is newer
