"""The machine shape of `yangguang bench alive --json`."""

from pydantic import BaseModel


class SavesOut(BaseModel):
    """Saving in a running system: from sending a form to the answer that holds the new list."""

    saves: int
    p50_ms: float
    p95_ms: float
    max_ms: float
    post_p95_ms: float
    """The part until the form is answered."""
    asked_p95: float
    """How often a page asks for the list until it is there."""
    all_new: bool
    """Every list shown was made after its save."""


class EndToEndOut(BaseModel):
    """Saves by kind, and what went before."""

    graduates: SavesOut
    """A graduate saves the own profile; the own page shows the own list."""
    postings: SavesOut
    """An employer saves a posting; the page an organiser has open shows its list."""
    seconds_seeding: float
    seconds_starting: float
    seconds_run: float


class AliveOut(BaseModel):
    """What was measured, milliseconds on the wall unless the name says `cpu`."""

    graduates: int
    postings: int
    seed: int
    changes: int
    """Changed rows in process, as many graduates as postings."""
    threads: int
    """That rank the lists of the other side, as in the live lane of a machine with two cores."""
    seconds_open: float
    """Opening the live state from a snapshot with its indexes."""
    open_mib: float
    """Resident memory of the process after opening less before; the indexes are shared with the snapshot."""
    own_list_p50_ms: float
    own_list_p95_ms: float
    own_list_p95_cpu_ms: float
    affected_p50_ms: float
    affected_p95_ms: float
    affected_p95_cpu_ms: float
    affected_graduate_p95_ms: float
    """Changed graduates: lists of postings."""
    affected_posting_p95_ms: float
    """Changed postings: lists of graduates."""
    lists_redone: int
    """Lists of the other side, all changes together."""
    lists_redone_p95: float
    lists_compared: int
    equal: bool
    """Every list handed out, and some of those that were not, are those of a full recompute."""
    end_to_end_p50_ms: float | None
    """Of all saves, as many of graduates as of postings."""
    end_to_end_p95_ms: float | None
    """Of the slower kind."""
    end_to_end: EndToEndOut | None
