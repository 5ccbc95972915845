"""The machine shape of `yangguang bench plan --json`."""

from pydantic import BaseModel


class PeerOut(BaseModel):
    """One peer on the small instance; its solver alone, and with making its objects from dictionaries."""

    seconds: float
    seconds_solving: float
    equal: bool
    """It seats the same people in the same places; a measurement stops if not."""


class PeersOut(BaseModel):
    """The plain problem, without reserves and guarantee: this engine from its arrays, and two other programs."""

    graduates: int
    postings: int
    edges: int
    placed: int
    engine_ms: float
    matching: PeerOut | None
    algmatch: PeerOut | None


class HelpOut(BaseModel):
    """What would help beside the fair plan, seconds being those of the CPU."""

    seconds: float
    """The whole table: coverage, pairs of changed people, every solution."""
    one_change_ms: float
    """The slowest of some single changes, solved again."""
    short: int
    reached: int
    people: int
    solved: int
    lines: int


class PlanBenchOut(BaseModel):
    """What was measured, seconds being those of the CPU."""

    graduates: int
    postings: int
    seed: int
    edges: int
    seats: int
    reserved_seats: int
    people_by_class: list[int]
    """From 0 to 5."""
    seconds_market: float
    """Making the market up and ranking it; in none of the other figures."""
    seconds_fair: float
    seconds_most: float
    seconds_certificate: float
    wall_fair: float
    wall_most: float
    wall_certificate: float
    peak_mib: float
    """Peak memory of the process after all three."""
    market_mib: float
    """Peak memory when the market was made."""
    placed_fair: int
    placed_most: int
    placed_fair_by_class: list[int]
    placed_most_by_class: list[int]
    guaranteed: int
    guaranteed_placed: int
    """By the fair plan; the most-placements plan places as many."""
    guaranteed_max_flow: int
    """How many of the guaranteed can be seated at once, by SciPy's maximum flow."""
    short_sets: int
    """Sets of people that prove it (Hall)."""
    ratio_matching: float | None
    """How many times the engine's time the peer takes on the small instance, objects included."""
    ratio_algmatch: float | None
    peers_absent: str | None
    """Why a ratio is missing."""
    peers: PeersOut | None
    help: HelpOut | None = None
    """Only if asked for."""
