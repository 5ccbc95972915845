"""How well the reader answers known questions: confusion table, shares, strata (评测).

An answer is `yes`, `no` or `maybe`; what is expected is one of these, or `not_yes` where no and maybe
are both right. The honest unit is the issuer: rows of one table repeat one another's wording, so a
share over rows hides an issuer that is read badly. Hence the mean over issuers, and the worst.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

ANSWERS = ("yes", "no", "maybe")
EXPECTED = (*ANSWERS, "not_yes")
NOT_STATED = "（未注明）"
# The year in the title of a table (…2024年度…职位表 2018、2019): one issuer issues one every year.
_YEARS = re.compile(r"(?:19|20)\d\d年?度?(?:[、,，](?:19|20)\d\d年?度?)*")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question and the answer it got.

    Parameters
    ----------
    excluded : the text explicitly excludes this graduate: "yes" would be the gravest mistake
    strata : any number of labels; a question counts in each
    needs : the reference directory the question needs, or ""
    """

    case: str
    expected: str
    answered: str
    how: str = ""
    excluded: bool = False
    strata: tuple[str, ...] = ()
    issuer: str = NOT_STATED
    level: str = NOT_STATED
    needs: str = ""

    @property
    def right(self) -> bool:
        """Whether the answer is the one expected."""
        if self.expected == "not_yes":
            return self.answered != "yes"
        return self.answered == self.expected


@dataclass(frozen=True, slots=True)
class AnswerScore:
    """How one answer did. `precision` over the questions it was given to, `recall` over those it was due."""

    answer: str
    expected: int
    given: int
    right: int

    @property
    def precision(self) -> float | None:
        """Share of the times it was given that were right; None if it never was."""
        return share(self.right, self.given)

    @property
    def recall(self) -> float | None:
        """Share of the times it was due that it was given; None if it never was due."""
        return share(self.right, self.expected)


@dataclass(frozen=True, slots=True)
class Score:
    """What a set of questions shows.

    `decidable` are those a careful reader answers yes or no, `undecidable` those expected to be maybe;
    `not_yes` stands apart from both. `yes_on_excluded` must be 0.
    """

    cases: int
    right: int
    decidable: int
    right_decidable: int
    maybe_decidable: int
    undecidable: int
    maybe_undecidable: int
    not_yes: int
    right_not_yes: int
    excluded: int
    yes_on_excluded: int

    @property
    def accuracy(self) -> float | None:
        """Share of the decidable questions answered right: the figure the product is held to."""
        return share(self.right_decidable, self.decidable)


def share(part: int, whole: int) -> float | None:
    """Return part of whole, or None of nothing."""
    return part / whole if whole else None


def issuer_of_table(title: str) -> str:
    """Return who issues a table, from its title: the title without its years."""
    return " ".join(_YEARS.sub("", title).split()) or title or NOT_STATED


def confusion(outcomes: Iterable[Outcome]) -> dict[str, dict[str, int]]:
    """Count answers by what was expected; rows that never occur are left out."""
    counts = Counter((one.expected, one.answered) for one in outcomes)
    rows = [row for row in EXPECTED if any(counts[row, answer] for answer in ANSWERS)]
    return {row: {answer: counts[row, answer] for answer in ANSWERS} for row in rows}


def answer_scores(outcomes: Sequence[Outcome]) -> list[AnswerScore]:
    """Score yes, no and maybe apart.

    A question expected to be `not_yes` asks for no answer in particular: it counts against "yes"
    alone, where yes was answered.
    """
    scores = []
    for answer in ANSWERS:
        due = [one for one in outcomes if one.expected == answer]
        given = [
            one
            for one in outcomes
            if one.answered == answer and (answer == "yes" or one.expected != "not_yes")
        ]
        right = sum(one.answered == answer for one in due)
        scores.append(AnswerScore(answer, len(due), len(given), right))
    return scores


def score(outcomes: Iterable[Outcome]) -> Score:
    """Count everything a set of outcomes shows."""
    seen = list(outcomes)
    decidable = [one for one in seen if one.expected in ("yes", "no")]
    undecidable = [one for one in seen if one.expected == "maybe"]
    open_no = [one for one in seen if one.expected == "not_yes"]
    excluded = [one for one in seen if one.excluded and one.expected != "yes"]
    return Score(
        cases=len(seen),
        right=sum(one.right for one in seen),
        decidable=len(decidable),
        right_decidable=sum(one.right for one in decidable),
        maybe_decidable=sum(one.answered == "maybe" for one in decidable),
        undecidable=len(undecidable),
        maybe_undecidable=sum(one.right for one in undecidable),
        not_yes=len(open_no),
        right_not_yes=sum(one.right for one in open_no),
        excluded=len(excluded),
        yes_on_excluded=sum(one.answered == "yes" for one in excluded),
    )


def labels_of(outcome: Outcome, unit: str) -> tuple[str, ...]:
    """Return the labels of an outcome under a unit: stratum, issuer, level or needs."""
    if unit == "stratum":
        return outcome.strata or (NOT_STATED,)
    return (str(getattr(outcome, unit)) or "—",)


def score_by(outcomes: Iterable[Outcome], unit: str) -> dict[str, Score]:
    """Score the outcomes of each label apart, most questions first."""
    groups: dict[str, list[Outcome]] = {}
    for one in outcomes:
        for label in labels_of(one, unit):
            groups.setdefault(label, []).append(one)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    return {label: score(group) for label, group in ordered}


def mean_accuracy(groups: Mapping[str, Score]) -> float | None:
    """Mean over groups of the share of decidable questions right; each group counts once."""
    known = [each.accuracy for each in groups.values() if each.accuracy is not None]
    return sum(known) / len(known) if known else None


def worst_group(groups: Mapping[str, Score]) -> tuple[str, float] | None:
    """Return the group with the lowest share of decidable questions right."""
    known = [(each.accuracy, label) for label, each in groups.items() if each.accuracy is not None]
    if not known:
        return None
    accuracy, label = min(known)
    return label, accuracy
