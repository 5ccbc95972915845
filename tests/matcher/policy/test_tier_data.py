"""Rule sets and standard lines are dated, by region, with their source; amounts are exact."""

import datetime as dt

import pytest

from matcher.errors import ConfigurationError
from matcher.kinds.tiers import FactGrade, StandardKind
from matcher.policy.tiers import rule_sets
from matcher.policy.tiers.amounts import fen_of
from matcher.policy.tiers.rule_parsing import parse_rule_set
from matcher.policy.tiers.standard_lines import Standard, choose_standard, load_standards
from matcher.policy.tiers.working import caution_of


def test_the_nearest_region_of_the_day_is_chosen_and_never_an_older_generation() -> None:
    shipped = rule_sets.load_shipped()
    today = dt.date(2026, 11, 22)

    def chosen(region: str, on: dt.date) -> str | None:
        found = rule_sets.choose(shipped, region, on)
        return found.name if found else None

    assert chosen("370202", today) == "current_qingdao"
    assert chosen("640104", today) == "current"
    assert chosen("640104", dt.date(2018, 8, 1)) is None


def test_rules_out_of_their_time_say_so_in_the_working() -> None:
    old = rule_sets.find(rule_sets.load_shipped(), "yinchuan_2018")
    assert old is not None

    assert caution_of(old, "640104", dt.date(2018, 8, 1)) == ""
    assert "不能据此改类别" in caution_of(old, "640104", dt.date(2026, 1, 1))
    assert "不能据此改类别" in caution_of(old, "370202", dt.date(2018, 8, 1))


def test_every_rule_and_line_says_its_source_and_days() -> None:
    for rule_set in rule_sets.load_shipped():
        told = [rule_set.source, rule_set.near_source]
        told += [one.source for one in (*rule_set.grades, *rule_set.exclusions)]
        assert all(told), rule_set.name
    assert all(line.source for line in load_standards())


def _standard(region: str, first: dt.date, fen: int) -> Standard:
    return Standard(
        StandardKind.URBAN_MINIMUM, region, first, None, fen, "某市民政局通知", FactGrade.A
    )


def test_the_nearest_and_newest_line_holds() -> None:
    lines = [
        _standard("640100", dt.date(2025, 1, 1), 70000),
        _standard("640100", dt.date(2026, 1, 1), 72000),
        _standard("640104", dt.date(2024, 1, 1), 71000),
        _standard("640000", dt.date(2026, 6, 1), 60000),
    ]

    def line(region: str, on: dt.date) -> int | None:
        found = choose_standard(lines, StandardKind.URBAN_MINIMUM, region, on)
        return found.monthly_fen if found else None

    assert line("640105", dt.date(2025, 12, 31)) == 70000
    assert line("640105", dt.date(2026, 1, 1)) == 72000
    assert line("640104", dt.date(2026, 7, 1)) == 71000
    assert line("640200", dt.date(2026, 7, 1)) == 60000
    assert line("370202", dt.date(2026, 7, 1)) is None
    assert choose_standard(lines, StandardKind.RURAL_MINIMUM, "640104", dt.date(2026, 7, 1)) is None


@pytest.mark.parametrize("text", ["", "abc", "1.005", "NaN", "Infinity", "一百"])
def test_what_is_no_amount_in_fen_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no amount"):
        fen_of(text)


def test_a_rule_set_that_names_nothing_known_is_refused() -> None:
    text = (
        'title="x"\ngeneration="x"\nversion="1"\nregion=""\nvalid_from=2020-01-01\nsource="x"\n'
        'grade="a"\nheadline="f"\n[near]\nsource="x"\n[figures.f]\nlabel="x"\nplus=["{}"]\n'
        '[[grades]]\ncode="x"\nlabel="x"\nany=[[{{figure="f", is="<", fen=1}}]]\nsource="x"\ngrade="a"\n'
    )

    assert parse_rule_set(text.format("income"), "x").headline == "f"
    with pytest.raises(ConfigurationError):
        parse_rule_set(text.format("wages"), "x")


def test_a_grade_of_2016_never_becomes_a_tier_of_today() -> None:
    for rule_set in rule_sets.load_shipped():
        tiers = [grade.tier for grade in rule_set.grades]
        assert rule_set.sets_tiers == rule_set.name.startswith("current"), tiers
