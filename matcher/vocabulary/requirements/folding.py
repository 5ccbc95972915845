"""One spelling for reading, of the same length as the raw text, so that offsets stay true.

Widths and brackets are folded, numbering (1. ① （一）) and leftovers of web pages become separators or
spaces, and the 、 inside catalogue names is protected while the text is cut at 、.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from matcher.vocabulary.majors import load_catalogue
from matcher.vocabulary.majors.references import fold

JOINT = "\ue000"
"""Stands for 、 inside a name such as 土木、水利与交通工程 while the text is cut at 、."""

_SPACES = dict.fromkeys("“”\"'‘’「」『』", " ")
_CIRCLED = dict.fromkeys("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳❶❷❸❹❺❻❼❽❾➀➁➂➃➄", "、")
_SIGNS = str.maketrans(
    {**_SPACES, **_CIRCLED, "●": "、", "■": "、", "◆": "、", "＋": "、", "+": "、"}
)
_LEFTOVER = re.compile(r"&(?:nbsp|ensp|emsp|#160);|</?[a-zA-Z]{1,6}\s*/?>")
_NUMERALS = "一二三四五六七八九十"
_NUMBERING = re.compile(
    rf"\((?P<a>[1-9]\d?|[{_NUMERALS}]{{1,2}})\)"
    rf"|(?<![0-9A-Za-z.])(?P<b>[1-9]\d?)(?:\.(?!\d)|[、)](?=[^\d\s)]))"
    rf"|(?:^|(?<=[\s;。,、:]))(?P<c>[{_NUMERALS}]{{1,2}})(?:、|\)|\.)"
)


def _number(words: str) -> int:
    if words.isdigit():
        return int(words)
    if words[0] == "十":
        return 10 + (_NUMERALS.index(words[1]) + 1 if len(words) > 1 else 0)
    return _NUMERALS.index(words[0]) + 1


def _numbering(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches that number items: those that count up from 1, and none that are codes."""
    expected, waiting = 1, None
    for found in _NUMBERING.finditer(text):
        number = _number(next(group for group in found.groups() if group))
        if number == 1:
            waiting, expected = found.span(), 2
            if found.start() == 0:
                yield found.span()
                waiting = None
        elif number == expected > 1:
            if waiting is not None:
                yield waiting
                waiting = None
            yield found.span()
            expected += 1


@lru_cache(maxsize=1)
def _names_with_joint() -> re.Pattern[str] | None:
    names = {fold(n.name) for n in load_catalogue().nodes if "、" in n.name and "(" not in n.name}
    if not names:
        return None
    alternatives = sorted(names, key=len, reverse=True)
    loose = [re.sub(r"与|及", "[与及和]", re.escape(name)) for name in alternatives]
    return re.compile("|".join(loose))


def fold_text(raw: str) -> str:
    """Return the text as it is read; character i of it stands for character i of the raw text."""
    text = fold(raw.translate(_SIGNS)).translate(_SIGNS)
    text = _LEFTOVER.sub(lambda found: " " * len(found.group()), text)
    for start, end in list(_numbering(text)):
        text = text[:start] + "、" + " " * (end - start - 1) + text[end:]
    pattern = _names_with_joint() if "、" in text else None
    if pattern is None:
        return text
    return pattern.sub(lambda found: found.group().replace("、", JOINT), text)
