"""What is said of a drive's ranking, as models: what the verbs answer and what studies keep."""

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """Base: nothing changes once made; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class OutcomeCounts(Shape):
    """What the measures rest on (推荐结果)."""

    referred: int
    judged: int
    silent: int
    """Referrals that tell nothing: waiting, filled by another, reasons unknown."""
    by_hand: int
    outside_run: int
    """Judged pairs of people or postings the run did not know."""
    hired: int
    offered: int
    interviewed: int
    against: int
    least: int
    """Fewest judged pairs for which measures are given."""
    is_enough: bool


class SideMeasures(Shape):
    """Measures of the lists of one side; None where nothing relevant is known."""

    lists: int
    ndcg_at_10: float | None
    ndcg_at_10_judged: float | None
    map: float | None
    recall_at_10: float | None
    recall_at_k: float | None


class PartChange(Shape):
    """How nDCG@10 changes when one part counts nothing: below 0 the part helps."""

    part: str
    postings: float | None
    graduates: float | None


class CongestionFigures(Shape):
    """How graduates' lists spread over postings (关注度分布), by lists per seat."""

    lists: int
    empty_lists: int
    mean_length: float
    postings: int
    never_shown: int
    per_seat_p50: float
    per_seat_p99: float
    per_seat_max: float
    gini: float
    histogram: list[int]


class Coverage(Shape):
    """Graduates of zero-employment households by eligible postings (零就业家庭毕业生)."""

    graduates: int
    with_none: int
    with_three: int
    share_with_none: float | None
    share_with_three: float | None


class Hits(Shape):
    """The measures by outcomes, both ways; only pairs that were referred have an outcome."""

    run: int
    postings: SideMeasures
    graduates: SideMeasures
    reciprocal_at_10: float | None
    reciprocal_at_k: float | None
    without_part: list[PartChange]


class Evaluation(Shape):
    """The answer of `rank evaluate`."""

    drive: str
    run: int
    drive_revision: int
    outcomes: OutcomeCounts
    hits: Hits | None
    """None with too few outcomes, or when the snapshot they were judged by is gone."""
    without_hits: str
    """Why there are no measures: too_few, snapshot_gone, or empty."""
    congestion: CongestionFigures
    """Of the lists as ranked."""
    congestion_shown: CongestionFigures | None
    """Of what a cap leaves of them; None without a cap."""
    cap_per_seat: int
    floor_per_graduate: int
    zero_employment: Coverage
    seconds: float


class PartProposal(Shape):
    """Most points of one part, now and proposed."""

    part: str
    now: int
    proposed: int


class Proposal(Shape):
    """Other points, with what they would have gained on postings the fit had not seen.

    `concordance` is the share of pairs of one posting ordered as their outcomes were.
    """

    parts: list[PartProposal]
    parameters: dict[str, object]
    concordance_now: float
    concordance_proposed: float
    gain: float
    gain_low: float
    gain_high: float
    is_worth: bool
    """Whether the whole interval of the gain lies above 0: else nobody is asked to take it over."""
    postings: int
    comparisons: int


class Calibration(Shape):
    """The answer of `rank calibrate`."""

    drive: str
    run: int | None
    drive_revision: int
    outcomes: OutcomeCounts
    least_good: int
    """Fewest pairs that came to an interview or further."""
    proposal: Proposal | None
    without_proposal: str
    """Why there is none: too_few, too_few_postings, snapshot_gone, rules_broken, or empty."""
    study: str | None
    """Public number under which a drive manager takes the proposal over or turns it down."""


class OverlapFigures(Shape):
    """How alike two sets of lists are; means over lists that are not empty both times."""

    lists: int
    top_10: float
    whole: float
    unchanged: float
    same_first: float


class RankMoves(Shape):
    """Graduates of one priority rank who stand on more lists, on fewer, on as many."""

    rank: int
    gain: int
    lose: int
    same: int


class Example(Shape):
    """One graduate whose standing changes most: lists of postings before and after, first 10 and whole."""

    graduate_id: int
    top_before: int
    top_after: int
    lists_before: int
    lists_after: int


class Comparison(Shape):
    """Who gains and who loses under other rules (规则比较)."""

    run: int
    is_live: bool
    """Changes of single rows since the run are in."""
    waiting: int
    """Imports since the run that are not."""
    graduates: int
    postings: int
    graduates_compared: int
    postings_compared: int
    is_cap_left_out: bool
    """A cap per seat is set, and a sample of lists cannot show what it does."""
    eligible_before: int
    eligible_after: int
    ordinary: OverlapFigures
    reserved: OverlapFigures
    graduate_lists: OverlapFigures
    ranks: list[RankMoves]
    postings_gain: int
    postings_lose: int
    gains: list[Example]
    losses: list[Example]
    seconds: float
