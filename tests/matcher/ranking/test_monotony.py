"""Points of one pair never fall by giving or accepting more (matching.md §1.5, 6)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from matcher.kinds import Mobility
from matcher.ranking.facts import GraduateFacts, PostingFacts
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.parts import pair_parts
from matcher.ranking.snapshot import Snapshot, build_snapshot
from tests.factories.ranking import (
    CERTIFICATES,
    KEY,
    PLACES,
    seeded_world,
    toy_compiler,
)


def built(graduates: Sequence[GraduateFacts], postings: Sequence[PostingFacts]) -> Snapshot:
    drive = DriveParameters()
    return build_snapshot(graduates, postings, drive, compile_leaves=toy_compiler, lottery_key=KEY)


def standings_of(snapshot: Snapshot) -> dict[tuple[int, int], tuple[bool, int]]:
    """Whether an eligible pair is certain, and its points, by (graduate, posting)."""
    people, offers = snapshot.graduates.id.tolist(), snapshot.postings.id.tolist()
    pairs = [(person, offer) for person in people for offer in offers]
    parts = pair_parts(
        snapshot,
        [snapshot.row_of_graduate(person) for person, _ in pairs],
        [snapshot.row_of_posting(offer) for _, offer in pairs],
    )
    return {
        pair: (bool(part["confirmed"]), int(part["fit"]))
        for pair, part in zip(pairs, parts, strict=True)
        if part["eligible"]
    }


NODES = ("bachelor/leaf:020101=yes", "college/class:0202=maybe", "bachelor/any:=yes")
GIVEN: tuple[dict[str, Any], ...] = (
    {"certificates": CERTIFICATES},
    {"mobility": Mobility.PROVINCE},
    {"mobility": Mobility.ANYWHERE},
    *({"places": city} for city in PLACES),
)


def given_more(one: GraduateFacts, more: dict[str, Any]) -> GraduateFacts:
    """Give somebody more; a city comes last, and not to who lists none, for whom every place is open."""
    if "places" in more:
        more = {"places": (*one.places, more["places"])} if 0 < len(one.places) < 3 else {}
    if more.get("mobility") is Mobility.PROVINCE and one.mobility is Mobility.ANYWHERE:
        more = {}
    return replace(one, **more)


@pytest.mark.parametrize("seed", [1, 2])
def test_points_of_one_pair_never_fall_by_giving_more(seed: int) -> None:
    graduates, postings = seeded_world(60, 30, seed)
    before = standings_of(built(graduates, postings))

    for more in GIVEN:
        after = standings_of(built([given_more(one, more) for one in graduates], postings))
        assert all(after[pair] >= was for pair, was in before.items()), more
        assert all(after[pair][1] >= points for pair, (_, points) in before.items()), more


@pytest.mark.parametrize("node", NODES)
def test_points_of_one_pair_never_fall_by_accepting_more(node: str) -> None:
    """A pair that becomes certain stands higher whatever its points; all others keep theirs or gain."""
    graduates, postings = seeded_world(60, 30, 3)
    more_offers = [replace(one, requirement=f"{one.requirement};{node}") for one in postings]
    before = standings_of(built(graduates, postings))
    after = standings_of(built(graduates, more_offers))

    assert before.keys() <= after.keys()
    assert len(after) > 0
    for pair, (was_certain, points) in before.items():
        is_certain, points_now = after[pair]
        assert is_certain >= was_certain
        assert points_now >= points or is_certain > was_certain
