"""The machine shapes of `yangguang bench rank --json`."""

from pydantic import BaseModel


class RowsOut(BaseModel):
    """Rows that were ranked, of each side."""

    postings: int
    graduates: int


class PeersOut(BaseModel):
    """CPU milliseconds a posting on the same rows: this engine and other ways to the same lists."""

    postings: int
    """Postings of the sample; the Python loop ranks `loop_postings` of them, every fifth."""
    loop_postings: int
    eligible_pairs: int
    engine_ms: float
    numpy_dense_ms: float
    """Every part of every pair."""
    numpy_lean_ms: float
    """Texts of eligible pairs alone."""
    duckdb_ms: float | None
    python_loop_ms: float
    equal: bool
    """Keys of numpy and DuckDB are the engine's; the loop's points without text are (its text is RapidFuzz)."""


class RankOut(BaseModel):
    """What was measured, seconds being those of the CPU."""

    graduates: int
    postings: int
    seed: int
    threads: int
    length_postings: int
    length_graduates: int
    seconds_market: float
    """Making the market up; in none of the other figures."""
    seconds_snapshot: float
    """Building both indexes of the snapshot."""
    seconds_postings: float
    """The ordinary lists of all postings."""
    seconds_graduates: float
    """The lists of all graduates."""
    wall_postings: float
    wall_graduates: float
    core_hours: float
    """Both directions."""
    eligible_pairs: int
    eligible_share: float
    pairs_scored: int
    """Pairs looked at, both directions together."""
    text_dots: int
    """Texts compared, both directions together."""
    ns_per_eligible_pair: float
    """Both directions: seconds divided by twice the eligible pairs."""
    peak_mib: float
    """Peak memory of the process after ranking, before any peer ran."""
    market_mib: float
    """Peak memory when the market was made."""
    posting_p50_ms: float
    posting_p95_ms: float
    graduate_p50_ms: float
    graduate_p95_ms: float
    explanations_per_second: float | None
    scaled: bool
    """True if only the sampled rows were ranked and seconds and counts were scaled up."""
    sampled_rows: RowsOut | None
    ratio_numpy_dense: float | None
    ratio_numpy_lean: float | None
    ratio_duckdb: float | None
    ratio_python_loop: float | None
    duckdb_absent: str | None
    """Why there is no ratio to DuckDB."""
    peers: PeersOut | None


class DatabaseOut(BaseModel):
    """Building the snapshot of a drive from the tables, as a run does."""

    drive: str
    database: str
    graduates: int
    postings: int
    requirements: int
    majors: int
    chunks: int
    seconds_reading: float
    """CPU: rows from the database into columns."""
    seconds_packing: float
    """CPU: vocabulary, texts (with concepts, where the extra is installed), requirements, sorting."""
    seconds_saving: float
    """CPU: hashes and files."""
    seconds_index: float
    """CPU: indexes, their hashes and files."""
    seconds_cutting: float
    """CPU: predicting the work and cutting it into chunks."""
    wall_seconds: float
    peak_mib: float
    content_hash: str
