"""What is read before a section is cut into pieces, and blanked out so that no piece holds it.

Phrases that people gave a meaning, exclusions outside brackets, and preferences (优先): a preference asks
nothing of anybody, but a section that holds nothing else leaves open what is asked.
"""

import re

from matcher.vocabulary.majors.references import fold
from matcher.vocabulary.requirements.bare_names import names_something
from matcher.vocabulary.requirements.building import LevelBuilder
from matcher.vocabulary.requirements.excluding import exclude_words
from matcher.vocabulary.requirements.item import Item, clean
from matcher.vocabulary.requirements.items import ItemReader
from matcher.vocabulary.requirements.phrases import EXCLUDING, known_somewhere, only_condition
from matcher.vocabulary.requirements.progress import Progress
from matcher.vocabulary.requirements.scanning import LEVEL_PIECE
from matcher.vocabulary.requirements.terms import Meaning, Term

_PAINT_OF_MEANING = {
    Meaning.EXCLUSION: "exclusion",
    Meaning.UNLIMITED: "unlimited",
    Meaning.NOTHING: "separator",
}
_PREFERENCE = re.compile(
    r"(?:^|(?<=[,;。\n!]))[^,;。\n()]*?"
    r"(?:(?:优先|择优)(?:考虑|录用|录取|聘用|聘任|安排|报考|招录|推荐)?[者的]?|(?:更|为|者)佳|欢迎[^,;。\n()]*|最好是?[^,;。\n()]*|原则上[^,;。\n()]*)!?(?=[,;。\n)!]|$)"
)
_FREE_BUT = re.compile(
    r"\s*(?:所学)?专业:?不限(?:专业)?(?P<what>\((?:(?:不含|不包括|除|排除)(?P<a>[^()]+?)(?:外|以外|之外)?|(?P<b>[^()]+?)除外)\))\s*$"
)
_BEHIND = re.compile(
    r"(?P<base>[^,;。、()\s仅只限][^,;。、()仅只限]{1,30}(?:\([0-9A-Z、]+\))?)(?:仅限于?|只限于?|限于)(?P<names>[^,;。()]{2,200})"
)
_AND_SO_ON = re.compile(r"^等(?:相关|类似)?(?:的)?(?:专业|学科|方向|类)*$")
_BETWEEN = re.compile(r"[、/或\s]")
# More than any real text has; what comes behind is not read, and admits nobody for certain.
MOST_EXCLUSIONS = 60
_PREFERRED = re.compile(
    r"(?:的?人员)?(?:优先|择优)(?:考虑|录用|录取|聘用|聘任|安排|报考|招录|推荐)?者?|(?:更|为|者)佳|欢迎|最好是?|原则上(?:为|是)?"
)
_SIGNS = " ,;。、()"


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]


def cut_phrases(now: Progress, start: int, end: int, builders: list[LevelBuilder]) -> str:
    """Read the phrases people gave a meaning other than a major; return the text without them."""
    text = now.text
    for term in now.lexicon.phrases:
        words = fold(term.words)
        at = text.find(words, start, end) if words else -1
        while at >= 0:
            _phrase(now, term, (at, at + len(words)), builders)
            text = _blank(text, at, at + len(words))
            at = text.find(words, at, end)
    return text


def _phrase(
    now: Progress, term: Term, stretch: tuple[int, int], builders: list[LevelBuilder]
) -> None:
    for build in builders:
        if term.level not in (None, build.level):
            continue
        build.settled = True
        if term.meaning is Meaning.UNLIMITED:
            build.unlimited = True
        elif term.meaning is Meaning.EXCLUSION:
            exclude_words(build, [term.target or term.words])
    if term.meaning is Meaning.CONDITION:
        now.condition(*stretch)
    else:
        now.paint.put(*stretch, _PAINT_OF_MEANING[term.meaning])


def cut_preferences(
    now: Progress, text: str, bounds: tuple[int, int], builders: list[LevelBuilder]
) -> str:
    """Set preferences (财会类优先) aside as conditions; where nothing else is asked, leave it open."""
    start, end = bounds
    rest = text
    found = [
        m
        for m in _PREFERENCE.finditer(text, start, end)
        if text.count("(", start, m.start()) <= text.count(")", start, m.start())
    ]
    for each in found:
        rest = _blank(rest, each.start(), each.end())
    left = [w for w in re.split(r"[,;。、\s]+", rest[start:end]) if w.strip(_SIGNS)]
    if found and all(LEVEL_PIECE.match(w) or only_condition(w) for w in left):
        # Those named are wanted, and nobody else is refused: only a person can say.
        for build in builders:
            build.unread.append(text[start:end].strip(_SIGNS))
        return _PREFERRED.sub(lambda m: " " * len(m.group()), text)
    for each in found:
        now.condition(each.start(), each.end())
    return rest


def cut_free_but(
    now: Progress, text: str, bounds: tuple[int, int], builders: list[LevelBuilder]
) -> bool:
    """Read 专业不限（不含艺术学、医学门类）: free but for what the brackets name."""
    found = _FREE_BUT.match(text, *bounds)
    if found is None:
        return False
    words = [w for w in re.split(r"[、/或,\s]", found["a"] or found["b"]) if w]
    for build in builders:
        build.unlimited = True
        exclude_words(build, words)
    now.paint.put(*bounds, "unlimited")
    now.paint.put(found.start("what"), found.end("what"), "exclusion")
    return True


def cut_exclusions(
    now: Progress, text: str, bounds: tuple[int, int], builders: list[LevelBuilder]
) -> str:
    """Read exclusions that stand outside brackets; return the text without them."""
    start, end = bounds
    every = list(EXCLUDING.finditer(text, start, end))
    for found in every[MOST_EXCLUSIONS:]:
        _too_many(now, found, builders)
        text = _blank(text, found.start(), found.end())
    for found in every[:MOST_EXCLUSIONS]:
        if text.count("(", start, found.start()) > text.count(")", start, found.start()):
            continue
        at = found.lastgroup or "a"
        if at == "d" and names_something("非" + found["d"]):
            continue
        first = found.start()
        words = _names_in(found[at])
        if at == "c" and first == start and len(words) > 1:
            # One list, 除外 at its end: its last name is barred, the others perhaps.
            first += max(m.start() for m in _BETWEEN.finditer(text[first : found.end()]))
            _doubt(builders, words[:-1])
            words = words[-1:]
        for build in builders:
            exclude_words(build, words)
            build.all_but = build.all_but or at in "bd"
        now.paint.put(first, found.end(), "exclusion")
        text = _blank(text, first, found.end())
    return text


def _too_many(now: Progress, found: re.Match[str], builders: list[LevelBuilder]) -> None:
    now.keep_unread(found.start(), found.end(), builders)
    for build in builders:
        build.vague_exclusion = build.vague_exclusion or found.group()


def _names_in(said: str) -> list[str]:
    words = [clean(word) for word in _BETWEEN.split(said)]
    return [word for word in words if word and not _AND_SO_ON.match(word)]


def _doubt(builders: list[LevelBuilder], words: list[str]) -> None:
    for build in builders:
        trial = build.trial()
        exclude_words(trial, words)
        for key, said in trial.exclusions.items():
            build.doubted.setdefault(key, said)


def cut_restrictions(now: Progress, text: str, bounds: tuple[int, int]) -> tuple[str, list[Item]]:
    """Read 物理学（0702）仅限声学、等离子体物理, where what narrows stands behind without brackets."""
    items: list[Item] = []
    for found in list(_BEHIND.finditer(text, *bounds)):
        read = ItemReader(text, known_somewhere).read(found.start("base"), found.end("base"))
        if not read or not read[-1].name:
            continue
        item = read[-1]
        item.restrict = _names_in(found["names"])
        item.end = found.end()
        items += read
        text = _blank(text, found.start(), found.end())
    return text, items
