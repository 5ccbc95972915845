"""One spelling for reading, of the same length as the raw text, so that offsets stay true.

Widths and brackets are folded, numbering (1. ① （一）) and leftovers of web pages become separators or
spaces, and the 、 inside catalogue names is protected while the text is cut at 、.
"""

import re
from collections.abc import Iterator

from matcher.vocabulary.majors import load_catalogue
from matcher.vocabulary.majors.caches import catalogue_cache
from matcher.vocabulary.majors.references import fold
from matcher.vocabulary.requirements.known import known_somewhere

SKIPPED = "\ue001"
"""Stands for a line break or space inside a name; `items.clean` drops it."""

JOINT = "\ue000"
"""Stands for 、 inside a name such as 土木、水利与交通工程 while the text is cut at 、."""

_SPACES = dict.fromkeys("“”\"'‘’「」『』", " ")
_CIRCLED = dict.fromkeys("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳❶❷❸❹❺❻❼❽❾➀➁➂➃➄", "、")
_SIGNS = str.maketrans(
    {
        **_SPACES,
        **_CIRCLED,
        "●": "、",
        **dict.fromkeys("★☆▲△※◎○□▪", " "),
        "■": "、",
        "◆": "、",
        "＋": "、",
        "+": "、",
    }
)
_LEFTOVER = re.compile(r"&(?:[a-z]{2,6}|#\d{1,5});|</?[a-zA-Z][^<>]{0,200}>")
_HEADCOUNT = re.compile(r"(?<=[\u4e00-\u9fff)TK])\s*\d{1,3}[人名](?=[、,;。)\s]|$)")
_LETTERS_APART = re.compile(r"(\d{4,7})(\s+)([TKtk]{1,2})(?![A-Za-z])")
_JOINED_BY_OR = re.compile(r"(?<=[\u4e00-\u9fff)])\s*(?:or|OR|and|AND)\s*(?=[\u4e00-\u9fff(])")
# 不 含: a space or line break inside a word of refusal would turn it into its opposite.
_REFUSAL_APART = re.compile(
    r"(不|除|勿|剔|排|拒|谢|禁|例)(\s+)(含|包括|包含|外|以外|得|可|能|予|招收?|收|接收|接受|要|报|投|除|绝|止)"
)
_NOTE_SIGN = re.compile(r"(?:备注|注|说明):")
_LATIN_GAP = re.compile(r"(?<=[A-Za-z&])\s+(?=[A-Za-z&])")
_LEVEL = r"(?:研究生|本科|硕士|博士|专科|大专|高职|中专)"
_KIND_OF_LEVEL = re.compile(
    rf"((?:{_LEVEL})(?:阶段|学历|层次)?)"
    r"\((?:学术型?|专业型|学术学位|专业学位|[一二]级学科|专业(?:名称|类)?|学科门类|全日制|专科|高职|大专|硕士|博士|学士|含|及以上|[、,含硕士博及或])+\)"
)
_LEVEL_SIGN = re.compile(
    rf"[【<〈\[]((?:大学)?{_LEVEL}(?:研究生)?(?:[及、或和/]*(?:以上|{_LEVEL}))*(?:学历|阶段|层次)?)[】>〉\]]:?"
)
# A cell that wraps between a name and its code: the bracket belongs to the name.
_BEFORE_BRACKET = re.compile(
    r"(?<=[\u4e00-\u9fffA-Za-z0-9)])\s+(?=\(\s*(?:[A-C]?\d{2,8}|仅限|只限|限|不|含|除|非|其中|专业代码|代码|[^()]{1,40}除外))"
)
_BROKEN = re.compile(r"(?<=[^\s、,;:。()])\s+(?=[^\s、,;:。()])")
_SEPARATORS = "、,;:。()"
_BRACKET = re.compile(r"[()]")
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


@catalogue_cache(maxsize=1)
def _names_with_joint() -> re.Pattern[str] | None:
    names = {fold(n.name) for n in load_catalogue().nodes if "、" in n.name and "(" not in n.name}
    if not names:
        return None
    alternatives = sorted(names, key=len, reverse=True)
    loose = [re.sub(r"与|及", "[与及和]", re.escape(name)) for name in alternatives]
    return re.compile("|".join(loose))


def _repaired(text: str) -> str:
    """Blank out brackets that close nothing, and the first of two that close together: ((0812)."""
    waiting: list[int] = []
    lone: list[int] = []
    for found in _BRACKET.finditer(text):
        at = found.start()
        if found.group() == "(":
            if waiting and waiting[-1] == at - 1:
                lone.append(waiting.pop())
            waiting.append(at)
        elif waiting:
            waiting.pop()
        else:
            lone.append(at)
    if not lone:
        return text
    chars = list(text)
    for at in lone:
        chars[at] = " "
    return "".join(chars)


def _spaces(found: re.Match[str]) -> str:
    return " " * len(found.group())


def _mended(text: str) -> str:
    """Join names that a line break or space cuts in two, where neither half is a name of its own."""
    for found in list(_BROKEN.finditer(text))[:200]:
        left = re.split(rf"[{_SEPARATORS}\s]", text[: found.start()])[-1]
        right = re.split(rf"[{_SEPARATORS}\s]", text[found.end() :], maxsplit=1)[0]
        if known_somewhere(left + right) and not (known_somewhere(left) and known_somewhere(right)):
            gap = SKIPPED * (found.end() - found.start())
            text = text[: found.start()] + gap + text[found.end() :]
    return text


def fold_text(raw: str) -> str:
    """Return the text as it is read; character i of it stands for character i of the raw text."""
    marked = _LEVEL_SIGN.sub(
        lambda m: "、" + m[1] + ":" + " " * (len(m.group()) - len(m[1]) - 2), raw
    )
    text = fold(marked.translate(_SIGNS)).translate(_SIGNS)
    for leftover in (_LEFTOVER, _HEADCOUNT):
        text = leftover.sub(_spaces, text)
    text = _KIND_OF_LEVEL.sub(lambda m: m[1] + " " * (len(m.group()) - len(m[1])), text)
    text = _repaired(text)
    text = _BEFORE_BRACKET.sub(lambda m: SKIPPED * len(m.group()), text)
    text = _NOTE_SIGN.sub(lambda m: ";" + " " * (len(m.group()) - 1), text)
    text = _REFUSAL_APART.sub(lambda m: m[1] + m[3] + m[2], text)
    text = _LETTERS_APART.sub(lambda m: m[1] + m[3] + m[2], text)
    text = _JOINED_BY_OR.sub(lambda m: "、" + " " * (len(m.group()) - 1), text)
    text = _LATIN_GAP.sub(lambda m: SKIPPED * len(m.group()), text)
    text = _mended(text)
    for start, end in list(_numbering(text)):
        text = text[:start] + "、" + " " * (end - start - 1) + text[end:]
    joined = _names_with_joint() if "、" in text else None
    if joined is None:
        return text
    return joined.sub(lambda found: found.group().replace("、", JOINT), text)
