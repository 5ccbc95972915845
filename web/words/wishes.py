"""A sentence of wishes (意向) as read, in words: coloured stretches, what is asked, what no field holds."""

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.kinds import Mobility
from matcher.vocabulary.intents import IntentReading, Question
from web.choices import industry_words, occupation_words, place_words
from web.i18n import gettext, label, msg, translated

_SPANS = {
    "place": ("class", msg("地方")),
    "occupation": ("unlimited", msg("职业")),
    "industry": ("discipline", msg("行业")),
    "unit_kind": ("name", msg("单位性质")),
    "pay": ("gate", msg("薪资")),
    "mobility": ("level", msg("能去多远")),
    "nearby": ("level", msg("能去多远")),
    "exclusion": ("exclusion", msg("不要")),
    "to_confirm": ("restriction", msg("要你来定")),
    "kept": ("condition", msg("记在“还想说什么”")),
    "unread": ("unread", msg("没有读懂，也记在“还想说什么”")),
}
"""Kind of a stretch: the look it has in reading.css, and what it became."""

NOTES = (
    msg("附近、周边：按“所填地区的本省”理解，可以改"),
    msg("写了多个薪资，取先写的"),
    msg("按一年52周折算"),
    msg("按月计薪21.75天折算"),
    msg("按月计薪21.75天、每天8小时折算"),
    msg("没有写月或年，按年薪折算"),
)
"""What readings say of how something was taken (vocabulary knows no languages)."""

_MOST_CANDIDATES = 6


@dataclass(frozen=True)
class WishStretch:
    """A stretch of the sentence; `kind` is its look, empty for plain words."""

    text: str
    kind: str
    meaning: str


@dataclass(frozen=True)
class WishWords:
    """A sentence as read; `legend` are (look, meaning) of what stands in it."""

    stretches: Sequence[WishStretch]
    legend: Sequence[tuple[str, str]]
    asked: Sequence[str]
    said: Sequence[str]
    understood: bool


def wish_words(reading: IntentReading) -> WishWords:
    """Return a reading in words."""
    stretches = []
    legend: dict[tuple[str, str], None] = {}
    for span in reading.spans:
        look, meaning = _SPANS.get(span.kind, ("", ""))
        if look:
            legend[look, translated(meaning)] = None
        stretches.append(WishStretch(span.text, look, translated(meaning)))
    return WishWords(
        stretches,
        list(legend),
        [_asked(question) for question in reading.to_confirm],
        list(_said(reading)),
        reading.understood or bool(reading.to_confirm or reading.excluded),
    )


def _asked(question: Question) -> str:
    names = [_name(question.kind, code) for code in question.candidates[:_MOST_CANDIDATES]]
    return gettext("“%(words)s”可能是：%(names)s", words=question.words, names="、".join(names))


def _name(kind: str, code: str) -> str:
    if kind == "mobility":
        return label(Mobility(code))
    if kind == "place":
        return place_words(code)
    return occupation_words(code) if kind == "occupation" else industry_words(code)


def _said(reading: IntentReading) -> Sequence[str]:
    """Return what else a person should know: what was left over, and how something was taken."""
    said = [translated(note) for note in reading.notes]
    if reading.beyond:
        words = "、".join(one.words for one in reading.beyond)
        said.append(gettext("每样最多填三个，这些没有填：%(words)s", words=words))
    return said


def own_words(reading: IntentReading) -> Sequence[str]:
    """Return what no field holds, for the own words: what is refused, what was over, what was not understood."""
    parts = list(reading.kept)
    refused = "、".join(dict.fromkeys(one.words for one in reading.excluded))
    over = "、".join(one.words for one in reading.beyond)
    parts += [f"不要{refused}"] if refused else []
    parts += [f"还可以{over}"] if over else []
    parts += [question.words for question in reading.to_confirm]
    return parts
