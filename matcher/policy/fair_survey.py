"""The questionnaires after a fair (会后问卷): questions of both sides as data, and what an answer may say."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from matcher.kinds.fair_reports import SurveySide

SCORES = ("1", "2", "3", "4", "5")


@dataclass(frozen=True, slots=True)
class Question:
    """One question: a score from 1 to 5, one choice, or several."""

    code: str
    sides: tuple[SurveySide, ...]
    kind: str
    label: str
    choices: tuple[tuple[str, str], ...]

    @property
    def is_score(self) -> bool:
        """Say whether it is answered from 1 to 5."""
        return self.kind == "score"


@lru_cache(maxsize=1)
def _read() -> tuple[str, tuple[Question, ...]]:
    text = files("matcher.policy.data").joinpath("fair_survey.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    return str(table["edition"]), tuple(_question(one) for one in table["question"])


def _question(row: Mapping[str, object]) -> Question:
    choices = row.get("choices", [])
    sides = row["sides"]
    assert isinstance(choices, list)  # noqa: S101 - the file is ours and read by a test
    assert isinstance(sides, list)  # noqa: S101 - as above
    return Question(
        code=str(row["code"]),
        sides=tuple(SurveySide(one) for one in sides),
        kind=str(row["kind"]),
        label=str(row["label"]),
        choices=tuple((str(code), str(words)) for code, words in choices),
    )


def edition() -> str:
    """Return which edition of the questionnaires this is; kept with each answer."""
    return _read()[0]


def questions_of(side: SurveySide) -> list[Question]:
    """Return the questions of a side in their order."""
    return [one for one in _read()[1] if side in one.sides]


def kept_answers(side: SurveySide, sent: Mapping[str, list[str]]) -> dict[str, object]:
    """Return the answers that the questionnaire knows; a question nobody answered is left out."""
    kept: dict[str, object] = {}
    for question in questions_of(side):
        known = SCORES if question.is_score else tuple(code for code, _ in question.choices)
        given = [one for one in sent.get(question.code, []) if one in known]
        if not given:
            continue
        if question.is_score:
            kept[question.code] = int(given[0])
        else:
            kept[question.code] = sorted(set(given)) if question.kind == "many" else given[0]
    return kept
