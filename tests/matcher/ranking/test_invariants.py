"""What holds for every drive: shards, prefixes, monotony, ties, empty sides (matching.md §1.5)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.kinds import EducationLevel, ListSide, MajorLevel, Mobility
from matcher.ranking.engine import Ranked, rank_graduates, rank_postings
from matcher.ranking.facts import GraduateFacts, PostingFacts
from matcher.ranking.order import EMPTY, NEUTRAL
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.places import city_key, is_province
from matcher.ranking.snapshot import Snapshot, build_snapshot
from matcher.ranking.work import cut_chunks, predicted_work
from tests.factories.ranking import (
    CERTIFICATES,
    KEY,
    MAJORS,
    PLACES,
    major,
    many_graduates,
    many_postings,
    seeded_world,
    toy_compiler,
)

ORDINARY = ListSide.POSTING_ORDINARY


def snapshot_of(graduates: Sequence[GraduateFacts], postings: Sequence[PostingFacts]) -> Snapshot:
    drive = DriveParameters()
    return build_snapshot(graduates, postings, drive, compile_leaves=toy_compiler, lottery_key=KEY)


def everybody_for(snapshot: Snapshot, posting_id: int) -> set[int]:
    row = snapshot.row_of_posting(posting_id)
    ranked = rank_postings(snapshot, [row], ORDINARY, length=max(1, len(snapshot.graduates)))
    return set(ranked.partners[0, : ranked.counts[0]].tolist())


def same_bytes(one: Ranked, other: Ranked) -> bool:
    return one.keys.tobytes() == other.keys.tobytes() and (
        one.partners.tobytes() == other.partners.tobytes()
    )


@pytest.mark.parametrize("target", [1, 2000, 10**9])
def test_any_cutting_into_chunks_gives_the_same_bytes(target: int) -> None:
    snapshot = snapshot_of(*seeded_world(80, 30, 1))
    whole = rank_postings(snapshot, range(30), ORDINARY, length=6)

    pieces = [
        rank_postings(snapshot, range(start, stop), ORDINARY, length=6)
        for start, stop in cut_chunks(predicted_work(snapshot, ORDINARY), target)
    ]

    glued = Ranked(
        *(
            np.concatenate([getattr(piece, name) for piece in pieces])
            for name in ("keys", "partners", "counts", "eligible")
        )
    )
    assert same_bytes(whole, glued)


def test_the_order_of_query_rows_permutes_the_output_alone() -> None:
    snapshot = snapshot_of(*seeded_world(80, 30, 2))
    order = np.random.default_rng(0).permutation(80)

    straight = rank_graduates(snapshot, range(80), length=6)
    mixed = rank_graduates(snapshot, order, length=6)

    assert np.array_equal(straight.keys[order], mixed.keys)
    assert np.array_equal(straight.partners[order], mixed.partners)


@pytest.mark.parametrize("threads", [2, 3, 16])
def test_any_number_of_threads_gives_the_same_bytes(threads: int) -> None:
    snapshot = snapshot_of(*seeded_world(80, 30, 4))

    for side in (ORDINARY, ListSide.POSTING_RESERVED):
        alone = rank_postings(snapshot, range(30), side, length=6)
        together = rank_postings(snapshot, range(30), side, length=6, threads=threads)
        assert same_bytes(alone, together)
        assert alone.counters == together.counters
    alone = rank_graduates(snapshot, range(80), length=6)
    assert same_bytes(alone, rank_graduates(snapshot, range(80), length=6, threads=threads))
    assert rank_graduates(snapshot, [], length=6, threads=threads).keys.shape == (0, 6)


def test_the_order_in_which_facts_come_changes_no_list() -> None:
    graduates, postings = seeded_world(60, 25, 8)
    rng = np.random.default_rng(1)
    straight = snapshot_of(graduates, postings)
    mixed = snapshot_of(
        [graduates[at] for at in rng.permutation(60)], [postings[at] for at in rng.permutation(25)]
    )

    one = rank_postings(straight, range(25), ORDINARY, length=6)
    other = rank_postings(mixed, range(25), ORDINARY, length=6)

    assert same_bytes(one, other)
    assert straight.content_hash() == mixed.content_hash()


@pytest.mark.parametrize("length", [1, 2, 7, 50])
def test_a_shorter_list_is_the_beginning_of_a_longer_one(length: int) -> None:
    snapshot = snapshot_of(*seeded_world(150, 30, 3))

    longer = rank_postings(snapshot, range(30), ORDINARY, length=200)
    shorter = rank_postings(snapshot, range(30), ORDINARY, length=length)

    assert np.array_equal(longer.keys[:, :length], shorter.keys)
    assert np.array_equal(longer.eligible, shorter.eligible)


@settings(max_examples=80, deadline=None)
@given(many_graduates(6), many_postings(5), st.data())
def test_giving_more_never_makes_anybody_ineligible(
    graduates: list[GraduateFacts], postings: list[PostingFacts], data: st.DataObject
) -> None:
    if not graduates:
        return
    before = snapshot_of(graduates, postings)
    person = graduates[0]
    choices: dict[str, Any] = {
        "certificates": (*person.certificates, *CERTIFICATES),
        "mobility": Mobility.ANYWHERE,
        "education": EducationLevel.DOCTOR,
        "priority_rank": 5,
    }
    if 0 < len(person.places) < 3:
        choices["places"] = (*person.places, data.draw(st.sampled_from(PLACES)))
    if len(person.majors) == 1:
        choices["majors"] = (*person.majors, data.draw(st.sampled_from(MAJORS)))
    name = data.draw(st.sampled_from(sorted(choices)))

    more = replace(person, **{name: choices[name]})
    after = snapshot_of([more, *graduates[1:]], postings)

    for posting in postings:
        assert everybody_for(before, posting.id) <= everybody_for(after, posting.id)


@settings(max_examples=60, deadline=None)
@given(many_graduates(6), many_postings(5))
def test_accepting_one_more_major_never_makes_anybody_ineligible(
    graduates: list[GraduateFacts], postings: list[PostingFacts]
) -> None:
    before = snapshot_of(graduates, postings)
    wider = [
        replace(facts, requirement=f"{facts.requirement};bachelor/leaf:050101=yes")
        for facts in postings
    ]

    after = snapshot_of(graduates, wider)

    for posting in postings:
        assert everybody_for(before, posting.id) <= everybody_for(after, posting.id)


def test_among_equals_the_lottery_decides() -> None:
    graduates, postings = seeded_world(1, 1, 1)
    crowd = [replace(graduates[0], id=n, entry_number=n, places=()) for n in range(1, 200)]
    crowd = [replace(facts, mobility=Mobility.ANYWHERE) for facts in crowd]
    offer = replace(postings[0], requirement="bachelor/any:=yes;college/any:=yes")
    snapshot = snapshot_of(crowd, [replace(offer, education_min=None)])

    ranked = rank_postings(snapshot, [0], ORDINARY, length=300)

    lottery = dict(zip(snapshot.graduates.id, snapshot.graduates.lottery, strict=True))
    order = [lottery[partner] for partner in ranked.partners[0, :199]]
    assert order == sorted(order)
    assert (ranked.keys[0, 199:] == EMPTY).all()
    assert (ranked.partners[0, 199:] == EMPTY).all()


def test_a_list_may_be_longer_than_the_other_side() -> None:
    snapshot = snapshot_of(*seeded_world(12, 9, 1))

    longer = rank_graduates(snapshot, range(12), length=500)

    assert (longer.counts == longer.eligible).all()
    assert longer.eligible.max() <= 9
    assert (longer.partners[:, 9:] == EMPTY).all()


def test_a_posting_for_any_major_finds_every_graduate_once() -> None:
    graduates, postings = seeded_world(150, 1, 3)
    offer = replace(postings[0], requirement="bachelor/any:=yes;college/any:=yes", place=None)
    snapshot = snapshot_of(graduates, [replace(offer, education_min=None)])

    ranked = rank_postings(snapshot, [0], ORDINARY, length=200)

    assert sorted(ranked.partners[0, :150]) == sorted(facts.id for facts in graduates)
    assert rank_graduates(snapshot, range(150), length=2).counts.tolist() == [1] * 150


def test_a_second_major_of_the_same_class_costs_nothing_where_the_first_is_accepted() -> None:
    graduates, postings = seeded_world(1, 1, 1)
    first, second = (major(MajorLevel.BACHELOR, code) for code in ("020101", "020102"))
    offer = replace(postings[0], requirement="bachelor/class:0201=yes", education_min=None)
    crowd = [
        replace(graduates[0], id=number, entry_number=number, majors=majors, places=())
        for number, majors in enumerate([(first,), (first, second), (second, first)], start=1)
    ]
    snapshot = snapshot_of(crowd, [offer])

    ranked = rank_postings(snapshot, [0], NEUTRAL, length=5)

    assert ranked.counts.tolist() == [3]
    assert len({key >> 32 for key in ranked.keys[0, :3].tolist()}) == 1


def test_empty_sides_and_rows_give_empty_lists() -> None:
    graduates, postings = seeded_world(5, 5, 1)
    nobody, nothing = snapshot_of([], postings), snapshot_of(graduates, [])

    assert rank_postings(nobody, range(5), ORDINARY, length=3).counts.tolist() == [0] * 5
    assert rank_graduates(nothing, range(5), length=3).counts.tolist() == [0] * 5
    assert rank_postings(nobody, [], ORDINARY, length=3).keys.shape == (0, 3)


def test_a_list_of_the_wrong_side_is_refused() -> None:
    snapshot = snapshot_of(*seeded_world(5, 5, 1))

    with pytest.raises(ValueError, match="no such list"):
        rank_postings(snapshot, [0], ListSide.GRADUATE, length=3)
    with pytest.raises(ValueError, match="no such list"):
        rank_graduates(snapshot, [0], ORDINARY, length=3)


def test_a_county_counts_as_its_city_and_a_municipality_as_one() -> None:
    assert city_key("371602") == city_key("371600") == 371600
    assert city_key("310115") == city_key("310000") == 310000
    assert city_key("419001") != city_key("419011")
    assert is_province(city_key("370000"))
    assert not is_province(city_key("110000"))


@pytest.mark.parametrize("code", ["37", "3716020", "37x602", "００００００", "000000"])
def test_what_is_no_region_code_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="region code"):
        city_key(code)


LEAF = major(MajorLevel.BACHELOR, "020101")


@pytest.mark.parametrize(
    "wrong",
    [
        {"majors": ()},
        {"majors": (LEAF, LEAF, LEAF)},
        {"places": ("370000", "410000", "110000", "120000")},
        {"places": ("37",)},
        {"priority_rank": 6},
        {"id": 2**31},
        {"entry_number": 2**32},
        {"wanted_pay_yuan": -1},
    ],
)
def test_facts_the_arrays_cannot_hold_are_refused(wrong: dict[str, object]) -> None:
    person = seeded_world(1, 0, 1)[0][0]

    with pytest.raises(ValueError, match=r"."):
        replace(person, **wrong)  # type: ignore[arg-type]  # wrong on purpose
