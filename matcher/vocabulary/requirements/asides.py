"""Pieces that name no major: what leads up to names, 不限, 等相关专业, notes and conditions."""

import re

from matcher.vocabulary.requirements.bare_names import bare_name, names_something, without_code
from matcher.vocabulary.requirements.building import LevelBuilder
from matcher.vocabulary.requirements.item import Item
from matcher.vocabulary.requirements.known import known_somewhere
from matcher.vocabulary.requirements.phrases import (
    CERTIFICATE,
    CONDITION,
    FREE_IF,
    HEAD,
    HEAD_OF_GATES,
    HEAD_OF_PART,
    NO_MATTER,
    NOTE_ALL,
    OF_CLASS,
    OPEN_ALONE,
    TWINS,
    UNLIMITED,
    asks_condition,
    begins_a_name,
    mentions_major,
    only_condition,
)
from matcher.vocabulary.requirements.progress import Progress
from matcher.vocabulary.requirements.scanning import LEVEL_PIECE, pieces

# Words that lead up to names, one behind the other: 本科专业目录：专业类别：
MOST_LEADS = 6
_BRACKETED = re.compile(r"\(([^()]*)\)")
_NATIONAL_DIRECTORY = re.compile(
    r"^(?:本科|研究生|按照?|依据|参照)*\([^()省市]*(?:目录|名单)[^()省市]*\)(?:\([^()省市]*\))?(?:中的?|里的?|内的?|所列的?|规定的?|,|:)?"
)
_WITHIN = re.compile(
    r"^(?P<whole>(?P<group>[^、,;()\s]{1,18}?)(?:\(\w+\))?)(?:中的|下设的|下设|下的|下属的?|里的|内的|中|下)(?=\S{2})"
)
_BEGINNING = re.compile(
    r"^(?:本科|研究生)?(?:专业|学科)?(?:代码)?(?:的?前[二两四三24]位(?:数字)?)?(?:均?为|是|以|:)*\s*(?P<code>\d{2,4})\s*"
    r"(?P<how>开头|打头|开始|起头)?(?:的)?(?:所有|全部|各)?(?:专业|学科)?(?:均可)?(?:\([^()\d]*\))?$"
)
_RANGE = re.compile(r"^(?P<a>\d{4,6})[TKtk]*\s*(?:-|—|–|~|至|到)+\s*(?P<b>\d{4,6})[TKtk]*$")


# 哲学类(0101):哲学(010101): what stands before the colon only groups what comes behind it.
_LABEL = re.compile(r"^[^:;。()]{2,30}(?:\([^():]*\))?:(?=\S{2})")
# 不限 alone beside other words may free something else (薪资…，不限), 专业不限 does not.
_OF_MAJORS = re.compile(r"专业|学科")
# 文科, 理工, 但限…: words that limit, or that speak of a group though no catalogue has it.
_OF_A_GROUP = re.compile(r"[学科类系工农医]|文史|理工|限|须|只|仅|除|非|不")
_HALF = re.compile(r".{2,}[工管科技设自及与、化]$")
_DOTS = re.compile(r"(?:\.{2,}|…+)$")
_NAMED = re.compile(r"[^属设的所有全部各二级学科专业类别均可下辖含报考]")
# 详见备注: what stands there is not known here.
_ELSEWHERE = re.compile(r"详见|见(?:备注|附件|公告|说明|简章|其他)|另行")
_HEADS = re.compile(r"^(?:招?\d{1,3}[人名]?|[男女]\d*[人名]?)$")
_LIMITS = re.compile(r"限于|仅限|只限")


def _first_name(words: str) -> str:
    return re.split(r"[(、,;\s]", words.strip(), maxsplit=1)[0]


def unlimited_words(words: str) -> bool:
    """Tell whether a text says 不限, with nothing in brackets but conditions and preferences."""
    if UNLIMITED.match(words):
        return True
    bodies = _BRACKETED.findall(words)
    if not bodies or not UNLIMITED.match(_BRACKETED.sub("", words).strip()):
        return False
    return all(_narrows_nothing(body) for body in bodies)


def _narrows_nothing(body: str) -> bool:
    free = "优先" in body or only_condition(body) or NO_MATTER.match(body) or _HEADS.match(body)
    return bool(free) and not (_LIMITS.search(body) or _ELSEWHERE.search(body))


def skipped_lead(text: str, start: int, end: int, depth: int = 0) -> tuple[int, int] | Item:
    """Return the stretch of a piece after what leads up to its names, or the item of a bare code."""
    lead = len(text[start:end]) - len(text[start:end].lstrip())
    piece = text[start:end].strip()
    if depth > MOST_LEADS:
        return start, end
    if found := _RANGE.match(piece):
        return Item("", start + lead, end, code_range=(found["a"], found["b"]))
    if (head := HEAD.match(piece)) and not known_somewhere(piece):
        start += lead + head.end()
        return (
            skipped_lead(text, start, end, depth + 1) if text[start:end].strip() else (start, end)
        )
    found = _BEGINNING.match(piece)
    if found and found["code"] != piece and (found["how"] or "代码" in piece or "位" in piece):
        return Item("", start + lead, end, prefix_codes=[found["code"]])
    of_class = OF_CLASS.match(piece)
    if of_class and (of_class[1].endswith("类") or names_something(of_class[1])):
        at = text.index(of_class[1], start)
        return at, at + len(of_class[1])
    if listed := _NATIONAL_DIRECTORY.match(piece):
        return skipped_lead(text, start + lead + listed.end(), end, depth + 1)
    labelled = _LABEL.match(piece)
    if labelled and known_somewhere(bare_name(without_code(_first_name(piece[labelled.end() :])))):
        return start + lead + labelled.end(), end
    within = _WITHIN.match(piece)
    if within and known_somewhere(within["group"]) and not known_somewhere(piece):
        if unlimited_words(piece[within.end() :].strip()) or not _NAMED.search(
            piece[within.end() :]
        ):
            return start + lead, start + lead + within.end("whole")
        return start + lead + within.end(), end
    return start, end


def hint_of_lead(text: str, start: int, end: int) -> str | None:
    """Return "gate" after 学科门类:, "" after another word of that kind, None where there is none."""
    head = HEAD.match(text[start:end].lstrip())
    if head is None:
        return None
    return "gate" if HEAD_OF_GATES.search(head.group()) else ""


def says_part_is_free(piece: str) -> bool:
    """Tell whether a piece leaves only a part open: 专业名称:不作要求 beside 专业类别:法学类."""
    head = HEAD.match(piece)
    return bool(
        head and HEAD_OF_PART.search(head.group()) and unlimited_words(piece[head.end() :].strip())
    )


def cut_off(text: str) -> str:
    """Return the end of a text that breaks off: dots, an open bracket, the first half of a name."""
    end = text.rstrip()
    last = re.split(r"[、,;\s]", end)[-1]
    dotted = _DOTS.search(end)
    open_bracket = end.rfind("(") > end.rfind(")")
    begun = bool(_HALF.match(last)) and not names_something(last) and begins_a_name(last)
    return last or "…" if dotted or open_bracket or begun else ""


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
    if TWINS.match(words):
        for build in builders:
            build.twins = build.twins or words
        now.paint.put(start, end, "open_ended")
        return True
    if NOTE_ALL.match(words.strip("()")) or NO_MATTER.match(words):
        now.paint.put(start, end, "condition")
        return True
    if unlimited_words(words):
        _unlimited(now, text, piece, section, builders)
        return True
    if UNLIMITED.match(_BRACKETED.sub("", words).strip()):
        # 专业不限（会计学、财务管理）: what the brackets name is wanted, and the rest is in doubt.
        now.keep_unread(start, end, builders)
        return False
    return _condition(now, words, piece, builders)


def _unlimited(
    now: Progress,
    text: str,
    piece: tuple[int, int],
    section: tuple[int, int],
    builders: list[LevelBuilder],
) -> None:
    """不限 beside other words limits something else: never a silent "unlimited"."""
    others = (text[a:b].strip() for a, b, _ in pieces(text, *section) if b != piece[1])
    explicit = bool(_OF_MAJORS.search(text[slice(*piece)]))
    if not all(not w or _says_nothing(w, explicit=explicit) for w in others):
        now.keep_unread(*piece, builders)
        return
    for build in builders:
        build.unlimited = True
    now.paint.put(*piece, "unlimited")


_ASKS_MORE = re.compile(
    r"^(?P<name>.{2,16}?)(?:专业)?(?:还|并|且)?(?:须|需|应|要求|必须)(?P<rest>.+)$"
)


def _of_a_major(words: str) -> bool:
    """英语须通过专业八级: what a major listed elsewhere has to show besides."""
    found = _ASKS_MORE.match(words)
    return bool(
        found and known_somewhere(bare_name(found["name"])) and CONDITION.search(found["rest"])
    )


def _says_nothing(words: str, *, explicit: bool) -> bool:
    """Tell whether a piece beside 专业不限 names no major at all (海外营销, 专业不限)."""
    if _ELSEWHERE.search(words):
        return False
    if LEVEL_PIECE.match(words) or NO_MATTER.match(words):
        return True
    if explicit and only_condition(words):
        return True
    named = names_something(words) or mentions_major(words) or _OF_A_GROUP.search(words)
    return explicit and not named


def _condition(
    now: Progress, words: str, piece: tuple[int, int], builders: list[LevelBuilder]
) -> bool:
    outside = _BRACKETED.sub("", words).strip()
    if names_something(outside) or names_something(words):
        return False
    if FREE_IF.search(words) and (CONDITION.search(words) or "放宽" in words):
        now.keep_unread(*piece, builders)
        return True
    if CERTIFICATE.search(words) or LEVEL_PIECE.match(words) or _of_a_major(words):
        now.condition(*piece)
        return True
    if not asks_condition(outside):
        return False
    if mentions_major(words):
        now.keep_unread(*piece, builders)
    else:
        now.condition(*piece)
    return True
