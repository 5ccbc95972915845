"""What is read before a section is cut into pieces, and blanked out so that no piece holds it.

Phrases that people gave a meaning, exclusions outside brackets, and preferences (优先): a preference asks
nothing of anybody, but a section that holds nothing else leaves open what is asked.
"""

import re

from matcher.vocabulary.majors import load_catalogue
from matcher.vocabulary.majors.references import fold
from matcher.vocabulary.requirements.bare_names import names_something
from matcher.vocabulary.requirements.building import LevelBuilder
from matcher.vocabulary.requirements.excluding import exclude_words
from matcher.vocabulary.requirements.item import Item, clean
from matcher.vocabulary.requirements.items import ItemReader
from matcher.vocabulary.requirements.keys import node_key
from matcher.vocabulary.requirements.known import known_somewhere
from matcher.vocabulary.requirements.phrases import (
    EXCLUDING,
    UNLIMITED,
    asks_condition,
    only_condition,
)
from matcher.vocabulary.requirements.progress import Progress
from matcher.vocabulary.requirements.refusing import refusals
from matcher.vocabulary.requirements.scanning import LEVEL_PIECE, flatten
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
    r"\s*(?P<free>[^()]{2,16})(?P<what>\((?:(?:不含|不包括|除|排除)(?P<a>[^()]+?)(?:外|以外|之外)?|(?P<b>[^()]+?)除外)\))"
    r"(?P<rest>(?:[,;。、][^,;。、]*)*)$"
)
_BEHIND = re.compile(
    r"(?P<base>[^,;。、()\s仅只限][^,;。、()仅只限]{1,30}(?:\([0-9A-Z、]+\))?)(?:仅限于?|只限于?|限于)(?P<names>(?:[^,;。()]|\([^()\d]*\)){2,200})"
)
_ONLY = re.compile(
    r"除了?(?P<names>[^;。()除]{2,200}?)(?:以外|之外|外),?(?:其他|其它|其余)(?:的)?(?:所有|各)?(?:专业|学科)?(?:考生|人员)?(?:一律|均|都)?"
    r"(?:不得|不可|不能|不予|不许|不招|不接|不收|不考虑|请?勿|谢绝|禁止)[^,;。()]{0,8}"
)
_AND_SO_ON = re.compile(r"^等(?:相关|类似)?(?:的)?(?:专业|学科|方向|类)*$")
_PIECES = re.compile(r"[^,;。、]+")
_CODE_BEHIND = re.compile(r"\s*\(\d{2,6}[TKtk]*\)")
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
            # 财政学类（0202）: the code in brackets says the same once more.
            coded = _CODE_BEHIND.match(text, at + len(words))
            _phrase(now, term, (at, coded.end() if coded else at + len(words)), builders)
            text = _blank(text, at, coded.end() if coded else at + len(words))
            at = text.find(words, at, end)
    return text


def _phrase(
    now: Progress, term: Term, stretch: tuple[int, int], builders: list[LevelBuilder]
) -> None:
    widowed = term.meaning in (Meaning.NOTHING, Meaning.CONDITION) and _refused(now.text, stretch)
    for build in builders:
        if term.level not in (None, build.level):
            continue
        build.settled = True
        if widowed:
            build.vague_exclusion = build.vague_exclusion or term.words
        if term.meaning is Meaning.UNLIMITED:
            build.unlimited = True
        elif term.meaning is Meaning.EXCLUSION:
            _exclude_term(build, term)
    if term.meaning is Meaning.CONDITION:
        now.condition(*stretch)
    else:
        now.paint.put(*stretch, _PAINT_OF_MEANING[term.meaning])


def _refused(text: str, stretch: tuple[int, int]) -> bool:
    """Tell whether a phrase is what a refusal before it speaks of: 不含 still excludes somebody."""
    begin = max(text.rfind(sign, 0, stretch[0]) for sign in ",;。\n(") + 1
    return any(refusal.start < stretch[0] for refusal in refusals(text, begin, stretch[1]))


def _exclude_term(build: LevelBuilder, term: Term) -> None:
    namespace, _, code = term.target.partition(":")
    node = load_catalogue().by_code.get((namespace, code)) if code else None
    if node is None:
        exclude_words(build, [term.target or term.words])
    else:
        build.exclude(node_key(node), term.words)
        build.note("exclude", node.code)


def cut_preferences(
    now: Progress, text: str, bounds: tuple[int, int], builders: list[LevelBuilder]
) -> str:
    """Set preferences (财会类优先) aside as conditions; where nothing else is asked, leave it open."""
    start, end = bounds
    rest = text
    found = [
        (start + m.start(), start + m.end())
        for m in _PREFERENCE.finditer(text[start:end])
        if _outside(text, start, start + m.start())
    ]
    for first, last in found:
        rest = _blank(rest, first, last)
    left = [w for w in re.split(r"[,;。、\s]+", rest[start:end]) if w.strip(_SIGNS)]
    if found and all(LEVEL_PIECE.match(w) or only_condition(w) for w in left):
        # Those named are wanted, and nobody else is refused: only a person can say.
        for build in builders:
            build.unread.append(text[start:end].strip(_SIGNS))
        return _PREFERRED.sub(lambda m: " " * len(m.group()), text)
    for first, last in found:
        now.condition(first, last)
    return rest


def cut_free_but(
    now: Progress, text: str, bounds: tuple[int, int], builders: list[LevelBuilder]
) -> bool:
    """Read 专业不限（不含艺术学、医学门类）: free but for what the brackets name."""
    found = _FREE_BUT.match(text, *bounds)
    if found is None or not UNLIMITED.match(found["free"].strip()):
        return False
    rest = [m for m in _PIECES.finditer(text, *found.span("rest")) if m.group().strip()]
    if not all(only_condition(piece.group().strip()) for piece in rest):
        return False
    words = [w for w in re.split(r"[、/或,\s]", found["a"] or found["b"]) if w]
    # 不限（定向、委培生除外）: a condition on people, which bars no major.
    of_people = asks_condition(found["what"]) and not any(map(names_something, words))
    for build in builders:
        build.unlimited = True
        exclude_words(build, [] if of_people else words)
    now.paint.put(*bounds, "unlimited")
    if of_people:
        now.condition(found.start("what"), found.end("what"))
    else:
        now.paint.put(found.start("what"), found.end("what"), "exclusion")
    for piece in rest:
        now.condition(*piece.span())
    return True


def cut_exclusions(
    now: Progress, text: str, bounds: tuple[int, int], builders: list[LevelBuilder]
) -> str:
    """Read exclusions that stand outside brackets; return the text without them."""
    start, end = bounds
    # A slice, since ^ would not stand for the beginning of a section otherwise.
    every = list(EXCLUDING.finditer(text[start:end]))
    for found in every[MOST_EXCLUSIONS:]:
        _too_many(now, (start + found.start(), start + found.end()), builders)
        text = _blank(text, start + found.start(), start + found.end())
    for found in every[:MOST_EXCLUSIONS]:
        first, last = start + found.start(), start + found.end()
        at = found.lastgroup or "a"
        if not _outside(text, start, first) or (at == "d" and names_something("非" + found["d"])):
            continue
        words = _names_in(found[at])
        if at == "c" and first == start and len(words) > 1:
            # One list, 除外 at its end: its last name is barred, the others perhaps.
            first += max(m.start() for m in _BETWEEN.finditer(text[first:last]))
            _doubt(builders, words[:-1])
            words = words[-1:]
        for build in builders:
            exclude_words(build, words)
            build.all_but = build.all_but or at in "bd"
        now.paint.put(first, last, "exclusion")
        text = _blank(text, first, last)
    return text


def _outside(text: str, start: int, at: int) -> bool:
    """Tell whether a place of a section stands in no bracket."""
    return text.count("(", start, at) <= text.count(")", start, at)


def _too_many(now: Progress, stretch: tuple[int, int], builders: list[LevelBuilder]) -> None:
    now.keep_unread(*stretch, builders)
    for build in builders:
        build.vague_exclusion = build.vague_exclusion or now.text[slice(*stretch)]


def cut_refusals(
    now: Progress, text: str, bounds: tuple[int, int], builders: list[LevelBuilder]
) -> str:
    """Read refusals in wordings of every kind; return the text without what they refuse."""
    for refusal in list(refusals(flatten(text[: bounds[1]]), *bounds))[:MOST_EXCLUSIONS]:
        if refusal.joined:
            _doubt(builders, list(refusal.names[:-1]))
        for build in builders:
            exclude_words(build, list(refusal.names[-1:] if refusal.joined else refusal.names))
            if not refusal.names:
                build.vague_exclusion = build.vague_exclusion or refusal.words
                build.unread.append(refusal.words)
        if refusal.names and not refusal.joined:
            now.paint.put(refusal.start, refusal.end, "exclusion")
            text = _blank(text, refusal.start, refusal.end)
    return text


def cut_only(now: Progress, text: str, bounds: tuple[int, int]) -> str:
    """Read 除A、B外，其他专业不得报考 as what it says: A and B, and nobody else."""
    start, end = bounds
    for found in _ONLY.finditer(text[start:end]):
        names = (start + found.start("names"), start + found.end("names"))
        whole = (start + found.start(), start + found.end())
        now.paint.put(*whole, "restriction")
        text = _blank(_blank(text, whole[0], names[0]), names[1], whole[1])
    return text


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
        if found.start() > bounds[0] and text[found.start() - 1] not in _SIGNS:
            continue
        read = ItemReader(text, known_somewhere).read(found.start("base"), found.end("base"))
        if not read or not read[-1].name:
            continue
        item = read[-1]
        item.restrict = _names_in(found["names"])
        item.end = found.end()
        items += read
        text = _blank(text, found.start(), found.end())
    return text, items
