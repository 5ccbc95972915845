"""A changed row, then its own list and every list it touches, equal a full recompute."""

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import SnapshotError
from matcher.kinds import MajorLevel
from matcher.ranking import change
from matcher.ranking.facts import GraduateFacts, PostingFacts
from matcher.ranking.parameters import DriveParameters
from tests.factories.ranking import (
    graduate_facts,
    major,
    many_graduates,
    many_postings,
    parameters,
    posting_facts,
    seeded_world,
)
from tests.factories.ranking_office import Office, all_lists, stored_rows


@st.composite
def changes(draw: st.DrawFn) -> tuple[str, int, GraduateFacts | PostingFacts | None]:
    """One change: to rows that exist or not, entering, changing or leaving."""
    if draw(st.booleans()):
        id_ = draw(st.integers(1, 8))
        return "graduate", id_, draw(st.none() | graduate_facts(id_))
    id_ = draw(st.integers(1, 6))
    return "posting", id_, draw(st.none() | posting_facts(id_))


@settings(max_examples=120, deadline=None)
@given(
    many_graduates(6),
    many_postings(5),
    parameters(),
    st.lists(changes(), min_size=1, max_size=6),
    st.integers(1, 3),
    st.integers(1, 3),
    st.booleans(),
)
def test_lists_after_changes_equal_a_full_recompute(
    graduates: list[GraduateFacts],
    postings: list[PostingFacts],
    drive: DriveParameters,
    steps: list[tuple[str, int, GraduateFacts | PostingFacts | None]],
    length: int,
    spare: int,
    fetch_at_once: bool,
) -> None:
    drive = replace(drive, postings_length=length, graduates_length=length)
    office = Office(graduates, postings, drive, spare)

    for kind, id_, facts in steps:
        if kind == "graduate":
            assert facts is None or isinstance(facts, GraduateFacts)
            affected = office.change_graduate(id_, facts)
        else:
            assert facts is None or isinstance(facts, PostingFacts)
            affected = office.change_posting(id_, facts)
        if fetch_at_once:
            for changed in affected.others:
                office.store(changed)
    for changed in office.live.due_lists():
        office.store(changed)

    assert office.stored == office.recomputed()


def test_only_lists_that_change_are_ranked_again() -> None:
    graduates, postings = seeded_world(60, 40, 3)
    office = Office(graduates, postings, DriveParameters(postings_length=5, graduates_length=5))
    before = dict(office.known)

    affected = office.change_graduate(7, replace(graduates[6], wanted_pay_yuan=20_000))
    touched = list(affected.others)
    for changed in touched:
        office.store(changed)

    assert office.stored == office.recomputed()
    assert touched
    assert all(
        stored_rows(before[changed.side, changed.subject_id]) != stored_rows(changed.known)
        for changed in touched
    )


def test_indexing_anew_changes_no_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change, "MOST_LOOSE", 2)
    graduates, postings = seeded_world(40, 30, 4)
    office = Office(graduates, postings, DriveParameters(postings_length=5, graduates_length=5))

    for number in range(8):
        other = graduates[number + 20]
        facts = replace(graduates[number], majors=other.majors, places=other.places)
        list(map(office.store, office.change_graduate(facts.id, facts).others))
        offer = replace(postings[number], place=postings[number + 10].place)
        list(map(office.store, office.change_posting(offer.id, offer).others))
    list(map(office.store, office.change_graduate(40, None).others))

    assert office.stored == office.recomputed()


def test_a_major_nobody_had_is_asked_of_every_requirement() -> None:
    graduates, postings = seeded_world(30, 20, 5)
    office = Office(graduates, postings, DriveParameters())
    unseen = major(MajorLevel.BACHELOR, "020199")

    newcomer = replace(graduates[0], id=99, entry_number=999, majors=(unseen,))
    list(map(office.store, office.change_graduate(99, newcomer).others))
    offer = replace(postings[0], id=77, entry_number=777, requirement="bachelor/leaf:020199=yes")
    list(map(office.store, office.change_posting(77, offer).others))

    assert office.stored == office.recomputed()


def test_a_certificate_people_held_without_a_bit_asks_for_a_new_snapshot() -> None:
    graduates, postings = seeded_world(40, 3, 6)
    crowd = [
        replace(facts, certificates=(f"证{2 * number:02d}", f"证{2 * number + 1:02d}"))
        for number, facts in enumerate(graduates)
    ]
    office = Office(crowd, postings, DriveParameters())
    without_bit = next(iter(office.base.codebook.unlisted_certificates))

    with pytest.raises(SnapshotError):
        office.live.apply_posting(1, replace(postings[0], certificates=(without_bit,)))


def test_the_snapshot_given_is_left_as_it_was() -> None:
    graduates, postings = seeded_world(30, 20, 7)
    office = Office(graduates, postings, DriveParameters())
    before = office.base.content_hash()

    list(office.change_graduate(1, replace(graduates[1], id=1, entry_number=0)).others)
    list(office.change_posting(1, None).others)

    assert office.base.content_hash() == before
    assert all_lists(office.base)


def test_hundreds_of_changes_of_every_kind_equal_a_full_recompute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(change, "MOST_LOOSE", 5)
    monkeypatch.setattr(change, "RANKED_AT_ONCE", 7)
    graduates, postings = seeded_world(60, 40, 8)
    office = Office(graduates, postings, DriveParameters(postings_length=6, graduates_length=5))
    rng = np.random.default_rng(8)

    for number in range(300):
        row, other = rng.integers(0, 40, 2).tolist()
        if rng.random() < 0.5:
            affected = office.change_graduate(
                graduates[row].id, _another(graduates[row], graduates[other], number)
            )
        else:
            affected = office.change_posting(
                postings[row].id, _another_offer(postings[row], postings[other], number)
            )
        # Some are interrupted by the next change, and come later.
        for changed in islice(affected.others, int(rng.integers(0, 40))):
            office.store(changed)
    list(map(office.store, office.live.due_lists()))

    assert office.stored == office.recomputed()


def _another(own: GraduateFacts, other: GraduateFacts, number: int) -> GraduateFacts | None:
    """Change one thing of a graduate, structure among them, or take it out."""
    unseen = major(MajorLevel.BACHELOR, f"0202{number % 90 + 10}")
    choices: tuple[GraduateFacts | None, ...] = (
        None,
        own,
        replace(own, places=other.places, mobility=other.mobility),
        replace(own, majors=other.majors),
        replace(own, majors=(unseen,)),
        replace(own, text=other.text, wanted_pay_yuan=3_000 + number),
        replace(own, priority_rank=other.priority_rank),
    )
    return choices[number % len(choices)]


def _another_offer(own: PostingFacts, other: PostingFacts, number: int) -> PostingFacts | None:
    """Change one thing of a posting, structure among them, or withdraw it."""
    choices: tuple[PostingFacts | None, ...] = (
        None,
        own,
        replace(own, place=other.place),
        replace(own, requirement=other.requirement),
        replace(own, requirement=f"bachelor/class:02{number % 30:02d}=yes"),
        replace(own, text=other.text, pay_high_yuan=5_000 + number),
        replace(own, has_reserved=not own.has_reserved),
    )
    return choices[number % len(choices)]


def test_newer_changes_go_before_lists_that_are_due(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change, "RANKED_AT_ONCE", 4)
    graduates, postings = seeded_world(60, 40, 9)
    office = Office(graduates, postings, DriveParameters(postings_length=5, graduates_length=5))

    first = office.change_posting(1, replace(postings[0], pay_high_yuan=90_000)).others
    list(map(office.store, islice(first, 1)))
    office.change_posting(1, None)
    # The older iteration goes on with lists as they are now, never with those ranked before.
    list(map(office.store, first))

    assert office.stored == office.recomputed()
