"""Packages count what was promised: a slow oracle that looks at every act again says the same."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.kinds.casework import ActOutcome, ServiceKind
from matcher.policy import packages
from matcher.policy.deadlines import add_months
from matcher.policy.packages import CountedAct, PackageItem

_FROM = dt.date(2026, 7, 1)
_DAYS = st.dates(dt.date(2026, 5, 1), dt.date(2028, 12, 31))
_ACTS = st.lists(
    st.builds(CountedAct, st.sampled_from(ServiceKind), st.sampled_from(ActOutcome), _DAYS),
    max_size=30,
)


def _slow(code: str, acts: list[CountedAct], today: dt.date) -> list[tuple[int, dt.date]]:
    """Count by walking day by day through the running time; nothing shared with the product but the data."""
    package = packages.find_package(code)
    assert package is not None
    first = _FROM
    while package.repeats and add_months(first, package.months) <= today:
        first = min(
            day
            for day in (first + dt.timedelta(days=n) for n in range(27, 800))
            if day >= add_months(first, package.months)
        )
    last = add_months(first, package.months) - dt.timedelta(days=1)
    found = []
    for part in package.parts:
        n = 0
        for act in acts:
            fits = act.kind in part.kinds and act.outcome in part.outcomes
            late = act.happened_on > last and package.repeats
            n += fits and act.happened_on >= first and not late
        found.append((n, last))
    return found


@given(_ACTS, st.dates(_FROM, dt.date(2028, 12, 31)), st.sampled_from(["131", "1131", "311"]))
def test_counting_agrees_with_an_oracle_and_not_with_the_order_of_the_acts(
    acts: list[CountedAct], today: dt.date, code: str
) -> None:
    package = packages.find_package(code)
    assert package is not None

    items = packages.count_items(package, _FROM, acts, today)

    assert [(item.done, item.due_on) for item in items] == _slow(code, acts, today)
    assert items == packages.count_items(package, _FROM, reversed(acts), today)
    for item in items:
        assert item.missing == max(0, item.wanted - item.done)
        assert len(item.picture) == item.wanted
        assert item.picture.count("○") == item.missing


def test_131_is_one_guidance_three_recommendations_and_training_or_internship() -> None:
    package = packages.find_package("131")
    assert package is not None
    day = dt.date(2026, 8, 1)
    done = ActOutcome.DONE
    acts = [
        CountedAct(ServiceKind.GUIDANCE, done, day),
        CountedAct(ServiceKind.RECOMMENDATION, done, day),
        CountedAct(ServiceKind.RECOMMENDATION, ActOutcome.DECLINED, day),
        CountedAct(ServiceKind.GUIDANCE, ActOutcome.NO_ANSWER, day),
        CountedAct(ServiceKind.INTERNSHIP, done, day),
        CountedAct(ServiceKind.TRAINING, done, _FROM - dt.timedelta(days=1)),
    ]

    items = packages.count_items(package, _FROM, acts, day)

    assert [item.picture for item in items] == ["●", "●●○", "●"]
    assert items[0].due_on == dt.date(2026, 12, 31)


def test_311_begins_anew_each_year() -> None:
    package = packages.find_package("311")
    assert package is not None
    acts = [CountedAct(ServiceKind.GUIDANCE, ActOutcome.DONE, dt.date(2026, 9, 1))]

    first = packages.count_items(package, _FROM, acts, dt.date(2027, 6, 30))
    second = packages.count_items(package, _FROM, acts, dt.date(2027, 7, 1))

    assert [first[1].missing, second[1].missing] == [0, 1]
    assert second[1].due_on == dt.date(2028, 6, 30)


def test_a_region_is_offered_its_own_packages_and_the_nationwide_ones() -> None:
    day = dt.date(2026, 7, 1)

    assert [p.code for p in packages.offered_packages("430200", day)] == ["1131", "131", "311"]
    assert [p.code for p in packages.offered_packages("640104", day)] == ["1131", "131"]
    assert packages.offered_packages("640104", dt.date(2020, 1, 1)) == []


@pytest.mark.parametrize("package", packages.load_packages(), ids=lambda p: p.code)
def test_every_package_names_its_source_and_counts_no_act_twice(package: packages.Package) -> None:
    kinds = [kind for part in package.parts for kind in part.kinds]

    assert package.source
    assert package.grade in {"A", "B", "C", "U"}
    assert package.months > 0
    assert len(kinds) == len(set(kinds))
    assert all(part.times > 0 for part in package.parts)


def test_more_than_was_promised_is_never_missing() -> None:
    item = PackageItem((ServiceKind.GUIDANCE,), wanted=1, done=4, due_on=_FROM)

    assert (item.missing, item.picture) == (0, "●")
