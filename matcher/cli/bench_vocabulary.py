"""`yangguang bench vocabulary`: how fast requirements, wishes, places and search boxes are, on made-up input.

Needs no installation: it measures with the tables that ship with the product. Tables are loaded before
anything else in the process, so that their first loading is what a new process pays.
"""

import gc
import os
import platform
import time
from collections.abc import Callable
from functools import partial

import click

from matcher.cli.bench_clock import (
    clocked,
    clocked_each,
    middle,
    milliseconds,
    spread,
    tables_kept_aside,
    yardstick,
)
from matcher.cli.bench_reading import ROUNDS, measure_bombs, measure_reading
from matcher.cli.bench_report import tables
from matcher.cli.bench_shapes import (
    ColdWarmOut,
    LoadOut,
    MachineOut,
    SearchOut,
    SentencesOut,
    VocabularyOut,
)
from matcher.vocabulary import occupations_search, regions_search
from matcher.vocabulary.benchmarks import (
    long_sentences,
    made_up_texts,
    major_queries,
    occupation_queries,
    place_queries,
    place_texts,
    sentences,
)
from matcher.vocabulary.intents import read_intent
from matcher.vocabulary.majors import load_catalogue, searching
from matcher.vocabulary.majors.caches import forget
from matcher.vocabulary.majors.directories import find_directory
from matcher.vocabulary.majors.directory_rows import known_editions
from matcher.vocabulary.occupations import load_occupations
from matcher.vocabulary.regions import load_regions

TEXTS = 2_000
"""More than the readings the reader remembers, so that its warm pass reads again, with known names."""
QUERIES = 500
"""Of each search box at most; with few texts, fewer."""
CASES = (1, 6)


def _load_all() -> list[LoadOut]:
    """Load every table for the first time, and those an import changes again."""
    _, first = clocked(load_catalogue)
    forget()
    _, again = clocked(load_catalogue)
    loads = [
        LoadOut(
            name="catalogue", first_ms=milliseconds(first.cpu), again_ms=milliseconds(again.cpu)
        )
    ]
    loads += [_load_directory(f"{issuer}{year}") for issuer, year in known_editions()]
    for name, load in (("regions", load_regions), ("occupations", load_occupations)):
        _, spent = clocked(load)
        loads.append(LoadOut(name=name, first_ms=milliseconds(spent.cpu), again_ms=None))
    return loads


def _load_directory(name: str) -> LoadOut:
    spent = []
    for _ in range(1 + ROUNDS):
        forget()
        load_catalogue()
        gc.collect()  # What was forgotten is not to be collected on the directory's time.
        spent.append(clocked(lambda: find_directory(name))[1])
    return LoadOut(
        name=name,
        first_ms=milliseconds(spent[0].cpu),
        again_ms=milliseconds(middle(spent[1:]).cpu),
    )


def _measure_search(
    search: Callable[[str], object], first: str, draw: Callable[[], list[str]]
) -> SearchOut:
    """Measure one box; its queries are drawn after the first, since drawing them loads the pinyin tables."""
    _, loading = clocked(lambda: search(first))
    with tables_kept_aside():
        warm = clocked_each(search, {query: query for query in draw()})
    return SearchOut(first_ms=milliseconds(loading.cpu), warm=spread(warm))


def _measure_boxes(queries: int, seed: int) -> dict[str, SearchOut]:
    """Measure the boxes in turn; the first also loads the pinyin tables, which all of them use."""
    boxes: dict[str, tuple[Callable[[str], object], str, Callable[[int, int], list[str]]]] = {
        "majors": (partial(searching.search, groups=True), "会计", major_queries),
        "occupations": (occupations_search.search, "会计", occupation_queries),
        "places": (regions_search.search, "银川", place_queries),
    }
    return {
        name: _measure_search(search, first, partial(draw, queries, seed))
        for name, (search, first, draw) in boxes.items()
    }


def _twice(action: Callable[[str], object], inputs: dict[str, str]) -> ColdWarmOut:
    """Measure each input for the first time, then again."""
    with tables_kept_aside():
        cold = clocked_each(action, inputs)
        warm = clocked_each(action, inputs)
    return ColdWarmOut(cold=spread(cold), warm=spread(warm))


def _measure_sentences(count: int, seed: int) -> SentencesOut:
    read_intent(
        "想在银川做工程测量会计"
    )  # Loads its tables; those of places and occupations are there.
    each = _twice(read_intent, {text: text for text in sentences(count, seed)})
    return SentencesOut(
        cold_per_second=round(each.cold.calls / each.cold.cpu_seconds, 1),
        warm_per_second=round(each.warm.calls / each.warm.cpu_seconds, 1),
        sentences=each,
        overlong=_twice(read_intent, long_sentences()),
    )


def measure(texts: int, seed: int, say: Callable[[str], None]) -> VocabularyOut:
    """Measure everything once.

    Parameters
    ----------
    texts : requirements to read; of sentences half as many, of queries at most `QUERIES`
    say : is told what is measured now
    """
    started, before = time.perf_counter(), yardstick()
    queries = max(2, min(texts, QUERIES))
    say("loading")
    loads = _load_all()
    say("search boxes")
    search = _measure_boxes(queries, seed)
    say("places")
    places = {text: text for text in place_texts(queries, seed)}
    regions = _twice(load_regions().find, places)
    say("sentences of wishes")
    intents = _measure_sentences(max(2, texts // 2), seed)
    made = list(made_up_texts(texts, seed))
    reading = []
    for cases in CASES:
        say(f"requirements, {cases} graduates a text")
        reading.append(measure_reading(made, cases))
    say("requirements made to be slow")
    worst_case = measure_bombs()
    return VocabularyOut(
        seed=seed,
        machine=_machine(before),
        loads=loads,
        reading=reading,
        worst_case=worst_case,
        search=search,
        intents=intents,
        regions=regions,
        seconds=round(time.perf_counter() - started, 1),
    )


def _machine(yardstick_before: float) -> MachineOut:
    return MachineOut(
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        cores=os.cpu_count() or 1,
        yardstick_before_ms=yardstick_before,
        yardstick_after_ms=yardstick(),
    )


@click.command("vocabulary")
@click.option("--texts", type=click.IntRange(min=1), default=TEXTS, help="Requirements to read.")
@click.option("--seed", type=int, default=1, help="The same seed makes up the same input.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def vocabulary(*, texts: int, seed: int, as_json: bool) -> None:
    """Measure reading and searching, on made-up input."""
    measured = measure(texts, seed, lambda words: click.echo(f"measuring: {words}", err=True))
    click.echo(measured.model_dump_json() if as_json else "\n".join(tables(measured)))
