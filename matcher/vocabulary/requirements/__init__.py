"""Reading 专业要求 (major requirements): text in, three honest answers out.

`read_requirement` and `read_columns` turn a text into a `Requirement`; `judge` asks it about one
student; `compile_requirement` and `LeafIndex` ask it about every major of a drive at once. The
names of `LevelReading` are those of the published gold. Nothing is ever silently unlimited: what
was not understood is kept in `unread` and answers "to be confirmed" (待确认).
"""

from matcher.vocabulary.requirements.columns import read_columns
from matcher.vocabulary.requirements.compile import LeafIndex, compile_requirement
from matcher.vocabulary.requirements.judging import judge, leaf_of
from matcher.vocabulary.requirements.reader import read_requirement
from matcher.vocabulary.requirements.readings import (
    Judgement,
    LevelReading,
    Requirement,
    Student,
)
from matcher.vocabulary.requirements.spans import Span
from matcher.vocabulary.requirements.terms import Decision, Meaning, Term, leaf_key

__all__ = [
    "Decision",
    "Judgement",
    "LeafIndex",
    "LevelReading",
    "Meaning",
    "Requirement",
    "Span",
    "Student",
    "Term",
    "compile_requirement",
    "judge",
    "leaf_key",
    "leaf_of",
    "read_columns",
    "read_requirement",
]
