"""Who gains and who loses, counted the obvious way from whole lists."""

from dataclasses import replace

import numpy as np
import pytest

from matcher.kinds import ListSide, PriorityMode
from matcher.ranking import comparison
from matcher.ranking.alteration import altered
from matcher.ranking.comparison import compare
from matcher.ranking.engine import rank_graduates, rank_postings
from matcher.ranking.parameters import DriveParameters, PartPoints
from matcher.ranking.snapshot import Snapshot, build_snapshot
from tests.factories.ranking import KEY, seeded_world, toy_compiler

SIDES = (ListSide.POSTING_ORDINARY, ListSide.POSTING_RESERVED)
OTHER = DriveParameters(
    points=PartPoints(text=100, industry=3000), ordinary_mode=PriorityMode.BAND, postings_length=15
)


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    people, offers = seeded_world(60, 25, seed=5)
    parameters = DriveParameters(postings_length=20)
    return build_snapshot(people, offers, parameters, compile_leaves=toy_compiler, lottery_key=KEY)


def counted(snapshot: Snapshot, top: int) -> dict[int, int]:
    """Count for every graduate the lists it stands on among the first `top`."""
    counts = dict.fromkeys(snapshot.graduates.id.tolist(), 0)
    for side in SIDES:
        for row in range(len(snapshot.postings)):
            if side is ListSide.POSTING_RESERVED and not snapshot.postings.reserved[row]:
                continue
            length = snapshot.parameters.postings_length
            found = rank_postings(snapshot, [row], side, length=length)
            for one in found.partners[0, : found.counts[0]][:top].tolist():
                counts[one] += 1
    return counts


def test_gains_and_losses_are_counted_from_the_lists(snapshot: Snapshot) -> None:
    found = compare(snapshot, snapshot.parameters, OTHER, seats={})

    other = altered(snapshot, OTHER)
    before = counted(snapshot, comparison.TOP), counted(snapshot, 99)
    after = counted(other, comparison.TOP), counted(other, 99)
    for row, one in enumerate(snapshot.graduates.id.tolist()):
        old, new = (before[0][one], before[1][one]), (after[0][one], after[1][one])
        sign = (new[0] > old[0]) - (new[0] < old[0]) or (new[1] > old[1]) - (new[1] < old[1])
        assert found.graduates.sign[row] == sign
        assert (found.graduates.before.top[row], found.graduates.before.whole[row]) == old
    assert set(found.graduates.sign.tolist()) == {-1, 0, 1}


def test_the_same_rules_change_nothing(snapshot: Snapshot) -> None:
    found = compare(snapshot, snapshot.parameters, snapshot.parameters, seats={})

    assert not found.graduates.sign.any()
    assert not found.postings.sign.any()
    for one in found.overlaps.values():
        assert (one.top, one.whole, one.unchanged, one.same_first) == (1, 1, 1, 1)
    assert found.eligible[0] == found.eligible[1]


def test_examples_are_those_who_gain_most(snapshot: Snapshot) -> None:
    moves = compare(snapshot, snapshot.parameters, OTHER, seats={}).graduates
    top = moves.after.top - moves.before.top

    rows = moves.most(1, snapshot.graduates.lottery, 5)

    assert len(rows) == 5
    assert all(moves.sign[rows] == 1)
    assert top[rows].tolist() == sorted(top[rows], reverse=True)
    assert top[rows[-1]] >= max(
        top[row] for row in np.flatnonzero(moves.sign == 1) if row not in rows
    )


def test_overlap_is_by_hand() -> None:
    people, offers = seeded_world(6, 2, seed=1)
    made = build_snapshot(
        people, offers, DriveParameters(), compile_leaves=toy_compiler, lottery_key=KEY
    )
    empty = rank_postings(made, [], ListSide.POSTING_ORDINARY, length=3)
    one = replace(
        empty,
        partners=np.asarray([[1, 2, 3], [-1, -1, -1], [7, -1, -1]], dtype=np.int32),
        counts=np.asarray([3, 0, 1], dtype=np.int32),
    )
    two = replace(
        empty,
        partners=np.asarray([[1, 3, 4], [-1, -1, -1], [-1, -1, -1]], dtype=np.int32),
        counts=np.asarray([3, 0, 0], dtype=np.int32),
    )

    found = comparison.overlap(one, two)

    assert found.n_lists == 2
    assert found.whole == pytest.approx((2 / 3 + 0) / 2)
    assert (found.unchanged, found.same_first) == (0, 0.5)


def test_a_large_drive_is_compared_on_a_fair_draw(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison, "MOST_POSTINGS", 7)
    monkeypatch.setattr(comparison, "MOST_GRADUATES", 11)

    found = compare(snapshot, snapshot.parameters, OTHER, seats={})

    assert (found.n_postings, found.n_graduates) == (7, 11)
    drawn = comparison.lowest(snapshot.graduates, 11)
    rest = np.delete(snapshot.graduates.lottery, drawn)
    assert snapshot.graduates.lottery[drawn].max() <= rest.min()


def test_empty_sides_are_compared_as_well() -> None:
    nobody = build_snapshot([], [], DriveParameters(), compile_leaves=toy_compiler, lottery_key=KEY)

    found = compare(nobody, nobody.parameters, OTHER, seats={})

    assert found.eligible == (0, 0)
    assert found.graduates.most(1, nobody.graduates.lottery, 5) == []


CAPPED = DriveParameters(postings_length=20, cap_per_seat=2, floor_per_graduate=1)


def test_a_cap_counts_where_lists_are_compared_whole(snapshot: Snapshot) -> None:
    seats = dict.fromkeys(snapshot.postings.id.tolist(), 1)

    found = compare(snapshot, snapshot.parameters, CAPPED, seats=seats)

    length = snapshot.parameters.graduates_length
    lists = rank_graduates(snapshot, range(len(snapshot.graduates)), length=length)
    first = lists.partners[lists.counts > 0, 0]
    for row, posting in enumerate(snapshot.postings.id.tolist()):
        floors = int((first == posting).sum())
        all_lists = int((lists.partners == posting).sum())
        assert found.postings.before.whole[row] == all_lists
        assert found.postings.after.whole[row] == min(all_lists, max(2, floors))
    assert found.overlaps[ListSide.GRADUATE].whole < 1
    assert found.overlaps[ListSide.POSTING_ORDINARY].whole == 1
    assert not found.is_cap_left_out


def test_the_same_cap_before_and_after_changes_nothing(snapshot: Snapshot) -> None:
    found = compare(snapshot, CAPPED, CAPPED, seats={})

    assert found.overlaps[ListSide.GRADUATE].unchanged == 1


def test_a_cap_is_said_to_be_left_out_of_a_sample(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison, "MOST_GRADUATES", 11)

    capped = compare(snapshot, snapshot.parameters, CAPPED, seats={})
    plain = compare(snapshot, snapshot.parameters, OTHER, seats={})

    assert capped.overlaps[ListSide.GRADUATE].unchanged == 1
    assert (capped.is_cap_left_out, plain.is_cap_left_out) == (True, False)
