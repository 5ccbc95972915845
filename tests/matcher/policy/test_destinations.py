"""A code is read with its list only; what never counts never counts; each kind of evidence has its rule."""

import datetime as dt

import pytest

from matcher.kinds.placements import DestinationGroup, EvidenceKind
from matcher.policy import destinations
from matcher.policy.destinations import CURRENT_LIST, OLDER_LIST, UNIT_LIST
from matcher.policy.internships import load_bans, sounds_like_internship
from matcher.policy.plausibility import is_implausible, size_of

_DAY = dt.date(2026, 11, 22)


def test_the_same_digits_mean_other_things_in_another_list() -> None:
    current = destinations.find_destination(CURRENT_LIST, "10", _DAY)
    older = destinations.find_destination(OLDER_LIST, "10", _DAY)

    assert current is not None
    assert older is not None
    assert (current.name, older.name) == ("签就业协议形式就业", "派遣")
    seventy = destinations.find_destination(OLDER_LIST, "70", _DAY)
    waiting = destinations.find_destination(CURRENT_LIST, "70", _DAY)
    assert seventy is not None
    assert waiting is not None
    assert (seventy.counts, waiting.counts) == (True, False)


@pytest.mark.parametrize("list_name", ["", "10", "unit_nature"])
def test_a_code_of_no_list_is_refused(list_name: str) -> None:
    with pytest.raises(ValueError, match="list"):
        destinations.find_destination(list_name, "10", _DAY)


def test_a_code_of_a_unit_is_none_of_a_destination() -> None:
    assert destinations.find_unit_nature(UNIT_LIST, "46", _DAY) is None
    found = destinations.find_unit_nature(UNIT_LIST, "31", _DAY)
    assert found is not None
    assert found.name == "国有企业"
    with pytest.raises(ValueError, match="list"):
        destinations.find_unit_nature(CURRENT_LIST, "31", _DAY)


@pytest.mark.parametrize("code", ["65", "70", "71", "72"])
def test_what_is_no_outcome_counts_nowhere_and_nothing_proves_it(code: str) -> None:
    found = destinations.find_destination(CURRENT_LIST, code, _DAY)

    assert found is not None
    assert not found.counts
    assert not any(destinations.proves(found, kind) for kind in EvidenceKind)


def test_every_row_has_its_source_and_every_outcome_its_evidence() -> None:
    for one in destinations.load_destinations():
        assert one.source
        assert one.grade in {"A", "B", "C", "U"}
        assert bool(one.evidence) == one.counts, one.qualified
        assert one.counts == (
            one.group
            not in (DestinationGroup.WAITING, DestinationGroup.NOT_NOW, DestinationGroup.EXCLUDED)
        )
    assert set(destinations.load_evidence_rules()) == set(EvidenceKind)


def test_papers_of_an_internship_prove_nothing_anywhere() -> None:
    for one in destinations.load_destinations():
        assert not destinations.proves(one, EvidenceKind.INTERNSHIP_PAPER)
    assert any("见习证明材料" in ban.words for ban in load_bans())
    assert sounds_like_internship("就业见习")
    assert not sounds_like_internship("会计")


def test_older_codes_are_read_but_not_offered() -> None:
    offered = {one.qualified for one in destinations.offered(_DAY)}

    assert f"{CURRENT_LIST}:11" in offered
    assert f"{CURRENT_LIST}:77" not in offered
    assert not any(one.startswith(OLDER_LIST) for one in offered)
    assert destinations.find_destination(CURRENT_LIST, "11", dt.date(2010, 1, 1)) is None


@pytest.mark.parametrize(
    ("n", "size", "seats", "answer"),
    [
        (5, None, 0, False),
        (6, None, 0, True),
        (6, 1000, 0, False),
        (6, 10, 0, True),
        (6, 10, 8, False),
        (301, 1000, 0, True),
    ],
)
def test_many_hires_on_a_day_are_explained_by_size_or_seats(
    n: int, size: int | None, seats: int, *, answer: bool
) -> None:
    assert is_implausible(n, least=5, percent=30, size=size, n_seats=seats) is answer


@pytest.mark.parametrize(
    ("text", "size"), [("50-99人", 99), ("1000人以上", 1000), ("不详", None), (None, None)]
)
def test_the_size_of_a_unit_is_its_largest_number(text: str | None, size: int | None) -> None:
    assert size_of(text) == size
