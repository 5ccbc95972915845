"""Recognising what each column means, by its head and by the values below it.

The head proposes (exact synonym, then its end, then RapidFuzz likeness), the values confirm or
contradict. A head contradicted by clear values keeps its column and is reported with a proposal:
which of the two is wrong only a person knows. A column without a usable head follows its values.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from matcher.intake.concepts import Concept, concept_label, load_concepts
from matcher.intake.graduate_columns import settle_graduate_columns
from matcher.intake.grids import CellValue, Grid, column_letter
from matcher.intake.guesses import ColumnGuess
from matcher.intake.head_matching import match_head
from matcher.intake.head_rows import is_opaque_head
from matcher.intake.headless import concept_by_values
from matcher.intake.heads import Head, find_head
from matcher.intake.household_columns import OF_MEMBER, settle_household_columns
from matcher.intake.settling import settle_columns, settle_nameless_dates
from matcher.intake.shapes import shape_shares
from matcher.kinds import ImportKind

_SAMPLE = 240
"""Values looked at in each column, spread over the sheet; enough to see a share within 7 %."""
_AT_END, _LEAST = 0.88, 0.72
_CONTRADICTED_BELOW = 0.25
_PROPOSED_FROM = 0.7
_HARD_SHAPES = frozenset(
    {
        "id_number",
        "phone",
        "email",
        "url",
        "credit_code",
        "date",
        "pay",
        "level",
        "sex",
        "ethnicity",
    }
    | {"relation", "name"}
)
"""Shapes narrow enough to contradict a head."""
_REPEATABLE = frozenset(
    {
        "member_name",
        "member_id_number",
        "member_phone",
        "relation",
        "remark",
        "work_state",
        "work_unit",
    }
    | {"other_conditions", "certificates", "about"}
)


def guess_columns(
    kind: ImportKind, grid: Grid, head: Head | None = None
) -> tuple[ColumnGuess, ...]:
    """Recognise every column of a sheet; one guess a column, from the left."""
    head = head or find_head(grid)
    samples = [_sample(grid, head, column) for column in range(grid.width)]
    shares = [shape_shares(sample) for sample in samples]
    guesses = [
        _guess(kind, column, head.names[column], shares[column]) for column in range(grid.width)
    ]
    if kind is ImportKind.GRADUATES:
        guesses = settle_graduate_columns(guesses)
    guesses = _settle_duplicates(kind, guesses, shares)
    if kind is ImportKind.HOUSEHOLDS:
        guesses = settle_household_columns(guesses)
    guesses = settle_columns(kind, guesses, shares)
    nameless = {g.index for g in guesses if g.concept is None and is_opaque_head(g.head)}
    guesses = _fill_gaps(kind, guesses, shares, samples)
    return tuple(settle_nameless_dates(guesses, grid, head, nameless=nameless))


def mapping_of(guesses: Sequence[ColumnGuess], *, accept_proposals: bool = False) -> dict[int, str]:
    """Return {column index: concept} as `judge_rows` takes it."""
    chosen: dict[int, str] = {}
    for guess in guesses:
        concept = guess.proposal if accept_proposals and guess.proposal else guess.concept
        if concept is not None:
            chosen[guess.index] = concept
    return chosen


def override_mapping(
    guesses: Sequence[ColumnGuess], chosen: Mapping[int, str | None]
) -> dict[int, str]:
    """Return the mapping with columns set, or with None switched off, by a person."""
    mapping = mapping_of(guesses)
    for index, concept in chosen.items():
        mapping.pop(index, None)
        if concept is not None:
            mapping[index] = concept
    return mapping


def _sample(grid: Grid, head: Head, column: int) -> list[CellValue]:
    rows = [row for row in grid.rows if row.number >= head.first_data]
    step = max(1, len(rows) // (_SAMPLE * 2))
    values: list[CellValue] = []
    for row in rows[::step]:
        value = row.values[column] if column < len(row.values) else None
        if value is not None:
            values.append(value)
            if len(values) >= _SAMPLE:
                break
    return values


def _agreement(concept: Concept, shares: dict[str, float]) -> float | None:
    """Return how well values agree with a concept; None if it takes any text."""
    if not concept.shapes:
        return None
    wanted = set(concept.shapes)
    if "date" in wanted:
        wanted |= {"month_day"}
        if shares.get("number", 0) > 0.5:
            wanted |= {"number"}
    if wanted & {"level", "code", "hardship_code", "yes_no"}:
        wanted |= {"integer", "number", "yes_no"}
    if "name" in wanted:
        wanted |= {"sex"} if shares.get("name", 0) > 0.3 else set()
    return max((shares.get(shape, 0.0) for shape in wanted), default=0.0)


def _guess(
    kind: ImportKind, column: int, head: str, shares: tuple[dict[str, float], int]
) -> ColumnGuess:
    letter = column_letter(column)
    name, strength, evidence = match_head(kind, head)
    shape, filled = shares
    if name is None or strength < 0.6:
        return ColumnGuess(column, letter, head, None, 0.0, "表头不认识" if head else "没有表头")
    concept = load_concepts()[name]
    agreement = _agreement(concept, shape)
    if agreement is None or filled == 0:
        return ColumnGuess(column, letter, head, name, round(strength, 2), evidence)
    if filled >= 3 and agreement < _CONTRADICTED_BELOW and concept.shapes & _HARD_SHAPES:
        guess = ColumnGuess(column, letter, head, name, 0.0, evidence)
        return _contradicted(kind, name, shape, guess=guess, strength=strength)
    confidence = min(1.0, strength * 0.75 + agreement * 0.25)
    evidence += f"，{agreement:.0%} 的值相符"
    return ColumnGuess(column, letter, head, name, round(confidence, 2), evidence)


def _contradicted(
    kind: ImportKind, name: str, shape: dict[str, float], *, guess: ColumnGuess, strength: float
) -> ColumnGuess:
    """Report a head whose values look like something else."""
    proposal = concept_by_values(kind, shape, strict=True)
    label = concept_label(name)
    if (
        proposal is None
        or shape.get(next(iter(load_concepts()[proposal].shapes), ""), 0) < _PROPOSED_FROM
    ):
        soft = load_concepts()[name].shapes & {"name", "pay", "level", "relation", "date"}
        if soft and strength >= _AT_END:
            return replace(guess, confidence=round(strength * 0.6, 2))
        conflict = f"表头“{guess.head}”下面的值多数不像“{label}”，请核对是否错列"
        return replace(guess, confidence=round(strength * 0.4, 2), conflict=conflict)
    conflict = f"表头是“{guess.head}”，但下面的值像“{concept_label(proposal)}”，可能错列"
    return replace(guess, confidence=round(strength * 0.3, 2), conflict=conflict, proposal=proposal)


def _settle_duplicates(
    kind: ImportKind, guesses: list[ColumnGuess], shares: list[tuple[dict[str, float], int]]
) -> list[ColumnGuess]:
    """Leave each concept to its best column; repeatable ones are numbered from the left."""
    taken: dict[str, list[int]] = {}
    for guess in guesses:
        if guess.concept is not None:
            taken.setdefault(guess.concept, []).append(guess.index)
    settled = list(guesses)
    for concept, columns in taken.items():
        if len(columns) < 2 or load_concepts()[concept].fate in {"drop", "ignore"}:
            continue
        if kind is ImportKind.HOUSEHOLDS and concept in OF_MEMBER:
            continue
        if concept in _REPEATABLE:
            for ordinal, column in enumerate(columns[1:], start=2):
                settled[column] = replace(settled[column], concept=f"{concept}#{ordinal}")
            continue
        best = max(
            columns,
            key=lambda c: (settled[c].conflict is None, settled[c].confidence, shares[c][1], -c),
        )
        for column in columns:
            if column != best:
                note = f"与 {settled[best].letter} 列含义相同，未采用"
                settled[column] = replace(
                    settled[column], concept=None, confidence=0.0, evidence=note
                )
    return settled


def _fill_gaps(
    kind: ImportKind,
    guesses: list[ColumnGuess],
    shares: list[tuple[dict[str, float], int]],
    samples: list[list[CellValue]],
) -> list[ColumnGuess]:
    """Give columns without a usable head what their values say, strongest shapes first."""
    headless = all(is_opaque_head(guess.head) for guess in guesses)
    taken = {guess.concept for guess in guesses if guess.concept is not None}
    filled = list(guesses)
    open_columns = [g.index for g in guesses if g.concept is None and is_opaque_head(g.head)]
    for index in sorted(open_columns, key=lambda c: -shares[c][1]):
        concept = concept_by_values(kind, shares[index][0], strict=not headless, taken=taken)
        if concept is not None:
            taken.add(concept)
            filled[index] = replace(
                filled[index], concept=concept, confidence=_LEAST, evidence="没有表头，按值识别"
            )
    if headless and kind is ImportKind.POSTINGS and "employer_name" in taken:
        _title_by_words(filled, samples, taken)
    return filled


def _title_by_words(
    guesses: list[ColumnGuess], samples: list[list[CellValue]], taken: set[str]
) -> None:
    """Take the first column of short words nobody else claims as the title of a headless table."""
    if "title" in taken:
        return
    for guess in guesses:
        texts = [str(value) for value in samples[guess.index]]
        if guess.concept is None and texts and sum(map(len, texts)) / len(texts) <= 30:
            guesses[guess.index] = replace(
                guess, concept="title", confidence=0.6, evidence="没有表头，短词列按岗位名称读取"
            )
            return
