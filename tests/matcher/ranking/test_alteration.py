"""A snapshot under other parameters is the one that would have been built under them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.kinds import EducationLevel, ListSide, MajorLevel, Mobility
from matcher.kinds.ranking_studies import EducationRule, PlaceRule
from matcher.ranking.alteration import PART_FIELDS, altered, most_points, without_part
from matcher.ranking.change import LiveState
from matcher.ranking.engine import rank_graduates, rank_postings
from matcher.ranking.explain import explain_pair
from matcher.ranking.facts import GraduateFacts, PostingFacts
from matcher.ranking.live_lists import ListSource
from matcher.ranking.parameters import DriveParameters, PartPoints
from matcher.ranking.snapshot import Snapshot, build_snapshot
from matcher.ranking.touched import NOTHING
from tests.factories.ranking import KEY, major, many_graduates, many_postings, toy_compiler

POINTS = PartPoints(major_leaf=3000, major_class=2800, text=900, second_major=50, pay=10, unit=700)


def built(
    people: Sequence[GraduateFacts], offers: Sequence[PostingFacts], parameters: DriveParameters
) -> Snapshot:
    return build_snapshot(people, offers, parameters, compile_leaves=toy_compiler, lottery_key=KEY)


def lists_of(snapshot: Snapshot) -> dict[tuple[ListSide, int], tuple[list[int], list[int]]]:
    found = {}
    for side in ListSide:
        graduates = side is ListSide.GRADUATE
        table = snapshot.graduates if graduates else snapshot.postings
        rows = range(len(table))
        ranked = (
            rank_graduates(snapshot, rows, length=50)
            if graduates
            else rank_postings(snapshot, rows, side, length=50)
        )
        for row in rows:
            key = side, int(table.id[row])
            n = ranked.counts[row]
            found[key] = ranked.keys[row, :n].tolist(), ranked.partners[row, :n].tolist()
    return found


def rules() -> st.SearchStrategy[DriveParameters]:
    return st.builds(
        DriveParameters,
        points=st.sampled_from([PartPoints(), POINTS]),
        place_rule=st.sampled_from(PlaceRule),
        education_rule=st.sampled_from(EducationRule),
        counts_second_major=st.booleans(),
        equal_width=st.sampled_from([0, 300]),
    )


@settings(deadline=None, max_examples=30)
@given(many_graduates(), many_postings(), rules())
def test_altering_gives_the_lists_of_building_anew(
    people: list[GraduateFacts], offers: list[PostingFacts], wanted: DriveParameters
) -> None:
    before = built(people, offers, DriveParameters())
    hash_before = before.content_hash()

    found = altered(before, wanted)

    assert lists_of(found) == lists_of(built(people, offers, wanted))
    assert before.content_hash() == hash_before


@settings(deadline=None, max_examples=30)
@given(many_graduates(), many_postings(), rules(), st.data())
def test_a_changed_row_comes_under_the_rules_too(
    people: list[GraduateFacts],
    offers: list[PostingFacts],
    wanted: DriveParameters,
    data: st.DataObject,
) -> None:
    state = LiveState(
        built(people, offers, wanted),
        compile_leaves=toy_compiler,
        lottery_key=KEY,
        lists=ListSource(lambda _side: NOTHING),
    )
    if people:
        gone = data.draw(st.sampled_from(people))
        state.apply_graduate(gone.id, None)
        people = [one for one in people if one is not gone]
        if people:
            again = people[0]
            state.apply_graduate(again.id, again)

    settled = state.settled()

    assert lists_of(settled) == lists_of(
        build_snapshot(
            people,
            offers,
            wanted,
            compile_leaves=toy_compiler,
            lottery_key=KEY,
            text_model=settled.codebook.text,
        )
    )


def test_rules_that_were_applied_cannot_be_turned_back() -> None:
    made = built([], [], DriveParameters(place_rule=PlaceRule.LISTED))

    with pytest.raises(ValueError, match="rules of admission"):
        altered(made, DriveParameters())
    altered(made, DriveParameters(place_rule=PlaceRule.LISTED, equal_width=7))


ONE = GraduateFacts(
    1, 1, EducationLevel.COLLEGE, (major(MajorLevel.BACHELOR, "020101"), major(MajorLevel.BACHELOR, "030101")),
    places=("370100",), mobility=Mobility.LISTED,
)  # fmt: skip


@pytest.mark.parametrize(
    ("offer", "wanted", "n_before", "n_after"),
    [
        ({"place": "371600"}, DriveParameters(place_rule=PlaceRule.PROVINCE), 0, 1),
        (
            {"education_min": EducationLevel.BACHELOR},
            DriveParameters(education_rule=EducationRule.FOR_CONFIRMATION),
            0,
            1,
        ),
        (
            {"requirement": "bachelor/leaf:030101=yes"},
            DriveParameters(counts_second_major=False),
            1,
            0,
        ),
    ],
)
def test_a_rule_opens_or_closes_what_it_says(
    offer: dict[str, object], wanted: DriveParameters, n_before: int, n_after: int
) -> None:
    given_offer = {"requirement": "bachelor/leaf:020101=yes", "place": "370100"} | offer
    before = built([ONE], [PostingFacts(1, 1, **given_offer)], DriveParameters())  # type: ignore[arg-type]  # by name

    after = altered(before, wanted)

    assert rank_graduates(before, [0], length=5).eligible.tolist() == [n_before]
    ranked = rank_graduates(after, [0], length=5)
    assert ranked.eligible.tolist() == [n_after]
    if wanted.education_rule is EducationRule.FOR_CONFIRMATION:
        assert not ranked.keys[0, 0] >> 61 & 1


@pytest.mark.parametrize("part", PART_FIELDS)
def test_a_part_left_out_gives_nothing_and_keeps_who_is_eligible(part: str) -> None:
    offers = [
        PostingFacts(
            n, n, "bachelor/gate:02=yes", place="370100", pay_high_yuan=5000, text="会计财务"
        )
        for n in (1, 2)
    ]
    one = replace(ONE, text="会计财务")
    before = built([one], offers, DriveParameters())

    after = altered(before, without_part(before.parameters, part))

    parts = {one.name: one.points for one in explain_pair(after, 0, 0).parts}
    assert parts[part] == 0
    assert most_points(after.parameters.points, part) == 0
    assert rank_graduates(after, [0], length=5).eligible.tolist() == [2]


def test_parameters_are_read_back_as_written_and_say_no_more_than_they_did() -> None:
    plain = DriveParameters()
    changed = replace(plain, place_rule=PlaceRule.LISTED, cap_per_seat=40, floor_per_graduate=3)

    assert "cap_per_seat" not in plain.to_dict()
    assert DriveParameters.from_dict(plain.to_dict()) == plain
    assert DriveParameters.from_dict(changed.to_dict()) == changed
