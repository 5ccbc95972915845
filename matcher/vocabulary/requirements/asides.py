"""Pieces that name no major: what leads up to names, 不限, 等相关专业, notes and conditions."""

import re

from matcher.vocabulary.requirements.building import LevelBuilder
from matcher.vocabulary.requirements.items import Item
from matcher.vocabulary.requirements.phrases import (
    CERTIFICATE,
    CONDITION,
    HEAD,
    NOTE_ALL,
    OF_CLASS,
    OPEN_ALONE,
    UNLIMITED,
    known_somewhere,
    mentions_major,
    only_condition,
)
from matcher.vocabulary.requirements.progress import Progress
from matcher.vocabulary.requirements.resolving import bare_name
from matcher.vocabulary.requirements.scanning import LEVEL_PIECE, pieces

_BRACKETED = re.compile(r"\(([^()]*)\)")
_WITHIN = re.compile(
    r"^(?P<group>[^、,;()]{1,18}?(?:类|门类|大类|学科))(?:中的|下设的|下设|下的|下属的?|里的|内的|中|下)(?=\S{2})"
)
_BEGINNING = re.compile(
    r"^(?:本科|研究生)?(?:专业|学科)?(?:代码)?(?:的?前[二两四三24]位(?:数字)?)?(?:均?为|是|以|:)*\s*(?P<code>\d{2,4})\s*"
    r"(?P<how>开头|打头|开始|起头)?(?:的)?(?:所有|全部|各)?(?:专业|学科)?(?:均可)?$"
)
_RANGE = re.compile(r"^(?P<a>\d{4,6})[TKtk]*\s*(?:-|—|–|~|至|到)+\s*(?P<b>\d{4,6})[TKtk]*$")


def unlimited_words(words: str) -> bool:
    """Tell whether a text says 不限, with nothing in brackets but conditions and preferences."""
    if UNLIMITED.match(words):
        return True
    bodies = _BRACKETED.findall(words)
    if not bodies or not UNLIMITED.match(_BRACKETED.sub("", words).strip()):
        return False
    return all(("优先" in body or only_condition(body)) and "限于" not in body for body in bodies)


def skipped_lead(text: str, start: int, end: int) -> tuple[int, int] | Item:
    """Return the stretch of a piece after what leads up to its names, or the item of a bare code."""
    lead = len(text[start:end]) - len(text[start:end].lstrip())
    piece = text[start:end].strip()
    if found := _RANGE.match(piece):
        return Item("", start + lead, end, code_range=(found["a"], found["b"]))
    if head := HEAD.match(piece):
        start += lead + head.end()
        return skipped_lead(text, start, end) if text[start:end].strip() else (start, end)
    found = _BEGINNING.match(piece)
    if found and found["code"] != piece and (found["how"] or "代码" in piece or "位" in piece):
        return Item("", start + lead, end, prefix_codes=[found["code"]])
    if of_class := OF_CLASS.match(piece):
        at = text.index(of_class[1], start)
        return at, at + len(of_class[1])
    within = _WITHIN.match(piece)
    if within and known_somewhere(within["group"]) and not known_somewhere(piece):
        return start + lead + within.end(), end
    return start, end


def read_aside(
    now: Progress,
    text: str,
    piece: tuple[int, int],
    section: tuple[int, int],
    builders: list[LevelBuilder],
) -> bool:
    """Read a piece that names no major; False where it has to be read as names."""
    start, end = piece
    words = text[start:end].strip()
    if OPEN_ALONE.match(words):
        for build in builders:
            build.open_ended, build.open_words = True, words
        now.paint.put(start, end, "open_ended")
        return True
    if NOTE_ALL.match(words.strip("()")):
        now.paint.put(start, end, "condition")
        return True
    if unlimited_words(words):
        _unlimited(now, text, piece, section, builders)
        return True
    return _condition(now, words, piece, builders)


def _unlimited(
    now: Progress,
    text: str,
    piece: tuple[int, int],
    section: tuple[int, int],
    builders: list[LevelBuilder],
) -> None:
    """不限 beside other words limits something else: never a silent "unlimited"."""
    mine = text[slice(*piece)].strip()
    others = (text[a:b].strip() for a, b, _ in pieces(text, *section))
    if not all(w == mine or not w or only_condition(w) for w in others):
        now.keep_unread(*piece, builders)
        return
    for build in builders:
        build.unlimited = True
    now.paint.put(*piece, "unlimited")


def _condition(
    now: Progress, words: str, piece: tuple[int, int], builders: list[LevelBuilder]
) -> bool:
    if CERTIFICATE.search(words) or LEVEL_PIECE.match(words):
        now.condition(*piece)
        return True
    if not CONDITION.search(words) or known_somewhere(bare_name(words.split("(")[0])):
        return False
    if mentions_major(words):
        now.keep_unread(*piece, builders)
    else:
        now.condition(*piece)
    return True
