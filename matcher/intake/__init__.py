"""Sheets of other offices into checked drafts (导入): files, grids, heads, columns, rows with problems.

Pure: no database, no clock. `open_table` reads a file, `guess_columns` recognises its columns,
`judge_rows` gives one verdict a row. Nothing is guessed about people: what is lost is refused with
the reason and a remedy.
"""

from matcher.intake.columns import guess_columns, mapping_of, override_mapping
from matcher.intake.compliance import Violation, find_violations
from matcher.intake.concepts import Concept, concept_label, concepts_of
from matcher.intake.drafts import (
    Draft,
    EmployerDraft,
    GraduateDraft,
    HouseholdDraft,
    JudgedRow,
    MemberDraft,
    PostingDraft,
)
from matcher.intake.errors import IntakeError
from matcher.intake.grids import Grid, Row, column_letter
from matcher.intake.guesses import ColumnGuess
from matcher.intake.head_matching import match_head
from matcher.intake.heads import Head, find_head, head_signature
from matcher.intake.household_rows import merge_households
from matcher.intake.judging import judge_rows
from matcher.intake.layout import JudgeOptions
from matcher.intake.problems import Problem, mask_value
from matcher.intake.readers import open_table
from matcher.intake.sheet_kinds import score_kinds

__all__ = [
    "ColumnGuess",
    "Concept",
    "Draft",
    "EmployerDraft",
    "GraduateDraft",
    "Grid",
    "Head",
    "HouseholdDraft",
    "IntakeError",
    "JudgeOptions",
    "JudgedRow",
    "MemberDraft",
    "PostingDraft",
    "Problem",
    "Row",
    "Violation",
    "column_letter",
    "concept_label",
    "concepts_of",
    "find_head",
    "find_violations",
    "guess_columns",
    "head_signature",
    "judge_rows",
    "mapping_of",
    "mask_value",
    "match_head",
    "merge_households",
    "open_table",
    "override_mapping",
    "score_kinds",
]
