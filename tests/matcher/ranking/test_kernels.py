"""The kernels: key for key what numpy alone gives, bounds that never lie below, and the same as plain Python."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matcher.kinds import ListSide, PriorityMode
from matcher.ranking.engine import (
    Ranked,
    Scratch,
    rank_graduates,
    rank_postings,
    score_graduate,
    score_posting,
)
from matcher.ranking.facts import GraduateFacts, PostingFacts
from matcher.ranking.kernels.heap import push, sort_best_first
from matcher.ranking.kernels.shortlist import key_of, level_of
from matcher.ranking.kernels.text import (
    BITS,
    WORDS,
    count_bits,
    shared_bits,
    squared_length,
    write_caps,
    write_signature,
)
from matcher.ranking.order import NEUTRAL, Neutral, OrderRule
from matcher.ranking.parameters import POINTS_LIMIT, DriveParameters
from matcher.ranking.parts import PART_NAMES, pair_parts
from matcher.ranking.snapshot import Snapshot, build_snapshot
from matcher.ranking.text import NORM, SLOTS
from tests.factories.ranking import (
    KEY,
    many_graduates,
    many_postings,
    parameters,
    seeded_world,
    toy_compiler,
)
from tests.oracles import ranking_numpy

SIDES: tuple[ListSide | Neutral, ...] = (
    ListSide.POSTING_ORDINARY,
    ListSide.POSTING_RESERVED,
    NEUTRAL,
)
Text = tuple[NDArray[np.uint16], NDArray[np.int16]]


def snapshot_of(
    graduates: list[GraduateFacts], postings: list[PostingFacts], drive: DriveParameters
) -> Snapshot:
    return build_snapshot(graduates, postings, drive, compile_leaves=toy_compiler, lottery_key=KEY)


def assert_lists_are_the_oracles(snapshot: Snapshot, length: int) -> None:
    n_graduates, n_postings = len(snapshot.graduates), len(snapshot.postings)
    for side in SIDES:
        ranked = rank_postings(snapshot, range(n_postings), side, length=length)
        for row in range(n_postings):
            rows, keys = ranking_numpy.keys_of_posting(snapshot, row, side)
            assert_equal_list(ranked, row, snapshot.graduates.id[rows], keys)
    ranked = rank_graduates(snapshot, range(n_graduates), length=length)
    for row in range(n_graduates):
        rows, keys = ranking_numpy.keys_of_graduate(snapshot, row)
        assert_equal_list(ranked, row, snapshot.postings.id[rows], keys)


def assert_equal_list(
    ranked: Ranked, row: int, ids: NDArray[np.int32], keys: NDArray[np.int64]
) -> None:
    filled = min(len(keys), ranked.keys.shape[1])
    assert ranked.eligible[row] == len(keys)
    assert ranked.counts[row] == filled
    assert ranked.keys[row, :filled].tolist() == keys[:filled].tolist()
    assert ranked.partners[row, :filled].tolist() == ids[:filled].tolist()
    assert (ranked.keys[row, filled:] == -1).all()
    assert (ranked.partners[row, filled:] == -1).all()


@settings(max_examples=150, deadline=None)
@given(many_graduates(), many_postings(), parameters(), st.integers(1, 5))
def test_lists_are_key_for_key_those_of_numpy(
    graduates: list[GraduateFacts],
    postings: list[PostingFacts],
    drive: DriveParameters,
    length: int,
) -> None:
    assert_lists_are_the_oracles(snapshot_of(graduates, postings, drive), length)


@pytest.mark.parametrize("mode", PriorityMode)
@pytest.mark.parametrize("length", [1, 5, 500])
def test_long_candidate_lists_are_key_for_key_those_of_numpy(
    mode: PriorityMode, length: int
) -> None:
    graduates, postings = seeded_world(300, 40, 5)
    postings = [
        replace(facts, place=None) if number % 11 == 0 else facts
        for number, facts in enumerate(postings)
    ]
    drive = DriveParameters(ordinary_mode=mode)

    assert_lists_are_the_oracles(snapshot_of(graduates, postings, drive), length)


def test_scoring_everybody_gives_every_key_of_the_list() -> None:
    snapshot = snapshot_of(*seeded_world(120, 40, 6), DriveParameters())
    scratch = Scratch(snapshot)

    for row in range(40):
        for side in SIDES:
            pairs = score_posting(scratch, row, side)
            rows, keys = ranking_numpy.keys_of_posting(snapshot, row, side)
            assert sorted(zip(pairs.rows, pairs.keys, strict=True)) == sorted(
                zip(rows, keys, strict=True)
            )
    for row in range(120):
        pairs = score_graduate(scratch, row)
        rows, keys = ranking_numpy.keys_of_graduate(snapshot, row)
        assert dict(zip(pairs.rows, pairs.keys, strict=True)) == dict(zip(rows, keys, strict=True))


@settings(max_examples=60, deadline=None)
@given(many_graduates(6), many_postings(5), parameters())
def test_the_parts_of_a_pair_add_up_to_the_fit_in_its_key(
    graduates: list[GraduateFacts], postings: list[PostingFacts], drive: DriveParameters
) -> None:
    snapshot = snapshot_of(graduates, postings, drive)
    scratch, rule = Scratch(snapshot), OrderRule.of(drive, ListSide.GRADUATE)

    for row in range(len(graduates)):
        parts = pair_parts(snapshot, [row] * len(postings), range(len(postings)))
        scored = score_graduate(scratch, row)
        assert sum(parts[name].astype(int) for name in PART_NAMES).tolist() == (  # type: ignore[union-attr]  # arrays
            parts["fit"].tolist()
        )
        assert np.flatnonzero(parts["eligible"]).tolist() == sorted(scored.rows)
        for partner, key in zip(scored.rows, scored.keys, strict=True):
            decoded = rule.decode(int(key))
            assert decoded.fit == parts["fit"][partner]
            assert decoded.confirmed == parts["confirmed"][partner]


def test_the_counters_say_what_was_done() -> None:
    snapshot = snapshot_of(*seeded_world(300, 20, 7), DriveParameters())

    ranked = rank_postings(snapshot, range(20), NEUTRAL, length=3)

    counters = ranked.counters
    assert counters.eligible_pairs == ranked.eligible.sum()
    assert counters.pairs_scored >= counters.eligible_pairs
    assert 0 < counters.text_dots < counters.eligible_pairs


@pytest.mark.usefixtures("plain_python")
@pytest.mark.parametrize("seed", [1, 2])
def test_kernels_do_the_same_as_plain_python(seed: int) -> None:
    graduates, postings = seeded_world(20, 6, seed)
    postings[0] = replace(postings[0], place=None)
    postings[1] = replace(postings[1], place="370000")
    snapshot = snapshot_of(graduates, postings, DriveParameters())

    assert_lists_are_the_oracles(snapshot, 3)
    test_parts = pair_parts(snapshot, [0, 1, 2], [0, 1, 2])
    assert test_parts["fit"].tolist() == [
        sum(int(part[name]) for name in PART_NAMES) for part in test_parts
    ]


def test_the_plain_form_walks_what_grows_too(
    plain_python: None,
) -> None:
    graduates, _ = seeded_world(1, 1, 1)
    crowd = [replace(graduates[0], id=n, entry_number=n, places=()) for n in range(1, 1_200)]
    offer = seeded_world(1, 1, 1)[1][0]
    offer = replace(offer, requirement="bachelor/any:=yes;college/any:=yes", education_min=None)
    snapshot = snapshot_of(crowd, [offer], DriveParameters())

    assert rank_postings(snapshot, [0], NEUTRAL, length=4).eligible.tolist() == [1_199]


@st.composite
def texts(draw: st.DrawFn) -> Text:
    """A text as the model makes them: ascending terms, weights of a vector of length NORM, then padding."""
    terms = sorted(draw(st.lists(st.integers(0, 600), max_size=SLOTS, unique=True)))
    raw = [draw(st.integers(1, 50)) for _ in terms]
    length = float(np.sqrt(sum(weight * weight for weight in raw))) or 1.0
    term, weight = np.full(SLOTS, 601, dtype=np.uint16), np.zeros(SLOTS, dtype=np.int16)
    term[: len(terms)] = terms
    weight[: len(terms)] = [round(weight * NORM / length) for weight in raw]
    return term, weight


@settings(max_examples=300, deadline=None)
@given(texts(), texts(), st.sampled_from([0, 500, 2000, 32_767]))
def test_the_bound_of_a_text_never_lies_below_its_points(one: Text, other: Text, most: int) -> None:
    signatures = np.zeros((2, WORDS), dtype=np.uint64)
    for text, signature in zip((one, other), signatures, strict=True):
        write_signature(*text, signature)
    caps, energy = np.zeros(SLOTS + 1, dtype=np.int64), np.zeros(BITS, dtype=np.int64)

    write_caps(*one, squared_length(other[1]), most, energy, caps)

    theirs = dict(zip(*(column.tolist() for column in other), strict=True))
    dot = sum(
        weight * theirs.get(term, 0)
        for term, weight in zip(*(column.tolist() for column in one), strict=True)
    )
    assert caps[shared_bits(signatures[0], signatures, 1)] >= min(most, dot * most >> 20)
    assert caps.tolist() == sorted(caps)
    assert not energy.any()


@given(st.integers(0, 2**64 - 1))
def test_bits_are_counted_by_python_too(word: int) -> None:
    assert count_bits(np.uint64(word)) == bin(word).count("1")


@given(st.lists(st.integers(0, 2**62), max_size=60, unique=True), st.integers(1, 20))
def test_the_heap_keeps_the_best(keys: list[int], length: int) -> None:
    kept, rows, filled = np.full(length, -1), np.zeros(length, dtype=np.int32), 0

    for row, key in enumerate(keys):
        filled = push(kept, rows, filled, key, row)
    sort_best_first(kept, rows, filled)

    best = sorted(keys, reverse=True)[:length]
    assert kept[:filled].tolist() == best
    assert [keys[row] for row in rows[:filled]] == best


@given(parameters(), st.integers(0, 5), st.booleans(), st.integers(0, 2**32 - 1), st.data())
def test_levels_pack_the_same_keys_as_the_order_rule(
    drive: DriveParameters, rank: int, confirmed: bool, lottery: int, data: st.DataObject
) -> None:
    fit = data.draw(st.integers(0, POINTS_LIMIT))
    for side in SIDES:
        rule = OrderRule.of(drive, side)
        by_fit, by_rank = rule.tables()
        level = (confirmed << 19) + int(by_fit[fit]) + int(by_rank[rank])

        expected = rule.keys(*(np.asarray([value]) for value in (fit, rank, confirmed, lottery)))

        assert key_of(level, lottery) == expected[0]
        assert level_of(int(expected[0])) == level
