"""What one change would open equals ranking each change separately, the slow way (issue 5, clause 9)."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from matcher.kinds import EducationLevel, MajorLevel, Mobility
from matcher.ranking.facts import GraduateFacts, PostingFacts
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.snapshot import build_snapshot
from matcher.ranking.what_if import (
    Change,
    ChangeKind,
    asked_certificates,
    changed,
    in_wish,
    newly_open,
    open_postings,
    posting_occupations,
    posting_places,
)
from tests.factories.ranking import (
    CERTIFICATES,
    KEY,
    OCCUPATIONS,
    PLACES,
    graduate_facts,
    major,
    many_postings,
    toy_answer,
    toy_compiler,
)
from tests.oracles.ranking import World

CHANGES = [
    *(Change(ChangeKind.CERTIFICATE, name) for name in CERTIFICATES),
    *(Change(ChangeKind.PLACE, code) for code in PLACES),
    *(Change(ChangeKind.MOBILITY, kind.value) for kind in Mobility),
    *(Change(ChangeKind.OCCUPATION, code) for code in OCCUPATIONS),
]


def slowly_open(person: GraduateFacts, postings: Sequence[PostingFacts]) -> set[int]:
    """Ask every pair separately, in plain Python."""
    world = World([person], postings, DriveParameters(), toy_answer, KEY)
    pairs = {posting.id: world.pair(person, posting) for posting in postings}
    return {number for number, pair in pairs.items() if pair is not None and pair.certain}


def with_change(person: GraduateFacts, change: Change) -> list[GraduateFacts]:
    """Write the changed person as plain facts; a fourth place is somebody else with that place alone."""
    if change.kind is ChangeKind.CERTIFICATE:
        return [replace(person, certificates=(*person.certificates, change.value))]
    if change.kind is ChangeKind.MOBILITY:
        return [replace(person, mobility=Mobility(change.value))]
    if change.kind is ChangeKind.OCCUPATION:
        return [person]
    if len(person.places) < 3:
        return [replace(person, places=(*person.places, change.value))]
    return [person, replace(person, places=(change.value,))]


@settings(max_examples=60, deadline=None)
@given(graduate_facts(1), many_postings(12))
def test_all_changes_at_once_open_what_each_opens_by_itself(
    person: GraduateFacts, postings: list[PostingFacts]
) -> None:
    snapshot = build_snapshot(
        [person], postings, DriveParameters(), compile_leaves=toy_compiler, lottery_key=KEY
    )

    now, *then = newly_open(snapshot, person, CHANGES)

    before = slowly_open(person, postings)
    assert set(now.tolist()) == before
    for change, opened in zip(CHANGES, then, strict=True):
        after = set.union(*(slowly_open(one, postings) for one in with_change(person, change)))
        assert opened.tolist() == sorted(after - before), change


@settings(max_examples=40, deadline=None)
@given(graduate_facts(1), many_postings(12))
def test_an_occupation_brings_open_postings_into_the_wishes_and_opens_none(
    person: GraduateFacts, postings: list[PostingFacts]
) -> None:
    snapshot = build_snapshot(
        [person], postings, DriveParameters(), compile_leaves=toy_compiler, lottery_key=KEY
    )
    (now,) = open_postings(snapshot, [person])

    brought = in_wish(snapshot, person, now, OCCUPATIONS)

    for code, ids in zip(OCCUPATIONS, brought, strict=True):
        wanted = {one.id for one in postings if one.occupation == code}
        wanted = set() if code in person.occupations else wanted
        assert set(ids.tolist()) == wanted & set(now.tolist())


def person_of(**changes: object) -> GraduateFacts:
    fields: dict[str, object] = {
        "id": 1,
        "entry_number": 1,
        "education": EducationLevel.BACHELOR,
        "majors": (major(MajorLevel.BACHELOR, "020101"),),
        "places": ("370100",),
    }
    return GraduateFacts(**(fields | changes))  # type: ignore[arg-type]  # by name


def test_a_verdict_to_be_confirmed_is_no_open_posting() -> None:
    person = person_of()
    postings = [
        PostingFacts(1, 1, "bachelor/any:=maybe", EducationLevel.COLLEGE, "370100"),
        PostingFacts(2, 2, "bachelor/any:=yes", None, "370100"),
        PostingFacts(3, 3, "bachelor/any:=yes", EducationLevel.COLLEGE, "370100"),
    ]
    snapshot = build_snapshot(
        [person], postings, DriveParameters(), compile_leaves=toy_compiler, lottery_key=KEY
    )

    assert [ids.tolist() for ids in open_postings(snapshot, [person])] == [[3]]


@pytest.mark.parametrize("places", [("370100",), ("370100", "370600", "410100")])
def test_each_kind_of_change_opens_what_stood_behind_it_alone(places: tuple[str, ...]) -> None:
    person = person_of(places=places)
    postings = [
        PostingFacts(1, 1, "bachelor/any:=yes", EducationLevel.COLLEGE, "370100"),
        PostingFacts(2, 2, "bachelor/any:=yes", EducationLevel.COLLEGE, "310115"),
        PostingFacts(3, 3, "bachelor/any:=yes", EducationLevel.COLLEGE, "371600"),
        PostingFacts(
            4, 4, "bachelor/any:=yes", EducationLevel.COLLEGE, "370100", certificates=("电工",)
        ),
        PostingFacts(
            5, 5, "bachelor/any:=yes", EducationLevel.COLLEGE, "310115", certificates=("电工",)
        ),
    ]
    snapshot = build_snapshot(
        [person], postings, DriveParameters(), compile_leaves=toy_compiler, lottery_key=KEY
    )
    changes = [
        Change(ChangeKind.CERTIFICATE, "电工"),
        Change(ChangeKind.PLACE, "310115"),
        Change(ChangeKind.MOBILITY, "province"),
        Change(ChangeKind.MOBILITY, "anywhere"),
        Change(ChangeKind.OCCUPATION, "2-02-10-03"),
    ]

    found = [ids.tolist() for ids in newly_open(snapshot, person, changes)]

    assert found == [[1], [4], [2], [3], [2, 3], []]


def test_what_may_be_asked_comes_from_the_postings() -> None:
    person = person_of(certificates=("电工",))
    postings = [
        PostingFacts(1, 1, "", place="410100", occupation="2-02-10-03", certificates=("初级会计",)),
        PostingFacts(2, 2, ""),
    ]
    snapshot = build_snapshot(
        [person], postings, DriveParameters(), compile_leaves=toy_compiler, lottery_key=KEY
    )

    assert asked_certificates(snapshot) == ["初级会计"]
    assert posting_places(snapshot) == ["410100"]
    assert posting_occupations(snapshot) == ["2-02-10-03"]


@pytest.mark.parametrize("n_postings", [10_000])
def test_256_changes_at_ten_thousand_postings_in_reach_take_seconds_at_most(
    n_postings: int, record_property: Callable[[str, object], None]
) -> None:
    random = np.random.default_rng(7)
    kinds = ("bachelor/any:=yes", "bachelor/gate:02=yes", "bachelor/class:0201=yes")
    postings = [
        PostingFacts(
            number,
            number,
            str(random.choice(kinds)),
            EducationLevel.COLLEGE,
            f"{random.integers(11, 66)}{random.integers(1, 9):02d}00",
            certificates=(f"证书{random.integers(60)}",) if random.random() < 0.5 else (),
        )
        for number in range(n_postings)
    ]
    person = person_of(mobility=Mobility.ANYWHERE)
    snapshot = build_snapshot(
        [person], postings, DriveParameters(), compile_leaves=toy_compiler, lottery_key=KEY
    )
    certificates = [Change(ChangeKind.CERTIFICATE, name) for name in asked_certificates(snapshot)]
    places = [Change(ChangeKind.PLACE, code) for code in posting_places(snapshot)]
    changes = [*certificates, *places][:256]
    assert len(changes) == 256
    newly_open(snapshot, person, changes[:1])

    began = time.perf_counter()
    found = newly_open(snapshot, person, changes)
    took = time.perf_counter() - began

    record_property("milliseconds", round(took * 1000))
    assert len(found) == 257
    assert took < 5
    assert changed(person, changes[0]).certificates == (changes[0].value,)
