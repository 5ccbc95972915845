"""`yangguang majors evaluate`: how well requirements are read, on questions with known answers.

Needs no database. Exit 0: all lines were asked; 2: some lines were refused; 1: failure.
"""

import sys
import time
from collections.abc import Iterable
from pathlib import Path

import click
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from matcher.cli.evaluation_shapes import Asked, EvaluationOut, RefusedOut, ScoreOut, evaluation_out
from matcher.cli.json_lines import ENCODING, needing_utf8
from matcher.cli.majors_cases import CaseIn
from matcher.kinds import MajorLevel
from matcher.vocabulary.evaluation import NOT_STATED, Outcome, issuer_of_table
from matcher.vocabulary.requirements import Student, judge, read_requirement
from matcher.vocabulary.requirements.scanning import levels_in

EXIT_REFUSED = 2
UNITS = ("stratum", "issuer", "level", "needs")
LABEL_OF_UNIT = {"stratum": "分层", "issuer": "发布机构", "level": "层次", "needs": "参考目录"}


class QuestionIn(CaseIn):
    """One line of FILE: a line of `majors match` with the right answer."""

    expected: str = Field(pattern="^(?:yes|no|maybe|not_yes)$")
    why: str = ""
    req_id: str | None = None
    issuer: str | None = None
    stratum: str | None = None
    strata: list[str] = Field(default_factory=list)


class SourceIn(BaseModel):
    """One line of the file of requirements: where a text comes from and its strata."""

    model_config = ConfigDict(extra="ignore")

    id: str
    source: dict[str, object] = {}
    strata: list[str] = []


def read_sources(path: Path) -> dict[str, SourceIn]:
    """Return the lines of a file of requirements by their id."""
    with needing_utf8(path.name):
        lines = path.read_text(encoding=ENCODING).splitlines()
    rows = [SourceIn.model_validate_json(line) for line in lines if line.strip()]
    return {row.id: row for row in rows}


def _level_of(words: str) -> MajorLevel:
    found = levels_in(words.upper())
    if len(found) != 1:
        raise ValueError(f"student.level: {words!r} is not one level")
    return next(iter(found))


def _labels(question: QuestionIn, source: SourceIn | None) -> tuple[tuple[str, ...], str]:
    """Return the strata and the issuer: those of the question first, else those of its text."""
    strata = question.strata or ([question.stratum] if question.stratum else [])
    table = str(source.source.get("table", "")) if source else ""
    issuer = question.issuer or (issuer_of_table(table) if table else NOT_STATED)
    return tuple(strata or (source.strata if source else ())), issuer


def _answer(question: QuestionIn, source: SourceIn | None) -> Outcome:
    level = _level_of(question.student.level)
    requirement = read_requirement(
        question.requirement, question.requirement_column_level, question.needs
    )
    student = Student(level, question.student.major_name, question.student.code)
    judgement = judge(requirement, student)
    strata, issuer = _labels(question, source)
    return Outcome(
        case=str(question.id),
        expected=question.expected,
        answered=judgement.verdict.value,
        how=judgement.how,
        excluded="excluded" in question.why,
        strata=strata,
        issuer=issuer,
        level=level.label,
        needs=question.needs or "",
    )


def _message(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
    return str(error)


def ask_all(lines: Iterable[str], sources: dict[str, SourceIn]) -> Asked:
    """Ask every line that is not blank; bad ones are refused with their number."""
    outcomes: list[Outcome] = []
    refused: list[RefusedOut] = []
    read_requirement("会计学")  # Loads the catalogues, so that the rate is that of reading.
    started = time.perf_counter()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            question = QuestionIn.model_validate_json(line)
            outcomes.append(_answer(question, sources.get(question.req_id or "")))
        except ValueError as error:
            refused.append(RefusedOut(line=number, error=_message(error)))
    return Asked(outcomes, refused, time.perf_counter() - started)


def _percent(part: float | None) -> str:
    return "—" if part is None else f"{part:.2%}"


def _line_of(label: str, each: ScoreOut) -> str:
    return (
        f"{each.cases:>7,}{each.decidable:>7,}{_percent(each.accuracy):>10}"
        f"{_percent(each.maybe_share_decidable):>10}{_percent(each.maybe_share_undecidable):>10}  {label}"
    )


def _echo_total(evaluation: EvaluationOut) -> None:
    total = evaluation.total
    click.echo(
        f"题数 {total.cases:,}，答对 {total.right:,}；每秒 {evaluation.cases_per_second:,.0f} 题"
    )
    click.echo(f"可判定的 {total.decidable:,} 题：准确率 {_percent(total.accuracy)}，", nl=False)
    click.echo(f"答待确认的占 {_percent(total.maybe_share_decidable)}")
    click.echo(f"不可判定的 {total.undecidable:,} 题：", nl=False)
    click.echo(f"答待确认的占 {_percent(total.maybe_share_undecidable)}")
    if total.not_yes:
        click.echo(f"不得答符合的 {total.not_yes:,} 题：答对 {total.right_not_yes:,}")
    click.echo(f"明文排除的 {total.excluded:,} 题：误答符合 {total.yes_on_excluded:,}")


def _echo_tables(evaluation: EvaluationOut) -> None:
    click.echo(f"\n{'expected':<10}{'yes':>8}{'no':>8}{'maybe':>8}")
    for expected, row in evaluation.confusion.items():
        click.echo(f"{expected:<10}" + "".join(f"{count:>8,}" for count in row.values()))
    click.echo(f"\n{'answer':<10}{'given':>8}{'right':>8}{'precision':>12}{'recall':>10}")
    for answer, one in evaluation.answers.items():
        shares = f"{_percent(one.precision):>12}{_percent(one.recall):>10}"
        click.echo(f"{answer:<10}{one.given:>8,}{one.right:>8,}{shares}")


def _echo_groups(evaluation: EvaluationOut) -> None:
    issuers = evaluation.by_issuer
    click.echo(
        f"\n按发布机构（{issuers.issuers}）：平均准确率 {_percent(issuers.mean_accuracy)}", nl=False
    )
    if issuers.worst is not None:
        click.echo(f"，最低 {_percent(issuers.worst_accuracy)}（{issuers.worst}）", nl=False)
    click.echo("")
    if evaluation.unit is None:
        return
    heads = f"{'cases':>7}{'decid.':>7}{'accuracy':>10}{'maybe':>10}{'maybe(u)':>10}"
    click.echo(f"\n{heads}  {LABEL_OF_UNIT[evaluation.unit]}")
    for label, each in evaluation.groups.items():
        click.echo(_line_of(label, each))


def _echo_lines(evaluation: EvaluationOut) -> None:
    for one in evaluation.wrong:
        click.echo(f"{one.id}  {one.expected} → {one.answered}（{one.how}）  {one.issuer}")
    for line in evaluation.refused:
        click.echo(f"第 {line.line} 行未评测：{line.error}", err=True)


@click.command("evaluate")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", "unit", type=click.Choice(UNITS), help="Also list each stratum, issuer, …")
@click.option(
    "--requirements",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON lines with id, source.table and strata of each text, found by req_id.",
)
@click.option("--wrong", type=click.IntRange(min=0), default=0, help="List up to N wrong answers.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def evaluate(
    file: Path, *, unit: str | None, requirements: Path | None, wrong: int, as_json: bool
) -> None:
    """Ask the questions of FILE (JSON lines) and show how many answers are right."""
    try:
        sources = read_sources(requirements) if requirements else {}
    except ValidationError as error:
        raise click.ClickException(f"--requirements: {_message(error)}") from error
    with needing_utf8(file.name):
        lines = file.read_text(encoding=ENCODING).splitlines()
    asked = ask_all(lines, sources)
    evaluation = evaluation_out(asked, unit, wrong)
    if as_json:
        click.echo(evaluation.model_dump_json())
    else:
        for echo in (_echo_total, _echo_tables, _echo_groups, _echo_lines):
            echo(evaluation)
    if asked.refused:
        sys.exit(EXIT_REFUSED)
