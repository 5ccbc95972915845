"""A peer of `yangguang bench rank`: the lists of postings as one SQL statement in DuckDB, to the very same keys.

A join on (requirement, major), conditions and points as expressions, text as a join on terms, and a window function for
the best. DuckDB chooses the plan and runs in one thread; laying out its tables is not measured.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.ranking.pairs import POINTS_MASK, YES_CODE
from matcher.ranking.places import MUNICIPALITIES
from matcher.ranking.snapshot import Snapshot
from matcher.ranking.tables import CHOICES, GraduateTable, PostingTable

Ints = NDArray[np.int64]


class DuckPeer:
    """A connection with the snapshot's columns as tables."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._database = _connect()
        self._database.execute("SET threads = 1")
        self._database.execute("SET enable_progress_bar = false")  # it would stand before the JSON
        graduates, postings = snapshot.graduates, snapshot.postings
        self._make("g", _flat(graduates))
        self._make("p_all", _flat(postings))
        self._make("g_text", _terms(graduates))
        self._make("p_text_all", _terms(postings))
        table = snapshot.acceptance
        requirement = table.requirement_of_entry()
        self._make("accepted", {"requirement": requirement, "leaf": table.leaf, "code": table.code})

    def _make(self, name: str, columns: dict[str, NDArray[Any]]) -> None:
        """Copy columns into a table."""
        self._database.register("given", columns)
        self._database.execute(f"CREATE TABLE {name} AS SELECT * FROM given")  # noqa: S608 - our own names
        self._database.unregister("given")

    def choose(self, rows: Ints) -> None:
        """Set aside the postings to rank, which is not measured."""
        self._database.register("chosen", {"row": rows})
        for name in ("p", "p_text"):
            self._database.execute(
                f"CREATE OR REPLACE TABLE {name} AS "  # noqa: S608 - our own names
                f"SELECT one.* FROM {name}_all AS one JOIN chosen USING (row)"
            )
        self._database.unregister("chosen")

    def keys(self, length: int) -> dict[int, Ints]:
        """Return the keys of the chosen postings' ordinary lists, best first."""
        rows = self._database.execute(_statement(self._snapshot, length)).fetchnumpy()
        posting, key = rows["p"], rows["key"]
        if not len(posting):
            return {}
        bounds = np.flatnonzero(np.diff(posting, prepend=-1))
        parts = np.split(key, bounds[1:])
        return {int(posting[at]): part for at, part in zip(bounds, parts, strict=True)}


class PeerMissingError(Exception):
    """The peer is not installed; the message says what to install."""


def _connect() -> Any:
    """Open a database in memory; the extra is loaded by name, as only this measurement needs it."""
    if find_spec("duckdb") is None:
        raise PeerMissingError("没有安装 DuckDB，请先 pip install '.[peers]'。")
    return import_module("duckdb").connect()


def _flat(table: GraduateTable | PostingTable) -> dict[str, NDArray[Any]]:
    """Return a table's columns without texts; of several choices one column each."""
    found: dict[str, NDArray[Any]] = {"row": np.arange(len(table))}
    for name, column in table.arrays().items():
        if name in ("term", "weight"):
            continue
        wide = column.astype(np.int64) if column.dtype != np.uint64 else column.view(np.int64)
        if wide.ndim == 1:
            found[name] = wide
        else:
            found |= {f"{name}{at}": wide[:, at].copy() for at in range(wide.shape[1])}
    return found


def _terms(table: GraduateTable | PostingTable) -> dict[str, NDArray[Any]]:
    """Return (row, term, weight) of every filled slot."""
    row, slot = np.nonzero(table.weight)
    return {
        "row": row,
        "term": table.term[row, slot].astype(np.int32),
        "weight": table.weight[row, slot].astype(np.int32),
    }


def _statement(snapshot: Snapshot, length: int) -> str:
    """Return the whole query; the order is that of 同等条件下优先."""
    parameters = snapshot.parameters
    points, width = parameters.points, max(1, parameters.equal_width)
    columns = "p.row AS p, g.row AS g, g.lottery, g.rank"
    shared = f"{columns}, {_wishes(snapshot)} AS wishes, ({_certain()}) AS certain"
    hard = (
        "g.education >= p.education AND (p.certificates & g.certificates) = p.certificates"
        f" AND ({_admitted()})"
    )
    lowered = f"coalesce(b.code - {points.second_major}, 0)"
    return f"""
    WITH met AS (
      SELECT greatest(a.code, {lowered}) AS code, {shared}
      FROM p JOIN accepted a ON a.requirement = p.requirement JOIN g ON g.leaf0 = a.leaf
      LEFT JOIN accepted b ON b.requirement = p.requirement AND b.leaf = g.leaf1
      WHERE {hard}
      UNION ALL
      SELECT b.code - {points.second_major} AS code, {shared}
      FROM p JOIN accepted b ON b.requirement = p.requirement JOIN g ON g.leaf1 = b.leaf
      LEFT JOIN accepted a ON a.requirement = p.requirement AND a.leaf = g.leaf0
      WHERE a.code IS NULL AND {hard}
    ), texts AS (
      SELECT met.p, met.g, sum(pt.weight * gt.weight) AS dot
      FROM met JOIN p_text pt ON pt.row = met.p
      JOIN g_text gt ON gt.row = met.g AND gt.term = pt.term GROUP BY met.p, met.g
    ), fits AS (
      SELECT met.p, lottery, rank, certain AND code >= {YES_CODE} AS sure, (code & {POINTS_MASK}) + wishes
        + least({points.text}, (coalesce(dot, 0)::BIGINT * {points.text}) >> 20) AS fit
      FROM met LEFT JOIN texts ON texts.p = met.p AND texts.g = met.g
    ), keyed AS (
      SELECT p, (CASE WHEN sure THEN 1::BIGINT << 61 ELSE 0 END)
        + (((fit // {width} * 8 + rank) * {width} + fit % {width})::BIGINT << 32)
        + (4294967295 - lottery) AS key
      FROM fits
    )
    SELECT p, key FROM keyed
    QUALIFY row_number() OVER (PARTITION BY p ORDER BY key DESC) <= {length}
    ORDER BY p, key DESC
    """  # noqa: S608 - numbers of ours


def _same_province() -> str:
    return " OR ".join(
        f"(g.city{at} <> 0 AND g.province{at} = p.city // 10000 AND (g.mobility >= 1"
        f" OR {_whole('p.city')} OR {_whole(f'g.city{at}')}))"
        for at in range(CHOICES)
    )


def _whole(city: str) -> str:
    municipalities = ", ".join(str(number * 10_000) for number in sorted(MUNICIPALITIES))
    return f"({city} % 10000 = 0 AND {city} NOT IN ({municipalities}))"


def _listed(at: int) -> str:
    return f"(g.city{at} = p.city AND NOT {_whole('p.city')})"


def _unstated() -> str:
    return "(g.city0 = 0 AND g.mobility < 2)"


def _admitted() -> str:
    listed = " OR ".join(_listed(at) for at in range(CHOICES))
    return f"p.city = 0 OR g.mobility = 2 OR {_unstated()} OR {listed} OR {_same_province()}"


def _certain() -> str:
    return f"p.city <> 0 AND p.education >= 0 AND NOT {_unstated()}"


def _wishes(snapshot: Snapshot) -> str:
    """Return the expression of all points but major and text."""
    points = snapshot.parameters.points
    places = " ".join(
        f"WHEN {_listed(at)} THEN {points.place_choices[at]}" for at in range(CHOICES)
    )
    occupations = " ".join(
        f"WHEN g.occupation{at} = p.occupation THEN {points.occupation_choices[at]}"
        for at in range(CHOICES)
    )
    groups = ", ".join(f"g.occupation_group{at}" for at in range(CHOICES))
    industries = ", ".join(f"g.industry{at}" for at in range(CHOICES))
    short = f"greatest(0, g.wanted_pay - p.pay_high) // {points.pay_step_yuan}"
    return f"""(
      CASE WHEN p.city = 0 THEN 0 {places} WHEN {_same_province()} THEN {points.place_province} ELSE 0 END
      + CASE WHEN p.occupation < 0 THEN 0 {occupations}
        WHEN p.occupation_group IN ({groups}) THEN {points.occupation_group} ELSE 0 END
      + CASE WHEN p.industry >= 0 AND p.industry IN ({industries}) THEN {points.industry} ELSE 0 END
      + CASE WHEN p.pay_high < 0 THEN 0 ELSE greatest(0, {points.pay} - {short}) END
      + CASE WHEN (g.unit_mask & p.unit_mask) <> 0 THEN {points.unit} ELSE 0 END)"""
