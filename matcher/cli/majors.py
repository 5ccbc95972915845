"""`yangguang majors`: read a 专业要求 and match graduates against it, without a database.

JSON alone on stdout. Exit 0: all good; 2: some lines refused; 1: failure.
"""

import gc
import json
import sys
from collections.abc import Iterable

import click
from pydantic import BaseModel, ValidationError

from matcher.cli.majors_arguments import EMPTY_TEXT, NOTHING_READ, check_directory, check_level
from matcher.cli.majors_cases import CaseIn
from matcher.cli.majors_evaluate import evaluate
from matcher.cli.majors_import import adopt_installed, editions, import_edition
from matcher.kinds import MajorLevel
from matcher.vocabulary.majors.directory_rows import known_editions
from matcher.vocabulary.requirements import (
    LevelReading,
    Requirement,
    Student,
    judge,
    read_requirement,
)
from matcher.vocabulary.requirements.scanning import levels_in

EXIT_REFUSED = 2
READING_VERBS = ("read", "match", "evaluate")
"""Verbs that read under the editions an installation imported, where there is one."""


class VerdictOut(BaseModel):
    """One answer of `majors match`; `why` begins with the rule, then the words that decide."""

    id: str | int
    verdict: str
    why: str


class LineErrorOut(BaseModel):
    """Stands in the place of a line that could not be read; `line` counts from 1."""

    id: str | int | None
    line: int
    error: str


class SpanOut(BaseModel):
    """A stretch of the text and what it became."""

    start: int
    end: int
    kind: str
    text: str


class LevelOut(BaseModel):
    """What one level is asked for; field names of the published gold."""

    unlimited: bool
    gates: list[str]
    classes: list[str]
    majors: list[str]
    disciplines: list[str]
    second_level: dict[str, str]
    names: list[str]
    voc_bachelor: list[str]
    restrict: dict[str, list[str]]
    exclude: list[str]
    aliases: list[str]
    old_names: list[str]
    dir_categories: list[str]
    unread: list[str]


class ReadingOut(BaseModel):
    """The answer of `majors read`."""

    raw: str
    column_level: str | None
    directory: str | None
    by_level: dict[str, LevelOut]
    open_ended: bool
    conditions: list[str]
    unread: list[str]
    spans: list[SpanOut]


def _level_out(reading: LevelReading) -> LevelOut:
    return LevelOut(
        unlimited=reading.unlimited,
        gates=list(reading.gates),
        classes=list(reading.classes),
        majors=list(reading.majors),
        disciplines=list(reading.disciplines),
        second_level=dict(reading.second_level),
        names=list(reading.names),
        voc_bachelor=list(reading.voc_bachelor),
        restrict={code: list(names) for code, names in reading.restrict.items()},
        exclude=list(reading.exclude),
        aliases=list(reading.aliases),
        old_names=list(reading.old_names),
        dir_categories=list(reading.dir_categories),
        unread=list(reading.unread),
    )


def reading_out(requirement: Requirement) -> ReadingOut:
    """Return the machine shape of a reading."""
    return ReadingOut(
        raw=requirement.raw,
        column_level=requirement.column_level,
        directory=requirement.directory,
        by_level={lv.label: _level_out(r) for lv, r in requirement.by_level.items()},
        open_ended=requirement.open_ended,
        conditions=list(requirement.conditions),
        unread=list(requirement.unread),
        spans=[
            SpanOut(start=s.start, end=s.end, kind=s.kind, text=s.text) for s in requirement.spans
        ],
    )


def _student_level(words: str) -> MajorLevel:
    found = levels_in(words.upper())
    if len(found) != 1:
        raise ValueError(f"student.level: {words!r} is not one level")
    return next(iter(found))


def _answer(case: CaseIn) -> VerdictOut:
    level = _student_level(case.student.level)
    requirement = read_requirement(case.requirement, case.requirement_column_level, case.needs)
    student = Student(level, case.student.major_name, case.student.code)
    judgement = judge(requirement, student)
    why = f"{judgement.how}：{judgement.words}" if judgement.words else judgement.how
    return VerdictOut(id=case.id, verdict=judgement.verdict.value, why=why)


def _error(line: str, number: int, error: Exception) -> LineErrorOut:
    try:
        parsed = json.loads(line)
    except ValueError:
        parsed = None
    known = parsed.get("id") if isinstance(parsed, dict) else None
    if isinstance(error, ValidationError):
        message = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
    else:
        message = str(error)
    return LineErrorOut(
        id=known if isinstance(known, str | int) else None, line=number, error=message
    )


def match_lines(lines: Iterable[str]) -> Iterable[VerdictOut | LineErrorOut]:
    """Answer each line that is not blank, in order; a bad one gives an error in its place."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield _answer(CaseIn.model_validate_json(line))
        except ValueError as error:
            yield _error(line, number, error)


@click.group()
def majors() -> None:
    """Majors (专业): read requirements, match graduates."""
    if click.get_current_context().invoked_subcommand in READING_VERBS:
        adopt_installed()


majors.add_command(evaluate)
majors.add_command(import_edition)
majors.add_command(editions)


@majors.command("read")
@click.argument("text")
@click.option("--level", default=None, help="Column it stands under: 本科, 研究生, 专科, 混合 …")
@click.option("--directory", default=None, help="Provincial reference directory it is read under.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def read(text: str, level: str | None, directory: str | None, *, as_json: bool) -> None:
    """Show how a requirement text is read."""
    check_level(level)
    check_directory(directory)
    requirement = read_requirement(text, level, directory)
    if as_json:
        click.echo(reading_out(requirement).model_dump_json())
        return
    spans = [span for span in requirement.spans if span.kind != "separator"]
    for span in spans:
        click.echo(f"{span.kind:<12}{span.text}")
    if not spans:
        click.echo(NOTHING_READ if text.strip() else EMPTY_TEXT)


# Touches every rule once, so that no table is built while cases are being answered.
_WARM_UP = (
    "工学（08），计算机类、政治学、经济学与哲学、某某工程、某物、道路桥梁某、某某艺某类等相关专业，"
    "不含软件工程、某某"
)


def _warm_up() -> None:
    """Build every table before the first line is read, and keep the collector of cycles from visiting them."""
    for directory in (None, *(f"{issuer}{year}" for issuer, year in known_editions())):
        read_requirement(_WARM_UP, "混合", directory)
    gc.freeze()


@majors.command("match")
@click.option("--json", "as_json", is_flag=True, help="Lines of JSON in and out (the only form).")
def match(*, as_json: bool) -> None:
    """Answer cases from standard input, one JSON object a line, in order."""
    del as_json  # The flag is part of the contract; there is no other form.
    _warm_up()
    refused = False
    for answer in match_lines(sys.stdin):
        refused = refused or isinstance(answer, LineErrorOut)
        click.echo(answer.model_dump_json())
    if refused:
        sys.exit(EXIT_REFUSED)
