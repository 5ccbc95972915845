"""The pairs of a plan (可安置组合): stored lists of both sides, and all that is open to people guaranteed a seat.

Lists are read as they stand, overlays over the run's; the points of every pair are computed from the rows as they
stand, so that a list some changes behind proposes nobody who is not eligible now. Pairs to be confirmed (待确认) are
left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from matcher.allocation.market import Edges
from matcher.kinds import ListSide
from matcher.models.ranking_runs import RankedList, RankedOverlay, RankingRun
from matcher.ranking.engine import Scratch, score_graduate
from matcher.ranking.order import OrderRule
from matcher.ranking.parts import pair_parts
from matcher.ranking.snapshot import Snapshot
from matcher.services.plans.parameters import PlanParameters, weighed

Ints = NDArray[np.int64]

_BATCH = 250_000
"""Pairs taken apart at once: some forty megabytes."""

_STREAMED = 5_000
_ID_BYTES = 4


@dataclass(frozen=True, eq=False)
class Pairs:
    """Rows of graduates and postings in a snapshot, each pair once, ascending."""

    graduate: Ints
    posting: Ints

    def kept(self, keep: NDArray[np.bool_]) -> "Pairs":
        """Some of the pairs."""
        return Pairs(self.graduate[keep], self.posting[keep])


def listed_pairs(session: Session, run: RankingRun, length: int) -> tuple[Ints, Ints]:
    """Return graduate and posting ids of the first places of all lists of a run, as they stand; six queries."""
    graduates, postings = [], []
    for side in ListSide:
        subjects, partners = _side(session, run, side, length)
        of_graduates = side is ListSide.GRADUATE
        graduates.append(subjects if of_graduates else partners)
        postings.append(partners if of_graduates else subjects)
    return np.concatenate(graduates), np.concatenate(postings)


def _side(session: Session, run: RankingRun, side: ListSide, length: int) -> tuple[Ints, Ints]:
    own = (RankedOverlay.drive_id == run.drive_id, RankedOverlay.run_id == run.id)
    newer = dict(_lists(session, RankedOverlay, sa.and_(RankedOverlay.side == side, *own), length))
    older = _lists(
        session, RankedList, sa.and_(RankedList.run_id == run.id, RankedList.side == side), length
    )
    found = [(subject, partners) for subject, partners in older if subject not in newer]
    found += newer.items()
    counts = np.asarray([len(partners) // _ID_BYTES for _, partners in found], dtype=np.int64)
    subjects = np.asarray([subject for subject, _ in found], dtype=np.int64)
    ids = np.frombuffer(b"".join(partners for _, partners in found), dtype="<i4")
    return np.repeat(subjects, counts), ids.astype(np.int64)


def _lists(
    session: Session,
    table: type[RankedList] | type[RankedOverlay],
    which: sa.ColumnElement[bool],
    length: int,
) -> Iterator[tuple[int, bytes]]:
    """Stream subjects and the first partners of their lists; the database cuts them."""
    first = sa.func.substr(table.partners, 1, _ID_BYTES * length)
    chosen = sa.select(table.subject_id, first).where(which)
    for subject_id, partners in session.execute(chosen.execution_options(yield_per=_STREAMED)):
        yield subject_id, bytes(partners or b"")


def rows_of(ids: NDArray[np.int32], wanted: Ints) -> Ints:
    """Return the row of each id in a table, or -1."""
    if not len(ids):
        return np.full(len(wanted), -1, dtype=np.int64)
    turn = np.argsort(ids)
    at = np.minimum(np.searchsorted(ids, wanted, sorter=turn), len(ids) - 1)
    rows = turn[at]
    found: Ints = np.where(ids[rows] == wanted, rows, -1)
    return found


def candidate_pairs(
    snapshot: Snapshot, listed: tuple[Ints, Ints], guaranteed: Ints, ruled_out: Ints
) -> Pairs:
    """Return the pairs that may come about, eligible or not.

    Parameters
    ----------
    listed : ids, see `listed_pairs`
    guaranteed : rows of graduates who bring everything they are eligible for
    ruled_out : int64[n, 2], pairs of ids that may not come about
    """
    n_postings = len(snapshot.postings)
    codes = [_codes(snapshot, *listed)]
    scratch = Scratch(snapshot)
    for row in guaranteed.tolist():
        codes.append(row * n_postings + np.asarray(score_graduate(scratch, row).rows, np.int64))
    found = np.unique(np.concatenate(codes))
    gone = _codes(snapshot, ruled_out[:, 0], ruled_out[:, 1])
    if len(gone):
        found = found[~np.isin(found, gone)]
    return Pairs(*np.divmod(found, max(1, n_postings)))


def _codes(snapshot: Snapshot, graduates: Ints, postings: Ints) -> Ints:
    """Pairs of ids as numbers; those of whom a row is gone are left out."""
    own, other = rows_of(snapshot.graduates.id, graduates), rows_of(snapshot.postings.id, postings)
    there = (own >= 0) & (other >= 0)
    codes: Ints = own[there] * max(1, len(snapshot.postings)) + other[there]
    return codes


def edges_of(
    snapshot: Snapshot, pairs: Pairs, parameters: PlanParameters, rows: tuple[Ints, Ints]
) -> tuple[Edges, Pairs]:
    """Work out points and keys of the certain pairs among some.

    Parameters
    ----------
    rows : by row of the snapshot's graduates and postings the row in the market

    Returns
    -------
    the edges of a market, and the pairs they are, in the same order
    """
    length, kept = len(pairs.graduate), []
    columns: list[tuple[Ints, ...]] = []
    for start in range(0, length, _BATCH):
        some = slice(start, start + _BATCH)
        parts = pair_parts(snapshot, pairs.graduate[some], pairs.posting[some])
        certain = parts["eligible"] & parts["confirmed"]
        parts = parts[certain]
        text, major = parts["text"].astype(np.int64), parts["major"].astype(np.int64)
        fit = parts["fit"].astype(np.int64)
        wish = weighed(parameters.wish, intent=fit - text - major, text=text, major=major)
        columns.append((fit, wish))
        kept.append(certain)
    nothing = np.zeros(0, dtype=np.int64)
    fit = np.concatenate([nothing, *(one[0] for one in columns)])
    wish = np.concatenate([nothing, *(one[1] for one in columns)])
    sure = pairs.kept(np.concatenate([np.zeros(0, dtype=np.bool_), *kept]))
    return _edges(snapshot, sure, fit, wish, rows=rows), sure


def _edges(
    snapshot: Snapshot, pairs: Pairs, fit: Ints, wish: Ints, *, rows: tuple[Ints, Ints]
) -> Edges:
    people = snapshot.graduates
    rank = np.asarray(people.rank)[pairs.graduate].astype(np.int64)
    lottery = np.asarray(people.lottery)[pairs.graduate].astype(np.int64)
    certain = np.ones(len(fit), dtype=np.bool_)
    keys = {
        side: OrderRule.of(snapshot.parameters, side).keys(fit, rank, certain, lottery)
        for side in (ListSide.POSTING_ORDINARY, ListSide.POSTING_RESERVED)
    }
    return Edges(
        graduate=rows[0][pairs.graduate],
        posting=rows[1][pairs.posting],
        wish=wish,
        fit=fit,
        ordinary_key=keys[ListSide.POSTING_ORDINARY],
        reserved_key=keys[ListSide.POSTING_RESERVED],
    )
