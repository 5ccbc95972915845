"""`yangguang intents`: read wishes (意向) written in free words, and measure that reading, without a database.

JSON alone on stdout with `--json`. Exit 0: all good; 2: some lines refused; 1: failure.
"""

import sys
from typing import IO

import click
from pydantic import BaseModel

from matcher.cli.json_lines import ENCODING, needing_utf8
from matcher.kinds import Mobility, UnitKind
from matcher.vocabulary.industries import load_industries
from matcher.vocabulary.intents import IntentReading, read_intent
from matcher.vocabulary.intents.evaluating import as_json, evaluate_lines, tables
from matcher.vocabulary.occupations import load_occupations
from matcher.vocabulary.regions import load_regions

EXIT_REFUSED = 2


class PayOut(BaseModel):
    """Pay as a monthly range in yuan; an open side is null."""

    low_yuan: int | None
    high_yuan: int | None
    basis: str
    note: str


class NamedOut(BaseModel):
    """A refused wish, or one beyond the first three; without codes the words alone count."""

    kind: str
    words: str
    codes: list[str]


class QuestionOut(BaseModel):
    """Words that may mean several things."""

    kind: str
    words: str
    candidates: list[str]


class SpanOut(BaseModel):
    """A stretch of the text and what it became."""

    start: int
    end: int
    kind: str
    text: str


class IntentOut(BaseModel):
    """The answer of `intents read`; `names` has every code and value of it in words."""

    raw: str
    places: list[str]
    occupations: list[str]
    industries: list[str]
    unit_kinds: list[UnitKind]
    wanted_pay_yuan: int | None
    pay: PayOut | None
    mobility: Mobility | None
    nearby: bool
    home: bool
    excluded: list[NamedOut]
    to_confirm: list[QuestionOut]
    beyond: list[NamedOut]
    kept: list[str]
    notes: list[str]
    names: dict[str, str]
    spans: list[SpanOut]


def _name(kind: str, code: str) -> str:
    """Return a code of a kind in words."""
    if kind == "place":
        return load_regions().name_of(code)
    if kind == "unit_kind":
        return UnitKind(code).label
    if kind == "mobility":
        return Mobility(code).label
    found = load_occupations().get(code) if kind == "occupation" else load_industries().get(code)
    return found.name if found else ""


def _codes(reading: IntentReading) -> list[tuple[str, str]]:
    """Return every (kind, code) of a reading."""
    codes = [("place", code) for code in reading.places]
    codes += [("occupation", code) for code in reading.occupations]
    codes += [("industry", code) for code in reading.industries]
    codes += [("unit_kind", kind.value) for kind in reading.unit_kinds]
    codes += [("mobility", reading.mobility.value)] if reading.mobility else []
    for one in (*reading.excluded, *reading.beyond):
        codes += [(one.kind, code) for code in one.codes]
    for question in reading.to_confirm:
        codes += [(question.kind, code) for code in question.candidates]
    return codes


def intent_out(reading: IntentReading) -> IntentOut:
    """Return the machine shape of a reading."""
    pay = reading.pay
    return IntentOut(
        raw=reading.raw,
        places=list(reading.places),
        occupations=list(reading.occupations),
        industries=list(reading.industries),
        unit_kinds=list(reading.unit_kinds),
        wanted_pay_yuan=reading.wanted_pay_yuan,
        pay=PayOut(low_yuan=pay.low_yuan, high_yuan=pay.high_yuan, basis=pay.basis, note=pay.note)
        if pay
        else None,
        mobility=reading.mobility,
        nearby=reading.nearby,
        home=reading.home,
        excluded=[NamedOut(kind=o.kind, words=o.words, codes=[*o.codes]) for o in reading.excluded],
        to_confirm=[
            QuestionOut(kind=q.kind, words=q.words, candidates=[*q.candidates])
            for q in reading.to_confirm
        ],
        beyond=[NamedOut(kind=o.kind, words=o.words, codes=[*o.codes]) for o in reading.beyond],
        kept=list(reading.kept),
        notes=list(reading.notes),
        names={code: _name(kind, code) for kind, code in _codes(reading)},
        spans=[SpanOut(start=s.start, end=s.end, kind=s.kind, text=s.text) for s in reading.spans],
    )


@click.group()
def intents() -> None:
    """Wishes (意向): read sentences, measure the reading."""


@intents.command("read")
@click.argument("text")
@click.option("--home", default=None, help="Region code 老家 and 本地 mean.")
@click.option("--json", "as_machine", is_flag=True, help="Print one JSON object.")
def read(text: str, home: str | None, *, as_machine: bool) -> None:
    """Show how a sentence of wishes is read."""
    if home is not None and load_regions().get(home) is None:
        raise click.BadParameter("no such region", param_hint="--home")
    reading = read_intent(text, home=home)
    if as_machine:
        click.echo(intent_out(reading).model_dump_json())
        return
    for span in reading.spans:
        if span.kind not in {"separator", "filler"}:
            click.echo(f"{span.kind:<12}{span.text}")
    for note in reading.notes:
        click.echo(f"{'note':<12}{note}")


@intents.command("evaluate")
@click.argument("file", type=click.File(encoding=ENCODING))
@click.option("--json", "as_machine", is_flag=True, help="Print one JSON object.")
def evaluate(file: IO[str], *, as_machine: bool) -> None:
    """Measure the reading against JSON lines of text, gold and stratum."""
    with needing_utf8(getattr(file, "name", "-")):
        result = evaluate_lines(file)
    click.echo(as_json(result) if as_machine else "\n".join(tables(result)))
    for line, error in result.refused:
        click.echo(f"line {line}: {error}", err=True)
    if result.refused:
        sys.exit(EXIT_REFUSED)
