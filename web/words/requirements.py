"""A posting's requirement in words: the reading, and whom of the drive it admits, with how many people."""

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.kinds import Verdict
from matcher.services.requirement_views import MajorAnswer, RequirementView
from web.i18n import label
from web.words import rules
from web.words.readings import ReadingWords, reading_words


@dataclass(frozen=True)
class AnswerWords:
    """A major of the drive and the answer about it."""

    name: str
    level: str
    verdict: Verdict
    why: str
    n_graduates: int


@dataclass(frozen=True)
class RequirementWords:
    """The reading, and the majors of the drive it admits or leaves to be confirmed."""

    reading: ReadingWords
    admitted: Sequence[AnswerWords]
    doubtful: Sequence[AnswerWords]
    n_people: int
    n_people_doubtful: int
    n_majors: int


def requirement_words(view: RequirementView, *, find: str = "") -> RequirementWords:
    """Return a requirement in words; `find` narrows the trees."""
    admitted = [_answer(one) for one in view.majors if one.verdict is Verdict.YES]
    doubtful = [_answer(one) for one in view.majors if one.verdict is Verdict.MAYBE]
    return RequirementWords(
        reading=reading_words(view.requirement, find=find),
        admitted=admitted,
        doubtful=doubtful,
        n_people=sum(one.n_graduates for one in admitted),
        n_people_doubtful=sum(one.n_graduates for one in doubtful),
        n_majors=view.n_majors,
    )


def _answer(one: MajorAnswer) -> AnswerWords:
    why = rules.certain(one.how) if one.verdict is Verdict.YES else rules.doubtful(one.how)
    return AnswerWords(one.major.name, label(one.major.level), one.verdict, why, one.n_graduates)
