"""Measuring the reader of requirements for `yangguang bench vocabulary`: its rate, and its worst texts."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from matcher.cli.bench_clock import (
    Spent,
    clocked,
    clocked_each,
    middle,
    spread,
    tables_kept_aside,
)
from matcher.cli.bench_shapes import ColdWarmOut, PassOut, ReadingOut
from matcher.cli.majors import LineErrorOut, match_lines
from matcher.kinds import MajorLevel
from matcher.vocabulary.benchmarks import MadeUpText, PlainSplitter, make_bombs
from matcher.vocabulary.majors.caches import forget
from matcher.vocabulary.requirements import read_requirement

ROUNDS = 3
"""Each pass is measured so often and the middle one told."""
_EVERY_TABLE = (
    "工学（08），计算机类、政治学、经济学与哲学、某某工程等相关专业，不含软件工程；"
    "理工类、会记学、印刷、马克思主义理论（0305）（不含思政）"
)
"""Reading this builds every table the reader has; it is in none of the measured texts."""
SPLITTER = "splitter"
PASSES = ("cold", "warm", "again", SPLITTER)
"""No name was read before; the names were, in other texts; the texts were, and may be remembered; the splitter."""
Verdicts = list[tuple[str, str]]


def with_empty_caches() -> None:
    """Bring about the state after start-up: every table is there, no text and no name was read yet."""
    forget()
    read_requirement(_EVERY_TABLE, "混合")


def lines_of(texts: Sequence[MadeUpText], cases_a_text: int) -> list[str]:
    """Return the lines of `majors match` that ask so many graduates about each text."""
    return [
        json.dumps(
            {
                "id": f"{number}/{place}",
                "requirement": one.text,
                "requirement_column_level": one.column.label,
                "student": {"level": who.level.label, "major_name": who.major, "code": who.code},
            },
            ensure_ascii=False,
        )
        for number, one in enumerate(texts)
        for place, who in enumerate(one.graduates[:cases_a_text])
    ]


def _read_all(lines: Sequence[str]) -> Verdicts:
    """Answer lines as `majors match` does, down to the JSON."""
    verdicts = []
    for answer in match_lines(lines):
        answer.model_dump_json()
        if isinstance(answer, LineErrorOut):
            raise TypeError(f"line {answer.line} was refused: {answer.error}")
        verdicts.append((str(answer.id), answer.verdict))
    return verdicts


def _split_all(splitter: PlainSplitter, lines: Sequence[str]) -> Verdicts:
    """Answer the same lines with the splitter, from JSON to JSON as well."""
    levels = {level.label: level for level in MajorLevel}
    verdicts = []
    for line in lines:
        case = json.loads(line)
        student = case["student"]
        fits = splitter.fits(case["requirement"], levels[student["level"]], student["major_name"])
        verdict = "yes" if fits else "no"
        json.dumps({"id": case["id"], "verdict": verdict}, ensure_ascii=False)
        verdicts.append((case["id"], verdict))
    return verdicts


def measure_reading(texts: Sequence[MadeUpText], cases_a_text: int) -> ReadingOut:
    """Measure reader and splitter on the same lines, turn by turn."""
    lines = lines_of(texts, cases_a_text)
    others = [replace(one, text=f"{one.text}。") for one in texts]
    splitter = PlainSplitter()
    spent: dict[str, list[Spent]] = {name: [] for name in PASSES}
    for _ in range(ROUNDS):
        with_empty_caches()
        with tables_kept_aside():
            read, cold = clocked(lambda: _read_all(lines))
            repeated, again = clocked(lambda: _read_all(lines))
            split, plain = clocked(lambda: _split_all(splitter, lines))
        with_empty_caches()
        _read_all(lines_of(others, 1))  # The same names in other texts.
        with tables_kept_aside():
            _, warm = clocked(lambda: _read_all(lines))
        _check_same_input(read, repeated, split)
        for name, one in zip(PASSES, (cold, warm, again, plain), strict=True):
            spent[name].append(one)
    told = {name: middle(rounds) for name, rounds in spent.items()}
    return _reading_out(lines, cases_a_text, (read, split), told)


def _check_same_input(read: Verdicts, again: Verdicts, split: Verdicts) -> None:
    """Make sure that both answered every line, in order, and the reader the same when asked again."""
    if read != again:
        raise AssertionError("the reader answers differently when asked again")
    if [case for case, _ in read] != [case for case, _ in split]:
        raise AssertionError("reader and splitter were not asked the same")


def _reading_out(
    lines: Sequence[str],
    cases_a_text: int,
    verdicts: tuple[Verdicts, Verdicts],
    told: dict[str, Spent],
) -> ReadingOut:
    pairs = [(mine, other) for (_, mine), (_, other) in zip(*verdicts, strict=True)]
    decided = [pair for pair in pairs if pair[0] != "maybe"]
    passes = {name: _pass_out(one, len(lines), cases_a_text) for name, one in told.items()}
    return ReadingOut(
        cases_a_text=cases_a_text,
        texts=len(lines) // cases_a_text,
        cases=len(lines),
        input_sha256=hashlib.sha256("\n".join(lines).encode()).hexdigest(),
        agree=_agreement(pairs) or 0.0,
        agree_decided=_agreement(decided),
        verdicts=dict(sorted(Counter(mine for mine, _ in pairs).items())),
        passes=passes,
        ratios={
            name: round(told[SPLITTER].cpu / one.cpu, 4)
            for name, one in told.items()
            if name != SPLITTER
        },
    )


def _agreement(pairs: list[tuple[str, str]]) -> float | None:
    return round(sum(a == b for a, b in pairs) / len(pairs), 4) if pairs else None


def _pass_out(spent: Spent, cases: int, cases_a_text: int) -> PassOut:
    return PassOut(
        cpu_seconds=round(spent.cpu, 4),
        wall_seconds=round(spent.wall, 4),
        texts_per_second=round(cases / cases_a_text / spent.cpu, 1),
        cases_per_second=round(cases / spent.cpu, 1),
    )


def measure_bombs() -> ColdWarmOut:
    """Measure the texts made to be slow: each with empty caches, and each after all the others.

    For the second pass the last character is another one: the names are known, the text is new.
    """
    bombs = make_bombs()
    cold: dict[str, Spent] = {}
    for name, text in bombs.items():
        rounds = []
        for _ in range(ROUNDS):
            with_empty_caches()
            with tables_kept_aside():
                rounds.append(clocked(partial(_read, text))[1])
        cold[name] = middle(rounds)
    known = {name: f"{text[:-1]}。" for name, text in bombs.items()}
    for text in bombs.values():
        _read(text)
    with tables_kept_aside():
        warm = clocked_each(_read, known)
    return ColdWarmOut(cold=spread(cold), warm=spread(warm))


def _read(text: str) -> None:
    read_requirement(text, "混合")
