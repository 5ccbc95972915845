"""What only all columns together can tell: which office employs, whose date it is, which number is a code."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from statistics import median

from matcher.identity import birth_date, id_number_problem
from matcher.intake.cells import cell_text
from matcher.intake.dates import read_date
from matcher.intake.grids import CellValue, Grid, Row
from matcher.intake.guesses import ColumnGuess
from matcher.intake.heads import Head, head_key
from matcher.intake.shapes import FAR_FUTURE
from matcher.kinds import ImportKind

_CODE_OF = {
    ImportKind.POSTINGS: "posting_code",
    ImportKind.EMPLOYERS: "employer_code",
    ImportKind.HOUSEHOLDS: "file_no",
}
"""What a column headed 编号 means when its values are codes, not a count of rows."""
_COUNTING_SHARE = 0.5
_SAMPLED = 60
_SCHOOLED_AGE = 20
"""Years from birth to a graduation; a college of three years ends at 21, enrolments are at 18 or 19."""
_SAME_DAY_SHARE = 0.8


def settle_columns(
    kind: ImportKind, guesses: Sequence[ColumnGuess], shares: Sequence[tuple[dict[str, float], int]]
) -> list[ColumnGuess]:
    """Let the supervising office stand for a missing employer, and codes headed 编号 be codes."""
    settled = list(guesses)
    taken = {guess.concept for guess in settled}
    if "employer_name" not in taken:
        for guess in settled:
            if guess.concept == "parent_unit":
                note = "没有单位名称列，以主管部门为用人单位"
                settled[guess.index] = replace(guess, concept="employer_name", evidence=note)
                break
    code = _CODE_OF.get(kind)
    if code is None or code in taken:
        return settled
    for guess in settled:
        shape, filled = shares[guess.index]
        if guess.concept != "ordinal" or not filled or not head_key(guess.head).endswith("编号"):
            continue
        if shape.get("integer", 0.0) < _COUNTING_SHARE and shape.get("code", 0.0) > _COUNTING_SHARE:
            settled[guess.index] = replace(guess, concept=code, evidence="编号列的值是代码")
            break
    return settled


def settle_nameless_dates(
    guesses: Sequence[ColumnGuess], grid: Grid, head: Head, *, nameless: Collection[int]
) -> list[ColumnGuess]:
    """Tell births from graduations among date columns that only their values speak for.

    The identity numbers beside them decide; what they leave open is not guessed.
    """
    settled = list(guesses)
    by_concept: Mapping[str | None, ColumnGuess] = {g.concept: g for g in guesses}
    number = by_concept.get("id_number")
    for guess in guesses:
        if guess.concept != "graduation_date" or guess.index not in nameless:
            continue
        meaning = _meaning(grid, head, guess.index, number.index) if number else None
        if meaning == "birth_date" and "birth_date" in by_concept:
            meaning = None
        evidence = guess.evidence if meaning else "没有表头，分不清是什么日期"
        settled[guess.index] = replace(guess, concept=meaning, evidence=evidence)
    return settled


def _meaning(grid: Grid, head: Head, dates: int, numbers: int) -> str | None:
    ages, same = [], 0
    rows = [row for row in grid.rows if row.number >= head.first_data][:_SAMPLED]
    for row in rows:
        number = cell_text(_cell(row, numbers)).upper()
        written = read_date(_cell(row, dates), FAR_FUTURE).value
        if written is None or id_number_problem(number, FAR_FUTURE) is not None:
            continue
        born = birth_date(number)
        same += written.day == born
        ages.append(written.day.year - born.year)
    if not ages:
        return None
    if same >= len(ages) * _SAME_DAY_SHARE:
        return "birth_date"
    return "graduation_date" if median(ages) >= _SCHOOLED_AGE else None


def _cell(row: Row, index: int) -> CellValue:
    return row.values[index] if index < len(row.values) else None
