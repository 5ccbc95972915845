"""A text that leaves majors open, in words: the coloured text, each major with what has to be decided."""

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.services.doubtful_texts import DoubtfulText
from matcher.vocabulary.requirements import Requirement
from web.i18n import label
from web.words import rules
from web.words.readings import Stretch, coloured


@dataclass(frozen=True)
class MajorWords:
    """A major in doubt."""

    leaf: str
    name: str
    level: str
    why: str
    n_people: int


@dataclass(frozen=True)
class DoubtWords:
    """A text with its majors; `why` is told once where all of them share it."""

    text: DoubtfulText
    stretches: Sequence[Stretch]
    majors: Sequence[MajorWords]
    why: str
    posting: str
    """Public number of one of its postings."""
    is_unread: bool
    """Whether words of it were not understood."""


def doubt_words(text: DoubtfulText, reading: Requirement, posting: str) -> DoubtWords:
    """Return a text of the work list in words."""
    majors = [
        MajorWords(
            one.leaf,
            one.major.name,
            label(one.major.level),
            rules.doubtful(one.how),
            one.n_people,
        )
        for one in text.majors
    ]
    reasons = {one.why for one in majors}
    return DoubtWords(
        text=text,
        stretches=coloured(reading),
        majors=majors,
        why=next(iter(reasons)) if len(reasons) == 1 else "",
        posting=posting,
        is_unread="unread" in text.hows,
    )
