"""The machine shape of `yangguang bench vocabulary --json`."""

from pydantic import BaseModel

from matcher.cli.bench_clock import SpreadOut


class MachineOut(BaseModel):
    """Where it was measured.

    The yardsticks are CPU milliseconds of a fixed piece of plain Python before and after all else: what they
    differ by is how much the machine was disturbed.
    """

    system: str
    python: str
    cores: int
    yardstick_before_ms: float
    yardstick_after_ms: float


class LoadOut(BaseModel):
    """CPU milliseconds until a table is there: in a new process, and again after an edition changed.

    `again_ms` is null for tables that are read once for each process.
    """

    name: str
    first_ms: float
    again_ms: float | None


class PassOut(BaseModel):
    """One pass over the cases of all texts; rates are of CPU seconds."""

    cpu_seconds: float
    wall_seconds: float
    texts_per_second: float
    cases_per_second: float


class ReadingOut(BaseModel):
    """The reader and a plain splitter on the same lines; a ratio is the reader's rate through the splitter's.

    Passes: `cold` after start-up, `warm` with the names known from other texts, `again` the same texts once
    more, `splitter`. `agree` is the share of all cases in which the splitter, which knows no maybe, says the same;
    `agree_decided` the share of those the reader decides.
    """

    cases_a_text: int
    texts: int
    cases: int
    input_sha256: str
    agree: float
    agree_decided: float | None
    verdicts: dict[str, int]
    passes: dict[str, PassOut]
    ratios: dict[str, float]


class ColdWarmOut(BaseModel):
    """The spread of the first pass and of a later one."""

    cold: SpreadOut
    warm: SpreadOut


class SearchOut(BaseModel):
    """A search box: the first query of a process, which loads its tables, and those after it."""

    first_ms: float
    warm: SpreadOut


class SentencesOut(BaseModel):
    """Sentences of wishes: their rate by CPU seconds and spread, and the spread of overlong texts."""

    cold_per_second: float
    warm_per_second: float
    sentences: ColdWarmOut
    overlong: ColdWarmOut


class VocabularyOut(BaseModel):
    """All that `bench vocabulary` measured."""

    seed: int
    machine: MachineOut
    loads: list[LoadOut]
    reading: list[ReadingOut]
    worst_case: ColdWarmOut
    search: dict[str, SearchOut]
    intents: SentencesOut
    regions: ColdWarmOut
    seconds: float
