"""The machine contract of `yangguang bench rank`, and that its peers make the engine's lists. No time is asserted."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from matcher.cli.bench_rank import measure, rank
from matcher.cli.bench_rank_market import make_market
from matcher.cli.bench_rank_peers import measure_peers, spread_rows
from matcher.cli.bench_rank_shapes import DatabaseOut, RankOut
from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import ListSide
from matcher.models.drives import Drive
from matcher.ranking.engine import rank_postings
from seeds.big_market import fill_market


def test_the_same_seed_makes_the_same_market_and_another_one_another() -> None:
    first, again = make_market(300, 80, 5).snapshot, make_market(300, 80, 5).snapshot

    assert first.content_hash() == again.content_hash()
    assert make_market(300, 80, 6).snapshot.content_hash() != first.content_hash()


def test_rows_stand_in_a_snapshots_order_and_every_number_is_in_the_codebook() -> None:
    snapshot = make_market(500, 90, 2).snapshot
    people, offers, book = snapshot.graduates, snapshot.postings, snapshot.codebook

    order = np.lexsort((people.id, people.leaf[:, 0], people.city[:, 0]))
    assert order.tolist() == list(range(500))
    order = np.lexsort((offers.id, offers.requirement, offers.city))
    assert order.tolist() == list(range(90))
    assert sorted(people.id.tolist()) == list(range(1, 501))
    assert int(people.leaf.max()) < len(book.leaves) == snapshot.acceptance.n_leaves
    assert int(offers.requirement.max()) < len(book.requirements)
    assert int(people.occupation.max()) < len(book.occupations)
    assert int(people.term.max()) <= book.text.padding
    assert (np.diff(snapshot.acceptance.pointer) > 0).all()


def test_the_shares_are_those_that_are_said() -> None:
    snapshot = make_market(20_000, 4_000, 3).snapshot
    people, offers = snapshot.graduates, snapshot.postings

    shares = np.bincount(people.mobility, minlength=3) / 20_000
    assert np.abs(shares - [0.5, 0.3, 0.2]).max() < 0.02
    assert abs((offers.requirement == 0).mean() - 0.3) < 0.04
    assert 0.04 < (people.leaf[:, 1] >= 0).mean() < 0.08
    assert (people.weight > 0).any(axis=1).all()


@pytest.mark.parametrize("seed", [1, 2])
def test_numpy_duckdb_and_the_loop_agree_with_the_engine(seed: int) -> None:
    pytest.importorskip("duckdb")

    found, absent = measure_peers(make_market(400, 60, seed), 60)

    assert (found.equal, found.postings, absent) == (True, 60, None)
    assert found.eligible_pairs > 0


def test_a_peer_that_gives_another_list_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    market = make_market(300, 20, 1)
    monkeypatch.setattr("matcher.cli.bench_rank_dense._ANYWHERE", 1)

    with pytest.raises(AssertionError, match="numpy"):
        measure_peers(market, 20)


def test_without_duckdb_the_other_ratios_stand_and_a_word_says_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)

    measured = measure(200, 30, seed=1, sample=0, peers=10, threads=1)

    assert measured.ratio_duckdb is None
    assert "peers" in (measured.duckdb_absent or "")
    assert measured.ratio_numpy_dense is not None
    assert measured.ratio_python_loop is not None


def test_a_sample_is_said_to_be_one_and_counts_are_scaled_up() -> None:
    whole = measure(600, 120, seed=4, sample=0, peers=0, threads=1)
    some = measure(600, 120, seed=4, sample=30, peers=0, threads=2)

    assert (whole.scaled, whole.sampled_rows) == (False, None)
    assert some.scaled
    assert some.sampled_rows is not None
    assert (some.sampled_rows.postings, some.sampled_rows.graduates) == (30, 30)
    assert 0.3 < some.eligible_pairs / whole.eligible_pairs < 3
    assert whole.pairs_scored >= whole.eligible_pairs


def test_eligible_pairs_are_those_of_the_lists() -> None:
    measured = measure(300, 40, seed=9, sample=0, peers=0, threads=1)
    snapshot = make_market(300, 40, 9).snapshot

    lists = rank_postings(snapshot, np.arange(40), ListSide.POSTING_ORDINARY, length=1)

    assert measured.eligible_pairs == int(lists.eligible.sum())


@pytest.mark.parametrize("peers", [0, 10])
@pytest.mark.parametrize(("graduates", "postings"), [(0, 20), (20, 0), (0, 0), (1, 1)])
def test_a_side_without_any_eligible_pair_is_measured_as_well(
    graduates: int, postings: int, peers: int
) -> None:
    measured = measure(graduates, postings, seed=1, sample=0, peers=peers, threads=1)

    assert (measured.eligible_pairs, measured.explanations_per_second) == (0, None)
    assert measured.peers is None or measured.peers.equal


@pytest.mark.parametrize(
    ("n_rows", "count", "expected"),
    [(10, 10, 10), (10, 3, 3), (7, 5, 5), (199, 100, 100), (0, 5, 0), (7, 0, 1), (3, 9, 3)],
)
def test_a_sample_is_spread_over_the_table(n_rows: int, count: int, expected: int) -> None:
    rows = spread_rows(n_rows, count)

    assert len(rows) == expected
    assert (np.diff(rows) > 0).all()
    assert set(rows.tolist()) <= set(range(n_rows))


def test_a_seed_below_zero_is_refused_in_words() -> None:
    ran = CliRunner().invoke(rank, ["--seed", "-1"])

    assert ran.exit_code == 2
    assert "--seed" in ran.stderr


def test_the_shape_is_the_models_one() -> None:
    wanted = ["--graduates", "200", "--postings", "30", "--peers", "0", "--json"]

    ran = CliRunner().invoke(rank, wanted)

    assert ran.exit_code == 0, ran.output
    assert set(json.loads(ran.stdout)) == set(RankOut.model_fields)


def test_the_build_of_a_drives_snapshot_is_measured_from_the_tables(
    sqlite_factory: SessionFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive_id = fill_market(sqlite_factory, graduates=60, postings=12, seed=3)
    with transaction(sqlite_factory) as session:
        name = session.get_one(Drive, drive_id).name
    monkeypatch.setattr("matcher.cli.bench_rank_database.open_house", lambda: sqlite_factory)

    ran = CliRunner().invoke(rank, ["--from-database", name, "--json"])

    assert ran.exit_code == 0, ran.output
    told = DatabaseOut.model_validate_json(ran.stdout)
    assert (told.graduates, told.postings, told.database) == (60, 12, "sqlite")
    assert len(told.content_hash) == 64
