"""The lists are exactly what sorting all eligible pairs would give (matching.md §1.5)."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.kinds import ListSide
from matcher.ranking.engine import Ranked, rank_graduates, rank_postings
from matcher.ranking.facts import GraduateFacts, PostingFacts
from matcher.ranking.order import NEUTRAL
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.snapshot import Snapshot, build_snapshot
from tests.factories.ranking import (
    KEY,
    many_graduates,
    many_postings,
    parameters,
    seeded_world,
    toy_answer,
    toy_compiler,
)
from tests.oracles.ranking import World

POSTING_SIDES = (ListSide.POSTING_ORDINARY, ListSide.POSTING_RESERVED, NEUTRAL)


def snapshot_of(
    graduates: Sequence[GraduateFacts],
    postings: Sequence[PostingFacts],
    parameters: DriveParameters | None = None,
) -> Snapshot:
    return build_snapshot(
        graduates,
        postings,
        parameters or DriveParameters(),
        compile_leaves=toy_compiler,
        lottery_key=KEY,
    )


def listed(ranked: Ranked, number: int) -> list[int]:
    partners: list[int] = ranked.partners[number, : ranked.counts[number]].tolist()
    return partners


@settings(max_examples=200, deadline=None)
@given(many_graduates(), many_postings(), parameters(), st.integers(1, 4))
def test_every_list_is_what_sorting_all_eligible_pairs_gives(
    graduates: list[GraduateFacts],
    postings: list[PostingFacts],
    drive: DriveParameters,
    length: int,
) -> None:
    world = World(graduates, postings, drive, toy_answer, KEY)
    snapshot = snapshot_of(graduates, postings, drive)

    for side in POSTING_SIDES:
        rows = [snapshot.row_of_posting(facts.id) for facts in postings]
        ranked = rank_postings(snapshot, rows, side, length=length)
        for number, facts in enumerate(postings):
            expected = world.list_of_posting(facts, side)
            assert listed(ranked, number) == expected[:length]
            assert ranked.eligible[number] == len(expected)
    rows = [snapshot.row_of_graduate(facts.id) for facts in graduates]
    ranked = rank_graduates(snapshot, rows, length=length)
    for number, person in enumerate(graduates):
        expected = world.list_of_graduate(person)
        assert listed(ranked, number) == expected[:length]
        assert ranked.eligible[number] == len(expected)


@pytest.mark.parametrize("seed", [1, 2])
def test_lists_much_shorter_than_the_candidates_are_exact_too(seed: int) -> None:
    graduates, postings = seeded_world(400, 60, seed)
    world = World(graduates, postings, DriveParameters(), toy_answer, KEY)
    snapshot = snapshot_of(graduates, postings)

    rows = [snapshot.row_of_posting(facts.id) for facts in postings]
    by_posting = {side: rank_postings(snapshot, rows, side, length=5) for side in POSTING_SIDES[:2]}
    sample = graduates[::9]
    rows = [snapshot.row_of_graduate(facts.id) for facts in sample]
    by_graduate = rank_graduates(snapshot, rows, length=5)

    for number, facts in enumerate(postings):
        for side, ranked in by_posting.items():
            assert listed(ranked, number) == world.list_of_posting(facts, side)[:5]
    for number, person in enumerate(sample):
        assert listed(by_graduate, number) == world.list_of_graduate(person)[:5]
