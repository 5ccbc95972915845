"""The machine shape of an evaluation (评测): what `majors evaluate --json` prints."""

from dataclasses import asdict, dataclass

from pydantic import BaseModel

from matcher.vocabulary.evaluation import (
    Outcome,
    Score,
    answer_scores,
    confusion,
    mean_accuracy,
    score,
    score_by,
    share,
    worst_group,
)


class ScoreOut(BaseModel):
    """The counts of one set of questions; shares are null where there is nothing to share."""

    cases: int
    right: int
    decidable: int
    right_decidable: int
    accuracy: float | None
    maybe_share_decidable: float | None
    undecidable: int
    maybe_share_undecidable: float | None
    not_yes: int
    right_not_yes: int
    excluded: int
    yes_on_excluded: int


class AnswerOut(BaseModel):
    """One of yes, no, maybe."""

    expected: int
    given: int
    right: int
    precision: float | None
    recall: float | None


class IssuersOut(BaseModel):
    """The honest unit: each issuer counts once."""

    issuers: int
    mean_accuracy: float | None
    worst: str | None
    worst_accuracy: float | None


class WrongOut(BaseModel):
    """A question answered wrongly."""

    id: str
    expected: str
    answered: str
    how: str
    issuer: str


class RefusedOut(BaseModel):
    """A line that could not be asked; `line` counts from 1."""

    line: int
    error: str


class EvaluationOut(BaseModel):
    """The answer of `majors evaluate`."""

    total: ScoreOut
    confusion: dict[str, dict[str, int]]
    answers: dict[str, AnswerOut]
    by_issuer: IssuersOut
    unit: str | None
    groups: dict[str, ScoreOut]
    wrong: list[WrongOut]
    refused: list[RefusedOut]
    cases_per_second: float


@dataclass(frozen=True, slots=True)
class Asked:
    """Every outcome of a file, the lines refused, and how long the reader took."""

    outcomes: list[Outcome]
    refused: list[RefusedOut]
    seconds: float


def _score_out(counted: Score) -> ScoreOut:
    return ScoreOut(
        **{name: value for name, value in asdict(counted).items() if not name.startswith("maybe_")},
        accuracy=counted.accuracy,
        maybe_share_decidable=share(counted.maybe_decidable, counted.decidable),
        maybe_share_undecidable=share(counted.maybe_undecidable, counted.undecidable),
    )


def _issuers_out(outcomes: list[Outcome]) -> IssuersOut:
    groups = score_by(outcomes, "issuer")
    worst = worst_group(groups)
    return IssuersOut(
        issuers=len(groups),
        mean_accuracy=mean_accuracy(groups),
        worst=worst[0] if worst else None,
        worst_accuracy=worst[1] if worst else None,
    )


def evaluation_out(asked: Asked, unit: str | None, wrong: int) -> EvaluationOut:
    """Return the machine shape of an evaluation, with at most `wrong` of the wrong answers."""
    outcomes = asked.outcomes
    scores = answer_scores(outcomes)
    groups = score_by(outcomes, unit) if unit else {}
    missed = [one for one in outcomes if not one.right][:wrong]
    return EvaluationOut(
        total=_score_out(score(outcomes)),
        confusion=confusion(outcomes),
        answers={
            one.answer: AnswerOut(
                expected=one.expected,
                given=one.given,
                right=one.right,
                precision=one.precision,
                recall=one.recall,
            )
            for one in scores
        },
        by_issuer=_issuers_out(outcomes),
        unit=unit,
        groups={label: _score_out(each) for label, each in groups.items()},
        wrong=[
            WrongOut(
                id=one.case,
                expected=one.expected,
                answered=one.answered,
                how=one.how,
                issuer=one.issuer,
            )
            for one in missed
        ],
        refused=asked.refused,
        cases_per_second=round(len(outcomes) / asked.seconds, 1) if asked.seconds else 0.0,
    )
